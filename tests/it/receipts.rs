//! Laws R1 to R6, on real tables: who gets a receipt, under which number, and what can never happen to it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{audit, donor, donor_mail, gift, outbox, receipt, receipt_line, receipt_run, receipt_series};
use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use soutien::accounts::association;
use soutien::platform::{Actor, Stop};
use soutien::receipts::queries::{register, survey};
use soutien::receipts::{self, IssueOne, Refusal, StartRun};

use crate::house::House;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A person in Lyon who wants one receipt a year, by mail.
pub fn person(last_name: &str, first_names: &str) -> donor::ActiveModel {
    donor::ActiveModel {
        kind: Set("person".into()),
        last_name: Set(last_name.into()),
        first_names: Set(first_names.into()),
        organisation: Set(String::new()),
        legal_form: Set(String::new()),
        siren: Set(None),
        street: Set("3 rue de la Paix".into()),
        postal_code: Set("69001".into()),
        city: Set("Lyon".into()),
        country: Set("FR".into()),
        language: Set("fr".into()),
        receipt_pref: Set("yearly".into()),
        receipt_route: Set("mail".into()),
        notes: Set(String::new()),
        sort_key: Set(rules::fold::search_key(last_name)),
        search_key: Set(rules::fold::search_key(&format!("{first_names} {last_name}"))),
        created_at: Set(crate::house::morning()),
        updated_at: Set(crate::house::morning()),
        version: Set(1),
        ..Default::default()
    }
}

