//! `money_account`: An account that money passes through: a bank’s or a payment tool’s (law G4).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// An account that money passes through: a bank’s or a payment tool’s (law G4).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "money_account")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub iban: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub local: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub mapping: Option<String>,
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
