//! What becomes of payouts, lines and refunds, and what is refused.

use entities::{gift, movement};
use moneyin::FileRefusal;
use rules::clearing::Clearing;
use rules::gift::Method;
use rules::money::Cents;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use soutien::clearing::Refusal;
use soutien::clearing::actions::lines::NoGift;
use soutien::clearing::actions::{accounts, lines, matching};
use soutien::clearing::queries;
use soutien::donations;
use soutien::imports::actions::{self, Brought};
use soutien::imports::reading::{Format, Source};
use soutien::platform::{Actor, Stop};

use super::story::{BANK, IBAN, bring, camt, files, later, undo};
use crate::house::House;

async fn whole() -> House {
    let house = later().await;
    for (format, text) in files() {
        bring(&house, format, &text).await;
    }
    house
}

/// Tries a file; the refusal, if it is refused.
async fn refused(
    house: &House,
    format: Format,
    bytes: &[u8],
    account: Option<i64>,
) -> Option<actions::Refusal> {
    let path = house.dir.path().join("tried");
    std::fs::write(&path, bytes).unwrap();
    let brought = Brought { source: Source(format), name: "f", path: &path, account, table: None };
    Stop::split(actions::preview(&house.core, &Actor::Command, brought, &|_| {}).await).unwrap().err()
}

async fn line_of(house: &House, cents: i64) -> movement::Model {
    movement::Entity::find()
        .filter(movement::Column::Kind.eq("bank"))
        .filter(movement::Column::NetCents.eq(cents))
        .one(house.core.db.read())
        .await
        .unwrap()
        .unwrap()
}

macro_rules! verb {
    ($house:expr, $tx:ident => $done:expr) => {{
        let $tx = $house.tx().await;
        let done = Stop::split($done.await).unwrap();
        if done.is_ok() {
            $tx.commit().await.unwrap();
        }
        done
    }};
}

