//! Gifts that go back, with their receipts.

use super::*;

/// A donor with 50 and 30 euros of 2025 on one receipt.
async fn receipted(house: &House) -> (i64, i64, String) {
    let donor = zoe(house).await;
    let large = record(house, &cheque(donor, "2025-05-01", 5000)).await;
    let small = record(house, &cheque(donor, "2025-06-01", 3000)).await;
    run(house, 2025).await;
    let number = live(house).await[0].number.clone();
    (large, small, number)
}

#[tokio::test]
async fn a_part_that_goes_back_takes_its_receipt_along() {
    let house = House::new().await;
    let (large, _, number) = receipted(&house).await;
    house.work().await;
    let before = house.mails().len();
    let mut who = house.staff(Role::Treasurer).await;
    let path = format!("/gifts/{large}/reverse");
    let page = who.get(&path).await;
    page.says(&format!("Le reçu {number}")).says("un reçu de 30,00").says("name=\"seen\" value=\"5000\"");
    assert_eq!(live(&house).await.len(), 1, "looking changes nothing");
    let mut fields = vec![
        ("cause", "chargeback"),
        ("back", "20"),
        ("reason", "contesté auprès de sa banque"),
        ("receipt", number.as_str()),
        ("seen", "5000"),
        ("proof_place", "courriel de Stripe"),
    ];
    let look = who.post_files(&path, &fields, &[("proof", "avis.pdf", "application/pdf", PDF)]).await;
    assert_eq!(
        (look.status, lines(&house).await.len()),
        (Status::Ok, 2),
        "a part is shown before it is done"
    );
    look.says("un reçu de 60,00").says("value=\"2000\"").says("Le fichier est à choisir de nouveau");
    fields[4] = ("seen", "2000");
    let done = who.post_files(&path, &fields, &[("proof", "avis.pdf", "application/pdf", PDF)]).await;
    let page = who.follow(&done).await;
    page.says("est annulé, le reçu").says("Paiement contesté").says("avis.pdf").says("courriel de Stripe");

    let found = lines(&house).await;
    let sums: Vec<i64> = found.iter().map(|line| line.gross_cents).collect();
    assert_eq!(sums, [5000, 3000, -5000, 3000]);
    assert_eq!(found[2].cause.as_deref(), Some("chargeback"));
    assert_eq!((found[3].gift_date, found[3].date_basis.as_str()), (day("2025-05-01"), "received"));
    let receipts = all(&house).await;
    assert_eq!(
        (receipts[0].state.as_str(), receipts[0].cancel_reason.as_deref()),
        ("cancelled", Some("contesté auprès de sa banque"))
    );
    assert_eq!(
        (receipts[1].state.as_str(), receipts[1].amount_cents, receipts[1].replaces_id),
        ("issued", 6000, Some(receipts[0].id))
    );
    house.wait(chrono::TimeDelta::minutes(1));
    house.work().await;
    assert_eq!(house.mails().len(), before + 1, "the donor is told, once");
    laws_hold(&house).await;
    // The whole of what is left: nothing replaces what nothing is left of.
    let second = receipts[1].number.clone();
    give_back(&house, &part(found[3].id, None, Some(&second))).await.unwrap();
    let third = live(&house).await[0].number.clone();
    let last = give_back(&house, &part(2, None, Some(&third))).await.unwrap();
    assert_eq!((last.cancelled, last.replaced_by, live(&house).await.len()), (Some(third), None, 0));
    laws_hold(&house).await;
}

#[tokio::test]
async fn what_was_not_seen_is_not_done() {
    let house = House::new().await;
    let (large, small, number) = receipted(&house).await;
    let unseen = give_back(&house, &part(large, None, None)).await;
    assert!(matches!(unseen, Err(Refusal::OnReceipt { .. })), "{unseen:?}");
    let other = give_back(&house, &part(large, None, Some("RF-2026-000099"))).await;
    assert_eq!(other.unwrap_err(), Refusal::OtherReceipt);
    for cents in [0, -1, 5001] {
        let out = give_back(&house, &part(large, Some(cents), Some(&number))).await;
        assert_eq!(out.unwrap_err(), Refusal::BackOutOfBounds { gross: Cents(5000) });
    }
    let silent = GiveBack { reason: " ".into(), ..part(large, None, Some(&number)) };
    assert_eq!(give_back(&house, &silent).await.unwrap_err(), Refusal::NoReason);
    give_back(&house, &part(large, None, Some(&number))).await.unwrap();
    let stale = give_back(&house, &part(small, None, Some(&number))).await;
    assert_eq!(stale.unwrap_err(), Refusal::OtherReceipt, "another receipt stands by now");
    assert!(matches!(
        give_back(&house, &part(large, None, None)).await,
        Err(Refusal::AlreadyReversed { .. })
    ));
    let mut who = house.staff(Role::Treasurer).await;
    let gone = who.get(&format!("/gifts/{large}/reverse")).await;
    who.follow(&gone).await.says("a déjà été annulé");
    laws_hold(&house).await;
}

