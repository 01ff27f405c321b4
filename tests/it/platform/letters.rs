//! The letter as a receiver has it: one name for life, its thread, its signature, and what it says of itself.

use std::net::Ipv4Addr;

use chrono::TimeDelta;
use entities::outbox;
use mail_auth::{AuthenticatedMessage, DkimResult};
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::platform::dkim::{self, Signer};
use soutien::platform::dns::Dns;
use soutien::platform::outbox::{Kind, NewMail, post};
use soutien::platform::render::MailWords;

use super::nameserver::NameServer;
use super::receiver::{Plan, Receiver, Step};
use crate::house::House;
use crate::tickets::{mail, ticketed};

/// The headers of a raw mail, unfolded, by name in small letters.
fn header(raw: &str, name: &str) -> Vec<String> {
    let head = raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}

#[tokio::test]
async fn a_reply_keeps_its_name_and_its_thread_however_often_it_is_tried() {
    let receiver = Receiver::new(Plan::default()).await;
    let url = receiver.url();
    let house = House::with(|c| c.smtp_url = Some(url)).await;
    let raw = mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous");
    let ticket = ticketed(&house, raw).await;
    house.work().await;
    let ack = receiver.texts().remove(0);
    let ack_id = header(&ack, "Message-ID").remove(0);
    assert_eq!(header(&ack, "Auto-Submitted"), ["auto-generated"]);
    assert_eq!(header(&ack, "In-Reply-To"), ["<a1@x.example>"]);
    let mut agent = house.staff(Role::Agent).await;
    agent.get(&format!("/tickets/{ticket}")).await;
    let words = [("text", "Votre accès est rétabli depuis midi."), ("then", "open")];
    let sent = agent.post(&format!("/tickets/{ticket}/replies"), &words).await;
    assert_eq!(sent.status, Status::SeeOther);
    // The server has the whole mail three times, and each time says: not now.
    receiver.now(Plan { says: Some((Step::Dot, "451 not now")), ..Plan::default() });
    for _ in 0..3 {
        house.wait(TimeDelta::hours(1));
        house.work().await;
    }
    receiver.now(Plan::default());
    house.wait(TimeDelta::hours(1));
    house.work().await;
    let tries: Vec<String> = receiver.texts().split_off(1);
    assert_eq!(tries.len(), 4);
    for text in &tries {
        let ids = header(text, "Message-ID");
        assert_eq!(ids, header(&tries[0], "Message-ID"), "one name for life");
        assert_eq!(house.core.mail_ids().own_id(&ids[0]).unwrap().0, "reply");
        assert_eq!(text, &tries[0], "and the same letter");
    }
    let reply = &tries[3];
    let to = header(reply, "Reply-To").remove(0);
    assert!(to.contains(&house.core.mail_ids().plus_address("contact@asso.example", ticket)), "{to}");
    assert_eq!(header(reply, "In-Reply-To"), ["<a1@x.example>"]);
    assert_eq!(header(reply, "References"), [format!("<a1@x.example> {ack_id}")]);
    for never in ["Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe", "List-Id", "Precedence"] {
        assert_eq!(header(reply, never), Vec::<String>::new(), "a person wrote: no {never}");
    }
    // What comes back by a forwarding rule, under another name, is known as ours.
    for raw in [&ack, reply] {
        let renamed = raw.replace("Message-ID: <", "Message-ID: <other-");
        let read = mailin::read(renamed.as_bytes(), &mailin::Limits::default());
        assert_eq!(
            mailin::own::find(&house.core.mail_ids(), &read),
            Some(mailin::own::Own::Seal),
            "{renamed}"
        );
    }
}

