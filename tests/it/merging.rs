//! Two records of one donor: found, merged by a person, and two again.

mod random;

use chrono::NaiveDate;
use entities::{donor, donor_mail, gift, receipt};
use proptest::prelude::*;
use rocket::http::Status;
use rules::address::PostalAddress;
use rules::gift::{Cause, Method};
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use soutien::check;
use soutien::donations::actions::proofs::NewProof;
use soutien::donations::{self, GiveBack, NewGift};
use soutien::donors::{self, DonorFacts};
use soutien::merging::{self, Merge, Refusal, queries};
use soutien::platform::{Actor, Stop};
use soutien::receipts::{self, IssueOne};

use crate::house::House;

fn zoe(street: &str, mail: &str) -> DonorFacts {
    DonorFacts {
        first_names: "Zoé".into(),
        last_name: "Le Goff".into(),
        address: PostalAddress::tidy(&[street], if street.is_empty() { "" } else { "35000" }, "Rennes", "FR"),
        mails: vec![mail.into()],
        ..DonorFacts::default()
    }
}

async fn keep(house: &House, facts: &DonorFacts) -> i64 {
    let tx = house.tx().await;
    let id = donors::create(&house.core, &tx, facts).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn give(house: &House, donor_id: i64, cents: i64) -> i64 {
    let tx = house.tx().await;
    let new = NewGift {
        donor_id: Some(donor_id),
        gross: Cents(cents),
        method: Some(Method::Cheque),
        received_on: NaiveDate::from_ymd_opt(2025, 6, 1),
        ..NewGift::default()
    };
    let id = donations::record(&house.core, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn version(house: &House, id: i64) -> i32 {
    donors::queries::get(house.core.db.read(), id).await.unwrap().map_or(1, |row| row.version)
}

async fn merge(house: &House, kept: i64, absorbed: i64) -> Result<i64, Refusal> {
    let command = Merge {
        kept: (kept, version(house, kept).await),
        absorbed: (absorbed, version(house, absorbed).await),
    };
    let tx = house.tx().await;
    match Stop::split(merging::merge(&house.core, &tx, command).await).unwrap() {
        Ok(id) => {
            tx.commit().await.unwrap();
            Ok(id)
        }
        Err(why) => Err(why),
    }
}

async fn undo(house: &House, merge: i64) -> Result<(i64, i64), Refusal> {
    let tx = house.tx().await;
    match Stop::split(merging::undo(&house.core, &tx, merge).await).unwrap() {
        Ok(ids) => {
            tx.commit().await.unwrap();
            Ok(ids)
        }
        Err(why) => Err(why),
    }
}

async fn receipt(house: &House, donor_id: i64) -> String {
    let tx = house.tx().await;
    let issued =
        receipts::issue_one(&house.core, &tx, IssueOne { donor_id, year: 2025, abroad: false, mails: false })
            .await
            .unwrap();
    tx.commit().await.unwrap();
    issued[0].number.clone()
}

/// Whose everything is, and what each record says; versions and instants rise with every change.
async fn everything(house: &House) -> String {
    let conn = house.core.db.read();
    let mut donors = donor::Entity::find().order_by_asc(donor::Column::Id).all(conn).await.unwrap();
    for row in &mut donors {
        (row.version, row.updated_at) = (0, row.created_at);
    }
    let gifts = gift::Entity::find().order_by_asc(gift::Column::Id).all(conn).await.unwrap();
    let receipts = receipt::Entity::find().order_by_asc(receipt::Column::Id).all(conn).await.unwrap();
    let mails = donor_mail::Entity::find().order_by_asc(donor_mail::Column::DonorId).all(conn).await.unwrap();
    let mails: Vec<_> = mails.into_iter().map(|mail| (mail.donor_id, mail.address, mail.is_main)).collect();
    format!("{donors:#?}\n{gifts:#?}\n{receipts:#?}\n{mails:#?}")
}

async fn holds(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), []);
}

#[tokio::test]
async fn gifts_receipts_and_mails_follow_a_merge_and_its_undoing() {
    let house = House::new().await;
    let old = keep(&house, &zoe("", "zoe@exemple.org")).await;
    let new = keep(&house, &zoe("3 rue des Lilas", "zoe@travail.example")).await;
    give(&house, old, 1000).await;
    let paid = give(&house, new, 2500).await;
    let number = receipt(&house, new).await;
    let before = everything(&house).await;

    let id = merge(&house, old, new).await.unwrap();
    holds(&house).await;
    let conn = house.core.db.read();
    let gifts = gift::Entity::find().filter(gift::Column::DonorId.eq(old)).all(conn).await.unwrap();
    assert_eq!(gifts.iter().map(|line| line.gross_cents).sum::<i64>(), 3500);
    let paper =
        receipt::Entity::find().filter(receipt::Column::Number.eq(number)).one(conn).await.unwrap().unwrap();
    assert_eq!(paper.donor_id, old);
    for mail in ["zoe@exemple.org", "zoe@travail.example"] {
        let found = donors::find_by_mail(conn, mail).await.unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [old], "{mail}");
    }
    let kept = donors::queries::get(conn, old).await.unwrap().unwrap();
    assert_eq!((kept.street.as_str(), kept.postal_code.as_str()), ("3 rue des Lilas", "35000"));
    // The tables keep it so, whoever writes.
    let late = format!(
        "INSERT INTO gift (donor_id, source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, \
         campaign, gift_date, date_basis, note, created_at) SELECT {new}, source, 'late', gross_cents, fee_cents, \
         net_cents, method, nature, form, campaign, gift_date, date_basis, note, created_at FROM gift WHERE id = {paid}"
    );
    let refused = conn.execute_unprepared(&late).await;
    assert!(refused.is_err_and(|why| why.to_string().contains("merged")));

    assert_eq!(undo(&house, id).await, Ok((old, new)));
    assert_eq!(everything(&house).await, before);
    holds(&house).await;
    assert_eq!(undo(&house, id).await, Err(Refusal::Unknown));
    let stolen =
        conn.execute_unprepared(&format!("UPDATE gift SET donor_id = {old} WHERE id = {paid}")).await;
    assert!(stolen.is_err(), "a gift on a live receipt keeps its donor");
    let stolen = conn.execute_unprepared(&format!("UPDATE receipt SET donor_id = {old}")).await;
    assert!(stolen.is_err(), "a receipt keeps its donor");
}

