//! What payment tools announce: believed when signed, heard once, brought as a file.

use entities::{gift, hook_event};
use hmac::{Hmac, KeyInit, Mac};
use rocket::http::{Header, Status};
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};
use sha2::Sha256;

use crate::house::{Browser, House};

const KEY: &str = "clé-de-signature";

fn mac(parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

fn payment(id: i64, cents: i64, state: &str) -> String {
    format!(
        r#"{{"eventType":"Payment","data":{{"id":{id},"amount":{cents},"date":"2026-02-28T12:00:00+01:00","state":"{state}",
        "paymentMeans":"Card","order":{{"id":7,"formSlug":"hiver","formType":"Donation"}},
        "payer":{{"firstName":"Zoë","lastName":"<b>Œ</b>","email":"zoe@example.org"}},
        "items":[{{"type":"Donation","shareAmount":{cents}}}]}}}}"#
    )
}

async fn knock(browser: &Browser, path: &str, header: (&str, String), body: &str) -> Status {
    let header = Header::new(header.0.to_owned(), header.1);
    browser.client.post(path.to_owned()).header(header).body(body).dispatch().await.status()
}

async fn events(house: &House) -> Vec<hook_event::Model> {
    hook_event::Entity::find().order_by_asc(hook_event::Column::Id).all(house.core.db.read()).await.unwrap()
}

#[tokio::test]
async fn a_payment_of_helloasso_is_heard_once_and_brought_as_a_file() {
    let house = House::new().await;
    let tool = house.visitor().await;
    let first = payment(5001, 1500, "Authorized");
    let signed = |body: &str| ("x-ha-signature", mac(&[body.as_bytes()]));
    assert_eq!(
        knock(&tool, "/hooks/helloasso", signed(&first), &first).await,
        Status::Forbidden,
        "no key was set"
    );
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports/hooks").await.says("sans clé").says("/hooks/helloasso");
    let none = who.post("/imports/hooks/helloasso/secret", &[("secret", " ")]).await;
    who.follow(&none).await.says("Collez la clé");
    let kept = who.post("/imports/hooks/helloasso/secret", &[("secret", KEY)]).await;
    who.follow(&kept).await.says("La clé est gardée").says("à l’écoute");
    for (header, body) in [
        (("x-ha-signature", String::new()), first.as_str()),
        (("x-ha-signature", mac(&[b"other"])), first.as_str()),
        (("stripe-signature", mac(&[first.as_bytes()])), first.as_str()),
    ] {
        assert_eq!(knock(&tool, "/hooks/helloasso", header, body).await, Status::Forbidden);
    }
    assert_eq!(knock(&tool, "/hooks/helloasso", signed("[]"), "[]").await, Status::UnprocessableEntity);
    assert_eq!(events(&house).await, []);
    for _ in 0..3 {
        assert_eq!(knock(&tool, "/hooks/helloasso", signed(&first), &first).await, Status::Ok);
    }
    let order = r#"{"eventType":"Order","data":{}}"#;
    assert_eq!(knock(&tool, "/hooks/helloasso", signed(order), order).await, Status::Ok);
    assert_eq!(events(&house).await.len(), 2, "what is sent again is heard once");
    // The payment changes before anybody looks: the last word stands.
    let second = payment(5002, 900, "Authorized");
    let refunded = payment(5002, 900, "Refunded");
    for body in [&second, &refunded] {
        assert_eq!(knock(&tool, "/hooks/helloasso", signed(body), body).await, Status::Ok);
    }
    who.get("/imports/hooks").await.says("Regarder ces paiements").says("Zoë &lt;b&gt;");
    let brought = who.post("/imports/hooks", &[]).await;
    let page = who.follow(&brought).await;
    page.says("HelloAsso, annonces du 02/03/2026").says("15,00");
    who.post("/imports/1/taking", &[]).await;
    let gifts = gift::Entity::find().all(house.core.db.read()).await.unwrap();
    let told: Vec<(&str, &str, i64)> =
        gifts.iter().map(|g| (g.source.as_str(), g.external_id.as_str(), g.gross_cents)).collect();
    assert_eq!(told, [("helloasso", "5001", 1500)]);
    assert!(events(&house).await.iter().all(|event| event.who.is_empty() && event.cells.is_none()));
    let again = who.post("/imports/hooks", &[]).await;
    who.follow(&again).await.says("Aucun paiement annoncé n’attend");
    // The export that comes later knows the gift.
    let export = "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Nom payeur;Prénom payeur;Email payeur;Campagne;Type;Moyen de paiement\r\n\
        7;5001;15,00;28/02/2026 12:00:00;Payé;Œ;Zoë;zoe@example.org;hiver;Don;Carte bancaire\r\n";
    who.get("/imports").await;
    let file = [("file", "export.csv", "text/csv", export.as_bytes())];
    let brought = who.post_files("/imports", &[("source", "helloasso")], &file).await;
    who.follow(&brought).await.says("Déjà dans le registre des dons");
}

