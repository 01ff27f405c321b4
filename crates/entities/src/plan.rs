//! `plan`: A recurring gift, found in gifts or made by hand.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A recurring gift, found in gifts or made by hand.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub donor_id: i64,
    #[sea_orm(column_type = "Text")]
    pub origin: String,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    #[sea_orm(column_type = "Text")]
    pub rhythm: String,
    pub cents: i64,
    pub first_on: Date,
    pub last_on: Option<Date>,
    pub payments: i64,
    pub was_cents: Option<i64>,
    pub changed_on: Option<Date>,
    pub active_until: Date,
    pub late_until: Date,
    pub mandate_id: Option<i64>,
    pub ended_on: Option<Date>,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
