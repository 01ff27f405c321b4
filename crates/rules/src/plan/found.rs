//! The plan that payments of one donor through one source show: a chain of payments that follow each other at one
//! rhythm. A gift apart, a payment missed once, a new amount do not break it.

use chrono::NaiveDate;

use super::{Rhythm, due};
use crate::money::Cents;

/// A payment that stands: not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// Its day.
    pub on: NaiveDate,
    /// Its amount.
    pub amount: Cents,
}

/// The amount changed along the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// What it was before.
    pub from: Cents,
    /// The day of the first payment of the new amount.
    pub on: NaiveDate,
}

/// A plan that payments show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// How often.
    pub rhythm: Rhythm,
    /// The amount of the last payment.
    pub amount: Cents,
    /// Its first payment.
    pub first: NaiveDate,
    /// Its last payment.
    pub last: NaiveDate,
    /// How many.
    pub payments: usize,
    /// The last change of amount, up or down.
    pub changed: Option<Raised>,
}

/// Fewest payments that make a plan: two gifts a month apart may be chance, three are a habit.
const FEWEST: usize = 3;
/// A payment may come so many days before or after the day it is expected.
const fn slack(rhythm: Rhythm) -> i64 {
    match rhythm {
        Rhythm::Monthly => 6,
        Rhythm::Quarterly => 12,
        Rhythm::Yearly => 25,
    }
}

/// Payments looked at: the latest ones say what is going on.
const LOOKED_AT: usize = 400;

#[derive(Clone, Copy)]
struct Link {
    /// Twice the payments of the chain, less one for each change of amount and each one missed.
    score: usize,
    before: Option<usize>,
    count: usize,
    changes: usize,
}

/// The plan that these payments show, if they do; in any order. Of several rhythms the one that explains most payments
/// is told, the more frequent one when they explain as many.
pub fn find(payments: &[Payment]) -> Option<Found> {
    let mut sorted: Vec<Payment> =
        payments.iter().copied().filter(|payment| payment.amount > Cents::ZERO).collect();
    sorted.sort_unstable_by_key(|payment| (payment.on, payment.amount));
    let from = sorted.len().saturating_sub(LOOKED_AT);
    let sorted = sorted.get(from..).unwrap_or_default();
    let mut best: Option<(usize, Found)> = None;
    for rhythm in Rhythm::ALL {
        if let Some((score, found)) = chain(sorted, rhythm)
            && best.is_none_or(|(most, _)| score > most)
        {
            best = Some((score, found));
        }
    }
    best.map(|(_, found)| found)
}