#[tokio::test]
async fn a_match_is_undone_and_made_again_by_a_person() {
    let house = whole().await;
    let conn = house.core.db.read();
    let payout =
        queries::payouts::all(conn).await.unwrap().into_iter().find(|p| p.payout == "po_TEST0001").unwrap();
    let (account, line) = (payout.account_id, payout.line.unwrap());
    assert_eq!(payout.how.as_deref(), Some("rule"));
    let again = verb!(house, tx => matching::choose(&tx, account, "po_TEST0001", line));
    assert_eq!(again, Err(Refusal::Matched));
    assert_eq!(verb!(house, tx => matching::forget(&tx, account, "po_TEST0001")), Ok(()));
    let open = queries::payouts::one(conn, account, "po_TEST0001").await.unwrap().unwrap();
    assert_eq!(open.clearing(), Some(Clearing::AwaitsBank));
    let other = line_of(&house, 7500).await.id;
    let taken = verb!(house, tx => matching::choose(&tx, account, "po_TEST0001", other));
    assert_eq!(taken, Err(Refusal::Matched), "that line is another payout's");
    let grant = line_of(&house, 5000).await.id;
    let amount = verb!(house, tx => matching::choose(&tx, account, "po_TEST0001", grant));
    assert_eq!(amount, Err(Refusal::OtherAmount));
    assert_eq!(verb!(house, tx => matching::choose(&tx, account, "nothing", line)), Err(Refusal::Unknown));
    assert_eq!(verb!(house, tx => matching::choose(&tx, account, "po_TEST0001", line)), Ok(()));
    let clear = queries::payouts::one(conn, account, "po_TEST0001").await.unwrap().unwrap();
    assert_eq!((clear.clearing(), clear.how.as_deref()), (Some(Clearing::Clear), Some("person")));
    assert!(soutien::check::all(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_bank_line_becomes_a_gift_once_and_holds_its_file() {
    let house = later().await;
    let import = bring(&house, Format::Camt, &camt(&BANK, 500_000)).await.unwrap();
    let line = line_of(&house, 80_000).await;
    let id = verb!(house, tx => lines::record(&house.core, &tx, line.id, None)).unwrap();
    let written = gift::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!(
        (written.gross_cents, written.gift_date, written.date_basis.as_str(), written.method.as_str()),
        (80_000, line.booked_on, "bank_credited", Method::Transfer.code())
    );
    let twice = verb!(house, tx => lines::record(&house.core, &tx, line.id, None));
    assert_eq!(twice, Err(NoGift::Line(Refusal::Matched)));
    let spent = line_of(&house, -15_000).await.id;
    let spent = verb!(house, tx => lines::record(&house.core, &tx, spent, None));
    assert_eq!(spent, Err(NoGift::Line(Refusal::Unknown)), "money that left is no gift");
    assert_eq!(undo(&house, import).await, Err(actions::Refusal::GiftsOfLines { count: 1 }));
    let tx = house.tx().await;
    donations::reverse(&house.core, &tx, id, "erreur").await.unwrap();
    tx.commit().await.unwrap();
    assert!(undo(&house, import).await.is_ok());
}

#[tokio::test]
async fn a_line_that_is_neither_is_set_aside_with_its_reason() {
    let house = whole().await;
    let open =
        || async { queries::lines::counts(house.core.db.read()).await.unwrap().into_values().sum::<i64>() };
    assert_eq!(open().await, 2, "a transfer and a grant");
    let grant = line_of(&house, 5000).await.id;
    assert_eq!(verb!(house, tx => lines::set_aside(&tx, grant, Some("  "))), Err(Refusal::BadWords));
    assert_eq!(verb!(house, tx => lines::set_aside(&tx, grant, Some("Subvention"))), Ok(()));
    assert_eq!(open().await, 1);
    let gift = verb!(house, tx => lines::record(&house.core, &tx, grant, None));
    assert_eq!(gift, Err(NoGift::Line(Refusal::Matched)));
    assert_eq!(verb!(house, tx => lines::set_aside(&tx, grant, None)), Ok(()));
    assert_eq!(open().await, 2);
    let payout = line_of(&house, 7500).await.id;
    assert_eq!(verb!(house, tx => lines::set_aside(&tx, payout, Some("x"))), Err(Refusal::Matched));
}

#[tokio::test]
async fn words_of_a_rule_match_what_the_name_of_the_tool_does_not() {
    let house = later().await;
    let odd = camt(&BANK, 500_000).replace("STRIPE TECHNOLOGY /REF po_TEST0001", "SPEL /REF X");
    bring(&house, Format::Camt, &odd).await;
    for (format, text) in files().into_iter().filter(|(format, _)| *format == Format::Stripe) {
        bring(&house, format, &text).await;
    }
    let conn = house.core.db.read();
    let open = queries::payouts::open(conn).await.unwrap().remove(0);
    assert_eq!(open.clearing(), Some(Clearing::AwaitsBank), "amount and day alone prove nothing");
    assert_eq!(verb!(house, tx => matching::add_rule(&tx, open.account_id, "é")), Err(Refusal::BadWords));
    assert_eq!(verb!(house, tx => matching::add_rule(&tx, open.account_id, "Spel /ref")), Ok(()));
    assert_eq!(
        verb!(house, tx => matching::add_rule(&tx, open.account_id, "Spel /ref")),
        Err(Refusal::BadWords)
    );
    assert!(queries::payouts::open(conn).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_payout_whose_parts_lack_a_line_is_red_and_check_says_so() {
    let house = later().await;
    let (_, text) = files().into_iter().find(|(format, _)| *format == Format::Stripe).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("txn_2")).collect();
    bring(&house, Format::Stripe, &without.join("\n")).await;
    let payout = queries::payouts::all(house.core.db.read()).await.unwrap().remove(0);
    assert_eq!(payout.clearing(), Some(Clearing::PartsOff { gap: Cents(2930) }));
    let breaches = soutien::check::all(&house.core).await.unwrap();
    assert!(
        matches!(breaches.as_slice(), [one] if one.law == "G4" && one.what.contains("29.30")),
        "{breaches:?}"
    );
    bring(&house, Format::Stripe, &text).await;
    assert!(soutien::check::all(&house.core).await.unwrap().is_empty(), "the whole file mends it");
}

#[tokio::test]
async fn a_partial_refund_leaves_what_stays_and_the_file_again_changes_nothing() {
    let house = later().await;
    let (_, text) = files().into_iter().find(|(format, _)| *format == Format::Stripe).unwrap();
    let part = text
        .replace("eur,-30.00,0.00,-30.00,refund", "eur,-10.00,0.00,-10.00,refund")
        .replace("source_id,description", "source_id,charge_id,description")
        .replace("re_1,", "re_1,ch_2,")
        .replace("ch_1,Don", "ch_1,ch_1,Don")
        .replace("ch_2,Don", "ch_2,ch_2,Don")
        .replace("po_TEST0001,STRIPE", "po_TEST0001,,STRIPE")
        .replace("-97.50,0.00,-97.50", "-117.50,0.00,-117.50");
    bring(&house, Format::Stripe, &part).await;
    let live = || async {
        let all = gift::Entity::find().all(house.core.db.read()).await.unwrap();
        let gone: Vec<i64> = all.iter().filter_map(|line| line.reverses_id).collect();
        let mut live: Vec<(i64, i64)> = all
            .iter()
            .filter(|line| line.reverses_id.is_none() && !gone.contains(&line.id))
            .map(|line| (line.gross_cents, line.fee_cents))
            .collect();
        live.sort_unstable();
        (live, all.len())
    };
    assert_eq!(live().await, (vec![(2000, 70), (10_000, 180)], 4));
    bring(&house, Format::Stripe, &format!("{part}\n")).await;
    assert_eq!(live().await.1, 4);
    assert!(soutien::check::all(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_payment_of_another_amount_gets_its_difference_beside_it() {
    let house = later().await;
    let earlier = files().remove(0).1;
    bring(&house, Format::HelloAsso, &earlier).await;
    let changed = bring(&house, Format::HelloAsso, &earlier.replace("20,00", "22,00")).await.unwrap();
    let sum = || async {
        let all = movement::Entity::find().all(house.core.db.read()).await.unwrap();
        (all.len(), all.iter().map(|line| line.net_cents).sum::<i64>())
    };
    assert_eq!(sum().await, (2, 2200));
    bring(&house, Format::HelloAsso, &format!("{}\r\n", earlier.replace("20,00", "22,00"))).await;
    assert_eq!(sum().await, (2, 2200), "told again, it is known");
    undo(&house, changed).await.unwrap();
    assert_eq!(sum().await, (1, 2000));
}

#[tokio::test]
async fn a_statement_that_does_not_sum_or_of_which_account_is_unknown_is_refused_whole() {
    let house = later().await;
    let off = camt(&BANK, 500_000).replace("800.00", "800.01");
    let why = refused(&house, Format::Camt, off.as_bytes(), None).await;
    assert_eq!(
        why,
        Some(actions::Refusal::File(FileRefusal::Unbalanced { name: "S".into(), gap: Cents(-1) }))
    );
    let half = camt(&BANK, 500_000);
    let why = refused(&house, Format::Camt, &half.as_bytes()[..half.len() / 2], None).await;
    assert_eq!(why, Some(actions::Refusal::File(FileRefusal::Truncated)));
    assert_eq!(entities::import_file::Entity::find().count(house.core.db.read()).await.unwrap(), 0);
    bring(&house, Format::Camt, &camt(&BANK, 500_000)).await;
    let other = camt(&BANK, 500_000).replace(IBAN, "FR7612345678901234567890185");
    bring(&house, Format::Camt, &other).await;
    let all = queries::accounts::all(house.core.db.read()).await.unwrap();
    assert_eq!(all.len(), 2, "another number is another account");
    let qif = files().into_iter().find(|(format, _)| *format == Format::Qif).unwrap().1;
    let why = refused(&house, Format::Qif, qif.as_bytes(), None).await;
    assert_eq!(why, Some(actions::Refusal::Account(Refusal::WhichAccount)));
    assert_eq!(refused(&house, Format::Qif, qif.as_bytes(), Some(all[0].id)).await, None);
    let wrong = refused(&house, Format::Camt, camt(&BANK, 500_000).as_bytes(), Some(all[1].id)).await;
    assert!(matches!(wrong, Some(actions::Refusal::Account(Refusal::OtherNumber { .. }))), "{wrong:?}");
}

#[tokio::test]
async fn lines_that_lack_between_two_balances_are_told() {
    let house = later().await;
    bring(&house, Format::Camt, &camt(&BANK[..3], 500_000)).await;
    // The next statement begins where three lines later the account stood: those lines were never brought.
    let later: i64 = 500_000 + BANK[..6].iter().map(|line| line.1).sum::<i64>();
    let last = camt(&BANK[6..], later);
    bring(&house, Format::Camt, &last).await;
    let account = queries::accounts::all(house.core.db.read()).await.unwrap().remove(0).id;
    let balance = queries::accounts::balance(house.core.db.read(), account).await.unwrap();
    assert_eq!(balance.gap.map(|(_, cents)| cents.0), Some(7500 + 9750 + 3790));
    assert_eq!(soutien::check::all(&house.core).await.unwrap().len(), 1);
    let before: i64 = 500_000 + BANK[..3].iter().map(|line| line.1).sum::<i64>();
    bring(&house, Format::Camt, &camt(&BANK[3..6], before)).await;
    assert!(soutien::check::all(&house.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_archive_of_one_file_is_that_file_and_columns_that_a_person_named_are_read() {
    use std::io::Write as _;
    let house = later().await;
    let zipped = |names: &[&str]| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(camt(&BANK, 500_000).as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    let two = refused(&house, Format::Camt, &zipped(&["a.xml", "b.xml"]), None).await;
    assert_eq!(two, Some(actions::Refusal::File(FileRefusal::Archive { files: 2 })));
    assert_eq!(refused(&house, Format::Camt, &zipped(&["__MACOSX/a.xml", "a.xml"]), None).await, None);
    let account = verb!(house, tx => accounts::open(&tx, "Crédit du Test")).unwrap();
    let odd = "Quand;Quoi;Combien\n03/03/2026;Don;12,00\n";
    assert!(refused(&house, Format::BankCsv, odd.as_bytes(), Some(account)).await.is_some());
    let mapping = moneyin::bank_csv::Mapping {
        day: "Quand".into(),
        labels: vec!["Quoi".into()],
        amount: "Combien".into(),
        ..Default::default()
    };
    let half = moneyin::bank_csv::Mapping { amount: String::new(), ..mapping.clone() };
    assert_eq!(verb!(house, tx => accounts::map(&tx, account, &half)), Err(Refusal::NoColumns));
    assert_eq!(verb!(house, tx => accounts::map(&tx, account, &mapping)), Ok(()));
    assert_eq!(refused(&house, Format::BankCsv, odd.as_bytes(), Some(account)).await, None);
}

#[tokio::test]
async fn a_refund_that_was_settled_by_hand_or_is_of_nothing_known_waits_for_a_person() {
    let house = later().await;
    let (_, text) = files().into_iter().find(|(format, _)| *format == Format::PayPal).unwrap();
    let gone: Vec<&str> =
        text.lines().filter(|line| !line.contains("PAY3") && !line.contains("PAY4")).collect();
    bring(&house, Format::PayPal, &gone.join("\n")).await;
    let settle = || async { queries::refunds::to_settle(house.core.db.read()).await.unwrap() };
    assert!(settle().await.is_empty());
    // Somebody took the gift back by hand already: the refund that comes has nothing to do.
    let paid = gift::Entity::find()
        .filter(gift::Column::ExternalId.eq("PAY2"))
        .one(house.core.db.read())
        .await
        .unwrap()
        .unwrap();
    let tx = house.tx().await;
    donations::reverse(&house.core, &tx, paid.id, "rendu").await.unwrap();
    tx.commit().await.unwrap();
    bring(&house, Format::PayPal, &text).await;
    assert!(settle().await.is_empty());
    let lines = gift::Entity::find()
        .filter(gift::Column::Source.eq("paypal"))
        .all(house.core.db.read())
        .await
        .unwrap();
    assert_eq!(lines.len(), 2, "the reversal by hand stands for the refund");
    // A refund of nothing that is known waits.
    let stranger =
        text.replace("PAY3,PAY2", "PAY9,").replace("Luc Fictif,Payment Refund", "Inconnu,Payment Refund");
    bring(&house, Format::PayPal, &stranger).await;
    assert_eq!(settle().await.len(), 1);
}