#[tokio::test]
async fn a_charge_of_stripe_is_believed_when_fresh_and_shown_until_it_is_in_the_ledger() {
    let house = House::new().await;
    let tool = house.visitor().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports/hooks").await;
    who.post("/imports/hooks/stripe/secret", &[("secret", KEY)]).await;
    let now = house.core.clock.now().timestamp();
    let body = format!(
        r#"{{"id":"evt_1","type":"charge.succeeded","livemode":true,"data":{{"object":{{"id":"ch_1","amount":700,"currency":"eur",
        "created":{now},"billing_details":{{"name":"Ana"}}}}}}}}"#
    );
    let signed = |at: i64| {
        (
            "stripe-signature",
            format!("t={at},v1={}", mac(&[at.to_string().as_bytes(), b".", body.as_bytes()])),
        )
    };
    assert_eq!(
        knock(&tool, "/hooks/stripe", signed(now - 400), &body).await,
        Status::Forbidden,
        "an old one is a replay"
    );
    assert_eq!(knock(&tool, "/hooks/stripe", signed(now), &body).await, Status::Ok);
    assert_eq!(knock(&tool, "/hooks/stripe", signed(now), &body).await, Status::Ok);
    assert_eq!(events(&house).await.len(), 1);
    let page = who.get("/imports/hooks").await;
    page.says("Un paiement annoncé n’est pas encore au registre").says("7,00").says("Ana");
    assert!(!page.body.contains("Regarder ces paiements"), "its fees are not known yet");
    use rules::{gift::Method, money::Cents};
    use soutien::donations::{self, NewGift};
    let gift = NewGift {
        source: "stripe".into(),
        external_id: "ch_1".into(),
        gross: Cents(700),
        fee: Cents(25),
        method: Some(Method::Card),
        paid_at: Some(house.core.clock.now()),
        ..NewGift::default()
    };
    let tx = house.tx().await;
    soutien::platform::Stop::split(donations::record(&house.core, &tx, &gift).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    assert!(!who.get("/imports/hooks").await.body.contains("n’est pas encore au registre"));
    house.work().await;
    assert_eq!(events(&house).await[0].who, "", "its name is in the ledger now");
    assert_eq!(knock(&tool, "/hooks/elsewhere", signed(now), &body).await, Status::Forbidden);
    let large = "x".repeat(300 * 1024);
    assert_eq!(knock(&tool, "/hooks/stripe", signed(now), &large).await, Status::PayloadTooLarge);
}

/// An announced payment that waits, for tests of other rooms.
pub async fn one_event(house: &House) {
    use soutien::hooks::actions::{self, Tool};
    use soutien::platform::Stop;
    let tx = house.tx().await;
    Stop::split(actions::set_secret(&house.core, &tx, Tool::HelloAsso, KEY).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    let body = payment(5001, 1500, "Authorized");
    let signature = mac(&[body.as_bytes()]);
    let heard = actions::hear(&house.core, Tool::HelloAsso, &signature, body.as_bytes()).await;
    Stop::split(heard).unwrap().unwrap();
}
