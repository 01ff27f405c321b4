//! Migrating one at a time, however many processes start at once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Key of the PostgreSQL advisory lock; any constant that nobody else uses.
const KEY: i64 = 0x534f_5554_4945_4e01;

/// Brings the database up to date. On PostgreSQL an advisory lock is held on `conn` meanwhile, so `conn`
/// must be a pool of exactly one connection there; on SQLite the caller holds a file lock.
pub async fn up(conn: &DatabaseConnection) -> Result<(), DbErr> {
    let pg = conn.get_database_backend() == DbBackend::Postgres;
    if pg {
        conn.execute_unprepared(&format!("SELECT pg_advisory_lock({KEY})")).await?;
    }
    let done = change(conn, |conn| crate::Migrator::up(conn, None)).await;
    if pg {
        conn.execute_unprepared(&format!("SELECT pg_advisory_unlock({KEY})")).await?;
    }
    done
}

/// Takes the last `steps` changes back, or all of them; `conn` as for [`up`]. For tests.
pub async fn down(conn: &DatabaseConnection, steps: Option<u32>) -> Result<(), DbErr> {
    change(conn, |conn| crate::Migrator::down(conn, steps)).await
}

/// SQLite changes the rules of a table by writing it anew: meanwhile other rows point at nothing. So foreign
/// keys rest while changes are made, and are all looked at afterwards.
async fn change<'c, F: Future<Output = Result<(), DbErr>>>(
    conn: &'c DatabaseConnection,
    changing: impl FnOnce(&'c DatabaseConnection) -> F,
) -> Result<(), DbErr> {
    if conn.get_database_backend() != DbBackend::Sqlite {
        return changing(conn).await;
    }
    conn.execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    let done = changing(conn).await;
    conn.execute_unprepared("PRAGMA foreign_keys = ON").await?;
    done?;
    let looked = Statement::from_string(DbBackend::Sqlite, "PRAGMA foreign_key_check");
    match conn.query_one_raw(looked).await? {
        None => Ok(()),
        Some(row) => {
            let table: String = row.try_get_by_index(0)?;
            Err(DbErr::Migration(format!("a row of {table} points at a row that is not there")))
        }
    }
}
