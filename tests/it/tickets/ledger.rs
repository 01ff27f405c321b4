//! The page of the inbound ledger: every mail with its way, what became of it, why, and its original (law M2).

use chrono::TimeDelta;
use entities::{imap_folder, imap_trouble, reconciliation};
use sea_orm::{ActiveValue::Set, EntityTrait};
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store};
use soutien::tickets::queries::ledger;

use super::{agent, mail, receive};
use crate::house::House;

#[tokio::test]
async fn each_mail_says_how_it_came_and_what_became_of_it() {
    let house = House::with(|config| config.auth_results_from = vec!["mx.asso.example".into()]).await;
    let mut agent = agent(&house).await;
    let more = "Authentication-Results: mx.asso.example; spf=pass smtp.mailfrom=x.example; dkim=none; dmarc=pass\r\n";
    let raw = mail("Léa <lea@x.example>", "Accès", "a1@x.example", more, "Bonjour <b>à</b> vous");
    let (first, _) = receive(&house, raw.clone()).await;
    let (second, _) = receive(&house, raw).await;
    let suite =
        mail("Léa <lea@x.example>", "Re: Accès", "a2@x.example", "In-Reply-To: <a1@x.example>\r\n", "Suite");
    receive(&house, suite).await;
    let list = agent.get("/tickets/mail").await;
    list.says("commande").says("le même courriel, déjà reçu").says("répond à un courriel de l’échange");
    let one = agent.get(&format!("/tickets/mail/{first}")).await;
    one.says("lea@x.example")
        .says("SPF confirmé")
        .says("DMARC confirmé")
        .says("Message-ID: &lt;a1@x.example&gt;");
    assert!(!one.body.contains("<b>à</b>"), "the original is text here");
    agent.get(&format!("/tickets/mail/{second}")).await.says("déjà reçu");
    assert_eq!(agent.get("/tickets/mail/99999").await.status, rocket::http::Status::NotFound);
}

#[tokio::test]
async fn what_nobody_answers_for_is_red_on_the_desk() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    agent.get("/tickets").await.says("0 courriel sans suite");
    let raw = mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous");
    store(&house.core, Arrival::new(Raw::bytes(raw.into_bytes()), Way::Lmtp)).await.unwrap();
    assert_eq!(ledger::unaccounted(&house.core).await.unwrap().all(), 0, "it has just come");
    house.wait(TimeDelta::minutes(5));
    assert_eq!(ledger::unaccounted(&house.core).await.unwrap().all(), 1);
    agent.get("/tickets").await.says("Un courriel dont personne ne répond encore");
    agent.get("/tickets/mail").await.says("Un courriel dont personne ne répond encore");
    house.work().await;
    assert_eq!(ledger::unaccounted(&house.core).await.unwrap().all(), 0, "the worker found it");
}

#[tokio::test]
async fn mailboxes_say_when_they_were_read_and_what_is_missing() {
    let house = House::new().await;
    let now = house.core.clock.now();
    let tx = house.tx().await;
    let folder = imap_folder::ActiveModel {
        account: Set("contact".into()),
        folder: Set("INBOX".into()),
        uidvalidity: Set(7),
        last_uid: Set(12),
        started_at: Set(now),
        history_to: Set(0),
        looked_at: Set(Some(now)),
        last_error: Set(Some("the server hangs up".into())),
        failing_since: Set(Some(now)),
    };
    imap_folder::Entity::insert(folder).exec_without_returning(tx.conn()).await.unwrap();
    let trouble = imap_trouble::ActiveModel {
        account: Set("contact".into()),
        folder: Set("INBOX".into()),
        uidvalidity: Set(7),
        uid: Set(9),
        tries: Set(4),
        why: Set("NO internal error".into()),
        first_at: Set(now),
        last_at: Set(now),
    };
    imap_trouble::Entity::insert(trouble).exec_without_returning(tx.conn()).await.unwrap();
    let compared = reconciliation::ActiveModel {
        at: Set(now),
        account: Set("contact".into()),
        folder: Set("INBOX".into()),
        on_server: Set(12),
        in_ledger: Set(10),
        missing: Set(2),
        note: Set(String::new()),
        ..Default::default()
    };
    reconciliation::Entity::insert(compared).exec_without_returning(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let mut agent = agent(&house).await;
    let page = agent.get("/tickets/mail").await;
    page.says("ne répond pas depuis").says("the server hangs up");
    page.says("12 sur le serveur, 10 dans le registre, 2 manquants").says("Courriel 9, 4 essais");
    assert_eq!(ledger::unaccounted(&house.core).await.unwrap().all(), 3);
    agent.get("/tickets").await.says("3 courriels dont personne ne répond encore");
}
