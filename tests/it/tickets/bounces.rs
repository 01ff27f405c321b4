//! What comes back of what we sent: hard, soft, delayed, and our own mails in a loop.

use chrono::TimeDelta;
use entities::{mail_in, outbox, unreachable};
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::platform::outbox::{Kind, NewMail, post};
use soutien::platform::render::MailWords;
use soutien::tickets::actions::digest::Outcome;

use super::{agent, mail, promises, receive, the_ticket, ticketed};
use crate::house::House;

fn report(n: u8, of: &str, to: &str, action: &str, status: &str, why: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: contact@asso.example\r\n\
         Subject: Delivery Status Notification\r\nMessage-ID: <dsn{n}@mx.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; {why}\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{of}>\r\n\r\n--b--\r\n"
    )
}

/// A house with a ticket that was answered: its number, and the Message-ID of the answer.
async fn answered(house: &House) -> (i64, String) {
    let mut agent = agent(house).await;
    let id =
        ticketed(house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    agent.get(&format!("/tickets/{id}")).await;
    agent.post(&format!("/tickets/{id}/replies"), &[("text", "C’est réparé depuis midi.")]).await;
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(the_ticket(house, id).await.promise, "answered");
    let sent = house.mails().into_iter().find(|m| m.machine.is_none()).unwrap();
    (id, sent.message_id.unwrap())
}

async fn marked(house: &House) -> Vec<(String, String)> {
    let rows = unreachable::Entity::find().all(house.core.db.read()).await.unwrap();
    rows.into_iter().map(|row| (row.address, row.kind)).collect()
}

async fn last_line(house: &House) -> mail_in::Model {
    let found = mail_in::Entity::find().order_by_desc(mail_in::Column::Id);
    found.one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_hard_bounce_owes_again_and_marks_the_address() {
    let house = House::new().await;
    let (id, reply) = answered(&house).await;
    let first = promises(&house).await[0].owed_since;
    house.wait(TimeDelta::days(2));
    let told = report(1, &reply, "lea@x.example", "failed", "5.1.1", "550 5.1.1 no such user");
    assert_eq!(ticketed(&house, told).await, id);
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.promise.as_str(), ticket.owed_since), ("owed", Some(first)));
    assert_eq!(marked(&house).await, [("lea@x.example".to_owned(), "hard".to_owned())]);
    let page = agent(&house).await.get(&format!("/tickets/{id}")).await;
    page.says("ne semble plus exister").says("no such user");
    // A mail from that very address shows that it lives.
    ticketed(&house, mail("Léa <lea@x.example>", "Re: Accès", "a2@x.example", "", "Me revoilà")).await;
    assert!(marked(&house).await.is_empty());
}

#[tokio::test]
async fn a_delay_waits_and_moves_nothing() {
    let house = House::new().await;
    let (id, reply) = answered(&house).await;
    let told = report(1, &reply, "lea@x.example", "delayed", "4.4.1", "connection timed out");
    assert_eq!(ticketed(&house, told).await, id);
    assert_eq!(the_ticket(&house, id).await.promise, "answered");
    assert!(marked(&house).await.is_empty());
    let sent = outbox::Entity::find().all(house.core.db.read()).await.unwrap();
    assert!(sent.iter().any(|m| m.bounce_kind.as_deref() == Some("delayed")));
}

#[tokio::test]
async fn a_soft_bounce_that_is_final_owes_again_and_says_it_may_pass() {
    let house = House::new().await;
    let (id, reply) = answered(&house).await;
    let told = report(1, &reply, "lea@x.example", "failed", "4.2.2", "452 4.2.2 mailbox full");
    assert_eq!(ticketed(&house, told).await, id);
    assert_eq!(the_ticket(&house, id).await.promise, "owed");
    assert_eq!(marked(&house).await, [("lea@x.example".to_owned(), "soft".to_owned())]);
    agent(&house).await.get(&format!("/tickets/{id}")).await.says("peut être passager");
}

