//! Days on which T2, the euro's settlement system, works: the ECB's calendar since 2002.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Whether banks settle on this day: no Saturday or Sunday, no New Year's Day, Good Friday, Easter Monday, 1 May,
/// 25 and 26 December.
pub fn is_settlement_day(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let fixed = matches!((day.month(), day.day()), (1, 1) | (5, 1) | (12, 25 | 26));
    let easter = easter(day.year());
    let moving = [easter.checked_sub_days(Days::new(2)), easter.checked_add_days(Days::new(1))];
    !weekend && !fixed && !moving.contains(&Some(day))
}

/// The day itself if banks settle on it, else the next one.
pub fn settlement_day(day: NaiveDate) -> NaiveDate {
    let mut at = day;
    while !is_settlement_day(at) {
        match at.succ_opt() {
            Some(next) => at = next,
            None => return day,
        }
    }
    at
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let whole = h + l - 7 * m + 114;
    let (month, day) = (u32::try_from(whole / 31).unwrap_or(3), u32::try_from(whole % 31 + 1).unwrap_or(31));
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_calendars_say() {
        for (year, day) in
            [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2038, "2038-04-25")]
        {
            assert_eq!(easter(year).to_string(), day);
        }
    }

    #[test]
    fn a_debit_of_a_holiday_waits_for_the_next_day_of_the_banks() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(settlement_day(day("2026-04-03")), day("2026-04-07"), "Good Friday to Easter Monday");
        assert_eq!(settlement_day(day("2026-12-25")), day("2026-12-28"));
        assert_eq!(settlement_day(day("2026-05-01")), day("2026-05-04"));
        assert_eq!(
            settlement_day(day("2026-07-14")),
            day("2026-07-14"),
            "French holidays are days of the banks"
        );
    }
}
