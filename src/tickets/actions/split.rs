//! A message that speaks of something else gets a ticket of its own: what is owed for it goes with it, and what had
//! been answered stays answered (laws P1, P6).

use entities::{mail_in, mail_thread, message, participant, promise, ticket};
use rules::promise::{SplitFacts, Ticket, split as law_split};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde_json::json;

use super::settle::refused;
use super::{Refusal, desk, merge, people, threads};
use crate::platform::{Failure, Stop, Tx};
use crate::tickets::words;

/// Takes a person's message out of its ticket. Gives the new ticket.
pub async fn split(tx: &Tx, ticket_id: i64, message_id: i64) -> Result<i64, Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let found = message::Entity::find_by_id(message_id).one(tx.conn()).await?;
    let said = found.filter(|m| m.ticket_id == ticket_id && m.kind == "inbound");
    let said = said.ok_or(Stop::Refused(Refusal::Gone))?;
    let here = merge::whole(tx, ticket_id).await?;
    if written(&here).count(tx.conn()).await? < 2 {
        return Err(Stop::Refused(Refusal::OnlyMessage));
    }
    let facts = facts(tx, &held, &said, &here).await?;
    let mut row = open(tx, &held.row, &said).await?;
    let id = row.id;
    let opened = Ticket::opened_by_machine(id);
    let mut apart = law_split(held.law, id, facts).map_err(refused)?;
    if apart.target.ticket.live.is_none() {
        match keep_its_past(tx, &said, id).await? {
            Some(state) => row.promise = state,
            None => apart.target = opened.person_wrote(said.at),
        }
    }
    carry(tx, &said, id).await?;
    leave(tx, &held.row, &said).await?;
    let about = desk::About { message: Some(said.id), requester: said.requester_id, ..Default::default() };
    let made = desk::Held { row, live: None, law: opened };
    desk::keep(tx, made, &apart.target, about, ticket::ActiveModel::default()).await?;
    let last = written(&here).filter(message::Column::Id.ne(said.id));
    let last = last.order_by_desc(message::Column::At).one(tx.conn()).await?;
    let more = ticket::ActiveModel {
        last_words: Set(last.map(|m| words::first_line(&m.text)).unwrap_or_default()),
        ..Default::default()
    };
    desk::keep(tx, held, &apart.source, desk::About::default(), more).await?;
    let detail = json!({ "message": said.id, "into": id });
    tx.audit("ticket.split", ("ticket", ticket_id), detail).await?;
    tx.audit("ticket.open", ("ticket", id), json!({ "split_from": ticket_id })).await?;
    Ok(id)
}

fn written(tickets: &[i64]) -> sea_orm::Select<message::Entity> {
    message::Entity::find()
        .filter(message::Column::TicketId.is_in(tickets.iter().copied()))
        .filter(message::Column::Kind.eq("inbound"))
}

async fn facts(
    tx: &Tx,
    held: &desk::Held,
    said: &message::Model,
    here: &[i64],
) -> Result<SplitFacts, Failure> {
    let mut next_unanswered = None;
    if let Some(since) = held.law.owed_since() {
        let next =
            written(here).filter(message::Column::At.gte(since)).filter(message::Column::Id.ne(said.id));
        let next = next.order_by_asc(message::Column::At).one(tx.conn()).await?;
        next_unanswered = next.map(|m| m.at);
    }
    Ok(SplitFacts { came_at: said.at, next_unanswered })
}

async fn open(tx: &Tx, from: &ticket::Model, said: &message::Model) -> Result<ticket::Model, Failure> {
    let first = words::first_line(&said.text);
    let subject = match words::bare_subject(&said.subject) {
        "" => first.clone(),
        subject => subject.replace(&mailin::subject_tag(from.id), "").trim().to_owned(),
    };
    let row = ticket::ActiveModel {
        subject: Set(subject),
        about: Set(from.about.clone()),
        service_id: Set(from.service_id),
        requester_id: Set(said.requester_id.unwrap_or(from.requester_id)),
        state: Set("open".into()),
        promise: Set("none".into()),
        close_when_sent: Set(false),
        last_words: Set(first),
        last_at: Set(said.at),
        opened_at: Set(said.at),
        linked_to: Set(Some(from.id)),
        suspected: Set(false),
        version: Set(1),
        ..Default::default()
    };
    let row = ticket::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    if let Some(person) = said.requester_id {
        people::takes_part(tx, row.id, person).await?;
    }
    threads::link(tx, row.id, &[from.id]).await?;
    Ok(row)
}

/// The answer or the waiver that the message already had is its own in the new ticket too: how it ended, if it did.
async fn keep_its_past(tx: &Tx, said: &message::Model, new: i64) -> Result<Option<String>, Failure> {
    let past = promise::Entity::find()
        .filter(promise::Column::TicketId.eq(said.ticket_id))
        .filter(promise::Column::State.is_in(["answered", "waived"]))
        .filter(promise::Column::OwedSince.lte(said.at))
        .filter(promise::Column::EndedAt.gte(said.at))
        .order_by_desc(promise::Column::Id)
        .one(tx.conn())
        .await?;
    let Some(past) = past else { return Ok(None) };
    let state = past.state.clone();
    let mut row = past.into_active_model();
    row.id = NotSet;
    row.ticket_id = Set(new);
    row.requester_id = Set(said.requester_id);
    row.first_message_id = Set(Some(said.id));
    row.owed_since = Set(said.at);
    promise::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(Some(state))
}

/// The message, its line of the ledger and its name in the threads move.
async fn carry(tx: &Tx, said: &message::Model, new: i64) -> Result<(), Failure> {
    let row = message::ActiveModel { ticket_id: Set(new), other_subject: Set(false), ..Default::default() };
    message::Entity::update_many().set(row).filter(message::Column::Id.eq(said.id)).exec(tx.conn()).await?;
    if let Some(mail) = said.mail_in_id {
        let row = mail_in::ActiveModel { ticket_id: Set(Some(new)), ..Default::default() };
        mail_in::Entity::update_many().set(row).filter(mail_in::Column::Id.eq(mail)).exec(tx.conn()).await?;
    }
    if let Some(hash) = &said.message_id_hash {
        mail_thread::Entity::delete_many()
            .filter(mail_thread::Column::Hash.eq(hash.clone()))
            .filter(mail_thread::Column::TicketId.eq(said.ticket_id))
            .exec(tx.conn())
            .await?;
        let row = mail_thread::ActiveModel { hash: Set(hash.clone()), ticket_id: Set(new) };
        let columns = [mail_thread::Column::Hash, mail_thread::Column::TicketId];
        let once = OnConflict::columns(columns).do_nothing().to_owned();
        mail_thread::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Whoever has nothing left to say in the old ticket leaves it.
async fn leave(tx: &Tx, from: &ticket::Model, said: &message::Model) -> Result<(), Failure> {
    let Some(person) = said.requester_id.filter(|person| *person != from.requester_id) else { return Ok(()) };
    let theirs = written(&[from.id]).filter(message::Column::RequesterId.eq(person));
    if theirs.count(tx.conn()).await? == 0 {
        participant::Entity::delete_many()
            .filter(participant::Column::TicketId.eq(from.id))
            .filter(participant::Column::RequesterId.eq(person))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}
