//! What changes accounts, their movements and their matches.

pub mod accounts;
pub mod lines;
pub mod matching;
pub mod movements;
pub mod refunds;
pub mod returns;

use crate::platform::Say;

/// Why a verb did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such account, payout or line.
    Unknown,
    /// Another account has this number already.
    OtherNumber {
        /// The number that the file tells.
        told: String,
        /// The account that was chosen.
        chosen: String,
    },
    /// The file tells no account, and there are several.
    WhichAccount,
    /// Somebody else wrote the same lines at the same moment.
    Stale,
    /// The line or the payout is matched already.
    Matched,
    /// The amounts are not the same.
    OtherAmount,
    /// Nothing of the gift stands any more.
    GoneBack,
    /// The gift did not come through the tool that gave money back.
    OtherTool,
    /// Day, label and amount are not all named.
    NoColumns,
    /// A rule of these words is there, or there are no words.
    BadWords,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::Unknown => Say::new("clearing-refused-unknown"),
            Self::OtherNumber { told, chosen } => Say::new("clearing-refused-other-number")
                .with("told", told.clone())
                .with("chosen", chosen.clone()),
            Self::WhichAccount => Say::new("clearing-refused-which-account"),
            Self::Stale => Say::new("clearing-refused-stale"),
            Self::Matched => Say::new("clearing-refused-matched"),
            Self::GoneBack => Say::new("clearing-refused-gone-back"),
            Self::OtherTool => Say::new("clearing-refused-other-tool"),
            Self::OtherAmount => Say::new("clearing-refused-other-amount"),
            Self::NoColumns => Say::new("clearing-refused-no-columns"),
            Self::BadWords => Say::new("clearing-refused-bad-words"),
        }
    }
}
