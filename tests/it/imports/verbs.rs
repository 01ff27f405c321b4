//! Preview, take, undo.

use std::path::{Path, PathBuf};

use entities::{donor, gift};
use rules::lang::Lang;
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use soutien::donors::{self, DonorFacts};
use soutien::imports::actions::{self, Brought, Outcome, Refusal};
use soutien::imports::queries;
use soutien::imports::reading::{Source, Verdict, Why};
use soutien::platform::{Actor, Stop};

use super::fixture;
use crate::house::House;

/// A file of HelloAsso.
fn brought(path: &Path) -> Brought<'_> {
    Brought { source: Source::HELLOASSO, name: "file.csv", path, account: None, table: None }
}

async fn preview(house: &House, file: &Path) -> Outcome {
    actions::preview(&house.core, &Actor::Command, brought(file), &|_| {}).await.unwrap()
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
    taken.map(|taken| taken.gifts)
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
                "{} {} {} {}/{}/{} {} {paid} {} {} {} [{}]{}",
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
                if g.purpose == "dues" { " dues" } else { "" },
            )
        })
        .collect()
}

async fn donor_list(house: &House) -> Vec<String> {
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
    assert_eq!(found, [6, 4, 2, 0, 0]);
    assert_eq!(take(&house, id).await, Ok(6));
    assert_eq!(
        ledger(&house).await,
        [
            "5001 1500 card 2026-02-05/-/- 2026-02-03 2026-02-03T08:14:05Z paid_at Chaque mois o'brien-muller zoe [0]",
            "5002 25000 card 2026-01-05/-/HA-2025-77 2025-12-31 2025-12-31T22:59:30Z paid_at Fin d'année atelier d'oeuvre <b> [0]",
            "5003 3000 card 2026-02-20/-/- 2026-02-10 2026-02-10T17:00:00Z paid_at Adhésion 2026 d'oe noel [0] dues",
            "5003+don 500 card 2026-02-20/-/- 2026-02-10 2026-02-10T17:00:00Z paid_at Adhésion 2026 d'oe noel [0]",
            "5004 6000 cheque -/2026-02-12/- 2026-02-12 2026-02-12T10:00:00Z received Courrier ndiaye awa [0]",
            "5011 800 card 2026-02-20/-/- 2026-02-15 2026-02-15T06:00:00Z paid_at Chaque mois - [0]",
        ]
    );
    assert_eq!(
        donor_list(&house).await,
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
    let before = (ledger(&house).await, donor_list(&house).await);
    // Two of its lines were refused: they are shown again, and nothing is written again.
    let again = taken(&house, &file).await;
    assert_eq!((rows(&house, again, Verdict::Known).await, rows(&house, id, Verdict::New).await), (6, 6));
    assert_eq!((ledger(&house).await, donor_list(&house).await), before);
    let whole = taken(&house, &fixture("payments-other-names.csv")).await;
    let outcome = preview(&house, &fixture("payments-other-names.csv")).await;
    assert_eq!(outcome, Outcome::AlreadyTaken { id: whole });
    // The same payments saved by another program are another file: every line is known.
    let again = previewed(&house, &fixture("payments-cp1252.csv")).await;
    assert_eq!((rows(&house, again, Verdict::New).await, rows(&house, again, Verdict::Known).await), (0, 4));
    take(&house, again).await.unwrap();
    assert_eq!((ledger(&house).await, donor_list(&house).await), before);
}

#[tokio::test]
async fn undo_gives_the_ledger_of_before_and_the_file_can_come_again() {
    let house = House::new().await;
    taken(&house, &fixture("payments-17.csv")).await;
    let before = (ledger(&house).await, donor_list(&house).await);
    let file = fixture("payments-31.csv");
    let id = taken(&house, &file).await;
    let after = (ledger(&house).await, donor_list(&house).await);
    assert_ne!(before, after);
    undo(&house, id).await.unwrap();
    assert_eq!((ledger(&house).await, donor_list(&house).await), before);
    assert!(matches!(undo(&house, id).await, Err(Refusal::NotTaken { .. })));
    let again = taken(&house, &file).await;
    // A changed line is named after the file that tells the change.
    let renamed = |line: &String| line.replace(&format!("5003!{id}"), &format!("5003!{again}"));
    let renamed = |line: &String| renamed(line).replace(&format!("5003#{id}"), &format!("5003#{again}"));
    let after = (after.0.iter().map(renamed).collect::<Vec<_>>(), after.1);
    assert_eq!((ledger(&house).await, donor_list(&house).await), after);
}

/// A payments file of a few columns: (payment, amount, mail, last name, postal code).
fn payments(house: &House, name: &str, lines: &[(&str, &str, &str, &str, &str)]) -> PathBuf {
    let mut text = String::from(
        "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Type;\
         Moyen de paiement;Nom payeur;Prénom payeur;Email payeur;Code Postal payeur\r\n",
    );
    for (key, amount, mail, last, code) in lines {
        text.push_str(&format!(
            "9{key};{key};{amount};01/02/2026 10:00:00;Payé;Don;Carte;{last};Ana;{mail};{code}\r\n"
        ));
    }
    let path = house.dir.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn a_changed_line_takes_the_old_gift_back_and_writes_the_right_one() {
    let house = House::new().await;
    taken(&house, &payments(&house, "a.csv", &[("1", "10,00", "ana@example.org", "Roy", "")])).await;
    let before = ledger(&house).await;
    let id =
        previewed(&house, &payments(&house, "b.csv", &[("1", "12,00", "ana@example.org", "Roy", "")])).await;
    assert!(
        matches!(&why(&house, id, Verdict::Changed).await[..], [(key, Why::Changed { .. })] if key == "1")
    );
    take(&house, id).await.unwrap();
    let amounts: Vec<i64> = gift::Entity::find()
        .order_by_asc(gift::Column::Id)
        .all(house.core.db.read())
        .await
        .unwrap()
        .iter()
        .map(|g| g.gross_cents)
        .collect();
    assert_eq!(amounts, [1000, -1000, 1200]);
    // The corrected line is the one that is known from now on, and may be corrected again.
    let again =
        previewed(&house, &payments(&house, "c.csv", &[("1", "12,0", "ana@example.org", "Roy", "")])).await;
    assert_eq!(rows(&house, again, Verdict::Known).await, 1);
    let once_more =
        taken(&house, &payments(&house, "d.csv", &[("1", "13,00", "ana@example.org", "Roy", "")])).await;
    assert_eq!(undo(&house, id).await, Err(Refusal::CorrectedSince { count: 1 }));
    undo(&house, once_more).await.unwrap();
    undo(&house, id).await.unwrap();
    assert_eq!(ledger(&house).await, before);
}

#[tokio::test]
async fn what_needs_a_person_is_a_conflict_and_is_never_written() {
    let house = House::new().await;
    let facts = |last: &str| DonorFacts {
        last_name: last.into(),
        mails: vec!["famille@example.org".into()],
        ..DonorFacts::default()
    };
    let tx = house.tx().await;
    let one = donors::create(&house.core, &tx, &facts("Roy")).await.unwrap();
    donors::create(&house.core, &tx, &facts("Martin")).await.unwrap();
    tx.commit().await.unwrap();
    let lines = [
        ("1", "10,00", "Famille@Example.org", "Roy", ""),
        ("2", "10,00", "lea@example.org", "Lune", ""),
        ("2", "11,00", "lea@example.org", "Lune", ""),
        ("3", "5,00", "lea@example.org", "Lune", ""),
        ("3", "5,00", "lea@example.org", "Lune", ""),
    ];
    let id = previewed(&house, &payments(&house, "a.csv", &lines)).await;
    let found = why(&house, id, Verdict::Conflict).await;
    assert!(matches!(
        &found[..],
        [(_, Why::SeveralDonors { .. }), (_, Why::TwiceOtherwise { .. }), (_, Why::TwiceOtherwise { .. })]
    ));
    let ignored = why(&house, id, Verdict::Ignored).await;
    // The same line again differs by nothing but its place.
    assert_eq!(ignored, [("3".to_owned(), Why::Twice { line: "5".into() })]);
    let row = queries::lines(&house.core, id, &[Verdict::Conflict], 0, 10).await.unwrap()[0].id;
    let tx = house.tx().await;
    actions::choose(&tx, id, row, Some(one)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(take(&house, id).await, Ok(2));
    let written = ledger(&house).await;
    assert!(written[0].contains(" roy ") && written.len() == 2, "{written:?}");
}

#[tokio::test]
async fn somebody_of_the_same_name_and_place_is_proposed_and_never_merged_silently() {
    let house = House::new().await;
    taken(&house, &payments(&house, "a.csv", &[("1", "10,00", "ana@example.org", "Noël", "69001")])).await;
    let lines = [
        ("2", "10,00", "autre@example.org", "NOEL", "69001"),
        ("3", "1,00", "Autre@example.org", "Noel", "69001"),
    ];
    let file = payments(&house, "b.csv", &lines);
    let id = previewed(&house, &file).await;
    let found = queries::lines(&house.core, id, &[Verdict::New], 0, 10).await.unwrap();
    assert!(found.iter().all(|line| line.proposed_id.is_some() && line.donor_id.is_none()));
    assert!(matches!(found[0].why, Some(Why::Resembles { .. })));
    take(&house, id).await.unwrap();
    assert_eq!(donor_list(&house).await.len(), 2, "a new donor, once for both lines");
    undo(&house, id).await.unwrap();
    assert_eq!(donor_list(&house).await.len(), 1);
    let id = previewed(&house, &file).await;
    let line = queries::lines(&house.core, id, &[Verdict::New], 0, 10).await.unwrap().remove(0);
    let tx = house.tx().await;
    actions::choose(&tx, id, line.id, line.proposed_id).await.unwrap();
    tx.commit().await.unwrap();
    take(&house, id).await.unwrap();
    assert_eq!(donor_list(&house).await.len(), 1, "both lines follow the choice");
}

#[tokio::test]
async fn payments_and_orders_are_two_exports_of_the_same_money() {
    let house = House::new().await;
    taken(&house, &fixture("payments-31.csv")).await;
    let id = previewed(&house, &fixture("orders.csv")).await;
    let known = why(&house, id, Verdict::Known).await;
    assert_eq!(known, [("commande-100".to_owned(), Why::KnownByOrder { order: "100".into() })]);
    assert_eq!(rows(&house, id, Verdict::New).await, 2);
    let other = House::new().await;
    taken(&other, &fixture("orders.csv")).await;
    let id = previewed(&other, &fixture("payments-31.csv")).await;
    let better = why(&other, id, Verdict::Changed).await;
    assert_eq!(better[0].1, Why::BetterExport { order: "100".into() }, "the export of payments says more");
    take(&other, id).await.unwrap();
    let lines = ledger(&other).await;
    let of_order: Vec<_> =
        lines.iter().filter(|line| line.contains("250") || line.contains("1500")).collect();
    assert!(of_order.len() >= 3, "the old line, its reversal and the new one: {lines:?}");
    assert!(soutien::check::all(&other.core).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_two_who_take_at_once_one_wins_and_the_other_is_told() {
    let house = House::new().await;
    let file = fixture("payments-31.csv");
    let (a, b) = (previewed(&house, &file).await, previewed(&house, &file).await);
    let (first, second, third) = tokio::join!(take(&house, a), take(&house, b), take(&house, a));
    let won = [&first, &second, &third].iter().filter(|r| r.is_ok()).count();
    assert_eq!(won, 1, "{first:?} {second:?} {third:?}");
    assert_eq!(ledger(&house).await.len(), 6);
    let loser = if second.is_err() { b } else { a };
    let tx = house.tx().await;
    let refreshed = Stop::split(actions::refresh(&tx, loser).await).unwrap();
    tx.commit().await.unwrap();
    assert_eq!((refreshed, rows(&house, loser, Verdict::Known).await), (Ok(6), 6));
}

#[tokio::test]
async fn a_refund_of_a_gift_in_the_ledger_is_for_a_person() {
    let house = House::new().await;
    let file = payments(&house, "a.csv", &[("1", "10,00", "ana@example.org", "Roy", "")]);
    taken(&house, &file).await;
    let text = std::fs::read_to_string(&file).unwrap().replace("Payé", "Remboursé");
    let refunded = house.dir.path().join("b.csv");
    std::fs::write(&refunded, text).unwrap();
    let id = previewed(&house, &refunded).await;
    assert_eq!(why(&house, id, Verdict::Conflict).await[0].1, Why::RefundedInLedger);
}

#[tokio::test]
async fn twenty_thousand_lines_go_in_and_out() {
    let house = House::new().await;
    let lines: Vec<[String; 3]> = (0..20_000)
        .map(|n| [n.to_string(), format!("a{}@example.org", n % 3000), format!("Nom{}", n % 3000)])
        .collect();
    let lines: Vec<_> =
        lines.iter().map(|l| (l[0].as_str(), "7,50", l[1].as_str(), l[2].as_str(), "75001")).collect();
    let id = taken(&house, &payments(&house, "a.csv", &lines)).await;
    assert_eq!(gift::Entity::find().count(house.core.db.read()).await.unwrap(), 20_000);
    assert_eq!(donor::Entity::find().count(house.core.db.read()).await.unwrap(), 3000);
    assert_eq!(undo(&house, id).await, Ok(20_000));
    assert_eq!(donor::Entity::find().count(house.core.db.read()).await.unwrap(), 0);
}

/// Files shared between projects, when they are there.
#[allow(clippy::disallowed_methods)] // tests are told where shared files lie
pub fn shared() -> Option<PathBuf> {
    let told = std::env::var("SOUTIEN_SHARED").ok().map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    Some(told.unwrap_or(beside)).filter(|dir| dir.join("data/samples").is_dir())
}

#[tokio::test]
async fn the_shared_samples_give_exactly_these_lines() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    let samples = shared.join("data/samples");
    let id = taken(&house, &samples.join("helloasso-paiements.csv")).await;
    assert_eq!(rows(&house, id, Verdict::Ignored).await, 0);
    assert_eq!(
        ledger(&house).await,
        [
            "8000001 1200 card 2026-01-05/-/- 2025-12-05 2025-12-05T07:02:11Z paid_at SPECIMEN Soutien mensuel exemple aicha [0]",
            "8000002 4000 card 2026-01-05/-/HA-SPECIMEN-17 2025-12-31 2025-12-31T22:58:40Z paid_at SPECIMEN Soutien ponctuel oeufroy noelle [0]",
            "8000003 2000 card 2026-01-05/-/- 2025-12-15 2025-12-15T18:30:00Z paid_at SPECIMEN Adhésion 2026 exemple aicha [0] dues",
            "8000003+don 500 card 2026-01-05/-/- 2025-12-15 2025-12-15T18:30:00Z paid_at SPECIMEN Adhésion 2026 exemple aicha [0]",
            "8000004 3000 cheque -/2025-12-20/- 2025-12-20 2025-12-20T09:00:00Z received SPECIMEN Soutien ponctuel demo fatou [0]",
        ]
    );
    assert_eq!(donor_list(&house).await.len(), 3, "Aïcha writes her address in two ways");
    let id = taken(&house, &samples.join("helloasso-commandes.csv")).await;
    assert_eq!(rows(&house, id, Verdict::Known).await, 1);
    assert_eq!(ledger(&house).await.len(), 5);
}

#[tokio::test]
async fn every_shared_file_of_helloasso_is_read_or_refused_by_its_name() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    let mut folders = vec![shared.join("data/treasury/helloasso")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            seen += 1;
            let done = actions::preview(&house.core, &Actor::Command, brought(&path), &|_| {}).await;
            let Err(refusal) = Stop::split(done).unwrap() else { continue };
            let words = house.core.render.locales.say(Lang::Fr, &refusal.say());
            let csv = path.extension().is_some_and(|e| e == "csv");
            assert!(words.contains(if csv { "Numéro de transaction" } else { "JSON" }), "{path:?}: {words}");
        }
    }
    assert!(seen >= 8);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(12))]
    #[test]
    fn a_mangled_file_is_taken_whole_or_not_at_all_and_undone_whole(
        cuts in proptest::collection::vec((0usize..2500, 0usize..3, proptest::prelude::any::<u8>()), 1..6)
    ) {
        let mut bytes = std::fs::read(fixture("payments-31.csv")).unwrap();
        for (at, how, byte) in cuts {
            let at = 500 + at % (bytes.len() - 500);
            match how {
                0 => { bytes.get_mut(at).into_iter().for_each(|b| *b = byte); }
                1 => bytes.insert(at, byte),
                _ => bytes.insert(at, b'"'),
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let path = house.dir.path().join("mangled.csv");
            std::fs::write(&path, bytes).unwrap();
            let done = actions::preview(&house.core, &Actor::Command, brought(&path), &|_| {}).await;
            let Ok(Outcome::Previewed { id }) = Stop::split(done).unwrap() else { return };
            let new = rows(&house, id, Verdict::New).await;
            assert_eq!(take(&house, id).await, Ok(u64::try_from(new).unwrap()));
            assert_eq!(ledger(&house).await.len(), usize::try_from(new).unwrap());
            undo(&house, id).await.unwrap();
            assert!(ledger(&house).await.is_empty() && donor_list(&house).await.is_empty());
        });
    }
}
