//! Law M4 over whole exchanges: the same mails make the same threads in whatever order they come.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mailin::{Decision, Facts, Limits, Mail, TicketFacts, decide, normalise, participants, read, related};
use proptest::prelude::*;

const OURS: &str = "aide@asso.example";

/// The smallest caller there can be: it remembers who takes part in a ticket and which Message-IDs its
/// mails bear or name, and links what it is told to link.
#[derive(Default)]
struct Desk {
    participants: BTreeMap<i64, BTreeSet<String>>,
    ids: BTreeMap<String, BTreeSet<i64>>,
    links: Vec<(i64, i64)>,
    placed: BTreeMap<usize, i64>,
}

impl Desk {
    fn facts(&self, mail: &Mail) -> Facts {
        let mut references: Vec<TicketFacts> = Vec::new();
        for ticket_id in mail.thread_ids().iter().filter_map(|id| self.ids.get(id)).flatten() {
            if !references.iter().any(|t| t.ticket_id == *ticket_id) {
                let participants = self.participants[ticket_id].iter().cloned().collect();
                references.push(TicketFacts {
                    ticket_id: *ticket_id,
                    participants,
                    ..TicketFacts::default()
                });
            }
        }
        Facts { references, ..Facts::default() }
    }

    fn receive(&mut self, number: usize, mail: &Mail) -> Decision {
        let facts = self.facts(mail);
        let decision = decide(mail, &facts);
        let next = i64::try_from(self.participants.len()).unwrap() + 1;
        let (ticket, linked) = match decision {
            Decision::Join { ticket_id, .. } | Decision::Report { ticket_id, .. } => (ticket_id, None),
            Decision::New { linked_to, .. } => (next, linked_to),
        };
        self.links.extend(linked.into_iter().chain(related(&facts, &decision)).map(|other| (ticket, other)));
        let people = self.participants.entry(ticket).or_default();
        people.extend(mail.from.iter().map(|f| normalise(&f.address)));
        people.extend(participants::by_copy(mail, |a| a == OURS).into_iter().map(|m| m.address));
        for id in mail.thread_ids() {
            self.ids.entry(id).or_default().insert(ticket);
        }
        self.placed.insert(number, ticket);
        decision
    }

    /// Mails that hang together, by ticket and by link.
    fn threads(&self) -> BTreeSet<BTreeSet<usize>> {
        let mut root: BTreeMap<i64, i64> = self.participants.keys().map(|t| (*t, *t)).collect();
        fn find(root: &BTreeMap<i64, i64>, mut at: i64) -> i64 {
            while root[&at] != at {
                at = root[&at];
            }
            at
        }
        for (one, other) in &self.links {
            let (a, b) = (find(&root, *one), find(&root, *other));
            root.insert(a, b);
        }
        self.grouped(|ticket| find(&root, ticket))
    }

    /// Mails of one ticket.
    fn tickets(&self) -> BTreeSet<BTreeSet<usize>> {
        self.grouped(|ticket| ticket)
    }

    fn grouped(&self, key: impl Fn(i64) -> i64) -> BTreeSet<BTreeSet<usize>> {
        let mut groups: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
        for (mail, ticket) in &self.placed {
            groups.entry(key(*ticket)).or_default().insert(*mail);
        }
        groups.into_values().collect()
    }
}

fn received(mails: &[Mail], order: &[usize]) -> Desk {
    let mut desk = Desk::default();
    for at in order {
        desk.receive(*at, &mails[*at]);
    }
    desk
}

/// An order from random keys.
fn shuffled(count: usize, keys: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|at| (keys[at % keys.len()].wrapping_mul(*at as u64 + 1), *at));
    order
}

const PEOPLE: [&str; 4] = ["jeanne@exemple.fr", "paul@exemple.fr", "ana@exemple.es", "ugo@exemple.it"];

/// Each mail answers an earlier one; everybody is in copy, or only the helpdesk is written to.
fn exchange(tree: &[(prop::sample::Index, usize, bool)], full: bool, in_copy: bool) -> Vec<Mail> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    let mut mails = Vec::new();
    for (number, (at, who, anew)) in tree.iter().enumerate() {
        let mut chain = if number == 0 || *anew { vec![] } else { chains[at.index(number)].clone() };
        let id = |n: &usize| format!("<{n}@exemple.fr>");
        let refs: Vec<String> = chain.iter().map(id).collect();
        let answer = chain.last().map(|p| format!("In-Reply-To: {}\n", id(p))).unwrap_or_default();
        let refs = if full && !refs.is_empty() {
            format!("References: {}\n", refs.join(" "))
        } else {
            String::new()
        };
        let from = PEOPLE[who % PEOPLE.len()];
        let copies: Vec<&str> = PEOPLE.iter().filter(|p| **p != from).copied().collect();
        let copies = if in_copy { format!("Cc: {}\n", copies.join(", ")) } else { String::new() };
        let raw = format!(
            "From: {from}\nTo: {OURS}\n{copies}Message-ID: {}\n{answer}{refs}Subject: s\n\nx\n",
            id(&number)
        );
        mails.push(read(raw.as_bytes(), &Limits::default()));
        chain.push(number);
        chains.push(chain);
    }
    mails
}

