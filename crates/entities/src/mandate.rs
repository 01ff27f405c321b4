//! `mandate`: A mandate of SEPA direct debit; the account is sealed with a key outside the database.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A mandate of SEPA direct debit; the account is sealed with a key outside the database.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "mandate")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub donor_id: i64,
    #[sea_orm(column_type = "Text")]
    pub rum: String,
    pub signed_on: Date,
    #[sea_orm(column_type = "Text")]
    pub holder: String,
    #[sea_orm(column_type = "Text")]
    pub iban_sealed: String,
    #[sea_orm(column_type = "Text")]
    pub iban_shown: String,
    #[sea_orm(column_type = "Text")]
    pub iban_mark: String,
    #[sea_orm(column_type = "Text")]
    pub bic: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub ended_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
    pub last_used_on: Option<Date>,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
