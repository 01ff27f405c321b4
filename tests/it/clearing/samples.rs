//! The shared sample story, from the real files, when they are there.

use entities::gift;
use rules::clearing::Clearing;
use sea_orm::{EntityTrait, QueryOrder};
use soutien::clearing::queries::{accounts, payouts, refunds};
use soutien::imports::reading::Format;

use super::story::{bring_bytes, exported, later, laws_hold, ledger, movements, undo};
use crate::house::House;

const FILES: [(Format, &str); 13] = [
    (Format::HelloAsso, "helloasso-paiements.csv"),
    (Format::HelloAsso, "helloasso-commandes.csv"),
    (Format::Stripe, "stripe-balance-itemized.csv"),
    (Format::Stripe, "stripe-payments.csv"),
    (Format::PayPal, "paypal-activity-en.csv"),
    (Format::PayPal, "paypal-activite-fr.csv"),
    (Format::Cheques, "remise-cheques.csv"),
    (Format::Sepa, "prelevements-pain008-02.xml"),
    (Format::Sepa, "prelevements-pain008-08.xml"),
    (Format::BankCsv, "banque-bpce.csv"),
    (Format::BankCsv, "banque-credit-agricole.csv"),
    (Format::Camt, "releve-camt053.xml"),
    (Format::Ofx, "releve.ofx"),
];

async fn all_is_clear(house: &House) {
    let conn = house.core.db.read();
    let found = payouts::all(conn).await.unwrap();
    assert_eq!(found.len(), 6);
    for payout in found {
        assert_eq!(payout.clearing(), Some(Clearing::Clear), "{payout:?}");
    }
    let all = accounts::all(conn).await.unwrap();
    let banks: Vec<i64> =
        all.iter().filter(|account| account.kind == "bank").map(|account| account.id).collect();
    let [bank] = banks[..] else { panic!("{banks:?}") };
    let balance = accounts::balance(conn, bank).await.unwrap();
    assert_eq!((balance.now.map(|(_, cents)| cents.0), balance.gap), (Some(1_190_395), None));
    assert_eq!(refunds::to_settle(conn).await.unwrap(), []);
}

#[tokio::test]
async fn the_shared_story_ends_the_same_in_any_order_with_the_bank_at_its_balance() {
    let Some(shared) = crate::imports::verbs::shared() else { return };
    let files =
        FILES.map(|(format, name)| (format, std::fs::read(shared.join("data/samples").join(name)).unwrap()));
    let mut ends = Vec::new();
    // By source, the other way round, and three times each third.
    let forth: Vec<usize> = (0..files.len()).collect();
    let back: Vec<usize> = forth.iter().rev().copied().collect();
    let thirds: Vec<usize> = (0..3).flat_map(|from| (from..files.len()).step_by(3)).collect();
    for order in [forth, back, thirds] {
        let house = later().await;
        let mut taken = Vec::new();
        for at in &order {
            let was = (exported(&house).await, movements(&house).await);
            let id = bring_bytes(&house, files[*at].0, &files[*at].1).await.unwrap();
            taken.push((id, was));
        }
        laws_hold(&house, &format!("{order:?}")).await;
        all_is_clear(&house).await;
        let end = (ledger(&house).await, movements(&house).await);
        for at in &order {
            bring_bytes(&house, files[*at].0, &files[*at].1).await;
        }
        assert_eq!((ledger(&house).await, movements(&house).await), end, "twice changes nothing");
        while let Some((id, was)) = taken.pop() {
            undo(&house, id).await.unwrap();
            assert_eq!((exported(&house).await, movements(&house).await), was, "undo of {id}");
        }
        let left = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await;
        assert_eq!(left.unwrap(), []);
        ends.push(end);
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:#?}");
}
