//! Which day a gift counts for (BOI-IR-RICI-250-20 §20-30): resolved once, kept with its basis (law G1).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::codes::{DateBasis, DatePolicy, Method};

/// The civil days (Europe/Paris) that are known of a gift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CandidateDates {
    /// The day the donor paid; for a cheque, the day written on it, which never counts.
    pub paid_on: Option<NaiveDate>,
    /// The day the payment provider paid out to the association.
    pub provider_credited_on: Option<NaiveDate>,
    /// The day the bank credited the association.
    pub bank_credited_on: Option<NaiveDate>,
    /// The day the letter arrived.
    pub received_on: Option<NaiveDate>,
    /// The day it was handed over.
    pub handed_over_on: Option<NaiveDate>,
}

/// The date of a gift and what it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedDate {
    /// The day that counts.
    pub date: NaiveDate,
    /// Which of the candidates it is.
    pub basis: DateBasis,
}

/// Why no date counts: the day that is needed is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateRefusal {
    /// Cash: the day it was handed over.
    #[error("the day the cash was handed over is needed")]
    HandedOverNeeded,
    /// Cheque: the day it was received or handed over, not the one written on it.
    #[error("the day the cheque was received is needed")]
    ReceivedNeeded,
    /// Transfer, debit or card under [`DatePolicy::CreditedDay`].
    #[error("the day credited to the account is needed")]
    CreditedNeeded,
    /// No date at all.
    #[error("a date is needed")]
    NoDate,
}

/// The day that counts for this way of payment under this policy.
///
/// # Errors
/// [`DateRefusal`] names the day that is needed; nothing else is put in its place.
pub fn resolve_date(
    dates: &CandidateDates,
    method: Method,
    policy: DatePolicy,
) -> Result<ResolvedDate, DateRefusal> {
    let paid = (dates.paid_on, DateBasis::PaidAt);
    let provider = (dates.provider_credited_on, DateBasis::ProviderCredited);
    let bank = (dates.bank_credited_on, DateBasis::BankCredited);
    let received = (dates.received_on, DateBasis::Received);
    let handed = (dates.handed_over_on, DateBasis::HandedOver);
    let (order, refusal): (Vec<_>, _) = match (method, policy) {
        (Method::Cash, _) => (vec![handed, received, paid], DateRefusal::HandedOverNeeded),
        (Method::Cheque, _) => (vec![handed, received], DateRefusal::ReceivedNeeded),
        (Method::Transfer | Method::DirectDebit | Method::Card, DatePolicy::PaymentDay) => {
            (vec![paid, bank, provider], DateRefusal::NoDate)
        }
        (Method::Transfer | Method::DirectDebit | Method::Card, DatePolicy::CreditedDay) => {
            (vec![bank, provider], DateRefusal::CreditedNeeded)
        }
        (Method::Other, _) => (vec![handed, received, paid, bank, provider], DateRefusal::NoDate),
    };
    order.into_iter().find_map(|(date, basis)| date.map(|date| ResolvedDate { date, basis })).ok_or(refusal)
}

impl CandidateDates {
    /// The day of this basis.
    pub fn of(&self, basis: DateBasis) -> Option<NaiveDate> {
        match basis {
            DateBasis::PaidAt => self.paid_on,
            DateBasis::ProviderCredited => self.provider_credited_on,
            DateBasis::BankCredited => self.bank_credited_on,
            DateBasis::Received => self.received_on,
            DateBasis::HandedOver => self.handed_over_on,
            DateBasis::Reversed => None,
        }
    }
}

/// The day that a person decided to count, once, where the days fall in two years.
///
/// # Errors
/// [`DateRefusal::NoDate`] when that day is not known; [`DateRefusal::ReceivedNeeded`] for the day written on a cheque,
/// which never counts.
pub fn decided_date(
    dates: &CandidateDates,
    method: Method,
    basis: DateBasis,
) -> Result<ResolvedDate, DateRefusal> {
    if method == Method::Cheque && basis == DateBasis::PaidAt {
        return Err(DateRefusal::ReceivedNeeded);
    }
    dates.of(basis).map(|date| ResolvedDate { date, basis }).ok_or(DateRefusal::NoDate)
}

/// Whether the known days of a gift fall in two calendar years: to be decided once, by a human.
pub fn straddles(dates: &CandidateDates) -> bool {
    let years = [
        dates.paid_on,
        dates.provider_credited_on,
        dates.bank_credited_on,
        dates.received_on,
        dates.handed_over_on,
    ];
    let mut years = years.into_iter().flatten().map(|day| day.year());
    years.next().is_some_and(|first| years.any(|year| year != first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn all() -> CandidateDates {
        CandidateDates {
            paid_on: day("2025-12-31"),
            provider_credited_on: day("2026-01-05"),
            bank_credited_on: day("2026-01-06"),
            received_on: day("2026-01-02"),
            handed_over_on: None,
        }
    }

    fn resolved(method: Method, policy: DatePolicy) -> Option<(String, DateBasis)> {
        resolve_date(&all(), method, policy).ok().map(|r| (r.date.to_string(), r.basis))
    }

    #[test]
    fn a_cheque_counts_on_the_day_it_is_received_whatever_is_written_on_it() {
        for policy in DatePolicy::ALL {
            let expected = Some(("2026-01-02".to_owned(), DateBasis::Received));
            assert_eq!(resolved(Method::Cheque, *policy), expected);
        }
        let written_only = CandidateDates { paid_on: day("2025-12-31"), ..CandidateDates::default() };
        let refusal = resolve_date(&written_only, Method::Cheque, DatePolicy::PaymentDay);
        assert_eq!(refusal, Err(DateRefusal::ReceivedNeeded));
    }

    #[test]
    fn a_card_counts_on_the_day_the_treasurer_chose() {
        for method in [Method::Card, Method::Transfer, Method::DirectDebit] {
            let paid = Some(("2025-12-31".to_owned(), DateBasis::PaidAt));
            assert_eq!(resolved(method, DatePolicy::PaymentDay), paid);
            let credited = Some(("2026-01-06".to_owned(), DateBasis::BankCredited));
            assert_eq!(resolved(method, DatePolicy::CreditedDay), credited);
            let paid_only = CandidateDates { paid_on: day("2025-12-31"), ..CandidateDates::default() };
            let refusal = resolve_date(&paid_only, method, DatePolicy::CreditedDay);
            assert_eq!(refusal, Err(DateRefusal::CreditedNeeded));
        }
    }

    #[test]
    fn cash_counts_when_handed_over() {
        let dates = CandidateDates { handed_over_on: day("2025-12-30"), ..all() };
        assert_eq!(
            resolve_date(&all(), Method::Cash, DatePolicy::PaymentDay).unwrap().basis,
            DateBasis::Received
        );
        let resolved = resolve_date(&dates, Method::Cash, DatePolicy::CreditedDay).unwrap();
        assert_eq!(resolved.basis, DateBasis::HandedOver);
        let none = resolve_date(&CandidateDates::default(), Method::Cash, DatePolicy::PaymentDay);
        assert_eq!(none, Err(DateRefusal::HandedOverNeeded));
    }

    #[test]
    fn dates_in_two_years_are_seen() {
        assert!(straddles(&all()));
        assert!(!straddles(&CandidateDates { paid_on: None, ..all() }));
        assert!(!straddles(&CandidateDates::default()));
    }
}