#[tokio::test]
async fn two_who_give_the_same_gift_back_at_once_do_it_once() {
    let house = House::new().await;
    let (large, small, number) = receipted(&house).await;
    let (a, b) = (part(large, Some(1000), Some(&number)), part(small, None, Some(&number)));
    let (one, two, three) = tokio::join!(give_back(&house, &a), give_back(&house, &b), give_back(&house, &a));
    let won = [&one, &two, &three].iter().filter(|done| done.is_ok()).count();
    assert_eq!(won, 1, "{one:?} {two:?} {three:?}");
    assert_eq!(live(&house).await.len(), 1);
    laws_hold(&house).await;
}

#[tokio::test]
async fn what_is_left_is_not_written_in_a_closed_period() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let id = record(&house, &cheque(donor, "2025-05-01", 5000)).await;
    let tx = house.tx().await;
    soutien::periods::actions::close(&tx, day("2025-12-31"), true).await.unwrap();
    tx.commit().await.unwrap();
    let refused = give_back(&house, &part(id, Some(2000), None)).await;
    assert!(matches!(refused, Err(Refusal::PeriodClosed { .. })), "{refused:?}");
    let whole = give_back(&house, &part(id, None, None)).await.unwrap();
    let back = lines(&house).await.into_iter().find(|line| line.id == whole.reversal).unwrap();
    assert_eq!((back.gift_date, back.date_basis.as_str()), (day("2026-03-02"), "reversed"));
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_receipt_that_goes_is_replaced_by_what_is_left_of_it_only() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let first = record(&house, &cheque(donor, "2025-05-01", 5000)).await;
    run(&house, 2025).await;
    let number = live(&house).await[0].number.clone();
    record(&house, &cheque(donor, "2025-03-01", 700)).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get(&format!("/gifts/{first}/reverse")).await.says("rien ne le remplacera");
    let done = give_back(&house, &part(first, None, Some(&number))).await.unwrap();
    assert_eq!((done.replaced_by, live(&house).await.len()), (None, 0), "another gift is no part of it");
    laws_hold(&house).await;
}

/// Whatever is given, receipted and given back in whatever order, the ledger sums to what stayed, a year's receipts to
/// the lines that may be on one, and every law holds.
#[test]
fn whatever_goes_back_the_sums_hold() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let steps =
        proptest::collection::vec((0u8..4, any::<prop::sample::Index>(), 1i64..6000, 0i64..40), 6..18);
    runner
        .run(&steps, |steps| {
            runtime.block_on(async {
                let house = House::new().await;
                let donor = zoe(&house).await;
                let mut stays = 0;
                for (what, which, cents, share) in steps {
                    let stand: Vec<gift::Model> = gift::Entity::find()
                        .filter(gift::Column::ReversesId.is_null())
                        .all(house.core.db.read())
                        .await
                        .unwrap();
                    match what {
                        0 | 1 => {
                            let counterpart = Cents(cents * share / 100);
                            let new = NewGift {
                                counterpart,
                                counterpart_what: "Un livre".into(),
                                purpose: if share % 3 == 0 { Purpose::Dues } else { Purpose::Gift },
                                ..cheque(donor, "2025-07-01", cents)
                            };
                            record(&house, &new).await;
                            stays += cents;
                        }
                        2 => {
                            run(&house, 2025).await;
                        }
                        _ if stand.is_empty() => {}
                        _ => {
                            let line = which.get(&stand);
                            let on =
                                donations::queries::on_receipts(house.core.db.read(), vec![line.id]).await;
                            let number = on.unwrap().remove(&line.id);
                            let back = 1 + cents % line.gross_cents;
                            let done = give_back(&house, &part(line.id, Some(back), number.as_deref())).await;
                            match done {
                                Ok(_) => stays -= back,
                                Err(why) => {
                                    assert!(matches!(why, Refusal::AlreadyReversed { .. }), "{why:?}")
                                }
                            }
                        }
                    }
                    let sum: i64 = lines(&house).await.iter().map(|line| line.gross_cents).sum();
                    assert_eq!(sum, stays);
                }
                run(&house, 2025).await;
                let survey = receipts::queries::survey::survey(&house.core, 2025, |_| {}).await.unwrap();
                let standing: i64 = live(&house).await.iter().map(|receipt| receipt.amount_cents).sum();
                assert_eq!((survey.gap(), survey.to_issue.cents, survey.done.cents), (0, 0, standing));
                laws_hold(&house).await;
            });
            Ok(())
        })
        .unwrap();
}
