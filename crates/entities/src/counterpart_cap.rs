//! `counterpart_cap`: From a day on, what goods given in return may be worth.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// From a day on, what goods given to one person in one calendar year may be worth.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "counterpart_cap")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_day: Date,
    pub cents: i64,
    #[sea_orm(column_type = "Text")]
    pub law: String,
    #[sea_orm(column_type = "Text")]
    pub set_by: String,
    pub set_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
