//! `statement`: What a file says of a bank account as a whole.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// What a file says of a bank account as a whole.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "statement")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub account_id: i64,
    pub import_id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub opening_on: Option<Date>,
    pub opening_cents: Option<i64>,
    pub closing_on: Option<Date>,
    pub closing_cents: Option<i64>,
    pub lines: i64,
    pub sum_cents: i64,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
