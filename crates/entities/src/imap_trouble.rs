//! `imap_trouble`: A mail on a server that could not be fetched yet (law M2).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A mail on a server that could not be fetched yet (law M2).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "imap_trouble")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub account: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub folder: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub uidvalidity: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub uid: i64,
    pub tries: i32,
    #[sea_orm(column_type = "Text")]
    pub why: String,
    pub first_at: DateTimeUtc,
    pub last_at: DateTimeUtc,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
