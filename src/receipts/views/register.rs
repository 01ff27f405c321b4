//! The register: its years, its lines, its runs.

use chrono::{DateTime, Datelike, Utc};
use entities::{receipt_run, receipt_series};
use serde::Serialize;

use super::{Choice, issues};
use crate::platform::Say;
use crate::receipts::queries::register::{self, Row, Wanted, Year};
use crate::web::Frame;
use crate::web::paging::{Slice, href};

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
