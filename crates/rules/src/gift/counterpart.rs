//! What the association gives in return: slight, or the payment is no gift (BOI-IR-RICI-250-20).
//!
//! Goods are slight when they are worth at most a quarter of the payment and, for one person in one calendar year,
//! at most a dated sum. Rights without a market value (a vote, a newsletter) are worth nothing here.

use chrono::NaiveDate;

use crate::money::Cents;

/// From a day on, what goods given to one person in one calendar year may be worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cap {
    /// First day.
    pub from: NaiveDate,
    /// Cents.
    pub most: Cents,
}

/// The caps that are known, whatever the order they are given in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps(Vec<Cap>);

/// Caps that come with the program: year, euros. 65 € from 2011, 69 € from 2016, 73 € from 2021; what came after is to
/// be added by the treasurer.
const SHIPPED: [(i32, i64); 3] = [(2011, 65), (2016, 69), (2021, 73)];

impl Default for Caps {
    fn default() -> Self {
        let of = |(year, euros): (i32, i64)| {
            Some(Cap { from: NaiveDate::from_ymd_opt(year, 1, 1)?, most: Cents(euros * 100) })
        };
        Self(SHIPPED.into_iter().filter_map(of).collect())
    }
}

impl Caps {
    /// The shipped caps and these; of two of one day, the one given here.
    pub fn with(own: impl IntoIterator<Item = Cap>) -> Self {
        let mut all: std::collections::BTreeMap<NaiveDate, Cents> =
            Self::default().0.into_iter().map(|cap| (cap.from, cap.most)).collect();
        all.extend(own.into_iter().map(|cap| (cap.from, cap.most)));
        Self(all.into_iter().map(|(from, most)| Cap { from, most }).collect())
    }

    /// Every cap, oldest first.
    pub fn all(&self) -> &[Cap] {
        &self.0
    }

    /// The cap of a day; before the first one, the first one.
    pub fn on(&self, day: NaiveDate) -> Cents {
        let known = self.0.iter().rev().find(|cap| cap.from <= day).or_else(|| self.0.first());
        known.map_or(Cents::ZERO, |cap| cap.most)
    }
}

/// Whether goods are worth more than a quarter of the payment.
pub const fn too_dear(gross: Cents, counterpart: Cents) -> bool {
    counterpart.0 > 0 && counterpart.0.saturating_mul(4) > gross.0
}

/// A payment of one person in one calendar year: its day, its number, what was given in return.
pub type Returned = (NaiveDate, i64, Cents);

/// The payments of a person's year by which what they were given passes the cap, each with the sum so far and that
/// day's cap. Everything given counts: first that of payments which stand on a receipt (`receipted`), then that of the
/// others in the order of days and numbers; a payment without anything in return is never among them.
pub fn beyond_cap(caps: &Caps, receipted: Cents, mut year: Vec<Returned>) -> Vec<(i64, Cents, Cents)> {
    year.sort_unstable();
    let mut sum = receipted.0;
    let mut beyond = Vec::new();
    for (day, id, counterpart) in year.into_iter().filter(|(_, _, counterpart)| *counterpart > Cents::ZERO) {
        sum = sum.saturating_add(counterpart.0);
        let most = caps.on(day);
        if sum > most.0 {
            beyond.push((id, Cents(sum), most));
        }
    }
    beyond
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_is_slight_and_a_cent_more_is_not() {
        assert!(!too_dear(Cents(10_000), Cents(2500)));
        assert!(too_dear(Cents(10_000), Cents(2501)));
        assert!(!too_dear(Cents(3), Cents(0)));
        assert!(too_dear(Cents(3), Cents(1)));
    }

    #[test]
    fn the_cap_is_that_of_the_day() {
        let caps = Caps::default();
        for (on, cents) in
            [("2009-05-01", 6500), ("2015-12-31", 6500), ("2016-01-01", 6900), ("2024-02-29", 7300)]
        {
            assert_eq!(caps.on(day(on)), Cents(cents), "{on}");
        }
        let own = Caps::with([
            Cap { from: day("2026-01-01"), most: Cents(7600) },
            Cap { from: day("2021-01-01"), most: Cents(7400) },
        ]);
        assert_eq!((own.on(day("2025-12-31")), own.on(day("2026-01-01"))), (Cents(7400), Cents(7600)));
        assert_eq!(own.all().len(), 4);
    }

    #[test]
    fn the_payment_that_passes_the_cap_and_those_after_it_are_named() {
        let caps = Caps::default();
        let year = vec![
            (day("2026-09-01"), 3, Cents(2000)),
            (day("2026-01-10"), 1, Cents(4000)),
            (day("2026-05-01"), 2, Cents(3300)),
            (day("2026-06-01"), 4, Cents::ZERO),
        ];
        assert_eq!(beyond_cap(&caps, Cents::ZERO, year.clone()), [(3, Cents(9300), Cents(7300))]);
        let beyond = beyond_cap(&caps, Cents(3500), year);
        assert_eq!(
            beyond.iter().map(|(id, ..)| *id).collect::<Vec<_>>(),
            [1, 2, 3],
            "what is receipted comes first"
        );
    }

    proptest! {
        #[test]
        fn what_is_not_named_never_passes_the_cap(
            given in proptest::collection::vec((1u32..366, 0i64..6000), 0..30),
        ) {
            let caps = Caps::default();
            let year: Vec<Returned> = (0..)
                .zip(&given)
                .map(|(id, (n, cents))| (NaiveDate::from_yo_opt(2026, *n).unwrap(), id, Cents(*cents)))
                .collect();
            let beyond = beyond_cap(&caps, Cents::ZERO, year.clone());
            let named: Vec<i64> = beyond.iter().map(|(id, ..)| *id).collect();
            let kept: i64 = year.iter().filter(|(_, id, _)| !named.contains(id)).map(|(_, _, c)| c.0).sum();
            prop_assert!(kept <= 7300);
            let all: i64 = year.iter().map(|(_, _, c)| c.0).sum();
            prop_assert_eq!(beyond.is_empty(), all <= 7300);
            let mut turned = year;
            turned.reverse();
            prop_assert_eq!(beyond_cap(&caps, Cents::ZERO, turned), beyond);
        }
    }
}
