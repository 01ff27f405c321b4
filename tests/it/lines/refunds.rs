//! Refunds that files tell of: listed until they are settled, said by a person, of gifts corrected by hand.

use soutien::clearing::queries::refunds;

use super::files::STRIPE;
use super::*;

#[tokio::test]
async fn a_refund_of_what_is_left_and_stands_on_a_receipt_is_listed_until_it_is_given_back() {
    let house = House::new().await;
    let donor_id = keep(&house, person("Fictif", "Luc"), Some("luc@example.org")).await;
    let format = moneyin::any::Format::Stripe;
    let refund = |n: i64, cents: &str| {
        format!(
            "txn_r{n},2026-02-2{n} 10:00:00,2026-02-27 00:00:00,eur,-{cents},0.00,-{cents},refund,re_{n},ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
        )
    };
    let to_settle = || async { refunds::to_settle(house.core.db.read()).await.unwrap() };
    let (first, second) = (refund(1, "20.00"), refund(2, "5.00"));
    bring(&house, format, &format!("{STRIPE}{first}")).await.unwrap();
    assert_eq!(to_settle().await, [], "the ledger knows it");
    let rest = lines(&house).await[2].clone();
    let tx = house.tx().await;
    let of = receipts::IssueOne { donor_id, year: 2026, abroad: false, mails: false };
    receipts::issue_one(&house.core, &tx, of).await.unwrap();
    tx.commit().await.unwrap();
    let number = live(&house).await[0].number.clone();
    bring(&house, format, &format!("{STRIPE}{first}{second}")).await.unwrap();
    let listed = to_settle().await;
    let told: Vec<_> = listed
        .iter()
        .map(|one| (one.of.as_ref().map(|open| (open.line.id, open.cents.0)), one.receipt.as_deref()))
        .collect();
    assert_eq!(told, [(Some((rest.id, 500)), Some(number.as_str()))]);
    let mut who = house.staff(Role::Treasurer).await;
    let page = who.get("/treasury/accounts").await;
    page.says(&number).says(&format!("href=\"/gifts/{}\"", rest.id)).says("5,00");
    give_back(&house, &part(rest.id, Some(500), Some(&number))).await.unwrap();
    assert_eq!(to_settle().await, []);
    bring(&house, format, &format!("{STRIPE}{first}{second}\n")).await;
    let sums: Vec<i64> = lines(&house).await.iter().map(|line| line.gross_cents).collect();
    assert_eq!(sums, [5000, -5000, 3000, -3000, 2500], "nothing goes back twice");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_person_says_which_gift_a_refund_is_about_or_sets_it_aside() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    let charge = |n: i64, euros: i64| {
        format!(
            "txn_{n},2026-02-1{n} 10:00:00,2026-02-27 00:00:00,eur,{euros}.00,1.00,{}.00,charge,ch_{n},ch_{n},Don,luc@example.org,Luc Fictif,,\n",
            euros - 1
        )
    };
    let refund = |n: i64, euros: i64| {
        format!(
            "txn_r{n},2026-02-2{n} 10:00:00,2026-02-27 00:00:00,eur,-{euros}.00,0.00,-{euros}.00,refund,re_{n},,Remboursement,luc@example.org,Luc Fictif,,\n"
        )
    };
    let head = STRIPE.lines().next().unwrap();
    let text = format!(
        "{head}\n{}{}{}{}{}{}",
        charge(1, 50),
        charge(2, 50),
        charge(3, 30),
        refund(1, 50),
        refund(2, 10),
        refund(3, 7)
    );
    let file = bring(&house, format, &text).await.unwrap();
    let open = || async { refunds::to_settle(house.core.db.read()).await.unwrap() };
    let waiting: Vec<i64> = open().await.iter().map(|one| one.refund.id).collect();
    assert_eq!((waiting.len(), lines(&house).await.len()), (3, 3), "nobody guesses between two equal ones");
    let gifts: Vec<i64> = lines(&house).await.iter().map(|line| line.id).collect();
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/treasury/accounts").await.says(&format!("/treasury/refunds/{}", waiting[0]));
    let path = |at: usize| format!("/treasury/refunds/{}", waiting[at]);
    let page = who.get(&path(0)).await;
    page.says("Même payeur")
        .says(&format!("value=\"{}\"", gifts[0]))
        .says(&format!("value=\"{}\"", gifts[1]));
    assert!(!page.body.contains(&format!("value=\"{}\"", gifts[2])), "a gift of less is not offered");
    // What cannot be is said.
    let small = gifts[2].to_string();
    let refused = who.post(&format!("{}/gift", path(0)), &[("gift", small.as_str())]).await;
    who.follow(&refused).await.says("plus petit");
    let refused = who.post(&format!("{}/gift", path(0)), &[("gift", "autre")]).await;
    who.follow(&refused).await.says("n’en est pas un");
    let foreign = record(&house, &cheque(zoe(&house).await, "2026-02-01", 9000)).await.to_string();
    let refused = who.post(&format!("{}/gift", path(0)), &[("gift", foreign.as_str())]).await;
    who.follow(&refused).await.says("pas venu par cet outil");
    // The whole of one, a part of another, and one that is none of ours.
    let (second, third) = (gifts[1].to_string(), gifts[2].to_string());
    let done = who.post(&format!("{}/gift", path(0)), &[("gift", second.as_str())]).await;
    who.follow(&done).await.says("tient compte du remboursement");
    let done = who.post(&format!("{}/gift", path(1)), &[("gift", third.as_str())]).await;
    who.follow(&done).await.says("tient compte du remboursement");
    // Nothing of the second stands any more: it is neither offered nor taken.
    let page = who.get(&path(2)).await;
    assert!(!page.body.contains(&format!("value=\"{second}\"")));
    let refused = who.post(&format!("{}/gift", path(2)), &[("gift", ""), ("number", second.as_str())]).await;
    who.follow(&refused).await.says("Plus rien de ce don");
    let done = who.post(&format!("{}/aside", path(2)), &[("words", "un essai")]).await;
    who.follow(&done).await.says("mis de côté");
    assert_eq!(open().await, []);
    let left = |all: Vec<gift::Model>| {
        all.iter().filter(|line| line.source == "stripe").map(|line| line.gross_cents).collect::<Vec<_>>()
    };
    assert_eq!(left(lines(&house).await), [5000, 5000, 3000, -5000, -3000, 2000]);
    laws_hold(&house).await;
    // The same file again does nothing twice; put back, the last one waits again.
    bring(&house, format, &format!("{text}\n")).await;
    assert_eq!(left(lines(&house).await), [5000, 5000, 3000, -5000, -3000, 2000]);
    who.post(&format!("{}/aside", path(2)), &[("words", "back")]).await;
    assert_eq!(open().await.len(), 1);
    // An undone file takes with it what a person said of it.
    undo(&house, file).await.unwrap();
    assert_eq!(left(lines(&house).await), [0; 0]);
    laws_hold(&house).await;
}

