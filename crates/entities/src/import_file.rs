//! `import_file`: A file of the import ledger (law G3).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A file of the import ledger (law G3).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "import_file")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    #[sea_orm(column_type = "Text")]
    pub file_name: String,
    #[sea_orm(column_type = "Text")]
    pub file_hash: String,
    pub size: i64,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub rows_new: i64,
    pub rows_known: i64,
    pub rows_changed: i64,
    pub rows_conflict: i64,
    pub rows_refused: i64,
    pub rows_ignored: i64,
    pub cents_new: i64,
    #[sea_orm(column_type = "Text")]
    pub notes: String,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub taken_at: Option<DateTimeUtc>,
    pub undone_at: Option<DateTimeUtc>,
    pub account_id: Option<i64>,
    pub table_id: Option<i64>,
    pub corrects_id: Option<i64>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
