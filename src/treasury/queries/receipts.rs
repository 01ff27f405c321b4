//! The register of receipts.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use super::super::Asked;
use super::super::export::PAGE;
use crate::platform::{Core, Failure};

/// A receipt as it is taken out.
#[derive(Debug, FromQueryResult)]
#[allow(missing_docs)] // named after the columns
pub struct Row {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub gift_year: i32,
    pub state: String,
    pub amount_cents: i64,
    pub issued_at: DateTime<Utc>,
    pub issued_by: String,
    pub donor_id: i64,
    pub facts: String,
    pub replaces: Option<String>,
    pub replaced_by: Option<String>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_by: Option<String>,
    pub cancel_reason: Option<String>,
    pub pdf_sha256: String,
    pub link: String,
}

impl Row {
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

const SQL: &str = "SELECT r.id, r.number, r.kind, r.gift_year, r.state, r.amount_cents, r.issued_at, r.issued_by, \
    r.donor_id, r.facts, o.number AS replaces, n.number AS replaced_by, r.cancelled_at, r.cancelled_by, \
    r.cancel_reason, r.pdf_sha256, r.link FROM receipt r LEFT JOIN receipt o ON o.id = r.replaces_id \
    LEFT JOIN receipt n ON n.replaces_id = r.id \
    WHERE r.id > $1 AND r.issued_at >= $3 AND r.issued_at < $4 AND r.gift_year >= $5 AND r.gift_year <= $6 \
    ORDER BY r.id LIMIT $2";

/// The next receipts after an id.
pub async fn page(core: &Core, asked: &Asked, after: i64) -> Result<Vec<Row>, Failure> {
    let (from, until) = super::midnights(asked);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let (first, last) = asked.year.map_or((i32::MIN, i32::MAX), |year| (year, year));
    let values = [after.into(), limit.into(), from.into(), until.into(), first.into(), last.into()];
    super::rows(core, SQL, values).await
}
