//! Days and hours as the account's country writes them.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use rules::dates::paris_instant;

/// Which comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `31/12/2025`.
    DayFirst,
    /// `12/31/2025`.
    MonthFirst,
}

/// Reads a day; `2025-12-31` reads in any order.
pub fn day(typed: &str, order: Order) -> Option<NaiveDate> {
    if let Ok(day) = typed.parse() {
        return Some(day);
    }
    let parts: Vec<&str> = typed.split(['/', '.', '-']).collect();
    let [a, b, year] = parts.as_slice() else { return None };
    let digits =
        |text: &&str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(a) || !digits(b) || year.len() != 4 {
        return None;
    }
    let (day, month) = if order == Order::DayFirst { (a, b) } else { (b, a) };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// What the dates of a whole file tell.
#[derive(Debug, Default)]
pub struct Survey {
    day_first: Sequence,
    month_first: Sequence,
    american: bool,
}

/// The dates of a file read in one order.
#[derive(Debug, Default)]
struct Sequence {
    last: Option<NaiveDate>,
    unread: u64,
    rises: u64,
    falls: u64,
}

impl Sequence {
    fn see(&mut self, day: Option<NaiveDate>) {
        let Some(day) = day else {
            self.unread += 1;
            return;
        };
        if let Some(last) = self.last {
            self.rises += u64::from(day > last);
            self.falls += u64::from(day < last);
        }
        self.last = Some(day);
    }

    /// Days that do not exist count most; then those that break the march of time, whichever way it goes.
    fn faults(&self) -> (u64, u64) {
        (self.unread, Ord::min(self.rises, self.falls))
    }
}

impl Survey {
    /// Sees a line.
    pub fn see(&mut self, date: &str, zone: &str) {
        if date.is_empty() {
            return;
        }
        self.day_first.see(day(date, Order::DayFirst));
        self.month_first.see(day(date, Order::MonthFirst));
        self.american |=
            zone.starts_with("America/") || matches!(zone, "PST" | "PDT" | "EST" | "EDT" | "CST" | "CDT");
    }

    /// The order of the file.
    pub fn order(&self) -> Order {
        match Ord::cmp(&self.day_first.faults(), &self.month_first.faults()) {
            std::cmp::Ordering::Less => Order::DayFirst,
            std::cmp::Ordering::Greater => Order::MonthFirst,
            std::cmp::Ordering::Equal if self.american => Order::MonthFirst,
            std::cmp::Ordering::Equal => Order::DayFirst,
        }
    }
}

/// Reads `21:15:00`, `9:05 PM`.
pub fn time(typed: &str) -> Option<NaiveTime> {
    if typed.is_empty() {
        return Some(NaiveTime::MIN);
    }
    ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(typed, form).ok())
}

/// The instant of a local time in a zone as PayPal names it; none for a zone that nobody here knows.
pub fn instant(local: NaiveDateTime, zone: &str) -> Option<DateTime<Utc>> {
    let tz: Tz = match zone.trim() {
        "" | "CET" | "CEST" | "MET" | "MEST" => return paris_instant(local),
        "GMT" | "UTC" | "Z" => return Some(local.and_utc()),
        "PST" | "PDT" => Tz::America__Los_Angeles,
        "MST" | "MDT" => Tz::America__Denver,
        "CST" | "CDT" => Tz::America__Chicago,
        "EST" | "EDT" => Tz::America__New_York,
        "BST" => Tz::Europe__London,
        "EET" | "EEST" => Tz::Europe__Helsinki,
        name => match name.parse() {
            Ok(tz) => tz,
            Err(_) => {
                let offset = offset(name)?;
                return offset.from_local_datetime(&local).single().map(|at| at.with_timezone(&Utc));
            }
        },
    };
    let at = tz.from_local_datetime(&local).earliest();
    // An hour that does not exist in spring: the one after it.
    let later = || tz.from_local_datetime(&local.checked_add_signed(chrono::TimeDelta::hours(1))?).earliest();
    at.or_else(later).map(|at| at.with_timezone(&Utc))
}

/// Reads `GMT+02:00`, `GMT-8`, `UTC+1`, `+0100`.
fn offset(name: &str) -> Option<FixedOffset> {
    let text = name.trim_start_matches("GMT").trim_start_matches("UTC");
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}