fn chain(payments: &[Payment], rhythm: Rhythm) -> Option<(usize, Found)> {
    let mut links: Vec<Link> = Vec::with_capacity(payments.len());
    for (at, payment) in payments.iter().enumerate() {
        let mut link = Link { score: 2, before: None, count: 1, changes: 0 };
        for (earlier, before) in payments.iter().enumerate().take(at).rev() {
            // Two rhythms, with the slack, is as far as one payment may be missed.
            let far =
                due(before.on, rhythm, 2).is_some_and(|day| (payment.on - day).num_days() > slack(rhythm));
            if far {
                break;
            }
            let Some(fits) = (1..=2).find(|n| {
                due(before.on, rhythm, *n)
                    .is_some_and(|day| (payment.on - day).num_days().abs() <= slack(rhythm))
            }) else {
                continue;
            };
            let Some(chain) = links.get(earlier) else { continue };
            let changed = usize::from(before.amount != payment.amount);
            let missed = usize::from(fits == 2);
            let score = (chain.score + 2).saturating_sub(changed + missed);
            let better = (score, chain.count + 1) > (link.score, link.count);
            if better {
                link = Link {
                    score,
                    before: Some(earlier),
                    count: chain.count + 1,
                    changes: chain.changes + changed,
                };
            }
        }
        links.push(link);
    }
    let (end, link) = links.iter().enumerate().rev().max_by_key(|(_, link)| link.score)?;
    // Three payments of one amount at least: a change every time is no plan.
    if link.count < FEWEST || link.count - link.changes < FEWEST {
        return None;
    }
    let last = payments.get(end)?;
    let (mut first, mut changed, mut at) = (*last, None, end);
    while let Some(before) = links.get(at).and_then(|link| link.before) {
        let (earlier, later) = (payments.get(before)?, payments.get(at)?);
        if changed.is_none() && earlier.amount != later.amount {
            changed = Some(Raised { from: earlier.amount, on: later.on });
        }
        (first, at) = (*earlier, before);
    }
    let found =
        Found { rhythm, amount: last.amount, first: first.on, last: last.on, payments: link.count, changed };
    Some((link.score, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(list: &[(&str, i64)]) -> Vec<Payment> {
        list.iter().map(|(day, cents)| Payment { on: day.parse().unwrap(), amount: Cents(*cents) }).collect()
    }

    #[test]
    fn a_monthly_gift_is_found_through_weekends_a_gift_apart_a_miss_and_a_raise() {
        let payments = paid(&[
            ("2025-01-05", 1000),
            ("2025-02-05", 1000),
            ("2025-03-07", 1000),
            ("2025-03-20", 50_000), // apart
            ("2025-04-04", 1000),
            // missed in May
            ("2025-06-05", 1000),
            ("2025-07-05", 1500),
            ("2025-08-05", 1500),
        ]);
        let found = find(&payments).unwrap();
        assert_eq!((found.rhythm, found.amount.0, found.payments), (Rhythm::Monthly, 1500, 7));
        assert_eq!(found.changed, Some(Raised { from: Cents(1000), on: "2025-07-05".parse().unwrap() }));
        assert_eq!(
            (found.first.to_string(), found.last.to_string()),
            ("2025-01-05".into(), "2025-08-05".into())
        );
    }

    #[test]
    fn quarters_and_years_are_told_apart_from_months() {
        let quarters = paid(&[("2025-01-31", 3000), ("2025-04-30", 3000), ("2025-08-01", 3000)]);
        assert_eq!(find(&quarters).unwrap().rhythm, Rhythm::Quarterly);
        let years = paid(&[("2023-12-20", 9000), ("2024-12-28", 9000), ("2025-12-24", 9000)]);
        assert_eq!(find(&years).unwrap().rhythm, Rhythm::Yearly);
    }

    #[test]
    fn gifts_now_and_then_are_no_plan() {
        for few in [
            vec![],
            paid(&[("2025-01-05", 1000), ("2025-02-05", 1000)]),
            paid(&[("2025-01-05", 1000), ("2025-02-05", 2000), ("2025-03-05", 3000)]),
            paid(&[("2025-01-05", 1000), ("2025-01-06", 1000), ("2025-01-07", 1000)]),
            paid(&[("2025-01-05", 1000), ("2025-02-20", 1000), ("2025-05-30", 1000)]),
        ] {
            assert_eq!(find(&few), None, "{few:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_order_of_payments_does_not_matter_and_the_plan_is_made_of_them(
            days in proptest::collection::vec((0_i64..900, 1_i64..4), 0..40), turn in 0_usize..40,
        ) {
            let base: NaiveDate = "2024-01-01".parse().unwrap();
            let mut payments: Vec<Payment> = days.iter()
                .map(|(n, euros)| Payment { on: base + chrono::TimeDelta::days(*n), amount: Cents(euros * 100) }).collect();
            let found = find(&payments);
            let by = if payments.is_empty() { 0 } else { turn % payments.len() };
            payments.rotate_left(by);
            proptest::prop_assert_eq!(find(&payments), found);
            if let Some(found) = found {
                proptest::prop_assert!(found.payments >= 3 && found.payments <= payments.len());
                proptest::prop_assert!(payments.iter().any(|p| p.on == found.last && p.amount == found.amount));
                proptest::prop_assert!(payments.iter().any(|p| p.on == found.first));
            }
        }
    }
}
