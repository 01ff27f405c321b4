//! What goods given in return may be worth, from a day on.

use chrono::{DateTime, NaiveDate, Utc};
use entities::counterpart_cap;
use rules::gift::Caps;
use serde::Serialize;

use super::Error;
use crate::donations::forms::CapForm;
use crate::web::Frame;

/// What stands in the fields.
#[derive(Debug, Clone, Serialize, Default)]
pub struct CapTyped {
    from: String,
    most: String,
    law: String,
}

impl CapTyped {
    /// What was typed.
    pub fn of_form(form: &CapForm<'_>) -> Self {
        Self { from: form.from.into(), most: form.most.into(), law: form.law.into() }
    }
}

/// The page.
#[derive(Debug, Serialize)]
pub struct CapsView {
    rows: Vec<Row>,
    typed: CapTyped,
    writes: bool,
    errors: Vec<Error>,
    from_error: Option<String>,
    most_error: Option<String>,
    law_error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    from: NaiveDate,
    cents: i64,
    law: Option<String>,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
}

impl CapsView {
    /// Every cap, latest first; those that come with the program have no author.
    pub fn new(
        frame: &Frame,
        own: &[counterpart_cap::Model],
        all: &Caps,
        writes: bool,
        (typed, wrong): (CapTyped, &[(&'static str, &'static str)]),
    ) -> Self {
        let rows = all.all().iter().rev().map(|cap| {
            let mine = own.iter().find(|row| row.from_day == cap.from);
            Row {
                from: cap.from,
                cents: cap.most.0,
                law: mine.map(|row| row.law.clone()),
                by: mine.map(|row| row.set_by.clone()),
                at: mine.map(|row| row.set_at),
            }
        });
        let at = |field| wrong.iter().find(|(name, _)| *name == field).map(|(_, key)| frame.word(key));
        Self {
            rows: rows.collect(),
            typed,
            writes,
            errors: wrong
                .iter()
                .map(|(field, key)| Error { field: Some(*field), text: frame.word(key) })
                .collect(),
            from_error: at("from"),
            most_error: at("most"),
            law_error: at("law"),
        }
    }
}
