//! Dues, what is given in return, waivers, gifts in kind, refunds and chargebacks: each a line of its own, with its proof,
//! and what it does to a receipt shown before it is done.

use entities::{gift, gift_proof, receipt};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use rocket::http::Status;
use rules::gift::{Cause, DateBasis, Method, Nature, Purpose};
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use soutien::donations::actions::proofs::{self, NewProof};
use soutien::donations::{self, GiveBack, GivenBack, NewGift, Refusal};
use soutien::platform::Stop;
use soutien::{check, receipts};

use crate::clearing::story::{bring, undo};
use crate::house::{Browser, House};
use crate::receipts::{all, day, keep, person, run};

/// A cheque received on a day.
fn cheque(donor_id: i64, on: &str, cents: i64) -> NewGift {
    NewGift {
        donor_id: Some(donor_id),
        gross: Cents(cents),
        method: Some(Method::Cheque),
        received_on: Some(day(on)),
        ..NewGift::default()
    }
}

async fn record(house: &House, new: &NewGift) -> i64 {
    let tx = house.tx().await;
    let id = donations::record(&house.core, &tx, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn zoe(house: &House) -> i64 {
    keep(house, person("d’Œ", "Zoë"), Some("zoe@example.org")).await
}

fn part(gift_id: i64, cents: Option<i64>, receipt: Option<&str>) -> GiveBack {
    GiveBack {
        gift_id,
        cause: Cause::Refund,
        back: cents.map(Cents),
        reason: "à sa demande".into(),
        receipt: receipt.map(Into::into),
        proof: NewProof { file: None, place: "classeur 3".into() },
    }
}

async fn give_back(house: &House, command: &GiveBack) -> Result<GivenBack, Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(donations::give_back(&house.core, &tx, command).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn lines(house: &House) -> Vec<gift::Model> {
    gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap()
}

async fn live(house: &House) -> Vec<receipt::Model> {
    all(house).await.into_iter().filter(|receipt| receipt.state == "issued").collect()
}

async fn laws_hold(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), Vec::new());
}

/// The fields of a card gift of 100 euros with a t-shirt.
fn shirt<'a>(worth: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("donor", "1"),
        ("gross", "100"),
        ("method", "card"),
        ("paid_on", "10/02/2026"),
        ("counterpart", worth),
        ("counterpart_what", "T-shirt <b>"),
    ]
}

#[tokio::test]
async fn what_a_counterpart_does_is_shown_before_the_gift_is_written() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts/new?donor=1").await.says("Contrepartie");
    let slight = shirt("25", "aaaaaaaaaaaaaaaa");
    let look = who.post("/gifts", &slight).await;
    assert_eq!((look.status, lines(&house).await.len()), (Status::Ok, 0), "nothing is written yet");
    look.says("Rien n’est encore écrit").says("un reçu de 2026").says("100,00").says("T-shirt &lt;b&gt;");
    let back = who.post("/gifts", &[slight.clone(), vec![("edit", "true")]].concat()).await;
    back.says("value=\"100\"").says("T-shirt &lt;b&gt;");
    let seen = [slight, vec![("seen", "true")]].concat();
    let done = who.post("/gifts", &seen).await;
    who.follow(&done).await.says("Le don est enregistré").says("T-shirt &lt;b&gt;").says("25,00");
    let twice = who.post("/gifts", &seen).await;
    who.follow(&twice).await.says("était déjà enregistré");

    let dear = shirt("25,01", "bbbbbbbbbbbbbbbb");
    who.post("/gifts", &dear).await.says("Cette ligne ne donnera pas de reçu").says("vaut plus du quart");
    let done = who.post("/gifts", &[dear, vec![("seen", "true")]].concat()).await;
    who.follow(&done).await.says("la loi n’y voit pas un don");
    let sale = who.post("/gifts", &shirt("100,01", "cccccccccccccccc")).await;
    assert_eq!(sale.status, Status::UnprocessableEntity);
    sale.says("c’est une vente");
    let mut unnamed = shirt("5", "dddddddddddddddd");
    unnamed.pop();
    who.post("/gifts", &unnamed).await.says("Dites ce que la personne a reçu en retour");
    run(&house, 2026).await;
    let issued = live(&house).await;
    assert_eq!((issued.len(), issued[0].amount_cents), (1, 10_000));
    who.get("/receipts/run?year=2026").await.says("Contrepartie trop élevée");
    laws_hold(&house).await;
}

