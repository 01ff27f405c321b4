//! The contact form and the staff's pages.

use rocket::http::Status;
use rules::roles::Role;
use sea_orm::EntityTrait;
use soutien::accounts::actions::services::ensure_services;

use super::{agent, mail, messages, the_ticket, ticketed};
use crate::house::House;

#[tokio::test]
async fn a_person_writes_on_the_contact_form() {
    let house = House::new().await;
    let tx = house.tx().await;
    ensure_services(&tx).await.unwrap();
    ensure_services(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut lea = house.visitor().await;
    lea.get("/contact").await.says("Dons et reçus fiscaux");
    let file: &[u8] = b"\x89PNG\r\n\x1a\n....";
    let fields = [
        ("name", "Zoë d'Œ <b>"),
        ("email", " Zoe@X.example "),
        ("service", "3"),
        ("subject", "Mon reçu"),
        ("message", "Bonjour,\nje cherche mon reçu de l’an passé."),
        ("website", ""),
    ];
    let sent = lea.post_files("/contact", &fields, &[("files", "écran.png", "image/png", file)]).await;
    assert_eq!(sent.status, Status::SeeOther, "{}", sent.body);
    let thanks = lea.follow(&sent).await;
    thanks.says("bien arrivé").says("prochaine personne").says("/t/1.");
    let ticket = the_ticket(&house, 1).await;
    assert_eq!(
        (ticket.subject.as_str(), ticket.about.as_str(), ticket.promise.as_str()),
        ("Mon reçu", "gift_receipt", "owed")
    );
    house.work().await;
    let ack = &house.mails()[0];
    assert_eq!(ack.to[0].address, "zoe@x.example");
    let raw = entities::mail_in::Entity::find_by_id(1).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((raw.way.as_str(), raw.state.as_str()), ("form", "ticketed"));
    let mut agent = agent(&house).await;
    agent.get("/tickets/1").await.says("je cherche mon reçu").says("écran.png");
    let looked = agent.post("/tickets/1/look", &[]).await;
    looked.says("Personne n’a donné avec cette adresse");
    let audit = entities::audit::Entity::find().all(house.core.db.read()).await.unwrap();
    assert!(audit.iter().any(|line| line.verb == "donor.look"), "the look is written down");
    // An answer to the acknowledgement joins.
    let reply = mail(
        "zoe@x.example",
        "Re",
        "z2@x.example",
        &format!("In-Reply-To: <{}>\r\n", ack.message_id.clone().unwrap()),
        "Merci, à bientôt donc",
    );
    assert_eq!(ticketed(&house, reply).await, 1);
}

#[tokio::test]
async fn what_was_typed_is_shown_again_with_each_refusal() {
    let house = House::new().await;
    let mut lea = house.visitor().await;
    lea.get("/contact").await;
    let fields =
        [("name", "Zoë"), ("email", "zoe@"), ("subject", "Sujet <i>"), ("message", "Mes mots précieux")];
    let refused = lea.post_files("/contact", &fields, &[]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Mes mots précieux").says("zoe@").says("Sujet &lt;i&gt;").says("n’est pas complète");
    let files: Vec<(&str, &str, &str, &[u8])> = vec![("files", "a.txt", "text/plain", b"x"); 6];
    let fields = [("name", ""), ("email", "zoe@x.example"), ("subject", ""), ("message", "Mes mots")];
    lea.post_files("/contact", &fields, &files).await.says("trop de fichiers");
    assert!(messages(&house).await.is_empty());
}

#[tokio::test]
async fn a_robot_in_the_trap_is_thanked_and_kept_in_the_ledger() {
    let house = House::new().await;
    let mut robot = house.visitor().await;
    robot.get("/contact").await;
    let fields = [
        ("name", "R"),
        ("email", "r@x.example"),
        ("subject", "s"),
        ("message", "buy"),
        ("website", "http://spam"),
    ];
    let sent = robot.post_files("/contact", &fields, &[]).await;
    assert_eq!(sent.location.as_deref(), Some("/contact/thanks"));
    robot.follow(&sent).await.says("bien arrivé");
    assert!(messages(&house).await.is_empty());
    house.work().await;
    assert!(house.mails().is_empty());
    agent(&house).await.get("/tickets/mail?list=refused").await.says("un robot");
}

#[tokio::test]
async fn one_connection_cannot_flood_the_form() {
    let house = House::new().await;
    let mut robot = house.visitor().await;
    robot.get("/contact").await;
    let fields =
        [("name", "R"), ("email", "r@x.example"), ("subject", "s"), ("message", "Encore un mot de moi")];
    for _ in 0..10 {
        assert_eq!(robot.post_files("/contact", &fields, &[]).await.status, Status::SeeOther);
    }
    let refused = robot.post_files("/contact", &fields, &[]).await;
    assert_eq!(refused.status, Status::TooManyRequests);
    refused.says("Encore un mot de moi");
}

#[tokio::test]
async fn an_untouched_greeting_is_no_reply() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    let page = agent.get(&format!("/tickets/{id}")).await;
    page.says("Bonjour Léa,");
    let template = "Bonjour Léa,\n\nnous avons bien reçu votre demande et revenons vers vous.\n";
    for (text, template, words) in [
        ("  ", "", "La réponse est vide"),
        ("> votre mot\n-- \nCamille", "", "une phrase de votre main"),
        (template, template, "le modèle tel quel"),
    ] {
        let refused =
            agent.post(&format!("/tickets/{id}/replies"), &[("text", text), ("template", template)]).await;
        assert_eq!(refused.status, Status::UnprocessableEntity);
        refused.says(words);
    }
    assert_eq!(the_ticket(&house, id).await.promise, "owed");
}

#[tokio::test]
async fn who_only_reads_cannot_answer_and_a_treasurer_sees_what_roles_say() {
    let house = House::new().await;
    let id =
        ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous")).await;
    let mut auditor = house.staff(Role::Auditor).await;
    let page = auditor.get(&format!("/tickets/{id}")).await;
    assert_eq!(page.status, Status::Ok);
    assert!(!page.body.contains("/replies\""));
    for path in
        ["replies", "notes", "closure", "waiver", "assignment", "merge", "reopening", "service", "look"]
    {
        let refused = auditor.post(&format!("/tickets/{id}/{path}"), &[("text", "x")]).await;
        assert_eq!(refused.status, Status::Forbidden, "{path}");
    }
    assert_eq!(auditor.get("/tickets/999").await.status, Status::NotFound);
}

#[tokio::test]
async fn every_list_has_its_page() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    for n in 0..55 {
        ticketed(
            &house,
            mail(&format!("p{n}@x.example"), &format!("s{n}"), &format!("m{n}@x.example"), "", "Bonjour"),
        )
        .await;
    }
    let first = agent.get("/tickets").await;
    assert_eq!(first.body.matches("data-row").count(), 50);
    let next = first
        .body
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&")
        .replace("&#x3D;", "=");
    let second = agent.get(&next).await;
    assert_eq!(second.body.matches("data-row").count(), 5);
    for list in ["mine", "free", "open", "closed"] {
        assert_eq!(agent.get(&format!("/tickets?list={list}")).await.status, Status::Ok);
    }
    agent.get("/tickets/mail").await.says("Non comptés").says("Nouvel échange");
    agent.get("/tickets/outbox").await.says("Accusé de réception");
}

