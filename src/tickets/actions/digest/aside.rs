//! What could not be digested: kept, shown as a ticket, to be replayed (law M1).

use entities::{attachment, mail_in, message, ticket};
use rules::lang::Lang;
use rules::promise;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::super::desk;
use super::super::people::{self, Writer};
use super::{Outcome, change_line, is_waiting};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::words;

/// Tries before a failure of the database is taken for the mail's own.
const TRIES: i32 = 8;

/// The ticket that showed the unread mail no longer stands for it.
pub async fn release_placeholder(tx: &Tx, mail: i64, shown: i64) -> Result<(), Failure> {
    message::Entity::update_many()
        .set(message::ActiveModel { mail_in_id: Set(None), ..Default::default() })
        .filter(message::Column::MailInId.eq(mail))
        .filter(message::Column::TicketId.eq(shown))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Keeps what could not be digested where people see it. Passing troubles of the database are tried again
/// first, and the mail stays stored.
pub async fn lay_aside(core: &Core, id: i64, why: Failure, passing: bool) -> Result<Outcome, Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    let found = mail_in::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    let Some(row) = found.filter(is_waiting) else { return Err(why) };
    let mut line = mail_in::ActiveModel {
        attempts: Set(row.attempts + 1),
        reason: Set(Some(words::shortened(&why.to_string(), 500))),
        ..Default::default()
    };
    if passing && row.attempts + 1 < TRIES {
        change_line(&tx, id, line).await?;
        tx.commit().await?;
        return Err(why);
    }
    let ticket = match row.ticket_id {
        Some(ticket) => ticket,
        None => show_unread(core, &tx, &row).await?,
    };
    line.state = Set("undigested".into());
    line.disposition = Set(Some("undigested".into()));
    line.ticket_id = Set(Some(ticket));
    line.digested_at = Set(Some(tx.at));
    change_line(&tx, id, line).await?;
    tx.commit().await?;
    Ok(Outcome::Undigested(ticket))
}

/// A ticket that says "a mail could not be read", with the raw mail joined. A person may have written it:
/// it is owed.
async fn show_unread(core: &Core, tx: &Tx, row: &mail_in::Model) -> Result<i64, Failure> {
    let person = people::find_or_add(tx, &Writer::default()).await?;
    let subject = core.render.locales.say(Lang::Fr, &crate::platform::Say::new("tickets-unread-subject"));
    let text = core.render.locales.say(Lang::Fr, &crate::platform::Say::new("tickets-unread-text"));
    let opened = ticket::ActiveModel {
        subject: Set(subject.clone()),
        about: Set("support".into()),
        requester_id: Set(person.id),
        state: Set("open".into()),
        promise: Set("none".into()),
        close_when_sent: Set(false),
        last_words: Set(words::first_line(&text)),
        last_at: Set(row.received_at),
        opened_at: Set(row.received_at),
        version: Set(1),
        ..Default::default()
    };
    let opened = ticket::Entity::insert(opened).exec_with_returning(tx.conn()).await?;
    let told = message::ActiveModel {
        ticket_id: Set(opened.id),
        kind: Set("inbound".into()),
        requester_id: Set(Some(person.id)),
        at: Set(row.received_at),
        subject: Set(subject),
        text: Set(text),
        quoted: Set(String::new()),
        mail_in_id: Set(Some(row.id)),
        state: Set("kept".into()),
        ..Default::default()
    };
    let told = message::Entity::insert(told).exec_with_returning(tx.conn()).await?;
    let file = attachment::ActiveModel {
        message_id: Set(told.id),
        name: Set(format!("courriel-{}.eml", row.id)),
        mime: Set("message/rfc822".into()),
        size: Set(row.size),
        is_inline: Set(false),
        blob: Set(row.raw_blob.clone()),
        ..Default::default()
    };
    attachment::Entity::insert(file).exec_without_returning(tx.conn()).await?;
    let law = promise::Ticket::opened_by_machine(opened.id);
    let next = law.person_wrote(row.received_at);
    let about = desk::About { message: Some(told.id), requester: Some(person.id), ..Default::default() };
    let id = opened.id;
    desk::keep(tx, desk::Held { row: opened, live: None, law }, &next, about, ticket::ActiveModel::default())
        .await?;
    tx.audit("ticket.open", ("ticket", id), json!({ "way": row.way, "mail": row.id, "unread": true }))
        .await?;
    Ok(id)
}
