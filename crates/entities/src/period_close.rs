//! `period_close`: A day through which the ledger is closed, and perhaps open again.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A day through which the ledger is closed, and perhaps open again.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "period_close")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub through: Date,
    #[sea_orm(column_type = "Text")]
    pub open_items: String,
    #[sea_orm(column_type = "Text")]
    pub closed_by: String,
    pub closed_at: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub reopened_by: Option<String>,
    pub reopened_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reopen_reason: Option<String>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
