//! Why somebody gets no receipt: the rules' reasons, and those of the paper.

use reports::receipt::ReceiptError;
use rules::lang::Lang;
use rules::receipt::{Mention, Reason};

use crate::platform::{Core, Say};

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A rule says so.
    Rule(Reason),
    /// The typeface has no sign for these characters.
    NoSign(Vec<char>),
    /// A text does not fit on a page.
    TooLong,
    /// A mention lacks on the finished receipt (R4).
    Lacks(Vec<Mention>),
}

impl Why {
    /// Text for counting and for JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(reason) => reason.code(),
            Self::NoSign(_) => "no_sign",
            Self::TooLong => "too_long",
            Self::Lacks(_) => "lacks",
        }
    }

    /// The reason as a sentence.
    pub fn sentence(&self, core: &Core, lang: Lang) -> String {
        let say = match self {
            Self::Rule(reason) => return reason.sentence(lang),
            Self::Lacks(mentions) => return Reason::AssociationLacks(mentions.clone()).sentence(lang),
            Self::NoSign(signs) => {
                Say::new("receipts-why-no-sign").with("signs", signs.iter().collect::<String>())
            }
            Self::TooLong => Say::new("receipts-why-too-long"),
        };
        core.render.locales.say(lang, &say)
    }

    /// Whether the line or donor already has its receipt, so that nothing is missing.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Rule(Reason::AlreadyReceipted { .. } | Reason::NothingLeft))
    }
}

impl From<ReceiptError> for Why {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::MissingCharacter(sign) => Self::NoSign(vec![sign]),
            _ => Self::TooLong,
        }
    }
}
