//! Recurring gifts that gifts show, those made by hand, and mandates.

use chrono::{NaiveDate, TimeDelta};
use entities::{mandate, plan};
use rocket::http::Status;
use rules::gift::Method;
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::donations::{self, NewGift};
use soutien::donors;
use soutien::merging::{self, Merge};
use soutien::plans::actions::{self, NewMandate, NewPlan, Refusal};
use soutien::platform::Stop;

use crate::donors::person;
use crate::house::House;

pub const IBAN: &str = "FR76 3000 6000 0112 3456 7890 189";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub async fn donor(house: &House, first: &str) -> i64 {
    let tx = house.tx().await;
    let id = donors::create(&house.core, &tx, &person(first, "MODÈLE")).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn give(house: &House, donor_id: i64, on: &str, cents: i64) -> i64 {
    let gift = NewGift {
        donor_id: Some(donor_id),
        source: "helloasso".into(),
        external_id: format!("{donor_id}-{on}"),
        gross: Cents(cents),
        method: Some(Method::Card),
        paid_at: rules::dates::paris_midnight(day(on)),
        ..NewGift::default()
    };
    let tx = house.tx().await;
    let id = Stop::split(donations::record(&house.core, &tx, &gift).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

pub async fn find(house: &House) {
    loop {
        let tx = house.tx().await;
        let done = actions::find_due(&tx, 2).await.unwrap();
        tx.commit().await.unwrap();
        if done == 0 {
            return;
        }
    }
}

async fn plans(house: &House) -> Vec<plan::Model> {
    plan::Entity::find().order_by_asc(plan::Column::Id).all(house.core.db.read()).await.unwrap()
}

pub async fn signed(house: &House, donor_id: i64, iban: &str) -> i64 {
    let new = NewMandate {
        donor_id,
        rum: String::new(),
        signed_on: day("2026-02-01"),
        holder: "Zoë d’Œuvre".into(),
        iban: iban.into(),
        bic: String::new(),
    };
    let tx = house.tx().await;
    let id = Stop::split(actions::sign(&house.core, &tx, &new).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

pub async fn planned(house: &House, new: &NewPlan) -> Result<i64, Vec<Refusal>> {
    let tx = house.tx().await;
    let done = Stop::split(actions::make(&tx, new).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

#[tokio::test]
async fn a_plan_is_found_in_gifts_follows_them_and_goes_with_them() {
    let house = House::new().await;
    let zoe = donor(&house, "Zoë").await;
    let mut gifts = Vec::new();
    for (on, cents) in
        [("2025-11-05", 1000), ("2025-12-05", 1000), ("2026-01-05", 1000), ("2026-02-05", 1500)]
    {
        gifts.push(give(&house, zoe, on, cents).await);
    }
    find(&house).await;
    let [found] = plans(&house).await.try_into().unwrap();
    assert_eq!((found.rhythm.as_str(), found.cents, found.was_cents), ("monthly", 1500, Some(1000)));
    assert_eq!((found.last_on, found.payments), (Some(day("2026-02-05")), 4));
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/plans").await.says("Zoë MODÈLE").says("augmenté").says("à jour").says("15,00");
    // The days go by: late, then lapsed.
    house.wait(TimeDelta::days(20));
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/plans").await.says("Aucun don régulier ici");
    who.get("/plans?show=late").await.says("Zoë MODÈLE").says("en retard");
    house.wait(TimeDelta::days(30));
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/plans?show=lapsed").await.says("interrompu");
    who.get(&format!("/donors/{zoe}/plans")).await.says("HelloAsso").says("4 versements");
    // A gift that is taken back no longer counts, and with too few of them there is no plan.
    let tx = house.tx().await;
    for gift in &gifts[..2] {
        Stop::split(donations::reverse(&house.core, &tx, *gift, "Erreur").await).unwrap().unwrap();
    }
    tx.commit().await.unwrap();
    find(&house).await;
    assert_eq!(plans(&house).await, []);
    assert_eq!(house.staff(Role::Agent).await.get("/plans").await.status, Status::Forbidden);
}

#[tokio::test]
async fn an_account_is_checked_kept_sealed_shown_masked_and_whole_on_a_logged_word_only() {
    let house = House::new().await;
    let zoe = donor(&house, "Zoë").await;
    let here = format!("/donors/{zoe}/mandates");
    let mut who = house.staff(Role::Treasurer).await;
    who.get(&format!("/donors/{zoe}/plans")).await.says("Aucun mandat");
    let wrong = [
        ("holder", "李"),
        ("iban", "FR76 3000 6000 0112 3456 7890 188"),
        ("signed_on", "03/03/2026"),
        ("rum", "é"),
        ("bic", "x"),
    ];
    let refused = who.post(&here, &wrong).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused
        .says("Cet IBAN est faux")
        .says("lettres latines")
        .says("dans le futur")
        .says("35 signes")
        .says("8 ou 11");
    refused.says("value=\"FR76 3000 6000 0112 3456 7890 188\"");
    let right =
        [("holder", "Zoë d’Œuvre"), ("iban", IBAN), ("signed_on", "01/02/2026"), ("rum", ""), ("bic", "")];
    let kept = who.post(&here, &right).await;
    who.follow(&kept).await.says("Le mandat est gardé").says("FR76 •••• 0189").says(&format!("RUM-{zoe}-1"));
    let rows = mandate::Entity::find().all(house.core.db.read()).await.unwrap();
    let kept = format!("{:?}", rows[0]);
    assert!(!kept.contains("30006000") && !kept.contains("1234567890189"), "{kept}");
    let page = who.post("/mandates/1/account", &[]).await;
    page.says("FR76\u{a0}3000\u{a0}6000\u{a0}0112").says("inscrit au journal");
    assert!(!who.get(&format!("/donors/{zoe}/plans")).await.body.contains("3000\u{a0}6000"));
    house.staff(Role::Auditor).await.get("/audit").await.says("a affiché un compte bancaire en entier");
    assert_eq!(
        house.staff(Role::Auditor).await.post("/mandates/1/account", &[]).await.status,
        Status::Forbidden
    );
    // The same reference twice, and a mandate that died unused.
    let again =
        [("holder", "Z"), ("iban", IBAN), ("signed_on", "01/02/2023"), ("rum", &*format!("RUM-{zoe}-1"))];
    who.post(&here, &again).await.says("porte déjà cette référence").says("périmé depuis le 01/02/2026");
}

#[tokio::test]
async fn a_plan_by_hand_has_one_mandate_of_its_donor_and_ends_with_it() {
    let house = House::new().await;
    let (zoe, ana) = (donor(&house, "Zoë").await, donor(&house, "Ana").await);
    let mandate = signed(&house, zoe, IBAN).await;
    let new = NewPlan {
        donor_id: zoe,
        amount: Cents(1000),
        rhythm: rules::plan::Rhythm::Monthly,
        first_on: day("2026-03-31"),
        mandate_id: Some(mandate),
    };
    let of_another = NewPlan { donor_id: ana, ..new.clone() };
    assert_eq!(planned(&house, &of_another).await, Err(vec![Refusal::MandateOther]));
    let past = NewPlan { first_on: day("2026-03-01"), amount: Cents(0), ..new.clone() };
    assert_eq!(planned(&house, &past).await, Err(vec![Refusal::OutOfRange, Refusal::FirstPast]));
    let id = planned(&house, &new).await.unwrap();
    assert_eq!(planned(&house, &new).await, Ok(id), "pressed twice");
    let other = NewPlan { amount: Cents(2000), ..new.clone() };
    assert_eq!(planned(&house, &other).await, Err(vec![Refusal::MandateTaken]));
    assert_eq!(signed(&house, zoe, IBAN).await, mandate, "pressed twice");
    let mut who = house.staff(Role::Treasurer).await;
    who.get(&format!("/donors/{zoe}/plans")).await.says("prochain le 31/03/2026");
    let changed = who.post(&format!("/plans/{id}/amount"), &[("cents", "12,50")]).await;
    who.follow(&changed).await.says("12,50").says("augmenté");
    who.post("/mandates/1/end", &[("reason", " ")]).await;
    assert_eq!(plans(&house).await[0].ended_on, None, "a reason is needed");
    let ended = who.post("/mandates/1/end", &[("reason", "À sa demande <b>")]).await;
    who.follow(&ended).await.says("À sa demande &lt;b&gt;").says("arrêté");
    assert_eq!(plans(&house).await[0].ended_on, Some(day("2026-03-02")));
}

#[tokio::test]
async fn plans_and_mandates_follow_a_merge_and_come_back() {
    let house = House::new().await;
    let (zoe, zo) = (donor(&house, "Zoë").await, donor(&house, "Zo").await);
    for on in ["2025-12-05", "2026-01-05", "2026-02-05"] {
        give(&house, zo, on, 700).await;
    }
    let mandate = signed(&house, zo, IBAN).await;
    let new = NewPlan {
        donor_id: zo,
        amount: Cents(1000),
        rhythm: rules::plan::Rhythm::Quarterly,
        first_on: day("2026-04-01"),
        mandate_id: Some(mandate),
    };
    planned(&house, &new).await.unwrap();
    find(&house).await;
    let owners =
        |rows: Vec<plan::Model>| rows.into_iter().map(|row| (row.origin, row.donor_id)).collect::<Vec<_>>();
    let hand = |id| ("hand".to_owned(), id);
    let found = |id| ("found".to_owned(), id);
    assert_eq!(owners(plans(&house).await), [hand(zo), found(zo)]);
    let tx = house.tx().await;
    let merge = Merge { kept: (zoe, 1), absorbed: (zo, 1) };
    let merge = Stop::split(merging::merge(&house.core, &tx, merge).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    find(&house).await;
    assert_eq!(owners(plans(&house).await), [hand(zoe), found(zoe)]);
    let mandates = mandate::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(mandates[0].donor_id, zoe);
    let tx = house.tx().await;
    Stop::split(merging::undo(&house.core, &tx, merge).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    find(&house).await;
    assert_eq!(owners(plans(&house).await), [hand(zo), found(zo)]);
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}

/// Two records merged, one of which had a mandate and a plan, for tests of other rooms.
pub async fn one_merge(house: &House) {
    let (kept, absorbed) = (donor(house, "Maé").await, donor(house, "Maélys").await);
    let mandate = signed(house, absorbed, IBAN).await;
    let plan = NewPlan {
        donor_id: absorbed,
        amount: Cents(700),
        rhythm: rules::plan::Rhythm::Yearly,
        first_on: rules::dates::paris_day(house.core.clock.now()),
        mandate_id: Some(mandate),
    };
    planned(house, &plan).await.unwrap();
    let tx = house.tx().await;
    let merge = Merge { kept: (kept, 1), absorbed: (absorbed, 1) };
    Stop::split(merging::merge(&house.core, &tx, merge).await).unwrap().unwrap();
    tx.commit().await.unwrap();
}
