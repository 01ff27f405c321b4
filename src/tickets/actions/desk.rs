//! A ticket under one hand: its rows become the law's state, and what the law changed becomes rows.

use chrono::{DateTime, Utc};
use entities::{message, promise, ticket};
use rules::promise::{Change, Ending, Live, Next, Ticket};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Refusal;
use crate::platform::{Failure, Stop, Tx};

/// A ticket held for change in this transaction.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its row.
    pub row: ticket::Model,
    /// Its live promise, if any.
    pub live: Option<promise::Model>,
    /// What the law sees of it.
    pub law: Ticket,
}

/// What a change is about, as far as the rows need to know.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The message that made the promise.
    pub message: Option<i64>,
    /// Who wrote it.
    pub requester: Option<i64>,
    /// Who replies, when a reply begins to leave.
    pub member: Option<i64>,
    /// Note of a waiver.
    pub note: Option<String>,
    /// The promise that a reply had ended, when that reply came back.
    pub undone: Option<i64>,
}

/// Takes the ticket in hand; `None` when there is none of that number. Rows that name it may be written meanwhile.
pub async fn hold(tx: &Tx, id: i64) -> Result<Option<Held>, Failure> {
    let Some(row) = ticket::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.conn()).await? else {
        return Ok(None);
    };
    let live = promise::Entity::find()
        .filter(promise::Column::TicketId.eq(id))
        .filter(promise::Column::State.is_in(["owed", "answering"]))
        .one(tx.conn())
        .await?;
    let law = Ticket { id, open: row.state == "open", live: live.as_ref().map(law_of).transpose()? };
    Ok(Some(Held { row, live, law }))
}

/// The same for a person's verb: refused when it is gone or lives on in another ticket.
pub async fn hold_live(tx: &Tx, id: i64) -> Result<Held, Stop<Refusal>> {
    let held = hold(tx, id).await?.ok_or(Stop::Refused(Refusal::Gone))?;
    match held.row.merged_into {
        Some(into) => Err(Stop::Refused(Refusal::MergedInto(into))),
        None => Ok(held),
    }
}

fn law_of(row: &promise::Model) -> Result<Live, Failure> {
    if row.state == "owed" {
        return Ok(Live::Owed { since: row.owed_since });
    }
    match (row.answer_message_id, row.member_id) {
        (Some(message), Some(by)) => {
            Ok(Live::Answering { since: row.owed_since, message, by, still_owed: row.still_owed_since })
        }
        _ => Err(Failure::new(format!("promise {} answers by no message", row.id))),
    }
}

/// Writes what the law changed, with what else changes in the ticket's row (`more`).
pub async fn keep(
    tx: &Tx,
    held: Held,
    next: &Next,
    about: About,
    more: ticket::ActiveModel,
) -> Result<(), Failure> {
    let mut live = held.live.clone();
    let mut revived = false;
    for change in &next.changes {
        live = match change {
            Change::Created { since } => Some(create(tx, &held.row, *since, &about).await?),
            Change::Answering { message } => alter(tx, live, answering(*message, about.member)).await?,
            Change::OwedAgain { since } => {
                let undone = if live.is_none() { about.undone } else { None };
                revived = undone.is_some();
                match undone {
                    Some(id) => Some(change_promise(tx, id, owed(*since)).await?),
                    None if live.is_none() => Some(create(tx, &held.row, *since, &about).await?),
                    None => alter(tx, live, owed(*since)).await?,
                }
            }
            Change::Ended(ending) => {
                alter(tx, live, ended(ending, tx.at, about.note.clone())).await?;
                None
            }
            Change::Closed | Change::Reopened => live,
        };
    }
    if let Some(Live::Answering { still_owed, .. }) = next.ticket.live
        && live.as_ref().is_some_and(|row| row.still_owed_since != still_owed)
    {
        let row = promise::ActiveModel { still_owed_since: Set(still_owed), ..Default::default() };
        alter(tx, live, row).await?;
    }
    if let (Some(id), false) = (about.undone, revived) {
        // What that reply had answered is now owed by the promise that lives here.
        let into_here = promise::ActiveModel {
            state: Set("moved".into()),
            moved_to: Set(Some(held.row.id)),
            ended_at: Set(Some(tx.at)),
            ..Default::default()
        };
        change_promise(tx, id, into_here).await?;
    }
    keep_row(tx, &held.row, next, more).await
}

