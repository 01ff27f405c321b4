//! One database design, two engines. On SQLite: one writer connection and a pool of readers.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::failure::Failure;
use migrations::MigratorTrait;

/// Pages of the database that a connection of SQLite keeps, in KiB.
pub(super) const CACHE_KIB: u32 = 8000;
/// Rows that may wait between the thread that reads SQLite and the one that asked.
const ROWS_AT_ONCE: usize = 256;

/// The connections.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
}

impl Db {
    /// Opens `url`; an SQLite file is made if missing.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, Failure> {
        if url.starts_with("sqlite:") {
            let write = Database::connect(sqlite(url, 1)).await?;
            let read = Database::connect(sqlite(url, connections)).await?;
            return Ok(Self { write, read });
        }
        let pool = Database::connect(postgres(url, connections)).await?;
        Ok(Self { write: pool.clone(), read: pool })
    }

    /// One connection for everything, for a command that lives as long as one mail: a read outside a
    /// transaction that is under way would wait for ever.
    pub async fn connect_single(url: &str) -> Result<Self, Failure> {
        let mut options = if url.starts_with("sqlite:") { sqlite(url, 1) } else { postgres(url, 1) };
        // Whoever waits is a mail server, and it can come again.
        options.acquire_timeout(Duration::from_secs(10));
        let one = Database::connect(options).await?;
        Ok(Self { write: one.clone(), read: one })
    }

    /// For reads outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Which engine it is.
    pub fn is_sqlite(&self) -> bool {
        self.read.get_database_backend() == DbBackend::Sqlite
    }

    /// A write transaction. IMMEDIATE on SQLite: a deferred one that reads and then writes is refused
    /// at once with "database is locked" when another writer was between.
    #[allow(clippy::disallowed_methods)] // the one place
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Whether every change is there already: one small read, for commands that must be quick.
    pub async fn is_up_to_date(&self) -> bool {
        let known = migrations::Migrator::migrations().len();
        let asked = sea_orm::Statement::from_string(
            self.read.get_database_backend(),
            "SELECT COUNT(*) AS n FROM seaql_migrations",
        );
        let found = self.read.query_one_raw(asked).await;
        found.ok().flatten().and_then(|row| row.try_get::<i64>("", "n").ok()) == i64::try_from(known).ok()
    }

    /// Brings the database up to date, one process at a time.
    pub async fn migrate(url: &str, data_dir: &Path) -> Result<(), Failure> {
        if url.starts_with("sqlite:") {
            std::fs::create_dir_all(data_dir)?;
            let lock = std::fs::File::create(data_dir.join("migrate.lock"))?;
            // Held until the end: dropping the file lets the next process in.
            let _held = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
                .await
                .map_err(|e| Failure::new(e.to_string()))??;
            let db = Self::connect(url, 1).await?;
            migrations::lock::up(&db.write).await?;
            return db.close().await;
        }
        let one = Database::connect(postgres(url, 1)).await?;
        let done = migrations::lock::up(&one).await;
        one.close().await?;
        Ok(done?)
    }

    /// Closes every connection; the last one leaves the SQLite file whole.
    pub async fn close(self) -> Result<(), Failure> {
        self.read.close_by_ref().await?;
        self.write.close_by_ref().await?;
        Ok(())
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mode = if url.contains('?') { "&mode=rwc" } else { "?mode=rwc" };
    let mut options = ConnectOptions::new(format!("{url}{mode}"));
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    options.acquire_timeout(Duration::from_secs(30));
    // The file cannot hang up on us: asking first whether it is still there doubles the cost of a small read.
    options.test_before_acquire(false);
    // A full disk makes SQLite end a transaction by itself; the driver then counts one that is not there, and what came
    // next would be savepoints in a transaction that nobody ends: written, answered for, and lost at the end of the
    // process. A connection that is given out is in no transaction, or it is closed and another opened.
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        let is_free = !connection.is_in_transaction();
        if !is_free {
            tracing::warn!("a connection left in a transaction is replaced");
        }
        Box::pin(std::future::ready(Ok(is_free)))
    });
    options.map_sqlx_sqlite_opts(|o| {
        // Rows cross from the thread that reads them in lots; one by one, the crossing costs more than the row.
        o.row_buffer_size(ROWS_AT_ONCE)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", format!("-{CACHE_KIB}"))
            .pragma("temp_store", "memory")
    });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).sqlx_logging(false);
    options.acquire_timeout(Duration::from_secs(30));
    options
}
