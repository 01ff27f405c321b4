//! Migrating one at a time, however many processes start at once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

/// Key of the PostgreSQL advisory lock; any constant that nobody else uses.
const KEY: i64 = 0x534f_5554_4945_4e01;

/// Brings the database up to date. On PostgreSQL an advisory lock is held on `conn` meanwhile, so `conn`
/// must be a pool of exactly one connection there; on SQLite the caller holds a file lock.
pub async fn up(conn: &DatabaseConnection) -> Result<(), DbErr> {
    let pg = conn.get_database_backend() == DbBackend::Postgres;
    if pg {
        conn.execute_unprepared(&format!("SELECT pg_advisory_lock({KEY})")).await?;
    }
    let done = crate::Migrator::up(conn, None).await;
    if pg {
        conn.execute_unprepared(&format!("SELECT pg_advisory_unlock({KEY})")).await?;
    }
    done
}
