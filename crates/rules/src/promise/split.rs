//! A message that speaks of something else gets a ticket of its own; what is owed for it goes with it.

use chrono::{DateTime, Utc};

use super::merge::Merged;
use super::state::{Change, Ending, Live, Next, Refusal, Ticket};

/// What must be known to split a message off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitFacts {
    /// When the message came.
    pub came_at: DateTime<Utc>,
    /// When the next message came that nobody has answered, this one left aside.
    pub next_unanswered: Option<DateTime<Utc>>,
}

/// Takes a message out of `source` into the new ticket `new_id`. What nobody has answered yet is owed where it
/// now stands, with its own date; what is left keeps its own. The source is [`Merged::source`], the new ticket
/// [`Merged::target`].
///
/// # Errors
/// Into itself, or while a reply is on its way: it may answer this very message.
pub fn split(source: Ticket, new_id: i64, facts: SplitFacts) -> Result<Merged, Refusal> {
    if source.id == new_id {
        return Err(Refusal::SameTicket);
    }
    source.nothing_on_its_way()?;
    let mut left = Next::from(source);
    let mut made = Next::from(Ticket::opened_by_machine(new_id));
    if let Some(Live::Owed { since }) = source.live
        && facts.came_at >= since
    {
        made.owe(facts.came_at);
        if facts.came_at == since {
            left.ticket.live = None;
            left.changes.push(Change::Ended(Ending::Moved { to: new_id }));
            if let Some(next) = facts.next_unanswered {
                left.owe(next);
            }
        }
    }
    Ok(Merged { source: left, target: made })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
    }

    proptest! {
        #[test]
        fn splitting_loses_no_claim_and_invents_none(
            answered_until in 0i64..20,
            writes in proptest::collection::btree_set(0i64..20, 1..6),
            which in 0usize..6,
        ) {
            let writes: Vec<i64> = writes.into_iter().collect();
            let unanswered: Vec<i64> = writes.iter().copied().filter(|m| *m >= answered_until).collect();
            let live = unanswered.first().map(|m| Live::Owed { since: at(*m) });
            let source = Ticket { id: 1, open: true, live };
            let moved = writes[which % writes.len()];
            let next = unanswered.iter().copied().find(|m| *m != moved);
            let facts = SplitFacts { came_at: at(moved), next_unanswered: next.map(at) };
            let apart = split(source, 2, facts).unwrap();
            let owed_there = unanswered.contains(&moved).then(|| at(moved));
            let owed_here = unanswered.iter().copied().filter(|m| *m != moved).min().map(at);
            prop_assert_eq!(apart.target.ticket.owed_since(), owed_there);
            prop_assert_eq!(apart.source.ticket.owed_since(), owed_here);
            prop_assert!(apart.source.ticket.open && apart.target.ticket.open);
            let first = [owed_there, owed_here].into_iter().flatten().min();
            prop_assert_eq!(first, source.owed_since());
        }
    }

    #[test]
    fn nothing_is_split_while_a_reply_is_on_its_way() {
        let ticket = Ticket::opened_by_person(1, at(0)).reply_pressed(7, 42, true).unwrap().ticket;
        let facts = SplitFacts { came_at: at(0), next_unanswered: None };
        assert_eq!(split(ticket, 2, facts), Err(Refusal::ReplyOnItsWay { message: 42 }));
        assert_eq!(split(ticket, 1, facts), Err(Refusal::SameTicket));
    }
}
