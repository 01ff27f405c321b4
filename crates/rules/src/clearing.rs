//! Law G4: what a payment tool took, kept and sent must be what the bank received.
//!
//! A payout is clear when its parts (payments less fees and refunds) sum to what the tool announced, and the bank
//! line has that very amount. Anything else is shown: what lacks, and where.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};

use crate::fold::search_key;
use crate::money::Cents;

/// The three sums of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// What its parts sum to; none when the tool does not say which they are.
    pub parts: Option<Cents>,
    /// What the tool says it sent.
    pub announced: Option<Cents>,
    /// What the bank received.
    pub bank: Option<Cents>,
}

/// Whether they agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearing {
    /// All that is known agrees, and the bank has it.
    Clear,
    /// What is known agrees; the bank line is not there yet.
    AwaitsBank,
    /// The parts are not what was announced: lines are missing or too many.
    PartsOff {
        /// Announced less parts.
        gap: Cents,
    },
    /// The bank received something else.
    BankOff {
        /// Received less announced.
        gap: Cents,
    },
}

impl Sums {
    /// What the bank should receive: what was announced, else what the parts sum to.
    pub fn expected(self) -> Option<Cents> {
        self.announced.or(self.parts)
    }

    /// Whether they agree; none when nothing is known to compare with.
    pub fn clearing(self) -> Option<Clearing> {
        let expected = self.expected()?;
        if let Some(gap) = self.parts.and_then(|parts| expected.checked_sub(parts)).filter(|gap| gap.0 != 0) {
            return Some(Clearing::PartsOff { gap });
        }
        let Some(bank) = self.bank else { return Some(Clearing::AwaitsBank) };
        match bank.checked_sub(expected) {
            Some(Cents::ZERO) => Some(Clearing::Clear),
            gap => Some(Clearing::BankOff { gap: gap.unwrap_or(bank) }),
        }
    }
}

/// A payout that has no bank line yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What the bank should receive.
    pub amount: Cents,
    /// The day it left.
    pub day: NaiveDate,
    /// Its name at the tool.
    pub reference: String,
    /// Words that name the tool on a bank line, any of which will do.
    pub words: Vec<String>,
}

/// A line of the bank that belongs to nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Signed as the account sees it.
    pub amount: Cents,
    /// Booking day.
    pub day: NaiveDate,
    /// Everything the line says.
    pub text: String,
}

/// How surely a line is a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Amount and days fit; nothing in the words says so.
    Amount,
    /// The line names the tool.
    Named,
    /// The line holds the payout's own name.
    Reference,
}

/// A payout leaves at the earliest the day before the bank books it (clocks), at the latest so many days before.
const LATEST: i64 = 7;
/// A name shorter than this may stand in a line by chance.
const SHORTEST: usize = 6;

/// How much a line looks like a payout; none when amount or days say no.
pub fn likeness(sent: &Sent, line: &Received) -> Option<Likeness> {
    let late = line.day.signed_duration_since(sent.day);
    if line.amount != sent.amount || late < TimeDelta::days(-1) || late > TimeDelta::days(LATEST) {
        return None;
    }
    let text = search_key(&line.text);
    let reference = search_key(&sent.reference);
    if reference.len() >= SHORTEST && text.contains(&reference) {
        return Some(Likeness::Reference);
    }
    let named =
        sent.words.iter().map(|word| search_key(word)).any(|word| !word.is_empty() && text.contains(&word));
    Some(if named { Likeness::Named } else { Likeness::Amount })
}

