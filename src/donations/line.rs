//! A gift as it is handed to the ledger, and why it may be refused.

use chrono::{DateTime, NaiveDate, Utc};
use rules::dates::{DateError, paris_day};
use rules::fold::{one_line, paragraphs};
use rules::gift::{
    CandidateDates, DateBasis, DatePolicy, DateRefusal, Form, GiftDraft, GiftLine, GiftRefusal, Method,
    Nature, Purpose,
};
use rules::money::{AmountError, Cents};

use crate::platform::Say;

/// What is recorded by hand: the source of such lines.
pub const HAND: &str = "hand";
/// Largest amount of a line: a thousand million euros.
pub const LARGEST: Cents = Cents(100_000_000_000);

/// A gift to record. `source` and `external_id` name it: the same pair is the same gift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGift {
    /// Who gave; none for an anonymous gift.
    pub donor_id: Option<i64>,
    /// Where it comes from: `hand`, `stripe`…
    pub source: String,
    /// Its name there; for a gift recorded by hand, the key of the form, or empty for a new one.
    pub external_id: String,
    /// What the donor gave, in cents.
    pub gross: Cents,
    /// What the provider kept, in cents.
    pub fee: Cents,
    /// How it came; none for what is not money.
    pub method: Option<Method>,
    /// What was given.
    pub nature: Nature,
    /// In which legal form.
    pub form: Form,
    /// Code of the campaign, or empty.
    pub campaign: String,
    /// When the donor paid; for a cheque, the day written on it.
    pub paid_at: Option<DateTime<Utc>>,
    /// The day the provider paid out.
    pub provider_credited_on: Option<NaiveDate>,
    /// The day the bank credited us.
    pub bank_credited_on: Option<NaiveDate>,
    /// The day the letter arrived, or the cash was handed over.
    pub received_on: Option<NaiveDate>,
    /// Which of these days counts, when a person decided so.
    pub decided: Option<DateBasis>,
    /// Number of the receipt that the payment tool made on mandate (R6).
    pub receipted_elsewhere: Option<String>,
    /// The source whose policy of dates holds, where it is not its own: that of the gift it corrects.
    pub dated_as: Option<String>,
    /// The file it came in.
    pub import_id: Option<i64>,
    /// For the staff; for a gift in kind, what was given.
    pub note: String,
    /// What it was paid for.
    pub purpose: Purpose,
    /// What the goods given in return are worth, in cents.
    pub counterpart: Cents,
    /// What they are.
    pub counterpart_what: String,
}

impl Default for NewGift {
    fn default() -> Self {
        Self {
            donor_id: None,
            source: HAND.into(),
            external_id: String::new(),
            gross: Cents::ZERO,
            fee: Cents::ZERO,
            method: Some(Method::Other),
            nature: Nature::Money,
            form: Form::ManualGift,
            campaign: String::new(),
            paid_at: None,
            provider_credited_on: None,
            bank_credited_on: None,
            received_on: None,
            decided: None,
            receipted_elsewhere: None,
            dated_as: None,
            import_id: None,
            note: String::new(),
            purpose: Purpose::Gift,
            counterpart: Cents::ZERO,
            counterpart_what: String::new(),
        }
    }
}

