//! `movement`: A movement of an account (law G4).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A movement of an account (law G4).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "movement")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    #[sea_orm(column_type = "Text")]
    pub key: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub gross_cents: i64,
    pub fee_cents: i64,
    pub net_cents: i64,
    pub booked_on: Date,
    pub value_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub payout: Option<String>,
    pub paid_out_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub about: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub about_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub party: String,
    #[sea_orm(column_type = "Text")]
    pub label: String,
    #[sea_orm(column_type = "Text")]
    pub reference: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub parts: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub aside: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub corrects: Option<String>,
    pub import_id: i64,
    pub payout_import_id: Option<i64>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
