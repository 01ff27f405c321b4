//! Months and years are closed with a checklist; after that their gifts stand as they are (law G2).

use chrono::NaiveDate;
use entities::gift;
use proptest::prelude::*;
use rocket::http::Status;
use rules::gift::Method;
use rules::money::Cents;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use soutien::donations::{self, NewGift, Refusal as NoGift};
use soutien::imports::actions as imports;
use soutien::periods::{self, Refusal, queries};
use soutien::platform::{Actor, Stop};
use soutien::{check, donors};

use crate::donors::person;
use crate::house::House;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cheque(on: NaiveDate, cents: i64) -> NewGift {
    NewGift { gross: Cents(cents), method: Some(Method::Cheque), received_on: Some(on), ..NewGift::default() }
}

async fn give(house: &House, on: &str, cents: i64) -> Result<i64, Vec<NoGift>> {
    let tx = house.tx().await;
    let done = Stop::split(donations::record(&house.core, &tx, &cheque(day(on), cents)).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn close(house: &House, through: &str) -> Result<i64, Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(periods::close(&tx, day(through), true).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn reopen(house: &House, id: i64, why: &str) -> Result<(), Refusal> {
    let tx = house.tx().await;
    let done = Stop::split(periods::reopen(&tx, id, why).await).unwrap();
    if done.is_ok() {
        tx.commit().await.unwrap();
    }
    done
}

async fn holds(house: &House) {
    assert_eq!(check::all(&house.core).await.unwrap(), []);
}

#[tokio::test]
async fn gifts_of_a_closed_period_stand_and_are_taken_back_in_the_open_one() {
    let house = House::new().await;
    let old = give(&house, "2025-12-31", 5000).await.unwrap();
    let new = give(&house, "2026-01-02", 700).await.unwrap();
    let id = close(&house, "2025-12-31").await.unwrap();
    let closed = NoGift::PeriodClosed { through: day("2025-12-31") };
    assert_eq!(give(&house, "2025-12-31", 100).await, Err(vec![closed.clone()]));
    assert!(give(&house, "2026-01-01", 100).await.is_ok());
    let conn = house.core.db.read();
    for sql in [
        format!("UPDATE gift SET campaign = 'x' WHERE id = {old}"),
        format!("UPDATE gift SET note = 'x' WHERE id = {old}"),
    ] {
        assert!(conn.execute_unprepared(&sql).await.is_err(), "{sql}");
    }
    conn.execute_unprepared(&format!("UPDATE gift SET campaign = 'x' WHERE id = {new}")).await.unwrap();

    let tx = house.tx().await;
    let corrected =
        donations::correct(&house.core, &tx, old, &cheque(day("2025-12-31"), 4000), "faute").await;
    assert!(matches!(corrected, Err(Stop::Refused(why)) if why == [closed]));
    drop(tx);
    let tx = house.tx().await;
    let back = donations::reverse(&house.core, &tx, old, "chèque sans provision").await.unwrap();
    tx.commit().await.unwrap();
    let back = gift::Entity::find_by_id(back).one(conn).await.unwrap().unwrap();
    assert_eq!(
        (back.gift_date, back.date_basis.as_str(), back.gross_cents),
        (day("2026-03-02"), "reversed", -5000)
    );
    holds(&house).await;

    assert_eq!(reopen(&house, id, " ").await, Err(Refusal::NoReason));
    reopen(&house, id, "un chèque oublié").await.unwrap();
    assert_eq!(reopen(&house, id, "encore").await, Err(Refusal::Unknown));
    assert!(give(&house, "2025-12-31", 100).await.is_ok());
    holds(&house).await;
}

#[tokio::test]
async fn periods_close_in_their_order_and_open_the_last_first() {
    let house = House::new().await;
    give(&house, "2025-11-15", 100).await.unwrap();
    let conn = house.core.db.read();
    let today = day("2026-03-02");
    let offered = queries::offered(conn, today).await.unwrap();
    assert_eq!(offered, ["2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28"].map(day));
    assert_eq!(close(&house, "2025-12-30").await, Err(Refusal::NotMonthEnd));
    assert_eq!(close(&house, "2026-03-31").await, Err(Refusal::NotOver));
    let year = close(&house, "2025-12-31").await.unwrap();
    assert_eq!(close(&house, "2025-11-30").await, Err(Refusal::Closed { through: day("2025-12-31") }));
    let month = close(&house, "2026-01-31").await.unwrap();
    assert_eq!(queries::offered(conn, today).await.unwrap(), [day("2026-02-28")]);
    assert_eq!(reopen(&house, year, "pour voir").await, Err(Refusal::NotLast));
    reopen(&house, month, "pour voir").await.unwrap();
    reopen(&house, year, "pour voir").await.unwrap();
    assert_eq!(donations::queries::periods::closed_through(conn).await.unwrap(), None);
}

#[tokio::test]
async fn a_file_of_a_closed_period_writes_nothing_in_it_and_is_not_undone() {
    let house = House::new().await;
    let mut who = house.staff(Role::Treasurer).await;
    who.get("/imports").await;
    let bring = |amount: &str, second: &str| {
        format!("Date;Montant;Nom;Référence\n15/12/2025;{amount};Ana MAQUETTE;a1\n{second}")
    };
    let first = bring("10,00", "");
    let brought = who
        .post_files("/imports", &[("source", "generic")], &[("file", "a.csv", "text/csv", first.as_bytes())])
        .await;
    let here = brought.location.clone().unwrap();
    who.post(&format!("{here}/taking"), &[]).await;
    close(&house, "2025-12-31").await.unwrap();
    let undone = who.post(&format!("{here}/undo"), &[]).await;
    who.follow(&undone).await.says("dans une période close");

    let second = bring("12,00", "16/12/2025;20,00;Léo GABARIT;a2\n05/01/2026;7,00;Léo GABARIT;a3\n");
    let brought = who
        .post_files("/imports", &[("source", "generic")], &[("file", "b.csv", "text/csv", second.as_bytes())])
        .await;
    let here = brought.location.clone().unwrap();
    who.get(&format!("{here}?show=conflict")).await.says("rien n’est changé");
    who.get(&format!("{here}?show=refused")).await.says("tombe dans une période close");
    who.post(&format!("{here}/taking"), &[]).await;
    let lines = gift::Entity::find().order_by_asc(gift::Column::Id).all(house.core.db.read()).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.gross_cents).collect::<Vec<_>>(), [1000, 700]);
    let tx = house.tx().await;
    assert!(imports::undo(&tx, 2).await.is_ok(), "nothing of the second file is in the closed period");
    drop(tx);
    holds(&house).await;
}

#[tokio::test]
async fn the_checklist_says_what_is_left_and_closing_needs_a_word_then() {
    let house = House::new().await;
    let tx = house.tx().await;
    let donor = donors::create(&house.core, &tx, &person("Zoë", "d’Œ")).await.unwrap();
    let straddling = NewGift {
        donor_id: Some(donor),
        gross: Cents(3000),
        method: Some(Method::Card),
        paid_at: rules::dates::paris_midnight(day("2025-12-31")),
        provider_credited_on: Some(day("2026-01-05")),
        ..NewGift::default()
    };
    donations::record(&house.core, &tx, &straddling).await.unwrap();
    tx.commit().await.unwrap();
    let mut who = house.staff(Role::Treasurer).await;
    let page = who.get("/treasury/periods").await;
    page.says("Rien n’est clos")
        .says("1 don est à cheval")
        .says("Aucun fichier déposé")
        .says("31 décembre 2025");
    let refused = who.post("/treasury/periods", &[("through", "2025-12-31")]).await;
    assert_eq!(refused.status, Status::UnprocessableEntity);
    refused.says("Il reste quelque chose à faire");
    let done = who.post("/treasury/periods", &[("through", "2025-12-31"), ("anyway", "true")]).await;
    let page = who.follow(&done).await;
    page.says("Tout est clos jusqu’au 31 décembre 2025").says("1 point restait à faire");
    who.post("/treasury/periods", &[("through", "soon")]).await.says("dernier jour d’un mois");
    let done = who.post("/treasury/periods/1/reopen", &[("reason", "un chèque <b>oublié</b>")]).await;
    who.follow(&done).await.says("de nouveau ouverte").says("un chèque &lt;b&gt;oublié");
    let mut auditor = house.staff(Role::Auditor).await;
    let page = auditor.get("/treasury/periods").await;
    assert!(!page.body.contains("anyway"), "an auditor only reads");
}

#[tokio::test]
async fn whoever_writes_while_a_period_is_closed_is_in_it_or_refused() {
    let house = House::new().await;
    give(&house, "2025-12-01", 100).await.unwrap();
    let mut writers = Vec::new();
    for n in 0..12 {
        let core = house.core.clone();
        writers.push(tokio::spawn(async move {
            let tx = soutien::platform::Tx::begin(&core, Actor::Command).await.unwrap();
            if n == 6 {
                periods::close(&tx, day("2025-12-31"), true).await.unwrap();
                return tx.commit().await.is_ok();
            }
            let done = donations::record(&core, &tx, &cheque(day("2025-12-15"), 1000 + n)).await;
            done.is_ok() && tx.commit().await.is_ok()
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let late = give(&house, "2025-12-15", 1).await;
    assert!(matches!(late.unwrap_err().as_slice(), [NoGift::PeriodClosed { .. }]));
    holds(&house).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn what_a_closed_period_sums_to_never_changes(steps in proptest::collection::vec((0..4u8, 0..120u64), 1..25)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let mut ids = vec![give(&house, "2025-11-03", 100).await.unwrap()];
            let mut closed: Option<(i64, NaiveDate, i64)> = None;
            for (what, n) in steps {
                let on = day("2025-11-01") + chrono::Days::new(n);
                match what {
                    0 => ids.extend(give(&house, &on.to_string(), 100 + i64::try_from(n).unwrap()).await),
                    1 => {
                        let tx = house.tx().await;
                        let id = ids[usize::try_from(n).unwrap() % ids.len()];
                        if donations::reverse(&house.core, &tx, id, "essai").await.is_ok() {
                            tx.commit().await.unwrap();
                        }
                    }
                    2 => {
                        let end = queries::month_end(on).unwrap();
                        if let Ok(id) = close(&house, &end.to_string()).await {
                            closed = Some((id, end, sum(&house, end).await));
                        }
                    }
                    _ => {
                        if let Some((id, ..)) = closed.take() {
                            reopen(&house, id, "essai").await.unwrap();
                        }
                    }
                }
                if let Some((_, end, before)) = closed {
                    prop_assert_eq!(sum(&house, end).await, before);
                }
                holds(&house).await;
            }
            Ok(())
        })?;
    }
}

async fn sum(house: &House, through: NaiveDate) -> i64 {
    let lines = gift::Entity::find().all(house.core.db.read()).await.unwrap();
    lines.iter().filter(|line| line.gift_date <= through).map(|line| line.gross_cents).sum()
}