#[tokio::test]
async fn the_cap_of_a_year_is_dated_and_a_treasurer_adds_to_it() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    for (key, on) in [("aaaaaaaaaaaaaaaa", "10/01/2026"), ("bbbbbbbbbbbbbbbb", "11/01/2026")] {
        let mut fields = shirt("25", key);
        fields[4] = ("paid_on", on);
        who.get("/gifts/new?donor=1").await;
        who.post("/gifts", &[fields, vec![("seen", "true")]].concat()).await;
    }
    // The third passes 73 euros; written before the others in the year, it is another one that passes.
    who.post("/gifts", &shirt("25", "cccccccccccccccc")).await.says("dépassent").says("73,00");
    let mut first = shirt("25", "dddddddddddddddd");
    first[4] = ("paid_on", "05/01/2026");
    who.post("/gifts", &first).await.says("un reçu de 2026").says("n’aura plus de reçu");

    who.get("/gifts/counterparts").await.says("73,00").says("fourni avec Soutien");
    let cap = [("from", "01/01/2026"), ("most", "75"), ("law", "arrêté <du> 1er janvier")];
    let wrong = who.post("/gifts/counterparts", &[("from", "x"), ("most", "0"), ("law", "")]).await;
    assert_eq!(wrong.status, Status::UnprocessableEntity);
    let none = who.post("/gifts/counterparts", &[("from", "01/01/2026"), ("most", "75"), ("law", " ")]).await;
    none.says("Dites quel texte");
    let done = who.post("/gifts/counterparts", &cap).await;
    who.follow(&done).await.says("75,00").says("arrêté &lt;du&gt; 1er janvier").says("73,00");
    who.post("/gifts", &shirt("25", "cccccccccccccccc")).await.says("un reçu de 2026");
    let mut auditor = house.staff(Role::Auditor).await;
    auditor.get("/gifts/counterparts").await.says("75,00");
    assert_eq!(auditor.post("/gifts/counterparts", &cap).await.status, Status::Forbidden);
}

#[tokio::test]
async fn dues_are_lines_of_their_own_and_the_association_says_whether_they_give_receipts() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let dues = NewGift { purpose: Purpose::Dues, ..cheque(donor, "2025-05-01", 2000) };
    record(&house, &dues).await;
    record(&house, &cheque(donor, "2025-06-01", 5000)).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts").await.says("Cotisation · Chèque");
    let mut identity = house.staff(Role::Admin).await;
    identity.get("/settings").await.says("Les cotisations ne donnent pas droit à un reçu");
    let tx = house.tx().await;
    let mut row = soutien::accounts::association::get(tx.conn()).await.unwrap().unwrap();
    row.dues_receipted = false;
    soutien::accounts::association::save(&tx, row).await.unwrap();
    tx.commit().await.unwrap();
    who.get("/receipts/run?year=2025").await.says("Cotisations sans reçu").says("50,00");
    let tx = house.tx().await;
    let mut row = soutien::accounts::association::get(tx.conn()).await.unwrap().unwrap();
    row.dues_receipted = true;
    soutien::accounts::association::save(&tx, row).await.unwrap();
    tx.commit().await.unwrap();
    run(&house, 2025).await;
    assert_eq!(live(&house).await[0].amount_cents, 7000);
    let of_kind = NewGift {
        purpose: Purpose::Dues,
        nature: Nature::InKind,
        method: None,
        note: "Une table".into(),
        ..cheque(donor, "2025-05-01", 2000)
    };
    let tx = house.tx().await;
    assert!(donations::record(&house.core, &tx, &of_kind).await.is_err(), "dues are money");
    drop(tx);
    laws_hold(&house).await;
}

const PDF: &[u8] = b"%PDF-1.7\n<script>alert(1)</script>";

