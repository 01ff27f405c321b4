//! Donors: kept, found, corrected.

use rules::address::PostalAddress;
use soutien::donors::{self, DonorFacts, Refusal};
use soutien::platform::Stop;

use crate::house::House;

pub fn person(first: &str, last: &str) -> DonorFacts {
    DonorFacts {
        first_names: first.into(),
        last_name: last.into(),
        address: PostalAddress::tidy(&["12 rue des Œillets"], "69007", "Lyon", "FR"),
        mails: vec![format!("p{}@exemple.fr", first.len() + last.len())],
        ..DonorFacts::default()
    }
}

/// Names that break what is badly made.
pub fn hostile() -> Vec<DonorFacts> {
    let long = "Ö".repeat(200);
    ["O'Brien-Müller", "d’Œ", "<b>gras</b>", "=cmd|' /C calc'!A0", "שלום \u{202E}olleh", "50%_\\", &long]
        .iter()
        .map(|last| person("Zoë", last))
        .collect()
}

#[tokio::test]
async fn a_donor_is_found_by_any_mail_address_and_corrected_once() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut facts = person("Zoë", "d’Œ");
    facts.mails = vec!["Zoe@Exemple.fr".into(), "zoe@travail.example".into()];
    let id = donors::create(&house.core, &tx, &facts).await.unwrap();
    let other = donors::create(
        &house.core,
        &tx,
        &DonorFacts { mails: vec!["zoe@travail.example".into()], ..person("Léa", "M") },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let found = donors::find_by_mail(house.core.db.read(), " ZOE@travail.example ").await.unwrap();
    assert_eq!(found.iter().map(|d| d.id).collect::<Vec<_>>(), [other, id]);
    let many = donors::find_by_mails(house.core.db.read(), &["zoe@exemple.fr".into(), "x@y.fr".into()])
        .await
        .unwrap();
    assert_eq!(many.into_iter().collect::<Vec<_>>(), [("zoe@exemple.fr".to_owned(), vec![id])]);

    let tx = house.tx().await;
    donors::update(&house.core, &tx, id, 1, &DonorFacts { notes: "appeler le soir".into(), ..facts.clone() })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tx = house.tx().await;
    let late = donors::update(&house.core, &tx, id, 1, &facts).await;
    assert!(matches!(late, Err(Stop::Refused(r)) if r == [Refusal::Changed]));
    let unknown = donors::update(&house.core, &tx, 99, 1, &facts).await;
    assert!(matches!(unknown, Err(Stop::Refused(r)) if r == [Refusal::Unknown]));
}

#[tokio::test]
async fn many_donors_come_in_in_their_order_with_hostile_names() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut many: Vec<_> = hostile();
    many.extend((0..1200).map(|n| person("Camille", &format!("Nom {n:04}"))));
    let ids = donors::insert_many(&house.core, &tx, &many).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids.len(), many.len());
    for (at, facts) in many.iter().enumerate().filter(|(at, _)| *at < 8 || at % 397 == 0) {
        let row = donors::queries::get(house.core.db.read(), ids[at]).await.unwrap().unwrap();
        assert_eq!(row.last_name, facts.tidy().unwrap().last_name);
    }
    let tx = house.tx().await;
    let bad = [person("A", "B"), DonorFacts::default()];
    let refused = donors::insert_many(&house.core, &tx, &bad).await;
    assert!(matches!(refused, Err(Stop::Refused((1, why))) if why == [Refusal::NoName]));
}
