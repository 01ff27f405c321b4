//! The mail server's word (law P3): only its yes keeps the promise; its no, or a bounce weeks later, owes
//! again with the first date.

use entities::{message, outbox, promise, ticket};
use mailin::{Action, FailedRecipient, MachineKind, Mail, Severity};
use rules::promise::Live;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::unreachable::{self, Return};
use super::{desk, reply, threads};
use crate::platform::sending::Delivery;
use crate::platform::{Core, Failure, Tx};
use crate::tickets::words;

/// What the desk does when a mail was taken or given up.
#[derive(Debug)]
pub struct Post;

#[async_trait::async_trait]
impl Delivery for Post {
    async fn accepted(&self, _: &Core, tx: &Tx, mail: &outbox::Model) -> Result<(), Failure> {
        let Some((message, held)) = find(tx, mail).await? else { return Ok(()) };
        if message.kind != "reply" {
            return reply::set_state(tx, message.id, "sent").await;
        }
        let mut held = held;
        if message.state == "failed" {
            if tx.actor.member_id().is_none() {
                return Ok(()); // it came back, or another addressee's copy did: still owed
            }
            held = confirmed_by_hand(tx, held, &message).await?;
        }
        reply::set_state(tx, message.id, "sent").await?;
        let next = held.law.mail_server_accepted(message.id, held.row.close_when_sent);
        let id = held.row.id;
        let more = ticket::ActiveModel { close_when_sent: Set(false), ..Default::default() };
        desk::keep(tx, held, &next, desk::About::default(), more).await?;
        tx.audit("ticket.sent", ("ticket", id), json!({ "message": message.id })).await
    }

    async fn given_up(&self, _: &Core, tx: &Tx, mail: &outbox::Model, _why: &str) -> Result<(), Failure> {
        failed(tx, mail, "ticket.not_sent").await
    }

    async fn tried_again(&self, _: &Core, tx: &Tx, mail: &outbox::Model) -> Result<(), Failure> {
        let Some((message, held)) = find(tx, mail).await? else { return Ok(()) };
        reply::set_state(tx, message.id, "sending").await?;
        if message.kind == "reply" {
            press_again(tx, held, &message).await?;
        }
        Ok(())
    }
}

async fn find(tx: &Tx, mail: &outbox::Model) -> Result<Option<(message::Model, desk::Held)>, Failure> {
    let Some(id) = mail.ticket_message_id else { return Ok(None) };
    let Some(message) = message::Entity::find_by_id(id).one(tx.conn()).await? else { return Ok(None) };
    let Some(held) = desk::hold(tx, message.ticket_id).await? else { return Ok(None) };
    // A reply of a ticket that was merged meanwhile answers where its promise lives now.
    let held = match held.row.merged_into {
        Some(into) => desk::hold(tx, into).await?.unwrap_or(held),
        None => held,
    };
    Ok(Some((message, held)))
}

/// A reply that had failed leaves once more: it answers again, if nothing else is on its way.
async fn press_again(tx: &Tx, held: desk::Held, message: &message::Model) -> Result<(), Failure> {
    let Some(by) = message.member_id else { return Ok(()) };
    if !matches!(held.law.live, Some(Live::Owed { .. })) || wrote_since(tx, message).await? {
        return Ok(());
    }
    let Ok(next) = held.law.reply_pressed(by, message.id, true) else { return Ok(()) };
    let about = desk::About { member: Some(by), ..Default::default() };
    desk::keep(tx, held, &next, about, ticket::ActiveModel::default()).await
}

/// A person on staff says that a mail given up did arrive.
async fn confirmed_by_hand(
    tx: &Tx,
    held: desk::Held,
    message: &message::Model,
) -> Result<desk::Held, Failure> {
    let id = held.row.id;
    press_again(tx, held, message).await?;
    desk::hold(tx, id).await?.ok_or_else(|| Failure::new(format!("ticket {id} is gone")))
}

/// Whether a person wrote after this message: it cannot have answered that.
async fn wrote_since(tx: &Tx, message: &message::Model) -> Result<bool, Failure> {
    let later = message::Entity::find()
        .filter(message::Column::TicketId.eq(message.ticket_id))
        .filter(message::Column::Kind.eq("inbound"))
        .filter(message::Column::Id.gt(message.id))
        .one(tx.conn())
        .await?;
    Ok(later.is_some())
}

async fn failed(tx: &Tx, mail: &outbox::Model, verb: &str) -> Result<(), Failure> {
    let Some((message, held)) = find(tx, mail).await? else { return Ok(()) };
    reply::set_state(tx, message.id, "failed").await?;
    if message.kind != "reply" {
        return Ok(());
    }
    let mut all = promise::Entity::find()
        .filter(promise::Column::AnswerMessageId.eq(message.id))
        .filter(promise::Column::State.eq("answered"))
        .order_by_asc(promise::Column::Id)
        .all(tx.conn())
        .await?;
    let kept = if all.is_empty() { None } else { Some(all.remove(0)) };
    for other in all.into_iter().filter(|p| Some(p.ticket_id) != kept.as_ref().map(|k| k.ticket_id)) {
        owed_there_too(tx, &message, other, held.row.id).await?;
    }
    let next = held.law.bounced(message.id, kept.as_ref().map(|p| p.owed_since));
    let id = held.row.id;
    let about = desk::About { undone: kept.map(|p| p.id), ..Default::default() };
    let more = ticket::ActiveModel { close_when_sent: Set(false), ..Default::default() };
    desk::keep(tx, held, &next, about, more).await?;
    tx.audit(verb, ("ticket", id), json!({ "message": message.id, "outbox": mail.id })).await
}

