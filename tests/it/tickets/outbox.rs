//! What the mail server says, or does not say, of a reply (laws P3 and M5).

use chrono::TimeDelta;
use entities::outbox;
use rocket::http::Status;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
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
