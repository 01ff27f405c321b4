//! Records of an older version get the keys by which names and addresses are compared.

use std::time::Duration;

use crate::platform::tx::Actor;
use crate::platform::worker::Tick;
use crate::platform::{Core, Failure, Tx};

/// Records that get theirs in one transaction.
const BATCH: u64 = 500;

/// See the module.
#[derive(Debug)]
pub struct Keys;

#[async_trait::async_trait]
impl Tick for Keys {
    fn every(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn tick(&self, core: &Core) -> Result<(), Failure> {
        loop {
            let tx = Tx::begin(core, Actor::System).await?;
            let done = super::actions::key(&tx, BATCH).await?;
            tx.commit().await?;
            if done == 0 {
                return Ok(());
            }
        }
    }
}
