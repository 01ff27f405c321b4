//! `receipt`: A receipt, frozen at issue (law R3).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A receipt, frozen at issue (law R3).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub year: i32,
    pub seq: i64,
    #[sea_orm(column_type = "Text")]
    pub number: String,
    pub gift_year: i32,
    pub donor_id: i64,
    pub amount_cents: i64,
    pub issued_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub issued_by: String,
    pub run_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub layout: i32,
    #[sea_orm(column_type = "Text")]
    pub pdf_sha256: String,
    #[sea_orm(column_type = "Text")]
    pub salt: String,
    #[sea_orm(column_type = "Text")]
    pub commitment: String,
    #[sea_orm(column_type = "Text")]
    pub link: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub cancelled_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub cancelled_by: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub cancel_reason: Option<String>,
    pub replaces_id: Option<i64>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
