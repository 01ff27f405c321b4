//! The traps of two engines, each stepped on once here.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{donor, receipt_series, setting};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, Database, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, Statement,
};
use soutien::platform::db::Db;
use soutien::platform::{Actor, Tx, settings};

use crate::house::House;
use crate::receipts::{keep, person};

#[tokio::test]
async fn eight_writers_that_read_first_never_see_a_locked_database() {
    let house = House::empty().await;
    let tx = house.tx().await;
    settings::set(&tx, "count", "0").await.unwrap();
    tx.commit().await.unwrap();
    let writers = (0..8).map(|_| {
        let core = house.core.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                let tx = Tx::begin(&core, Actor::System).await?;
                let row = setting::Entity::find_by_id("count").lock(LockType::Update).one(tx.conn()).await?;
                let count: i64 = row.unwrap().value.parse().unwrap();
                settings::set(&tx, "count", &(count + 1).to_string()).await?;
                tx.commit().await?;
            }
            Ok::<_, soutien::platform::Failure>(())
        })
    });
    for done in futures::future::join_all(writers).await {
        done.unwrap().unwrap();
    }
    let count = settings::get(house.core.db.read(), "count").await.unwrap();
    assert_eq!(count.as_deref(), Some("400"), "no change was lost");
}

/// SQLite ends a transaction by itself when the disk is full; what comes after must not be kept in a transaction
/// that nobody ever ends.
#[tokio::test]
async fn what_is_written_after_a_full_disk_is_written() {
    let house = House::new().await;
    if !house.core.db.is_sqlite() {
        return;
    }
    let tx = Tx::begin(&house.core, Actor::System).await.unwrap();
    tx.conn().execute_unprepared("CREATE TABLE heap (bytes BLOB)").await.unwrap();
    tx.commit().await.unwrap();
    let tx = Tx::begin(&house.core, Actor::System).await.unwrap();
    // The least it takes is the pages that are there: the next one is one too many.
    tx.conn().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let full = tx.conn().execute_unprepared("INSERT INTO heap VALUES (zeroblob(1000000))").await.unwrap_err();
    assert!(full.to_string().contains("full"), "{full}");
    drop(tx);
    // Somebody who changed their mind, on the same connection.
    drop(Tx::begin(&house.core, Actor::System).await.unwrap());
    let tx = Tx::begin(&house.core, Actor::System).await.unwrap();
    tx.conn().execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
    settings::set(&tx, "after", "kept").await.unwrap();
    tx.commit().await.unwrap();
    let kept = settings::get(house.core.db.read(), "after").await.unwrap();
    assert_eq!(kept.as_deref(), Some("kept"), "seen by others: it is on the disk");
}

/// An empty database beside the house's own.
async fn beside(house: &House) -> (String, Option<(String, String)>) {
    if house.core.db.is_sqlite() {
        return (format!("sqlite://{}", house.dir.path().join("beside.sqlite").display()), None);
    }
    let url = house.core.config.database();
    let (base, name) = url.rsplit_once('/').unwrap();
    let beside = format!("{name}_beside");
    let conn = Database::connect(&url).await.unwrap();
    conn.execute_unprepared(&format!("CREATE DATABASE {beside}")).await.unwrap();
    conn.close().await.unwrap();
    (format!("{base}/{beside}"), Some((url.clone(), beside)))
}

async fn forget(made: Option<(String, String)>) {
    if let Some((url, name)) = made {
        let conn = Database::connect(&url).await.unwrap();
        conn.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        conn.close().await.unwrap();
    }
}

#[tokio::test]
async fn four_processes_that_migrate_at_once_all_succeed() {
    let house = House::empty().await;
    let (url, made) = beside(&house).await;
    let start = |_| house.command(&["migrate"]).env("SOUTIEN_DATABASE_URL", &url).spawn().unwrap();
    let children: Vec<_> = (0..4).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let db = Db::connect(&url, 1).await.unwrap();
    settings::get(db.read(), "anything").await.unwrap();
    db.close().await.unwrap();
    forget(made).await;
}

#[tokio::test]
async fn a_failed_change_leaves_nothing_behind() {
    let house = House::empty().await;
    let tx = house.tx().await;
    tx.conn().execute_unprepared("CREATE TABLE half_done (id BIGINT)").await.unwrap();
    assert!(tx.conn().execute_unprepared("CREATE TABLE audit (id BIGINT)").await.is_err());
    drop(tx);
    let there = house.core.db.read().execute_unprepared("SELECT * FROM half_done").await;
    assert!(there.is_err(), "tables are made within a transaction");
}

