//! What changes plans and mandates.

mod found;
pub mod handing;
mod mandates;
mod plans;

use chrono::NaiveDate;
use rules::dates::DateError;
use rules::money::AmountError;
use rules::sepa::SepaError;

pub use found::find_due;
pub use mandates::{NewMandate, account, end_mandate, sign, unmask};
pub use plans::{NewPlan, change, end, make};

use crate::platform::Say;

/// Why a verb did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such plan, mandate or donor.
    Unknown,
    /// It is ended already.
    Ended,
    /// The account.
    Iban(SepaError),
    /// The bank's code.
    Bic,
    /// The mandate's reference.
    Rum(SepaError),
    /// Another mandate has this reference.
    RumTaken,
    /// The holder's name lacks, or has no letter that banks read.
    Holder,
    /// What was typed in this field is not a day.
    BadDay(&'static str, DateError),
    /// A mandate is signed today or before.
    SignedLater,
    /// It was signed so long ago, and never used, that it is dead.
    Dead {
        /// The last day on which it could be used.
        until: NaiveDate,
    },
    /// Not an amount.
    Amount(AmountError),
    /// Zero or less, or more than the ledger holds.
    OutOfRange,
    /// The first payment of a plan by direct debit is to come.
    FirstPast,
    /// The mandate has a plan.
    MandateTaken,
    /// The mandate is of somebody else, or ended.
    MandateOther,
    /// A plan that gifts show ends when they do.
    Found,
    /// A reason is needed.
    NoReason,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::Unknown => Say::new("plans-refused-unknown"),
            Self::Ended => Say::new("plans-refused-ended"),
            Self::Iban(SepaError::Empty) => Say::new("plans-refused-iban-empty"),
            Self::Iban(SepaError::Invalid) => Say::new("plans-refused-iban"),
            Self::Iban(SepaError::OutsideSepa) => Say::new("plans-refused-iban-outside"),
            Self::Bic => Say::new("plans-refused-bic"),
            Self::Rum(_) => Say::new("plans-refused-rum"),
            Self::RumTaken => Say::new("plans-refused-rum-taken"),
            Self::Holder => Say::new("plans-refused-holder"),
            Self::BadDay(..) => Say::new("plans-refused-day"),
            Self::SignedLater => Say::new("plans-refused-signed-later"),
            Self::Dead { until } => {
                Say::new("plans-refused-dead").with("day", rules::dates::short_fr(*until))
            }
            Self::Amount(AmountError::Ambiguous) => Say::new("donations-refused-amount-ambiguous"),
            Self::Amount(_) => Say::new("donations-refused-amount"),
            Self::OutOfRange => Say::new("plans-refused-range"),
            Self::FirstPast => Say::new("plans-refused-first-past"),
            Self::MandateTaken => Say::new("plans-refused-mandate-taken"),
            Self::MandateOther => Say::new("plans-refused-mandate-other"),
            Self::Found => Say::new("plans-refused-found"),
            Self::NoReason => Say::new("plans-refused-reason"),
        }
    }

    /// The field where it belongs.
    pub fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::Iban(_) => "iban",
            Self::Bic => "bic",
            Self::Rum(_) | Self::RumTaken => "rum",
            Self::Holder => "holder",
            Self::BadDay(field, _) => field,
            Self::SignedLater | Self::Dead { .. } => "signed_on",
            Self::Amount(_) | Self::OutOfRange => "cents",
            Self::FirstPast => "first_on",
            Self::MandateTaken | Self::MandateOther => "mandate",
            Self::NoReason => "reason",
            Self::Unknown | Self::Ended | Self::Found => return None,
        })
    }
}
