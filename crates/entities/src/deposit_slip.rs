//! `deposit_slip`: A cheque deposit slip, frozen when it was numbered.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A cheque deposit slip, frozen when it was numbered.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "deposit_slip")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text", unique)]
    pub number: String,
    pub year: i32,
    pub seq: i64,
    pub deposited_on: Date,
    pub cheques: i64,
    pub cents: i64,
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub import_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
