//! The verbs against the laws, over the real database.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rules::promise::WaiveReason;
use sea_orm::{ConnectionTrait, EntityTrait};
use soutien::platform::Stop;
use soutien::tickets::actions::reply::{Reply, reply, take_back};
use soutien::tickets::actions::{merge, settle, split, take};
use soutien::tickets::queries::check::check;

use super::{agent, mail, member_tx, messages, promises, the_ticket, ticketed};
use crate::house::House;

#[tokio::test]
async fn two_people_who_take_the_next_at_once_never_share() {
    let house = House::new().await;
    let (mut one, mut two) = (agent(&house).await, agent(&house).await);
    for n in 0..10 {
        ticketed(&house, mail(&format!("p{n}@x.example"), "s", &format!("m{n}@x.example"), "", "Bonjour"))
            .await;
    }
    let mut taken = BTreeSet::new();
    for _ in 0..5 {
        let (a, b) = tokio::join!(one.post("/tickets/next", &[]), two.post("/tickets/next", &[]));
        for page in [a, b] {
            let to = page.location.unwrap();
            assert!(to.starts_with("/tickets/"), "{to}");
            assert!(taken.insert(to), "two people got the same ticket");
        }
    }
    assert_eq!(taken.len(), 10);
    let nobody = one.post("/tickets/next", &[]).await;
    one.follow(&nobody).await.says("Personne n’attend sans");
}

#[tokio::test]
async fn the_table_itself_refuses_to_close_an_owed_ticket() {
    let house = House::new().await;
    let id = ticketed(&house, mail("lea@x.example", "s", "a1@x.example", "", "Bonjour à vous")).await;
    for promise in ["owed", "answering"] {
        let tx = house.tx().await;
        let sql = format!(
            "UPDATE ticket SET promise = '{promise}', state = 'closed', closed_at = opened_at WHERE id = {id}"
        );
        assert!(tx.conn().execute_unprepared(&sql).await.is_err());
    }
    let tx = house.tx().await;
    assert!(tx.conn().execute_unprepared("DELETE FROM mail_in").await.is_err(), "the ledger forgets nothing");
}

#[tokio::test]
async fn a_waiver_needs_a_reason_and_sometimes_a_note() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, mail("Léa <lea@x.example>", "s", "a1@x.example", "", "Bonjour à vous")).await;
    agent.get(&format!("/tickets/{id}")).await;
    let path = format!("/tickets/{id}/waiver");
    let refused = agent.post(&path, &[("reason", "answered_otherwise"), ("note", " ")]).await;
    agent.follow(&refused).await.says("Dites comment");
    agent.post(&path, &[("reason", "because"), ("note", "x")]).await;
    assert_eq!(the_ticket(&house, id).await.promise, "owed", "the list is closed");
    agent.post(&path, &[("reason", "answered_otherwise"), ("note", "au téléphone, à 11 h")]).await;
    assert_eq!(the_ticket(&house, id).await.promise, "waived");
    let kept = &promises(&house).await[0];
    assert_eq!(kept.waived_reason.as_deref(), Some("answered_otherwise"));
    assert_eq!(kept.waived_note.as_deref(), Some("au téléphone, à 11 h"));
    agent.post(&format!("/tickets/{id}/closure"), &[]).await;
    assert_eq!(the_ticket(&house, id).await.state, "closed");
    let open = agent.post(&format!("/tickets/{id}/reopening"), &[]).await;
    agent.follow(&open).await.says("L’échange est rouvert");
}

