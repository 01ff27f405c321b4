//! The laws of the promise over random sequences of verbs.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;

fn at(minute: i64) -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Person,
    Machine,
    Press { own_words: bool },
    TakeBack,
    Accept { then_close: bool },
    Refuse,
    BounceOld { which: usize },
    Waive(usize),
    Close,
    Reopen,
}

impl Verb {
    fn is_accept(self) -> bool {
        matches!(self, Verb::Accept { .. })
    }

    fn may_close(self) -> bool {
        matches!(self, Verb::Close | Verb::Accept { then_close: true })
    }
}

fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        4 => Just(Verb::Person),
        1 => Just(Verb::Machine),
        4 => any::<bool>().prop_map(|own_words| Verb::Press { own_words }),
        1 => Just(Verb::TakeBack),
        4 => any::<bool>().prop_map(|then_close| Verb::Accept { then_close }),
        1 => Just(Verb::Refuse),
        2 => (0usize..4).prop_map(|which| Verb::BounceOld { which }),
        1 => (0usize..7).prop_map(Verb::Waive),
        2 => Just(Verb::Close),
        1 => Just(Verb::Reopen),
    ]
}

/// A ticket with the memory the database keeps: which reply answered which date.
struct Desk {
    ticket: Ticket,
    on_its_way: i64,
    answered: Vec<(i64, DateTime<Utc>)>,
}

impl Desk {
    fn apply(&self, verb: Verb, now: i64) -> Result<Next, Refusal> {
        let (ticket, message) = (self.ticket, self.on_its_way);
        match verb {
            Verb::Person => Ok(ticket.person_wrote(at(now))),
            Verb::Machine => Ok(ticket.machine_wrote()),
            Verb::Press { own_words } => ticket.reply_pressed(7, now, own_words),
            Verb::TakeBack => ticket.reply_taken_back(message),
            Verb::Accept { then_close } => Ok(ticket.mail_server_accepted(message, then_close)),
            Verb::Refuse => Ok(ticket.mail_server_refused(message)),
            Verb::BounceOld { which } => match self.answered.get(which) {
                Some((message, first)) => Ok(ticket.bounced(*message, Some(*first))),
                None => Ok(ticket.bounced(-1, None)),
            },
            Verb::Waive(n) => ticket.waive(WaiveReason::ALL[n], 7, Some("par téléphone")),
            Verb::Close => ticket.close(),
            Verb::Reopen => ticket.reopen(),
        }
    }

