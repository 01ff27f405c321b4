//! Law M4: which ticket a mail belongs to.

use serde::{Deserialize, Serialize};

use crate::{AuthVerdict, MachineKind, Mail, normalise, subject};

/// What is known of a ticket that a mail points at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TicketFacts {
    /// The ticket.
    pub ticket_id: i64,
    /// Addresses of those who take part in it, as [`normalise`] gives them. For a merged ticket: those
    /// of the ticket it went into as well.
    pub participants: Vec<String>,
    /// The ticket it was merged into, if it was.
    pub merged_into: Option<i64>,
    /// What it is about, to see whether a mail speaks of something else.
    pub subject: String,
}

/// What the mail points at, looked up by the caller.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// By a signed address among [`Mail::recipients`] (`Keys::ticket_of`).
    pub plus: Option<TicketFacts>,
    /// By the Message-IDs of [`Mail::thread_ids`], nearest first: tickets that hold a mail of that id,
    /// and tickets whose mails name it, for an answer may come before what it answers.
    pub references: Vec<TicketFacts>,
    /// By a tag in the subject (`tag_of`).
    pub tag: Option<TicketFacts>,
    /// What the mail server that took it in says of its sender ([`crate::auth::verdict`]); `None` when
    /// nobody looked.
    pub auth: Option<AuthVerdict>,
}

/// How a mail found its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A signed address.
    PlusAddress,
    /// In-Reply-To, References, or the mail a report speaks of.
    Reference,
    /// A tag in the subject.
    Tag,
}

/// Why a mail opens a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It points at no ticket of ours.
    NoTicketNamed,
    /// It points at one, but its sender takes no part in it.
    SenderTakesNoPart,
    /// It points at one, but names no sender.
    NoSender,
    /// It points at one, but its sender is not who it says ([`AuthVerdict::is_forged`]).
    SenderForged,
}

/// Where a mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It joins a ticket its sender takes part in.
    Join {
        /// The ticket, after merges.
        ticket_id: i64,
        /// How it was found.
        via: Via,
        /// It speaks of something else than the ticket: to be offered for splitting.
        offers_split: bool,
    },
    /// It opens a ticket.
    New {
        /// The ticket it points at without right to join.
        linked_to: Option<i64>,
        /// Why it does not join.
        why: Why,
    },
    /// A program speaks of a mail of ours (bounce, answering machine, report): shown in the ticket, and
    /// no new claim on us.
    Report {
        /// The ticket, after merges.
        ticket_id: i64,
        /// How it was found.
        via: Via,
    },
}

impl TicketFacts {
    fn target(&self) -> i64 {
        self.merged_into.unwrap_or(self.ticket_id)
    }

    fn includes(&self, sender: &str) -> bool {
        self.participants.iter().any(|p| normalise(p) == sender)
    }
}

/// Joins by signed address, then references, then tag, and only a ticket the sender takes part in;
/// else opens a ticket linked to the first one named. A machine's word on a mail of ours goes to its
/// ticket whoever sends it, unless only a tag (which anyone can type) points there. A forged sender
/// joins nothing: the mail is shown beside, in a ticket of its own.
#[must_use]
pub fn decide(mail: &Mail, facts: &Facts) -> Decision {
    let named = facts.plus.iter().map(|t| (t, Via::PlusAddress));
    let named = named.chain(facts.references.iter().map(|t| (t, Via::Reference)));
    let named: Vec<_> = named.chain(facts.tag.iter().map(|t| (t, Via::Tag))).collect();

    if speaks_of_our_mail(mail)
        && let Some((ticket, via)) = named.iter().find(|(_, via)| *via != Via::Tag)
    {
        return Decision::Report { ticket_id: ticket.target(), via: *via };
    }
    let linked_to = named.first().map(|(t, _)| t.target());
    let sender = mail.from.as_ref().map(|f| normalise(&f.address)).filter(|a| a.contains('@'));
    let joined = sender.as_deref().and_then(|s| named.iter().find(|(t, _)| t.includes(s)));
    let forged = facts.auth.as_ref().is_some_and(AuthVerdict::is_forged);
    match (joined, forged) {
        (Some(_), true) => Decision::New { linked_to, why: Why::SenderForged },
        (Some((ticket, via)), false) => Decision::Join {
            ticket_id: ticket.target(),
            via: *via,
            // Who writes a tag or a signed address means this ticket, whatever the words before it.
            offers_split: *via == Via::Reference && subject::new_subject(&ticket.subject, &mail.subject),
        },
        (None, _) if named.is_empty() => Decision::New { linked_to, why: Why::NoTicketNamed },
        (None, _) if sender.is_none() => Decision::New { linked_to, why: Why::NoSender },
        (None, _) => Decision::New { linked_to, why: Why::SenderTakesNoPart },
    }
}

/// The other tickets that the mail points at, in their order: to be shown as related to the one it goes
/// to. With them two mails that name each other, or the same third one, hang together whichever comes
/// first; joining alone could not, for a mail may name two tickets.
#[must_use]
pub fn related(facts: &Facts, decision: &Decision) -> Vec<i64> {
    let own = match decision {
        Decision::Join { ticket_id, .. } | Decision::Report { ticket_id, .. } => Some(*ticket_id),
        Decision::New { linked_to, .. } => *linked_to,
    };
    let mut found = Vec::new();
    for ticket in facts.plus.iter().chain(&facts.references).map(TicketFacts::target) {
        if Some(ticket) != own && !found.contains(&ticket) {
            found.push(ticket);
        }
    }
    found
}

fn speaks_of_our_mail(mail: &Mail) -> bool {
    let kind = mail.machine.as_ref().map(|m| m.kind);
    matches!(kind, Some(MachineKind::Bounce | MachineKind::AutoReply | MachineKind::Report))
}
