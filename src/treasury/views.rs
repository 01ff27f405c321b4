//! What the treasury's page sees.

use chrono::NaiveDate;
use rules::dates::{month, short_month};
use rules::gift::Method;
use rules::lang::Lang;
use serde::Serialize;

use super::queries::sums::{MonthMethod, Sum};
use crate::platform::Say;
use crate::web::Frame;

/// A cell of money, and where its lines are.
#[derive(Debug, Serialize, Clone, Copy, Default)]
pub struct Money {
    lines: i64,
    gross: i64,
    fee: i64,
    net: i64,
}

impl Money {
    fn add(&mut self, row: &MonthMethod) {
        self.lines += row.lines;
        self.gross += row.gross;
        self.fee += row.fee;
        self.net += row.net;
    }
}

/// A line of a table of sums.
#[derive(Debug, Serialize)]
pub struct Line {
    label: String,
    href: String,
    sum: Money,
}

/// A bar of the chart, in units of its drawing.
#[derive(Debug, Serialize)]
pub struct Bar {
    label: &'static str,
    middle: i64,
    x: i64,
    y: i64,
    height: i64,
}

/// A year.
#[derive(Debug, Serialize)]
pub struct Year {
    year: i32,
    first: NaiveDate,
    last: NaiveDate,
    months: Vec<Line>,
    methods: Vec<Line>,
    total: Money,
    bars: Vec<Bar>,
    finding: String,
}

/// Height of the tallest bar and the width of a month, in units of the drawing.
const TALL: i64 = 160;
const WIDE: i64 = 56;

impl Year {
    /// The year's sums, as tables and as a chart.
    pub fn new(frame: &Frame, year: i32, days: (NaiveDate, NaiveDate), rows: &[MonthMethod]) -> Self {
        let mut by_month = [Money::default(); 12];
        let mut total = Money::default();
        for row in rows {
            total.add(row);
            let at = row.month.parse::<usize>().unwrap_or(1).saturating_sub(1);
            if let Some(sum) = by_month.get_mut(at) {
                sum.add(row);
            }
        }
        let line =
            |(at, sum)| Line { label: capital(month(at, frame.lang)), href: month_href(year, at), sum };
        let months: Vec<Line> = by_month.into_iter().enumerate().map(line).collect();
        let methods = Method::ALL.iter().filter_map(|method| by_method(frame, year, *method, rows)).collect();
        let bars = bars(frame.lang, &months);
        let finding = finding(frame, year, &months, total);
        Self { year, first: days.0, last: days.1, months, methods, total, bars, finding }
    }
}

/// A name at the head of a row.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn month_href(year: i32, at: usize) -> String {
    let first = u32::try_from(at + 1).ok().and_then(|month| NaiveDate::from_ymd_opt(year, month, 1));
    let last = first.and_then(|d| d.checked_add_months(chrono::Months::new(1))).and_then(|d| d.pred_opt());
    match first.zip(last) {
        Some((first, last)) => format!("/gifts?from={first}&to={last}"),
        None => "/gifts".into(),
    }
}

fn by_method(frame: &Frame, year: i32, method: Method, rows: &[MonthMethod]) -> Option<Line> {
    let mut sum = Money::default();
    let mut any = false;
    for row in rows.iter().filter(|row| row.method == method.code()) {
        sum.add(row);
        any = true;
    }
    let label = method.label(frame.lang).to_owned();
    let href = format!("/gifts?from={year}-01-01&to={year}-12-31&method={}", method.code());
    any.then_some(Line { label, href, sum })
}

fn bars(lang: Lang, months: &[Line]) -> Vec<Bar> {
    let most = months.iter().map(|m| m.sum.gross).max().unwrap_or(0).max(1);
    (0..)
        .zip(months.iter().enumerate())
        .map(|(at, (number, line))| {
            let height = Ord::max(line.sum.gross, 0).saturating_mul(TALL) / most;
            let label = short_month(number, lang);
            Bar { label, middle: at * WIDE + WIDE / 2, x: at * WIDE + 8, y: TALL - height, height }
        })
        .collect()
}

fn finding(frame: &Frame, year: i32, months: &[Line], total: Money) -> String {
    let best = months.iter().enumerate().max_by_key(|(_, m)| m.sum.gross).filter(|_| total.gross > 0);
    let Some((at, best)) = best else {
        return frame.say(&Say::new("treasury-finding-none").with("year", year.to_string()));
    };
    let amount = rules::money::Cents(best.sum.gross).in_lang(frame.lang);
    let share = best.sum.gross.saturating_mul(100) / total.gross;
    let say = Say::new("treasury-finding").with("month", month(at, frame.lang)).with("amount", amount);
    frame.say(&say.count("share", share))
}

/// A count and its sum, for the page.
#[derive(Debug, Serialize)]
pub struct Counted {
    count: i64,
    cents: i64,
}

impl From<Sum> for Counted {
    fn from(sum: Sum) -> Self {
        Self { count: sum.count, cents: sum.cents }
    }
}