#[tokio::test]
async fn merging_moves_the_promise_answers_both_and_can_be_undone() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let lea =
        ticketed(&house, mail("Léa <lea@x.example>", "Panne", "a1@x.example", "", "Ma panne à moi")).await;
    let first = the_ticket(&house, lea).await.owed_since;
    house.wait(TimeDelta::hours(1));
    let bob =
        ticketed(&house, mail("Bob <bob@y.example>", "Panne", "b1@y.example", "", "La même panne ici")).await;
    agent.get(&format!("/tickets/{lea}")).await;
    agent.post(&format!("/tickets/{lea}/merge"), &[("into", &format!("#{bob}"))]).await;
    let (source, target) = (the_ticket(&house, lea).await, the_ticket(&house, bob).await);
    assert_eq!((source.state.as_str(), source.promise.as_str()), ("closed", "moved"));
    assert_eq!(target.owed_since, first, "the first date moved along");
    agent.get(&format!("/tickets/{bob}")).await.says("Ma panne à moi").says("La même panne ici");
    let more = mail(
        "lea@x.example",
        "Re: Panne",
        "a2@x.example",
        "In-Reply-To: <a1@x.example>\r\n",
        "Toujours rien",
    );
    assert_eq!(ticketed(&house, more).await, bob, "mail follows the merge");
    assert!(check(&house.core).await.unwrap().is_empty());
    agent.post(&format!("/tickets/{lea}/unmerge"), &[]).await;
    let (source, target) = (the_ticket(&house, lea).await, the_ticket(&house, bob).await);
    assert_eq!((source.state.as_str(), source.promise.as_str(), source.owed_since), ("open", "owed", first));
    assert_eq!(target.promise, "owed");
    assert!(target.owed_since > first);
    assert!(messages(&house).await.iter().any(|m| m.text == "Toujours rien" && m.ticket_id == lea));
    assert!(check(&house.core).await.unwrap().is_empty(), "{:?}", check(&house.core).await);
    agent.post(&format!("/tickets/{lea}/merge"), &[("into", &bob.to_string())]).await;
    agent.get(&format!("/tickets/{bob}")).await;
    agent.post(&format!("/tickets/{bob}/replies"), &[("text", "La panne est finie depuis midi.")]).await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    let to: BTreeSet<String> =
        house.mails().iter().filter(|m| m.machine.is_none()).map(|m| m.to[0].address.clone()).collect();
    assert_eq!(to, BTreeSet::from(["bob@y.example".into(), "lea@x.example".into()]), "nobody is forgotten");
    let own = format!("/t/{}", soutien::tickets::actions::acknowledge::token(&house.core, lea));
    let page = house.visitor().await.get(&own).await;
    page.says("Ma panne à moi").says("La panne est finie");
    assert!(!page.body.contains("La même panne ici"), "what others wrote stays theirs");
    house.wait(TimeDelta::days(13));
    house.wait(TimeDelta::days(13));
    house.wait(TimeDelta::days(5));
    let tx = member_tx(&house).await;
    assert!(matches!(merge::unmerge(&tx, lea).await, Err(Stop::Refused(_))), "after 30 days it stays");
}

#[tokio::test]
async fn a_ticket_taken_meanwhile_is_not_taken_again() {
    let house = House::new().await;
    let (mut one, mut two) = (agent(&house).await, agent(&house).await);
    let id = ticketed(&house, mail("lea@x.example", "s", "a1@x.example", "", "Bonjour à vous")).await;
    one.get(&format!("/tickets/{id}")).await;
    two.get(&format!("/tickets/{id}")).await;
    one.post(&format!("/tickets/{id}/assignment"), &[("member", "1"), ("seen", "")]).await;
    let late = two.post(&format!("/tickets/{id}/assignment"), &[("member", "2"), ("seen", "")]).await;
    two.follow(&late).await.says("vient de prendre cet échange");
    assert_eq!(the_ticket(&house, id).await.assignee_id, Some(1));
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Person(u8),
    Machine(u8),
    Reply { on: u8, close: bool },
    TakeBack(u8),
    Wait,
    Bounce(u8),
    Waive(u8, usize),
    Close(u8),
    Reopen(u8),
    Take,
    Merge(u8, u8),
    Unmerge(u8),
    Split(u8, usize),
}

/// Tickets 5 and 6 are there once a message was split off.
fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        4 => (0u8..4).prop_map(Verb::Person),
        1 => (0u8..4).prop_map(Verb::Machine),
        5 => ((0u8..6), any::<bool>()).prop_map(|(on, close)| Verb::Reply { on, close }),
        2 => (0u8..6).prop_map(Verb::TakeBack),
        5 => Just(Verb::Wait),
        2 => (0u8..6).prop_map(Verb::Bounce),
        2 => ((0u8..6), (0usize..7)).prop_map(|(on, n)| Verb::Waive(on, n)),
        2 => (0u8..6).prop_map(Verb::Close),
        1 => (0u8..6).prop_map(Verb::Reopen),
        1 => Just(Verb::Take),
        2 => ((0u8..6), (0u8..6)).prop_map(|(a, b)| Verb::Merge(a, b)),
        1 => (0u8..6).prop_map(Verb::Unmerge),
        2 => ((0u8..6), (0usize..6)).prop_map(|(on, n)| Verb::Split(on, n)),
    ]
}

fn bounce_of(id: &str, n: usize) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\n\
         Message-ID: <bounce{n}@mx.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; p@x.example\r\nAction: failed\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\n\r\n--b--\r\n"
    )
}

