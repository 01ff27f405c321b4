//! What only one process may do at a time, such as reading a mailbox: a lease in a row, renewed by its holder,
//! free again when its process died: at once on the same machine, else when it was not renewed. Whoever holds one
//! must not rely on being alone: it spares work, it guards nothing.

use std::time::Duration;

use chrono::TimeDelta;
use entities::setting;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use super::core::Core;
use super::failure::Failure;
use super::settings;
use super::tx::{Actor, Tx};

/// How long a lease lasts without being renewed.
const LENGTH: TimeDelta = TimeDelta::seconds(90);
/// How often its holder renews it.
pub const RENEW: Duration = Duration::from_secs(30);

#[derive(Serialize, Deserialize)]
struct Held {
    by: String,
    until: chrono::DateTime<chrono::Utc>,
}

/// A lease that this process holds.
#[derive(Debug, Clone)]
pub struct Lease {
    key: String,
    by: String,
}

/// Takes the lease `name` if nobody holds it.
pub async fn take(core: &Core, name: &str) -> Result<Option<Lease>, Failure> {
    let by = format!("{} {} {}", machine(), std::process::id(), super::keys::token());
    let lease = Lease { key: format!("lease {name}"), by };
    Ok(lease.hold(core).await?.then_some(lease))
}

/// Names this machine since it was started.
fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default().trim().replace(' ', "");
    format!("{}/{}", read("/proc/sys/kernel/hostname"), read("/proc/sys/kernel/random/boot_id"))
}

/// Whether the process of a lease lives, as far as can be told from here.
fn lives(by: &str) -> bool {
    let mut parts = by.split(' ');
    let (Some(on), Some(process)) = (parts.next(), parts.next()) else { return false };
    on != machine() || std::path::Path::new("/proc").join(process).exists()
}

impl Lease {
    /// What its row says now; nobody else changes it before this transaction ends.
    async fn held(&self, tx: &Tx) -> Result<Option<Held>, Failure> {
        let row = setting::Entity::find()
            .filter(setting::Column::Key.eq(self.key.clone()))
            .lock(LockType::Update)
            .one(tx.conn())
            .await?;
        Ok(row.and_then(|row| serde_json::from_str(&row.value).ok()))
    }

    /// Holds it for another while; false when somebody else has it.
    pub async fn hold(&self, core: &Core) -> Result<bool, Failure> {
        let tx = Tx::begin(core, Actor::System).await?;
        if self
            .held(&tx)
            .await?
            .is_some_and(|held| held.by != self.by && held.until > tx.at && lives(&held.by))
        {
            return Ok(false);
        }
        let mine = Held { by: self.by.clone(), until: tx.at + LENGTH };
        settings::set(&tx, &self.key, &serde_json::to_string(&mine)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Gives it back, unless somebody else has it by now.
    pub async fn give_back(self, core: &Core) -> Result<(), Failure> {
        let tx = Tx::begin(core, Actor::System).await?;
        if self.held(&tx).await?.is_none_or(|held| held.by != self.by) {
            return Ok(());
        }
        let gone = Held { by: String::new(), until: tx.at };
        settings::set(&tx, &self.key, &serde_json::to_string(&gone)?).await?;
        Ok(tx.commit().await?)
    }
}
