//! What changes tickets, promises, messages and the inbound ledger: one transaction each.

pub mod acknowledge;
pub mod delivery;
pub mod desk;
pub mod digest;
pub mod intake;
pub mod look;
pub mod mailbox;
pub mod merge;
pub mod people;
pub mod reply;
pub mod services;
pub mod settle;
pub mod split;
pub mod suspicion;
pub mod take;
pub mod threads;
pub mod unreachable;

use rules::lang::Lang;
use rules::promise::Refusal as Law;
use rules::reply::ReplyRefusal;

use crate::platform::Say;

/// Why a verb did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A law of the promise.
    Law(Law),
    /// The reply has no words of its own (law P3).
    Words(ReplyRefusal),
    /// There is no such ticket, message, member or service.
    Gone,
    /// It was merged into that ticket: act there.
    MergedInto(i64),
    /// Nobody waits without somebody who answers.
    NobodyWaits,
    /// Somebody else has taken it.
    TakenBy(String),
    /// There is no address to answer to.
    NoAddress,
    /// The mail has left.
    TooLate,
    /// A note needs words.
    EmptyNote,
    /// It is the only message here: there is nothing to take it out of.
    OnlyMessage,
    /// The page shows an older state: someone changed it meanwhile.
    Changed,
}

impl From<Law> for Refusal {
    fn from(law: Law) -> Self {
        Self::Law(law)
    }
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self, lang: Lang) -> Say {
        match self {
            Self::Law(law) => say_law(*law, lang),
            Self::Words(ReplyRefusal::Empty) => Say::new("tickets-refused-empty"),
            Self::Words(ReplyRefusal::NoOwnWords) => Say::new("tickets-refused-own-words"),
            Self::Words(ReplyRefusal::UntouchedTemplate) => Say::new("tickets-refused-template"),
            Self::Gone => Say::new("tickets-refused-gone"),
            Self::MergedInto(id) => Say::new("tickets-refused-merged").count("id", id),
            Self::NobodyWaits => Say::new("tickets-refused-nobody-waits"),
            Self::TakenBy(name) => Say::new("tickets-refused-taken").with("name", name.clone()),
            Self::NoAddress => Say::new("tickets-refused-no-address"),
            Self::TooLate => Say::new("tickets-refused-too-late"),
            Self::EmptyNote => Say::new("tickets-refused-empty-note"),
            Self::OnlyMessage => Say::new("tickets-refused-only-message"),
            Self::Changed => Say::new("tickets-refused-changed"),
        }
    }
}

fn say_law(law: Law, lang: Lang) -> Say {
    match law {
        Law::StillOwed { since } => {
            Say::new("tickets-refused-owed").with("since", rules::dates::exact(since, lang))
        }
        Law::ReplyOnItsWay { .. } => Say::new("tickets-refused-on-its-way"),
        Law::NoOwnWords => Say::new("tickets-refused-own-words"),
        Law::NothingOwed => Say::new("tickets-refused-nothing-owed"),
        Law::NoteNeeded => Say::new("tickets-refused-note-needed"),
        Law::NotThatReply { .. } => Say::new("tickets-refused-too-late"),
        Law::AlreadyClosed => Say::new("tickets-refused-closed"),
        Law::AlreadyOpen => Say::new("tickets-refused-open"),
        Law::SameTicket => Say::new("tickets-refused-same"),
        Law::TooLateToUnmerge => Say::new("tickets-refused-unmerge-late"),
        Law::PromiseWouldBeLost => Say::new("tickets-refused-unmerge-lost"),
    }
}