#[tokio::test]
async fn a_report_on_a_receipt_is_the_treasurers_and_shows_no_agent_who_gives() {
    let house = House::new().await;
    let tx = house.tx().await;
    let words =
        MailWords { subject: "Votre reçu".into(), text: "Merci".into(), html: "<p>Merci</p>".into() };
    let sent =
        post(&house.core, &tx, NewMail::new(Kind::Receipt, "don@x.example", "Dona", words)).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
    let id = sent.message_id.trim_matches(['<', '>']).to_owned();
    let told = report(1, &id, "don@x.example", "failed", "5.1.1", "550 nobody");
    let (line, outcome) = receive(&house, told).await;
    assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
    let row = outbox::Entity::find_by_id(sent.id).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((row.bounce_kind.as_deref(), row.state.as_str()), (Some("hard"), "dead"));
    let mut agent = agent(&house).await;
    for path in ["/tickets/mail".to_owned(), format!("/tickets/mail/{line}")] {
        let page = agent.get(&path).await;
        page.says("trésorerie");
        assert!(!page.body.contains("don@x.example") && !page.body.contains("MAILER-DAEMON"), "{path}");
    }
    let raw = agent.get(&format!("/tickets/mail/{line}/raw")).await;
    assert_eq!(raw.status, rocket::http::Status::Forbidden);
    assert!(!agent.get("/tickets/outbox").await.body.contains("don@x.example"));
    // Nor does the desk learn it from the person's own ticket.
    let ticket = ticketed(&house, mail("Dona <don@x.example>", "Aide", "d1@x.example", "", "Bonjour")).await;
    let told = report(2, &id, "don@x.example", "failed", "5.1.1", "550 nobody");
    receive(&house, told).await;
    let page = agent.get(&format!("/tickets/{ticket}")).await;
    assert!(!page.body.contains("est revenu"), "{}", page.body);
    let mut treasurer = house.staff(Role::Treasurer).await;
    treasurer.get("/treasury/outbox").await.says("don@x.example").says("550 nobody").says("Renvoyer");
    let mut treasurer = house.staff(Role::Auditor).await;
    treasurer.get(&format!("/tickets/mail/{line}")).await.says("don@x.example").says("à propos d’un reçu");
}

#[tokio::test]
async fn a_receipt_that_comes_back_as_it_left_is_no_agents_business() {
    let house = House::new().await;
    let tx = house.tx().await;
    let words =
        MailWords { subject: "Votre reçu".into(), text: "Merci".into(), html: "<p>Merci</p>".into() };
    post(&house.core, &tx, NewMail::new(Kind::Receipt, "don@x.example", "Dona", words)).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
    let file = std::fs::read_dir(house.dir.path().join("mail")).unwrap().next().unwrap().unwrap();
    let (line, _) = receive(&house, std::fs::read(file.path()).unwrap()).await;
    let mut agent = agent(&house).await;
    let page = agent.get(&format!("/tickets/mail/{line}")).await;
    assert!(!page.body.contains("don@x.example"));
    let raw = agent.get(&format!("/tickets/mail/{line}/raw")).await;
    assert_eq!(raw.status, rocket::http::Status::Forbidden);
}

#[tokio::test]
async fn our_own_mail_that_comes_back_ends_there() {
    let house = House::new().await;
    answered(&house).await;
    let before = house.mails().len();
    for mail in std::fs::read_dir(house.dir.path().join("mail")).unwrap() {
        let raw = std::fs::read(mail.unwrap().path()).unwrap();
        let (_, outcome) = receive(&house, raw).await;
        assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
        let line = last_line(&house).await;
        assert_eq!((line.disposition.as_deref(), line.reason.as_deref()), (Some("own"), Some("own")));
    }
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(house.mails().len(), before, "nobody is thanked for our own mail");
}

#[tokio::test]
async fn automatic_mail_has_a_budget_for_each_address_and_in_all() {
    let house = House::new().await;
    for n in 0..30 {
        let raw = mail(
            "Robot <robot@x.example>",
            &format!("Avis {n}"),
            &format!("r{n}@x.example"),
            "",
            &format!("Mot {n}"),
        );
        ticketed(&house, raw).await;
    }
    house.work().await;
    let to_robot = house.mails().iter().filter(|m| m.to[0].address == "robot@x.example").count();
    assert!((1..=10).contains(&to_robot), "{to_robot} acknowledgements to one address");
}
