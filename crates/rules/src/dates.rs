//! Days and times as people say them. Instants are UTC; civil dates are Europe/Paris.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Paris;

use crate::lang::Lang;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const SHORT_FR: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const SHORT_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The name of a month counted from 0: `août`, `August`; empty beyond the year.
pub fn month(at: usize, lang: Lang) -> &'static str {
    of_year([MONTHS_FR, MONTHS_EN], at, lang)
}

/// Its usual short form: `sept.`, `Sep`.
pub fn short_month(at: usize, lang: Lang) -> &'static str {
    of_year([SHORT_FR, SHORT_EN], at, lang)
}

fn of_year([fr, en]: [[&'static str; 12]; 2], at: usize, lang: Lang) -> &'static str {
    let names = if lang == Lang::Fr { fr } else { en };
    names.get(at).copied().unwrap_or("")
}

/// Why a typed date is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was typed.
    #[error("no date")]
    Empty,
    /// None of the shapes that are read.
    #[error("not a date")]
    NotADate,
    /// The right shape, but no such day or hour (`31/02/2026`).
    #[error("no such day")]
    NoSuchDay,
}

/// A day as typed, with the hour when one was given. Both are Europe/Paris.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedDate {
    /// The civil day.
    pub day: NaiveDate,
    /// The hour of that day.
    pub time: Option<NaiveTime>,
}

/// The day it is in Paris at this instant.
pub fn paris_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Paris).date_naive()
}

/// The clock in Paris at this instant.
pub fn paris_clock(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&Paris).naive_local()
}

/// The instant of a civil date and time in Paris. In the hour that comes twice in autumn, the first;
/// in the hour that does not exist in spring, one hour later.
pub fn paris_instant(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let later = || local.checked_add_signed(TimeDelta::hours(1));
    local
        .and_local_timezone(Paris)
        .earliest()
        .or_else(|| later()?.and_local_timezone(Paris).earliest())
        .map(|t| t.with_timezone(&Utc))
}

/// The first instant of a day in Paris.
pub fn paris_midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    paris_instant(day.and_time(NaiveTime::MIN))
}

/// `31/12/2026`.
pub fn short_fr(day: NaiveDate) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// `1er janvier 2026`, `1 January 2026`.
pub fn long(day: NaiveDate, lang: Lang) -> String {
    let month = month(day.month0() as usize, lang);
    let first = if lang == Lang::Fr && day.day() == 1 { "er" } else { "" };
    format!("{}{first} {month} {}", day.day(), day.year())
}

/// `14 h 05` (no-break spaces) or `14:05`.
pub fn time(at: NaiveTime, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{}\u{00A0}h\u{00A0}{:02}", at.hour(), at.minute()),
        Lang::En => format!("{:02}:{:02}", at.hour(), at.minute()),
    }
}

/// `1er janvier 2026 à 14 h 05`, `1 January 2026 at 14:05`: the exact instant, in Paris.
pub fn exact(at: DateTime<Utc>, lang: Lang) -> String {
    let local = paris_clock(at);
    format!("{} {} {}", long(local.date(), lang), lang.pick("à", "at"), time(local.time(), lang))
}

/// Reads `31/12/2026`, `31/12/2026 14:05[:09]`, `2026-12-31`, `2026-12-31T14:05[:09]`.
///
/// # Errors
/// [`DateError`]; two-digit years and American order are not guessed.
pub fn parse_typed(text: &str) -> Result<TypedDate, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let (day, time) = match text.split_once([' ', 'T', '\u{00A0}']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    Ok(TypedDate { day: parse_day(day)?, time: time.map(parse_time).transpose()? })
}

fn parse_day(text: &str) -> Result<NaiveDate, DateError> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(separator).collect();
    let [a, b, c] = parts.as_slice() else { return Err(DateError::NotADate) };
    let (year, month, day) = if separator == '/' { (c, b, a) } else { (a, b, c) };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(DateError::NotADate);
    }
    let year = i32::try_from(number(year)?).map_err(|_| DateError::NotADate)?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)
        .filter(|_| year > 0)
        .ok_or(DateError::NoSuchDay)
}

