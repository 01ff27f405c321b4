//! What donors see behind a link, and what nobody else sees.

use chrono::TimeDelta;
use entities::{audit, donor, donor_session, job, one_time_link};
use rocket::http::Status;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::house::{Browser, House};
use crate::receipts::{all, give, keep, line, person, run};

const SENT: &str = "Si nous connaissons cette adresse, un lien vient de lui être envoyé";

/// Asks for a link and gives the path that the mail carries.
async fn link(house: &House, browser: &mut Browser, email: &str) -> String {
    browser.get("/my").await;
    let asked = browser.post("/my/link", &[("email", email)]).await;
    browser.follow(&asked).await.says(SENT);
    house.work().await;
    let mail = house.mails().pop().unwrap();
    let link = mail.text.split_whitespace().find(|w| w.contains("/my/link/")).unwrap().to_owned();
    link.strip_prefix("http://127.0.0.1:8000").unwrap().to_owned()
}

async fn enter(house: &House, browser: &mut Browser, email: &str) {
    let path = link(house, browser, email).await;
    browser.get(&path).await.says("Ce lien sert une seule fois");
    let entered = browser.post(&path, &[]).await;
    assert_eq!(entered.location.as_deref(), Some("/my"), "{}", entered.body);
}

#[tokio::test]
async fn a_donor_finds_gifts_and_receipts_by_a_link_and_only_their_own() {
    let house = House::new().await;
    let zoe = keep(&house, person("O'Brien-Müller", "Zoë <b>"), Some("zoe@example.org")).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    give(&house, line(Some(zoe), "2024-06-01", 700)).await;
    let other = keep(&house, person("Autre", "Paul"), Some("paul@example.org")).await;
    give(&house, line(Some(other), "2025-02-01", 9900)).await;
    run(&house, 2025).await;
    let rows = all(&house).await;
    let mut browser = house.visitor().await;
    for closed in ["/my/receipts/RF-2026-000001.pdf", "/my/records/1"] {
        assert_eq!(browser.get(closed).await.location.as_deref(), Some("/my"), "{closed}");
    }
    enter(&house, &mut browser, " Zoe@Example.ORG").await;
    let my = browser.get("/my").await;
    my.says("Zoë &lt;b&gt; O&#x27;Brien-Müller")
        .says("RF-2026-000001")
        .says("Dons de 2024")
        .says("25,00")
        .says("Carte bancaire");
    assert!(!my.body.contains("RF-2026-000002") && !my.body.contains("Autre"));
    let paper = browser.get("/my/receipts/RF-2026-000001.pdf").await;
    assert_eq!((paper.status, paper.header("content-type")), (Status::Ok, Some("application/pdf")));
    assert_eq!(paper.bytes, soutien::receipts::original(&house.core, &rows[0]).await.unwrap());
    for theirs in ["/my/receipts/RF-2026-000002.pdf", "/my/receipts/RF-2026-000009.pdf", "/my/records/2"] {
        assert_eq!(browser.get(theirs).await.status, Status::NotFound, "{theirs}");
    }
    browser.get("/my").await;
    let fields = [("version", "1"), ("street", "1 rue"), ("city", "Paris"), ("country", "FR")];
    assert_eq!(browser.post("/my/records/2", &fields).await.status, Status::NotFound);
    // Two hours later, or once left, there is nothing to see.
    let mut second = house.visitor().await;
    enter(&house, &mut second, "paul@example.org").await;
    second.get("/my").await.says("Paul Autre").says("Quitter cette page");
    second.post("/my/leave", &[]).await;
    second.get("/my").await.says("Recevoir un lien");
    house.wait(TimeDelta::minutes(121));
    browser.get("/my").await.says("Recevoir un lien");
    let kept = donor_session::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!(kept.token_hash.len(), 64, "only the hash is kept");
}

#[tokio::test]
async fn the_answer_is_the_same_whether_the_address_is_known_or_not() {
    let house = House::new().await;
    keep(&house, person("Léger", "Zoë"), Some("zoe@example.org")).await;
    let mut pages = Vec::new();
    for email in ["zoe@example.org", "nobody@example.org"] {
        let mut browser = house.visitor().await;
        browser.get("/my").await;
        let asked = browser.post("/my/link", &[("email", email)]).await;
        assert_eq!(asked.status, Status::SeeOther);
        let page = browser.follow(&asked).await;
        page.says(SENT);
        let told = page.body.split("name=\"csrf\"").map(|part| part.split_once('>').map_or(part, |p| p.1));
        pages.push(told.collect::<String>());
    }
    assert_eq!(pages[0], pages[1]);
    // What is written is the same too, until the worker looks.
    let jobs = job::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(jobs.len(), 2);
    assert!(
        one_time_link::Entity::find()
            .filter(one_time_link::Column::Kind.eq("donor"))
            .one(house.core.db.read())
            .await
            .unwrap()
            .is_none()
    );
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("/my/link/"));
    let mut browser = house.visitor().await;
    browser.get("/my").await;
    let odd = browser.post("/my/link", &[("email", "pas une adresse")]).await;
    assert_eq!(odd.status, Status::UnprocessableEntity);
    odd.says("pas une adresse");
}

