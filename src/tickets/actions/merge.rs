//! Two tickets about one thing (law P5): the promise moves, every person keeps their claim, and it can be
//! undone for 30 days.

use chrono::{DateTime, Utc};
use entities::{message, participant, promise, ticket, ticket_merge};
use rules::promise::{Merged, UnmergeFacts, merge_into, unmerge as law_unmerge};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::settle::refused;
use super::{Refusal, desk, people};
use crate::platform::{Failure, Stop, Tx};

/// Puts ticket `source` into ticket `target`.
pub async fn merge(tx: &Tx, source: i64, target: i64) -> Result<(), Stop<Refusal>> {
    if source == target {
        return Err(refused(rules::promise::Refusal::SameTicket));
    }
    let (source, target) = hold_both(tx, source, target).await?;
    let merged = merge_into(source.law, target.law).map_err(refused)?;
    write(tx, source, target, merged).await?;
    Ok(())
}

/// The ticket and those merged into it.
pub async fn whole(tx: &Tx, ticket_id: i64) -> Result<Vec<i64>, Failure> {
    let within = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::MergedInto.eq(ticket_id))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(std::iter::once(ticket_id).chain(within).collect())
}

/// Always in the order of their numbers: two people who merge crosswise do not wait for each other.
async fn hold_both(tx: &Tx, one: i64, other: i64) -> Result<(desk::Held, desk::Held), Stop<Refusal>> {
    if one < other {
        let first = desk::hold_live(tx, one).await?;
        return Ok((first, desk::hold_live(tx, other).await?));
    }
    let second = desk::hold_live(tx, other).await?;
    Ok((desk::hold_live(tx, one).await?, second))
}

async fn write(tx: &Tx, source: desk::Held, target: desk::Held, merged: Merged) -> Result<(), Failure> {
    let (from, into) = (source.row.id, target.row.id);
    let first = source.live.as_ref().and_then(|p| p.first_message_id);
    let row = ticket_merge::ActiveModel {
        from_ticket: Set(from),
        into_ticket: Set(into),
        merged_at: Set(tx.at),
        merged_by: Set(tx.actor.member_id()),
        from_state: Set(source.row.state.clone()),
        from_owed_since: Set(source.law.owed_since()),
        into_owed_since: Set(target.law.owed_since()),
        ..Default::default()
    };
    ticket_merge::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    let (requester, source_suspected) = (source.row.requester_id, source.row.suspected);
    let words = (source.row.last_at > target.row.last_at).then(|| source.row.last_words.clone());
    for (_, person) in people::parts(tx, &[from]).await? {
        people::takes_part(tx, into, person.id).await?;
    }
    let gone = ticket::ActiveModel { merged_into: Set(Some(into)), ..Default::default() };
    desk::keep(tx, source, &merged.source, desk::About::default(), gone).await?;
    // What was merged into the source before lives in the target too.
    ticket::Entity::update_many()
        .set(ticket::ActiveModel { merged_into: Set(Some(into)), ..Default::default() })
        .filter(ticket::Column::MergedInto.eq(from))
        .exec(tx.conn())
        .await?;
    // What stood in the queue stays in it.
    let suspected = source_suspected && target.row.suspected;
    let mut more = ticket::ActiveModel { suspected: Set(suspected), ..Default::default() };
    if let Some(words) = words {
        more.last_words = Set(words);
    }
    let about = desk::About { message: first, requester: Some(requester), ..Default::default() };
    desk::keep(tx, target, &merged.target, about, more).await?;
    tx.audit("ticket.merge", ("ticket", from), json!({ "into": into })).await
}

/// Undoes a merge: what is owed to the source's people is owed there again.
pub async fn unmerge(tx: &Tx, source_id: i64) -> Result<(), Stop<Refusal>> {
    let Some(source) = desk::hold(tx, source_id).await? else { return Err(Stop::Refused(Refusal::Gone)) };
    let into = source.row.merged_into.ok_or(Stop::Refused(Refusal::Gone))?;
    let found = ticket_merge::Entity::find()
        .filter(ticket_merge::Column::FromTicket.eq(source_id))
        .filter(ticket_merge::Column::UndoneAt.is_null())
        .order_by_desc(ticket_merge::Column::Id)
        .one(tx.conn())
        .await?;
    let merge = found.ok_or(Stop::Refused(Refusal::Gone))?;
    if merge.into_ticket != into {
        // The target itself went elsewhere: undo that one first.
        return Err(Stop::Refused(Refusal::MergedInto(into)));
    }
    let target = desk::hold_live(tx, into).await?;
    let theirs: Vec<i64> = people::parts(tx, &[source_id]).await?.iter().map(|(_, p)| p.id).collect();
    let facts = facts(tx, &merge, &target, &theirs).await?;
    let apart = law_unmerge(source.law, target.law, facts).map_err(refused)?;
    give_back(tx, &merge, &target, &theirs).await?;
    let alone = ticket::ActiveModel { merged_into: Set(None), ..Default::default() };
    let about = desk::About { requester: Some(source.row.requester_id), ..Default::default() };
    desk::keep(tx, source, &apart.source, about, alone).await?;
    let about = desk::About { requester: Some(target.row.requester_id), ..Default::default() };
    desk::keep(tx, target, &apart.target, about, ticket::ActiveModel::default()).await?;
    let before: Vec<i64> = ticket_merge::Entity::find()
        .select_only()
        .column(ticket_merge::Column::FromTicket)
        .filter(ticket_merge::Column::IntoTicket.eq(source_id))
        .filter(ticket_merge::Column::UndoneAt.is_null())
        .into_tuple()
        .all(tx.conn())
        .await?;
    ticket::Entity::update_many()
        .set(ticket::ActiveModel { merged_into: Set(Some(source_id)), ..Default::default() })
        .filter(ticket::Column::Id.is_in(before))
        .exec(tx.conn())
        .await?;
    let undone = ticket_merge::ActiveModel { undone_at: Set(Some(tx.at)), ..Default::default() };
    ticket_merge::Entity::update_many()
        .set(undone)
        .filter(ticket_merge::Column::Id.eq(merge.id))
        .exec(tx.conn())
        .await?;
    Ok(tx.audit("ticket.unmerge", ("ticket", source_id), json!({ "from": into })).await?)
}

