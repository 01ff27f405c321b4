//! Coming in and going out.

use chrono::TimeDelta;
use rocket::http::{Method, Status};
use rules::roles::Role;
use soutien::accounts::actions::set_password;

use crate::house::House;

#[tokio::test]
async fn a_link_signs_in_once() {
    let house = House::new().await;
    let _someone = house.staff(Role::Agent).await;
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let sent = visitor.post("/sign-in/link", &[("email", "Agent0@Asso.Example")]).await;
    assert_eq!(sent.status, Status::SeeOther);
    visitor.follow(&sent).await.says("un lien vient de lui être envoyé");
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    let link = mails[0].text.split_whitespace().find(|w| w.contains("/sign-in/")).unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8000").unwrap().to_owned();
    visitor.get(&path).await.says("Bienvenue");
    assert_eq!(visitor.post(&path, &[]).await.location.as_deref(), Some("/home"));
    let mut other = house.visitor().await;
    other.get("/sign-in").await;
    assert_eq!(other.post(&path, &[]).await.location.as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let house = House::new().await;
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let sent = visitor.post("/sign-in/link", &[("email", "nobody@asso.example")]).await;
    visitor.follow(&sent).await.says("un lien vient de lui être envoyé");
    house.work().await;
    assert!(house.mails().is_empty());
}

#[tokio::test]
async fn a_password_signs_in_until_there_were_too_many_tries() {
    let house = House::new().await;
    let _someone = house.staff(Role::Treasurer).await;
    let tx = house.tx().await;
    set_password(&tx, 1, "une phrase de passe", None).await.unwrap();
    tx.commit().await.unwrap();
    let mut visitor = house.visitor().await;
    visitor.get("/sign-in").await;
    let pair =
        |password| [("email", "treasurer0@asso.example"), ("password", password), ("next", "//evil.example")];
    let wrong = visitor.post("/sign-in", &pair("une autre phrase")).await;
    assert_eq!(wrong.status, Status::UnprocessableEntity);
    wrong.says("ne conviennent pas").says("treasurer0@asso.example");
    let right = visitor.post("/sign-in", &pair("une phrase de passe")).await;
    assert_eq!(right.location.as_deref(), Some("/home"), "never to another site");
    let mut robot = house.visitor().await;
    robot.get("/sign-in").await;
    for _ in 0..9 {
        robot.post("/sign-in", &pair("x")).await;
    }
    assert_eq!(robot.post("/sign-in", &pair("une phrase de passe")).await.status, Status::TooManyRequests);
    house.wait(TimeDelta::minutes(16));
    assert_eq!(robot.post("/sign-in", &pair("une phrase de passe")).await.status, Status::SeeOther);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    assert_eq!(agent.get("/home").await.status, Status::SeeOther);
    agent.post("/sign-out", &[]).await;
    assert_eq!(agent.get("/home").await.location.as_deref(), Some("/sign-in?next=/home"));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let house = House::new().await;
    let mut agent = house.staff(Role::Agent).await;
    let refused = agent.raw(Method::Post, "/sign-out", "").await;
    assert_eq!(refused.status, Status::Forbidden);
    assert_eq!(agent.get("/home").await.status, Status::SeeOther);
}