#[tokio::test]
async fn a_link_opens_once_within_half_an_hour_and_never_by_itself() {
    let house = House::new().await;
    keep(&house, person("Léger", "Zoë"), Some("zoe@example.org")).await;
    let mut browser = house.visitor().await;
    let path = link(&house, &mut browser, "zoe@example.org").await;
    // A mail program that opens the link uses nothing up.
    for _ in 0..3 {
        browser.get(&path).await.says("Ce lien sert une seule fois");
    }
    assert_eq!(browser.post(&path, &[]).await.location.as_deref(), Some("/my"));
    browser.get("/my").await.says("Zoë Léger");
    let mut thief = house.visitor().await;
    thief.get("/my").await;
    let again = thief.post(&path, &[]).await;
    thief.follow(&again).await.says("Ce lien a déjà servi").says("Recevoir un lien");
    house.wait(TimeDelta::minutes(1));
    let late = link(&house, &mut thief, "zoe@example.org").await;
    house.wait(TimeDelta::minutes(31));
    thief.get(&late).await;
    let late = thief.post(&late, &[]).await;
    thief.follow(&late).await.says("Ce lien a déjà servi, ou il est trop ancien");
}

#[tokio::test]
async fn links_are_limited_for_known_and_unknown_addresses_alike() {
    let house = House::new().await;
    keep(&house, person("Léger", "Zoë"), Some("zoe@example.org")).await;
    for email in ["zoe@example.org", "nobody@example.org"] {
        let mut browser = house.visitor().await;
        browser.get("/my").await;
        for _ in 0..4 {
            assert_eq!(browser.post("/my/link", &[("email", email)]).await.status, Status::SeeOther);
        }
        let fifth = browser.post("/my/link", &[("email", email)]).await;
        assert_eq!(fifth.status, Status::TooManyRequests, "{email}");
    }
}

#[tokio::test]
async fn a_donor_corrects_their_address_and_wishes_and_the_trace_names_them() {
    let house = House::new().await;
    let mut vague = person("Léger", "Zoë");
    (vague.street, vague.postal_code) = (Set(String::new()), Set(String::new()));
    let zoe = keep(&house, vague, Some("zoe@example.org")).await;
    let mut browser = house.visitor().await;
    enter(&house, &mut browser, "zoe@example.org").await;
    browser.get("/my").await.says("il manque la rue");
    browser.get(&format!("/my/records/{zoe}")).await.says("Zoë Léger");
    let path = format!("/my/records/{zoe}");
    let odd = [("version", "1"), ("street", "1 rue"), ("city", "x"), ("country", "Atlantide")];
    let refused = browser.post(&path, &odd).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("1 rue");
    let right = [
        ("version", "1"),
        ("street", "4 rue <b>\nBâtiment Œ"),
        ("postal_code", "69 003"),
        ("city", "Lyon"),
        ("country", "FR"),
        ("receipt_pref", "each"),
        ("receipt_route", "post"),
        ("language", "en"),
    ];
    let done = browser.post(&path, &right).await;
    browser
        .follow(&done)
        .await
        .says("4 rue &lt;b&gt;")
        .says("Your gifts and receipts")
        .says("one for each gift");
    let row = donor::Entity::find_by_id(zoe).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!(
        (row.postal_code.as_str(), row.receipt_pref.as_str(), row.receipt_route.as_str()),
        ("69003", "each", "post")
    );
    assert_eq!((row.last_name.as_str(), row.version), ("Léger", 2), "nothing else can be changed here");
    let trace = audit::Entity::find().filter(audit::Column::Verb.eq("donor.update"));
    let trace = trace.one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((trace.actor_kind.as_str(), trace.actor_name.as_str()), ("donor", "zoe@example.org"));
    // Somebody else was faster: what they wrote is not lost.
    let late = browser.post(&path, &right).await;
    assert_eq!(late.status, Status::UnprocessableEntity);
}
