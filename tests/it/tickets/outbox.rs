//! What the mail server says, or does not say, of a reply (laws P3 and M5).

use chrono::TimeDelta;
use entities::outbox;
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use soutien::platform::outbox::{Kind, NewMail, post};
use soutien::platform::render::MailWords;
use soutien::platform::sending::Delivery;
use soutien::platform::{Actor, Tx};
use soutien::tickets::actions::delivery::Post;

use super::{agent, mail, messages, promises, the_ticket, ticketed};
use crate::house::{Browser, House};

/// A ticket whose reply waits in the outbox: its number, and the mail.
async fn replied(house: &House, agent: &mut Browser, then: &str) -> (i64, outbox::Model) {
    let raw = mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour à vous");
    let id = ticketed(house, raw).await;
    agent.get(&format!("/tickets/{id}")).await;
    let words = [("text", "Votre accès est rétabli depuis midi."), ("then", then)];
    agent.post(&format!("/tickets/{id}/replies"), &words).await;
    let found = outbox::Entity::find().filter(outbox::Column::Kind.eq("reply"));
    (id, found.one(house.core.db.read()).await.unwrap().unwrap())
}

async fn set_state(tx: &Tx, mail: i64, state: &str) {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(state))
        .filter(outbox::Column::Id.eq(mail))
        .exec(tx.conn())
        .await
        .unwrap();
}

async fn refuse(house: &House, mail: &outbox::Model) {
    let tx = Tx::begin(&house.core, Actor::System).await.unwrap();
    set_state(&tx, mail.id, "dead").await;
    Post.given_up(&house.core, &tx, mail, "550 no such person").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_reply_the_mail_server_refuses_is_owed_again_with_its_first_date() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let (id, mail) = replied(&house, &mut agent, "close").await;
    let since = promises(&house).await[0].owed_since;
    refuse(&house, &mail).await;
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.promise.as_str(), ticket.state.as_str()), ("owed", "open"));
    assert_eq!(ticket.owed_since, Some(since));
    agent.get("/tickets/outbox").await.says("Non envoyé");
    agent.get(&format!("/tickets/{id}")).await.says("due de nouveau");
    // Sent once more by hand, under the same Message-ID, it answers.
    let again = agent.post(&format!("/tickets/outbox/{}/decision", mail.id), &[("verdict", "again")]).await;
    assert_eq!(again.status, Status::SeeOther);
    assert_eq!(the_ticket(&house, id).await.promise, "answering");
    house.work().await;
    let sent = house.mails().into_iter().find(|m| m.machine.is_none()).unwrap();
    assert_eq!(Some(format!("<{}>", sent.message_id.unwrap())), Some(mail.message_id));
    assert_eq!(the_ticket(&house, id).await.promise, "answered");
}

#[tokio::test]
async fn what_may_have_left_is_never_sent_again_blindly() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let (id, mail) = replied(&house, &mut agent, "close").await;
    let tx = house.tx().await;
    set_state(&tx, mail.id, "ambiguous").await;
    tx.commit().await.unwrap();
    house.wait(TimeDelta::hours(2));
    house.work().await;
    assert!(house.mails().iter().all(|m| m.machine.is_some()), "it waits for a person");
    assert_eq!(the_ticket(&house, id).await.promise, "answering", "neither kept nor owed");
    agent.get("/tickets/outbox").await.says("Parti ou non");
    let refused = agent.post(&format!("/tickets/{id}/closure"), &[]).await;
    agent.follow(&refused).await.says("déjà en chemin");
    agent.post(&format!("/tickets/outbox/{}/decision", mail.id), &[("verdict", "left")]).await;
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.promise.as_str(), ticket.state.as_str()), ("answered", "closed"));
    let late = agent.post(&format!("/tickets/outbox/{}/decision", mail.id), &[("verdict", "again")]).await;
    agent.follow(&late).await.says("plus rien à décider");
    house.work().await;
    assert!(house.mails().iter().all(|m| m.machine.is_some()));
}