#[tokio::test]
async fn an_instant_written_is_the_instant_read() {
    let house = House::empty().await;
    let odd: DateTime<Utc> = "2026-03-29T01:30:00.123456Z".parse().unwrap();
    for at in [odd, odd + TimeDelta::microseconds(1), crate::house::morning()] {
        house.core.clock.set(at);
        let tx = house.tx().await;
        settings::set(&tx, "instant", "x").await.unwrap();
        let written = tx.at;
        tx.commit().await.unwrap();
        let row = setting::Entity::find_by_id("instant").one(house.core.db.read()).await.unwrap().unwrap();
        assert_eq!(row.updated_at, written);
        let same = setting::Entity::find().filter(setting::Column::UpdatedAt.eq(written));
        assert!(same.one(house.core.db.read()).await.unwrap().is_some(), "and it is found by it");
    }
}

#[test]
fn the_clock_gives_no_more_than_the_engines_keep() {
    let now = soutien::platform::Clock::system().now();
    assert_eq!(now.timestamp_subsec_nanos() % 1000, 0, "microseconds");
}

#[tokio::test]
async fn accents_and_signs_of_like_are_found_as_they_are_typed() {
    let house = House::new().await;
    for (last, first) in [("Ünal", "Éloïse"), ("50%_\\", "Zoë"), ("Œuvrard", "Ana"), ("500", "Zoë")] {
        keep(&house, person(last, first), None).await;
    }
    let conn = house.core.db.read();
    let found = |typed: &str| {
        let key = rules::fold::search_key(typed);
        let like = LikeExpr::new(format!("%{}%", rules::fold::escape_like(&key))).escape('\\');
        donor::Entity::find()
            .select_only()
            .column(donor::Column::LastName)
            .filter(Expr::col(donor::Column::SearchKey).like(like))
            .into_tuple::<String>()
            .all(conn)
    };
    for typed in ["eloise unal", "ÉLOÏSE ÜNAL", "Éloïse"] {
        assert_eq!(found(typed).await.unwrap(), ["Ünal"], "{typed}");
    }
    assert_eq!(found("oeuvrard").await.unwrap(), ["Œuvrard"]);
    assert_eq!(found("50%").await.unwrap(), ["50%_\\"], "a percent sign is a percent sign");
    assert_eq!(found("%_\\").await.unwrap(), ["50%_\\"]);
    assert_eq!(found("_").await.unwrap(), ["50%_\\"]);
}

#[tokio::test]
async fn fifty_writers_draw_numbers_without_a_gap() {
    let house = House::empty().await;
    let tx = house.tx().await;
    let row = receipt_series::ActiveModel {
        kind: Set("individual".into()),
        year: Set(2026),
        prefix: Set("RF".into()),
        last_number: Set(0),
        last_link: Set(String::new()),
    };
    receipt_series::Entity::insert(row).exec_without_returning(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    let writers = (0..50).map(|n| {
        let core = house.core.clone();
        tokio::spawn(async move {
            let tx = Tx::begin(&core, Actor::System).await.unwrap();
            let next = receipt_series::Entity::update_many()
                .col_expr(
                    receipt_series::Column::LastNumber,
                    Expr::col(receipt_series::Column::LastNumber).add(1),
                )
                .filter(receipt_series::Column::Year.eq(2026))
                .exec_with_returning(tx.conn())
                .await
                .unwrap();
            // Every fifth one changes its mind: its number goes back.
            if n % 5 == 0 {
                return None;
            }
            tx.commit().await.unwrap();
            Some(next[0].last_number)
        })
    });
    let mut drawn: Vec<i64> =
        futures::future::join_all(writers).await.into_iter().filter_map(Result::unwrap).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, (1..=40).collect::<Vec<_>>());
}

#[derive(FromQueryResult)]
struct Sum {
    total: i64,
}

#[tokio::test]
async fn cents_are_summed_to_the_cent() {
    let house = House::new().await;
    let cents = [9_007_199_254_740_993_i64, 1, -3];
    let selects: Vec<String> = cents.iter().map(|c| format!("SELECT {c} AS c")).collect();
    let sql = format!("SELECT CAST(SUM(c) AS BIGINT) AS total FROM ({}) AS t", selects.join(" UNION ALL "));
    let conn = house.core.db.read();
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let sum = Sum::find_by_statement(statement).one(conn).await.unwrap().unwrap();
    assert_eq!(sum.total, cents.iter().sum::<i64>(), "beyond what a float can hold");
}
