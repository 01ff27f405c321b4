//! Names for the lines of a bank statement.
//!
//! Banks name a line in one format and not in another, and name it anew in each export. What stays is the account,
//! the day and the amount: a line is called by its booking day, its amount and how many such lines came before it
//! on that day. So the same statement as CAMT, OFX or CSV names its lines alike, a file read twice changes nothing,
//! and two equal lines on one day are two facts.

use std::collections::HashMap;

use chrono::NaiveDate;
use rules::money::Cents;

/// Gives names to the lines of one account in one file.
#[derive(Debug, Default)]
pub struct BankKeys {
    seen: HashMap<(NaiveDate, i64), u32>,
}

impl BankKeys {
    /// The name of the next line booked on `day` that moves the account by `amount`: `2026-01-05/-450/1`.
    pub fn next(&mut self, day: NaiveDate, amount: Cents) -> String {
        let count = self.seen.entry((day, amount.0)).or_insert(0);
        *count += 1;
        format!("{day}/{}/{count}", amount.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_of_a_day_are_counted() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        let mut keys = BankKeys::default();
        let names: Vec<String> = [-450, 1000, -450].map(|cents| keys.next(day, Cents(cents))).into();
        assert_eq!(names, ["2026-01-05/-450/1", "2026-01-05/1000/1", "2026-01-05/-450/2"]);
    }
}
