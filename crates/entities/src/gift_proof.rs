//! `gift_proof`: A file or a paper that proves a line of the ledger.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A file or a paper that proves a line of the ledger.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "gift_proof")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub gift_id: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub blob: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub mime: String,
    #[sea_orm(column_type = "Text")]
    pub place: String,
    #[sea_orm(column_type = "Text")]
    pub added_by: String,
    pub added_at: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub withdrawn_by: Option<String>,
    pub withdrawn_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub withdrawn_reason: Option<String>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
