//! What files say of gifts that went back by hand, and of dues.

use super::*;

const EXPORT: &str = "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Type;Moyen de paiement;Nom payeur;Prénom payeur;Email payeur\r\n\
    91;1;50,00;01/02/2026 10:00:00;Payé;Don;Carte;Roy;Ana;ana@example.org\r\n";

#[tokio::test]
async fn a_part_given_back_by_hand_is_known_to_the_next_export() {
    let house = House::new().await;
    let format = moneyin::any::Format::HelloAsso;
    bring(&house, format, EXPORT).await.unwrap();
    give_back(&house, &part(1, Some(2000), None)).await.unwrap();
    let wider = format!("{EXPORT}92;2;7,00;02/02/2026 10:00:00;Payé;Don;Carte;Roy;Ana;ana@example.org\r\n");
    bring(&house, format, &wider).await.unwrap();
    let sums: Vec<i64> = lines(&house).await.iter().map(|line| line.gross_cents).collect();
    assert_eq!(sums, [5000, -5000, 3000, 700], "what went back stays back");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_later_report_with_the_same_charge_tells_of_a_part_that_went_back() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    bring(&house, format, STRIPE).await.unwrap();
    let refund = |n: i64, cents: &str| {
        format!(
            "txn_r{n},2026-02-2{n} 10:00:00,2026-02-27 00:00:00,eur,-{cents},0.00,-{cents},refund,re_{n},ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
        )
    };
    let sums = || async { lines(&house).await.iter().map(|line| line.gross_cents).collect::<Vec<_>>() };
    bring(&house, format, &format!("{STRIPE}{}", refund(1, "20.00"))).await.unwrap();
    assert_eq!(sums().await, [5000, -5000, 3000]);
    bring(&house, format, &format!("{STRIPE}{}{}", refund(1, "20.00"), refund(2, "30.00"))).await.unwrap();
    assert_eq!(sums().await, [5000, -5000, 3000, -3000]);
    laws_hold(&house).await;
}

pub(super) const STRIPE: &str = "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,charge_id,description,customer_email,customer_name,automatic_payout_id,automatic_payout_effective_at_utc\n\
    txn_1,2026-02-20 10:00:00,2026-02-27 00:00:00,eur,50.00,1.00,49.00,charge,ch_1,ch_1,Don,luc@example.org,Luc Fictif,,\n";

#[tokio::test]
async fn a_refund_that_the_tool_tells_of_later_is_not_done_twice() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    bring(&house, format, STRIPE).await.unwrap();
    give_back(&house, &part(1, Some(2000), None)).await.unwrap();
    let told = format!(
        "{STRIPE}txn_2,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-20.00,0.00,-20.00,refund,re_1,ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
    );
    bring(&house, format, &told).await.unwrap();
    let more = format!(
        "{told}txn_3,2026-02-22 10:00:00,2026-02-28 00:00:00,eur,-5.00,0.00,-5.00,refund,re_2,ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
    );
    let sums = || async { lines(&house).await.iter().map(|line| line.gross_cents).collect::<Vec<_>>() };
    assert_eq!(sums().await, [5000, -5000, 3000]);
    bring(&house, format, &more).await.unwrap();
    assert_eq!(sums().await, [5000, -5000, 3000, -3000, 2500], "what is told beyond it goes back too");
    bring(&house, format, &format!("{more}\n")).await;
    assert_eq!(sums().await.iter().sum::<i64>(), 2500);
    let found = lines(&house).await;
    assert_eq!(found[3].cause.as_deref(), Some("refund"));
    laws_hold(&house).await;
}