/// A web server of another house, with one picture and what is none; gives its port.
fn picture_server() -> u16 {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 2048];
            let read = stream.read(&mut asked).unwrap();
            let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
            assert!(
                !asked.to_lowercase().contains("cookie") && !asked.to_lowercase().contains("referer"),
                "{asked}"
            );
            let (status, more, body): (&str, &str, &[u8]) = match asked.split(' ').nth(1).unwrap() {
                "/logo.png" => ("200 OK", "Content-Type: text/html\r\n", b"\x89PNG\r\n\x1a\n picture"),
                "/moved" => ("302 Found", "Location: /logo.png\r\n", b""),
                "/page" => ("200 OK", "Content-Type: image/png\r\n", b"<svg onload='alert(1)'>"),
                _ => ("404 Not Found", "", b""),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\n{more}Content-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    port
}

#[tokio::test]
async fn remote_pictures_come_when_asked_and_through_us() {
    use soutien::platform::config::RemoteImages;
    let port = picture_server();
    let html = |n: u16| {
        let images: String = ["logo.png", "moved", "page", "gone"]
            .iter()
            .map(|path| format!("<img src=\"http://127.0.0.1:{port}/{path}\" alt=\"Le &quot;{path}&quot;\">"))
            .collect();
        let head = mail("Léa <lea@x.example>", "Images", &format!("i{n}@x.example"), "", "");
        head.replace("text/plain", "text/html").trim_end().to_owned() + "\r\n\r\n<p>Voyez</p>" + &images
    };
    let house = House::with(|config| config.remote_images = RemoteImages::Everywhere).await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, html(1)).await;
    let message = messages(&house).await.into_iter().find(|m| m.kind == "inbound").unwrap().id;
    let shown = agent.get(&format!("/tickets/{id}?html={message}")).await;
    shown.says("Afficher les 4 images distantes");
    assert!(!shown.body.contains("pictures/0\""));
    let shown = agent.get(&format!("/tickets/{id}?html={message}&pictures=true")).await;
    shown.says(&format!("<img src=\"/tickets/{id}/messages/{message}/pictures/0\""));
    assert!(!shown.body.contains(&format!("127.0.0.1:{port}")), "no address of the mail reaches the browser");
    for at in [0, 1] {
        let picture = agent.get(&format!("/tickets/{id}/messages/{message}/pictures/{at}")).await;
        assert_eq!(picture.header("content-type"), Some("image/png"), "its bytes say what it is");
        assert!(picture.body.contains("picture"));
    }
    for at in [2, 3, 4] {
        let none = agent.get(&format!("/tickets/{id}/messages/{message}/pictures/{at}")).await;
        assert_eq!(none.status, Status::NotFound, "{at}");
    }
    // A picture of one ticket is not to be had by another's address.
    let other = ticketed(&house, mail("max@x.example", "Autre", "o1@x.example", "", "Bonjour")).await;
    let none = agent.get(&format!("/tickets/{other}/messages/{message}/pictures/0")).await;
    assert_eq!(none.status, Status::NotFound);
    // By default no address of our own network is asked.
    let house = House::new().await;
    let mut agent = super::agent(&house).await;
    let id = ticketed(&house, html(2)).await;
    let message = messages(&house).await.into_iter().find(|m| m.kind == "inbound").unwrap().id;
    let none = agent.get(&format!("/tickets/{id}/messages/{message}/pictures/0")).await;
    assert_eq!(none.status, Status::NotFound);
}
