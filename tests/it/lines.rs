//! Dues, what is given in return, waivers, gifts in kind, refunds and chargebacks: each a line of its own, with its proof,
//! and what it does to a receipt shown before it is done.

mod back;
mod files;
mod proving;
mod refunds;

use entities::{gift, gift_proof, receipt};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use rocket::http::Status;
use rules::gift::{Cause, DateBasis, Method, Nature, Purpose};
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use soutien::donations::actions::proofs::{self, NewProof};
use soutien::donations::{self, GiveBack, GivenBack, NewGift, Refusal};
use soutien::platform::Stop;
use soutien::{check, receipts};

use crate::clearing::story::{bring, undo};
use crate::house::{Browser, House};
use crate::receipts::{all, day, keep, person, run};

/// A cheque received on a day.
fn cheque(donor_id: i64, on: &str, cents: i64) -> NewGift {
    NewGift {
        donor_id: Some(donor_id),
        gross: Cents(cents),
        method: Some(Method::Cheque),
        received_on: Some(day(on)),
        ..NewGift::default()
    }
}

async fn record(house: &House, new: &NewGift) -> i64 {
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn zoe(house: &House) -> i64 {
    keep(house, person("d’Œ", "Zoë"), Some("zoe@example.org")).await
}

fn part(gift_id: i64, cents: Option<i64>, receipt: Option<&str>) -> GiveBack {
    GiveBack {
        gift_id,
        cause: Cause::Refund,
        back: cents.map(Cents),
        reason: "à sa demande".into(),
        receipt: receipt.map(Into::into),
        proof: NewProof { file: None, place: "classeur 3".into() },
    }
}

async fn give_back(house: &House, command: &GiveBack) -> Result<GivenBack, Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(donations::give_back(&house.core, &tx, command).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn lines(house: &House) -> Vec<gift::Model> {
    gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap()
}

async fn live(house: &House) -> Vec<receipt::Model> {
    all(house).await.into_iter().filter(|receipt| receipt.state == "issued").collect()
}

async fn laws_hold(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), Vec::new());
}

const PDF: &[u8] = b"%PDF-1.7\n<script>alert(1)</script>";

/// The fields of a card gift of 100 euros with a t-shirt.
fn shirt<'a>(worth: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("donor", "1"),
        ("gross", "100"),
        ("method", "card"),
        ("paid_on", "10/02/2026"),
        ("counterpart", worth),
        ("counterpart_what", "T-shirt <b>"),
    ]
}

#[tokio::test]
async fn what_a_counterpart_does_is_shown_before_the_gift_is_written() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts/new?donor=1").await.says("Contrepartie");
    let slight = shirt("25", "aaaaaaaaaaaaaaaa");
    let look = who.post("/gifts", &slight).await;
    assert_eq!((look.status, lines(&house).await.len()), (Status::Ok, 0), "nothing is written yet");
    look.says("Rien n’est encore écrit").says("un reçu de 2026").says("100,00").says("T-shirt &lt;b&gt;");
    let back = who.post("/gifts", &[slight.clone(), vec![("edit", "true")]].concat()).await;
    back.says("value=\"100\"").says("T-shirt &lt;b&gt;");
    let seen = [slight, vec![("seen", "true")]].concat();
    let done = who.post("/gifts", &seen).await;
    who.follow(&done).await.says("Le don est enregistré").says("T-shirt &lt;b&gt;").says("25,00");
    let twice = who.post("/gifts", &seen).await;
    who.follow(&twice).await.says("était déjà enregistré");

    let dear = shirt("25,01", "bbbbbbbbbbbbbbbb");
    who.post("/gifts", &dear).await.says("Cette ligne ne donnera pas de reçu").says("vaut plus du quart");
    let done = who.post("/gifts", &[dear, vec![("seen", "true")]].concat()).await;
    who.follow(&done).await.says("la loi n’y voit pas un don");
    let sale = who.post("/gifts", &shirt("100,01", "cccccccccccccccc")).await;
    assert_eq!(sale.status, Status::UnprocessableEntity);
    sale.says("c’est une vente");
    let mut unnamed = shirt("5", "dddddddddddddddd");
    unnamed.pop();
    who.post("/gifts", &unnamed).await.says("Dites ce que la personne a reçu en retour");
    run(&house, 2026).await;
    let issued = live(&house).await;
    assert_eq!((issued.len(), issued[0].amount_cents), (1, 10_000));
    who.get("/receipts/run?year=2026").await.says("Contrepartie trop élevée");
    laws_hold(&house).await;
}

