//! A human reply (law P3): own words, sent to the person through the outbox, 15 seconds to take it back.

use chrono::TimeDelta;
use entities::{member, message, outbox, requester, ticket};
use rules::lang::Lang;
use rules::reply::own_words;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::acknowledge::{bears, shown_name};
use super::settle::refused;
use super::{Refusal, desk, merge, people};
use crate::platform::outbox::{Kind, NewMail, post};
use crate::platform::render::MailWords;
use crate::platform::{Core, Failure, Stop, Tx, outbox as platform_outbox};
use crate::tickets::words;

/// Message-IDs of the conversation that a reply names.
const THREAD: u64 = 50;

/// A reply to send.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The ticket.
    pub ticket_id: i64,
    /// What was typed.
    pub text: String,
    /// What the composer held before anything was typed.
    pub template: Option<String>,
    /// Close once the mail server has it.
    pub then_close: bool,
    /// People in copy who get it too.
    pub copies: Vec<i64>,
}

/// Sends a reply in `member`'s name. Gives the message.
pub async fn reply(core: &Core, tx: &Tx, by: i64, reply: Reply) -> Result<i64, Stop<Refusal>> {
    let held = desk::hold_live(tx, reply.ticket_id).await?;
    let text = reply.text.replace("\r\n", "\n").replace('\0', "");
    let found = member::Entity::find_by_id(by).one(tx.conn()).await?;
    let author = found.ok_or(Stop::Refused(Refusal::Gone))?;
    let template = reply.template.as_deref().filter(|t| !t.trim().is_empty());
    own_words(&text, template, &author.signature).map_err(|why| Stop::Refused(Refusal::Words(why)))?;
    let people = addressees(tx, &held.row, &reply.copies).await?;
    if people.is_empty() {
        return Err(Stop::Refused(Refusal::NoAddress));
    }
    let row = message::ActiveModel {
        ticket_id: Set(reply.ticket_id),
        kind: Set("reply".into()),
        member_id: Set(Some(by)),
        at: Set(tx.at),
        subject: Set(words::reply_subject(&held.row.subject, reply.ticket_id)),
        text: Set(text.trim().to_owned()),
        quoted: Set(String::new()),
        state: Set("sending".into()),
        ..Default::default()
    };
    let message = message::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    let next = held.law.reply_pressed(by, message.id, true).map_err(refused)?;
    let more = ticket::ActiveModel {
        close_when_sent: Set(reply.then_close),
        assignee_id: Set(held.row.assignee_id.or(Some(by))),
        last_at: Set(tx.at),
        suspected: Set(false),
        ..Default::default()
    };
    let about = desk::About { member: Some(by), message: Some(message.id), ..Default::default() };
    let ticket = held.row.clone();
    desk::keep(tx, held, &next, about, more).await?;
    let letter = Letter { ticket: &ticket, message: &message, author: &author };
    post_to_all(core, tx, &letter, &people).await?;
    let detail = json!({ "message": message.id, "then_close": reply.then_close });
    tx.audit("ticket.reply", ("ticket", reply.ticket_id), detail).await?;
    Ok(message.id)
}

/// Those who are owed the answer and can get mail: the ticket's person, whoever else wrote in it, those of merged
/// tickets; and of those in copy only whom the writer named.
async fn addressees(
    tx: &Tx,
    ticket: &ticket::Model,
    copies: &[i64],
) -> Result<Vec<requester::Model>, Failure> {
    let (mut people, copied) = people::writers_and_copied(tx, ticket.id).await?;
    people.extend(copied.into_iter().filter(|person| copies.contains(&person.id)));
    people.retain(|p| {
        rules::address::normalise_mail(&p.email).is_ok() && p.email.parse::<lettre::Address>().is_ok()
    });
    people.sort_by_key(|p| (p.id != ticket.requester_id, p.id));
    Ok(people)
}

struct Letter<'a> {
    ticket: &'a ticket::Model,
    message: &'a message::Model,
    author: &'a member::Model,
}