#[tokio::test]
async fn a_receipt_for_gifts_of_both_stands_in_the_way_until_it_is_cancelled() {
    let house = House::new().await;
    let old = keep(&house, &zoe("3 rue des Lilas", "zoe@exemple.org")).await;
    let new = keep(&house, &zoe("3 r. des lilas", "zoe@travail.example")).await;
    let (own, other) = (give(&house, old, 1000).await, give(&house, new, 2500).await);
    let id = merge(&house, old, new).await.unwrap();
    let number = receipt(&house, old).await;
    assert_eq!(undo(&house, id).await, Err(Refusal::OnReceipt { number: number.clone() }));
    let tx = house.tx().await;
    receipts::cancel(&house.core, &tx, &number, "deux personnes").await.unwrap();
    // What was taken back since goes back with its gift.
    donations::reverse(&house.core, &tx, other, "saisi deux fois").await.unwrap();
    tx.commit().await.unwrap();
    undo(&house, id).await.unwrap();
    let conn = house.core.db.read();
    let of_new = gift::Entity::find().filter(gift::Column::DonorId.eq(new)).all(conn).await.unwrap();
    assert_eq!(of_new.iter().map(|line| line.gross_cents).collect::<Vec<_>>(), [2500, -2500]);
    let of_old = gift::Entity::find().filter(gift::Column::DonorId.eq(old)).all(conn).await.unwrap();
    assert_eq!(of_old.iter().map(|line| line.id).collect::<Vec<_>>(), [own]);
    holds(&house).await;
}

#[tokio::test]
async fn what_is_left_of_a_gift_goes_back_to_its_donor_when_a_merge_is_undone() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(keep(&house, &zoe("3 rue des Lilas", &format!("zoe{n}@exemple.org"))).await);
    }
    let [old, middle, new] = ids[..] else { unreachable!() };
    let own = give(&house, old, 1000).await;
    let other = give(&house, new, 2500).await;
    let first = merge(&house, middle, new).await.unwrap();
    let second = merge(&house, old, middle).await.unwrap();
    let back = |gift_id| GiveBack {
        gift_id,
        cause: Cause::Refund,
        back: Some(Cents(500)),
        reason: "à sa demande".into(),
        receipt: None,
        proof: NewProof { file: None, place: "classeur".into() },
    };
    let tx = house.tx().await;
    let left = donations::give_back(&house.core, &tx, &back(other)).await.unwrap().left.unwrap();
    donations::give_back(&house.core, &tx, &back(own)).await.unwrap();
    let last = donations::give_back(&house.core, &tx, &back(left)).await.unwrap().left.unwrap();
    let right = NewGift {
        donor_id: Some(old),
        gross: Cents(1400),
        method: Some(Method::Cheque),
        received_on: NaiveDate::from_ymd_opt(2025, 6, 1),
        ..NewGift::default()
    };
    donations::correct(&house.core, &tx, last, &right, "lu de travers").await.unwrap();
    tx.commit().await.unwrap();
    let number = receipt(&house, old).await;
    let stands = Err(Refusal::OnReceipt { number: number.clone() });
    assert_eq!(undo(&house, second).await, stands, "what is left of both is on it");
    let tx = house.tx().await;
    receipts::cancel(&house.core, &tx, &number, "deux personnes").await.unwrap();
    tx.commit().await.unwrap();
    undo(&house, second).await.unwrap();
    undo(&house, first).await.unwrap();
    let of = async |donor: i64| {
        let lines =
            gift::Entity::find().filter(gift::Column::DonorId.eq(donor)).order_by_asc(gift::Column::Id);
        let lines = lines.all(house.core.db.read()).await.unwrap();
        lines.iter().map(|line| line.gross_cents).collect::<Vec<_>>()
    };
    assert_eq!(of(old).await, [1000, -1000, 500]);
    assert_eq!(of(middle).await, [0; 0]);
    assert_eq!(of(new).await, [2500, -2500, 2000, -2000, 1500, -1500, 1400]);
    holds(&house).await;
}