/// The reply had answered a message that has a ticket of its own since: that is owed again as well.
async fn owed_there_too(
    tx: &Tx,
    message: &message::Model,
    other: promise::Model,
    here: i64,
) -> Result<(), Failure> {
    let Some(mut held) = desk::hold(tx, other.ticket_id).await? else { return Ok(()) };
    if let Some(into) = held.row.merged_into {
        if into == here {
            return Ok(());
        }
        held = desk::hold(tx, into).await?.unwrap_or(held);
    }
    let next = held.law.bounced(message.id, Some(other.owed_since));
    let about = desk::About { undone: Some(other.id), ..Default::default() };
    desk::keep(tx, held, &next, about, ticket::ActiveModel::default()).await
}

/// A delivery report: our mail it speaks of did not arrive, or not yet. What never arrived is owed again with its
/// first date, whatever the reason; an address that is no good is marked; what is only late waits.
pub async fn came_back(core: &Core, tx: &Tx, report: &Mail) -> Result<(), Failure> {
    let is_bounce = report.machine.as_ref().is_some_and(|m| m.kind == MachineKind::Bounce);
    let Some(bounce) = report.bounce.as_ref().filter(|_| is_bounce) else { return Ok(()) };
    let ours = threads::our_mails(core, tx, &report.answers()).await?;
    let Some(mail) = ours.first() else { return Ok(()) };
    let to = mailin::normalise(&mail.to_addr);
    let named = bounce.recipients.iter().find(|r| r.address == to).or(bounce.recipients.first());
    let unnamed = FailedRecipient { address: to.clone(), ..FailedRecipient::default() };
    let fate = named.unwrap_or(&unnamed);
    if fate.action == Action::Delivered {
        return Ok(());
    }
    let why = fate.diagnostic.clone().unwrap_or_else(|| words::first_line(&report.text));
    note(tx, mail, fate, &why).await?;
    if fate.action == Action::Delayed {
        return Ok(());
    }
    if mail.state == "sending" {
        left_before_it_was_known(tx, mail).await?;
    }
    let hard = fate.severity == Severity::Hard;
    let back = Return { address: &to, hard, status: fate.status.as_deref(), why: &why, outbox_id: mail.id };
    unreachable::mark(tx, back).await?;
    if mail.ticket_message_id.is_some() && matches!(mail.state.as_str(), "sent" | "sending" | "ambiguous") {
        failed(tx, mail, "ticket.bounced").await?;
    }
    if mail.ticket_message_id.is_none() && matches!(mail.state.as_str(), "sent" | "sending" | "ambiguous") {
        not_arrived(tx, mail, &why).await?;
    }
    Ok(())
}

/// It came back before we had written down that it left: whoever sent it has nothing more to say.
async fn left_before_it_was_known(tx: &Tx, mail: &outbox::Model) -> Result<(), Failure> {
    let row = outbox::ActiveModel {
        state: Set("sent".into()),
        sent_at: Set(Some(tx.at)),
        lease_until: Set(None),
        lease_token: Set(None),
        ..Default::default()
    };
    outbox::Entity::update_many().set(row).filter(outbox::Column::Id.eq(mail.id)).exec(tx.conn()).await?;
    Ok(())
}

/// A receipt or another mail that belongs to no ticket failed after all: those whose outbox it is see it there.
async fn not_arrived(tx: &Tx, mail: &outbox::Model, why: &str) -> Result<(), Failure> {
    let row = outbox::ActiveModel {
        state: Set("dead".into()),
        last_error: Set(Some(why.chars().take(500).collect())),
        ..Default::default()
    };
    outbox::Entity::update_many().set(row).filter(outbox::Column::Id.eq(mail.id)).exec(tx.conn()).await?;
    tx.audit("mail.came_back", ("outbox", mail.id), json!({})).await
}

/// Writes on our mail what was said of it.
async fn note(tx: &Tx, mail: &outbox::Model, fate: &FailedRecipient, why: &str) -> Result<(), Failure> {
    let kind = match (fate.action, fate.severity) {
        (Action::Delayed, _) => "delayed",
        (_, Severity::Hard) => "hard",
        _ => "soft",
    };
    let row = outbox::ActiveModel {
        bounced_at: Set(Some(tx.at)),
        bounce_kind: Set(Some(kind.into())),
        bounce_why: Set(Some(why.chars().take(500).collect())),
        ..Default::default()
    };
    outbox::Entity::update_many().set(row).filter(outbox::Column::Id.eq(mail.id)).exec(tx.conn()).await?;
    Ok(())
}