/// Why a line is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A law of gifts.
    Gift(GiftRefusal),
    /// There is no such donor.
    NoDonor,
    /// The amount is beyond what an association can be given.
    TooMuch,
    /// A text is longer than the ledger holds.
    TooLong(&'static str),
    /// This source and name are in the ledger already.
    Known {
        /// The line that has them.
        gift_id: i64,
    },
    /// There is no such gift.
    Unknown,
    /// A reversal is not reversed: record the gift again.
    IsReversal,
    /// The gift was taken back already.
    AlreadyReversed {
        /// The line that takes it back.
        by: i64,
    },
    /// The gift stands on a live receipt: cancel that one first.
    OnReceipt {
        /// Its number.
        number: String,
    },
    /// The day of the gift is in a period that is closed.
    PeriodClosed {
        /// Its last day.
        through: NaiveDate,
    },
    /// A reversal says why.
    NoReason,
    /// More would go back than was given, or nothing.
    BackOutOfBounds {
        /// What was given.
        gross: Cents,
    },
    /// The receipt that the person saw is not the one that stands now.
    OtherReceipt,
    /// A proof is a file or the place where the paper is kept.
    ProofEmpty,
    /// There is no such proof, or it was withdrawn already.
    ProofUnknown,
    /// What was typed in this field is not an amount.
    BadAmount(&'static str, AmountError),
    /// What was typed in this field is not a day.
    BadDay(&'static str, DateError),
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::Gift(law) => say_law(law),
            Self::NoDonor => Say::new("donations-refused-no-donor"),
            Self::TooMuch => Say::new("donations-refused-too-much"),
            Self::TooLong(_) => Say::new("donations-refused-too-long"),
            Self::Known { gift_id } => Say::new("donations-refused-known").count("id", gift_id),
            Self::Unknown => Say::new("donations-refused-unknown"),
            Self::IsReversal => Say::new("donations-refused-is-reversal"),
            Self::AlreadyReversed { by } => Say::new("donations-refused-reversed").count("id", by),
            Self::OnReceipt { number } => {
                Say::new("donations-refused-on-receipt").with("number", number.clone())
            }
            Self::PeriodClosed { through } => {
                Say::new("donations-refused-period-closed").with("day", rules::dates::short_fr(*through))
            }
            Self::NoReason => Say::new("donations-refused-no-reason"),
            Self::BackOutOfBounds { gross } => {
                Say::new("donations-refused-back").with("amount", gross.csv_fr())
            }
            Self::OtherReceipt => Say::new("donations-refused-other-receipt"),
            Self::ProofEmpty => Say::new("proofs-refused-empty"),
            Self::ProofUnknown => Say::new("proofs-refused-unknown"),
            Self::BadAmount(_, why) => Say::new(match why {
                AmountError::Empty => "donations-refused-amount-empty",
                AmountError::NotAnAmount => "donations-refused-amount",
                AmountError::Ambiguous => "donations-refused-amount-ambiguous",
                AmountError::TooPrecise => "donations-refused-amount-precise",
                AmountError::TooLarge => "donations-refused-too-much",
            }),
            Self::BadDay(_, DateError::NoSuchDay) => Say::new("donations-refused-no-such-day"),
            Self::BadDay(..) => Say::new("donations-refused-day"),
        }
    }

    /// The field of the form where it belongs. `method` says which date is asked for.
    pub fn field(&self, method: Option<Method>) -> Option<&'static str> {
        match self {
            Self::Gift(law) => Some(match law {
                GiftRefusal::NotAboveZero => "gross",
                GiftRefusal::FeeBelowZero | GiftRefusal::FeeAboveGross => "fee",
                GiftRefusal::MethodNeeded | GiftRefusal::MethodWithoutMoney => "method",
                GiftRefusal::DescriptionNeeded => "note",
                GiftRefusal::DuesNotMoney => "purpose",
                GiftRefusal::CounterpartBelowZero | GiftRefusal::CounterpartAboveGross => "counterpart",
                GiftRefusal::CounterpartUnnamed => "counterpart_what",
                GiftRefusal::Date(DateRefusal::CreditedNeeded) => "bank_credited_on",
                GiftRefusal::Date(DateRefusal::HandedOverNeeded | DateRefusal::ReceivedNeeded) => {
                    "received_on"
                }
                GiftRefusal::Date(DateRefusal::NoDate) | GiftRefusal::InTheFuture { .. } => match method {
                    Some(Method::Card | Method::Transfer | Method::DirectDebit) => "paid_on",
                    _ => "received_on",
                },
            }),
            Self::NoDonor => Some("donor"),
            Self::TooMuch => Some("gross"),
            Self::TooLong(field) | Self::BadAmount(field, _) | Self::BadDay(field, _) => Some(field),
            Self::NoReason => Some("reason"),
            Self::BackOutOfBounds { .. } => Some("back"),
            Self::ProofEmpty => Some("proof"),
            _ => None,
        }
    }
}

