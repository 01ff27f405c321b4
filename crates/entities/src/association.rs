//! `association`: The one association.
#![allow(missing_docs)] // the columns speak for themselves; the migration says the rest

use sea_orm::entity::prelude::*;

/// The one association.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "association")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub siren: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub rna: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub street: String,
    #[sea_orm(column_type = "Text")]
    pub postal_code: String,
    #[sea_orm(column_type = "Text")]
    pub city: String,
    #[sea_orm(column_type = "Text")]
    pub country: String,
    #[sea_orm(column_type = "Text")]
    pub object: String,
    #[sea_orm(column_type = "Text")]
    pub category: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub category_sub_box: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub category_detail: Option<String>,
    pub category_date: Option<Date>,
    #[sea_orm(column_type = "Text")]
    pub signer_name: String,
    #[sea_orm(column_type = "Text")]
    pub signer_quality: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub signature_blob: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub articles: String,
    #[sea_orm(column_type = "Text")]
    pub receipt_prefix: String,
    pub receipt_last_number: i64,
    pub receipt_first_year: i32,
    #[sea_orm(column_type = "Text")]
    pub words_spelling: String,
    #[sea_orm(column_type = "Text")]
    pub date_policy: String,
    #[sea_orm(column_type = "Text")]
    pub date_policies: String,
    pub receipts_abroad: bool,
    #[sea_orm(column_type = "Text")]
    pub contact_mail: String,
    pub set_up_at: DateTimeUtc,
    pub version: i32,
    pub dues_receipted: bool,
}

/// No relation is followed through the ORM: reads are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
