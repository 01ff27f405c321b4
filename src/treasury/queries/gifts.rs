//! Lines of the ledger with their donor, receipt and reversal.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;

use super::super::export::PAGE;
use crate::platform::{Core, Failure};

/// A line as it is taken out.
#[derive(Debug, FromQueryResult)]
#[allow(missing_docs)] // named after the columns
pub struct Row {
    pub id: i64,
    pub gift_date: NaiveDate,
    pub date_basis: String,
    pub gross_cents: i64,
    pub fee_cents: i64,
    pub net_cents: i64,
    pub method: String,
    pub nature: String,
    pub form: String,
    pub campaign: String,
    pub source: String,
    pub external_id: String,
    pub donor_id: Option<i64>,
    pub donor_kind: Option<String>,
    pub last_name: Option<String>,
    pub first_names: Option<String>,
    pub organisation: Option<String>,
    pub street: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub paid_at: Option<DateTime<Utc>>,
    pub provider_credited_on: Option<NaiveDate>,
    pub bank_credited_on: Option<NaiveDate>,
    pub received_on: Option<NaiveDate>,
    pub receipt: Option<String>,
    pub receipted_elsewhere: Option<String>,
    pub reverses_id: Option<i64>,
    pub reversed_by: Option<i64>,
    pub import_id: Option<i64>,
    pub note: String,
    pub created_at: DateTime<Utc>,
}

const SQL: &str = "SELECT g.id, g.gift_date, g.date_basis, g.gross_cents, g.fee_cents, g.net_cents, g.method, \
    g.nature, g.form, g.campaign, g.source, g.external_id, g.donor_id, d.kind AS donor_kind, d.last_name, \
    d.first_names, d.organisation, d.street, d.postal_code, d.city, d.country, g.paid_at, \
    g.provider_credited_on, g.bank_credited_on, g.received_on, r.number AS receipt, g.receipted_elsewhere, \
    g.reverses_id, v.id AS reversed_by, g.import_id, g.note, g.created_at \
    FROM gift g LEFT JOIN donor d ON d.id = g.donor_id \
    LEFT JOIN receipt_line l ON l.gift_id = g.id AND l.live LEFT JOIN receipt r ON r.id = l.receipt_id \
    LEFT JOIN gift v ON v.reverses_id = g.id \
    WHERE g.gift_date <= $1 AND (g.gift_date, g.id) > ($2, $3) ORDER BY g.gift_date, g.id LIMIT $4";

/// The next lines after a date and an id, up to the day `to`.
pub async fn page(core: &Core, to: NaiveDate, after: (NaiveDate, i64)) -> Result<Vec<Row>, Failure> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    super::rows(core, SQL, [to.into(), after.0.into(), after.1.into(), limit.into()]).await
}
