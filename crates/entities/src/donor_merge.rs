//! `donor_merge`: A merge of two records of one donor, undoable.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A merge of two records of one donor, undoable.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "donor_merge")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kept_id: i64,
    pub absorbed_id: i64,
    #[sea_orm(column_type = "Text")]
    pub before: String,
    #[sea_orm(column_type = "Text")]
    pub mails: String,
    #[sea_orm(column_type = "Text")]
    pub done_by: String,
    pub done_at: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_by: Option<String>,
    pub undone_at: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
