//! What the pages of receipts show.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entities::{receipt, receipt_run, receipt_series};
use rules::gift::{Form, Method, Nature};
use rules::receipt::facts::{LineFacts, ReceiptFacts};
use rules::roles::{Permission, may};
use serde::Serialize;

use super::queries::register::{self, Row, Wanted, Year};
use super::queries::survey::{Left, Someone, Survey};
use crate::platform::{Failure, Say};
use crate::web::Frame;
use crate::web::paging::{Slice, href};

/// An entry of a choice.
#[derive(Debug, Serialize)]
pub struct Choice {
    value: String,
    label: String,
    selected: bool,
}

/// A year of the register.
#[derive(Debug, Serialize)]
pub struct YearView {
    year: i32,
    href: String,
    issued: i64,
    cents: i64,
    cancelled: i64,
}

/// A line of the register.
#[derive(Debug, Serialize)]
pub struct RowView {
    number: String,
    donor_id: i64,
    name: String,
    gift_year: i32,
    cents: i64,
    cancelled: bool,
    to_print: bool,
    issued_at: DateTime<Utc>,
}

/// A run, in a few words.
#[derive(Debug, Serialize)]
pub struct RunLine {
    id: i64,
    year: i32,
    state: String,
    running: bool,
    issued: i64,
    planned: i64,
    cents: i64,
    left_out: i64,
    by: String,
    at: DateTime<Utc>,
    ended: Option<DateTime<Utc>>,
}

/// The register.
#[derive(Debug, Serialize)]
pub struct Register {
    q: String,
    year: Option<i32>,
    filtered: bool,
    states: Vec<Choice>,
    years: Vec<YearView>,
    series: Vec<String>,
    runs: Vec<RunLine>,
    rows: Vec<RowView>,
    prev: Option<String>,
    next: Option<String>,
    issues: bool,
    run_year: i32,
}

/// What the register is made from.
#[derive(Debug)]
pub struct Parts<'a> {
    /// What was asked for.
    pub wanted: Wanted<'a>,
    /// Sums.
    pub years: Vec<Year>,
    /// Counters.
    pub series: Vec<receipt_series::Model>,
    /// Latest runs.
    pub runs: Vec<receipt_run::Model>,
    /// The page.
    pub rows: Slice<Row>,
}

/// Whether the person may issue.
fn issues(frame: &Frame) -> bool {
    frame.member.as_ref().is_some_and(|member| may(member.role, Permission::IssueReceipts))
}

impl Register {
    /// The page.
    pub fn new(frame: &Frame, parts: Parts<'_>) -> Self {
        let wanted = &parts.wanted;
        let year = wanted.year.map(|y| y.to_string()).unwrap_or_default();
        let show = if wanted.to_print { "print" } else { wanted.state.unwrap_or_default() };
        let query = [("q", wanted.q), ("year", year.as_str()), ("show", show)];
        let (prev, next) = parts.rows.links("/receipts", &query, |row| row.receipt.id);
        let state = |value: &str, key| Choice {
            value: value.into(),
            label: frame.word(key),
            selected: value == show,
        };
        Self {
            filtered: !wanted.q.trim().is_empty() || wanted.year.is_some() || !show.is_empty(),
            states: vec![
                state("", "receipts-show-all"),
                state("issued", "receipts-show-issued"),
                state("cancelled", "receipts-show-cancelled"),
                state("print", "receipts-show-print"),
            ],
            q: wanted.q.into(),
            year: wanted.year,
            years: years(&parts.years),
            series: parts.series.iter().map(|s| series(frame, s)).collect(),
            runs: parts.runs.iter().map(RunLine::new).collect(),
            rows: parts.rows.rows.iter().map(RowView::new).collect(),
            prev,
            next,
            issues: issues(frame),
            run_year: frame.core.clock.today().year() - 1,
        }
    }
}

fn series(frame: &Frame, row: &receipt_series::Model) -> String {
    let last = u64::try_from(row.last_number).unwrap_or_default();
    let number = rules::receipt::number::format(&row.prefix, row.year, last);
    frame.say(&Say::new("receipts-series").with("year", row.year.to_string()).with("number", number))
}

fn years(sums: &[Year]) -> Vec<YearView> {
    let mut all: Vec<YearView> = Vec::new();
    for sum in sums {
        if all.last().is_none_or(|last| last.year != sum.gift_year) {
            let to = href("/receipts", &[("year", &sum.gift_year.to_string())]);
            all.push(YearView { year: sum.gift_year, href: to, issued: 0, cents: 0, cancelled: 0 });
        }
        let Some(year) = all.last_mut() else { continue };
        if sum.state == "issued" {
            (year.issued, year.cents) = (sum.receipts, sum.cents);
        } else {
            year.cancelled = sum.receipts;
        }
    }
    all
}

impl RowView {
    fn new(row: &Row) -> Self {
        let receipt = &row.receipt;
        Self {
            number: receipt.number.clone(),
            donor_id: receipt.donor_id,
            name: row.donor.as_ref().map(register::name_of).unwrap_or_default(),
            gift_year: receipt.gift_year,
            cents: receipt.amount_cents,
            cancelled: receipt.state == "cancelled",
            to_print: row.donor.as_ref().is_some_and(|donor| donor.receipt_route == "post"),
            issued_at: receipt.issued_at,
        }
    }
}

impl RunLine {
    /// From its row.
    pub fn new(run: &receipt_run::Model) -> Self {
        Self {
            id: run.id,
            year: run.gift_year,
            state: format!("receipts-run-{}", run.state),
            running: run.state == "running",
            issued: run.issued,
            planned: Ord::max(run.planned, run.issued),
            cents: run.cents,
            left_out: run.left_out,
            by: run.started_by.clone(),
            at: run.started_at,
            ended: run.ended_at,
        }
    }
}

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
            to_print: one.route == super::queries::survey::Route::Post,
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