/// Since when the source's people, and the target's own, wait.
async fn facts(
    tx: &Tx,
    merge: &ticket_merge::Model,
    target: &desk::Held,
    theirs: &[i64],
) -> Result<UnmergeFacts, Failure> {
    let since = target.law.owed_since();
    let (mut source_owes, mut target_owes) = (None, None);
    if let Some(first) = since {
        let ended = promise::Entity::find()
            .filter(promise::Column::TicketId.eq(target.row.id))
            .filter(promise::Column::EndedAt.gt(merge.merged_at))
            .filter(promise::Column::State.is_in(["answered", "waived"]))
            .order_by_desc(promise::Column::EndedAt)
            .one(tx.conn())
            .await?;
        // A promise still alive from before the merge keeps each side's own date.
        let (kept, from) = match &ended {
            None => ((merge.from_owed_since, merge.into_owed_since), merge.merged_at),
            Some(end) => ((None, None), first.min(end.ended_at.unwrap_or(first))),
        };
        source_owes = earliest(kept.0, written(tx, target.row.id, from, theirs, true).await?);
        target_owes = earliest(kept.1, written(tx, target.row.id, from, theirs, false).await?);
        if earliest(source_owes, target_owes) != since {
            // A reply that came back owes to both sides again: nobody loses their place.
            source_owes = earliest(source_owes, since);
            target_owes = earliest(target_owes, since);
            if earliest(source_owes, target_owes) != since {
                (source_owes, target_owes) = (since, since);
            }
        }
    }
    Ok(UnmergeFacts {
        merged_at: merge.merged_at,
        now: tx.at,
        source_was_open: merge.from_state == "open",
        source_owes_since: source_owes,
        target_owes_since: target_owes,
    })
}

fn earliest(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    [one, other].into_iter().flatten().min()
}

/// The first message since `from` by one of `people`, or by anybody else.
async fn written(
    tx: &Tx,
    ticket_id: i64,
    from: DateTime<Utc>,
    people: &[i64],
    by_them: bool,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let here = message::Entity::find()
        .filter(message::Column::TicketId.eq(ticket_id))
        .filter(message::Column::Kind.eq("inbound"))
        .filter(message::Column::At.gte(from));
    let one = if by_them {
        here.filter(message::Column::RequesterId.is_in(people.iter().copied()))
    } else {
        here.filter(message::Column::RequesterId.is_not_in(people.iter().copied()))
    };
    Ok(one.order_by_asc(message::Column::At).one(tx.conn()).await?.map(|m| m.at))
}

/// What the source's people wrote since goes back to them, and they leave the target.
async fn give_back(
    tx: &Tx,
    merge: &ticket_merge::Model,
    target: &desk::Held,
    theirs: &[i64],
) -> Result<(), Failure> {
    let own: Vec<i64> = theirs.iter().copied().filter(|id| *id != target.row.requester_id).collect();
    message::Entity::update_many()
        .set(message::ActiveModel { ticket_id: Set(merge.from_ticket), ..Default::default() })
        .filter(message::Column::TicketId.eq(merge.into_ticket))
        .filter(message::Column::Kind.eq("inbound"))
        .filter(message::Column::At.gte(merge.merged_at))
        .filter(message::Column::RequesterId.is_in(own.iter().copied()))
        .exec(tx.conn())
        .await?;
    let others: Vec<i64> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::MergedInto.eq(merge.into_ticket))
        .filter(ticket::Column::Id.ne(merge.from_ticket))
        .into_tuple()
        .all(tx.conn())
        .await?;
    let staying: Vec<i64> = people::parts(tx, &others).await?.iter().map(|(_, p)| p.id).collect();
    let before: Vec<i64> = message::Entity::find()
        .select_only()
        .column(message::Column::RequesterId)
        .filter(message::Column::TicketId.eq(merge.into_ticket))
        .filter(message::Column::Kind.eq("inbound"))
        .filter(message::Column::RequesterId.is_in(own.iter().copied()))
        .distinct()
        .into_tuple()
        .all(tx.conn())
        .await?;
    let leaving = own.into_iter().filter(|id| !staying.contains(id) && !before.contains(id));
    participant::Entity::delete_many()
        .filter(participant::Column::TicketId.eq(merge.into_ticket))
        .filter(participant::Column::RequesterId.is_in(leaving))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The ticket that showed an unread mail goes into the one that now holds it.
pub async fn settle_placeholder(tx: &Tx, shown: i64, into: i64) -> Result<(), Failure> {
    let held = desk::hold(tx, shown).await?.zip(desk::hold(tx, into).await?);
    let Some((shown, into)) = held.filter(|(s, _)| s.row.merged_into.is_none()) else { return Ok(()) };
    match merge_into(shown.law, into.law) {
        Ok(merged) => write(tx, shown, into, merged).await,
        Err(why) => Err(Failure::new(format!("the ticket of an unread mail cannot be settled: {why}"))),
    }
}
