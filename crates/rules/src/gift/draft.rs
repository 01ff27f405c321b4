//! What a gift must be to be booked, and how a booked one is corrected (laws G1, G2).

use chrono::NaiveDate;

use super::codes::{DateBasis, DatePolicy, Form, Method, Nature, Purpose};
use super::dating::{CandidateDates, DateRefusal, ResolvedDate, decided_date, resolve_date, straddles};
use crate::money::Cents;

/// A gift as typed or imported, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftDraft {
    /// What the donor gave.
    pub gross: Cents,
    /// What the provider kept.
    pub fee: Cents,
    /// How it came; none for what is not money.
    pub method: Option<Method>,
    /// What was given.
    pub nature: Nature,
    /// In which legal form.
    pub form: Form,
    /// The days that are known.
    pub dates: CandidateDates,
    /// Which of them counts, when a person decided so.
    pub decided: Option<DateBasis>,
    /// What was given, in words; needed for a gift in kind.
    pub description: Option<String>,
    /// Code of the campaign, if any.
    pub campaign: Option<String>,
    /// What it was paid for.
    pub purpose: Purpose,
    /// What the goods given in return are worth.
    pub counterpart: Cents,
    /// What they are; needed where they are worth something.
    pub counterpart_what: String,
}

/// A gift that may be booked, with its one resolved date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftLine {
    /// What the donor gave; below zero on a reversal.
    pub gross: Cents,
    /// What the provider kept.
    pub fee: Cents,
    /// `gross - fee`.
    pub net: Cents,
    /// How it came; none for what is not money.
    pub method: Option<Method>,
    /// What was given.
    pub nature: Nature,
    /// In which legal form.
    pub form: Form,
    /// The day that counts, and why.
    pub resolved: ResolvedDate,
    /// The known days fall in two years: someone must look at it once.
    pub straddles: bool,
    /// What was given, in words.
    pub description: Option<String>,
    /// Code of the campaign, if any.
    pub campaign: Option<String>,
    /// What it was paid for.
    pub purpose: Purpose,
    /// What the goods given in return are worth; below zero on a reversal.
    pub counterpart: Cents,
}

/// Why a gift cannot be booked as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GiftRefusal {
    /// The amount is zero or below.
    #[error("the amount must be above zero")]
    NotAboveZero,
    /// The fee is below zero.
    #[error("the fee cannot be below zero")]
    FeeBelowZero,
    /// The fee is more than the gift.
    #[error("the fee is more than the gift")]
    FeeAboveGross,
    /// Money without a way of payment.
    #[error("money needs a way of payment")]
    MethodNeeded,
    /// A gift in kind, shares or a waiver with a way of payment.
    #[error("only money has a way of payment")]
    MethodWithoutMoney,
    /// A gift in kind without a description.
    #[error("a gift in kind needs a description")]
    DescriptionNeeded,
    /// Dues that are not money.
    #[error("dues are paid in money")]
    DuesNotMoney,
    /// What was given in return is below zero.
    #[error("what was given in return cannot be worth less than nothing")]
    CounterpartBelowZero,
    /// What was given in return is worth more than the payment: a sale.
    #[error("what was given in return is worth more than the payment")]
    CounterpartAboveGross,
    /// It does not say what was given in return.
    #[error("say what was given in return")]
    CounterpartUnnamed,
    /// The day that counts is not known.
    #[error(transparent)]
    Date(DateRefusal),
    /// The day that counts is after today.
    #[error("the date is in the future")]
    InTheFuture {
        /// The day given.
        date: NaiveDate,
    },
}

impl GiftDraft {
    /// Checks everything at once. `today` is the civil day in Paris.
    ///
    /// # Errors
    /// Every [`GiftRefusal`], in the order of the form.
    pub fn check(&self, policy: DatePolicy, today: NaiveDate) -> Result<GiftLine, Vec<GiftRefusal>> {
        let mut refusals = Vec::new();
        if self.gross <= Cents::ZERO {
            refusals.push(GiftRefusal::NotAboveZero);
        }
        if self.fee < Cents::ZERO {
            refusals.push(GiftRefusal::FeeBelowZero);
        } else if self.fee > self.gross {
            refusals.push(GiftRefusal::FeeAboveGross);
        }
        match (self.nature, self.method) {
            (Nature::Money, None) => refusals.push(GiftRefusal::MethodNeeded),
            (Nature::Money, Some(_)) | (_, None) => {}
            (_, Some(_)) => refusals.push(GiftRefusal::MethodWithoutMoney),
        }
        if self.nature == Nature::InKind && self.description.as_deref().is_none_or(|d| d.trim().is_empty()) {
            refusals.push(GiftRefusal::DescriptionNeeded);
        }
        if self.purpose == Purpose::Dues && self.nature != Nature::Money {
            refusals.push(GiftRefusal::DuesNotMoney);
        }
        if self.counterpart < Cents::ZERO {
            refusals.push(GiftRefusal::CounterpartBelowZero);
        } else if self.counterpart > self.gross.max(Cents::ZERO) {
            refusals.push(GiftRefusal::CounterpartAboveGross);
        } else if self.counterpart > Cents::ZERO && self.counterpart_what.trim().is_empty() {
            refusals.push(GiftRefusal::CounterpartUnnamed);
        }
        let method = self.method.unwrap_or(Method::Other);
        let resolved = match self.decided {
            Some(basis) => decided_date(&self.dates, method, basis),
            None => resolve_date(&self.dates, method, policy),
        };
        match resolved {
            Err(refusal) => refusals.push(GiftRefusal::Date(refusal)),
            Ok(found) if found.date > today => refusals.push(GiftRefusal::InTheFuture { date: found.date }),
            Ok(_) => {}
        }
        match (resolved, self.gross.checked_sub(self.fee)) {
            (Ok(resolved), Some(net)) if refusals.is_empty() => Ok(GiftLine {
                gross: self.gross,
                fee: self.fee,
                net,
                method: self.method,
                nature: self.nature,
                form: self.form,
                resolved,
                straddles: straddles(&self.dates),
                description: self.description.clone(),
                campaign: self.campaign.clone(),
                purpose: self.purpose,
                counterpart: self.counterpart,
            }),
            _ => Err(refusals),
        }
    }
}

