//! Returns are noticed as soon as a statement that tells of them is taken.

use std::time::Duration;

use super::actions;
use crate::platform::worker::Tick;
use crate::platform::{Core, Failure};

/// See the module.
#[derive(Debug)]
pub struct Returns;

#[async_trait::async_trait]
impl Tick for Returns {
    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn tick(&self, core: &Core) -> Result<(), Failure> {
        actions::notice_returns(core).await.map(|_| ())
    }
}
