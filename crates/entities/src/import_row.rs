//! `import_row`: A row of an imported file, with its verdict.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A row of an imported file, with its verdict.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub import_id: i64,
    pub line: i64,
    #[sea_orm(column_type = "Text")]
    pub row_key: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub order_ref: Option<String>,
    pub cents: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub verdict: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub facts: String,
    pub donor_id: Option<i64>,
    pub proposed_id: Option<i64>,
    pub chosen: bool,
    pub made_donor: bool,
    pub gift_id: Option<i64>,
    pub moves: Option<i64>,
    pub puts: bool,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
