//! The ledger: written once, corrected by a reversal and a new line.

use rules::gift::{GiftRefusal, Method};
use rules::money::Cents;
use sea_orm::{ConnectionTrait, EntityTrait};
use soutien::donations::{self, NewGift, Refusal};
use soutien::donors;
use soutien::platform::Stop;

use crate::donors::person;
use crate::house::{House, morning};

fn card(donor_id: i64, cents: i64) -> NewGift {
    NewGift {
        donor_id: Some(donor_id),
        gross: Cents(cents),
        fee: Cents(cents / 50),
        method: Some(Method::Card),
        paid_at: Some(morning()),
        ..NewGift::default()
    }
}

async fn donor(house: &House) -> i64 {
    let tx = house.tx().await;
    let id = donors::create(&house.core, &tx, &person("Zoë", "d’Œ")).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn line(house: &House, id: i64) -> entities::gift::Model {
    entities::gift::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_reversal_takes_a_gift_back_once() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    let back = donations::reverse(&house.core, &tx, id, "saisi deux fois").await.unwrap();
    for (gift, why) in
        [(id, Refusal::AlreadyReversed { by: back }), (back, Refusal::IsReversal), (99, Refusal::Unknown)]
    {
        let refused = donations::reverse(&house.core, &tx, gift, "encore").await;
        assert!(matches!(refused, Err(Stop::Refused(r)) if r == why));
    }
    tx.commit().await.unwrap();
    let (there, again) = (line(&house, id).await, line(&house, back).await);
    assert_eq!((again.gross_cents, again.fee_cents, again.net_cents), (-5000, -100, -4900));
    assert_eq!(
        (again.gift_date, again.date_basis, again.reverses_id),
        (there.gift_date, there.date_basis, Some(id))
    );
}

#[tokio::test]
async fn the_same_source_and_name_are_one_gift() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let new = NewGift { source: "stripe".into(), external_id: "ch_1".into(), ..card(donor, 1000) };
    let id = donations::record(&house.core, &tx, &new).await.unwrap();
    let again = donations::record(&house.core, &tx, &new).await;
    assert!(matches!(again, Err(Stop::Refused(r)) if r == [Refusal::Known { gift_id: id }]));
    let nobody = donations::record(&house.core, &tx, &card(99, 1000)).await;
    assert!(matches!(nobody, Err(Stop::Refused(r)) if r == [Refusal::NoDonor]));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_correction_is_a_reversal_and_a_new_line_or_nothing() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    tx.commit().await.unwrap();
    let tx = house.tx().await;
    let wrong = donations::correct(&house.core, &tx, id, &card(donor, -1), "faute de frappe").await;
    assert!(matches!(wrong, Err(Stop::Refused(r)) if r.contains(&Refusal::Gift(GiftRefusal::NotAboveZero))));
    drop(tx);
    let tx = house.tx().await;
    let new = donations::correct(&house.core, &tx, id, &card(donor, 500), "faute de frappe").await.unwrap();
    tx.commit().await.unwrap();
    let all = entities::gift::Entity::find().all(house.core.db.read()).await.unwrap();
    assert_eq!(all.iter().map(|g| g.gross_cents).sum::<i64>(), 500);
    assert_eq!((all.len(), line(&house, new).await.reverses_id), (3, None));
}

#[tokio::test]
async fn a_line_is_neither_changed_nor_deleted() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, &card(donor, 5000)).await.unwrap();
    tx.commit().await.unwrap();
    for change in
        ["gross_cents = 1, net_cents = 1", "gift_date = '2020-01-01'", "source = 'x'", "method = 'cash'"]
    {
        let tx = house.tx().await;
        let sql = format!("UPDATE gift SET {change} WHERE id = {id}");
        let refused = tx.conn().execute_unprepared(&sql).await.unwrap_err().to_string();
        assert!(refused.contains("never changed"), "{refused}");
    }
    let tx = house.tx().await;
    let refused = tx.conn().execute_unprepared(&format!("DELETE FROM gift WHERE id = {id}")).await;
    assert!(refused.unwrap_err().to_string().contains("never deleted"));
}

#[tokio::test]
async fn many_gifts_come_in_in_their_order() {
    let house = House::new().await;
    let donor = donor(&house).await;
    let many: Vec<_> = (1..=1203)
        .map(|n| NewGift { source: "stripe".into(), external_id: format!("ch_{n}"), ..card(donor, n) })
        .collect();
    let tx = house.tx().await;
    let ids = donations::record_many(&house.core, &tx, &many).await.unwrap();
    tx.commit().await.unwrap();
    for at in [0, 499, 500, 1202] {
        assert_eq!(line(&house, ids[at]).await.gross_cents, many[at].gross.0);
    }
    let tx = house.tx().await;
    let known = donations::record_many(&house.core, &tx, &many[..2]).await;
    assert!(matches!(known, Err(Stop::Refused((None, _)))));
    drop(tx);
    let tx = house.tx().await;
    let wrong = donations::record_many(
        &house.core,
        &tx,
        &[NewGift { external_id: "x".into(), ..card(donor, 5) }, card(donor, 0)],
    )
    .await;
    assert!(matches!(wrong, Err(Stop::Refused((Some(1), _)))));
}
