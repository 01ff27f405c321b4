//! Mails find their ticket (law M4) through the real database: whatever the order, whoever writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::{participant, ticket_link};
use sea_orm::EntityTrait;
use soutien::tickets::actions::digest::digest_many;
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store_many};

use super::corpus::shared;
use super::{agent, mail, messages, receive, the_ticket, ticketed};
use crate::house::House;

/// Deals the same orders at each run (Knuth's shuffle over a linear congruential generator).
struct Dealer(u64);

impl Dealer {
    fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let pick = usize::try_from(self.0 >> 33).unwrap() % (last + 1);
            things.swap(pick, last);
        }
    }
}

/// Which of the mails ended together: in one ticket, or in tickets that are linked.
async fn together(house: &House, names: &[(i64, String)]) -> BTreeSet<BTreeSet<String>> {
    let db = house.core.db.read();
    let lines = entities::mail_in::Entity::find().all(db).await.unwrap();
    let of: HashMap<i64, i64> = lines.iter().filter_map(|l| Some((l.id, l.ticket_id?))).collect();
    let mut root: BTreeMap<i64, i64> = of.values().map(|t| (*t, *t)).collect();
    let links = ticket_link::Entity::find().all(db).await.unwrap();
    for link in links {
        let (a, b) = (root[&link.ticket_id], root[&link.other_id]);
        for to in root.values_mut().filter(|to| **to == a) {
            *to = b;
        }
    }
    let mut groups: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (line, name) in names {
        if let Some(ticket) = of.get(line) {
            groups.entry(root[ticket]).or_default().insert(name.clone());
        }
    }
    groups.into_values().collect()
}

async fn in_order(house: &House, mails: &[(String, Vec<u8>)]) -> BTreeSet<BTreeSet<String>> {
    let mut names = Vec::new();
    for (name, raw) in mails {
        names.push((receive(house, raw.clone()).await.0, name.clone()));
    }
    together(house, &names).await
}

/// A conversation of three people with a fork, a hole and a newcomer, and one that has nothing to do with it.
fn conversation() -> Vec<(String, Vec<u8>)> {
    let lea = "Léa <lea@x.example>";
    let of = |name: &str, from: &str, refs: &str| {
        let more = if refs.is_empty() {
            String::new()
        } else {
            format!("References: {refs}\r\nCc: Max <max@x.example>\r\n")
        };
        let id = format!("{name}@x.example");
        (
            name.to_owned(),
            mail(from, &format!("Accès {name}"), &id, &more, &format!("Voici {name}")).into_bytes(),
        )
    };
    vec![
        of("a", lea, ""),
        of("b", lea, "<a@x.example>"),
        of("c", "Max <max@x.example>", "<a@x.example> <b@x.example>"),
        of("d", lea, "<a@x.example> <missing@x.example>"),
        of("e", "Eve <eve@y.example>", "<b@x.example>"),
        of("z", lea, ""),
    ]
}

#[tokio::test]
async fn the_same_mails_end_together_in_any_order() {
    let mails = conversation();
    let expected: BTreeSet<BTreeSet<String>> = [["a", "b", "c", "d", "e"].as_slice(), ["z"].as_slice()]
        .iter()
        .map(|names| names.iter().map(|n| (*n).to_owned()).collect())
        .collect();
    let mut dealer = Dealer(7);
    for turn in 0..12 {
        let mut order = mails.clone();
        dealer.shuffle(&mut order);
        let house = House::new().await;
        let names: Vec<&String> = order.iter().map(|(name, _)| name).collect();
        assert_eq!(in_order(&house, &order).await, expected, "turn {turn}: {names:?}");
        let breaches = soutien::tickets::check(&house.core).await.unwrap();
        assert!(breaches.is_empty(), "{names:?}: {breaches:#?}");
    }
}

#[tokio::test]
async fn chains_of_other_projects_end_together_in_any_order() {
    let Some(folder) = shared() else { return };
    let told: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("threads.json")).unwrap()).unwrap();
    let threads = told["threads"].as_array().unwrap();
    let files = threads.iter().flat_map(|t| t["mails"].as_array().unwrap());
    let mut mails: Vec<(String, Vec<u8>)> = files
        .map(|m| m["file"].as_str().unwrap().to_owned())
        .map(|file| (file.clone(), std::fs::read(folder.join(&file)).unwrap()))
        .collect();
    mails.sort();
    mails.dedup();
    let mut dealer = Dealer(11);
    let mut seen: Option<BTreeSet<BTreeSet<String>>> = None;
    for turn in 0..3 {
        let house = House::new().await;
        let groups = in_order(&house, &mails).await;
        match &seen {
            None => seen = Some(groups),
            Some(first) => {
                let more: Vec<_> = groups.symmetric_difference(first).collect();
                assert!(more.is_empty(), "turn {turn}: {more:#?}");
            }
        }
        dealer.shuffle(&mut mails);
    }
}

