//! The dry run: who gets a receipt, who does not and why, and the bridge from the ledger.

use chrono::Datelike;
use serde::Serialize;

use super::{Choice, issues};
use crate::receipts::queries::survey::{Left, Route, Someone, Survey};
use crate::web::Frame;
use crate::web::paging::href;

/// Somebody on the page of the dry run.
#[derive(Debug, Serialize)]
pub struct SomeoneView {
    donor_id: i64,
    name: String,
    cents: i64,
    receipts: usize,
    lines: usize,
    why: Vec<String>,
    to_print: bool,
}

impl SomeoneView {
    fn new(frame: &Frame, one: &Someone) -> Self {
        Self {
            donor_id: one.donor_id,
            name: one.name.clone(),
            cents: one.cents,
            receipts: one.receipts,
            lines: one.lines,
            why: one.reasons.iter().map(|why| why.sentence(&frame.core, frame.lang)).collect(),
            to_print: one.route == Route::Post,
        }
    }
}

/// What stands behind one reason.
#[derive(Debug, Serialize)]
pub struct LeftView {
    code: &'static str,
    label: String,
    donors: i64,
    gifts: i64,
    cents: i64,
    /// One click asks for a receipt all the same.
    askable: bool,
    first: Vec<SomeoneView>,
    more: Option<String>,
}

/// The dry run.
#[derive(Debug, Serialize)]
pub struct DryRun {
    year: i32,
    years: Vec<Choice>,
    not_over: bool,
    lacks: Vec<String>,
    donors: i64,
    receipts: i64,
    gifts: i64,
    cents: i64,
    to_print: i64,
    done_gifts: i64,
    done_cents: i64,
    anonymous_gifts: i64,
    anonymous_cents: i64,
    ledger_gifts: i64,
    ledger_cents: i64,
    left_cents: i64,
    left: Vec<LeftView>,
    gap: i64,
    who: Vec<SomeoneView>,
    next: Option<String>,
    running: Option<i64>,
    issues: bool,
}

/// A page of people, and where the next begins.
pub type People = (Vec<Someone>, Option<i64>);

impl DryRun {
    /// The page.
    pub fn new(frame: &Frame, found: &Survey, (who, next): People, running: Option<i64>) -> Self {
        let today = frame.core.clock.today().year();
        let choice = |year: i32| Choice {
            value: year.to_string(),
            label: year.to_string(),
            selected: year == found.year,
        };
        let path = "/receipts/run";
        let year = found.year.to_string();
        let after = next.map(|id| id.to_string());
        Self {
            year: found.year,
            years: (today - 5..=today).rev().map(choice).collect(),
            not_over: found.year >= today,
            lacks: found.lacks.iter().map(|mention| mention.label(frame.lang)).collect(),
            donors: found.donors,
            receipts: found.receipts,
            gifts: found.to_issue.lines,
            cents: found.to_issue.cents,
            to_print: found.to_print,
            done_gifts: found.done.lines,
            done_cents: found.done.cents,
            anonymous_gifts: found.anonymous.lines,
            anonymous_cents: found.anonymous.cents,
            ledger_gifts: found.ledger.lines,
            ledger_cents: found.ledger.cents,
            left_cents: found.left.values().map(|left| left.sum.cents).sum(),
            left: found
                .left
                .iter()
                .map(|(code, left)| LeftView::new(frame, found.year, code, left))
                .collect(),
            gap: found.gap(),
            who: who.iter().map(|one| SomeoneView::new(frame, one)).collect(),
            next: after.map(|after| href(path, &[("year", &year), ("after", &after)])),
            running,
            issues: issues(frame),
        }
    }
}

impl LeftView {
    fn new(frame: &Frame, year: i32, code: &'static str, left: &Left) -> Self {
        let shown = i64::try_from(left.first.len()).unwrap_or_default();
        let to = href("/receipts/run", &[("year", &year.to_string()), ("reason", code)]);
        Self {
            code,
            label: label_of(frame, code),
            donors: left.donors,
            gifts: left.sum.lines,
            cents: left.sum.cents,
            askable: matches!(code, "not_in_france" | "preference_none"),
            first: left.first.iter().map(|one| SomeoneView::new(frame, one)).collect(),
            more: (left.donors > shown).then_some(to),
        }
    }
}

/// What a reason is called in a list.
pub fn label_of(frame: &Frame, code: &str) -> String {
    frame.word(match code {
        "address_incomplete" => "receipts-left-address",
        "no_name" => "receipts-left-name",
        "not_in_france" => "receipts-left-abroad",
        "preference_none" => "receipts-left-none",
        "organisation" => "receipts-left-organisation",
        "receipted_elsewhere" => "receipts-left-elsewhere",
        "reversed_after_receipt" => "receipts-left-after",
        "reversed_otherwise" => "receipts-left-otherwise",
        "reversal" => "receipts-left-reversal",
        "method_unknown" => "receipts-left-method",
        "dues_without_receipt" => "receipts-left-dues",
        "counterpart_too_dear" | "counterpart_beyond_cap" => "receipts-left-counterpart",
        "proof_missing" => "receipts-left-proof",
        "association_lacks" => "receipts-left-association",
        "no_sign" | "too_long" => "receipts-left-paper",
        _ => "receipts-left-other",
    })
}

/// Everybody behind one reason.
#[derive(Debug, Serialize)]
pub struct LeftPage {
    year: i32,
    label: String,
    who: Vec<SomeoneView>,
    next: Option<String>,
}

impl LeftPage {
    /// A page of them.
    pub fn new(frame: &Frame, year: i32, code: &str, (who, next): People) -> Self {
        let (of_year, after) = (year.to_string(), next.map(|id| id.to_string()));
        let to =
            |after: String| href("/receipts/run", &[("year", &of_year), ("reason", code), ("after", &after)]);
        Self {
            year,
            label: label_of(frame, code),
            who: who.iter().map(|one| SomeoneView::new(frame, one)).collect(),
            next: after.map(to),
        }
    }
}
