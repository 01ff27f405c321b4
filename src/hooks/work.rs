//! What was announced and came is not kept twice.

use std::time::Duration;

use super::actions;
use crate::platform::worker::Tick;
use crate::platform::{Core, Failure};

/// See the module.
#[derive(Debug)]
pub struct Forget;

#[async_trait::async_trait]
impl Tick for Forget {
    fn every(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn tick(&self, core: &Core) -> Result<(), Failure> {
        actions::forget(core).await
    }
}
