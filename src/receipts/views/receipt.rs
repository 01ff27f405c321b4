//! One receipt, as it was frozen.

use chrono::{DateTime, NaiveDate, Utc};
use entities::receipt;
use rules::gift::{Form, Method, Nature};
use rules::receipt::facts::{LineFacts, ReceiptFacts};
use serde::Serialize;

use super::issues;
use crate::platform::Failure;
use crate::receipts::queries::register;
use crate::web::Frame;

/// A payment of a receipt.
#[derive(Debug, Serialize)]
pub struct LineView {
    date: NaiveDate,
    method: String,
    nature: String,
    cents: i64,
}

/// One receipt.
#[derive(Debug, Serialize)]
pub struct ReceiptView {
    number: String,
    cancelled: bool,
    cancelled_at: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    cancel_reason: Option<String>,
    replaces: Option<String>,
    replaced_by: Option<String>,
    donor_id: i64,
    name: String,
    address: String,
    amount: i64,
    words: String,
    gift_year: i32,
    issued_on: NaiveDate,
    issued_at: DateTime<Utc>,
    issued_by: String,
    form: String,
    natures: String,
    forms: String,
    articles: String,
    signer: String,
    lines: Vec<LineView>,
    pdf: String,
    sha256: String,
    link: String,
    issues: bool,
    reason: String,
    error: Option<String>,
}

impl ReceiptView {
    /// The page; `replaced_by` is the number of what replaces it.
    pub fn new(frame: &Frame, row: &receipt::Model, replaced_by: Option<String>) -> Result<Self, Failure> {
        let facts = register::facts(row)?;
        let lang = frame.lang;
        let list = |codes: &[String], label: &dyn Fn(&str) -> Option<&'static str>| -> String {
            codes.iter().map(|code| label(code).unwrap_or(code)).collect::<Vec<_>>().join(", ")
        };
        Ok(Self {
            number: row.number.clone(),
            cancelled: row.state == "cancelled",
            cancelled_at: row.cancelled_at,
            cancelled_by: row.cancelled_by.clone(),
            cancel_reason: row.cancel_reason.clone(),
            replaces: facts.replaces.clone(),
            replaced_by,
            donor_id: row.donor_id,
            name: format!("{} {}", facts.donor.first_names, facts.donor.last_name),
            address: address(&facts),
            amount: row.amount_cents,
            words: facts.amount_in_words.clone(),
            gift_year: row.gift_year,
            issued_on: facts.issued_on,
            issued_at: row.issued_at,
            issued_by: row.issued_by.clone(),
            form: facts.form.clone(),
            natures: list(&facts.natures, &|code| Nature::parse(code).map(|n| n.label(lang))),
            forms: list(&facts.forms, &|code| Form::parse(code).map(|f| f.label(lang))),
            articles: facts.articles.join(", "),
            signer: format!("{}, {}", facts.signer.name, facts.signer.quality),
            lines: facts.lines.iter().map(|line| line_of(frame, line)).collect(),
            pdf: format!("/receipts/{}.pdf", row.number),
            sha256: row.pdf_sha256.clone(),
            link: row.link.clone(),
            issues: issues(frame),
            reason: String::new(),
            error: None,
        })
    }

    /// The same with what was refused.
    #[must_use]
    pub fn refused(mut self, reason: &str, error: String) -> Self {
        (self.reason, self.error) = (reason.into(), Some(error));
        self
    }
}

fn line_of(frame: &Frame, line: &LineFacts) -> LineView {
    let method = Method::parse(&line.method).map(|m| m.label(frame.lang)).unwrap_or("–");
    let nature = Nature::parse(&line.nature).map(|n| n.label(frame.lang)).unwrap_or_default();
    LineView { date: line.date, method: method.into(), nature: nature.into(), cents: line.amount_cents }
}

fn address(facts: &ReceiptFacts) -> String {
    let donor = &facts.donor;
    let city = format!("{} {}", donor.postal_code, donor.city);
    let parts = donor.street.iter().map(String::as_str).chain([city.trim(), donor.country.as_str()]);
    parts.collect::<Vec<_>>().join(", ")
}
