//! Numbers, dates and instants as bytes, without allocating.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use rules::dates::paris_clock;

pub(super) fn push_int(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    push_digits(out, number.unsigned_abs(), 1);
}

pub(super) fn push_cents(out: &mut Vec<u8>, cents: i64, decimal_mark: u8) {
    if cents < 0 {
        out.push(b'-');
    }
    let cents = cents.unsigned_abs();
    push_digits(out, cents / 100, 1);
    out.push(decimal_mark);
    push_digits(out, cents % 100, 2);
}

pub(super) fn push_french_date(out: &mut Vec<u8>, date: NaiveDate) {
    push_digits(out, u64::from(date.day()), 2);
    out.push(b'/');
    push_digits(out, u64::from(date.month()), 2);
    out.push(b'/');
    push_year(out, date);
}

pub(super) fn push_iso_date(out: &mut Vec<u8>, date: NaiveDate) {
    push_year(out, date);
    out.push(b'-');
    push_digits(out, u64::from(date.month()), 2);
    out.push(b'-');
    push_digits(out, u64::from(date.day()), 2);
}

pub(super) fn push_french_instant(out: &mut Vec<u8>, at: DateTime<Utc>) {
    let local = paris_clock(at);
    push_french_date(out, local.date());
    out.push(b' ');
    push_time(out, local.time());
}

pub(super) fn push_iso_instant(out: &mut Vec<u8>, at: DateTime<Utc>) {
    let utc = at.naive_utc();
    push_iso_date(out, utc.date());
    out.push(b'T');
    push_time(out, utc.time());
    out.push(b'Z');
}

fn push_time(out: &mut Vec<u8>, time: NaiveTime) {
    push_digits(out, u64::from(time.hour()), 2);
    out.push(b':');
    push_digits(out, u64::from(time.minute()), 2);
    out.push(b':');
    push_digits(out, u64::from(time.second()), 2);
}

fn push_year(out: &mut Vec<u8>, date: NaiveDate) {
    if date.year() < 0 {
        out.push(b'-');
    }
    push_digits(out, u64::from(date.year().unsigned_abs()), 4);
}

/// Decimal digits of `number`, at least `width` of them.
fn push_digits(out: &mut Vec<u8>, number: u64, width: usize) {
    let start = out.len();
    let mut rest = number;
    while rest > 0 || out.len() - start < width {
        out.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
    }
    if let Some(digits) = out.get_mut(start..) {
        digits.reverse();
    }
}
