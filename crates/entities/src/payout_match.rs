//! `payout_match`: A payout and the bank line that it became (law G4).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A payout and the bank line that it became (law G4).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "payout_match")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    #[sea_orm(column_type = "Text")]
    pub payout: String,
    pub movement_id: i64,
    #[sea_orm(column_type = "Text")]
    pub how: String,
    #[sea_orm(column_type = "Text")]
    pub matched_by: String,
    pub matched_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
