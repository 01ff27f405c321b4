//! Law M4: what a mail points at, looked up for `mailin::decide`.

use std::collections::HashMap;

use entities::{mail_thread, message, outbox, ticket, ticket_link};
use mailin::{AuthVerdict, Facts, Mail, TicketFacts};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::people;
use crate::platform::{Core, Failure, Tx};

/// Merges followed to the ticket that lives.
const DEEPEST: usize = 12;

/// The facts of a mail; `to` is where the mail server says it came in, `auth` what is known of its sender.
pub async fn facts(
    core: &Core,
    tx: &Tx,
    mail: &Mail,
    to: Option<&str>,
    auth: Option<AuthVerdict>,
) -> Result<Facts, Failure> {
    let ids = core.mail_ids();
    let mut addresses = mail.recipients();
    addresses.splice(0..0, to.map(str::to_owned));
    let plus = addresses.iter().find_map(|address| ids.ticket_of(address));
    let named = by_references(core, tx, &mail.thread_ids()).await?;
    let tag = mailin::tag_of(&mail.subject);
    let mut wanted: Vec<i64> = named.clone();
    wanted.extend(plus);
    wanted.extend(tag);
    wanted.sort_unstable();
    wanted.dedup();
    let known = if wanted.is_empty() { HashMap::new() } else { known(tx, &wanted).await? };
    let fact = |id: i64| known.get(&id).cloned();
    Ok(Facts {
        plus: plus.and_then(fact),
        references: named.into_iter().filter_map(fact).collect(),
        tag: tag.and_then(fact),
        auth,
    })
}

/// The tickets of these Message-IDs, nearest first: those that hold such a mail, then those whose mails name it.
async fn by_references(core: &Core, tx: &Tx, ids: &[String]) -> Result<Vec<i64>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys = core.mail_ids();
    let hashes: Vec<String> = ids.iter().map(|id| keys.hash(id)).collect();
    let held: Vec<(String, i64)> = message::Entity::find()
        .select_only()
        .columns([message::Column::MessageIdHash, message::Column::TicketId])
        .filter(message::Column::MessageIdHash.is_in(hashes.clone()))
        .order_by_asc(message::Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let named: Vec<(String, i64)> = mail_thread::Entity::find()
        .select_only()
        .columns([mail_thread::Column::Hash, mail_thread::Column::TicketId])
        .filter(mail_thread::Column::Hash.is_in(hashes.clone()))
        .order_by_asc(mail_thread::Column::TicketId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let ours = our_mails(core, tx, ids).await?;
    let mut found: Vec<i64> = Vec::new();
    for (id, hash) in ids.iter().zip(&hashes) {
        let here = held.iter().chain(&named).filter(|(h, _)| h == hash).map(|(_, ticket)| *ticket);
        let sent = ours.iter().filter(|m| same_id(&m.message_id, id)).filter_map(|m| m.ticket_id);
        for ticket in here.chain(sent) {
            if !found.contains(&ticket) {
                found.push(ticket);
            }
        }
    }
    Ok(found)
}

/// Remembers the Message-IDs that a mail of this ticket bears and names: an answer to one of them may still come,
/// or has come before.
pub async fn remember(core: &Core, tx: &Tx, mail: &Mail, ticket: i64) -> Result<(), Failure> {
    let keys = core.mail_ids();
    let rows: Vec<mail_thread::ActiveModel> = mail
        .thread_ids()
        .iter()
        .map(|id| mail_thread::ActiveModel { hash: Set(keys.hash(id)), ticket_id: Set(ticket) })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let once = OnConflict::columns([mail_thread::Column::Hash, mail_thread::Column::TicketId])
        .do_nothing()
        .to_owned();
    mail_thread::Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Two tickets have to do with one another.
pub async fn link(tx: &Tx, one: i64, others: &[i64]) -> Result<(), Failure> {
    let both = |other: &i64| [(one, *other), (*other, one)];
    let rows: Vec<ticket_link::ActiveModel> = others
        .iter()
        .filter(|other| **other != one)
        .flat_map(both)
        .map(|(a, b)| ticket_link::ActiveModel { ticket_id: Set(a), other_id: Set(b) })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let once = OnConflict::columns([ticket_link::Column::TicketId, ticket_link::Column::OtherId])
        .do_nothing()
        .to_owned();
    ticket_link::Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The mails of ours among these Message-IDs, in the order of the ids.
pub async fn our_mails(core: &Core, tx: &Tx, answers: &[String]) -> Result<Vec<outbox::Model>, Failure> {
    let ids = core.mail_ids();
    let own: Vec<String> =
        answers.iter().filter(|id| ids.own_id(id).is_some()).map(|id| format!("<{}>", bare(id))).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let rows = outbox::Entity::find().filter(outbox::Column::MessageId.is_in(own)).all(tx.conn()).await?;
    let place = |m: &outbox::Model| answers.iter().position(|id| same_id(&m.message_id, id));
    let mut rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();
    rows.sort_by_key(|(place, row)| (*place, row.id));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn bare(id: &str) -> String {
    id.trim().trim_start_matches('<').trim_end_matches('>').to_ascii_lowercase()
}

fn same_id(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

/// Facts of each of these tickets that is there.
async fn known(tx: &Tx, ids: &[i64]) -> Result<HashMap<i64, TicketFacts>, Failure> {
    let mut roots: HashMap<i64, i64> = HashMap::new();
    let mut subjects: HashMap<i64, String> = HashMap::new();
    let mut seen: HashMap<i64, Option<i64>> = HashMap::new();
    let mut next: Vec<i64> = ids.to_vec();
    for _ in 0..DEEPEST {
        if next.is_empty() {
            break;
        }
        let rows = ticket::Entity::find()
            .select_only()
            .columns([ticket::Column::Id, ticket::Column::MergedInto])
            .column(ticket::Column::Subject)
            .filter(ticket::Column::Id.is_in(next.iter().copied()))
            .into_tuple::<(i64, Option<i64>, String)>()
            .all(tx.conn())
            .await?;
        next = rows.iter().filter_map(|(_, into, _)| *into).filter(|into| !seen.contains_key(into)).collect();
        for (id, into, subject) in rows {
            seen.insert(id, into);
            subjects.insert(id, subject);
        }
    }
    for id in ids.iter().filter(|id| seen.contains_key(id)) {
        let mut root = *id;
        for _ in 0..DEEPEST {
            match seen.get(&root).copied().flatten() {
                Some(into) => root = into,
                None => break,
            }
        }
        roots.insert(*id, root);
    }
    let mut both: Vec<i64> = roots.iter().flat_map(|(id, root)| [*id, *root]).collect();
    both.sort_unstable();
    both.dedup();
    let people = people::parts(tx, &both).await?;
    let facts = roots.into_iter().map(|(id, root)| {
        let taking_part = people.iter().filter(|(ticket, _)| *ticket == id || *ticket == root);
        let participants = taking_part.map(|(_, p)| p.email.clone()).filter(|e| !e.is_empty()).collect();
        let subject = subjects.get(&root).cloned().unwrap_or_default();
        (id, TicketFacts { ticket_id: id, participants, merged_into: (root != id).then_some(root), subject })
    });
    Ok(facts.collect())
}
