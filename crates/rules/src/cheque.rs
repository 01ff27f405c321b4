//! Cheques and the slip that takes them to the bank.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The last day on which the drawer's bank has to pay: a year after the eight days in which a cheque is to be
/// presented (Code monétaire et financier, art. L131-32 and L131-59). Cheques issued outside mainland France have
/// more days; the least is told.
pub fn payable_until(written_on: NaiveDate) -> NaiveDate {
    let presented = written_on.checked_add_days(Days::new(8)).unwrap_or(NaiveDate::MAX);
    presented.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX)
}

/// Number of a slip: `BRC-2026-0001`, a series for each year of deposit.
pub fn slip_number(year: i32, seq: i64) -> String {
    format!("BRC-{year}-{seq:04}")
}

/// A slip as it was frozen when it was numbered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// Its number.
    pub number: String,
    /// The day on which it is taken to the bank.
    pub deposited_on: NaiveDate,
    /// The association, as the account's holder.
    pub holder: String,
    /// Name of the bank account.
    pub account: String,
    /// Its IBAN, when it is known; the bank account is the association's own.
    pub iban: Option<String>,
    /// Its cheques, in the order in which they were typed.
    pub cheques: Vec<Cheque>,
}

/// A cheque on a slip.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cheque {
    /// Who drew it.
    pub drawer: String,
    /// Whether the drawer is an organisation.
    pub organisation: bool,
    /// Their bank.
    pub bank: String,
    /// Its number.
    pub number: String,
    /// The day written on it.
    pub written_on: Option<NaiveDate>,
    /// The day it was received: the day of the gift.
    pub received_on: NaiveDate,
    /// Its amount, in cents.
    pub cents: i64,
    /// Campaign.
    pub campaign: String,
    /// Mail address of the drawer.
    pub mail: String,
    /// Street.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// Town.
    pub city: String,
    /// The donor that a person chose; none for the one that the import finds or makes.
    pub donor_id: Option<i64>,
}

impl Slip {
    /// What it sums to, in cents.
    pub fn cents(&self) -> i64 {
        self.cheques.iter().fold(0, |sum, cheque| sum.saturating_add(cheque.cents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cheque_is_paid_for_a_year_and_eight_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(payable_until(day("2026-01-05")), day("2027-01-13"));
        assert_eq!(
            payable_until(day("2024-02-21")),
            day("2025-02-28"),
            "the 29th of February is not in 2025"
        );
    }

    #[test]
    fn numbers_are_written_with_four_figures_at_least() {
        assert_eq!(slip_number(2026, 7), "BRC-2026-0007");
        assert_eq!(slip_number(2026, 12345), "BRC-2026-12345");
    }
}
