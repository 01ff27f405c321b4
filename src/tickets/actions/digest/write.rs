//! The mail in its ticket: a message, its files, the promise it makes or renews.

use entities::{attachment, message, ticket};
use rules::promise;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::super::people::{self, Writer};
use super::super::{acknowledge, delivery, desk, services, threads, unreachable};
use super::ready::Ready;
use super::twin::{below, message_subject};
use crate::platform::{Core, Failure, Tx};
use crate::tickets::words;

/// Adds the mail to a ticket: a person's word makes or renews the promise, a machine's moves nothing,
/// a bounce of our reply owes again. `other_subject`: it speaks of something else than the ticket.
pub async fn join(
    core: &Core,
    tx: &Tx,
    ready: &Ready,
    ticket_id: i64,
    person: i64,
    other_subject: bool,
) -> Result<(), Failure> {
    let missing = || Failure::new(format!("ticket {ticket_id} is gone"));
    let held = desk::hold(tx, ticket_id).await?.ok_or_else(missing)?;
    let message = add_message(core, tx, ready, (ticket_id, person, other_subject)).await?;
    let at = ready.row.received_at;
    let mut more = ticket::ActiveModel { last_at: Set(at), ..Default::default() };
    let next = if ready.by_person() {
        people::takes_part(tx, ticket_id, person).await?;
        in_copy(core, tx, ready, ticket_id).await?;
        more.last_words = Set(words::first_line(&message.text));
        if !ready.is_probably_spam() {
            more.suspected = Set(false);
        }
        held.law.person_wrote(at)
    } else {
        held.law.machine_wrote()
    };
    let about = desk::About { message: Some(message.id), requester: Some(person), ..Default::default() };
    desk::keep(tx, held, &next, about, more).await?;
    if !ready.by_person() {
        delivery::came_back(core, tx, &ready.mail).await?;
    }
    tx.audit("ticket.message", ("ticket", ticket_id), json!({ "message": message.id, "kind": message.kind }))
        .await
}

/// Whoever the mail went to besides us.
pub fn copied(core: &Core, ready: &Ready) -> Vec<mailin::Mailbox> {
    let domain = |address: &str| core.config.mail_recipients.iter().any(|known| known == address);
    mailin::participants::by_copy(&ready.mail, |address| {
        acknowledge::is_ours(core, address) || domain(address)
    })
}

/// Whoever the mail went to as well may answer it in this ticket; our replies do not go to them unasked. Whoever
/// writes can be reached again.
async fn in_copy(core: &Core, tx: &Tx, ready: &Ready, ticket_id: i64) -> Result<(), Failure> {
    for mailbox in copied(core, ready) {
        let language = ready.writer.language;
        let name = mailbox.name.unwrap_or_default();
        let person = people::find_or_add(tx, &Writer { email: mailbox.address, name, language }).await?;
        people::is_in_copy(tx, ticket_id, person.id).await?;
    }
    if ready.is_forged() { Ok(()) } else { unreachable::is_back(tx, &ready.writer.email).await }
}

/// Opens a ticket with the mail.
pub async fn open(
    core: &Core,
    tx: &Tx,
    ready: &Ready,
    person: &entities::requester::Model,
    linked_to: Option<i64>,
) -> Result<i64, Failure> {
    let at = ready.row.received_at;
    let service = services::by_id(tx, ready.row.service_id).await?;
    let subject = words::shortened(&ready.mail.subject, 300);
    let text = &ready.mail.parts.new_text;
    let row = ticket::ActiveModel {
        subject: Set(if subject.trim().is_empty() { words::first_line(text) } else { subject }),
        about: Set(service.as_ref().map_or("support".into(), |s| s.about.clone())),
        service_id: Set(service.map(|s| s.id)),
        requester_id: Set(person.id),
        state: Set("open".into()),
        promise: Set("none".into()),
        close_when_sent: Set(false),
        last_words: Set(words::first_line(text)),
        last_at: Set(at),
        opened_at: Set(at),
        linked_to: Set(linked_to),
        suspected: Set(ready.is_probably_spam()),
        version: Set(1),
        ..Default::default()
    };
    let row = ticket::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    people::takes_part(tx, row.id, person.id).await?;
    in_copy(core, tx, ready, row.id).await?;
    let message = add_message(core, tx, ready, (row.id, person.id, false)).await?;
    let id = row.id;
    let opened = promise::Ticket::opened_by_machine(id);
    let next = if ready.by_person() { opened.person_wrote(at) } else { opened.machine_wrote() };
    let about = desk::About { message: Some(message.id), requester: Some(person.id), ..Default::default() };
    let held = desk::Held { row: row.clone(), live: None, law: opened };
    desk::keep(tx, held, &next, about, ticket::ActiveModel::default()).await?;
    tx.audit("ticket.open", ("ticket", id), json!({ "way": ready.row.way, "mail": ready.row.id })).await?;
    threads::link(tx, id, &linked_to.into_iter().collect::<Vec<_>>()).await?;
    // No automatic mail to what filters take for spam, nor to a forged sender: that is somebody else. Nor to our own
    // mail.
    let somebody_else = ready.is_probably_spam() || ready.is_forged();
    if ready.by_person() && !somebody_else && !ready.is_own(core) {
        let thanks = acknowledge::Thanks { ticket: &row, person, message: &message, mail: &ready.mail };
        acknowledge::acknowledge(core, tx, thanks, ready.page.clone()).await?;
    }
    Ok(id)
}

async fn add_message(
    core: &Core,
    tx: &Tx,
    ready: &Ready,
    (ticket, person, other_subject): (i64, i64, bool),
) -> Result<message::Model, Failure> {
    let mail = &ready.mail;
    let parts = &mail.parts;
    let row = message::ActiveModel {
        ticket_id: Set(ticket),
        kind: Set(if ready.by_person() { "inbound".into() } else { "machine".into() }),
        requester_id: Set(Some(person)),
        at: Set(ready.row.received_at),
        subject: Set(message_subject(mail)),
        text: Set(parts.new_text.clone()),
        quoted: Set(below(mail)),
        html: Set(mail.html.clone()),
        message_id: Set(mail.message_id.clone().filter(|id| id.len() <= 998)),
        message_id_hash: Set(mail.message_id.as_deref().map(|id| core.mail_ids().hash(id))),
        mail_in_id: Set(Some(ready.row.id)),
        state: Set("kept".into()),
        other_subject: Set(other_subject),
        calendar: Set(match mail.events.is_empty() {
            true => None,
            false => Some(serde_json::to_string(&mail.events)?),
        }),
        ..Default::default()
    };
    let message = message::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    for (file, stored) in mail.attachments.iter().zip(&ready.files) {
        core.blobs.name_in(tx, stored).await?;
        let row = attachment::ActiveModel {
            message_id: Set(message.id),
            name: Set(file.name.clone()),
            mime: Set(file.mime.clone()),
            size: Set(stored.size),
            content_id: Set(file.content_id.clone()),
            is_inline: Set(file.inline),
            blob: Set(stored.hash.clone()),
            ..Default::default()
        };
        attachment::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    }
    Ok(message)
}
