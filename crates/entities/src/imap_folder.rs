//! `imap_folder`: How far a folder of a mail server has been read (law M1).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// How far a folder of a mail server has been read (law M1).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "imap_folder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub account: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub folder: String,
    pub uidvalidity: i64,
    pub last_uid: i64,
    pub started_at: DateTimeUtc,
    pub history_to: i64,
    pub looked_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    pub failing_since: Option<DateTimeUtc>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
