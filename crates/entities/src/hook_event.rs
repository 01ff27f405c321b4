//! `hook_event`: What a payment tool announced by itself.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// What a payment tool announced by itself.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "hook_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    #[sea_orm(column_type = "Text")]
    pub event_key: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub payment_key: Option<String>,
    pub cents: Option<i64>,
    pub paid_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub who: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub cells: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub import_id: Option<i64>,
    pub received_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
