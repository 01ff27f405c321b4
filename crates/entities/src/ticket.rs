//! `ticket`: A conversation that owes, or owed, an answer.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A conversation that owes, or owed, an answer.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub about: String,
    pub service_id: Option<i64>,
    pub requester_id: i64,
    pub assignee_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub promise: String,
    pub owed_since: Option<DateTimeUtc>,
    pub close_when_sent: bool,
    #[sea_orm(column_type = "Text")]
    pub last_words: String,
    pub last_at: DateTimeUtc,
    pub opened_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
    pub linked_to: Option<i64>,
    pub merged_into: Option<i64>,
    pub version: i32,
    pub suspected: bool,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
