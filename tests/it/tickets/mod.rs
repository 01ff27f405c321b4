//! The desk, walked through its real doors.

mod bounces;
mod clock;
mod corpus;
mod doors;
mod ledger;
mod mails;
mod outbox;
mod pages;
mod senders;
mod story;
mod suspected;
mod threads;
mod verbs;

use entities::{message, promise, ticket};
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::platform::{Actor, Tx};
use soutien::tickets::actions::digest::{Outcome, digest};
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store};

use crate::house::{Browser, House};

/// A mail as a person's program writes it.
pub fn mail(from: &str, subject: &str, id: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: contact@asso.example\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\
         Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n{more}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

/// Puts a mail through the pipe.
pub async fn receive(house: &House, raw: impl Into<Vec<u8>>) -> (i64, Outcome) {
    let arrival = Arrival::new(Raw::bytes(raw.into()), Way::Pipe);
    let id = store(&house.core, arrival).await.unwrap();
    let outcome = digest(&house.core, id).await.unwrap();
    (id, outcome)
}

/// The same, for a mail that must end in a ticket.
pub async fn ticketed(house: &House, raw: impl Into<Vec<u8>>) -> i64 {
    match receive(house, raw).await.1 {
        Outcome::Ticketed(ticket) => ticket,
        other => panic!("not in a ticket: {other:?}"),
    }
}

pub async fn the_ticket(house: &House, id: i64) -> ticket::Model {
    ticket::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

pub async fn messages(house: &House) -> Vec<message::Model> {
    message::Entity::find().order_by_asc(message::Column::Id).all(house.core.db.read()).await.unwrap()
}

pub async fn promises(house: &House) -> Vec<promise::Model> {
    promise::Entity::find().order_by_asc(promise::Column::Id).all(house.core.db.read()).await.unwrap()
}

/// A transaction of member 1.
pub async fn member_tx(house: &House) -> Tx {
    Tx::begin(&house.core, Actor::Member { id: 1, name: "Camille 0 d’Ö".into() }).await.unwrap()
}

pub async fn agent(house: &House) -> Browser {
    house.staff(Role::Agent).await
}
