//! Donors with their mails and the sums of a period: three reads a page.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::donor;
use sea_orm::FromQueryResult;

use super::super::Asked;
use super::super::export::PAGE;
use crate::platform::{Core, Failure};

/// A donor as it is taken out.
#[derive(Debug)]
#[allow(missing_docs)] // named after the columns
pub struct Row {
    pub donor: donor::Model,
    pub main_mail: String,
    pub other_mails: String,
    pub gifts: i64,
    pub cents: i64,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct Sums {
    donor_id: i64,
    gifts: i64,
    cents: i64,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct Mail {
    donor_id: i64,
    address: String,
    is_main: bool,
}

const ALL: &str = "SELECT * FROM donor WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2";
const GAVE: &str = "SELECT * FROM donor d WHERE id > $1 AND EXISTS (SELECT 1 FROM gift g WHERE \
    g.donor_id = d.id AND g.gift_date >= $3 AND g.gift_date <= $4) ORDER BY id LIMIT $2";
const SUMS: &str = "SELECT donor_id, CAST(SUM(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END) AS BIGINT) AS gifts, \
    CAST(SUM(gross_cents) AS BIGINT) AS cents, MIN(gift_date) AS first, MAX(gift_date) AS last FROM gift \
    WHERE donor_id > $1 AND donor_id <= $2 AND gift_date >= $3 AND gift_date <= $4 GROUP BY donor_id";
const MAILS: &str = "SELECT donor_id, address, is_main FROM donor_mail WHERE donor_id > $1 AND donor_id <= $2 \
    ORDER BY donor_id, id";

/// The next donors after an id. With a period: those who gave in it.
pub async fn page(core: &Core, asked: &Asked, after: i64) -> Result<Vec<Row>, Failure> {
    let (from, to) = asked.days();
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let period = asked.from.is_some() || asked.to.is_some();
    let found: Vec<donor::Model> = if period {
        super::rows(core, GAVE, [after.into(), limit.into(), from.into(), to.into()]).await?
    } else {
        super::rows(core, ALL, [after.into(), limit.into()]).await?
    };
    let Some(until) = found.last().map(|last| last.id) else { return Ok(Vec::new()) };
    let sums: Vec<Sums> =
        super::rows(core, SUMS, [after.into(), until.into(), from.into(), to.into()]).await?;
    let mut sums: BTreeMap<i64, Sums> = sums.into_iter().map(|s| (s.donor_id, s)).collect();
    let mut mails: BTreeMap<i64, (String, Vec<String>)> = BTreeMap::new();
    for mail in super::rows::<Mail>(core, MAILS, [after.into(), until.into()]).await? {
        let entry = mails.entry(mail.donor_id).or_default();
        if mail.is_main && entry.0.is_empty() {
            entry.0 = mail.address;
        } else {
            entry.1.push(mail.address);
        }
    }
    Ok(found
        .into_iter()
        .map(|donor| {
            let sum = sums.remove(&donor.id);
            let (main_mail, others) = mails.remove(&donor.id).unwrap_or_default();
            Row {
                gifts: sum.as_ref().map_or(0, |s| s.gifts),
                cents: sum.as_ref().map_or(0, |s| s.cents),
                first: sum.as_ref().and_then(|s| s.first),
                last: sum.as_ref().and_then(|s| s.last),
                other_mails: others.join(" "),
                main_mail,
                donor,
            }
        })
        .collect())
}