fn tree() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, bool)>> {
    let mail = (any::<prop::sample::Index>(), 0..4usize, prop::bool::weighted(0.15));
    prop::collection::vec(mail, 1..18)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn generated_exchanges_hang_together_in_any_order(
        tree in tree(), full: bool, in_copy: bool, keys in prop::collection::vec(any::<u64>(), 18),
    ) {
        let mails = exchange(&tree, full, in_copy);
        let written: Vec<usize> = (0..mails.len()).collect();
        let first = received(&mails, &written).threads();
        prop_assert_eq!(&first, &received(&mails, &shuffled(mails.len(), &keys)).threads());
        let backwards: Vec<usize> = written.iter().rev().copied().collect();
        prop_assert_eq!(&first, &received(&mails, &backwards).threads());
    }

    #[test]
    fn people_in_copy_share_one_ticket_in_any_order(tree in tree(), keys in prop::collection::vec(any::<u64>(), 18)) {
        let mails = exchange(&tree, true, true);
        let written: Vec<usize> = (0..mails.len()).collect();
        let first = received(&mails, &written);
        prop_assert_eq!(first.tickets(), first.threads());
        prop_assert_eq!(first.tickets(), received(&mails, &shuffled(mails.len(), &keys)).tickets());
    }

    #[test]
    fn nobody_joins_a_ticket_they_take_no_part_in(tree in tree(), keys in prop::collection::vec(any::<u64>(), 18)) {
        let mails = exchange(&tree, true, false);
        let mut desk = Desk::default();
        for at in shuffled(mails.len(), &keys) {
            let before = desk.participants.clone();
            if let Decision::Join { ticket_id, .. } = desk.receive(at, &mails[at]) {
                let sender = normalise(&mails[at].from.as_ref().unwrap().address);
                prop_assert!(before[&ticket_id].contains(&sender));
            }
        }
    }
}

/// The chains of other projects, the mails that answer one which is missing, and those that share a
/// Message-ID; absent, this says so and passes.
#[test]
fn the_threads_of_the_corpus_are_the_same_in_any_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[allow(clippy::disallowed_methods)] // tests have no configuration
    let base = std::env::var("SOUTIEN_SHARED").map_or_else(|_| root.join("../shared"), |v| root.join(v));
    let dir = base.join("data/mail");
    let Ok(text) = std::fs::read(dir.join("threads.json")) else {
        eprintln!("{} is not there: not tested", dir.display());
        return;
    };
    let all: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let mut groups: Vec<(bool, Vec<String>)> = Vec::new();
    let file = |v: &serde_json::Value| v.as_str().or_else(|| v["file"].as_str()).unwrap().to_owned();
    let files = |v: &serde_json::Value| v.as_array().into_iter().flatten().map(file).collect::<Vec<_>>();
    for thread in all["threads"].as_array().unwrap() {
        groups.push((true, files(&thread["mails"])));
    }
    for group in all["siblings_of_a_missing_mail"].as_array().unwrap() {
        groups.push((true, files(&group["mails"])));
    }
    for group in all["same_message_id_in_several_mails"].as_array().unwrap() {
        groups.push((false, files(&group["files"])));
    }
    let (mut mails, mut orders, mut one) = (0, 0, 0);
    for (_, names) in groups.iter().filter(|(_, names)| names.len() > 1) {
        let read: Vec<Mail> = names
            .iter()
            .map(|n| mailin::read(&std::fs::read(dir.join(n)).unwrap(), &Limits::default()))
            .collect();
        let first = received(&read, &(0..read.len()).collect::<Vec<_>>()).threads();
        for round in 0..12u64 {
            let keys: Vec<u64> =
                (0..7).map(|k| (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(k * 9)).collect();
            assert_eq!(first, received(&read, &shuffled(read.len(), &keys)).threads(), "{names:?}");
            orders += 1;
        }
        mails += read.len();
        one += usize::from(first.len() == 1);
    }
    eprintln!(
        "{} groups of {mails} mails in {orders} orders; {one} groups hang together as a whole",
        groups.len()
    );
    assert!(mails > 300);
}
