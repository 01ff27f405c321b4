//! Merging moves the promise; undoing gives each ticket its own back (P5).

use chrono::{DateTime, TimeDelta, Utc};

use super::state::{Change, Ending, Live, Next, Refusal, Ticket};

/// Days during which a merge can be undone.
pub const UNMERGE_DAYS: i64 = 30;

/// Both tickets after a merge or its undoing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The ticket that goes into the other.
    pub source: Next,
    /// The ticket that stays.
    pub target: Next,
}

/// What must be known to undo a merge, read from the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnmergeFacts {
    /// When the merge was made.
    pub merged_at: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Whether the source was open before the merge.
    pub source_was_open: bool,
    /// First unanswered message of the source's people, if any.
    pub source_owes_since: Option<DateTime<Utc>>,
    /// First unanswered message of the target's own people, if any.
    pub target_owes_since: Option<DateTime<Utc>>,
}

/// Puts `source` into `target`: the source's promise moves with its first date, the source is closed.
///
/// # Errors
/// Into itself, or while a reply of the source is on its way.
pub fn merge_into(source: Ticket, target: Ticket) -> Result<Merged, Refusal> {
    if source.id == target.id {
        return Err(Refusal::SameTicket);
    }
    source.nothing_on_its_way()?;
    let mut left = Next::from(source);
    let mut stays = Next::from(target);
    if let Some(Live::Owed { since }) = source.live {
        left.ticket.live = None;
        left.changes.push(Change::Ended(Ending::Moved { to: target.id }));
        stays = target.person_wrote(since);
    }
    if left.ticket.open {
        left.ticket.open = false;
        left.changes.push(Change::Closed);
    }
    Ok(Merged { source: left, target: stays })
}

/// Undoes a merge within [`UNMERGE_DAYS`]: what is owed to the source's people is owed there again.
///
/// # Errors
/// Too late, a reply on its way, or facts that would lose or invent a promise.
pub fn unmerge(source: Ticket, target: Ticket, facts: UnmergeFacts) -> Result<Merged, Refusal> {
    if source.id == target.id {
        return Err(Refusal::SameTicket);
    }
    if facts.now - facts.merged_at > TimeDelta::days(UNMERGE_DAYS) {
        return Err(Refusal::TooLateToUnmerge);
    }
    target.nothing_on_its_way()?;
    let first = [facts.source_owes_since, facts.target_owes_since].into_iter().flatten().min();
    if first != target.owed_since() || source.live.is_some() {
        return Err(Refusal::PromiseWouldBeLost);
    }
    let mut back = Next::from(source);
    let mut stays = Next::from(target);
    if let Some(since) = facts.source_owes_since {
        back.owe(since);
        if facts.target_owes_since != target.owed_since() {
            stays.ticket.live = None;
            stays.changes.push(Change::Ended(Ending::Moved { to: source.id }));
            if let Some(own) = facts.target_owes_since {
                stays.owe(own);
            }
        }
    }
    if facts.source_was_open || back.ticket.live.is_some() {
        back.reopen();
    }
    Ok(Merged { source: back, target: stays })
}