async fn apply(house: &House, verb: Verb, n: usize) {
    let thread = |on: u8| format!("In-Reply-To: <first{on}@x.example>\r\n");
    let from = |on: u8| format!("p{on}@x.example");
    let id = |on: u8| i64::from(on) + 1;
    house.wait(TimeDelta::seconds(1));
    match verb {
        Verb::Person(on) => {
            let raw = mail(&from(on), "s", &format!("n{n}@x.example"), &thread(on), "Encore un mot de moi");
            ticketed(house, raw).await;
        }
        Verb::Machine(on) => {
            let more = format!("{}Auto-Submitted: auto-replied\r\n", thread(on));
            ticketed(house, mail(&from(on), "s", &format!("n{n}@x.example"), &more, "Absence")).await;
        }
        Verb::Wait => {
            house.wait(TimeDelta::seconds(20));
            house.work().await;
        }
        Verb::Bounce(on) => {
            let all = messages(house).await;
            let sent = all.iter().rfind(|m| m.kind == "reply" && m.ticket_id == id(on) && m.state == "sent");
            if let Some(sent) = sent {
                ticketed(house, bounce_of(sent.message_id.as_ref().unwrap(), n)).await;
            }
        }
        _ => {
            let tx = member_tx(house).await;
            let done = match verb {
                Verb::Reply { on, close } => {
                    let letter = Reply {
                        ticket_id: id(on),
                        text: "Voici une réponse de ma main.".into(),
                        template: None,
                        then_close: close,
                        copies: Vec::new(),
                    };
                    reply(&house.core, &tx, 1, letter).await.map(|_| ())
                }
                Verb::TakeBack(on) => {
                    let all = messages(house).await;
                    let last =
                        all.iter().rfind(|m| m.kind == "reply" && m.ticket_id == id(on)).map_or(0, |m| m.id);
                    take_back(&tx, id(on), last).await
                }
                Verb::Waive(on, which) => {
                    settle::waive(&tx, id(on), 1, WaiveReason::ALL[which], Some("par téléphone")).await
                }
                Verb::Close(on) => settle::close(&tx, id(on)).await,
                Verb::Reopen(on) => settle::reopen(&tx, id(on)).await,
                Verb::Take => take::take_next(&tx, 1).await.map(|_| ()),
                Verb::Merge(a, b) => merge::merge(&tx, id(a), id(b)).await,
                Verb::Unmerge(on) => merge::unmerge(&tx, id(on)).await,
                Verb::Split(on, which) => {
                    let all = messages(house).await;
                    let theirs = all.iter().filter(|m| m.kind == "inbound" && m.ticket_id == id(on));
                    let message = theirs.map(|m| m.id).nth(which).unwrap_or(0);
                    split::split(&tx, id(on), message).await.map(|_| ())
                }
                Verb::Person(_) | Verb::Machine(_) | Verb::Wait | Verb::Bounce(_) => Ok(()),
            };
            if Stop::split(done).unwrap_or_else(|failure| panic!("{verb:?}: {failure}")).is_ok() {
                tx.commit().await.unwrap();
            }
        }
    }
}

/// Whoever wrote last without an answer since is owed one, wherever their ticket lives.
async fn nobody_is_forgotten(house: &House, trail: &[Verb]) {
    let tickets = entities::ticket::Entity::find().all(house.core.db.read()).await.unwrap();
    let ended = promises(house).await;
    for message in messages(house).await.iter().filter(|m| m.kind == "inbound") {
        let mut lives = message.ticket_id;
        while let Some(into) = tickets.iter().find(|t| t.id == lives).unwrap().merged_into {
            lives = into;
        }
        let live = tickets.iter().find(|t| t.id == lives).unwrap();
        let settled = ended.iter().any(|p| {
            matches!(p.state.as_str(), "answered" | "waived")
                && p.ended_at.is_some_and(|end| end >= message.at)
        });
        let owed = live.owed_since.is_some_and(|since| since <= message.at);
        assert!(owed || settled, "message {} is forgotten after {trail:?}", message.id);
    }
}

#[tokio::test]
async fn the_laws_hold_whatever_is_done() {
    let mut runner = TestRunner::deterministic();
    let trails = proptest::collection::vec(verb(), 30);
    for _ in 0..30 {
        let trail = trails.new_tree(&mut runner).unwrap().current();
        let house = House::new().await;
        let _agent = agent(&house).await;
        for on in 0..4 {
            let first = format!("first{on}@x.example");
            ticketed(&house, mail(&format!("p{on}@x.example"), "s", &first, "", "Bonjour à vous")).await;
        }
        for (n, verb) in trail.iter().enumerate() {
            apply(&house, *verb, n).await;
            let breaches = check(&house.core).await.unwrap();
            assert!(breaches.is_empty(), "after {:?}: {breaches:#?}", &trail[..=n]);
            nobody_is_forgotten(&house, &trail[..=n]).await;
        }
    }
}