/// Pairs that are beyond doubt, as places in both lists: the line names the payout or its tool, and neither of the
/// two could as well belong to another. What is left is for a person.
pub fn pairs(sent: &[Sent], lines: &[Received]) -> Vec<(usize, usize)> {
    let mut by_amount: HashMap<Cents, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        by_amount.entry(line.amount).or_default().push(at);
    }
    let mut found: Vec<(Likeness, usize, usize)> = Vec::new();
    for (at, one) in sent.iter().enumerate() {
        for line in by_amount.get(&one.amount).into_iter().flatten() {
            let like = lines.get(*line).and_then(|line| likeness(one, line));
            found.extend(like.filter(|like| *like > Likeness::Amount).map(|like| (like, at, *line)));
        }
    }
    let (mut paired, mut gone_sent, mut gone_lines) =
        (Vec::new(), vec![false; sent.len()], vec![false; lines.len()]);
    for level in [Likeness::Reference, Likeness::Named] {
        let open: Vec<(usize, usize)> = found
            .iter()
            .filter(|(like, s, l)| {
                *like == level && gone_sent.get(*s) == Some(&false) && gone_lines.get(*l) == Some(&false)
            })
            .map(|(_, s, l)| (*s, *l))
            .collect();
        let (mut of_sent, mut of_line) = (HashMap::new(), HashMap::new());
        for (s, l) in &open {
            *of_sent.entry(*s).or_insert(0) += 1;
            *of_line.entry(*l).or_insert(0) += 1;
        }
        for (s, l) in
            open.into_iter().filter(|(s, l)| of_sent.get(s) == Some(&1) && of_line.get(l) == Some(&1))
        {
            paired.push((s, l));
            if let (Some(sent), Some(line)) = (gone_sent.get_mut(s), gone_lines.get_mut(l)) {
                (*sent, *line) = (true, true);
            }
        }
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sent(cents: i64, on: &str, reference: &str) -> Sent {
        Sent { amount: Cents(cents), day: day(on), reference: reference.into(), words: vec!["Stripe".into()] }
    }

    fn line(cents: i64, on: &str, text: &str) -> Received {
        Received { amount: Cents(cents), day: day(on), text: text.into() }
    }

    #[test]
    fn three_sums_agree_or_the_gap_is_named() {
        let sums = |parts: Option<i64>, announced: Option<i64>, bank: Option<i64>| {
            Sums { parts: parts.map(Cents), announced: announced.map(Cents), bank: bank.map(Cents) }
                .clearing()
        };
        assert_eq!(sums(Some(100), Some(100), Some(100)), Some(Clearing::Clear));
        assert_eq!(sums(Some(100), None, Some(100)), Some(Clearing::Clear));
        assert_eq!(sums(None, Some(100), Some(100)), Some(Clearing::Clear));
        assert_eq!(sums(Some(100), Some(100), None), Some(Clearing::AwaitsBank));
        assert_eq!(sums(Some(90), Some(100), Some(100)), Some(Clearing::PartsOff { gap: Cents(10) }));
        assert_eq!(sums(Some(100), Some(100), Some(95)), Some(Clearing::BankOff { gap: Cents(-5) }));
        assert_eq!(sums(None, None, Some(100)), None);
    }

    #[test]
    fn amount_and_days_must_fit_and_words_must_tell() {
        let one = sent(4860, "2026-01-05", "po_ABCDEF1");
        for (text, on, like) in [
            ("VIR SEPA STRIPE REF PO_ABCDEF1", "2026-01-05", Some(Likeness::Reference)),
            ("VIR STRIPE", "2026-01-12", Some(Likeness::Named)),
            ("VIR STRIPE", "2026-01-13", None),
            ("VIR STRIPE", "2026-01-03", None),
            ("VIR DE MARTHE", "2026-01-06", Some(Likeness::Amount)),
        ] {
            assert_eq!(likeness(&one, &line(4860, on, text)), like, "{text} {on}");
        }
        assert_eq!(likeness(&one, &line(4861, "2026-01-05", "STRIPE")), None);
    }

    #[test]
    fn only_what_is_beyond_doubt_is_paired() {
        let two = [sent(500, "2026-01-05", "po_one_1"), sent(500, "2026-01-06", "po_two_2")];
        let named = [line(500, "2026-01-07", "STRIPE"), line(500, "2026-01-07", "STRIPE")];
        assert_eq!(pairs(&two, &named), [], "either could be either");
        let one_told = [line(500, "2026-01-07", "STRIPE po_two_2"), line(500, "2026-01-07", "STRIPE")];
        assert_eq!(pairs(&two, &one_told), [(1, 0), (0, 1)], "one tells itself, the other is what is left");
        assert_eq!(pairs(&two[..1], &[line(500, "2026-01-06", "MARTHE")]), []);
    }

    proptest! {
        #[test]
        fn a_pair_has_one_amount_and_nobody_is_paired_twice(
            out in proptest::collection::vec((1_i64..4, 0_i64..10, 0..4_u8), 0..12),
            into in proptest::collection::vec((1_i64..4, 0_i64..14, 0..6_u8), 0..12),
        ) {
            let start = day("2026-01-01");
            let sent: Vec<Sent> = out.iter().map(|(cents, after, name)| Sent {
                amount: Cents(*cents), day: start + TimeDelta::days(*after), reference: format!("po_name{name}"),
                words: vec!["tool".into()],
            }).collect();
            let lines: Vec<Received> = into.iter().map(|(cents, after, name)| Received {
                amount: Cents(*cents), day: start + TimeDelta::days(*after),
                text: match name { 0..=3 => format!("po_name{name}"), 4 => "Tool".into(), _ => "x".into() },
            }).collect();
            let found = pairs(&sent, &lines);
            let (mut left, mut right) = (std::collections::HashSet::new(), std::collections::HashSet::new());
            for (s, l) in found {
                prop_assert!(left.insert(s) && right.insert(l));
                prop_assert_eq!(sent[s].amount, lines[l].amount);
                prop_assert!(likeness(&sent[s], &lines[l]) > Some(Likeness::Amount));
            }
        }
    }
}