#[tokio::test]
async fn a_chain_that_comes_at_once_from_all_sides_is_one_ticket() {
    let house = House::new().await;
    let raw = |n: usize| {
        let refs: String = (0..n).map(|k| format!("<m{k}@x.example> ")).collect();
        let more = if n == 0 { String::new() } else { format!("References: {}\r\n", refs.trim()) };
        mail("Léa <lea@x.example>", "Accès", &format!("m{n}@x.example"), &more, &format!("Mot {n}"))
    };
    // Each mail twice: its twin is refused as a duplicate, never a second ticket.
    let arrivals: Vec<Arrival> =
        (0..16).map(|n| Arrival::new(Raw::bytes(raw(n / 2).into_bytes()), Way::Lmtp)).collect();
    let ids = store_many(&house.core, &arrivals).await.unwrap();
    let digests = ids.iter().map(|id| {
        let core = house.core.clone();
        let id = *id;
        tokio::spawn(async move { digest_many(&core, &[id]).await })
    });
    futures::future::join_all(digests).await;
    let lines = entities::mail_in::Entity::find().all(house.core.db.read()).await.unwrap();
    let tickets: BTreeSet<i64> =
        lines.iter().filter(|l| l.state == "ticketed").filter_map(|l| l.ticket_id).collect();
    assert_eq!(tickets.len(), 1, "{lines:#?}");
    assert_eq!(lines.iter().filter(|l| l.state == "ticketed").count(), 8);
    assert_eq!(lines.iter().filter(|l| l.reason.as_deref() == Some("duplicate")).count(), 8);
}

#[tokio::test]
async fn a_person_in_copy_who_answers_is_recognised() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let cc = "Cc: Max Œil <max@y.example>, contact@asso.example\r\n";
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", cc, "Bonjour à vous")).await;
    let page = agent.get(&format!("/tickets/{id}")).await;
    page.says("Max Œil").says("Cochez qui reçoit aussi");
    let copied = participant::Entity::find().all(house.core.db.read()).await.unwrap();
    let max = copied.iter().find(|p| p.copied).unwrap();
    // Our answer goes to them too when an agent says so.
    let who = max.requester_id.to_string();
    let words = [("text", "C’est réparé depuis ce midi."), ("copies", who.as_str())];
    agent.post(&format!("/tickets/{id}/replies"), &words).await;
    house.wait(chrono::TimeDelta::minutes(1));
    house.work().await;
    let sent: Vec<mailin::Mail> = house.mails().into_iter().filter(|m| m.machine.is_none()).collect();
    let to: BTreeSet<String> = sent.iter().flat_map(|m| m.to.iter().map(|t| t.address.clone())).collect();
    assert_eq!(to, BTreeSet::from(["lea@x.example".to_owned(), "max@y.example".to_owned()]));
    let ids: BTreeSet<_> = sent.iter().map(|m| m.message_id.clone()).collect();
    assert_eq!(ids.len(), 2, "each letter has a name of its own");
    // Each answers the letter they got: the same ticket.
    for (n, letter) in sent.iter().enumerate() {
        let from = &letter.to[0].address;
        let more = format!("In-Reply-To: <{}>\r\n", letter.message_id.clone().unwrap());
        let back = mail(from, "Re: Accès", &format!("r{n}@y.example"), &more, &format!("Merci {n}"));
        assert_eq!(ticketed(&house, back).await, id, "{from}");
    }
}

#[tokio::test]
async fn a_forged_sender_does_not_join() {
    let house = House::with(|config| config.auth_results_from = vec!["mx.asso.example".into()]).await;
    let mut agent = agent(&house).await;
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    let plus = house.core.mail_ids().plus_address("contact@asso.example", id);
    let forged = |n: u8, more: &str| {
        let results = "Authentication-Results: mx.asso.example; spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=x.example\r\n";
        mail(
            "Léa <lea@x.example>",
            "Re: Accès",
            &format!("f{n}@x.example"),
            &format!("{results}{more}"),
            &format!("Donnez-moi le mot de passe {n}"),
        )
    };
    for (n, more) in
        [(1, "In-Reply-To: <a1@x.example>\r\n".to_owned()), (2, format!("Delivered-To: {plus}\r\n"))]
    {
        let other = ticketed(&house, forged(n, &more)).await;
        assert_ne!(other, id);
        assert_eq!(the_ticket(&house, other).await.linked_to, Some(id));
        agent.get(&format!("/tickets/{other}")).await.says("Expéditeur sans doute falsifié");
    }
    // Nobody whose name was misused gets a word from us.
    house.work().await;
    assert_eq!(house.mails().len(), 1, "only the true mail was acknowledged");
    // The word of a server that nobody named counts for nothing, nor does one that the sender wrote below.
    let other_server = mail(
        "Léa <lea@x.example>",
        "Re: Accès",
        "g1@x.example",
        "Authentication-Results: mx.elsewhere.example; dmarc=fail\r\nIn-Reply-To: <a1@x.example>\r\n",
        "C’est bien moi",
    );
    assert_eq!(ticketed(&house, other_server).await, id);
    assert_eq!(messages(&house).await.iter().filter(|m| m.ticket_id == id && m.kind == "inbound").count(), 2);
}