/// Writes the ticket's row if nobody changed it meanwhile.
async fn keep_row(
    tx: &Tx,
    row: &ticket::Model,
    next: &Next,
    more: ticket::ActiveModel,
) -> Result<(), Failure> {
    let mut change = more;
    change.promise = Set(promise_code(row, next));
    change.owed_since = Set(next.ticket.live.map(Live::since));
    change.state = Set(if next.ticket.open { "open".into() } else { "closed".into() });
    let closed_at = if next.ticket.open { None } else { row.closed_at.or(Some(tx.at)) };
    change.closed_at = Set(closed_at);
    change.version = Set(row.version + 1);
    let done = ticket::Entity::update_many()
        .set(change)
        .filter(ticket::Column::Id.eq(row.id))
        .filter(ticket::Column::Version.eq(row.version))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        return Ok(());
    }
    Err(Failure::new(format!("ticket {} was changed by another hand", row.id)))
}

fn promise_code(row: &ticket::Model, next: &Next) -> String {
    let ending = next.changes.iter().rev().find_map(|change| match change {
        Change::Ended(ending) => Some(ending.code()),
        _ => None,
    });
    match (next.ticket.live, ending) {
        (Some(live), _) => live.code().into(),
        (None, Some(code)) => code.into(),
        (None, None) => row.promise.clone(),
    }
}

async fn create(
    tx: &Tx,
    ticket: &ticket::Model,
    since: DateTime<Utc>,
    about: &About,
) -> Result<promise::Model, Failure> {
    let first = match about.message {
        Some(message) => Some(message),
        None => first_inbound_since(tx, ticket.id, since).await?,
    };
    let row = promise::ActiveModel {
        ticket_id: Set(ticket.id),
        requester_id: Set(about.requester.or(Some(ticket.requester_id))),
        first_message_id: Set(first),
        owed_since: Set(since),
        state: Set("owed".into()),
        ..Default::default()
    };
    Ok(promise::Entity::insert(row).exec_with_returning(tx.conn()).await?)
}

async fn first_inbound_since(tx: &Tx, ticket: i64, since: DateTime<Utc>) -> Result<Option<i64>, Failure> {
    let found = message::Entity::find()
        .filter(message::Column::TicketId.eq(ticket))
        .filter(message::Column::Kind.eq("inbound"))
        .filter(message::Column::At.gte(since))
        .order_by_asc(message::Column::Id)
        .one(tx.conn())
        .await?;
    Ok(found.map(|m| m.id))
}

fn owed(since: DateTime<Utc>) -> promise::ActiveModel {
    promise::ActiveModel {
        state: Set("owed".into()),
        owed_since: Set(since),
        member_id: Set(None),
        answer_message_id: Set(None),
        still_owed_since: Set(None),
        ended_at: Set(None),
        ..Default::default()
    }
}

fn answering(message: i64, by: Option<i64>) -> promise::ActiveModel {
    promise::ActiveModel {
        state: Set("answering".into()),
        member_id: Set(by),
        answer_message_id: Set(Some(message)),
        still_owed_since: Set(None),
        ..Default::default()
    }
}

fn ended(ending: &Ending, at: DateTime<Utc>, note: Option<String>) -> promise::ActiveModel {
    let mut row = promise::ActiveModel {
        state: Set(ending.code().into()),
        ended_at: Set(Some(at)),
        ..Default::default()
    };
    match ending {
        Ending::Answered { by, message } => {
            row.member_id = Set(Some(*by));
            row.answer_message_id = Set(Some(*message));
            row.still_owed_since = Set(None);
        }
        Ending::Waived { reason, by } => {
            row.member_id = Set(Some(*by));
            row.waived_reason = Set(Some(reason.code().into()));
            row.waived_note = Set(note);
        }
        Ending::Moved { to } => row.moved_to = Set(Some(*to)),
    }
    row
}

async fn alter(
    tx: &Tx,
    live: Option<promise::Model>,
    change: promise::ActiveModel,
) -> Result<Option<promise::Model>, Failure> {
    let Some(row) = live else { return Err(Failure::new("a promise changed that nobody had made")) };
    Ok(Some(change_promise(tx, row.id, change).await?))
}

async fn change_promise(tx: &Tx, id: i64, change: promise::ActiveModel) -> Result<promise::Model, Failure> {
    promise::Entity::update_many().set(change).filter(promise::Column::Id.eq(id)).exec(tx.conn()).await?;
    let row = promise::Entity::find_by_id(id).one(tx.conn()).await?;
    row.ok_or_else(|| Failure::new(format!("promise {id} is gone")))
}
