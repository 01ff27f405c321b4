//! States of a ticket's promise, what can change, and why a verb is refused.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A promise that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Live {
    /// A person waits for a human reply.
    Owed {
        /// The first message nobody has answered yet (P6).
        since: DateTime<Utc>,
    },
    /// A human reply is between the button and the word of the mail server.
    Answering {
        /// The first date, which comes back if the reply fails.
        since: DateTime<Utc>,
        /// The reply on its way (`message.id`).
        message: i64,
        /// Who wrote it (`member.id`).
        by: i64,
        /// Owed from this date even when the reply is accepted: the person wrote again meanwhile,
        /// or an earlier reply bounced.
        still_owed: Option<DateTime<Utc>>,
    },
}

/// How a promise ended: there is no fourth way (P1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// A human reply was accepted by the mail server.
    Answered {
        /// `member.id`.
        by: i64,
        /// `message.id`.
        message: i64,
    },
    /// Someone said, by name and for a listed reason, that no reply is due (P4).
    Waived {
        /// Why.
        reason: WaiveReason,
        /// `member.id`.
        by: i64,
    },
    /// It lives on in another ticket (P5).
    Moved {
        /// `ticket.id`.
        to: i64,
    },
}

/// Closed list of reasons for which no reply is due (P4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiveReason {
    /// Unsolicited mail.
    Spam,
    /// Written by a machine: notice, out of office.
    MachineMail,
    /// A plain thank-you.
    Thanks,
    /// Answered by phone or in person; a note says how.
    AnsweredOtherwise,
    /// The person no longer asks.
    Withdrawn,
    /// No address or every address bounces.
    Unreachable,
    /// Insults or threats.
    Abuse,
}

/// A ticket, as far as the promise is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// `ticket.id`.
    pub id: i64,
    /// Open or closed.
    pub open: bool,
    /// The live promise, if any.
    pub live: Option<Live>,
}

/// One thing to write down after a verb, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A new promise was made.
    Created {
        /// First unanswered message.
        since: DateTime<Utc>,
    },
    /// A reply is on its way for the live promise.
    Answering {
        /// `message.id`.
        message: i64,
    },
    /// The live promise is owed from this date (again, or from an earlier one).
    OwedAgain {
        /// The first date.
        since: DateTime<Utc>,
    },
    /// The live promise ended.
    Ended(Ending),
    /// The ticket was closed.
    Closed,
    /// The ticket was reopened.
    Reopened,
}

/// What a verb leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The state after the verb.
    pub ticket: Ticket,
    /// What changed, in the order in which to write it; empty when nothing did.
    pub changes: Vec<Change>,
}

/// Why a verb is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A person waits for a reply since this date.
    #[error("a reply is owed since {since}")]
    StillOwed {
        /// First unanswered message.
        since: DateTime<Utc>,
    },
    /// A reply is between the button and the mail server.
    #[error("reply {message} is on its way")]
    ReplyOnItsWay {
        /// `message.id`.
        message: i64,
    },
    /// Quote, signature and untouched template are no reply.
    #[error("a reply needs words of its own")]
    NoOwnWords,
    /// Nothing is owed on this ticket.
    #[error("nothing is owed")]
    NothingOwed,
    /// "Answered otherwise" needs a note saying how.
    #[error("say how it was answered")]
    NoteNeeded,
    /// The reply named is not the one on its way.
    #[error("message {message} is not on its way here")]
    NotThatReply {
        /// `message.id`.
        message: i64,
    },
    /// The ticket is closed already.
    #[error("already closed")]
    AlreadyClosed,
    /// The ticket is open already.
    #[error("already open")]
    AlreadyOpen,
    /// A ticket cannot be merged into itself.
    #[error("a ticket cannot be merged into itself")]
    SameTicket,
    /// Merges can be undone for 30 days.
    #[error("too late to undo this merge")]
    TooLateToUnmerge,
    /// The facts given for undoing a merge would lose or invent a promise.
    #[error("the messages do not match the promise")]
    PromiseWouldBeLost,
}

impl Live {
    /// The first date, whether owed or answering.
    pub const fn since(self) -> DateTime<Utc> {
        match self {
            Live::Owed { since } | Live::Answering { since, .. } => since,
        }
    }

    /// Text kept in the database: `owed` or `answering`.
    pub const fn code(self) -> &'static str {
        match self {
            Live::Owed { .. } => "owed",
            Live::Answering { .. } => "answering",
        }
    }
}

impl Ending {
    /// Text kept in the database: `answered`, `waived` or `moved`.
    pub const fn code(self) -> &'static str {
        match self {
            Ending::Answered { .. } => "answered",
            Ending::Waived { .. } => "waived",
            Ending::Moved { .. } => "moved",
        }
    }
}

impl WaiveReason {
    /// Every reason, in the order in which they are offered.
    pub const ALL: [WaiveReason; 7] = [
        WaiveReason::Spam,
        WaiveReason::MachineMail,
        WaiveReason::Thanks,
        WaiveReason::AnsweredOtherwise,
        WaiveReason::Withdrawn,
        WaiveReason::Unreachable,
        WaiveReason::Abuse,
    ];

    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            WaiveReason::Spam => "spam",
            WaiveReason::MachineMail => "machine_mail",
            WaiveReason::Thanks => "thanks",
            WaiveReason::AnsweredOtherwise => "answered_otherwise",
            WaiveReason::Withdrawn => "withdrawn",
            WaiveReason::Unreachable => "unreachable",
            WaiveReason::Abuse => "abuse",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<WaiveReason> {
        WaiveReason::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether the reason needs a note.
    pub const fn needs_note(self) -> bool {
        matches!(self, WaiveReason::AnsweredOtherwise)
    }

    /// Words for a menu and the public page.
    pub const fn label(self, lang: crate::lang::Lang) -> &'static str {
        match self {
            WaiveReason::Spam => lang.pick("Indésirable", "Spam"),
            WaiveReason::MachineMail => lang.pick("Message automatique", "Automatic message"),
            WaiveReason::Thanks => lang.pick("Simple remerciement", "A plain thank-you"),
            WaiveReason::AnsweredOtherwise => lang.pick(
                "Réponse donnée autrement (téléphone, de vive voix)",
                "Answered otherwise (phone, in person)",
            ),
            WaiveReason::Withdrawn => lang.pick("La personne a retiré sa demande", "Withdrawn by the person"),
            WaiveReason::Unreachable => lang.pick("Personne injoignable", "Person unreachable"),
            WaiveReason::Abuse => lang.pick("Propos injurieux ou menaçants", "Abuse"),
        }
    }
}
