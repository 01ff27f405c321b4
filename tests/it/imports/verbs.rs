//! Preview, take, undo.

use std::path::Path;

use entities::{donor, gift};
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use soutien::imports::actions::{self, Outcome, Refusal};
use soutien::imports::queries;
use soutien::imports::reading::{Source, Verdict, Why};
use soutien::platform::{Actor, Stop};

use super::fixture;
use crate::house::House;

async fn preview(house: &House, file: &Path) -> Outcome {
    actions::preview(&house.core, &Actor::Command, Source::HelloAsso, "file.csv", file, &|_| {})
        .await
        .unwrap()
}

async fn previewed(house: &House, file: &Path) -> i64 {
    match preview(house, file).await {
        Outcome::Previewed { id } => id,
        other @ Outcome::AlreadyTaken { .. } => panic!("{other:?}"),
    }
}

async fn take(house: &House, id: i64) -> Result<u64, Refusal> {
    let tx = house.tx().await;
    let taken = Stop::split(actions::take(&house.core, &tx, id, &|_| {}).await).unwrap();
    if taken.is_ok() {
        tx.commit().await.unwrap();
    }
    taken
}

async fn undo(house: &House, id: i64) -> Result<u64, Refusal> {
    let tx = house.tx().await;
    let undone = Stop::split(actions::undo(&tx, id).await).unwrap();
    if undone.is_ok() {
        tx.commit().await.unwrap();
    }
    undone
}

async fn taken(house: &House, file: &Path) -> i64 {
    let id = previewed(house, file).await;
    take(house, id).await.unwrap();
    id
}

async fn rows(house: &House, id: i64, verdict: Verdict) -> i64 {
    queries::sums(house.core.db.read(), id).await.unwrap().get(&verdict).map_or(0, |sum| sum.rows)
}

async fn why(house: &House, id: i64, verdict: Verdict) -> Vec<(String, Why)> {
    let lines = queries::lines(&house.core, id, &[verdict], 0, 100).await.unwrap();
    lines.into_iter().filter_map(|line| Some((line.key, line.why?))).collect()
}

/// The ledger as text: everything but ids and the instant of writing.
async fn ledger(house: &House) -> Vec<String> {
    let names: std::collections::HashMap<i64, String> = donor::Entity::find()
        .all(house.core.db.read())
        .await
        .unwrap()
        .into_iter()
        .map(|d| (d.id, d.sort_key))
        .collect();
    let gifts =
        gift::Entity::find().order_by_asc(gift::Column::ExternalId).all(house.core.db.read()).await.unwrap();
    gifts
        .iter()
        .map(|g| {
            let donor = g.donor_id.map_or("-", |id| names[&id].as_str());
            let paid = g.paid_at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
            format!(
                "{} {} {} {}/{}/{} {} {paid} {} {} {} [{}]",
                g.external_id,
                g.gross_cents,
                g.method,
                g.provider_credited_on.map_or("-".into(), |d| d.to_string()),
                g.received_on.map_or("-".into(), |d| d.to_string()),
                g.receipted_elsewhere.as_deref().unwrap_or("-"),
                g.gift_date,
                g.date_basis,
                g.campaign,
                donor,
                g.fee_cents,
            )
        })
        .collect()
}

async fn donors(house: &House) -> Vec<String> {
    let found =
        donor::Entity::find().order_by_asc(donor::Column::SortKey).all(house.core.db.read()).await.unwrap();
    found.into_iter().map(|d| format!("{} {} {} {}", d.kind, d.sort_key, d.postal_code, d.country)).collect()
}

#[tokio::test]
async fn a_preview_writes_no_gift_and_taking_it_writes_each_once() {
    let house = House::new().await;
    let id = previewed(&house, &fixture("payments-31.csv")).await;
    assert_eq!(gift::Entity::find().count(house.core.db.read()).await.unwrap(), 0);
    let counts = [Verdict::New, Verdict::Ignored, Verdict::Refused, Verdict::Known, Verdict::Conflict];
    let mut found = Vec::new();
    for verdict in counts {
        found.push(rows(&house, id, verdict).await);
    }
    assert_eq!(found, [5, 5, 2, 0, 0]);
    assert_eq!(take(&house, id).await, Ok(5));
    assert_eq!(
        ledger(&house).await,
        [
            "5001 1500 card 2026-02-05/-/- 2026-02-03 2026-02-03T08:14:05Z paid_at Chaque mois o'brien-muller zoe [0]",
            "5002 25000 card 2026-01-05/-/HA-2025-77 2025-12-31 2025-12-31T22:59:30Z paid_at Fin d'année atelier d'oeuvre <b> [0]",
            "5003+don 500 card 2026-02-20/-/- 2026-02-10 2026-02-10T17:00:00Z paid_at Adhésion 2026 d'oe noel [0]",
            "5004 6000 cheque -/2026-02-12/- 2026-02-12 2026-02-12T10:00:00Z received Courrier ndiaye awa [0]",
            "5011 800 card 2026-02-20/-/- 2026-02-15 2026-02-15T06:00:00Z paid_at Chaque mois - [0]",
        ]
    );
    assert_eq!(
        donors(&house).await,
        [
            "organisation atelier d'oeuvre <b> 33000 FR",
            "person d'oe noel 69001 FR",
            "person ndiaye awa 1000 BE",
            "person o'brien-muller zoe 75011 FR"
        ]
    );
    assert!(matches!(take(&house, id).await, Err(Refusal::NotPreviewed { .. })));
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let house = House::new().await;
    let file = fixture("payments-31.csv");
    let id = taken(&house, &file).await;
    let before = (ledger(&house).await, donors(&house).await);
    assert_eq!(preview(&house, &file).await, Outcome::AlreadyTaken { id });
    // The same payments saved by another program are another file: every line is known.
    let again = previewed(&house, &fixture("payments-cp1252.csv")).await;
    assert_eq!((rows(&house, again, Verdict::New).await, rows(&house, again, Verdict::Known).await), (0, 3));
    take(&house, again).await.unwrap();
    assert_eq!((ledger(&house).await, donors(&house).await), before);
}

#[tokio::test]
async fn undo_gives_the_ledger_of_before_and_the_file_can_come_again() {
    let house = House::new().await;
    taken(&house, &fixture("payments-17.csv")).await;
    let before = (ledger(&house).await, donors(&house).await);
    let file = fixture("payments-31.csv");
    let id = taken(&house, &file).await;
    let after = (ledger(&house).await, donors(&house).await);
    assert_ne!(before, after);
    undo(&house, id).await.unwrap();
    assert_eq!((ledger(&house).await, donors(&house).await), before);
    assert!(matches!(undo(&house, id).await, Err(Refusal::NotTaken { .. })));
    taken(&house, &file).await;
    assert_eq!((ledger(&house).await, donors(&house).await), after);
}
