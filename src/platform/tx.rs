//! A transaction that knows who acts and when. Every change goes through one.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, DbErr};

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

    /// Makes it all true. Dropping a `Tx` instead makes none of it true.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.conn.commit().await
    }
}
