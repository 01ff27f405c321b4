//! Whether a mail that came by SMTP is from whom it says: asked of the name servers by ourselves.

use entities::mail_in;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::platform::dkim::{self, Signer};
use soutien::tickets::actions::digest::{Outcome, digest};
use soutien::tickets::actions::intake::{Arrival, Raw, Way, store};

use super::{agent, mail, the_ticket};
use crate::house::House;
use crate::platform::nameserver::NameServer;

const OURS: &str = "192.0.2.9";
const OTHER: &str = "198.51.100.7";

/// A domain whose mail leaves from one address, and which says what to do with all other.
fn published(names: &NameServer) {
    names.txt("x.example", &format!("v=spf1 ip4:{OURS} -all"));
    names.txt("_dmarc.x.example", "v=DMARC1; p=reject");
}

async fn by_smtp(house: &House, peer: &str, raw: String) -> i64 {
    let arrival = Arrival {
        peer: Some(peer.into()),
        hello: Some("mx.x.example".into()),
        envelope_from: Some("lea@x.example".into()),
        ..Arrival::new(Raw::bytes(raw.into_bytes()), Way::Smtp)
    };
    let id = store(&house.core, arrival).await.unwrap();
    match digest(&house.core, id).await.unwrap() {
        Outcome::Ticketed(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn from_lea(id: &str, more: &str, text: &str) -> String {
    mail("Léa <lea@x.example>", "Accès", &format!("{id}@x.example"), more, text)
}

async fn last_line(house: &House) -> mail_in::Model {
    let found = mail_in::Entity::find().order_by_desc(mail_in::Column::Id);
    found.one(house.core.db.read()).await.unwrap().unwrap()
}

const ANSWERS: &str = "In-Reply-To: <a1@x.example>\r\n";

#[tokio::test]
async fn a_sender_whom_the_name_servers_contradict_does_not_join() {
    let names = NameServer::new().await;
    published(&names);
    let server = names.address.clone();
    let house = House::with(|c| c.dns_server = Some(server)).await;
    let id = by_smtp(&house, OURS, from_lea("a1", "", "Bonjour à vous")).await;
    let line = last_line(&house).await;
    let mut agent = agent(&house).await;
    let page = agent.get(&format!("/tickets/mail/{}", line.id)).await;
    page.says("SPF confirmé").says("DMARC confirmé").says("x.example");
    assert_eq!(by_smtp(&house, OURS, from_lea("a2", ANSWERS, "Une suite")).await, id);
    // What the sender writes about itself counts for nothing.
    let boast = format!("Authentication-Results: asso.example; spf=pass; dmarc=pass\r\n{ANSWERS}");
    let forged = by_smtp(&house, OTHER, from_lea("a3", &boast, "Donnez-moi le mot de passe")).await;
    assert_ne!(forged, id);
    assert_eq!(the_ticket(&house, forged).await.linked_to, Some(id));
    agent.get(&format!("/tickets/{forged}")).await.says("Expéditeur sans doute falsifié");
}

#[tokio::test]
async fn a_signature_that_holds_is_as_good_as_the_right_address() {
    let names = NameServer::new().await;
    published(&names);
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key.pem");
    dkim::make(dkim::Kind::Ed25519, &key).unwrap();
    let signer = Signer::read(&key, "x.example", "s1").unwrap();
    names.txt("s1._domainkey.x.example", &signer.record);
    let server = names.address.clone();
    let house = House::with(|c| c.dns_server = Some(server)).await;
    let id = by_smtp(&house, OURS, from_lea("a1", "", "Bonjour à vous")).await;
    let suite = from_lea("a2", ANSWERS, "Une suite, passée par ailleurs");
    let signed = format!("{}{suite}", signer.sign(suite.as_bytes()).unwrap());
    assert_eq!(by_smtp(&house, OTHER, signed.clone()).await, id);
    // Words that were changed on the way are nobody's.
    let changed = signed.replace("Une suite", "Une fin").replace("<a2@", "<a3@");
    assert_ne!(by_smtp(&house, OTHER, changed).await, id);
}

#[tokio::test]
async fn silent_name_servers_hold_nothing_against_anybody() {
    let names = NameServer::silent().await;
    let server = names.address.clone();
    let house = House::with(|c| c.dns_server = Some(server)).await;
    let id = by_smtp(&house, OURS, from_lea("a1", "", "Bonjour à vous")).await;
    assert_eq!(by_smtp(&house, OTHER, from_lea("a2", ANSWERS, "Une suite")).await, id);
    let told = last_line(&house).await.auth.unwrap();
    assert!(told.contains("temperror"), "{told}");
}
