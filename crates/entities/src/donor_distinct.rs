//! `donor_distinct`: Two records of which a person said that they are two.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// Two records of which a person said that they are two.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "donor_distinct")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub one_id: i64,
    pub other_id: i64,
    #[sea_orm(column_type = "Text")]
    pub said_by: String,
    pub said_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
