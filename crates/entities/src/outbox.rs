//! `outbox`: A mail that leaves, one row for life (law M5).
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// A mail that leaves, one row for life (law M5).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub message_id: String,
    #[sea_orm(column_type = "Text")]
    pub from_addr: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub reply_to: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub to_addr: String,
    #[sea_orm(column_type = "Text")]
    pub to_name: String,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    #[sea_orm(column_type = "Text")]
    pub html: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub in_reply_to: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub refs: Option<String>,
    pub automatic: bool,
    #[sea_orm(column_type = "Text")]
    pub attachments: String,
    pub ticket_id: Option<i64>,
    pub ticket_message_id: Option<i64>,
    pub receipt_id: Option<i64>,
    pub donor_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub not_before: DateTimeUtc,
    pub attempts: i32,
    pub lease_until: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_token: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub server_answer: Option<String>,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text")]
    pub to_domain: String,
    pub bounced_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub bounce_kind: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub bounce_why: Option<String>,
    pub priority: i32,
    pub first_tried_at: Option<DateTimeUtc>,
    pub tried_at: Option<DateTimeUtc>,
    pub held_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub held_by: Option<String>,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
