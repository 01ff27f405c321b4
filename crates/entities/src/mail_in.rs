//! `mail_in`: The inbound ledger (laws M1, M2).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// The inbound ledger (laws M1, M2).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "mail_in")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub received_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub way: String,
    #[sea_orm(column_type = "Text")]
    pub raw_blob: String,
    pub size: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub envelope_to: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub disposition: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub from_addr: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub subject: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub message_id_hash: Option<String>,
    pub service_id: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub language: Option<String>,
    pub ticket_id: Option<i64>,
    pub attempts: i32,
    pub digested_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub envelope_from: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub source_key: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub peer: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub auth: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub spam: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub spam_why: Option<String>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