fn parse_time(text: &str) -> Result<NaiveTime, DateError> {
    let parts = text.split(':').map(number).collect::<Result<Vec<u32>, _>>()?;
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return Err(DateError::NotADate),
    };
    NaiveTime::from_hms_opt(hour, minute, second).ok_or(DateError::NoSuchDay)
}

fn number(digits: &str) -> Result<u32, DateError> {
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DateError::NotADate);
    }
    digits.parse().map_err(|_| DateError::NotADate)
}

/// How long someone has been waiting: `depuis 3 jours`, `3 days`. Under a minute: `à l’instant`, `just now`.
pub fn waiting(since: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    match (spell(now - since, lang), lang) {
        (None, _) => lang.pick("à l’instant", "just now").to_owned(),
        (Some(span), Lang::Fr) => format!("depuis {span}"),
        (Some(span), Lang::En) => span,
    }
}

/// A length of time in its largest unit: `5 minutes`, `2 heures`, `3 jours`, `4 semaines`; never below a minute.
pub fn duration(length: TimeDelta, lang: Lang) -> String {
    spell(length, lang).unwrap_or_else(|| lang.pick("moins d’une minute", "less than a minute").to_owned())
}

fn spell(length: TimeDelta, lang: Lang) -> Option<String> {
    let (minutes, hours, days) = (length.num_minutes(), length.num_hours(), length.num_days());
    let (count, one, many) = match (days, hours, minutes) {
        (730.., _, _) => (days / 365, ("an", "year"), ("ans", "years")),
        (61.., _, _) => (days / 30, ("mois", "month"), ("mois", "months")),
        (14.., _, _) => (days / 7, ("semaine", "week"), ("semaines", "weeks")),
        (1.., _, _) => (days, ("jour", "day"), ("jours", "days")),
        (_, 1.., _) => (hours, ("heure", "hour"), ("heures", "hours")),
        (_, _, 1..) => (minutes, ("minute", "minute"), ("minutes", "minutes")),
        _ => return None,
    };
    let (fr, en) = if count == 1 { one } else { many };
    Some(format!("{count} {}", lang.pick(fr, en)))
}

