//! One ticket: its conversation, its person, what is owed.

use std::collections::HashMap;

use entities::{attachment, audit, message, outbox, requester, ticket, ticket_merge};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::around::{Around, around};
use crate::platform::{Core, Failure};

/// Messages shown at once: the latest.
const SHOWN: u64 = 500;
/// Other tickets of the person shown.
const OTHERS: u64 = 8;
/// Lines of the ticket's history shown.
const EVENTS: u64 = 200;

/// Everything a ticket page shows.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The ticket.
    pub ticket: ticket::Model,
    /// Its person.
    pub person: requester::Model,
    /// Everybody in it, by number.
    pub people: HashMap<i64, requester::Model>,
    /// Names of everybody who is or was on staff, by number.
    pub members: HashMap<i64, String>,
    /// Names of those on staff now who may have a ticket.
    pub active: HashMap<i64, String>,
    /// Oldest first.
    pub messages: Vec<message::Model>,
    /// Files by message.
    pub files: HashMap<i64, Vec<attachment::Model>>,
    /// Our mails by message.
    pub mails: HashMap<i64, Vec<outbox::Model>>,
    /// Lines of its history, oldest first.
    pub events: Vec<audit::Model>,
    /// The person's other tickets, latest first.
    pub others: Vec<ticket::Model>,
    /// Merges into it that can be undone.
    pub merged: Vec<ticket_merge::Model>,
    /// What stands around it.
    pub around: Around,
}

/// Reads a ticket; `None` when there is none of that number.
pub async fn conversation(core: &Core, id: i64) -> Result<Option<Conversation>, Failure> {
    let db = core.db.read();
    let Some(ticket) = ticket::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let merged = ticket_merge::Entity::find()
        .filter(ticket_merge::Column::IntoTicket.eq(id))
        .filter(ticket_merge::Column::UndoneAt.is_null())
        .order_by_asc(ticket_merge::Column::Id)
        .limit(50)
        .all(db)
        .await?;
    let within: Vec<i64> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::MergedInto.eq(id))
        .limit(50)
        .into_tuple()
        .all(db)
        .await?;
    let here: Vec<i64> = std::iter::once(id).chain(within).collect();
    let mut messages = message::Entity::find()
        .filter(message::Column::TicketId.is_in(here.clone()))
        .order_by_desc(message::Column::At)
        .order_by_desc(message::Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    messages.reverse();
    let ids: Vec<i64> = messages.iter().map(|m| m.id).collect();
    let mut who: Vec<i64> = messages.iter().filter_map(|m| m.requester_id).collect();
    who.push(ticket.requester_id);
    let people: HashMap<i64, requester::Model> =
        super::people(core, who).await?.into_iter().map(|p| (p.id, p)).collect();
    let person = people.get(&ticket.requester_id).cloned();
    let person = person.ok_or_else(|| Failure::new(format!("ticket {id} has no person")))?;
    let addresses = people.values().map(|p| p.email.clone()).collect();
    let around = around(core, &ticket, addresses, &messages).await?;
    let staff = super::members(core).await?;
    let may_answer = |role: &str| {
        rules::roles::Role::parse(role)
            .is_some_and(|r| rules::roles::may(r, rules::roles::Permission::AnswerTickets))
    };
    Ok(Some(Conversation {
        active: staff
            .iter()
            .filter(|m| m.active && may_answer(&m.role))
            .map(|m| (m.id, m.name.clone()))
            .collect(),
        members: staff.into_iter().map(|m| (m.id, m.name)).collect(),
        files: files(core, &ids).await?,
        mails: mails(core, &ids).await?,
        events: events(core, &here).await?,
        others: others(core, &ticket, &person).await?,
        ticket,
        person,
        people,
        messages,
        merged,
        around,
    }))
}

/// The sanitised HTML of a message of this ticket, or of one that is part of it.
pub async fn html(core: &Core, id: i64, message_id: i64) -> Result<Option<String>, Failure> {
    Ok(message_of(core, id, message_id).await?.and_then(|message| message.html))
}

/// A message, when it belongs to this ticket or to one that was merged into it.
async fn message_of(core: &Core, id: i64, message_id: i64) -> Result<Option<message::Model>, Failure> {
    let db = core.db.read();
    let Some(message) = message::Entity::find_by_id(message_id).one(db).await? else { return Ok(None) };
    let within = ticket::Entity::find_by_id(message.ticket_id).one(db).await?;
    let here = within.is_some_and(|ticket| ticket.id == id || ticket.merged_into == Some(id));
    Ok(here.then_some(message))
}

async fn files(core: &Core, messages: &[i64]) -> Result<HashMap<i64, Vec<attachment::Model>>, Failure> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::MessageId.is_in(messages.iter().copied()))
        .order_by_asc(attachment::Column::Id)
        .all(core.db.read())
        .await?;
    let mut by: HashMap<i64, Vec<attachment::Model>> = HashMap::new();
    for row in rows {
        by.entry(row.message_id).or_default().push(row);
    }
    Ok(by)
}

async fn mails(core: &Core, messages: &[i64]) -> Result<HashMap<i64, Vec<outbox::Model>>, Failure> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::TicketMessageId.is_in(messages.iter().copied()))
        .order_by_asc(outbox::Column::Id)
        .all(core.db.read())
        .await?;
    let mut by: HashMap<i64, Vec<outbox::Model>> = HashMap::new();
    for row in rows {
        by.entry(row.ticket_message_id.unwrap_or_default()).or_default().push(row);
    }
    Ok(by)
}

/// Verbs worth a line in the conversation.
const TOLD: [&str; 12] = [
    "ticket.take",
    "ticket.assign",
    "ticket.waive",
    "ticket.close",
    "ticket.reopen",
    "ticket.merge",
    "ticket.unmerge",
    "ticket.split",
    "ticket.not_spam",
    "ticket.bounced",
    "ticket.not_sent",
    "ticket.take_back",
];

async fn events(core: &Core, tickets: &[i64]) -> Result<Vec<audit::Model>, Failure> {
    let mut rows = audit::Entity::find()
        .filter(audit::Column::SubjectKind.eq("ticket"))
        .filter(audit::Column::SubjectId.is_in(tickets.iter().map(i64::to_string)))
        .filter(audit::Column::Verb.is_in(TOLD))
        .order_by_desc(audit::Column::Id)
        .limit(EVENTS)
        .all(core.db.read())
        .await?;
    rows.reverse();
    Ok(rows)
}

async fn others(
    core: &Core,
    ticket: &ticket::Model,
    person: &requester::Model,
) -> Result<Vec<ticket::Model>, Failure> {
    if person.email.is_empty() {
        return Ok(Vec::new());
    }
    let same = ticket::Entity::find().filter(ticket::Column::RequesterId.eq(person.id));
    Ok(same
        .filter(ticket::Column::Id.ne(ticket.id))
        .order_by_desc(ticket::Column::Id)
        .limit(OTHERS)
        .all(core.db.read())
        .await?)
}

/// A file of a ticket, or of one merged into it.
pub async fn file(core: &Core, ticket_id: i64, file_id: i64) -> Result<Option<attachment::Model>, Failure> {
    let file = attachment::Entity::find_by_id(file_id).one(core.db.read()).await?;
    let Some(file) = file else { return Ok(None) };
    Ok(message_of(core, ticket_id, file.message_id).await?.map(|_| file))
}
