//! Recurring gifts: the rhythm that a plan is given, and the one that payments show.

mod found;

use chrono::{Datelike, Months, NaiveDate};

pub use found::{Found, Payment, Raised, find};

/// How often a plan gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every year.
    Yearly,
}

impl Rhythm {
    /// Every rhythm.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Yearly];

    /// Code kept in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.code() == code)
    }

    /// Months from one payment to the next.
    pub const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }

    /// Days that a payment may be late before anybody wonders: a weekend and a bank's delay, more for what is rarer.
    pub const fn grace(self) -> i64 {
        match self {
            Self::Monthly => 10,
            Self::Quarterly => 20,
            Self::Yearly => 45,
        }
    }
}

/// The `n`th due day of a plan that begins on `from`: the same day of the month, or the month's last.
pub fn due(from: NaiveDate, rhythm: Rhythm, n: u32) -> Option<NaiveDate> {
    from.checked_add_months(Months::new(rhythm.months().checked_mul(n)?))
}

/// The due days of a plan from a day through another.
pub fn dues(from: NaiveDate, rhythm: Rhythm, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let gone =
        i64::from(first.year() - from.year()) * 12 + i64::from(first.month()) - i64::from(from.month());
    let skip = u32::try_from(gone.max(0)).unwrap_or(0) / rhythm.months();
    let all = (skip.saturating_sub(1)..).map_while(|n| due(from, rhythm, n));
    all.skip_while(|day| *day < first).take_while(|day| *day <= last).collect()
}

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Its last payment came when it should.
    Active,
    /// One is due and did not come.
    Late,
    /// Two are due, or one for so long that it will not come.
    Lapsed,
}

impl Standing {
    /// Code of an address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Late => "late",
            Self::Lapsed => "lapsed",
        }
    }
}

/// The last day on which a plan is active, and the last on which it is late, after its last payment.
pub fn limits(last: NaiveDate, rhythm: Rhythm) -> (NaiveDate, NaiveDate) {
    let grace = chrono::TimeDelta::days(rhythm.grace());
    let after =
        |n| due(last, rhythm, n).and_then(|day| day.checked_add_signed(grace)).unwrap_or(NaiveDate::MAX);
    let late = match rhythm {
        Rhythm::Yearly => after(1).checked_add_signed(chrono::TimeDelta::days(60)).unwrap_or(NaiveDate::MAX),
        _ => after(2),
    };
    (after(1), late)
}

/// Where it stands today.
pub fn standing(last: NaiveDate, rhythm: Rhythm, today: NaiveDate) -> Standing {
    let (active, late) = limits(last, rhythm);
    if today <= active {
        Standing::Active
    } else if today <= late {
        Standing::Late
    } else {
        Standing::Lapsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_plan_of_the_31st_falls_on_the_last_day_of_shorter_months_and_comes_back() {
        let all = dues(day("2026-01-31"), Rhythm::Monthly, day("2026-02-01"), day("2026-05-30"));
        assert_eq!(all, ["2026-02-28", "2026-03-31", "2026-04-30"].map(day));
        let all = dues(day("2024-02-29"), Rhythm::Yearly, day("2025-01-01"), day("2028-12-31"));
        assert_eq!(all, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"].map(day));
        assert_eq!(dues(day("2026-06-10"), Rhythm::Quarterly, day("2026-01-01"), day("2026-06-09")), []);
    }

    #[test]
    fn a_payment_that_lacks_is_late_then_lapsed() {
        let at = |today| standing(day("2026-01-05"), Rhythm::Monthly, day(today));
        assert_eq!(at("2026-02-15"), Standing::Active);
        assert_eq!(at("2026-02-16"), Standing::Late);
        assert_eq!(at("2026-03-15"), Standing::Late);
        assert_eq!(at("2026-03-16"), Standing::Lapsed);
    }

    proptest::proptest! {
        #[test]
        fn every_due_day_is_found_once_wherever_the_window_begins(start in 0_i64..1000, first in 0_i64..3000, long in 0_i64..900, r in 0_usize..3) {
            let base = day("2020-01-01");
            let at = |n| base + chrono::TimeDelta::days(n);
            let rhythm = Rhythm::ALL[r];
            let (from, to) = (at(first), at(first + long));
            let expected: Vec<NaiveDate> = (0..200).filter_map(|n| due(at(start), rhythm, n)).filter(|d| *d >= from && *d <= to).collect();
            proptest::prop_assert_eq!(dues(at(start), rhythm, from, to), expected);
        }
    }
}
