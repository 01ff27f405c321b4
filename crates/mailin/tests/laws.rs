//! What must hold for any mail at all.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};

use mailin::{
    Decision, Facts, Keys, Limits, MachineKind, Mail, TicketFacts, Via, Why, decide, html, normalise, read,
    safe_name, tag_of,
};
use proptest::prelude::*;

fn said(text: &str) -> Vec<String> {
    let mut all: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
    all.sort();
    all
}

fn sound(mail: &Mail) {
    let folded = format!("{}\n{}\n{}", mail.parts.new_text, mail.parts.quoted, mail.parts.signature);
    assert_eq!(said(&mail.text), said(&folded));
    assert!(!mail.text.contains(['\0', '\r']) && !mail.subject.contains(['\0', '\n']));
    for file in &mail.attachments {
        assert!(!file.name.is_empty() && file.name.len() <= 120 && !file.name.contains(['/', '\\', '\0']));
    }
}

/// Bytes that look like a mail, so that the odd ones reach every step.
fn mailish() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just(b"From: =?utf-8?Q?a=C3?= <a@b.example>".to_vec()),
        Just(b"Content-Type: multipart/mixed; boundary=b".to_vec()),
        Just(b"Content-Type: multipart/alternative; boundary=c".to_vec()),
        Just(b"Content-Type: message/rfc822".to_vec()),
        Just(b"Content-Type: text/html; charset=utf-7".to_vec()),
        Just(b"Content-Type: text/plain; charset=iso-2022-jp; format=flowed".to_vec()),
        Just(b"Content-Transfer-Encoding: base64".to_vec()),
        Just(b"Content-Transfer-Encoding: quoted-printable".to_vec()),
        Just(b"Content-Disposition: attachment; filename*0*=utf-8''%".to_vec()),
        Just(b"Subject: =?iso-8859-1?B?6Q=?= =?".to_vec()),
        Just(b"Date: Mon, 99 Foo 99999 99:99 +9999".to_vec()),
        Just(b"Return-Path: <>".to_vec()),
        Just(b"--b".to_vec()),
        Just(b"--b--".to_vec()),
        Just(b"--c".to_vec()),
        Just(Vec::new()),
        Just(Vec::new()),
        Just(b"=E9=\xe9=3".to_vec()),
        Just(b"<p>a<blockquote><img src=cid:x><a href='javascript:x'>".to_vec()),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec((line, prop::bool::ANY), 0..40).prop_map(|lines| {
        let ended = lines
            .into_iter()
            .map(|(l, crlf)| [l, if crlf { b"\r\n".to_vec() } else { b"\n".to_vec() }].concat());
        ended.collect::<Vec<_>>().concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_can_be_read(raw in prop::collection::vec(any::<u8>(), 0..600)) {
        sound(&read(&raw, &Limits::default()));
    }

    #[test]
    fn anything_that_looks_like_a_mail_can_be_read(raw in mailish()) {
        sound(&read(&raw, &Limits::default()));
        let tight = Limits { mail: 300, headers: 80, text: 40, html: 50, attachments: 1, recipients: 1, references: 1 };
        sound(&read(&raw, &tight));
    }

    #[test]
    fn a_plain_text_keeps_every_word(words in prop::collection::vec("[a-zA-Zéèàœ0-9.,;!?]{1,12}", 1..60)) {
        let text = words.join(" ");
        let raw = format!("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{text}\n");
        prop_assert_eq!(read(raw.as_bytes(), &Limits::default()).text, text);
    }

    #[test]
    fn no_html_stays_active(source in "(<[a-z]{1,8}( [a-z]{1,9}=[\"']?[a-z:/<>&;\"]{0,12}[\"']?)?/?>|[<>&\"' a-z:]|javascript:|<img src=|onerror=|<a href=\"https://x/<b>|</[a-z]{1,6}>){0,30}") {
        let safe = html::sanitise(&source).html;
        for tag in ["<script", "<iframe", "<style", "<form", "<svg", "<input", "<object"] {
            prop_assert!(!safe.contains(tag), "{}", safe);
        }
    }

    #[test]
    fn any_name_becomes_a_safe_one(name in "\\PC{0,300}", number in 1usize..99) {
        let safe = safe_name(&name, number, "image/png");
        prop_assert!(!safe.is_empty() && safe.len() <= 120);
        prop_assert_eq!(safe_name(&safe, number, "image/png"), safe);
    }

    #[test]
    fn the_same_mails_in_any_order_make_the_same_threads(
        tree in prop::collection::vec((any::<prop::sample::Index>(), 0..3usize, any::<bool>()), 1..14),
        order in any::<prop::sample::Index>(), shuffle in prop::collection::vec(any::<u32>(), 14),
    ) {
        let mails = exchange(&tree);
        let mut first: Vec<usize> = (0..mails.len()).collect();
        let mut second = first.clone();
        // Mails reach us after the one of ours they answer: what we sent exists before any answer to it.
        second.sort_by_key(|i| shuffle[*i % shuffle.len()]);
        let n = order.index(first.len().max(1));
        first.rotate_left(n);
        prop_assert_eq!(threads(&mails, &first), threads(&mails, &second));
    }
}

/// Each of a few people answers one of the replies we sent (tickets 1 to 4) or writes anew.
fn exchange(tree: &[(prop::sample::Index, usize, bool)]) -> Vec<Vec<u8>> {
    let keys = keys();
    let people = ["jeanne@exemple.fr", "Paul@Exemple.fr", "inconnu@ailleurs.example"];
    tree.iter()
        .enumerate()
        .map(|(n, (at, who, anew))| {
            let ticket = i64::try_from(at.index(4)).unwrap() + 1;
            let answer = if *anew {
                String::new()
            } else {
                format!("In-Reply-To: {}\n", keys.message_id("reply", ticket))
            };
            format!(
                "From: {}\nTo: aide@asso.example\nMessage-ID: <{n}@exemple.fr>\n{answer}Subject: s{n}\n\nx\n",
                people[*who]
            )
            .into_bytes()
        })
        .collect()
}

fn keys() -> Keys {
    Keys::new(&[9; 32], "asso.example")
}

/// The smallest desk there can be: tickets 1 to 4 exist, two people share them.
fn threads(mails: &[Vec<u8>], order: &[usize]) -> BTreeMap<usize, Decision> {
    let mut decided = BTreeMap::new();
    for at in order {
        let mail = read(&mails[*at], &Limits::default());
        let references =
            mail.answers().iter().filter_map(|id| keys().own_id(id)).map(|(_, id)| ticket(id)).collect();
        let facts = Facts { references, tag: tag_of(&mail.subject).map(ticket), ..Facts::default() };
        decided.insert(*at, decide(&mail, &facts));
    }
    decided
}

fn ticket(id: i64) -> TicketFacts {
    let owner = if id % 2 == 0 { "jeanne@exemple.fr" } else { "paul@exemple.fr" };
    TicketFacts {
        ticket_id: id,
        participants: vec![owner.into()],
        merged_into: (id == 4).then_some(2),
        subject: "s".into(),
    }
}

fn joins(ticket_id: i64, via: Via) -> Decision {
    Decision::Join { ticket_id, via, offers_split: false }
}

fn from(sender: &str, extra: &str) -> Mail {
    read(format!("From: {sender}\nSubject: s\n{extra}\n\nx\n").as_bytes(), &Limits::default())
}

#[test]
fn a_signed_address_comes_before_references_and_a_tag() {
    let facts =
        Facts { plus: Some(ticket(2)), references: vec![ticket(4)], tag: Some(ticket(6)), auth: None };
    let jeanne = from("Jeanne <JEANNE@exemple.fr>", "To: x@y.example");
    assert_eq!(decide(&jeanne, &facts), joins(2, Via::PlusAddress));
    let facts = Facts { plus: None, ..facts };
    assert_eq!(decide(&jeanne, &facts), joins(2, Via::Reference), "ticket 4 went into 2");
    let facts = Facts { references: vec![], ..facts };
    assert_eq!(decide(&jeanne, &facts), joins(6, Via::Tag));
}

#[test]
fn a_stranger_never_joins_but_is_linked() {
    let facts =
        Facts { plus: Some(ticket(2)), references: vec![ticket(4)], tag: Some(ticket(6)), auth: None };
    let decision = decide(&from("intrus@ailleurs.example", "To: x@y.example"), &facts);
    assert_eq!(decision, Decision::New { linked_to: Some(2), why: Why::SenderTakesNoPart });
    let nobody = read(b"Subject: s\n\nx", &Limits::default());
    assert_eq!(decide(&nobody, &facts), Decision::New { linked_to: Some(2), why: Why::NoSender });
    assert_eq!(
        decide(&nobody, &Facts::default()),
        Decision::New { linked_to: None, why: Why::NoTicketNamed }
    );
}

#[test]
fn a_stranger_to_one_ticket_joins_the_other_they_take_part_in() {
    let facts = Facts { plus: Some(ticket(1)), references: vec![ticket(2)], tag: None, auth: None };
    let decision = decide(&from("jeanne@exemple.fr", "To: x@y.example"), &facts);
    assert_eq!(decision, joins(2, Via::Reference));
}

#[test]
fn a_bounce_is_shown_where_our_mail_was_and_a_tag_alone_is_not_believed() {
    let bounce = from("MAILER-DAEMON@mx.example", "Return-Path: <>");
    assert_eq!(bounce.machine.as_ref().unwrap().kind, MachineKind::Bounce);
    let facts = Facts { plus: None, references: vec![ticket(4)], tag: Some(ticket(6)), auth: None };
    assert_eq!(decide(&bounce, &facts), Decision::Report { ticket_id: 2, via: Via::Reference });
    let facts = Facts { references: vec![], ..facts };
    assert_eq!(decide(&bounce, &facts), Decision::New { linked_to: Some(6), why: Why::SenderTakesNoPart });
}

#[test]
fn a_person_on_a_mailing_list_or_a_silent_server_still_joins() {
    let facts = Facts { plus: Some(ticket(2)), ..Facts::default() };
    for mark in ["List-Id: <l.example>", "Precedence: bulk", "X-Auto-Response-Suppress: All"] {
        let mail = from("jeanne@exemple.fr", mark);
        assert!(mail.machine.is_some());
        assert_eq!(decide(&mail, &facts), joins(2, Via::PlusAddress));
    }
}

#[test]
fn deep_nesting_neither_breaks_nor_hides_the_text() {
    let mails = "Content-Type: message/rfc822\n\n".repeat(50_000) + "Content-Type: text/plain\n\nau fond\n";
    let mail = read(mails.as_bytes(), &Limits::default());
    assert_eq!(mail.attachments.len(), 1);
    let mut parts = String::from("From: a@b.example\n");
    for n in 0..3_000 {
        parts.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"));
    }
    let mail = read((parts + "Content-Type: text/plain\n\nau fond\n").as_bytes(), &Limits::default());
    assert!(mail.text.contains("au fond"));
    for tag in
        ["div", "blockquote", "ul", "table", "b", "font", "span", "a href=x", "font color=red><p", "li><ul"]
    {
        let page = format!("{}au fond", format!("<{tag}>").repeat(40_000));
        let raw = format!("From: a@b.example\nContent-Type: text/html\n\n{page}\n");
        let mail = read(raw.as_bytes(), &Limits::default());
        assert!(mail.text.contains("au fond"), "{tag}");
    }
}

#[test]
fn a_file_whose_base64_spells_a_word_of_mime_comes_out_whole() {
    let raw = "From: a@b.example\nContent-Type: multipart/mixed; boundary=global\n\n--global\nContent-Type: image/png\n\
        Content-Transfer-Encoding: base64\n\nrfc822digestGlobalRFC822AAAA\n--global--\n";
    let mail = read(raw.as_bytes(), &Limits::default());
    assert_eq!(mail.attachments.len(), 1);
    assert_eq!(mail.attachments[0].bytes.len(), 21);
    assert_eq!(mail.attachments[0].bytes[..3], [0xad, 0xf7, 0x3c]);
}

#[test]
fn what_is_cut_is_said() {
    let tight = Limits { text: 10, recipients: 2, references: 1, attachments: 0, ..Limits::default() };
    let raw = "From: a@b.example\nTo: c@d.example, e@f.example, g@h.example\nReferences: <1@x> <2@x>\n\nUn texte assez long\n";
    let mail = read(raw.as_bytes(), &tight);
    let notes: BTreeSet<String> =
        mail.notes.iter().map(|n| serde_json::to_value(n).unwrap()["note"].to_string()).collect();
    let expected = ["\"recipients_cut\"", "\"references_cut\"", "\"text_cut\""].map(String::from);
    assert_eq!(notes, BTreeSet::from(expected));
    assert_eq!((mail.text.as_str(), mail.references), ("Un texte a", vec!["2@x".to_owned()]));
}

#[test]
fn pictures_of_the_mail_get_their_address_and_others_stay_words() {
    let safe = html::sanitise(
        "<img src='cid:a%40b' alt='&quot;x&quot;'><img src='CID:c'><img src=https://t.example/x.png>",
    );
    let placed =
        html::place_images(&safe.html, |cid| (cid == "a@b").then(|| "/attachments/7?a=1&b=2".into()));
    assert!(placed.starts_with("<img src=\"/attachments/7?a=1&amp;b=2\" alt=\"&quot;x&quot;\">"), "{placed}");
    assert!(placed.contains("data-cid=\"c\"") && placed.contains("[image distante non chargée]"), "{placed}");
    assert_eq!(safe.remote_images, 1);
}

#[test]
fn two_spellings_of_an_address_are_one_person() {
    assert_eq!(normalise(" <Jeanne@EXEMPLE.fr> "), "jeanne@exemple.fr");
}
