//! What the platform promises on both engines.

mod database;
mod jobs;
mod mail;
mod program;

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};

use crate::house::House;

#[tokio::test]
async fn every_change_of_the_database_can_be_made_undone_and_made_again() {
    let house = House::empty().await;
    let conn = Database::connect(house.core.config.database()).await.unwrap();
    Migrator::down(&conn, None).await.unwrap();
    Migrator::up(&conn, None).await.unwrap();
    Migrator::down(&conn, None).await.unwrap();
    Migrator::up(&conn, None).await.unwrap();
    assert!(Migrator::get_pending_migrations(&conn).await.unwrap().is_empty());
    conn.close().await.unwrap();
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
