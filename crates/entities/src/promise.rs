//! `promise`: What is owed to a person (law P1).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// What is owed to a person (law P1).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "promise")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub ticket_id: i64,
    pub requester_id: Option<i64>,
    pub first_message_id: Option<i64>,
    pub owed_since: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub member_id: Option<i64>,
    pub answer_message_id: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub waived_reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub waived_note: Option<String>,
    pub moved_to: Option<i64>,
    pub still_owed_since: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