#[tokio::test]
async fn what_went_back_does_not_come_back_with_a_line_that_says_more() {
    let house = House::new().await;
    let format = moneyin::any::Format::HelloAsso;
    let export = |receipt: &str, out: &str| {
        format!(
            "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Date du versement;Type;Moyen de paiement;Nom payeur;Prénom payeur;Email payeur;Numéro de reçu\r\n\
             91;1;50,00;31/12/2025 10:00:00;Payé;{out};Don;Carte;Roy;Ana;ana@example.org;{receipt}\r\n"
        )
    };
    let sums = || async { lines(&house).await.iter().map(|line| line.gross_cents).collect::<Vec<_>>() };
    bring(&house, format, &export("", "05/01/2026")).await.unwrap();
    give_back(&house, &part(1, Some(2000), None)).await.unwrap();
    bring(&house, format, &export("HA-7", "05/01/2026")).await.unwrap();
    assert_eq!(sums().await, [5000, -5000, 3000], "a person looks at it");
    // The rest on another day is still the rest.
    let rest = lines(&house).await[2].id;
    let tx = house.tx().await;
    donations::decide_date(&house.core, &tx, rest, DateBasis::ProviderCredited).await.unwrap();
    tx.commit().await.unwrap();
    bring(&house, format, &format!("{}\r\n", export("", "05/01/2026"))).await;
    assert_eq!(sums().await, [5000, -5000, 3000, -3000, 3000]);
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_fee_larger_than_the_rest_and_a_refund_of_a_little_more_sum() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    bring(&house, format, STRIPE).await.unwrap();
    give_back(&house, &part(1, Some(4950), None)).await.unwrap();
    bring(&house, format, &format!("{STRIPE}\n")).await;
    let sums = || async { lines(&house).await.iter().map(|line| line.gross_cents).collect::<Vec<_>>() };
    assert_eq!(sums().await, [5000, -5000, 50]);
    let told = format!(
        "{STRIPE}txn_2,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-49.70,0.00,-49.70,refund,re_1,ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
    );
    bring(&house, format, &told).await.unwrap();
    assert_eq!(sums().await, [5000, -5000, 50, -50, 30], "twenty cents more than was given back by hand");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_mistake_put_right_by_hand_is_no_refund() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    bring(&house, format, STRIPE).await.unwrap();
    give_back(&house, &GiveBack { cause: Cause::Mistake, ..part(1, Some(1000), None) }).await.unwrap();
    let told = format!(
        "{STRIPE}txn_2,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-5.00,0.00,-5.00,refund,re_1,ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
    );
    bring(&house, format, &told).await.unwrap();
    let sums: Vec<i64> = lines(&house).await.iter().map(|line| line.gross_cents).collect();
    assert_eq!(sums, [5000, -5000, 4000, -4000, 3500]);
    laws_hold(&house).await;
}

#[tokio::test]
async fn dues_and_a_gift_of_one_order_and_one_amount_are_two_in_both_exports() {
    let orders = "Référence commande;Date de la commande;Statut de la commande;Nom payeur;Prénom payeur;Email payeur;Moyen de paiement;Tarif;Montant tarif\r\n\
        91;01/02/2026 10:00;Validé;Roy;Ana;ana@example.org;Carte;Adhésion;20,00\r\n\
        91;01/02/2026 10:00;Validé;Roy;Ana;ana@example.org;Carte;Don libre;20,00\r\n";
    let payments = "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Type;Don supplémentaire;Moyen de paiement;Nom payeur;Prénom payeur;Email payeur\r\n\
        91;1;40,00;01/02/2026 10:00:00;Payé;Adhésion;20,00;Carte;Roy;Ana;ana@example.org\r\n";
    for order in [[orders, payments], [payments, orders]] {
        let house = House::new().await;
        for text in order {
            bring(&house, moneyin::any::Format::HelloAsso, text).await.unwrap();
        }
        let found = lines(&house).await;
        let of = |purpose: &str| {
            found.iter().filter(|line| line.purpose == purpose).map(|line| line.gross_cents).sum::<i64>()
        };
        assert_eq!((of("dues"), of("gift")), (2000, 2000));
        laws_hold(&house).await;
    }
}

#[tokio::test]
async fn a_file_whose_gifts_have_proofs_is_not_undone_before_they_are_withdrawn() {
    let house = House::new().await;
    let id = bring(&house, moneyin::any::Format::HelloAsso, EXPORT).await.unwrap();
    let tx = house.tx().await;
    let proof = NewProof { file: None, place: "classeur".into() };
    let proof = proofs::add(&house.core, &tx, 1, &proof).await.unwrap();
    tx.commit().await.unwrap();
    let refused = undo(&house, id).await;
    assert_eq!(refused, Err(soutien::imports::actions::Refusal::Proven { gifts: 1 }));
    let tx = house.tx().await;
    proofs::withdraw(&tx, 1, proof, "mauvaise ligne").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(undo(&house, id).await, Ok(1));
    assert_eq!(gift_proof::Entity::find().count(house.core.db.read()).await.unwrap(), 0);
}
