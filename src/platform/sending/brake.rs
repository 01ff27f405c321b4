//! What keeps all mail back: somebody who said so, or a mail server that takes nothing. A mail bears no blame for
//! it: it loses no try and is not given up.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::settings;
use crate::platform::tx::{Actor, Tx};

const HELD: &str = "mail held";
const PAUSE: &str = "mail pause";

/// Somebody keeps all mail back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
}

/// The mail server takes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it is tried again.
    pub until: DateTime<Utc>,
    /// Tries so far.
    pub tries: i32,
    /// Nothing will change until somebody changes a setting.
    pub needs_somebody: bool,
    /// What went wrong.
    pub why: String,
}

/// What keeps all mail back now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brake {
    /// Somebody.
    pub held: Option<Held>,
    /// The mail server.
    pub pause: Option<Pause>,
}

impl Brake {
    /// Reads it.
    pub async fn read(conn: &impl ConnectionTrait) -> Result<Self, Failure> {
        let held = settings::get(conn, HELD).await?.and_then(|text| serde_json::from_str(&text).ok());
        let pause = settings::get(conn, PAUSE).await?.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self { held: held.flatten(), pause: pause.flatten() })
    }

    /// Mails that may leave at once.
    pub fn lets_go(&self, now: DateTime<Utc>, most: u64) -> u64 {
        match (&self.held, &self.pause) {
            (Some(_), _) => 0,
            (None, Some(pause)) if now < pause.until => 0,
            (None, Some(_)) => 1, // one finds out whether it is over
            (None, None) => most,
        }
    }
}

/// The mail server took nothing: nobody tries for a while.
pub async fn pause(core: &Core, needs_somebody: bool, why: &str) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    let before = Brake::read(tx.conn()).await?.pause;
    if before.as_ref().is_some_and(|pause| tx.at < pause.until) {
        return Ok(()); // another mail of the same moment said so
    }
    let tries = before.as_ref().map_or(0, |pause| pause.tries);
    let wait = if needs_somebody { 300 } else { 30_i64 << tries.clamp(0, 5) };
    let pause = Pause {
        since: before.as_ref().map_or(tx.at, |pause| pause.since),
        until: tx.at + TimeDelta::seconds(wait.min(900)),
        tries: tries.saturating_add(1),
        needs_somebody,
        why: why.to_owned(),
    };
    match before {
        None => tracing::error!(why, needs_somebody, "all mail waits: the mail server takes none"),
        Some(_) => tracing::warn!(why, needs_somebody, until = %pause.until, "all mail still waits"),
    }
    settings::set(&tx, PAUSE, &serde_json::to_string(&pause)?).await?;
    Ok(tx.commit().await?)
}

/// The mail server answers again.
pub async fn go_on(core: &Core) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    settings::set(&tx, PAUSE, "null").await?;
    tx.commit().await?;
    tracing::info!("the mail server takes mail again");
    Ok(())
}

/// The server is asked again at once: at the start of a process, whose settings may be new, or when somebody says so.
pub async fn try_now(core: &Core, tx: &Tx) -> Result<(), Failure> {
    if let Some(pause) = Brake::read(tx.conn()).await?.pause {
        let pause = Pause { until: tx.at, ..pause };
        settings::set(tx, PAUSE, &serde_json::to_string(&pause)?).await?;
        core.bell.notify_one();
    }
    Ok(())
}

/// Keeps all mail back, or lets it go.
pub async fn hold_all(core: &Core, tx: &Tx, hold: bool) -> Result<(), Failure> {
    let held = hold.then(|| Held { at: tx.at, by: tx.actor.name() });
    if Brake::read(tx.conn()).await?.held.is_some() == hold {
        return Ok(());
    }
    settings::set(tx, HELD, &serde_json::to_string(&held)?).await?;
    let verb = if hold { "mail.hold_all" } else { "mail.release_all" };
    tx.audit_key(verb, ("outbox", "all"), json!({})).await?;
    core.bell.notify_one();
    Ok(())
}
