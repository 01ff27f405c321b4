//! A transaction that knows who acts and when. Every change goes through one.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::core::Core;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person on staff.
    Member {
        /// Row.
        id: i64,
        /// Name.
        name: String,
    },
    /// A donor behind a link, by mail address.
    Donor {
        /// Mail address.
        email: String,
    },
    /// A person who writes to us, by mail address.
    Requester {
        /// Mail address.
        email: String,
    },
    /// A timer or a worker.
    System,
    /// A command typed on the server.
    Command,
}

impl Actor {
    /// Code kept in the audit.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Member { .. } => "member",
            Self::Donor { .. } => "donor",
            Self::Requester { .. } => "requester",
            Self::System => "system",
            Self::Command => "command",
        }
    }

    /// Row of the member, if it is one.
    pub fn member_id(&self) -> Option<i64> {
        match self {
            Self::Member { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// Name shown in the audit.
    pub fn name(&self) -> String {
        match self {
            Self::Member { name, .. } => name.clone(),
            Self::Donor { email } | Self::Requester { email } => email.clone(),
            Self::System => "Soutien".into(),
            Self::Command => "command line".into(),
        }
    }
}

/// A write transaction with its actor and its one instant.
#[derive(Debug)]
pub struct Tx {
    conn: DatabaseTransaction,
    /// The instant of everything written in it.
    pub at: DateTime<Utc>,
    /// Who acts.
    pub actor: Actor,
    /// Id of the request, for the audit.
    pub request_id: Option<String>,
}

impl Tx {
    /// Opens a write transaction for `actor`.
    pub async fn begin(core: &Core, actor: Actor) -> Result<Self, DbErr> {
        let conn = core.db.begin().await?;
        Ok(Self { conn, at: core.clock.now(), actor, request_id: None })
    }

    /// Where queries go.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }

    /// Until the end of this transaction nobody else is in the same `place` with one of these keys. Once in a
    /// transaction for each place, places always in one order, and before its rows are locked, so that nobody waits for
    /// one another: few locks, taken in order.
    /// On SQLite there is one writer anyway.
    pub async fn alone(&self, place: &str, keys: &[String]) -> Result<(), DbErr> {
        if self.conn.get_database_backend() != DbBackend::Postgres || keys.is_empty() {
            return Ok(());
        }
        let rows: Vec<String> = (2..).take(keys.len()).map(|n| format!("(${n})")).collect();
        let sql = format!(
            "SELECT pg_advisory_xact_lock(hashtext($1), lock) FROM (SELECT DISTINCT abs(hashtext(key) % 64) AS lock \
             FROM (VALUES {}) AS keys (key) ORDER BY lock) AS locks",
            rows.join(", ")
        );
        let values = std::iter::once(place).chain(keys.iter().map(String::as_str)).map(Into::into);
        let asked = Statement::from_sql_and_values(DbBackend::Postgres, sql, values.collect::<Vec<_>>());
        self.conn.query_all_raw(asked).await?;
        Ok(())
    }

    /// Until the end of this transaction nobody else writes in a table; whoever did so far has ended. On SQLite there is
    /// one writer anyway.
    pub async fn hold_table(&self, table: &'static str) -> Result<(), DbErr> {
        if self.conn.get_database_backend() == DbBackend::Postgres {
            self.conn.execute_unprepared(&format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")).await?;
        }
        Ok(())
    }

    /// SQLite keeps more pages of the database in memory (64 MiB) until this is called again with false: for very many
    /// rows written in one transaction, whose pages it would else write out and read again over and over.
    pub async fn keep_more_pages(&self, more: bool) -> Result<(), DbErr> {
        if self.conn.get_database_backend() == DbBackend::Sqlite {
            let kib = if more { 65536 } else { super::db::CACHE_KIB };
            self.conn.execute_unprepared(&format!("PRAGMA cache_size = -{kib}")).await?;
        }
        Ok(())
    }

    /// PostgreSQL counts these tables anew, this transaction's own rows included: what is planned after many rows were
    /// written is else planned for the table as it was before them. SQLite takes its indexes without counting.
    pub async fn count_anew(&self, tables: &[&'static str]) -> Result<(), DbErr> {
        if self.conn.get_database_backend() == DbBackend::Postgres {
            self.conn.execute_unprepared(&format!("ANALYZE {}", tables.join(", "))).await?;
        }
        Ok(())
    }

    /// Makes it all true. Dropping a `Tx` instead makes none of it true.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.conn.commit().await
    }
}