#[tokio::test]
async fn a_record_stands_aside_once_and_takes_no_other() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(keep(&house, &zoe("3 rue des Lilas", &format!("zoe{n}@exemple.org"))).await);
    }
    assert_eq!(merge(&house, ids[0], ids[0]).await, Err(Refusal::Same));
    assert_eq!(merge(&house, ids[0], 999_999).await.unwrap_err(), Refusal::Unknown);
    let first = merge(&house, ids[1], ids[2]).await.unwrap();
    assert_eq!(merge(&house, ids[0], ids[2]).await, Err(Refusal::Merged));
    assert_eq!(merge(&house, ids[2], ids[0]).await, Err(Refusal::Merged));
    let second = merge(&house, ids[0], ids[1]).await.unwrap();
    let ends = donors::queries::standing(house.core.db.read(), &ids).await.unwrap();
    assert_eq!((ends.get(&ids[1]), ends.get(&ids[2]), ends.len()), (Some(&ids[0]), Some(&ids[0]), 2));
    assert_eq!(undo(&house, first).await, Err(Refusal::Merged), "the later one first");
    undo(&house, second).await.unwrap();
    undo(&house, first).await.unwrap();
    let tx = house.tx().await;
    let stale = Merge { kept: (ids[0], 1), absorbed: (ids[1], 1) };
    assert!(matches!(merging::merge(&house.core, &tx, stale).await, Err(Stop::Refused(Refusal::Changed))));
    drop(tx);
    holds(&house).await;
}

#[tokio::test]
async fn a_gift_typed_for_a_record_that_was_merged_meanwhile_is_of_the_kept_one() {
    let house = House::new().await;
    let kept = keep(&house, &zoe("3 rue des Lilas", "zoe@exemple.org")).await;
    let aside = keep(&house, &zoe("3 rue des Lilas", "zoe@travail.example")).await;
    merge(&house, kept, aside).await.unwrap();
    let id = give(&house, aside, 1000).await;
    let line = gift::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!(line.donor_id, Some(kept));
    holds(&house).await;
}

#[tokio::test]
async fn two_people_merge_the_same_two_records_at_once() {
    let house = House::new().await;
    let a = keep(&house, &zoe("3 rue des Lilas", "zoe@exemple.org")).await;
    let b = keep(&house, &zoe("3 rue des Lilas", "zoe@travail.example")).await;
    for id in [a, b] {
        give(&house, id, 1000).await;
    }
    let once = |kept, absorbed| {
        let core = house.core.clone();
        tokio::spawn(async move {
            let tx = soutien::platform::Tx::begin(&core, Actor::Command).await.unwrap();
            let done = merging::merge(&core, &tx, Merge { kept: (kept, 1), absorbed: (absorbed, 1) }).await;
            match Stop::split(done).unwrap() {
                Ok(_) => tx.commit().await.is_ok(),
                Err(_) => false,
            }
        })
    };
    let (one, other) = (once(a, b), once(b, a));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert!(one != other, "one of the two is done, the other refused: {one} {other}");
    holds(&house).await;
}

