//! Direct debits: announced, collected once, in the ledger, and given back.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use entities::{debit_collection, gift, instalment, mandate};
use proptest::prelude::*;
use reports::debits::{Creditor, Version};
use rocket::http::Status;
use rules::money::Cents;
use rules::plan::Rhythm;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use soutien::debits::actions::{self, Announced};
use soutien::debits::{Refusal, Setup};
use soutien::imports::actions::{Brought, Outcome};
use soutien::imports::reading::Source;
use soutien::plans::actions::NewPlan;
use soutien::platform::{Actor, Stop};
use soutien::{check, imports};

use crate::house::House;
use crate::plans::{IBAN, donor, find, planned, signed};

const OURS: &str = "FR1420041010050500013M02606";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn set_up(house: &House) {
    let creditor = Creditor {
        name: "Les Ateliers".into(),
        iban: OURS.into(),
        bic: String::new(),
        id: "FR72ZZZ123456".into(),
    };
    let setup = Setup { creditor, notice_days: 14, version: Version::V08 };
    let tx = house.tx().await;
    Stop::split(actions::set_up(&tx, &setup).await).unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn announce(house: &House, through: NaiveDate) -> Result<Announced, Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(actions::announce(&house.core, &tx, through).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn collect(house: &House, on: NaiveDate) -> Result<i64, Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(actions::collect(&house.core, &tx, on).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn cancel(house: &House, id: i64) -> Result<(), Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(actions::cancel(&tx, id, "La banque a refusé le fichier").await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn take(house: &House, import: i64) {
    let tx = house.tx().await;
    Stop::split(imports::actions::take(&house.core, &tx, import, &|_| {}).await).unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn bring_statement(house: &House, text: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let source = Source::parse("camt053").unwrap();
    let brought = Brought { source, name: "releve.xml", path: file.path(), account: None, table: None };
    let outcome = imports::actions::preview(&house.core, &Actor::System, brought, &|_| {}).await;
    let Outcome::Previewed { id } = Stop::split(outcome).unwrap().unwrap() else { panic!("known") };
    take(house, id).await;
}

async fn instalments(house: &House) -> Vec<instalment::Model> {
    instalment::Entity::find().order_by_asc(instalment::Column::Id).all(house.core.db.read()).await.unwrap()
}

async fn holds(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), []);
}

/// A donor with a mandate and a monthly plan.
async fn giver(house: &House, first: &str, iban: &str, cents: i64) -> (i64, i64) {
    let id = donor(house, first).await;
    let mandate = signed(house, id, iban).await;
    let first_on = rules::dates::paris_day(house.core.clock.now()) + TimeDelta::days(18);
    let plan = NewPlan {
        donor_id: id,
        amount: Cents(cents),
        rhythm: Rhythm::Monthly,
        first_on,
        mandate_id: Some(mandate),
    };
    planned(house, &plan).await.unwrap();
    (id, mandate)
}

/// A statement with what the bank credited, and what it took back: end-to-end name, cents, reason.
fn statement(credited: i64, number: &str, back: &[(&str, i64, &str)]) -> String {
    let mut lines = format!(
        "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-20</Dt></BookgDt>\
         <AddtlNtryInf>PRLV SEPA {number}</AddtlNtryInf></Ntry>",
        euros(credited)
    );
    let mut sum = credited;
    for (name, cents, code) in back {
        sum -= cents;
        lines += &format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-24</Dt></BookgDt>\
             <NtryDtls><TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls>\
             <RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf></TxDtls></NtryDtls><AddtlNtryInf>REJET PRLV</AddtlNtryInf></Ntry>",
            amount = euros(*cents)
        );
    }
    let balance = |code: &str, cents: i64, day: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>",
            euros(cents)
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\
         <BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{lines}</Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", 100_000, "2026-03-20"),
        balance("CLBD", 100_000 + sum, "2026-03-24"),
    )
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[tokio::test]
async fn debits_are_announced_collected_written_down_and_given_back() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/debits").await.says("dites qui prélève");
    let wrong = [
        ("name", ""),
        ("creditor", "FR73ZZZ123456"),
        ("iban", "FR14"),
        ("notice", "many"),
        ("version", "08"),
    ];
    who.get("/debits/setup").await;
    let refused = who.post("/debits/setup", &wrong).await;
    refused.says("identifiant de créancier est faux").says("Cet IBAN est faux").says("Entre 1 et 60 jours");
    let right = [
        ("name", "Les Ateliers du Commun"),
        ("creditor", "FR72 ZZZ 123456"),
        ("iban", OURS),
        ("notice", "14"),
        ("version", "02"),
    ];
    let kept = who.post("/debits/setup", &right).await;
    who.follow(&kept).await.says("Rien à annoncer");

    let (zoe, _) = giver(&house, "Zoë", IBAN, 1000).await;
    let (leo, _) = giver(&house, "Léonard", "DE89370400440532013000", 2050).await;
    let tx = house.tx().await;
    tx.conn().execute_unprepared(&format!("DELETE FROM donor_mail WHERE donor_id = {leo}")).await.unwrap();
    tx.commit().await.unwrap();
    who.get("/debits").await.says("2 prélèvements à annoncer").says("dont un par lettre").says("30,50");
    let told = who.post("/debits/announcements", &[("day", "01/04/2026")]).await;
    who.follow(&told)
        .await
        .says("1 par courriel, 1 par lettre")
        .says("2 prélèvements à partir du 20/03/2026")
        .says("À prévenir par lettre");
    let again = who.post("/debits/announcements", &[("day", "01/04/2026")]).await;
    who.follow(&again).await.says("Rien n’est à annoncer");
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    let text = mails[0].text.clone();
    for part in ["10,00", "20 mars 2026", "FR76 •••• 0189", "RUM-", "FR72ZZZ123456"] {
        assert!(text.contains(part), "{part} in {text}");
    }

    let early = who.post("/debits", &[("day", "19/03/2026")]).await;
    who.follow(&early).await.says("Rien de ce qui est annoncé");
    let sunday = who.post("/debits", &[("day", "22/03/2026")]).await;
    who.follow(&sunday).await.says("Le suivant est le 23/03/2026");
    let made = who.post("/debits", &[("day", "20/03/2026")]).await;
    let page = who.follow(&made).await;
    page.says("PRLV-2026-0001")
        .says("2 prélèvements")
        .says("30,50")
        .says("FR76 •••• 0189")
        .says("À déposer à la banque");
    assert!(!page.body.contains("FR7630006000"));
    let file = who.get("/debits/1/file.xml").await;
    file.says("pain.008.001.02")
        .says("<IBAN>FR7630006000011234567890189</IBAN>")
        .says("<CtrlSum>30.50</CtrlSum>")
        .says("Zoe d'OEuvre");
    assert_eq!(who.get("/debits/1/file.xml").await.bytes, file.bytes, "the same bytes each time");
    assert_eq!(house.staff(Role::Auditor).await.get("/debits/1/file.xml").await.status, Status::Forbidden);
    let soon = who.post("/debits/1/gifts", &[]).await;
    who.follow(&soon).await.says("à partir du 20/03/2026");

    house.wait(TimeDelta::days(18));
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/debits/1").await.says("Le jour est venu");
    let brought = who.post("/debits/1/gifts", &[]).await;
    let import = brought.location.as_deref().unwrap().rsplit('/').next().unwrap().to_owned();
    who.follow(&brought).await.says("PRLV-2026-0001.xml").says("30,50");
    let done = who.post(&format!("/imports/{import}/taking"), &[]).await;
    who.follow(&done).await.says("2 dons sont importés");
    let gifts = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap();
    let mut given: Vec<(Option<i64>, i64)> = gifts.iter().map(|g| (g.donor_id, g.gross_cents)).collect();
    given.sort_unstable();
    assert_eq!(given, [(Some(zoe), 1000), (Some(leo), 2050)]);
    let late = cancel(&house, 1).await;
    assert_eq!(late, Err(Refusal::Brought));

    house.wait(TimeDelta::days(5));
    let first = instalments(&house).await[0].end_to_end.clone();
    bring_statement(&house, &statement(3050, "PRLV-2026-0001", &[(&first, 1000, "AM04")])).await;
    assert_eq!(actions::notice_returns(&house.core).await.unwrap(), 1);
    assert_eq!(actions::notice_returns(&house.core).await.unwrap(), 0, "once");
    house.work().await;
    let mails = house.mails();
    let text = mails[1].text.clone();
    assert!(
        text.contains("10,00") && text.contains("24 mars 2026") && text.contains("comme prévu"),
        "{text}"
    );
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/debits/1")
        .await
        .says("AM04")
        .says("la personne est prévenue")
        .says("Sur le compte, au centime près");
    find(&house).await;
    who.get(&format!("/donors/{zoe}/plans")).await.says("rejeté").says("AM04").says("en cours");
    holds(&house).await;
    nowhere_in_clear(&house, "30006000011234567890189").await;
    nowhere_in_clear(&house, "370400440532013000").await;
}

/// No row of any table and no kept file has this text.
async fn nowhere_in_clear(house: &House, text: &str) {
    let conn = house.core.db.read();
    for (table, column) in [
        ("mandate", "iban_sealed || iban_shown || iban_mark || holder"),
        ("instalment", "COALESCE(iban_sealed, '') || end_to_end"),
        ("debit_collection", "facts"),
        ("audit", "detail"),
        ("outbox", "text"),
        ("import_row", "facts"),
        ("movement", "label || reference || party"),
    ] {
        let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE {column} LIKE '%{text}%'");
        let asked = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
        let row = conn.query_one_raw(asked).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0, "{table}");
    }
    let mut folders = vec![house.core.blobs.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()), "{}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn a_mandate_that_the_bank_refuses_ends_and_nobody_writes_to_the_dead() {
    let house = House::new().await;
    set_up(&house).await;
    giver(&house, "Zoë", IBAN, 1000).await;
    giver(&house, "Léonard", "DE89370400440532013000", 2000).await;
    announce(&house, day("2026-03-31")).await.unwrap();
    let id = collect(&house, day("2026-03-20")).await.unwrap();
    house.wait(TimeDelta::days(25));
    let import = Stop::split(actions::bring(&house.core, &Actor::System, id).await).unwrap().unwrap();
    take(&house, import).await;
    house.work().await;
    let before = house.mails().len();
    let rows = instalments(&house).await;
    let back = [(rows[0].end_to_end.as_str(), 1000, "AC04"), (rows[1].end_to_end.as_str(), 2000, "MD07")];
    bring_statement(&house, &statement(3000, "PRLV-2026-0001", &back)).await;
    assert_eq!(actions::notice_returns(&house.core).await.unwrap(), 2);
    house.work().await;
    let mails = house.mails();
    assert_eq!(mails.len(), before + 1, "one of the two died");
    assert!(mails[before].text.contains("nous l’avons arrêté"));
    let mandates = mandate::Entity::find().all(house.core.db.read()).await.unwrap();
    assert!(
        mandates
            .iter()
            .all(|one| one.state == "ended" && one.end_reason.as_deref().unwrap().starts_with("Rejet"))
    );
    assert_eq!(announce(&house, day("2026-05-31")).await, Err(Refusal::NothingDue));
    holds(&house).await;
}

