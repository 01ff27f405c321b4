//! Campaigns and funds: a goal for the name that gifts bear.

use rocket::http::Status;
use rules::gift::Method;
use rules::money::Cents;
use rules::roles::Role;
use soutien::donations::{self, NewGift};
use soutien::platform::Stop;

use crate::house::House;

async fn give(house: &House, campaign: &str, on: &str, cents: i64) -> i64 {
    let gift = NewGift {
        gross: Cents(cents),
        method: Some(Method::Cheque),
        received_on: on.parse().ok(),
        campaign: campaign.into(),
        ..NewGift::default()
    };
    let tx = house.tx().await;
    let id = Stop::split(donations::record(&house.core, &tx, &gift).await).unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn gifts_within_its_days_count_for_a_goal_and_what_is_taken_back_does_not() {
    let house = House::new().await;
    give(&house, "Hiver <b>", "2025-11-30", 50_000).await; // before it began
    give(&house, "Hiver <b>", "2025-12-01", 20_000).await;
    give(&house, "Hiver <b>", "2026-01-31", 5_000).await;
    let back = give(&house, "Hiver <b>", "2026-01-15", 90_000).await;
    give(&house, "Autre", "2026-01-15", 700).await;
    let tx = house.tx().await;
    Stop::split(donations::reverse(&house.core, &tx, back, "Rejet").await).unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/campaigns")
        .await
        .says("Aucune campagne décrite")
        .says("Hiver &lt;b&gt;")
        .says("Autre")
        .says("750,00");
    let wrong = [("name", " "), ("goal", "1,234"), ("begins_on", "31/02/2026"), ("ends_on", "")];
    let refused = who.post("/campaigns", &wrong).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("mille").says("Donnez une date").says("value=\"1,234\"");
    let turned =
        [("name", "Hiver <b>"), ("goal", "0"), ("begins_on", "31/01/2026"), ("ends_on", "01/12/2025")];
    who.post("/campaigns", &turned).await.says("Le dernier jour est avant le premier");
    let right = [
        ("name", "Hiver <b>"),
        ("kind", "fund"),
        ("goal", "1000"),
        ("begins_on", "01/12/2025"),
        ("ends_on", "31/03/2026"),
        ("note", "Pour le chauffage"),
    ];
    let kept = who.post("/campaigns", &right).await;
    let page = who.follow(&kept).await;
    page.says("250,00")
        .says("sur 1\u{202f}000,00\u{a0}€ demandés (25\u{202f}%)")
        .says("2 dons")
        .says("Fonds dédié")
        .says("Pour le chauffage");
    page.says("Autre");
    assert_eq!(who.post("/campaigns", &right).await.status, Status::SeeOther, "pressed twice");
    let other = [("name", "Hiver <b>"), ("goal", "3000")];
    who.post("/campaigns", &other).await.says("Ce nom est déjà décrit");
    let less = [("name", "Hiver <b>"), ("kind", "campaign"), ("goal", "200")];
    let kept = who.post("/campaigns/1", &less).await;
    who.follow(&kept).await.says("(375\u{202f}%)").says("value=\"100\"");
    let other = [("name", "Printemps")];
    assert_eq!(who.post("/campaigns/99", &other).await.status, Status::NotFound);
    assert_eq!(house.staff(Role::Agent).await.get("/campaigns").await.status, Status::Forbidden);
    assert_eq!(house.staff(Role::Auditor).await.get("/campaigns/new").await.status, Status::Forbidden);
}

/// A campaign, for tests of other rooms.
pub async fn one_campaign(house: &House) {
    let campaign = soutien::campaigns::NewCampaign {
        name: "Hiver".into(),
        kind: soutien::campaigns::actions::Kind::Fund,
        goal: Some(Cents(100_000)),
        begins_on: None,
        ends_on: None,
        note: String::new(),
    };
    let tx = house.tx().await;
    Stop::split(soutien::campaigns::save(&tx, None, &campaign).await).unwrap().unwrap();
    tx.commit().await.unwrap();
}