/// Keeps a donor, with a mail address if one is given.
pub async fn keep(house: &House, row: donor::ActiveModel, mail: Option<&str>) -> i64 {
    let tx = house.tx().await;
    let id = donor::Entity::insert(row).exec(tx.conn()).await.unwrap().last_insert_id;
    if let Some(mail) = mail {
        let row = donor_mail::ActiveModel {
            donor_id: Set(id),
            address: Set(mail.into()),
            norm: Set(mail.to_lowercase()),
            is_main: Set(true),
            ..Default::default()
        };
        donor_mail::Entity::insert(row).exec(tx.conn()).await.unwrap();
    }
    tx.audit("donor.create", ("donor", id), serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A line of the ledger: a card gift, fee nothing.
pub fn line(donor_id: Option<i64>, date: &str, cents: i64) -> gift::ActiveModel {
    use std::sync::atomic::{AtomicI64, Ordering};
    static NEXT: AtomicI64 = AtomicI64::new(1);
    gift::ActiveModel {
        donor_id: Set(donor_id),
        source: Set("test".into()),
        external_id: Set(NEXT.fetch_add(1, Ordering::SeqCst).to_string()),
        gross_cents: Set(cents),
        fee_cents: Set(0),
        net_cents: Set(cents),
        method: Set("card".into()),
        nature: Set("money".into()),
        form: Set("manual_gift".into()),
        campaign: Set(String::new()),
        gift_date: Set(day(date)),
        date_basis: Set("paid_at".into()),
        receipted_elsewhere: Set(None),
        reverses_id: Set(None),
        note: Set(String::new()),
        created_at: Set(crate::house::morning()),
        ..Default::default()
    }
}

pub async fn give(house: &House, row: gift::ActiveModel) -> i64 {
    let tx = house.tx().await;
    let id = gift::Entity::insert(row).exec(tx.conn()).await.unwrap().last_insert_id;
    tx.audit("gift.record", ("gift", id), serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn reverse(house: &House, gift_id: i64, date: &str) -> i64 {
    let of = gift::Entity::find_by_id(gift_id).one(house.core.db.read()).await.unwrap().unwrap();
    let mut row = line(of.donor_id, date, -of.gross_cents);
    row.reverses_id = Set(Some(gift_id));
    give(house, row).await
}

pub async fn run(house: &House, year: i32) -> receipts::Done {
    try_run(house, year).await.unwrap()
}

async fn try_run(house: &House, year: i32) -> Result<receipts::Done, Stop<Refusal>> {
    let tx = house.tx().await;
    let run_id = receipts::start_run(&tx, StartRun { year, planned: 0 }).await?;
    tx.commit().await.unwrap();
    receipts::issue_run(&house.core, &Actor::Command, run_id, true, &mut |_| {}).await
}

pub async fn all(house: &House) -> Vec<receipt::Model> {
    receipt::Entity::find().order_by_asc(receipt::Column::Id).all(house.core.db.read()).await.unwrap()
}

async fn holds(house: &House) {
    let broken = receipts::check(&house.core, true).await.unwrap();
    assert!(broken.is_empty(), "{broken:#?}");
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Stop<Refusal>>) -> Refusal {
    Stop::split(result).unwrap().unwrap_err()
}

/// What `pdftotext` reads, in one line; none where it is not installed.
fn text_of(pdf: &[u8]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("receipt.pdf");
    std::fs::write(&file, pdf).unwrap();
    match std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output() {
        Ok(out) => {
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Err(_) => {
            println!("pdftotext is not installed: the mentions are not read back");
            None
        }
    }
}

#[tokio::test]
async fn a_year_gives_one_receipt_to_each_donor_who_may_have_one_and_names_why_to_the_others() {
    let house = House::new().await;
    let zoe = keep(&house, person("O'Brien-Müller", "Zoë d’Œ"), Some("zoe@example.org")).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    give(&house, line(Some(zoe), "2025-12-31", 12_345)).await;
    give(&house, line(Some(zoe), "2024-12-31", 99_900)).await;
    give(&house, line(Some(zoe), "2026-01-01", 88_800)).await;
    // Taken back in the year, and taken back the year after.
    let gone = give(&house, line(Some(zoe), "2025-03-01", 700)).await;
    reverse(&house, gone, "2025-03-02").await;
    let doubtful = give(&house, line(Some(zoe), "2025-04-01", 800)).await;
    reverse(&house, doubtful, "2026-01-15").await;
    // R6: HelloAsso made a receipt for this one.
    let mut elsewhere = line(Some(zoe), "2025-05-01", 900);
    elsewhere.receipted_elsewhere = Set(Some("HA-77".into()));
    give(&house, elsewhere).await;
    let mut vague = person("<b>Sans adresse</b>", "=cmd");
    vague.street = Set(String::new());
    vague.postal_code = Set("690".into());
    let vague = keep(&house, vague, None).await;
    give(&house, line(Some(vague), "2025-06-01", 1000)).await;
    let mut abroad = person("Peeters", "Jan");
    (abroad.country, abroad.postal_code) = (Set("BE".into()), Set("1000".into()));
    let abroad = keep(&house, abroad, None).await;
    give(&house, line(Some(abroad), "2025-06-01", 1100)).await;
    let mut never = person("Discret", "Paul");
    never.receipt_pref = Set("none".into());
    let never = keep(&house, never, None).await;
    give(&house, line(Some(never), "2025-06-01", 1200)).await;
    let mut firm = person("", "");
    (firm.kind, firm.organisation) = (Set("organisation".into()), Set("ACME".into()));
    let firm = keep(&house, firm, None).await;
    give(&house, line(Some(firm), "2025-06-01", 1300)).await;
    give(&house, line(None, "2025-06-01", 1400)).await;
    let mut kanji = person("山田", "太郎");
    kanji.city = Set("Lyon".into());
    let kanji = keep(&house, kanji, None).await;
    give(&house, line(Some(kanji), "2025-06-01", 1500)).await;

    let mut told = Vec::new();
    let found = survey::survey(&house.core, 2025, |one| told.push(one.clone())).await.unwrap();
    assert_eq!((found.donors, found.receipts, found.to_issue.cents), (1, 1, 14_845));
    assert_eq!((found.anonymous.cents, found.gap(), found.to_print), (1400, 0, 0));
    let reasons: Vec<&str> = found.left.keys().copied().collect();
    let expected = [
        "address_incomplete",
        "no_sign",
        "not_in_france",
        "organisation",
        "preference_none",
        "receipted_elsewhere",
        "reversed_otherwise",
    ];
    assert_eq!(reasons, expected);
    let said =
        found.left["address_incomplete"].first[0].reasons[0].sentence(&house.core, rules::lang::Lang::Fr);
    assert!(said.contains("la rue") && said.contains("cinq chiffres"), "{said}");
    assert_eq!(told.len(), 6);

    let done = run(&house, 2025).await;
    assert_eq!((done.issued, done.cents, done.left_out), (1, 14_845, 5));
    let [one] = all(&house).await.try_into().unwrap();
    assert_eq!((one.number.as_str(), one.donor_id, one.amount_cents), ("RF-2026-000001", zoe, 14_845));
    let facts = register::facts(&one).unwrap();
    assert_eq!(facts.amount_in_words, "cent quarante-huit euros et quarante-cinq centimes");
    assert_eq!(facts.lines.len(), 2);
    holds(&house).await;
    // Again: nothing is left to do.
    assert_eq!(run(&house, 2025).await.issued, 0);
    assert_eq!(all(&house).await.len(), 1);
    let run_row = receipt_run::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((run_row.state.as_str(), run_row.issued, run_row.cents), ("done", 1, 14_845));
    let lines = audit::Entity::find().filter(audit::Column::Verb.eq("receipt.issue"));
    assert_eq!(lines.count(house.core.db.read()).await.unwrap(), 1);
}

#[tokio::test]
async fn the_donor_gets_the_receipt_by_mail_with_the_paper_attached() {
    let house = House::new().await;
    let zoe = keep(&house, person("O'Brien-Müller", "Zoë"), Some("zoe@example.org")).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    let mut by_post = person("Papier", "Jeanne");
    by_post.receipt_route = Set("post".into());
    let by_post = keep(&house, by_post, Some("jeanne@example.org")).await;
    give(&house, line(Some(by_post), "2025-02-01", 3000)).await;
    assert_eq!(survey::survey(&house.core, 2025, |_| {}).await.unwrap().to_print, 1);
    assert_eq!(run(&house, 2025).await.issued, 2);
    house.work().await;
    let [mail] = house.mails().try_into().unwrap_or_else(|m: Vec<_>| panic!("{} mails", m.len()));
    assert!(mail.subject.contains("RF-2026-000001"), "{}", mail.subject);
    assert!(mail.text.contains("25,00"), "{}", mail.text);
    let rows = all(&house).await;
    let [paper] = mail.attachments.as_slice() else { panic!("{:?}", mail.attachments.len()) };
    assert_eq!(paper.name, "RF-2026-000001.pdf");
    assert_eq!(paper.bytes, receipts::original(&house.core, &rows[0]).await.unwrap());
    let kept = outbox::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!((kept.kind.as_str(), kept.state.as_str()), ("receipt", "sent"));
}

#[tokio::test]
async fn the_paper_carries_every_mention_and_is_the_same_byte_for_byte() {
    let house = House::new().await;
    let zoe = keep(&house, person("O'Brien-Müller", "Zoë d’Œ"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    let mut cash = line(Some(zoe), "2025-02-28", 100_000);
    cash.method = Set("cash".into());
    give(&house, cash).await;
    run(&house, 2025).await;
    let [row] = all(&house).await.try_into().unwrap();
    let first = receipts::original(&house.core, &row).await.unwrap();
    assert_eq!(first, receipts::original(&house.core, &row).await.unwrap());
    assert!(first.len() < 60_000, "{} bytes", first.len());
    let Some(text) = text_of(&first) else { return };
    for mention in [
        "11580*05",
        "RF-2026-000001",
        "Les Amis d’Œuvre libre",
        "W751234567",
        "12 rue de l’Essai",
        "69007",
        "Promouvoir les logiciels libres",
        "Association loi 1901",
        "O'Brien-Müller",
        "Zoë d’Œ",
        "3 rue de la Paix",
        "1 025,00",
        "mille vingt-cinq euros",
        "31/01/2025",
        "28/02/2025",
        "200 du CGI",
        "Déclaration de don manuel",
        "Numéraire",
        "Remise d’espèces",
        "Virement, prélèvement, carte",
        "Noëlle Œufroy",
        "Trésorière",
        "1740 A",
    ] {
        let plain = |text: &str| text.replace(['\u{A0}', '\u{202F}'], " ");
        assert!(plain(&text).contains(mention), "«{mention}» is not on the paper:\n{text}");
    }
}

#[tokio::test]
async fn a_copy_keeps_its_number_and_says_that_it_is_one() {
    let house = House::new().await;
    let zoe = keep(&house, person("Léger", "Zoë"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    run(&house, 2025).await;
    let tx = house.tx().await;
    let copy = receipts::duplicate(&house.core, &tx, "RF-2026-000001").await.unwrap();
    tx.commit().await.unwrap();
    if let Some(text) = text_of(&copy) {
        assert!(text.contains("DUPLICATA") && text.contains("RF-2026-000001"), "{text}");
    }
    let told = audit::Entity::find().filter(audit::Column::Verb.eq("receipt.duplicate"));
    assert_eq!(told.count(house.core.db.read()).await.unwrap(), 1);
    assert_eq!(all(&house).await.len(), 1);
}

#[tokio::test]
async fn a_cancelled_receipt_stays_with_its_reason_and_its_gifts_can_be_receipted_again() {
    let house = House::new().await;
    let zoe = keep(&house, person("Léger", "Zoë"), Some("zoe@example.org")).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    run(&house, 2025).await;
    let core = &house.core;
    let tx = house.tx().await;
    assert_eq!(refusal(receipts::cancel(core, &tx, "RF-2026-000001", "  ").await), Refusal::NoReason);
    let unknown = refusal(receipts::cancel(core, &tx, "RF-2026-000099", "x").await);
    assert_eq!(unknown, Refusal::NoSuchNumber("RF-2026-000099".into()));
    receipts::cancel(core, &tx, "RF-2026-000001", "nom mal écrit").await.unwrap();
    tx.commit().await.unwrap();
    let tx = house.tx().await;
    let again = refusal(receipts::cancel(core, &tx, "RF-2026-000001", "x").await);
    assert_eq!(again, Refusal::AlreadyCancelled("RF-2026-000001".into()));
    drop(tx);
    let [old] = all(&house).await.try_into().unwrap();
    assert_eq!((old.state.as_str(), old.cancel_reason.as_deref()), ("cancelled", Some("nom mal écrit")));
    if let Some(text) = text_of(&receipts::paper_of(core, &old).await.unwrap()) {
        assert!(text.contains("ANNULÉ") && text.contains("nom mal écrit"), "{text}");
    }
    holds(&house).await;
    assert_eq!(run(&house, 2025).await.issued, 1);
    assert_eq!(all(&house).await[1].number, "RF-2026-000002");
    house.work().await;
    let subjects: Vec<String> = house.mails().into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.iter().any(|s| s.contains("est annulé")), "{subjects:?}");
    holds(&house).await;
}

#[tokio::test]
async fn a_replacement_says_which_receipt_it_replaces_and_is_made_from_the_record_as_it_stands() {
    let house = House::new().await;
    let core = &house.core;
    let zoe = keep(&house, person("Leger", "Zoe"), Some("zoe@example.org")).await;
    let kept = give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    let gone = give(&house, line(Some(zoe), "2025-02-28", 4000)).await;
    run(&house, 2025).await;
    reverse(&house, gone, "2025-02-28").await;
    let found = survey::survey(core, 2025, |_| {}).await.unwrap();
    assert_eq!(found.left["reversed_after_receipt"].donors, 1, "someone must be told");
    assert_eq!(found.gap(), 0);
    let tx = house.tx().await;
    let change = donor::ActiveModel { last_name: Set("Léger".into()), ..Default::default() };
    donor::Entity::update_many().set(change).filter(donor::Column::Id.eq(zoe)).exec(tx.conn()).await.unwrap();
    let new = receipts::replace(core, &tx, "RF-2026-000001", "don annulé").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((new.number.as_str(), new.cents), ("RF-2026-000002", 2500));
    let [old, new] = all(&house).await.try_into().unwrap();
    assert_eq!((old.state.as_str(), new.replaces_id), ("cancelled", Some(old.id)));
    let facts = register::facts(&new).unwrap();
    assert_eq!(facts.replaces.as_deref(), Some("RF-2026-000001"));
    assert_eq!((facts.donor.last_name.as_str(), facts.lines[0].gift_id), ("Léger", kept));
    assert_eq!(register::facts(&old).unwrap().donor.last_name, "Leger", "what was issued is frozen");
    if let Some(text) = text_of(&receipts::original(core, &new).await.unwrap()) {
        assert!(text.contains("RF-2026-000001"), "{text}");
    }
    holds(&house).await;
}

#[tokio::test]
async fn a_donor_who_prefers_one_for_each_gift_gets_that_and_one_who_wants_none_may_still_ask() {
    let house = House::new().await;
    let core = &house.core;
    let mut each = person("Chaque", "Fois");
    each.receipt_pref = Set("each".into());
    let each = keep(&house, each, None).await;
    let mut none = person("Jamais", "Plus");
    none.receipt_pref = Set("none".into());
    let none = keep(&house, none, None).await;
    for donor in [each, none] {
        give(&house, line(Some(donor), "2025-01-31", 2500)).await;
        give(&house, line(Some(donor), "2025-02-28", 100)).await;
    }
    assert_eq!(run(&house, 2025).await.issued, 2);
    let ask = IssueOne { donor_id: none, year: 2025, abroad: false, mails: true };
    let tx = house.tx().await;
    let issued = receipts::issue_one(core, &tx, ask).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((issued.len(), issued[0].cents), (1, 2600));
    let tx = house.tx().await;
    assert!(matches!(refusal(receipts::issue_one(core, &tx, ask).await), Refusal::Nothing(_)));
    holds_after(tx, &house).await;
}

async fn holds_after(tx: soutien::platform::Tx, house: &House) {
    drop(tx);
    holds(house).await;
}

#[tokio::test]
async fn numbers_go_on_after_those_of_the_tool_before_and_begin_again_each_year() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut identity = association::get(tx.conn()).await.unwrap().unwrap();
    (identity.receipt_last_number, identity.receipt_first_year) = (417, 2026);
    identity.receipt_prefix = "DON".into();
    association::save(&tx, identity).await.unwrap();
    tx.commit().await.unwrap();
    let zoe = keep(&house, person("Léger", "Zoë"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    run(&house, 2025).await;
    give(&house, line(Some(zoe), "2026-01-31", 2500)).await;
    house.wait(chrono::TimeDelta::days(365));
    run(&house, 2026).await;
    let numbers: Vec<String> = all(&house).await.into_iter().map(|r| r.number).collect();
    assert_eq!(numbers, ["DON-2026-000418", "DON-2027-000001"]);
    holds(&house).await;
}

#[tokio::test]
async fn an_association_that_lacks_a_mention_issues_nothing_and_is_told_which() {
    let house = House::new().await;
    let tx = house.tx().await;
    let mut identity = association::get(tx.conn()).await.unwrap().unwrap();
    identity.rna = None;
    identity.signer_name = String::new();
    association::save(&tx, identity).await.unwrap();
    tx.commit().await.unwrap();
    let zoe = keep(&house, person("Léger", "Zoë"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    let refused = refusal(try_run(&house, 2025).await);
    let said = refused.sentence(&house.core, rules::lang::Lang::Fr);
    assert!(said.contains("SIREN ou RNA") && said.contains("la personne qui signe"), "{said}");
    assert!(all(&house).await.is_empty());
    assert_eq!(refusal(try_run(&House::new().await, 2027).await), Refusal::FutureYear(2027));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_issue_at_once_leave_no_gap_and_no_double() {
    let house = House::new().await;
    for n in 0..20 {
        let id = keep(&house, person(&format!("Nom {n}"), "Zoë"), None).await;
        give(&house, line(Some(id), "2025-01-31", 100 + n)).await;
        give(&house, line(Some(id), "2025-03-31", 1000)).await;
    }
    let donors: Vec<i64> = (1..=20).collect();
    let mut tasks = Vec::new();
    for n in 0..50usize {
        let (core, donor_id) = (house.core.clone(), donors[n % 20]);
        tasks.push(tokio::spawn(async move {
            if n % 10 == 0 {
                let tx = soutien::platform::Tx::begin(&core, Actor::Command).await.unwrap();
                let run_id = receipts::start_run(&tx, StartRun { year: 2025, planned: 0 }).await.unwrap();
                tx.commit().await.unwrap();
                receipts::issue_run(&core, &Actor::Command, run_id, false, &mut |_| {}).await.unwrap();
                return;
            }
            let tx = soutien::platform::Tx::begin(&core, Actor::Command).await.unwrap();
            let ask = IssueOne { donor_id, year: 2025, abroad: false, mails: false };
            match receipts::issue_one(&core, &tx, ask).await {
                Ok(_) => tx.commit().await.unwrap(),
                Err(Stop::Refused(Refusal::Nothing(_))) => {}
                Err(other) => panic!("{other:?}"),
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let rows = all(&house).await;
    assert_eq!(rows.len(), 20);
    let seqs: BTreeSet<i64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=20).collect::<BTreeSet<i64>>());
    let series = receipt_series::Entity::find().one(house.core.db.read()).await.unwrap().unwrap();
    assert_eq!(series.last_number, 20);
    let live = receipt_line::Entity::find().filter(receipt_line::Column::Live.eq(true));
    assert_eq!(live.count(house.core.db.read()).await.unwrap(), 40);
    holds(&house).await;
}

#[tokio::test]
async fn a_run_that_was_stopped_in_the_middle_goes_on_where_it_was() {
    let house = House::new().await;
    let tx = house.tx().await;
    let people = (0..600).map(|n| person(&format!("Nom {n}"), "Zoë"));
    donor::Entity::insert_many(people).exec_without_returning(tx.conn()).await.unwrap();
    let gifts = (1..=600).map(|id| line(Some(id), "2025-01-31", 1000));
    gift::Entity::insert_many(gifts).exec_without_returning(tx.conn()).await.unwrap();
    let run_id = receipts::start_run(&tx, StartRun { year: 2025, planned: 600 }).await.unwrap();
    tx.commit().await.unwrap();
    {
        let (first, mut steps) = (tokio::sync::Notify::new(), 0);
        let mut told = |_: &receipts::Step| {
            steps += 1;
            first.notify_one();
        };
        let running = receipts::issue_run(&house.core, &Actor::Command, run_id, false, &mut told);
        tokio::select! {
            _ = running => panic!("it was to be stopped"),
            () = first.notified() => {} // the future is dropped here, wherever it is
        }
    }
    let before = all(&house).await.len();
    assert_eq!(before, 250);
    holds(&house).await;
    let tx = house.tx().await;
    let same = receipts::start_run(&tx, StartRun { year: 2025, planned: 0 }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(same, run_id);
    let done = receipts::issue_run(&house.core, &Actor::Command, run_id, false, &mut |_| {}).await.unwrap();
    assert_eq!((done.issued, done.last.as_deref()), (350, Some("RF-2026-000600")));
    let row = register::run(house.core.db.read(), run_id).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.issued), ("done", 600));
    let broken = receipts::check(&house.core, false).await.unwrap();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[tokio::test]
async fn the_database_itself_refuses_to_forget_or_rewrite_a_receipt() {
    let house = House::new().await;
    let zoe = keep(&house, person("Léger", "Zoë"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    run(&house, 2025).await;
    let conn = house.core.db.read();
    for text in [
        "DELETE FROM receipt",
        "UPDATE receipt SET amount_cents = 1",
        "UPDATE receipt SET facts = '{}'",
        "UPDATE receipt SET number = 'RF-2026-000009'",
        "DELETE FROM receipt_line",
        "UPDATE receipt_line SET amount_cents = 1",
        "DELETE FROM gift",
        "UPDATE gift SET gross_cents = 1, net_cents = 1",
    ] {
        assert!(conn.execute_unprepared(text).await.is_err(), "{text}");
    }
    holds(&house).await;
}

#[tokio::test]
async fn the_check_sees_a_changed_register() {
    let house = House::new().await;
    for n in 0..3 {
        let id = keep(&house, person(&format!("Nom {n}"), "Zoë"), None).await;
        give(&house, line(Some(id), "2025-01-31", 1000)).await;
    }
    run(&house, 2025).await;
    holds(&house).await;
    let conn = house.core.db.read();
    let untie = if house.core.db.is_sqlite() {
        vec!["DROP TRIGGER receipt_frozen"]
    } else {
        vec!["ALTER TABLE receipt DISABLE TRIGGER receipt_frozen"]
    };
    for text in untie {
        conn.execute_unprepared(text).await.unwrap();
    }
    let forged = "UPDATE receipt SET facts = replace(facts, 'Nom 1', 'Nom X') WHERE seq = 2";
    conn.execute_unprepared(forged).await.unwrap();
    let broken = receipts::check(&house.core, true).await.unwrap();
    let laws: Vec<&str> = broken.iter().map(|b| b.law).collect();
    assert!(laws.contains(&"R5") && laws.contains(&"R3"), "{broken:#?}");
    assert!(broken.iter().all(|b| b.subject == "RF-2026-000002"), "{broken:#?}");
}

#[tokio::test]
async fn a_treasurer_looks_at_a_year_issues_it_and_finds_every_receipt_again() {
    let house = House::new().await;
    let mut treasurer = house.staff(Role::Treasurer).await;
    treasurer.get("/receipts").await.says("Aucun reçu pour l’instant").says("Préparer les reçus de 2025");
    let zoe = keep(&house, person("O'Brien-Müller", "Zoë <b>"), Some("zoe@example.org")).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    let mut abroad = person("Peeters", "Jan");
    (abroad.country, abroad.postal_code) = (Set("BE".into()), Set("1000".into()));
    let abroad = keep(&house, abroad, None).await;
    give(&house, line(Some(abroad), "2025-06-01", 1100)).await;
    let dry = treasurer.get("/receipts/run?year=2025").await;
    dry.says("Émettre un reçu")
        .says("Zoë &lt;b&gt; O&#x27;Brien-Müller")
        .says("Adresse hors de France")
        .says("Belgique");
    treasurer.get("/receipts/run?year=2025&reason=not_in_france").await.says("Jan Peeters");
    assert!(all(&house).await.is_empty(), "looking changes nothing");
    let asked =
        treasurer.post("/receipts/run", &[("year", "2025"), ("planned", "1"), ("mails", "true")]).await;
    treasurer.follow(&asked).await.says("en train d’être émis").says("data-live");
    house.work().await;
    treasurer.follow(&asked).await.says("Un reçu émis, pour 25,00");
    assert_eq!(house.mails().len(), 1);
    let row = &all(&house).await[0];
    assert_eq!(row.issued_by, "Camille 0 d’Ö");
    for query in ["", "?q=o%27brien", "?q=rf-2026", "?year=2025&show=issued"] {
        treasurer.get(&format!("/receipts{query}")).await.says("RF-2026-000001");
    }
    for query in ["?q=zzz", "?year=2024", "?show=cancelled", "?show=print"] {
        treasurer.get(&format!("/receipts{query}")).await.says("Aucun reçu ne correspond");
    }
    let paper = treasurer.get("/receipts/RF-2026-000001.pdf").await;
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    assert_eq!(soutien_sha256(&paper.bytes), row.pdf_sha256);
    // Asked for by the donor abroad: one click.
    let one = treasurer.post("/receipts/one", &[("donor", &abroad.to_string()), ("year", "2025")]).await;
    treasurer.follow(&one).await.says("Le reçu RF-2026-000002 est émis").says("onze euros");
    let copy = treasurer.post("/receipts/RF-2026-000001/duplicate", &[]).await;
    assert_eq!(copy.header("content-type"), Some("application/pdf"));
    let empty = treasurer.post("/receipts/RF-2026-000001/cancellation", &[("reason", " ")]).await;
    assert_eq!(empty.status, Status::UnprocessableEntity);
    empty.says("Écrivez la raison");
    let new = treasurer.post("/receipts/RF-2026-000001/replacement", &[("reason", "nom <i>")]).await;
    treasurer.follow(&new).await.says("annule et remplace le reçu RF-2026-000001");
    treasurer
        .get("/receipts/RF-2026-000001")
        .await
        .says("Raison\u{202F}: nom &lt;i&gt;")
        .says("RF-2026-000003");
    let gone = treasurer.post("/receipts/RF-2026-000003/cancellation", &[("reason", "doublon")]).await;
    treasurer.follow(&gone).await.says("Ce reçu a été annulé par Camille 0 d’Ö");
    let again = treasurer.post("/receipts/RF-2026-000002/mail", &[]).await;
    assert_eq!(again.status, Status::UnprocessableEntity);
    assert_eq!(treasurer.get("/receipts/RF-2026-000099").await.status, Status::NotFound);
    assert_eq!(treasurer.get("/receipts/RF-2026-000099.pdf").await.status, Status::NotFound);
    holds(&house).await;
}

fn soutien_sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn an_association_that_lacks_mentions_reads_which_before_it_can_issue() {
    let house = House::empty().await;
    let mut treasurer = house.staff(Role::Treasurer).await;
    treasurer.get("/receipts/run?year=2025").await.says("il manque dans les réglages").says("SIREN ou RNA");
    let asked = treasurer.post("/receipts/run", &[("year", "2025")]).await;
    treasurer.follow(&asked).await.says("Les réglages de l’association sont incomplets");
}

#[tokio::test]
async fn agents_never_see_receipts_and_auditors_never_change_them() {
    let house = House::new().await;
    let zoe = keep(&house, person("Léger", "Zoë"), None).await;
    give(&house, line(Some(zoe), "2025-01-31", 2500)).await;
    run(&house, 2025).await;
    let mut agent = house.staff(Role::Agent).await;
    let mut auditor = house.staff(Role::Auditor).await;
    let pages = [
        "/receipts",
        "/receipts/run",
        "/receipts/runs/1",
        "/receipts/RF-2026-000001",
        "/receipts/RF-2026-000001.pdf",
    ];
    for page in pages {
        assert_eq!(agent.get(page).await.status, Status::Forbidden, "{page}");
        assert_eq!(auditor.get(page).await.status, Status::Ok, "{page}");
    }
    auditor.get("/receipts").await;
    for page in [
        "/receipts/run",
        "/receipts/one",
        "/receipts/RF-2026-000001/cancellation",
        "/receipts/RF-2026-000001/duplicate",
    ] {
        let fields = [("year", "2025"), ("donor", "1"), ("reason", "x")];
        assert_eq!(auditor.post(page, &fields).await.status, Status::Forbidden, "{page}");
        assert_eq!(agent.post(page, &fields).await.status, Status::Forbidden, "{page}");
    }
    assert_eq!(all(&house).await[0].state, "issued");
}