    fn follow(&mut self, verb: Verb, now: i64, next: &Next) {
        if let (Some(Live::Answering { since, message, .. }), true) = (
            self.ticket.live,
            next.changes.iter().any(|c| matches!(c, Change::Ended(Ending::Answered { .. }))),
        ) {
            self.answered.push((message, since));
        }
        if matches!(verb, Verb::Press { .. }) {
            self.on_its_way = now;
        }
        self.ticket = next.ticket;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_promise_holds_whatever_is_done(verbs in proptest::collection::vec(verb(), 1..40)) {
        let mut desk = Desk { ticket: Ticket::opened_by_person(1, at(0)), on_its_way: 0, answered: vec![] };
        for (verb, now) in verbs.into_iter().zip(1i64..) {
            let before = desk.ticket;
            let Ok(next) = desk.apply(verb, now) else { continue };
            let after = next.ticket;
            // P2: closed, so nothing owed or on its way
            prop_assert!(after.open || after.live.is_none(), "{verb:?}: {after:?}");
            // P1: a live promise goes only by an ending that is written down
            let ended = next.changes.iter().filter(|c| matches!(c, Change::Ended(_))).count();
            let created = next.changes.iter().any(|c| matches!(c, Change::Created { .. }));
            if before.live.is_some() && after.live.is_none() {
                prop_assert_eq!(ended, 1);
            }
            // P6: the date never moves later but by a new promise after the old one ended
            if let (Some(was), Some(is)) = (before.live, after.live)
                && is.since() > was.since()
            {
                prop_assert!(ended == 1 && created, "{verb:?}: {was:?} -> {is:?}");
            }
            // P3: only an accepted reply answers, only a waiver waives
            for change in &next.changes {
                match change {
                    Change::Ended(Ending::Answered { .. }) => prop_assert!(verb.is_accept(), "{verb:?}"),
                    Change::Ended(Ending::Waived { .. }) => prop_assert!(matches!(verb, Verb::Waive(_))),
                    Change::Ended(Ending::Moved { .. }) => prop_assert!(false, "moved without a merge"),
                    Change::Closed => prop_assert!(verb.may_close(), "{verb:?}"),
                    _ => {}
                }
            }
            // M3: a machine moves nothing
            if matches!(verb, Verb::Machine) {
                prop_assert_eq!(after, before);
            }
            // a person who writes is owed a reply, now or after the one on its way
            if matches!(verb, Verb::Person) {
                prop_assert!(after.open && after.live.is_some());
            }
            // P3: a bounce restores the first date
            if let Verb::BounceOld { which } = verb
                && let Some((_, first)) = desk.answered.get(which)
            {
                let owed_from = match after.live {
                    Some(Live::Owed { since }) => Some(since),
                    Some(Live::Answering { still_owed, .. }) => still_owed,
                    None => None,
                };
                prop_assert!(after.open && owed_from.is_some_and(|since| since <= *first));
            }
            // P2, said by the verb itself
            if after.live.is_some() {
                prop_assert!(after.close().is_err());
            }
            desk.follow(verb, now, &next);
        }
    }

    #[test]
    fn merging_and_undoing_loses_no_promise(source_owes in proptest::option::of(0i64..100), target_owes in proptest::option::of(0i64..100), source_open in any::<bool>(), target_open in any::<bool>()) {
        let ticket = |id, owes: Option<i64>, open| Ticket {
            id,
            open: open || owes.is_some(),
            live: owes.map(|minute| Live::Owed { since: at(minute) }),
        };
        let (source, target) = (ticket(1, source_owes, source_open), ticket(2, target_owes, target_open));
        let merged = merge_into(source, target).unwrap();
        let first = [source_owes, target_owes].into_iter().flatten().min().map(at);
        prop_assert_eq!(merged.target.ticket.owed_since(), first);
        prop_assert_eq!((merged.source.ticket.open, merged.source.ticket.live), (false, None));
        let facts = UnmergeFacts {
            merged_at: at(200),
            now: at(300),
            source_was_open: source.open,
            source_owes_since: source_owes.map(at),
            target_owes_since: target_owes.map(at),
        };
        let apart = unmerge(merged.source.ticket, merged.target.ticket, facts).unwrap();
        prop_assert_eq!(apart.source.ticket, source);
        prop_assert_eq!(apart.target.ticket.live, target.live);
        let late = UnmergeFacts { now: at(200) + TimeDelta::days(31), ..facts };
        prop_assert_eq!(unmerge(merged.source.ticket, merged.target.ticket, late), Err(Refusal::TooLateToUnmerge));
        let lossy = UnmergeFacts { source_owes_since: None, target_owes_since: None, ..facts };
        if first.is_some() {
            let refused = unmerge(merged.source.ticket, merged.target.ticket, lossy);
            prop_assert_eq!(refused, Err(Refusal::PromiseWouldBeLost));
        }
    }
}

#[test]
fn a_bounced_reply_owes_again_with_its_first_date() {
    let ticket = Ticket::opened_by_person(1, at(0));
    let pressed = ticket.reply_pressed(7, 42, true).unwrap().ticket;
    assert_eq!((pressed.owed_since(), pressed.open), (None, true));
    let closed = pressed.mail_server_accepted(42, true);
    assert_eq!(closed.changes, [Change::Ended(Ending::Answered { by: 7, message: 42 }), Change::Closed]);
    let back = closed.ticket.bounced(42, Some(at(0)));
    assert_eq!(back.changes, [Change::OwedAgain { since: at(0) }, Change::Reopened]);
    assert_eq!(back.ticket.close(), Err(Refusal::StillOwed { since: at(0) }));
}

#[test]
fn a_person_who_writes_while_a_reply_leaves_is_owed_another() {
    let pressed = Ticket::opened_by_person(1, at(0)).reply_pressed(7, 42, true).unwrap().ticket;
    let wrote = pressed.person_wrote(at(5)).ticket;
    let accepted = wrote.mail_server_accepted(42, true).ticket;
    assert_eq!((accepted.open, accepted.owed_since()), (true, Some(at(5))));
    let failed = wrote.mail_server_refused(42).ticket;
    assert_eq!(failed.owed_since(), Some(at(0)));
}

#[test]
fn a_reminder_neither_jumps_the_queue_nor_loses_its_place() {
    let ticket = Ticket::opened_by_person(1, at(0));
    assert_eq!(ticket.person_wrote(at(60)), Next { ticket, changes: vec![] });
}

#[test]
fn a_reply_without_own_words_does_not_leave() {
    let ticket = Ticket::opened_by_person(1, at(0));
    assert_eq!(ticket.reply_pressed(7, 42, false), Err(Refusal::NoOwnWords));
    let pressed = ticket.reply_pressed(7, 42, true).unwrap().ticket;
    assert_eq!(pressed.reply_pressed(8, 43, true), Err(Refusal::ReplyOnItsWay { message: 42 }));
    assert_eq!(pressed.reply_taken_back(41), Err(Refusal::NotThatReply { message: 41 }));
    assert_eq!(pressed.reply_taken_back(42).unwrap().ticket, ticket);
    assert_eq!(
        merge_into(pressed, Ticket::opened_by_machine(2)),
        Err(Refusal::ReplyOnItsWay { message: 42 })
    );
}

#[test]
fn a_waiver_needs_something_owed_and_sometimes_a_note() {
    let ticket = Ticket::opened_by_person(1, at(0));
    assert_eq!(ticket.waive(WaiveReason::AnsweredOtherwise, 7, Some(" ")), Err(Refusal::NoteNeeded));
    let waived = ticket.waive(WaiveReason::Thanks, 7, None).unwrap();
    assert_eq!(waived.changes, [Change::Ended(Ending::Waived { reason: WaiveReason::Thanks, by: 7 })]);
    assert_eq!(waived.ticket.waive(WaiveReason::Spam, 7, None), Err(Refusal::NothingOwed));
    for reason in WaiveReason::ALL {
        assert_eq!(WaiveReason::parse(reason.code()), Some(reason));
    }
}
