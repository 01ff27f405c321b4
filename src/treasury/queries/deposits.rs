//! Cheques of deposit slips, made here or brought as a file, with their gift and their bank line.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::super::Asked;
use super::super::export::PAGE;
use super::Words;
use crate::platform::{Core, Failure};

/// A cheque as it is taken out.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
#[allow(missing_docs)] // named after the columns
pub struct Row<'a> {
    pub id: i64,
    pub slip: Words<'a>,
    pub deposited_on: Option<NaiveDate>,
    pub drawer: Words<'a>,
    pub label: Words<'a>,
    pub number: Words<'a>,
    pub written_at: Option<DateTime<Utc>>,
    pub received_on: NaiveDate,
    pub cents: i64,
    pub gift_id: Option<i64>,
    pub credited_on: Option<NaiveDate>,
    pub bank_line: Option<i64>,
}

impl Row<'_> {
    /// The drawer's bank: the label is that and the number.
    pub fn bank(&self) -> &str {
        self.label.strip_suffix(&*self.number).unwrap_or(&self.label).trim()
    }
}

const SQL: &str = "SELECT {array}(m.id, m.payout, m.paid_out_on, m.party, m.label, m.reference, g.paid_at, m.booked_on, \
    m.net_cents, g.id, b.booked_on, b.id){text} \
    FROM movement m JOIN money_account a ON a.id = m.account_id AND a.source = 'cheques' AND a.kind = 'provider' \
    LEFT JOIN gift g ON g.source = 'cheques' AND g.external_id = m.key \
    LEFT JOIN payout_match p ON p.account_id = m.account_id AND p.payout = m.payout \
    LEFT JOIN movement b ON b.id = p.movement_id \
    WHERE m.kind = 'payment' AND m.id > $1 AND COALESCE(m.paid_out_on, m.booked_on) >= $3 \
    AND COALESCE(m.paid_out_on, m.booked_on) <= $4 ORDER BY m.id LIMIT $2";

/// The next cheques after an id, each handed to `take`. Gives how many.
pub async fn page(
    core: &Core,
    asked: &Asked,
    after: i64,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let (from, to) = asked.days();
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let values = [after.into(), limit.into(), from.into(), to.into()];
    super::each(core, SQL, values, |text| take(&serde_json::from_str(text)?)).await
}