/// When something happened: `il y a 5 minutes`, `hier à 14 h 05`, `le 3 mars à 9 h 00`, `le 3 mars 2025`.
pub fn ago(then: DateTime<Utc>, now: DateTime<Utc>, lang: Lang) -> String {
    let passed = now - then;
    if passed < TimeDelta::minutes(1) && passed > TimeDelta::minutes(-1) {
        return lang.pick("à l’instant", "just now").to_owned();
    }
    let (local, today) = (paris_clock(then), paris_day(now));
    let clock = time(local.time(), lang);
    let at = lang.pick("à", "at");
    let days = (today - local.date()).num_days();
    if passed > TimeDelta::zero() && passed < TimeDelta::hours(6) && days <= 1 {
        let span = spell(passed, lang).unwrap_or_default();
        return match lang {
            Lang::Fr => format!("il y a {span}"),
            Lang::En => format!("{span} ago"),
        };
    }
    match days {
        0 => format!("{} {at} {clock}", lang.pick("aujourd’hui", "today")),
        1 => format!("{} {at} {clock}", lang.pick("hier", "yesterday")),
        -1 => format!("{} {at} {clock}", lang.pick("demain", "tomorrow")),
        _ => {
            let (le, day) = (lang.pick("le ", "on "), long(local.date(), lang));
            if local.year() != today.year() {
                return format!("{le}{day}");
            }
            let short = day.rsplit_once(' ').map_or(day.as_str(), |(short, _)| short);
            format!("{le}{short} {at} {clock}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_is_the_one_on_the_wall_in_paris() {
        assert_eq!(paris_day(utc("2025-12-31T23:30:00Z")), day("2026-01-01"));
        assert_eq!(paris_day(utc("2026-07-01T21:59:59Z")), day("2026-07-01"));
        assert_eq!(paris_day(utc("2026-07-01T22:00:00Z")), day("2026-07-02"));
        assert_eq!(paris_midnight(day("2026-01-01")), Some(utc("2025-12-31T23:00:00Z")));
    }

    #[test]
    fn the_hour_that_is_missing_or_doubled_still_has_an_instant() {
        let at = |t: &str| paris_instant(t.parse().unwrap());
        assert_eq!(at("2026-03-29T02:30:00"), Some(utc("2026-03-29T01:30:00Z")));
        assert_eq!(at("2026-10-25T02:30:00"), Some(utc("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        assert_eq!(short_fr(day("2026-01-02")), "02/01/2026");
        assert_eq!(long(day("2026-01-01"), Lang::Fr), "1er janvier 2026");
        assert_eq!(long(day("2026-08-02"), Lang::Fr), "2 août 2026");
        assert_eq!(long(day("2026-01-01"), Lang::En), "1 January 2026");
        let at = NaiveTime::from_hms_opt(9, 5, 0).unwrap();
        assert_eq!(time(at, Lang::Fr), "9\u{A0}h\u{A0}05");
        assert_eq!(time(at, Lang::En), "09:05");
        assert_eq!(exact(utc("2026-01-01T13:05:00Z"), Lang::En), "1 January 2026 at 14:05");
    }

    #[test]
    fn typed_dates_are_read_and_odd_ones_refused() {
        let read = |t: &str| parse_typed(t).map(|d| (d.day.to_string(), d.time.map(|t| t.to_string())));
        assert_eq!(read(" 1/2/2026 "), Ok(("2026-02-01".into(), None)));
        assert_eq!(read("31/12/2026 14:05"), Ok(("2026-12-31".into(), Some("14:05:00".into()))));
        assert_eq!(read("2026-12-31T14:05:09"), Ok(("2026-12-31".into(), Some("14:05:09".into()))));
        assert_eq!(read(""), Err(DateError::Empty));
        assert_eq!(read("31/02/2026"), Err(DateError::NoSuchDay));
        assert_eq!(read("31/12/2026 25:00"), Err(DateError::NoSuchDay));
        for odd in ["31/12/26", "12-31-2026", "31.12.2026", "demain", "1/1/+026", "31/12/2026 14", "0/0"] {
            assert_eq!(read(odd), Err(DateError::NotADate), "{odd}");
        }
    }

    #[test]
    fn waiting_is_said_in_its_largest_unit() {
        let since = utc("2026-03-01T10:00:00Z");
        let said = |minutes: i64, lang| waiting(since, since + TimeDelta::minutes(minutes), lang);
        assert_eq!(said(0, Lang::Fr), "à l’instant");
        assert_eq!(said(1, Lang::Fr), "depuis 1 minute");
        assert_eq!(said(119, Lang::En), "1 hour");
        assert_eq!(said(3 * 1440, Lang::Fr), "depuis 3 jours");
        assert_eq!(said(3 * 1440, Lang::En), "3 days");
        assert_eq!(said(15 * 1440, Lang::Fr), "depuis 2 semaines");
        assert_eq!(said(90 * 1440, Lang::Fr), "depuis 3 mois");
        assert_eq!(said(800 * 1440, Lang::En), "2 years");
    }

    #[test]
    fn the_past_is_said_as_people_say_it() {
        let now = utc("2026-03-10T15:00:00Z");
        assert_eq!(ago(utc("2026-03-10T14:55:00Z"), now, Lang::Fr), "il y a 5 minutes");
        assert_eq!(ago(utc("2026-03-10T14:55:00Z"), now, Lang::En), "5 minutes ago");
        assert_eq!(ago(utc("2026-03-10T05:00:00Z"), now, Lang::Fr), "aujourd’hui à 6\u{A0}h\u{A0}00");
        assert_eq!(ago(utc("2026-03-09T13:05:00Z"), now, Lang::Fr), "hier à 14\u{A0}h\u{A0}05");
        assert_eq!(ago(utc("2026-03-01T08:00:00Z"), now, Lang::Fr), "le 1er mars à 9\u{A0}h\u{A0}00");
        assert_eq!(ago(utc("2025-03-03T08:00:00Z"), now, Lang::En), "on 3 March 2025");
    }

    proptest! {
        #[test]
        fn a_short_date_reads_back(offset in 0i64..400_000) {
            let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + TimeDelta::days(offset);
            prop_assert_eq!(parse_typed(&short_fr(day)), Ok(TypedDate { day, time: None }));
            prop_assert_eq!(parse_typed(&day.to_string()), Ok(TypedDate { day, time: None }));
            prop_assert_eq!(paris_day(paris_midnight(day).unwrap()), day);
        }
    }
}