#[tokio::test]
async fn whatever_is_pressed_twice_or_by_two_people_at_once_is_one_debit() {
    let house = House::new().await;
    set_up(&house).await;
    giver(&house, "Zoë", IBAN, 1000).await;
    let through = day("2026-03-31");
    let both = tokio::join!(announce(&house, through), announce(&house, through));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{both:?}");
    let on = day("2026-03-20");
    let both = tokio::join!(collect(&house, on), collect(&house, on));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{both:?}");
    let id = both.0.or(both.1).unwrap();
    cancel(&house, id).await.unwrap();
    assert_eq!(cancel(&house, id).await, Err(Refusal::Cancelled));
    let second = collect(&house, on).await.unwrap();
    let rows = debit_collection::Entity::find()
        .order_by_asc(debit_collection::Column::Id)
        .all(house.core.db.read())
        .await
        .unwrap();
    let numbers: Vec<(&str, bool)> =
        rows.iter().map(|row| (row.number.as_str(), row.cancelled_at.is_some())).collect();
    assert_eq!(numbers, [("PRLV-2026-0001", true), ("PRLV-2026-0002", false)]);
    assert_ne!(id, second);
    house.work().await;
    assert_eq!(house.mails().len(), 1, "what was announced is not announced again");
    for sql in [
        "UPDATE instalment SET cents = 1",
        "DELETE FROM instalment",
        "UPDATE debit_collection SET cents = 1",
        "DELETE FROM debit_collection",
    ] {
        let tx = house.tx().await;
        assert!(tx.conn().execute_unprepared(sql).await.is_err(), "{sql}");
    }
    let tx = house.tx().await;
    let twice = "INSERT INTO instalment (mandate_id, plan_id, due_on, cents, end_to_end, state, announced_at, announced_by, collect_from) \
                 SELECT mandate_id, plan_id, due_on, cents, 'other', 'announced', announced_at, announced_by, collect_from FROM instalment";
    assert!(tx.conn().execute_unprepared(twice).await.is_err());
    drop(tx);
    holds(&house).await;
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Plan(usize),
    EndPlan(usize),
    EndMandate(usize),
    Announce(i64),
    Collect(i64),
    Cancel(usize),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        (0..3_usize).prop_map(Step::Plan),
        (0..4_usize).prop_map(Step::EndPlan),
        (0..3_usize).prop_map(Step::EndMandate),
        (0..70_i64).prop_map(Step::Announce),
        (1..40_i64).prop_map(Step::Collect),
        (0..3_usize).prop_map(Step::Cancel),
        (1..45_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(one, 1..24)
}

async fn walk(steps: Vec<Step>) {
    let house = House::new().await;
    set_up(&house).await;
    let people = ["Zoë", "Léonard", "Ana Lou"];
    let mut givers = Vec::new();
    for first in people {
        givers.push(giver(&house, first, IBAN, 1000).await);
    }
    let mut collected: HashMap<(i64, NaiveDate), i64> = HashMap::new();
    for step in steps {
        let today = rules::dates::paris_day(house.core.clock.now());
        let tx = house.tx().await;
        match step {
            Step::Plan(at) => {
                let (donor_id, mandate) = givers[at];
                let (first_on, rhythm) = (today + TimeDelta::days(3), Rhythm::Monthly);
                let plan =
                    NewPlan { donor_id, amount: Cents(500), rhythm, first_on, mandate_id: Some(mandate) };
                if Stop::split(soutien::plans::actions::make(&tx, &plan).await).unwrap().is_ok() {
                    tx.commit().await.unwrap();
                }
            }
            Step::EndPlan(at) => {
                let done = soutien::plans::actions::end(&tx, i64::try_from(at).unwrap() + 1).await;
                if Stop::split(done).unwrap().is_ok() {
                    tx.commit().await.unwrap();
                }
            }
            Step::EndMandate(at) => {
                let done = soutien::plans::actions::end_mandate(&tx, givers[at].1, "fini").await;
                if Stop::split(done).unwrap().is_ok() {
                    tx.commit().await.unwrap();
                }
            }
            Step::Announce(days) => {
                drop(tx);
                let _ = announce(&house, today + TimeDelta::days(days)).await;
            }
            Step::Collect(days) => {
                drop(tx);
                if let Ok(id) = collect(&house, today + TimeDelta::days(days)).await {
                    for row in
                        instalments(&house).await.into_iter().filter(|row| row.collection_id == Some(id))
                    {
                        let before = collected.insert((row.mandate_id, row.due_on), id);
                        assert_eq!(before, None, "debited twice");
                    }
                }
            }
            Step::Cancel(at) => {
                drop(tx);
                let id = i64::try_from(at).unwrap() + 1;
                if cancel(&house, id).await.is_ok() {
                    collected.retain(|_, collection| *collection != id);
                }
            }
            Step::Wait(days) => {
                drop(tx);
                house.wait(TimeDelta::days(days));
            }
        }
    }
    holds(&house).await;
    // Nobody is told less than the notice before.
    for row in instalments(&house).await {
        let told = rules::dates::paris_day(row.announced_at);
        assert!(row.collect_from >= told + TimeDelta::days(14), "{row:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nobody_is_debited_twice_for_a_due_day(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(walk(steps));
    }
}

/// A collection with one debit, for tests of other rooms.
pub async fn one_collection(house: &House) {
    set_up(house).await;
    giver(house, "Zoë", IBAN, 1000).await;
    let today = rules::dates::paris_day(house.core.clock.now());
    announce(house, today + TimeDelta::days(18)).await.unwrap();
    let on = instalments(house).await[0].collect_from;
    collect(house, on).await.unwrap();
}