#[tokio::test]
async fn the_cap_of_a_year_is_dated_and_a_treasurer_adds_to_it() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    for (key, on) in [("aaaaaaaaaaaaaaaa", "10/01/2026"), ("bbbbbbbbbbbbbbbb", "11/01/2026")] {
        let mut fields = shirt("25", key);
        fields[4] = ("paid_on", on);
        who.get("/gifts/new?donor=1").await;
        who.post("/gifts", &[fields, vec![("seen", "true")]].concat()).await;
    }
    // The third passes 73 euros; written before the others in the year, it is another one that passes.
    who.post("/gifts", &shirt("25", "cccccccccccccccc")).await.says("dépassent").says("73,00");
    let mut first = shirt("25", "dddddddddddddddd");
    first[4] = ("paid_on", "05/01/2026");
    who.post("/gifts", &first).await.says("un reçu de 2026").says("n’aura plus de reçu");

    who.get("/gifts/counterparts").await.says("73,00").says("fourni avec Soutien");
    let cap = [("from", "01/01/2026"), ("most", "75"), ("law", "arrêté <du> 1er janvier")];
    let wrong = who.post("/gifts/counterparts", &[("from", "x"), ("most", "0"), ("law", "")]).await;
    assert_eq!(wrong.status, Status::UnprocessableEntity);
    let none = who.post("/gifts/counterparts", &[("from", "01/01/2026"), ("most", "75"), ("law", " ")]).await;
    none.says("Dites quel texte");
    let done = who.post("/gifts/counterparts", &cap).await;
    who.follow(&done).await.says("75,00").says("arrêté &lt;du&gt; 1er janvier").says("73,00");
    who.post("/gifts", &shirt("25", "cccccccccccccccc")).await.says("un reçu de 2026");
    let mut auditor = house.staff(Role::Auditor).await;
    auditor.get("/gifts/counterparts").await.says("75,00");
    assert_eq!(auditor.post("/gifts/counterparts", &cap).await.status, Status::Forbidden);
}

#[tokio::test]
async fn dues_are_lines_of_their_own_and_the_association_says_whether_they_give_receipts() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let dues = NewGift { purpose: Purpose::Dues, ..cheque(donor, "2025-05-01", 2000) };
    record(&house, &dues).await;
    record(&house, &cheque(donor, "2025-06-01", 5000)).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts").await.says("Cotisation · Chèque");
    let mut identity = house.staff(Role::Admin).await;
    identity.get("/settings").await.says("Les cotisations ne donnent pas droit à un reçu");
    let tx = house.tx().await;
    let mut row = soutien::accounts::association::get(tx.conn()).await.unwrap().unwrap();
    row.dues_receipted = false;
    soutien::accounts::association::save(&tx, row).await.unwrap();
    tx.commit().await.unwrap();
    who.get("/receipts/run?year=2025").await.says("Cotisations sans reçu").says("50,00");
    let tx = house.tx().await;
    let mut row = soutien::accounts::association::get(tx.conn()).await.unwrap().unwrap();
    row.dues_receipted = true;
    soutien::accounts::association::save(&tx, row).await.unwrap();
    tx.commit().await.unwrap();
    run(&house, 2025).await;
    assert_eq!(live(&house).await[0].amount_cents, 7000);
    let of_kind = NewGift {
        purpose: Purpose::Dues,
        nature: Nature::InKind,
        method: None,
        note: "Une table".into(),
        ..cheque(donor, "2025-05-01", 2000)
    };
    let tx = house.tx().await;
    assert!(donations::record(&house.core, &tx, &of_kind).await.is_err(), "dues are money");
    drop(tx);
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_correction_shows_both_years_before_it_is_done() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let id = record(&house, &cheque(donor, "2025-12-30", 5000)).await;
    let mut who: Browser = house.staff(Role::Treasurer).await;
    who.get(&format!("/gifts/{id}/correct")).await;
    let fields = [
        ("donor", "1"),
        ("gross", "50"),
        ("method", "cheque"),
        ("received_on", "02/01/2026"),
        ("counterpart", "5"),
        ("counterpart_what", "Un livre"),
        ("reason", "reçu le 2 janvier"),
    ];
    let look = who.post(&format!("/gifts/{id}/correct"), &fields).await;
    look.says("Reçus des dons de 2025").says("Reçus des dons de 2026").says("un reçu de 2026");
    assert_eq!(lines(&house).await.len(), 1);
    let done =
        who.post(&format!("/gifts/{id}/correct"), &[fields.as_slice(), &[("seen", "true")]].concat()).await;
    who.follow(&done).await.says("Le don est corrigé").says("Un livre");
    laws_hold(&house).await;
}
