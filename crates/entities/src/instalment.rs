//! `instalment`: One debit of one mandate on one due day.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// One debit of one mandate on one due day.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "instalment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub mandate_id: i64,
    pub plan_id: i64,
    pub due_on: Date,
    pub cents: i64,
    #[sea_orm(column_type = "Text")]
    pub end_to_end: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub announced_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub announced_by: String,
    pub collect_from: Date,
    pub collection_id: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub iban_sealed: Option<String>,
    pub returned_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub return_code: Option<String>,
    pub told_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