#[tokio::test]
async fn a_signed_letter_is_believed_by_whoever_reads_the_published_key() {
    for kind in [dkim::Kind::Rsa, dkim::Kind::Ed25519] {
        let (receiver, names) = (Receiver::new(Plan::default()).await, NameServer::new().await);
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("key.pem");
        dkim::make(kind, &key).unwrap();
        let (url, server) = (receiver.url(), names.address.clone());
        let house = House::with(|c| {
            (c.smtp_url, c.dkim_key_file, c.dns_server) = (Some(url), Some(key), Some(server));
            c.dkim_selector = Some("s1".into());
        })
        .await;
        let words = MailWords {
            subject: "Œuvre : votre reçu".into(),
            text: "Bonjour,\n\n.\n..\nFrom here \u{202f}!\n\n\n".into(),
            html: "<p>Bonjour</p>\n".into(),
        };
        let tx = house.tx().await;
        let mut new = NewMail::new(Kind::Reply, "zoe@exemple.fr", "Zoë d’Œ", words);
        new.refs = Some("<a@b> <c@d>".into());
        post(&house.core, &tx, new).await.unwrap();
        tx.commit().await.unwrap();
        house.work().await;
        let signer = Signer::of(&house.core.config).unwrap().unwrap();
        names.txt("s1._domainkey.asso.example", &signer.record);
        let raw = receiver.got.lock().unwrap()[0].clone();
        assert!(raw.starts_with(b"DKIM-Signature: "), "{}", String::from_utf8_lossy(&raw));
        let authenticator = Dns::of(&house.core.config).unwrap().authenticator();
        let verdict = |raw: Vec<u8>| {
            let authenticator = authenticator.clone();
            async move {
                let message = AuthenticatedMessage::parse(&raw).unwrap();
                let told = authenticator.verify_dkim(&message).await;
                assert_eq!(told.len(), 1);
                told[0].result() == &DkimResult::Pass
            }
        };
        assert!(verdict(raw.clone()).await, "{kind:?}");
        let text = String::from_utf8(raw).unwrap();
        assert!(
            !verdict(text.replace("<a@b> <c@d>", "<a@b> <c@e>").into_bytes()).await,
            "the thread is signed"
        );
        assert!(!verdict(text.replace("Bonjour", "Bonsoir").into_bytes()).await, "the words are signed");
    }
}

#[tokio::test]
async fn a_mail_knows_its_domain_and_its_turn_when_it_is_posted() {
    let house = House::empty().await;
    let tx = house.tx().await;
    for (kind, to) in
        [(Kind::Reply, "a@Gros.Example"), (Kind::Link, "b@x.example"), (Kind::Receipt, "c@y.example")]
    {
        let words = MailWords { subject: "s".into(), text: "t".into(), html: "h".into() };
        post(&house.core, &tx, NewMail::new(kind, to, "", words)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let rows =
        outbox::Entity::find().order_by_asc(outbox::Column::Id).all(house.core.db.read()).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.to_domain.as_str(), row.priority)).collect();
    assert_eq!(told, [("gros.example", 0), ("x.example", 1), ("y.example", 1)], "one receipt is waited for");
}

#[tokio::test]
async fn the_check_of_the_mail_says_what_is_right_and_what_to_publish() {
    let (receiver, names) = (Receiver::encrypting(Plan::default(), false).await, NameServer::new().await);
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key.pem");
    dkim::make(dkim::Kind::Rsa, &key).unwrap();
    let (url, server) = (receiver.url(), names.address.clone());
    let house = House::with(|c| {
        (c.smtp_url, c.dkim_key_file, c.dns_server) = (Some(url), Some(key), Some(server));
        c.mail_hostname = Some("mx.asso.example".into());
    })
    .await;
    let mut admin = house.staff(Role::Admin).await;
    names.machine("mx.asso.example", Ipv4Addr::new(192, 0, 2, 7));
    let signer = Signer::of(&house.core.config).unwrap().unwrap();
    let page = admin.get("/settings/mail/check").await;
    page.says("v&#x3D;spf1 a:mx.asso.example ~all").says("soutien._domainkey.asso.example");
    page.says("v&#x3D;DMARC1; p&#x3D;none; rua&#x3D;mailto:postmaster@asso.example")
        .says("10 mail.asso.example.");
    assert!(page.body.contains("4 points"), "{}", page.body);
    names.txt("asso.example", "v=spf1 a:mx.asso.example -all");
    names.txt("soutien._domainkey.asso.example", &signer.record);
    names.txt("_dmarc.asso.example", "v=DMARC1; p=reject");
    names.mx("asso.example", "mx.asso.example");
    let page = admin.get("/settings/mail/check").await;
    page.says("Rien n’est à corriger").says("192.0.2.7 a le droit d’envoyer").says("est la nôtre");
    assert!(!receiver.said.lock().unwrap().iter().any(|line| line.starts_with("MAIL")), "nothing is sent");
}

#[tokio::test]
async fn a_name_server_that_is_silent_does_not_keep_the_page_waiting() {
    let names = NameServer::silent().await;
    let server = names.address.clone();
    let house = House::with(|c| {
        (c.smtp_url, c.dns_server) = (Some("smtp://mx.asso.example".into()), Some(server));
    })
    .await;
    let mut admin = house.staff(Role::Admin).await;
    let began = std::time::Instant::now();
    let page = admin.get("/settings/mail/check").await;
    assert!(began.elapsed() < std::time::Duration::from_secs(9), "{:?}", began.elapsed());
    page.says("n’a pas répondu");
    assert_eq!(page.status, Status::Ok);
}
