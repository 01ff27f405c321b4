//! What changes receipts. Everything that issues goes through [`press`]: one place that takes numbers.

pub mod handing;
mod keeper;
mod mails;
mod one;
mod press;
mod run;

use rules::lang::Lang;
use rules::receipt::{Mention, Reason};

use super::why::Why;
use crate::platform::{Core, Say};

pub use keeper::Keeper;
pub use one::{IssueOne, cancel, duplicate, issue_one, original, paper_of, replace, send};
pub use press::Issued;
pub use run::{Done, JOB as RUN_JOB, StartRun, Step, ask_run, issue_run, start_run};

/// Why a verb about receipts did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The association was not set up, or lacks mentions (R4).
    AssociationLacks(Vec<Mention>),
    /// The prefix of the numbers cannot begin a series.
    Prefix(String),
    /// The year has not begun.
    FutureYear(i32),
    /// Nobody has this record.
    NoSuchDonor,
    /// No such receipt.
    NoSuchNumber(String),
    /// It was cancelled before.
    AlreadyCancelled(String),
    /// A reason is needed to cancel.
    NoReason,
    /// Nothing is left to be receipted, and why.
    Nothing(Vec<Why>),
    /// The donor has no mail address.
    NoMail,
    /// Such a run does not exist.
    NoSuchRun,
}

impl Refusal {
    /// The sentence for the person.
    pub fn sentence(&self, core: &Core, lang: Lang) -> String {
        let say = match self {
            Self::AssociationLacks(mentions) => {
                return Reason::AssociationLacks(mentions.clone()).sentence(lang);
            }
            Self::Prefix(prefix) => Say::new("receipts-refused-prefix").with("prefix", prefix.clone()),
            Self::FutureYear(year) => Say::new("receipts-refused-year").with("year", year.to_string()),
            Self::NoSuchDonor => Say::new("receipts-refused-donor"),
            Self::NoSuchNumber(number) => Say::new("receipts-refused-number").with("number", number.clone()),
            Self::AlreadyCancelled(number) => {
                Say::new("receipts-refused-cancelled").with("number", number.clone())
            }
            Self::NoReason => Say::new("receipts-refused-reason"),
            Self::Nothing(reasons) => {
                let why: Vec<String> = reasons.iter().map(|why| why.sentence(core, lang)).collect();
                Say::new("receipts-refused-nothing").with("why", why.join(" "))
            }
            Self::NoMail => Say::new("receipts-refused-mail"),
            Self::NoSuchRun => Say::new("receipts-refused-run"),
        };
        core.render.locales.say(lang, &say)
    }
}