#[tokio::test]
async fn waived_expenses_wait_for_their_proof_and_keep_it() {
    let house = House::new().await;
    zoe(&house).await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/gifts/new?donor=1").await;
    let waived = [
        ("key", "aaaaaaaaaaaaaaaa"),
        ("donor", "1"),
        ("gross", "84,60"),
        ("nature", "waived_expenses"),
        ("received_on", "15/02/2026"),
        ("note", "Trains pour l’assemblée générale"),
    ];
    who.post("/gifts", &waived).await.says("Dès que son justificatif est joint").says("name=\"proof\"");
    let seen = [waived.as_slice(), &[("seen", "true")]].concat();
    let done = who.post_files("/gifts", &seen, &[]).await;
    let line = done.location.clone().unwrap(); // what was only looked at takes a number on one engine and none on the other
    who.follow(&done).await.says("Il manque un justificatif");
    who.get("/gifts").await.says("Il manque un justificatif");
    who.get("/gifts/proofs").await.says("84,60");
    who.get("/receipts/run?year=2026").await.says("Justificatif manquant");
    assert_eq!(run(&house, 2026).await.issued, 0);

    who.get(&line).await;
    let empty = who.post_files(&format!("{line}/proofs"), &[("proof_place", " ")], &[]).await;
    who.follow(&empty).await.says("Choisissez un fichier");
    let sent = who
        .post_files(&format!("{line}/proofs"), &[], &[("proof", "..\\C/renonce <b>.pdf", "text/html", PDF)])
        .await;
    who.follow(&sent).await.says("Le justificatif est joint").says("renonce &lt;b&gt;.pdf");
    let first = gift_proof::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    let proof = format!("{line}/proofs/{}", first.id);
    let file = who.get(&proof).await;
    assert_eq!(file.bytes, PDF);
    assert_eq!(file.header("Content-Type"), Some("application/octet-stream"), "never shown as a page");
    assert!(file.header("Content-Disposition").unwrap().starts_with("attachment"));
    assert_eq!(who.get(&format!("/gifts/99/proofs/{}", first.id)).await.status, Status::NotFound);
    who.get("/gifts/proofs").await.says("Rien ne manque");
    assert_eq!(run(&house, 2026).await.issued, 1);
    assert_eq!(live(&house).await[0].amount_cents, 8460);

    let taken = who.post(&format!("{proof}/withdraw"), &[("reason", "mauvais fichier")]).await;
    who.follow(&taken).await.says("figure sur le reçu");
    let paper =
        who.post_files(&format!("{line}/proofs"), &[("proof_place", "classeur 2026, pièce 12")], &[]).await;
    who.follow(&paper).await.says("classeur 2026, pièce 12");
    let silent = who.post(&format!("{proof}/withdraw"), &[("reason", " ")]).await;
    who.follow(&silent).await.says("Dites en quelques mots pourquoi");
    let taken = who.post(&format!("{proof}/withdraw"), &[("reason", "mauvais fichier")]).await;
    who.follow(&taken).await.says("Le justificatif est retiré").says("mauvais fichier");
    let twice = who.post(&format!("{proof}/withdraw"), &[("reason", "encore")]).await;
    who.follow(&twice).await.says("n’existe pas, ou il est déjà retiré");
    assert_eq!(who.get(&proof).await.bytes, PDF, "what was withdrawn is kept");

    let mut auditor = house.staff(Role::Auditor).await;
    assert_eq!(auditor.get(&proof).await.bytes, PDF);
    assert_eq!(
        auditor.post_files(&format!("{line}/proofs"), &[("proof_place", "x")], &[]).await.status,
        Status::Forbidden
    );
    let mut agent = house.staff(Role::Agent).await;
    assert_eq!(agent.get(&proof).await.status, Status::Forbidden, "P7");
    laws_hold(&house).await;
}

#[tokio::test]
async fn a_proof_is_neither_changed_nor_deleted() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let id = record(&house, &cheque(donor, "2025-05-01", 2000)).await;
    let tx = house.tx().await;
    let place = NewProof { file: None, place: "classeur".into() };
    proofs::add(&house.core, &tx, id, &place).await.unwrap();
    tx.commit().await.unwrap();
    for sql in
        ["UPDATE gift_proof SET place = 'x'", "UPDATE gift_proof SET gift_id = 2", "DELETE FROM gift_proof"]
    {
        let tx = house.tx().await;
        assert!(tx.conn().execute_unprepared(sql).await.is_err(), "{sql}");
    }
}

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

const STRIPE: &str = "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,charge_id,description,customer_email,customer_name,automatic_payout_id,automatic_payout_effective_at_utc\n\
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

#[tokio::test]
async fn a_part_of_waived_expenses_goes_back_and_the_rest_keeps_its_proof() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let waived =
        NewGift { nature: Nature::WaivedExpenses, method: None, ..cheque(donor, "2025-05-01", 12_000) };
    let id = record(&house, &waived).await;
    let tx = house.tx().await;
    let proof = NewProof { file: None, place: "classeur".into() };
    proofs::add(&house.core, &tx, id, &proof).await.unwrap();
    tx.commit().await.unwrap();
    run(&house, 2025).await;
    let number = live(&house).await[0].number.clone();
    let done = give_back(&house, &part(id, Some(2000), Some(&number))).await.unwrap();
    assert!(done.replaced_by.is_some());
    assert_eq!(live(&house).await[0].amount_cents, 10_000);
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

#[tokio::test]
async fn a_correction_shows_both_years_before_it_is_done() {
    let house = House::new().await;
    let donor = zoe(&house).await;
    let id = record(&house, &cheque(donor, "2025-12-30", 5000)).await;
    let mut who: Browser = house.staff(Role::Treasurer).await;
    who.get(&format!("/gifts/{id}/correct")).await;
    let fields = [
        ("donor", "1"),
        ("gross", "50"),
        ("method", "cheque"),
        ("received_on", "02/01/2026"),
        ("counterpart", "5"),
        ("counterpart_what", "Un livre"),
        ("reason", "reçu le 2 janvier"),
    ];
    let look = who.post(&format!("/gifts/{id}/correct"), &fields).await;
    look.says("Reçus des dons de 2025").says("Reçus des dons de 2026").says("un reçu de 2026");
    assert_eq!(lines(&house).await.len(), 1);
    let done =
        who.post(&format!("/gifts/{id}/correct"), &[fields.as_slice(), &[("seen", "true")]].concat()).await;
    who.follow(&done).await.says("Le don est corrigé").says("Un livre");
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
