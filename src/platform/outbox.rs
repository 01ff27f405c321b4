//! Mail that leaves (law M5): a row written in the transaction that causes it, one Message-ID for life,
//! never sent again blindly.

use chrono::TimeDelta;
use entities::outbox;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
    /// A notice to staff.
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
    let row = outbox::Entity::insert(row_of(core, tx, mail)?).exec_with_returning(tx.conn()).await?;
    core.bell.notify_one();
    Ok(row)
}

/// Puts the mails of a batch into the outbox, in a few statements.
pub async fn post_many(core: &Core, tx: &Tx, mails: Vec<NewMail>) -> Result<(), Failure> {
    let rows = mails.into_iter().map(|mail| row_of(core, tx, mail)).collect::<Result<Vec<_>, _>>()?;
    for some in rows.chunks(500) {
        outbox::Entity::insert_many(some.iter().cloned()).exec_without_returning(tx.conn()).await?;
    }
    core.bell.notify_one();
    Ok(())
}

fn row_of(core: &Core, tx: &Tx, mail: NewMail) -> Result<outbox::ActiveModel, Failure> {
    let unique = i64::from_be_bytes(super::keys::random::<8>()) & i64::MAX;
    Ok(outbox::ActiveModel {
        kind: Set(mail.kind.code().into()),
        message_id: Set(core.mail_ids().message_id(mail.kind.code(), unique)),
        from_addr: Set(core.config.mail_from.clone()),
        reply_to: Set(mail.reply_to),
        to_addr: Set(mail.to_addr),
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

/// Takes a mail back that has not begun to leave. False when it is too late.
pub async fn take_back(tx: &Tx, id: i64) -> Result<bool, Failure> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value("cancelled"))
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq("waiting"))
        .filter(outbox::Column::Attempts.eq(0))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tx.audit("mail.take_back", ("outbox", id), json!({})).await?;
    }
    Ok(done.rows_affected == 1)
}

/// What a person says of a mail that may or may not have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived: count it as sent.
    Left,
    /// It did not: send it (once more, under the same Message-ID).
    SendAgain,
}

/// A person decides about an ambiguous or dead mail. False when there was nothing to decide any more.
pub async fn decide(core: &Core, tx: &Tx, id: i64, verdict: Verdict) -> Result<bool, Failure> {
    let Some(row) = outbox::Entity::find_by_id(id).one(tx.conn()).await? else { return Ok(false) };
    if !matches!(row.state.as_str(), "ambiguous" | "dead") {
        return Ok(false);
    }
    let mut change = outbox::ActiveModel::default();
    match verdict {
        Verdict::Left => {
            change.state = Set("sent".into());
            change.sent_at = Set(Some(tx.at));
        }
        Verdict::SendAgain => {
            change.state = Set("waiting".into());
            change.not_before = Set(tx.at);
        }
    }
    let done = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq(row.state.clone()))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    let word = if verdict == Verdict::Left { "left" } else { "send_again" };
    tx.audit("mail.decide", ("outbox", id), json!({ "was": row.state, "verdict": word })).await?;
    for delivery in core.deliveries.iter() {
        match verdict {
            Verdict::Left => delivery.accepted(core, tx, &row).await?,
            Verdict::SendAgain => delivery.tried_again(core, tx, &row).await?,
        }
    }
    core.bell.notify_one();
    Ok(true)
}
