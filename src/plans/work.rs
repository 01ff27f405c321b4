//! Plans are found again where gifts changed.

use std::time::Duration;

use super::actions;
use crate::platform::tx::Actor;
use crate::platform::worker::Tick;
use crate::platform::{Core, Failure, Tx};

/// Donors looked at in one transaction.
const AT_ONCE: u64 = 200;

/// See the module.
#[derive(Debug)]
pub struct Find;

#[async_trait::async_trait]
impl Tick for Find {
    fn every(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn tick(&self, core: &Core) -> Result<(), Failure> {
        loop {
            let tx = Tx::begin(core, Actor::System).await?;
            let done = actions::find_due(&tx, AT_ONCE).await?;
            tx.commit().await?;
            if done == 0 {
                return Ok(());
            }
        }
    }
}
