//! Lines of the ledger with their donor, receipt and reversal.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::super::export::PAGE;
use super::Words;
use crate::platform::{Core, Failure};

/// A line as it is taken out.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
#[allow(missing_docs)] // named after the columns
pub struct Row<'a> {
    pub id: i64,
    pub gift_date: NaiveDate,
    pub date_basis: Words<'a>,
    pub gross_cents: i64,
    pub fee_cents: i64,
    pub net_cents: i64,
    pub method: Words<'a>,
    pub nature: Words<'a>,
    pub form: Words<'a>,
    pub campaign: Words<'a>,
    pub source: Words<'a>,
    pub external_id: Words<'a>,
    pub donor_id: Option<i64>,
    pub donor_kind: Words<'a>,
    pub last_name: Words<'a>,
    pub first_names: Words<'a>,
    pub organisation: Words<'a>,
    pub street: Words<'a>,
    pub postal_code: Words<'a>,
    pub city: Words<'a>,
    pub country: Words<'a>,
    pub paid_at: Option<DateTime<Utc>>,
    pub provider_credited_on: Option<NaiveDate>,
    pub bank_credited_on: Option<NaiveDate>,
    pub received_on: Option<NaiveDate>,
    pub receipt: Words<'a>,
    pub receipted_elsewhere: Words<'a>,
    pub reverses_id: Option<i64>,
    pub reversed_by: Option<i64>,
    pub import_id: Option<i64>,
    pub note: Words<'a>,
    pub created_at: DateTime<Utc>,
    pub purpose: Words<'a>,
    pub counterpart_cents: i64,
    pub counterpart: Words<'a>,
    pub cause: Words<'a>,
    pub proofs: i64,
}

const SQL: &str = "SELECT {array}(g.id, g.gift_date, g.date_basis, g.gross_cents, g.fee_cents, g.net_cents, g.method, \
    g.nature, g.form, g.campaign, g.source, g.external_id, g.donor_id, d.kind, d.last_name, \
    d.first_names, d.organisation, d.street, d.postal_code, d.city, d.country, g.paid_at, \
    g.provider_credited_on, g.bank_credited_on, g.received_on, r.number, g.receipted_elsewhere, \
    g.reverses_id, v.id, g.import_id, g.note, g.created_at, g.purpose, g.counterpart_cents, g.counterpart, \
    g.cause, (SELECT COUNT(*) FROM gift_proof p WHERE p.gift_id = g.id AND p.withdrawn_at IS NULL)){text} \
    FROM gift g LEFT JOIN donor d ON d.id = g.donor_id \
    LEFT JOIN receipt_line l ON l.gift_id = g.id AND l.live LEFT JOIN receipt r ON r.id = l.receipt_id \
    LEFT JOIN gift v ON v.reverses_id = g.id \
    WHERE g.gift_date <= $1 AND (g.gift_date, g.id) > ($2, $3) ORDER BY g.gift_date, g.id LIMIT $4";

/// The next lines after a date and an id, up to the day `to`, each handed to `take`. Gives how many.
pub async fn page(
    core: &Core,
    to: NaiveDate,
    after: (NaiveDate, i64),
    mut take: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let values = [to.into(), after.0.into(), after.1.into(), limit.into()];
    super::each(core, SQL, values, |text| take(&serde_json::from_str(text)?)).await
}
