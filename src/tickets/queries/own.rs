//! What a person sees of their own ticket behind the private link: their messages and our replies to them.

use chrono::{DateTime, Utc};
use entities::{attachment, message, outbox, requester, ticket};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::wait;
use crate::platform::{Core, Failure};

/// Messages shown.
const SHOWN: u64 = 200;

/// Their ticket.
#[derive(Debug, Clone)]
pub struct Own {
    /// The ticket of the link.
    pub ticket: ticket::Model,
    /// The ticket in which it is answered now (itself unless merged).
    pub lives_in: ticket::Model,
    /// The person.
    pub person: requester::Model,
    /// Oldest first.
    pub messages: Vec<message::Model>,
    /// Files of these messages.
    pub files: Vec<attachment::Model>,
    /// Place and usual wait, while an answer is owed.
    pub figures: Option<wait::Figures>,
    /// Since when it is owed.
    pub owed_since: Option<DateTime<Utc>>,
}

/// Reads it; `None` when there is no such ticket or nobody to show it to.
pub async fn own(core: &Core, id: i64) -> Result<Option<Own>, Failure> {
    let db = core.db.read();
    let Some(ticket) = ticket::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let Some(person) = requester::Entity::find_by_id(ticket.requester_id).one(db).await? else {
        return Ok(None);
    };
    if person.email.is_empty() {
        return Ok(None);
    }
    let lives_in = match ticket.merged_into {
        Some(into) => ticket::Entity::find_by_id(into).one(db).await?.unwrap_or_else(|| ticket.clone()),
        None => ticket.clone(),
    };
    let messages = messages(core, &[ticket.id, lives_in.id], &person).await?;
    let files = attachment::Entity::find()
        .filter(attachment::Column::MessageId.is_in(messages.iter().map(|m| m.id)))
        .order_by_asc(attachment::Column::Id)
        .all(db)
        .await?;
    let owed_since = lives_in.owed_since;
    let figures = match owed_since {
        Some(since) => Some(wait::figures(db, core.clock.now(), lives_in.id, since).await?),
        None => None,
    };
    Ok(Some(Own { ticket, lives_in, person, messages, files, figures, owed_since }))
}

/// What they wrote, and the replies that left for their address. Notes, machines and other people's words
/// are not theirs to see.
async fn messages(
    core: &Core,
    tickets: &[i64],
    person: &requester::Model,
) -> Result<Vec<message::Model>, Failure> {
    let db = core.db.read();
    let sent: Vec<i64> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::TicketMessageId)
        .filter(outbox::Column::ToAddr.eq(person.email.clone()))
        .filter(outbox::Column::TicketId.is_in(tickets.iter().copied()))
        .filter(outbox::Column::Kind.eq("reply"))
        .filter(outbox::Column::TicketMessageId.is_not_null())
        .order_by_desc(outbox::Column::Id)
        .limit(SHOWN)
        .into_tuple()
        .all(db)
        .await?;
    let theirs = Condition::all()
        .add(message::Column::Kind.eq("inbound"))
        .add(message::Column::RequesterId.eq(person.id));
    let ours = Condition::all()
        .add(message::Column::Kind.eq("reply"))
        .add(message::Column::State.eq("sent"))
        .add(message::Column::Id.is_in(sent));
    let mut rows = message::Entity::find()
        .filter(message::Column::TicketId.is_in(tickets.iter().copied()))
        .filter(Condition::any().add(theirs).add(ours))
        .order_by_desc(message::Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    rows.reverse();
    Ok(rows)
}