#[tokio::test]
async fn pairs_are_proposed_with_reasons_until_somebody_tells_them_apart() {
    let house = House::new().await;
    let full = keep(&house, &zoe("3 rue des Lilas", "zoe@exemple.org")).await;
    let turned = DonorFacts {
        first_names: String::new(),
        last_name: "LE GOFF ZOE".into(),
        ..zoe("3 r. des Lilas", "")
    };
    let turned = keep(&house, &DonorFacts { mails: Vec::new(), ..turned }).await;
    let couple = DonorFacts { first_names: "Yann".into(), ..zoe("3 rue des Lilas", "zoe@exemple.org") };
    keep(&house, &couple).await;
    give(&house, turned, 1000).await;
    let mut browser = house.staff(Role::Treasurer).await;
    let page = browser.get("/donors/duplicates").await;
    page.says("Ressemblance\u{202f}: 75 sur 100")
        .says("même nom")
        .says("même adresse")
        .says("1 paire à regarder");
    assert!(!page.body.contains("Yann"), "a couple is two people");

    let address = format!("/donors/{turned}/merge/{full}");
    let page = browser.get(&address).await;
    page.says(&format!("LE GOFF ZOE (fiche nᵒ {turned})")).says("zoe@exemple.org");
    let fields = [("one", turned), ("one_version", 1), ("other", full), ("other_version", 1), ("keep", full)];
    let fields: Vec<(&str, String)> = fields.map(|(name, value)| (name, value.to_string())).to_vec();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // Somebody else was quicker.
    let tx = house.tx().await;
    donors::set_mails(&house.core, &tx, turned, &["autre@exemple.org".into()]).await.unwrap();
    tx.commit().await.unwrap();
    let page = browser.post("/donors/merges", &fields).await;
    let page = browser.follow(&page).await;
    page.says("Quelqu’un vient de modifier").says("autre@exemple.org");
    let again: Vec<(&str, &str)> =
        fields.iter().map(|(n, v)| if *n == "one_version" { (*n, "2") } else { (*n, *v) }).collect();
    let page = browser.post("/donors/merges", &again).await;
    let page = browser.follow(&page).await;
    page.says("Les deux fiches sont réunies")
        .says("LE GOFF ZOE")
        .says("autre@exemple.org")
        .says("Séparer de nouveau");
    let aside = browser.get(&format!("/donors/{turned}")).await;
    assert_eq!(
        (aside.status, aside.header("location")),
        (Status::SeeOther, Some(format!("/donors/{full}").as_str()))
    );
    assert!(!browser.get("/donors?q=le+goff").await.body.contains("LE GOFF ZOE"));
    browser.get("/donors/duplicates").await.says("Aucun doublon");

    let merges = donors::queries::story::merges(house.core.db.read(), full).await.unwrap();
    let undo = format!("/donors/{full}/merges/{}/undo", merges[0].0.id);
    let page = browser.post(&undo, &[]).await;
    browser.follow(&page).await.says("de nouveau séparées");
    let (one, other) = (full.to_string(), turned.to_string());
    let page = browser.post("/donors/duplicates/apart", &[("one", &one), ("other", &other)]).await;
    browser.follow(&page).await.says("ne seront plus proposées").says("Aucun doublon");
    let page = browser.get(&format!("/donors/{full}/merge?q=LE+GOFF")).await;
    page.says("LE GOFF ZOE").says(&format!("/donors/{full}/merge/{turned}"));
    holds(&house).await;
}

#[tokio::test]
async fn a_company_is_found_by_its_siren_and_old_records_are_compared_once_they_have_keys() {
    let house = House::new().await;
    let company = |name: &str, siren: Option<&str>| DonorFacts {
        kind: rules::receipt::input::DonorKind::Organisation,
        organisation: name.into(),
        siren: siren.map(str::to_owned),
        ..DonorFacts::default()
    };
    let one = keep(&house, &company("Atelier du Web SARL", Some("732 829 320"))).await;
    let other = keep(&house, &company("ADW", Some("732829320"))).await;
    keep(&house, &company("Atelier du Web", Some("552100554"))).await;
    let conn = house.core.db.read();
    let (pairs, count) = queries::pairs(conn, 10).await.unwrap();
    assert_eq!(
        (count, pairs[0].one.row.id, pairs[0].other.row.id, pairs[0].likeness.score),
        (1, one, other, 70)
    );

    conn.execute_unprepared("UPDATE donor SET name_key = NULL, address_key = NULL").await.unwrap();
    assert_eq!(queries::without_keys(conn).await.unwrap(), 3);
    house.work().await;
    assert_eq!(queries::without_keys(conn).await.unwrap(), 0);
    let row = donors::queries::get(conn, one).await.unwrap().unwrap();
    assert_eq!(row.name_key.as_deref(), Some("atelier du web"));
}

#[tokio::test]
async fn a_file_whose_donors_were_merged_can_still_be_undone() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await;
    let text =
        "Date;Montant;Nom;Référence\n15/12/2025;10,00;Ana MAQUETTE;a1\n16/12/2025;20,00;Ana Maquette;a2\n";
    let file = [("file", "a.csv", "text/csv", text.as_bytes())];
    let brought = who.post_files("/imports", &[("source", "generic")], &file).await;
    let here = brought.location.clone().unwrap();
    who.post(&format!("{here}/taking"), &[]).await;
    let all = donor::Entity::find().order_by_asc(donor::Column::Id).all(house.core.db.read()).await.unwrap();
    let merged = merge(&house, all[0].id, all[1].id).await.unwrap();
    let page = who.post(&format!("{here}/undo"), &[]).await;
    who.follow(&page).await.says("2 dons sont retirés");
    holds(&house).await;
    undo(&house, merged).await.unwrap();
    holds(&house).await;
}