fn say_law(law: &GiftRefusal) -> Say {
    match law {
        GiftRefusal::NotAboveZero => Say::new("donations-refused-above-zero"),
        GiftRefusal::FeeBelowZero => Say::new("donations-refused-fee-below"),
        GiftRefusal::FeeAboveGross => Say::new("donations-refused-fee-above"),
        GiftRefusal::MethodNeeded => Say::new("donations-refused-method"),
        GiftRefusal::MethodWithoutMoney => Say::new("donations-refused-no-method"),
        GiftRefusal::DescriptionNeeded => Say::new("donations-refused-description"),
        GiftRefusal::DuesNotMoney => Say::new("donations-refused-dues-money"),
        GiftRefusal::CounterpartBelowZero => Say::new("donations-refused-counterpart-below"),
        GiftRefusal::CounterpartAboveGross => Say::new("donations-refused-counterpart-above"),
        GiftRefusal::CounterpartUnnamed => Say::new("donations-refused-counterpart-unnamed"),
        GiftRefusal::Date(DateRefusal::HandedOverNeeded) => Say::new("donations-refused-handed"),
        GiftRefusal::Date(DateRefusal::ReceivedNeeded) => Say::new("donations-refused-received"),
        GiftRefusal::Date(DateRefusal::CreditedNeeded) => Say::new("donations-refused-credited"),
        GiftRefusal::Date(DateRefusal::NoDate) => Say::new("donations-refused-no-date"),
        GiftRefusal::InTheFuture { .. } => Say::new("donations-refused-future"),
    }
}

impl NewGift {
    /// Whether what it does to a receipt is shown before it is written: dues, something given in return, and what is not
    /// money.
    pub fn asks_a_look(&self) -> bool {
        self.purpose == Purpose::Dues || self.counterpart > Cents::ZERO || self.nature != Nature::Money
    }

    /// The days that are known. The ledger has no day of handing over: cash counts when received.
    pub fn dates(&self) -> CandidateDates {
        CandidateDates {
            paid_on: self.paid_at.map(paris_day),
            provider_credited_on: self.provider_credited_on,
            bank_credited_on: self.bank_credited_on,
            received_on: self.received_on,
            handed_over_on: None,
        }
    }

    /// The gift in its one written form, and the line that the laws make of it. `today` is the civil day.
    ///
    /// # Errors
    /// Every [`Refusal`], in the order of the form.
    pub fn check(&self, policy: DatePolicy, today: NaiveDate) -> Result<(Self, GiftLine), Vec<Refusal>> {
        let kept = Self {
            source: one_line(&self.source),
            external_id: one_line(&self.external_id),
            campaign: one_line(&self.campaign),
            receipted_elsewhere: self
                .receipted_elsewhere
                .as_deref()
                .map(one_line)
                .filter(|number| !number.is_empty()),
            note: paragraphs(&self.note),
            counterpart_what: one_line(&self.counterpart_what),
            ..self.clone()
        };
        let draft = GiftDraft {
            gross: kept.gross,
            fee: kept.fee,
            method: kept.method,
            nature: kept.nature,
            form: kept.form,
            dates: kept.dates(),
            decided: kept.decided,
            description: Some(kept.note.clone()),
            campaign: Some(kept.campaign.clone()).filter(|c| !c.is_empty()),
            purpose: kept.purpose,
            counterpart: kept.counterpart,
            counterpart_what: kept.counterpart_what.clone(),
        };
        let line = draft.check(policy, today);
        let mut refused: Vec<Refusal> = Vec::new();
        if kept.gross > LARGEST {
            refused.push(Refusal::TooMuch);
        }
        for (field, text, most) in [
            ("campaign", &kept.campaign, 200),
            ("note", &kept.note, 5000),
            ("counterpart_what", &kept.counterpart_what, 200),
        ] {
            if text.chars().count() > most {
                refused.push(Refusal::TooLong(field));
            }
        }
        match line {
            Ok(line) if refused.is_empty() => Ok((kept, line)),
            Ok(_) => Err(refused),
            Err(laws) => Err(laws.into_iter().map(Refusal::Gift).chain(refused).collect()),
        }
    }
}
