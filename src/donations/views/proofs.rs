//! Proofs of a line, and lines that lack one.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{gift, gift_proof};
use rules::gift::Cause;
use serde::Serialize;

use super::what;
use crate::web::Frame;

/// A proof of a line.
#[derive(Debug, Serialize)]
pub struct ProofRow {
    id: i64,
    name: Option<String>,
    place: String,
    by: String,
    at: DateTime<Utc>,
    withdrawn: Option<String>,
    withdrawn_by: Option<String>,
}

impl From<&gift_proof::Model> for ProofRow {
    fn from(row: &gift_proof::Model) -> Self {
        let name = if row.name.is_empty() { format!("#{}", row.id) } else { row.name.clone() };
        Self {
            id: row.id,
            name: row.blob.as_ref().map(|_| name),
            place: row.place.clone(),
            by: row.added_by.clone(),
            at: row.added_at,
            withdrawn: row.withdrawn_reason.clone(),
            withdrawn_by: row.withdrawn_by.clone(),
        }
    }
}

/// Lines that lack a proof.
#[derive(Debug, Serialize)]
pub struct LackingView {
    rows: Vec<Lacking>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Lacking {
    id: i64,
    date: NaiveDate,
    donor: String,
    what: String,
    cents: i64,
}

impl LackingView {
    /// The page.
    pub fn new(
        frame: &Frame,
        lines: &[gift::Model],
        names: &HashMap<i64, String>,
        next: Option<String>,
    ) -> Self {
        let donor = |line: &gift::Model| line.donor_id.and_then(|id| names.get(&id).cloned());
        let rows = lines.iter().map(|line| Lacking {
            id: line.id,
            date: line.gift_date,
            donor: donor(line).unwrap_or_else(|| frame.word("donations-anonymous")),
            what: match line.cause.as_deref().and_then(Cause::parse) {
                Some(cause) => cause.label(frame.lang).to_owned(),
                None => what(frame.lang, line),
            },
            cents: line.gross_cents,
        });
        Self { rows: rows.collect(), next }
    }
}
