//! `campaign`: What is asked for under a name that gifts bear.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// What is asked for under a name that gifts bear.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "campaign")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text", unique)]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub goal_cents: Option<i64>,
    pub begins_on: Option<Date>,
    pub ends_on: Option<Date>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