#[tokio::test]
async fn two_people_who_say_it_at_once_give_it_back_once() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    let twice = STRIPE.lines().last().unwrap().replace("txn_1", "txn_9").replace("ch_1", "ch_9");
    let refund = "txn_r1,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-50.00,0.00,-50.00,refund,re_1,,Remboursement,luc@example.org,Luc Fictif,,\n";
    bring(&house, format, &format!("{STRIPE}{twice}\n{refund}")).await.unwrap();
    let waiting = refunds::to_settle(house.core.db.read()).await.unwrap()[0].refund.id;
    let gifts: Vec<i64> = lines(&house).await.iter().map(|line| line.id).collect();
    let say = async |gift: i64| {
        let tx = house.tx().await;
        let done =
            Stop::split(soutien::clearing::actions::refunds::name(&house.core, &tx, waiting, gift).await)
                .unwrap();
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done
    };
    let (one, other) = tokio::join!(say(gifts[0]), say(gifts[1]));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let sums: Vec<i64> = lines(&house).await.iter().map(|line| line.gross_cents).collect();
    assert_eq!(sums, [5000, 5000, -5000]);
    laws_hold(&house).await;
}

#[tokio::test]
async fn what_was_said_of_a_refund_is_taken_back_and_what_stood_in_the_way_goes() {
    let house = House::new().await;
    let donor_id = keep(&house, person("Fictif", "Luc"), Some("luc@example.org")).await;
    let format = moneyin::any::Format::Stripe;
    let twice = STRIPE.lines().last().unwrap().replace("txn_1", "txn_9").replace("ch_1", "ch_9");
    let refund = "txn_r1,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-50.00,0.00,-50.00,refund,re_1,,Remboursement,luc@example.org,Luc Fictif,,\n";
    bring(&house, format, &format!("{STRIPE}{twice}\n{refund}")).await.unwrap();
    let gifts: Vec<i64> = lines(&house).await.iter().map(|line| line.id).collect();
    let tx = house.tx().await;
    let of = receipts::IssueOne { donor_id, year: 2026, abroad: false, mails: false };
    let number = receipts::issue_one(&house.core, &tx, of).await.unwrap()[0].number.clone();
    tx.commit().await.unwrap();
    let waiting = || async { refunds::to_settle(house.core.db.read()).await.unwrap() };
    let id = waiting().await[0].refund.id;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/treasury/accounts").await;
    let path = format!("/treasury/refunds/{id}");
    let (first, second) = (gifts[0].to_string(), gifts[1].to_string());
    let said = who.post(&format!("{path}/gift"), &[("gift", first.as_str())]).await;
    who.follow(&said).await.says(&number).says("Ce n’est pas ce don");
    who.post(&format!("{path}/unnaming"), &[]).await;
    assert!(waiting().await[0].of.is_none());
    who.post(&format!("{path}/gift"), &[("gift", second.as_str())]).await;
    assert_eq!(waiting().await[0].of.as_ref().map(|open| open.line.id), Some(gifts[1]));
    let tx = house.tx().await;
    receipts::cancel(&house.core, &tx, &number, "adresse").await.unwrap();
    tx.commit().await.unwrap();
    let page = who.get("/treasury/accounts").await;
    page.says("Plus rien ne l’empêche");
    assert!(!page.body.contains("période close"), "no period is closed");
    let again = who.post("/treasury/accounts/matching", &[]).await;
    who.follow(&again).await.says("tient compte d’un remboursement");
    assert_eq!(waiting().await, []);
    let found = lines(&house).await;
    assert_eq!(found.last().and_then(|line| line.reverses_id), Some(gifts[1]), "the one that was said last");
    who.post(&format!("{path}/unnaming"), &[]).await;
    who.get(&path).await.says("celui du paiement");
    who.post("/treasury/accounts/matching", &[]).await;
    assert_eq!(lines(&house).await.len(), 3, "once");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_gift_corrected_by_hand_is_still_the_one_that_a_refund_is_about() {
    let house = House::new().await;
    let format = moneyin::any::Format::Stripe;
    bring(&house, format, STRIPE).await.unwrap();
    let correct = async |id: i64, campaign: &str| {
        let line = lines(&house).await.into_iter().find(|line| line.id == id).unwrap();
        let new = NewGift {
            donor_id: line.donor_id,
            gross: Cents(line.gross_cents),
            fee: Cents(line.fee_cents),
            method: Some(Method::Card),
            provider_credited_on: line.provider_credited_on,
            paid_at: line.paid_at,
            campaign: campaign.into(),
            ..NewGift::default()
        };
        let tx = house.tx().await;
        let id = donations::correct(&house.core, &tx, id, &new, "campagne").await.unwrap();
        tx.commit().await.unwrap();
        id
    };
    let second = correct(1, "hiver").await;
    let third = correct(second, "printemps").await;
    let told = format!(
        "{STRIPE}txn_2,2026-02-21 10:00:00,2026-02-27 00:00:00,eur,-20.00,0.00,-20.00,refund,re_1,ch_1,Remboursement,luc@example.org,Luc Fictif,,\n"
    );
    bring(&house, format, &told).await.unwrap();
    let waiting = || async { refunds::to_settle(house.core.db.read()).await.unwrap() };
    let open = waiting().await[0].of.clone().unwrap();
    assert_eq!((open.line.id, open.cents), (third, Cents(2000)), "a person gives it back");
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/treasury/accounts").await.says("corrigé à la main").says(&format!("/gifts/{third}"));
    who.post("/treasury/accounts/matching", &[]).await;
    assert_eq!(waiting().await.len(), 1);
    give_back(&house, &part(third, Some(2000), None)).await.unwrap();
    assert_eq!(waiting().await, []);
    bring(&house, format, &format!("{told}\n")).await;
    assert_eq!(lines(&house).await.iter().map(|line| line.gross_cents).sum::<i64>(), 3000);
    laws_hold(&house).await;
}