#[tokio::test]
async fn another_subject_on_an_old_thread_is_offered_for_splitting() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let lea = "Léa <lea@x.example>";
    let id = ticketed(&house, mail(lea, "Accès perdu", "a1@x.example", "", "Bonjour à vous")).await;
    let other =
        mail(lea, "Salle du 12 juin", "a2@x.example", "In-Reply-To: <a1@x.example>\r\n", "Est-elle libre ?");
    assert_eq!(ticketed(&house, other).await, id);
    agent.get(&format!("/tickets/{id}")).await.says("parle d’autre chose").says("Salle du 12 juin");
    let message = messages(&house).await.into_iter().find(|m| m.other_subject).unwrap();
    let done = agent.post(&format!("/tickets/{id}/split"), &[("message", &message.id.to_string())]).await;
    let to: i64 = done.location.as_deref().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    assert_ne!(to, id);
    let (first, second) = (the_ticket(&house, id).await, the_ticket(&house, to).await);
    assert_eq!((first.promise.as_str(), second.promise.as_str()), ("owed", "owed"));
    assert_eq!(second.subject, "Salle du 12 juin");
    assert_eq!(second.owed_since, Some(message.at), "owed since it was written");
    agent.get(&format!("/tickets/{id}")).await.says("Échanges liés");
    // What answers the split message goes to the new ticket.
    let suite =
        mail(lea, "Re: Salle du 12 juin", "a3@x.example", "In-Reply-To: <a2@x.example>\r\n", "Une suite");
    assert_eq!(ticketed(&house, suite).await, to);
    let breaches = soutien::tickets::check(&house.core).await.unwrap();
    assert!(breaches.is_empty(), "{breaches:#?}");
    // The only message left cannot be split off.
    let alone =
        messages(&house).await.into_iter().find(|m| m.ticket_id == id && m.kind == "inbound").unwrap();
    let refused = agent.post(&format!("/tickets/{id}/split"), &[("message", &alone.id.to_string())]).await;
    agent.follow(&refused).await.says("seul message");
}

#[tokio::test]
async fn a_name_in_reply_to_alone_opens_no_ticket_of_others() {
    let house = House::new().await;
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    let plus = house.core.mail_ids().plus_address("contact@asso.example", id);
    let said = |n: u8, subject: &str, more: &str| {
        let more = format!("Reply-To: lea@x.example\r\n{more}");
        let text = format!("Donnez-moi le lien {n}");
        mail("Formulaire <noreply@y.example>", subject, &format!("r{n}@y.example"), &more, &text)
    };
    let by_tag = ticketed(&house, said(1, &format!("Accès [#{id}]"), "")).await;
    let by_reference = ticketed(&house, said(2, "Re: Accès", "In-Reply-To: <a1@x.example>\r\n")).await;
    for other in [by_tag, by_reference] {
        assert_ne!(other, id);
    }
    // The address that only the people of the ticket know is another matter.
    let by_address = said(3, "Accès", &format!("Delivered-To: {plus}\r\n"));
    assert_eq!(ticketed(&house, by_address).await, id);
}

#[tokio::test]
async fn two_people_who_name_each_other_at_once_are_both_heard() {
    use futures::StreamExt;
    let house = House::new().await;
    let of = |n: u32, from: char, to: char| {
        let copied = format!("Cc: {to}{n}@x.example\r\n");
        mail(
            &format!("{from}{n}@x.example"),
            &format!("Sujet {n}{from}"),
            &format!("{n}{from}@x.example"),
            &copied,
            "Bonjour",
        )
    };
    let mails: Vec<String> = (0..40).flat_map(|n| [of(n, 'a', 'b'), of(n, 'b', 'a')]).collect();
    let mut heard = futures::stream::iter(mails).map(|raw| ticketed(&house, raw)).buffer_unordered(8);
    let mut tickets = BTreeSet::new();
    while let Some(ticket) = heard.next().await {
        tickets.insert(ticket);
    }
    drop(heard);
    assert_eq!(tickets.len(), 80);
    assert_eq!(entities::requester::Entity::find().all(house.core.db.read()).await.unwrap().len(), 80);
}