async fn post_to_all(
    core: &Core,
    tx: &Tx,
    letter: &Letter<'_>,
    people: &[requester::Model],
) -> Result<(), Failure> {
    let thread = thread(tx, letter.ticket.id).await?;
    let ids: Vec<String> = thread.iter().rev().filter_map(|m| m.message_id.clone()).collect();
    for person in people {
        let theirs = thread.iter().find(|m| m.kind == "inbound" && m.requester_id == Some(person.id));
        let answered = theirs.and_then(|m| m.message_id.clone());
        let in_reply_to =
            answered.map(|id| mailin::outgoing::references_for(&[id])).filter(|id| !id.is_empty());
        let refs = mailin::outgoing::references_for(&ids);
        let mut mail = NewMail::new(Kind::Reply, &person.email, &person.name, spell(letter, person, theirs));
        mail.reply_to = Some(core.mail_ids().plus_address(&core.config.mail_from, letter.ticket.id));
        mail.in_reply_to = in_reply_to;
        mail.refs = (!refs.is_empty()).then_some(refs);
        mail.ticket_id = Some(letter.ticket.id);
        mail.ticket_message_id = Some(letter.message.id);
        mail.wait = TimeDelta::seconds(i64::from(core.config.take_back_seconds));
        let sent = post(core, tx, mail).await?;
        if Some(person.id) == people.first().map(|p| p.id) {
            bears(core, tx, letter.message.id, &sent.message_id).await?;
        }
    }
    Ok(())
}

/// The newest messages that went between us and the people of this ticket, newest first.
async fn thread(tx: &Tx, ticket_id: i64) -> Result<Vec<message::Model>, Failure> {
    Ok(message::Entity::find()
        .filter(message::Column::TicketId.is_in(merge::whole(tx, ticket_id).await?))
        .filter(message::Column::Kind.is_in(["inbound", "reply", "automatic"]))
        .filter(message::Column::State.is_in(["kept", "sent"]))
        .order_by_desc(message::Column::Id)
        .limit(THREAD)
        .all(tx.conn())
        .await?)
}

/// The reply as mail: text and light Markdown, signature, what the person had written below.
fn spell(letter: &Letter<'_>, person: &requester::Model, theirs: Option<&message::Model>) -> MailWords {
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let typed = &letter.message.text;
    let signature = if letter.author.signature.trim().is_empty() {
        letter.author.name.as_str()
    } else {
        letter.author.signature.trim()
    };
    let name = shown_name(person);
    let (quote, quote_html) = theirs.map_or_else(Default::default, |m| {
        (words::quoted(lang, &name, m.at, &m.text), words::quoted_html(lang, &name, m.at, &m.text))
    });
    let signed: Vec<String> = signature.lines().map(handlebars::html_escape).collect();
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><body>\n{}\n<p>-- <br>{}</p>\n{quote_html}</body></html>\n",
        words::light_markdown(typed),
        signed.join("<br>"),
    );
    MailWords {
        subject: letter.message.subject.clone(),
        text: format!("{typed}\n\n-- \n{signature}\n\n{quote}"),
        html,
    }
}

/// Takes a reply back before it leaves; the person is owed as before.
pub async fn take_back(tx: &Tx, ticket_id: i64, message_id: i64) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let found = message::Entity::find_by_id(message_id).one(tx.conn()).await?;
    let message = found.filter(|m| m.ticket_id == ticket_id && m.kind == "reply");
    let message = message.ok_or(Stop::Refused(Refusal::Gone))?;
    let mails =
        outbox::Entity::find().filter(outbox::Column::TicketMessageId.eq(message_id)).all(tx.conn()).await?;
    for mail in &mails {
        if !platform_outbox::take_back(tx, mail.id).await? {
            return Err(Stop::Refused(Refusal::TooLate));
        }
    }
    if message.state != "sending" || mails.is_empty() {
        return Err(Stop::Refused(Refusal::TooLate));
    }
    set_state(tx, message_id, "taken_back").await?;
    let next = match held.law.live {
        Some(rules::promise::Live::Answering { message, .. }) if message == message_id => {
            held.law.reply_taken_back(message_id).map_err(refused)?
        }
        _ => held.law.machine_wrote(),
    };
    let more = ticket::ActiveModel { close_when_sent: Set(false), ..Default::default() };
    desk::keep(tx, held, &next, desk::About::default(), more).await?;
    Ok(tx.audit("ticket.take_back", ("ticket", ticket_id), json!({ "message": message_id })).await?)
}

/// Writes what became of an outgoing message.
pub async fn set_state(tx: &Tx, message_id: i64, state: &str) -> Result<(), Failure> {
    let row = message::ActiveModel { state: Set(state.into()), ..Default::default() };
    message::Entity::update_many()
        .set(row)
        .filter(message::Column::Id.eq(message_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}