#[tokio::test]
async fn a_dead_reply_is_no_answer_to_what_was_written_since() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let (id, dead) = replied(&house, &mut agent, "open").await;
    refuse(&house, &dead).await;
    house.wait(TimeDelta::hours(1));
    let more =
        mail("lea@x.example", "Re", "a2@x.example", "In-Reply-To: <a1@x.example>\r\n", "Et ceci encore ?");
    ticketed(&house, more).await;
    agent.post(&format!("/tickets/outbox/{}/decision", dead.id), &[("verdict", "left")]).await;
    assert_eq!(the_ticket(&house, id).await.promise, "owed", "the newer question has no answer yet");
    assert!(messages(&house).await.iter().any(|m| m.kind == "reply" && m.state == "sent"));
    assert!(soutien::tickets::check(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_reply_can_be_held_and_let_go_on_the_page() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let (id, mail) = replied(&house, &mut agent, "close").await;
    let path = format!("/tickets/outbox/{}/decision", mail.id);
    agent.get("/tickets/outbox").await.says("Attend de partir").says("lea@x.example");
    agent.post(&path, &[("verdict", "hold")]).await;
    house.wait(TimeDelta::days(2));
    house.work().await;
    assert_eq!(the_ticket(&house, id).await.promise, "answering", "held, neither kept nor owed");
    agent.get("/tickets/outbox?list=held").await.says("Retenu par Camille 0 d’Ö");
    let twice = agent.post(&path, &[("verdict", "hold")]).await;
    agent.follow(&twice).await.says("plus rien à décider");
    agent.post(&path, &[("verdict", "release")]).await;
    house.work().await;
    assert_eq!(the_ticket(&house, id).await.promise, "answered");
    agent.get("/tickets/outbox").await.says("Tout est parti");
}

#[tokio::test]
async fn what_failed_can_be_set_aside_and_stays_owed() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let (id, mail) = replied(&house, &mut agent, "open").await;
    let path = format!("/tickets/outbox/{}/decision", mail.id);
    let tx = house.tx().await;
    set_state(&tx, mail.id, "ambiguous").await;
    tx.commit().await.unwrap();
    let refused = agent.post(&path, &[("verdict", "aside")]).await;
    agent.follow(&refused).await.says("plus rien à décider").says("Parti ou non");
    refuse(&house, &mail).await;
    agent.post(&path, &[("verdict", "aside")]).await;
    agent.get("/tickets/outbox?list=failed").await.says("Tout est parti");
    assert_eq!(the_ticket(&house, id).await.promise, "owed");
    assert!(soutien::tickets::check(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_desk_never_sees_whether_somebody_gives() {
    let house = House::new().await;
    let tx = house.tx().await;
    for (kind, to, donor) in [
        (Kind::Receipt, "giver@x.example", Some(1)),
        (Kind::Link, "donor@x.example", Some(1)),
        (Kind::Link, "colleague@x.example", None),
    ] {
        let words = MailWords { subject: "Sujet".into(), text: "t".into(), html: "h".into() };
        let mut new = NewMail::new(kind, to, "", words);
        (new.donor_id, new.wait) = (donor, TimeDelta::hours(1));
        post(&house.core, &tx, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mail = outbox::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    let mut agent = agent(&house).await;
    let desk = agent.get("/tickets/outbox").await;
    assert!(!desk.body.contains("giver@") && !desk.body.contains("donor@"), "{}", desk.body);
    let tried = agent.post(&format!("/tickets/outbox/{}/decision", mail.id), &[("verdict", "hold")]).await;
    assert_eq!(tried.status, Status::NotFound);
    let mut treasurer = house.staff(Role::Treasurer).await;
    let page = treasurer.get("/treasury/outbox").await;
    page.says("giver@x.example").says("donor@x.example");
    assert!(!page.body.contains("colleague@"));
    treasurer.post(&format!("/treasury/outbox/{}/decision", mail.id), &[("verdict", "hold")]).await;
    treasurer.get("/treasury/outbox?list=held").await.says("giver@x.example");
    let mut admin = house.staff(Role::Admin).await;
    admin.get("/settings/outbox").await.says("colleague@x.example");
}

#[tokio::test]
async fn the_page_says_when_nothing_leaves_and_why() {
    let house = House::with(|c| c.smtp_url = Some("smtp://127.0.0.1:1".into())).await;
    let mut admin = house.staff(Role::Admin).await;
    let words = MailWords { subject: "Sujet".into(), text: "t".into(), html: "h".into() };
    let tx = house.tx().await;
    post(&house.core, &tx, NewMail::new(Kind::Reply, "lea@x.example", "", words)).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
    admin.get("/tickets/outbox").await.says("le serveur de courriel ne répond pas").says("127.0.0.1:1");
    admin.get("/settings/mail").await.says("Essayer maintenant");
    admin.post("/settings/mail/retry", &[]).await;
    admin.post("/settings/mail/holding", &[("hold", "yes")]).await;
    admin.get("/tickets/outbox").await.says("Tous les envois sont retenus").says("Camille 0 d’Ö");
    admin.get("/audit").await.says("a retenu tous les envois");
    admin.post("/settings/mail/holding", &[("hold", "no")]).await;
    let page = admin.get("/settings/mail").await;
    assert!(!page.body.contains("Tous les envois sont retenus"), "{}", page.body);
}
