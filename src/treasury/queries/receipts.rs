//! The register of receipts.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::Asked;
use super::super::export::PAGE;
use super::Words;
use crate::platform::{Core, Failure};

/// A receipt as it is taken out.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
#[allow(missing_docs)] // named after the columns
pub struct Row<'a> {
    pub id: i64,
    pub number: Words<'a>,
    pub kind: Words<'a>,
    pub gift_year: i32,
    pub state: Words<'a>,
    pub amount_cents: i64,
    pub issued_at: DateTime<Utc>,
    pub issued_by: Words<'a>,
    pub donor_id: i64,
    pub facts: Words<'a>,
    pub replaces: Words<'a>,
    pub replaced_by: Words<'a>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_by: Words<'a>,
    pub cancel_reason: Words<'a>,
    pub pdf_sha256: Words<'a>,
    pub link: Words<'a>,
}

impl Row<'_> {
    /// Names as they stand on the receipt, whatever the donor is called today.
    pub fn donor_names(&self) -> (String, String) {
        #[derive(serde::Deserialize, Default)]
        #[serde(default)]
        struct Names {
            last_name: String,
            first_names: String,
        }
        #[derive(serde::Deserialize)]
        struct Frozen {
            donor: Names,
        }
        let names = serde_json::from_str::<Frozen>(&self.facts).map(|f| f.donor).unwrap_or_default();
        (names.last_name, names.first_names)
    }
}

const SQL: &str = "SELECT {array}(r.id, r.number, r.kind, r.gift_year, r.state, r.amount_cents, r.issued_at, r.issued_by, \
    r.donor_id, r.facts, o.number, n.number, r.cancelled_at, r.cancelled_by, \
    r.cancel_reason, r.pdf_sha256, r.link){text} \
    FROM receipt r LEFT JOIN receipt o ON o.id = r.replaces_id \
    LEFT JOIN receipt n ON n.replaces_id = r.id \
    WHERE r.id > $1 AND r.issued_at >= $3 AND r.issued_at < $4 AND r.gift_year >= $5 AND r.gift_year <= $6 \
    ORDER BY r.id LIMIT $2";

/// The next receipts after an id, each handed to `take`. Gives how many.
pub async fn page(
    core: &Core,
    asked: &Asked,
    after: i64,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let (from, until) = super::midnights(asked);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let (first, last) = asked.year.map_or((i32::MIN, i32::MAX), |year| (year, year));
    let values = [after.into(), limit.into(), from.into(), until.into(), first.into(), last.into()];
    super::each(core, SQL, values, |text| take(&serde_json::from_str(text)?)).await
}
