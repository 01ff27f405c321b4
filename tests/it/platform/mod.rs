//! What the platform promises on both engines.

mod database;
mod jobs;
mod leases;
mod letters;
mod mail;
pub mod nameserver;
mod program;
mod receiver;
mod sending;

use migrations::{Migrator, MigratorTrait, lock};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::house::House;

#[tokio::test]
async fn every_change_of_the_database_can_be_made_undone_and_made_again() {
    let house = House::empty().await;
    let conn = one_connection(&house).await;
    lock::down(&conn, None).await.unwrap();
    lock::up(&conn).await.unwrap();
    lock::down(&conn, None).await.unwrap();
    lock::up(&conn).await.unwrap();
    assert!(Migrator::get_pending_migrations(&conn).await.unwrap().is_empty());
    conn.close().await.unwrap();
}

async fn one_connection(house: &House) -> DatabaseConnection {
    let mut options = ConnectOptions::new(house.core.config.database());
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

/// Every row of these tables, as text that both engines order alike.
async fn rows(house: &House) -> Vec<(String, i64)> {
    let mut counted = Vec::new();
    for table in [
        "mail_in",
        "message",
        "outbox",
        "ticket",
        "promise",
        "participant",
        "donor",
        "gift",
        "receipt",
        "audit",
    ] {
        let sql = format!("SELECT COUNT(*) AS many, COALESCE(SUM(id), 0) AS ids FROM {table}")
            .replace("SUM(id)", if table == "participant" { "SUM(ticket_id)" } else { "SUM(id)" })
            .replace("COALESCE(", "CAST(COALESCE(")
            .replace(", 0)", ", 0) AS BIGINT)");
        let db = house.core.db.read();
        let asked = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(asked).await.unwrap().unwrap();
        counted.push((table.to_owned(), row.try_get::<i64>("", "many").unwrap()));
        counted.push((format!("{table} ids"), row.try_get::<i64>("", "ids").unwrap()));
    }
    counted
}

#[tokio::test]
async fn the_last_changes_keep_every_row_when_they_are_undone_and_made_again() {
    let house = House::empty().await;
    soutien::demo::small::build(&house.core, "small").await.unwrap();
    // Rows in every table that the changes bring: a slip, a debit on its way, records merged with a plan and a mandate,
    // a campaign, an announcement.
    crate::deposits::one_slip(&house).await;
    crate::debits::one_collection(&house).await;
    crate::plans::one_merge(&house).await;
    crate::campaigns::one_campaign(&house).await;
    crate::hooks::one_event(&house).await;
    let before = rows(&house).await;
    assert!(before.iter().all(|(_, many)| *many > 0), "{before:?}");
    let conn = one_connection(&house).await;
    // Back to before records could be merged, change by change.
    for _ in 0..11 {
        lock::down(&conn, Some(1)).await.unwrap();
    }
    lock::up(&conn).await.unwrap();
    assert_eq!(rows(&house).await, before);
    lock::up(&conn).await.unwrap();
    conn.close().await.unwrap();
    assert_eq!(rows(&house).await, before);
    assert_eq!(soutien::check::all(&house.core).await.unwrap(), []);
}

#[tokio::test]
async fn the_audit_cannot_be_rewritten() {
    let house = House::new().await;
    let tx = house.tx().await;
    tx.audit("test", ("nothing", 1), serde_json::json!({})).await.unwrap();
    tx.commit().await.unwrap();
    for text in ["UPDATE audit SET verb = 'other'", "DELETE FROM audit"] {
        let error = house.core.db.read().execute_unprepared(text).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}

#[test]
fn both_languages_have_every_key() {
    let render = soutien::platform::render::Render::shared().unwrap();
    let [fr, en] = render.locales.keys();
    assert_eq!(fr.difference(en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in English");
    assert_eq!(en.difference(fr).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in French");
    assert!(fr.len() > 50);
}
