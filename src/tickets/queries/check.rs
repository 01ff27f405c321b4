//! Re-proves the laws of the desk on the live data (P1 to P6, M1, M2, M4 to M6): batches, constant memory.

mod post;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{mail_in, message, outbox, promise, ticket};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Rows looked at together.
const BATCH: u64 = 1000;

/// Every breach there is, at most what memory should hold.
pub async fn check(core: &Core) -> Result<Vec<Breach>, Failure> {
    let mut found = Vec::new();
    tickets(core, &mut found).await?;
    promises(core, &mut found).await?;
    spoken(core, &mut found).await?;
    mails(core, &mut found).await?;
    outgoing(core, &mut found).await?;
    post::mailboxes(core, &mut found).await?;
    post::ways_back(core, &mut found).await?;
    post::links(core, &mut found).await?;
    Ok(found)
}

fn breach(found: &mut Vec<Breach>, law: &'static str, subject: String, what: impl Into<String>) {
    if found.len() < 1000 {
        found.push(Breach { law, subject, what: what.into() });
    }
}

async fn tickets(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = ticket::Entity::find()
            .filter(ticket::Column::Id.gt(after))
            .order_by_asc(ticket::Column::Id)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let live = promise::Entity::find()
            .filter(promise::Column::TicketId.is_in(rows.iter().map(|t| t.id)))
            .filter(promise::Column::State.is_in(["owed", "answering"]))
            .all(core.db.read())
            .await?;
        for row in &rows {
            let subject = || format!("ticket {}", row.id);
            let owes = matches!(row.promise.as_str(), "owed" | "answering");
            if row.state == "closed" && owes {
                breach(found, "P2", subject(), "closed while an answer is owed");
            }
            if row.merged_into.is_some() && owes {
                breach(found, "P5", subject(), "merged, and its promise stayed behind");
            }
            let mine: Vec<_> = live.iter().filter(|p| p.ticket_id == row.id).collect();
            match mine.as_slice() {
                [] if !owes => {}
                [one] if one.state == row.promise && Some(one.owed_since) == row.owed_since => {}
                other => breach(
                    found,
                    "P1",
                    subject(),
                    format!(
                        "says `{}` and has {} live promises that do not say the same",
                        row.promise,
                        other.len()
                    ),
                ),
            }
        }
    }
}

async fn promises(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = promise::Entity::find()
            .filter(promise::Column::Id.gt(after))
            .order_by_asc(promise::Column::Id)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let named = rows.iter().flat_map(|p| [p.answer_message_id, p.first_message_id]).flatten();
        let messages = message::Entity::find()
            .filter(message::Column::Id.is_in(named))
            .select_only()
            .columns([message::Column::Id, message::Column::Kind, message::Column::State])
            .columns([message::Column::MemberId, message::Column::At])
            .into_partial_model::<Said>()
            .all(core.db.read())
            .await?;
        let said: HashMap<i64, Said> = messages.into_iter().map(|m| (m.id, m)).collect();
        for row in &rows {
            for (law, what) in of_promise(row, &said) {
                breach(found, law, format!("promise {}", row.id), what);
            }
        }
    }
}

/// What a promise asks of a message.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "message::Entity")]
struct Said {
    id: i64,
    kind: String,
    state: String,
    member_id: Option<i64>,
    at: DateTime<Utc>,
}

fn of_promise(row: &promise::Model, said: &HashMap<i64, Said>) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    let answer = row.answer_message_id.and_then(|id| said.get(&id));
    if matches!(row.state.as_str(), "answered" | "answering") {
        let wanted = if row.state == "answered" { "sent" } else { "sending" };
        match answer {
            Some(m) if m.kind == "reply" && m.member_id.is_some() => {
                if m.state != wanted {
                    wrong.push(("P3", "answered by a reply that did not arrive"));
                }
            }
            _ => wrong.push(("P3", "answered by no person's reply")),
        }
    }
    if row.state == "waived" && (row.member_id.is_none() || row.waived_reason.is_none()) {
        wrong.push(("P4", "waived without a reason and a name"));
    }
    let first = row.first_message_id.and_then(|id| said.get(&id));
    if first.is_some_and(|m| row.owed_since > m.at) {
        wrong.push(("P6", "owed since later than the first message that it stands for"));
    }
    wrong
}

/// Each message of a person has its promise: one made on the day of the message or before, in its ticket
/// or in one that it was merged with.
async fn spoken(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = message::Entity::find()
            .filter(message::Column::Id.gt(after))
            .filter(message::Column::Kind.eq("inbound"))
            .order_by_asc(message::Column::Id)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let made = promise::Entity::find()
            .filter(promise::Column::TicketId.is_in(rows.iter().map(|m| m.ticket_id)))
            .select_only()
            .columns([promise::Column::TicketId, promise::Column::OwedSince])
            .into_tuple::<(i64, chrono::DateTime<chrono::Utc>)>()
            .all(core.db.read())
            .await?;
        for row in &rows {
            if !made.iter().any(|(ticket, since)| *ticket == row.ticket_id && *since <= row.at) {
                let what = format!("a person wrote in ticket {} and nothing was promised", row.ticket_id);
                breach(found, "P1", format!("message {}", row.id), what);
            }
        }
    }
}

async fn mails(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = mail_in::Entity::find()
            .filter(mail_in::Column::Id.gt(after))
            .order_by_asc(mail_in::Column::Id)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let held: Vec<i64> = message::Entity::find()
            .select_only()
            .column(message::Column::MailInId)
            .filter(message::Column::MailInId.is_in(rows.iter().map(|m| m.id)))
            .into_tuple()
            .all(core.db.read())
            .await?;
        let late = core.clock.now() - chrono::TimeDelta::hours(1);
        for row in &rows {
            let subject = || format!("mail {}", row.id);
            match row.state.as_str() {
                "ticketed" | "undigested" if row.ticket_id.is_none() || !held.contains(&row.id) => {
                    breach(found, "M2", subject(), "said to be in a ticket, and is in none");
                }
                "refused" if row.reason.is_none() => {
                    breach(found, "M2", subject(), "refused without a reason");
                }
                "stored" if row.received_at < late => {
                    breach(found, "M2", subject(), "stored for more than an hour and not accounted for");
                }
                _ => {}
            }
            if !core.blobs.has(&row.raw_blob, row.size).await {
                breach(found, "M1", subject(), format!("its raw bytes {} are not there", row.raw_blob));
            }
        }
    }
}

async fn outgoing(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = outbox::Entity::find()
            .filter(outbox::Column::Id.gt(after))
            .order_by_asc(outbox::Column::Id)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in &rows {
            if row.automatic == (row.kind == "reply") {
                breach(found, "M6", format!("outbox {}", row.id), "says wrongly whether a person wrote it");
            }
            if row.state == "sent" && row.sent_at.is_none() {
                breach(found, "M5", format!("outbox {}", row.id), "sent, and nobody knows when");
            }
        }
    }
}
