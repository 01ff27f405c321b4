//! Mails of every kind.

use rocket::http::Status;
use sea_orm::EntityTrait;
use soutien::tickets::actions::digest::{Outcome, digest};
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store};

use super::{agent, mail, messages, receive, the_ticket, ticketed};
use crate::house::House;

async fn line(house: &House, id: i64) -> entities::mail_in::Model {
    entities::mail_in::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_stranger_who_names_a_ticket_gets_a_linked_new_one() {
    let house = House::new().await;
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    for (n, more, subject) in [
        (1, "In-Reply-To: <a1@x.example>\r\n".to_owned(), "Re: Accès".to_owned()),
        (2, String::new(), format!("Re: Accès [#{id}]")),
        (
            3,
            format!("Delivered-To: {}\r\n", house.core.mail_ids().plus_address("contact@asso.example", id)),
            "x".into(),
        ),
    ] {
        let raw =
            mail("Eve <eve@y.example>", &subject, &format!("e{n}@y.example"), &more, "Je lis vos échanges.");
        let (line_id, outcome) = receive(&house, raw).await;
        let Outcome::Ticketed(other) = outcome else { panic!("{outcome:?}") };
        assert_ne!(other, id);
        assert_eq!(the_ticket(&house, other).await.linked_to, Some(id), "way {n}");
        assert_eq!(line(&house, line_id).await.disposition.as_deref(), Some("linked"));
    }
}

#[tokio::test]
async fn the_signed_address_and_the_tag_join_for_who_takes_part() {
    let house = House::new().await;
    let id =
        ticketed(&house, mail("Léa <Lea@X.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    let plus = house.core.mail_ids().plus_address("contact@asso.example", id);
    let by_plus =
        mail("lea@x.example", "autre", "a2@x.example", &format!("Delivered-To: {plus}\r\n"), "Suite");
    assert_eq!(ticketed(&house, by_plus).await, id);
    let by_tag = mail("lea@x.example", &format!("Accès [#{id}]"), "a3@x.example", "", "Fin");
    assert_eq!(ticketed(&house, by_tag).await, id);
    let elsewhere = mail("lea@x.example", "Accès", "a4@x.example", "", "Le sujet seul ne joint pas");
    assert_ne!(ticketed(&house, elsewhere).await, id);
}

#[tokio::test]
async fn a_machine_gets_no_mail_and_moves_nothing() {
    let house = House::new().await;
    let notice = mail(
        "Robot <notify@z.example>",
        "Avis",
        "n1@z.example",
        "Auto-Submitted: auto-generated\r\n",
        "Avis",
    );
    let id = ticketed(&house, notice).await;
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.state.as_str(), ticket.promise.as_str()), ("open", "none"), "visible, nothing owed");
    let lea = ticketed(&house, mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    house.work().await;
    let ack = house.mails().last().unwrap().message_id.clone().unwrap();
    let away = format!("Auto-Submitted: auto-replied\r\nIn-Reply-To: <{ack}>\r\n");
    let away = mail("lea@x.example", "Absence", "a2@x.example", &away, "Je suis absente.");
    assert_eq!(ticketed(&house, away).await, lea, "shown in its ticket");
    let ticket = the_ticket(&house, lea).await;
    assert_eq!((ticket.state.as_str(), ticket.promise.as_str()), ("open", "owed"));
    assert_eq!(ticket.last_words, "Bonjour à vous");
    house.work().await;
    assert_eq!(house.mails().len(), 1);
    let list = mail(
        "lea@x.example",
        "Liste",
        "l1@x.example",
        "List-Id: <l.x.example>\r\n",
        "Une personne par une liste",
    );
    let listed = ticketed(&house, list).await;
    assert_eq!(the_ticket(&house, listed).await.promise, "owed", "a person may write through a list");
    house.work().await;
    assert_eq!(house.mails().len(), 1, "but gets no automatic mail");
}

#[tokio::test]
async fn acknowledgements_to_one_address_have_a_budget() {
    let house = House::new().await;
    for n in 0..6 {
        ticketed(
            &house,
            mail("lea@x.example", &format!("n{n}"), &format!("m{n}@x.example"), "", "Encore moi"),
        )
        .await;
    }
    ticketed(&house, mail("contact@asso.example", "boucle", "own@asso.example", "", "C’est nous")).await;
    ticketed(&house, mail("noreply@shop.example", "Vente", "shop@x.example", "", "Achetez")).await;
    house.work().await;
    assert_eq!(house.mails().len(), 3);
}

#[tokio::test]
async fn a_web_form_elsewhere_that_writes_in_our_name_is_answered_to_its_person() {
    let house = House::new().await;
    let more = "Reply-To: Zoë d’Œ <zoe@x.example>\r\n";
    let id =
        ticketed(&house, mail("contact@asso.example", "Site", "w1@asso.example", more, "Écrit sur le site"))
            .await;
    house.work().await;
    assert_eq!(house.mails()[0].to[0].address, "zoe@x.example");
    assert_eq!(the_ticket(&house, id).await.promise, "owed");
}

#[tokio::test]
async fn the_same_mail_twice_is_one_message_and_a_line_of_the_ledger() {
    let house = House::new().await;
    let raw = mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour à vous");
    let id = ticketed(&house, raw.clone()).await;
    let (twice, outcome) = receive(&house, raw.clone()).await;
    assert_eq!(outcome, Outcome::Refused);
    let (twin, _) = receive(&house, format!("Received: from other.example\r\n{raw}")).await;
    for line_id in [twice, twin] {
        let line = line(&house, line_id).await;
        assert_eq!((line.state.as_str(), line.disposition.as_deref()), ("refused", Some("duplicate")));
        assert_eq!((line.reason.as_deref(), line.ticket_id), (Some("duplicate"), Some(id)));
    }
    assert_eq!(messages(&house).await.iter().filter(|m| m.kind == "inbound").count(), 1);
    let other = raw.replace("Bonjour à vous", "Tout autre chose sous le même identifiant");
    assert_eq!(ticketed(&house, other).await, id, "other words are another mail of the same thread");
    assert_eq!(messages(&house).await.iter().filter(|m| m.kind == "inbound").count(), 2);
}

#[tokio::test]
async fn what_cannot_be_digested_is_kept_shown_and_replayed() {
    let house = House::new().await;
    let raw = mail("lea@x.example", "Accès", "a1@x.example", "", "Bonjour à vous");
    let arrival = Arrival::new(Raw::bytes(raw.into_bytes()), Way::Pipe);
    let id = store(&house.core, arrival).await.unwrap();
    let hash = line(&house, id).await.raw_blob;
    let file = house.core.blobs.file(&hash);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"damaged").unwrap();
    let Outcome::Undigested(shown) = digest(&house.core, id).await.unwrap() else {
        panic!("read a damaged mail")
    };
    assert_eq!(line(&house, id).await.state, "undigested");
    assert_eq!(the_ticket(&house, shown).await.promise, "owed", "a person may have written it");
    let mut agent = agent(&house).await;
    agent.get(&format!("/tickets/{shown}")).await.says("pas pu être lu").says("courriel-1.eml");
    agent.get("/tickets/mail?list=waiting").await.says("Illisible").says("Reprendre");
    let still = agent.post(&format!("/tickets/mail/{id}/replay"), &[]).await;
    agent.follow(&still).await.says("toujours pas être lu");
    std::fs::write(&file, bytes).unwrap();
    let replayed = agent.post(&format!("/tickets/mail/{id}/replay"), &[]).await;
    assert_eq!(replayed.status, Status::SeeOther);
    let line = line(&house, id).await;
    assert_eq!((line.state.as_str(), line.disposition.as_deref()), ("ticketed", Some("new")));
    let ticket = the_ticket(&house, line.ticket_id.unwrap()).await;
    assert_eq!((ticket.promise.as_str(), ticket.subject.as_str()), ("owed", "Accès"));
    let shown = the_ticket(&house, shown).await;
    assert_eq!((shown.state.as_str(), shown.promise.as_str()), ("closed", "moved"));
}

#[tokio::test]
async fn bytes_that_are_no_mail_are_accounted_for() {
    let house = House::new().await;
    let (empty, outcome) = receive(&house, "").await;
    assert_eq!(outcome, Outcome::Refused);
    assert_eq!(line(&house, empty).await.reason.as_deref(), Some("empty"));
    for raw in
        [&b"\0\0\0\xff\xfe"[..], b"no headers at all", b"From: \r\n\r\n", b"From: <>\r\nSubject:\r\n\r\nx"]
    {
        let outcome = receive(&house, raw).await.1;
        assert!(matches!(outcome, Outcome::Ticketed(_)), "{raw:?}: {outcome:?}");
    }
    let mut agent = agent(&house).await;
    agent.get("/tickets").await.says("Personne inconnue");
    agent.get("/tickets/1").await.says("pas d’adresse à laquelle répondre");
}

#[tokio::test]
async fn hostile_names_are_words_and_nothing_else() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let long = "é".repeat(200);
    for (n, name) in
        ["O'Brien-Müller", "Zoë d'Œ", "<b>gras</b>", "=cmd|' /C calc'!A0", "\u{202e}gnorw", long.as_str()]
            .iter()
            .enumerate()
    {
        let raw = mail(&format!("\"{name}\" <h{n}@x.example>"), name, &format!("h{n}@x.example"), "", name);
        let id = ticketed(&house, raw).await;
        let page = agent.get(&format!("/tickets/{id}")).await;
        assert_eq!(page.status, Status::Ok);
        assert!(!page.body.contains("<b>gras"), "{}", page.body);
    }
    let html = "From: m@x.example\r\nMessage-ID: <html@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n\
                <p onclick=x>Bonjour <script>alert(1)</script><img src=http://evil.example/p.png> <b>fort</b></p>";
    let id = ticketed(&house, html).await;
    let message = messages(&house).await.into_iter().rfind(|m| m.kind == "inbound").unwrap().id;
    let plain = agent.get(&format!("/tickets/{id}")).await;
    plain.says("Voir la mise en forme");
    let shown = agent.get(&format!("/tickets/{id}?html={message}")).await;
    shown.says("<b>fort</b>");
    assert!(
        !shown.body.contains("src=\"http://evil")
            && !shown.body.contains("<img")
            && !shown.body.contains("alert(1)")
    );
    house.work().await;
    agent.get("/tickets").await.says("O&#x27;Brien-Müller");
}
