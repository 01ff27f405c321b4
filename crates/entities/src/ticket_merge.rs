//! `ticket_merge`: A merge of two tickets, undoable (law P5).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A merge of two tickets, undoable (law P5).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "ticket_merge")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub from_ticket: i64,
    pub into_ticket: i64,
    pub merged_at: DateTimeUtc,
    pub merged_by: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub from_state: String,
    pub from_owed_since: Option<DateTimeUtc>,
    pub into_owed_since: Option<DateTimeUtc>,
    pub undone_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