/// The line that takes a booked one back: same day, same nature, opposite amounts, so that both
/// cancel out in their year. `None` for an amount that has no opposite.
pub fn reversal_of(line: &GiftLine) -> Option<GiftLine> {
    Some(GiftLine {
        gross: line.gross.checked_neg()?,
        fee: line.fee.checked_neg()?,
        net: line.net.checked_neg()?,
        counterpart: line.counterpart.checked_neg()?,
        ..line.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn draft() -> GiftDraft {
        GiftDraft {
            gross: Cents(5000),
            fee: Cents(75),
            method: Some(Method::Card),
            nature: Nature::Money,
            form: Form::ManualGift,
            dates: CandidateDates { paid_on: Some(day("2026-03-01")), ..CandidateDates::default() },
            decided: None,
            description: None,
            campaign: None,
            purpose: Purpose::Gift,
            counterpart: Cents::ZERO,
            counterpart_what: String::new(),
        }
    }

    #[test]
    fn a_sound_gift_is_booked_with_its_net() {
        let line = draft().check(DatePolicy::PaymentDay, day("2026-03-01")).unwrap();
        assert_eq!((line.net, line.resolved.date, line.straddles), (Cents(4925), day("2026-03-01"), false));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let odd = GiftDraft {
            gross: Cents(0),
            fee: Cents(10),
            nature: Nature::InKind,
            method: Some(Method::Card),
            ..draft()
        };
        let refusals = odd.check(DatePolicy::PaymentDay, day("2026-02-28")).unwrap_err();
        assert_eq!(
            refusals,
            [
                GiftRefusal::NotAboveZero,
                GiftRefusal::FeeAboveGross,
                GiftRefusal::MethodWithoutMoney,
                GiftRefusal::DescriptionNeeded,
                GiftRefusal::InTheFuture { date: day("2026-03-01") },
            ]
        );
        let without = GiftDraft { method: None, ..draft() };
        assert_eq!(
            without.check(DatePolicy::PaymentDay, day("2026-03-01")),
            Err(vec![GiftRefusal::MethodNeeded])
        );
        let sale = GiftDraft { counterpart: Cents(5001), ..draft() };
        let unnamed = GiftDraft { counterpart: Cents(500), ..draft() };
        let kind = GiftDraft {
            purpose: Purpose::Dues,
            nature: Nature::InKind,
            method: None,
            description: Some("Une table".into()),
            counterpart: Cents(-1),
            ..draft()
        };
        let today = day("2026-03-01");
        assert_eq!(sale.check(DatePolicy::PaymentDay, today), Err(vec![GiftRefusal::CounterpartAboveGross]));
        assert_eq!(unnamed.check(DatePolicy::PaymentDay, today), Err(vec![GiftRefusal::CounterpartUnnamed]));
        assert_eq!(
            kind.check(DatePolicy::PaymentDay, today),
            Err(vec![GiftRefusal::DuesNotMoney, GiftRefusal::CounterpartBelowZero])
        );
    }

    proptest! {
        #[test]
        fn a_line_and_its_reversal_cancel_out(gross in 1i64..1_000_000_000, fee in 0i64..1000) {
            let booked = GiftDraft { gross: Cents(gross), fee: Cents(fee.min(gross)), ..draft() };
            let line = booked.check(DatePolicy::PaymentDay, day("2026-12-31")).unwrap();
            let back = reversal_of(&line).unwrap();
            prop_assert_eq!(Cents::sum([line.gross, back.gross]), Some(Cents::ZERO));
            prop_assert_eq!(Cents::sum([line.net, back.net]), Some(Cents::ZERO));
            prop_assert_eq!(line.gross.checked_sub(line.fee), Some(line.net));
            prop_assert_eq!(reversal_of(&back), Some(line));
        }
    }
}
