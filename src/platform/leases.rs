//! What only one process may do at a time, such as reading a mailbox: a lease in a row, renewed by its holder,
//! free again soon after its process died.

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
    let lease = Lease { key: format!("lease {name}"), by: super::keys::token() };
    Ok(lease.hold(core).await?.then_some(lease))
}

impl Lease {
    /// Holds it for another while; false when somebody else has it.
    pub async fn hold(&self, core: &Core) -> Result<bool, Failure> {
        let tx = Tx::begin(core, Actor::System).await?;
        let row = setting::Entity::find()
            .filter(setting::Column::Key.eq(self.key.clone()))
            .lock(LockType::Update)
            .one(tx.conn())
            .await?;
        let held: Option<Held> = row.and_then(|row| serde_json::from_str(&row.value).ok());
        if held.is_some_and(|held| held.by != self.by && held.until > tx.at) {
            return Ok(false);
        }
        let mine = Held { by: self.by.clone(), until: tx.at + LENGTH };
        settings::set(&tx, &self.key, &serde_json::to_string(&mine)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Gives it back.
    pub async fn give_back(self, core: &Core) -> Result<(), Failure> {
        let tx = Tx::begin(core, Actor::System).await?;
        let gone = Held { by: String::new(), until: tx.at };
        settings::set(&tx, &self.key, &serde_json::to_string(&gone)?).await?;
        Ok(tx.commit().await?)
    }
}
