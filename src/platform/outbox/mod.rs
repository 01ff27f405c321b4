//! Mail that leaves (law M5): a row written in the transaction that causes it, one Message-ID for life,
//! never sent again blindly.

use chrono::TimeDelta;
use entities::outbox;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};

mod handing;
pub mod list;
mod verbs;

pub use handing::{hand_over, hand_over_all};
pub use verbs::{Verdict, decide, hold, release, take_back};

use super::core::Core;
use super::failure::Failure;
use super::tx::Tx;

/// What kind of mail it is; only [`Kind::Reply`] is written by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A human reply.
    Reply,
    /// "We have your message".
    Acknowledgement,
    /// A receipt, attached.
    Receipt,
    /// A link that somebody asked for.
    Link,
    /// A notice: to staff, or to a donor.
    Notice,
}

impl Kind {
    /// Code in the table, and in the Message-ID.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Acknowledgement => "acknowledgement",
            Self::Receipt => "receipt",
            Self::Link => "link",
            Self::Notice => "notice",
        }
    }
}

/// What leaves first: a person's words, then what somebody waits for, then what goes out in batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A human reply.
    Reply,
    /// A link, an acknowledgement, a notice, one receipt.
    Asked,
    /// One of many.
    Batch,
}

impl Priority {
    /// Number in the table.
    pub const fn code(self) -> i32 {
        match self {
            Self::Reply => 0,
            Self::Asked => 1,
            Self::Batch => 2,
        }
    }
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// File name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// SHA-256 of its bytes: a blob, or what a [`super::sending::Maker`] makes when the mail leaves.
    pub hash: String,
}

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What kind.
    pub kind: Kind,
    /// Address of the person.
    pub to_addr: String,
    /// Their name, or empty.
    pub to_name: String,
    /// Where answers go; default: our address.
    pub reply_to: Option<String>,
    /// Subject, plain text and HTML.
    pub words: super::render::MailWords,
    /// Message-ID this one answers.
    pub in_reply_to: Option<String>,
    /// `References` header.
    pub refs: Option<String>,
    /// Files.
    pub enclosures: Vec<Enclosure>,
    /// Ticket, its message, receipt, donor it belongs to.
    pub ticket_id: Option<i64>,
    /// Message of the ticket.
    pub ticket_message_id: Option<i64>,
    /// Receipt.
    pub receipt_id: Option<i64>,
    /// Donor.
    pub donor_id: Option<i64>,
    /// How long it can be taken back.
    pub wait: TimeDelta,
}

impl NewMail {
    /// A mail without thread, files or wait.
    pub fn new(kind: Kind, to_addr: &str, to_name: &str, words: super::render::MailWords) -> Self {
        Self {
            kind,
            to_addr: to_addr.into(),
            to_name: to_name.into(),
            reply_to: None,
            words,
            in_reply_to: None,
            refs: None,
            enclosures: Vec::new(),
            ticket_id: None,
            ticket_message_id: None,
            receipt_id: None,
            donor_id: None,
            wait: TimeDelta::zero(),
        }
    }
}

/// Puts a mail into the outbox; it leaves after `wait`. Gives its row.
pub async fn post(core: &Core, tx: &Tx, mail: NewMail) -> Result<outbox::Model, Failure> {
    let row = outbox::Entity::insert(row_of(core, tx, mail, false)?).exec_with_returning(tx.conn()).await?;
    core.bell.notify_one();
    Ok(row)
}

/// Puts the mails of a batch into the outbox, in a few statements.
pub async fn post_many(core: &Core, tx: &Tx, mails: Vec<NewMail>) -> Result<(), Failure> {
    let rows = mails.into_iter().map(|mail| row_of(core, tx, mail, true)).collect::<Result<Vec<_>, _>>()?;
    for some in rows.chunks(500) {
        outbox::Entity::insert_many(some.iter().cloned()).exec_without_returning(tx.conn()).await?;
    }
    core.bell.notify_one();
    Ok(())
}

fn row_of(core: &Core, tx: &Tx, mail: NewMail, many: bool) -> Result<outbox::ActiveModel, Failure> {
    let priority = match (mail.kind, many) {
        (Kind::Reply, _) => Priority::Reply,
        (_, true) => Priority::Batch,
        (_, false) => Priority::Asked,
    };
    let domain = mail.to_addr.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    let unique = i64::from_be_bytes(super::keys::random::<8>()) & i64::MAX;
    Ok(outbox::ActiveModel {
        kind: Set(mail.kind.code().into()),
        message_id: Set(core.mail_ids().message_id(mail.kind.code(), unique)),
        from_addr: Set(core.config.mail_from.clone()),
        reply_to: Set(mail.reply_to),
        to_addr: Set(mail.to_addr),
        to_domain: Set(domain),
        priority: Set(priority.code()),
        to_name: Set(mail.to_name),
        subject: Set(mail.words.subject),
        text: Set(mail.words.text),
        html: Set(mail.words.html),
        in_reply_to: Set(mail.in_reply_to),
        refs: Set(mail.refs),
        automatic: Set(mail.kind != Kind::Reply),
        attachments: Set(serde_json::to_string(&mail.enclosures)?),
        ticket_id: Set(mail.ticket_id),
        ticket_message_id: Set(mail.ticket_message_id),
        receipt_id: Set(mail.receipt_id),
        donor_id: Set(mail.donor_id),
        state: Set("waiting".into()),
        not_before: Set(tx.at + mail.wait),
        attempts: Set(0),
        created_at: Set(tx.at),
        ..Default::default()
    })
}
