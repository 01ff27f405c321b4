//! `gift`: A line of the ledger of gifts (laws G1, G2).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A line of the ledger of gifts (laws G1, G2).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "gift")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub donor_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    #[sea_orm(column_type = "Text")]
    pub external_id: String,
    pub gross_cents: i64,
    pub fee_cents: i64,
    pub net_cents: i64,
    #[sea_orm(column_type = "Text")]
    pub method: String,
    #[sea_orm(column_type = "Text")]
    pub nature: String,
    #[sea_orm(column_type = "Text")]
    pub form: String,
    #[sea_orm(column_type = "Text")]
    pub campaign: String,
    pub paid_at: Option<DateTimeUtc>,
    pub provider_credited_on: Option<Date>,
    pub bank_credited_on: Option<Date>,
    pub received_on: Option<Date>,
    pub gift_date: Date,
    #[sea_orm(column_type = "Text")]
    pub date_basis: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub receipted_elsewhere: Option<String>,
    pub reverses_id: Option<i64>,
    pub import_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub created_at: DateTimeUtc,
    pub learned_import_id: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub date_decided_by: Option<String>,
    pub date_decided_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    pub counterpart_cents: i64,
    #[sea_orm(column_type = "Text")]
    pub counterpart: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub cause: Option<String>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
