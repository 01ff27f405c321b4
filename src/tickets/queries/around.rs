//! What stands around a conversation: people in copy, tickets that have to do with it, addresses whose mail comes
//! back, what is known of where its mails come from.

use std::collections::HashMap;

use entities::{mail_in, message, outbox, participant, requester, ticket, ticket_link, unreachable};
use mailin::AuthVerdict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::platform::{Core, Failure};

/// Rows of each kind that are shown.
const SHOWN: u64 = 50;

/// Where a mail comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What was found of its sender.
    pub auth: Option<AuthVerdict>,
    /// Why mail filters take it for unwanted.
    pub spam_why: Option<String>,
}

/// What stands around a conversation.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// In copy, and never wrote.
    pub copied: Vec<requester::Model>,
    /// Tickets that have to do with it.
    pub linked: Vec<ticket::Model>,
    /// Addresses of its people whose mail came back last.
    pub unreachable: Vec<unreachable::Model>,
    /// By line of the ledger.
    pub origins: HashMap<i64, Origin>,
}

/// Reads it. `people`: addresses of those who take part; `messages`: what is shown of the conversation.
pub async fn around(
    core: &Core,
    ticket: &ticket::Model,
    people: Vec<String>,
    messages: &[message::Model],
) -> Result<Around, Failure> {
    let copied = copied(core, ticket.id).await?;
    let addresses = people.into_iter().chain(copied.iter().map(|p| p.email.clone()));
    // Only what became of the desk's own mail: that a receipt came back says that somebody gives (law P7).
    let of_the_desk = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::Kind.is_in(["reply", "acknowledgement"]))
        .into_query();
    let back = unreachable::Entity::find()
        .filter(unreachable::Column::Address.is_in(addresses.filter(|a| !a.is_empty())))
        .filter(unreachable::Column::OutboxId.in_subquery(of_the_desk))
        .order_by_asc(unreachable::Column::Address)
        .all(core.db.read())
        .await?;
    Ok(Around {
        copied,
        linked: linked(core, ticket.id).await?,
        unreachable: back,
        origins: origins(core, messages).await?,
    })
}

async fn copied(core: &Core, ticket_id: i64) -> Result<Vec<requester::Model>, Failure> {
    let ids: Vec<i64> = participant::Entity::find()
        .select_only()
        .column(participant::Column::RequesterId)
        .filter(participant::Column::TicketId.eq(ticket_id))
        .filter(participant::Column::Copied.eq(true))
        .order_by_asc(participant::Column::RequesterId)
        .limit(SHOWN)
        .into_tuple()
        .all(core.db.read())
        .await?;
    if ids.is_empty() { Ok(Vec::new()) } else { super::people(core, ids).await }
}

async fn linked(core: &Core, ticket_id: i64) -> Result<Vec<ticket::Model>, Failure> {
    let ids: Vec<i64> = ticket_link::Entity::find()
        .select_only()
        .column(ticket_link::Column::OtherId)
        .filter(ticket_link::Column::TicketId.eq(ticket_id))
        .order_by_desc(ticket_link::Column::OtherId)
        .limit(SHOWN)
        .into_tuple()
        .all(core.db.read())
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = ticket::Entity::find().filter(ticket::Column::Id.is_in(ids));
    Ok(found.order_by_desc(ticket::Column::Id).all(core.db.read()).await?)
}

async fn origins(core: &Core, messages: &[message::Model]) -> Result<HashMap<i64, Origin>, Failure> {
    let ids: Vec<i64> = messages.iter().filter_map(|m| m.mail_in_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, Option<String>, Option<String>)> = mail_in::Entity::find()
        .select_only()
        .columns([mail_in::Column::Id, mail_in::Column::Auth, mail_in::Column::SpamWhy])
        .filter(mail_in::Column::Id.is_in(ids))
        .into_tuple()
        .all(core.db.read())
        .await?;
    let origin = |(id, auth, spam_why): (i64, Option<String>, Option<String>)| {
        let auth = auth.as_deref().and_then(|text| serde_json::from_str(text).ok());
        (id, Origin { auth, spam_why })
    };
    Ok(rows.into_iter().map(origin).collect())
}
