//! The desk (laws P1 to P7, M1 to M6): nobody who writes is left without a human reply.

use std::time::Duration;

use rocket::Route;

use crate::platform::core::Parts;
use crate::platform::worker::Tick;
use crate::platform::{Core, Failure};

pub mod actions;
pub mod cli;
pub mod doors;
mod forms;
mod pages;
pub mod queries;
mod views;
pub mod words;

pub use queries::check::check;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(parts: &mut Parts) {
    parts.deliveries.push(Box::new(actions::delivery::Post));
    parts.counters.push(Box::new(queries::queue::Owed));
    parts.ticks.push(Box::new(LeftLying));
}

/// Digests mails whose process died between storing and digesting.
#[derive(Debug)]
struct LeftLying;

#[async_trait::async_trait]
impl Tick for LeftLying {
    fn every(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn tick(&self, core: &Core) -> Result<(), Failure> {
        let ids = actions::intake::left_lying(core).await?;
        for some in ids.chunks(12) {
            actions::digest::digest_many(core, some).await;
        }
        Ok(())
    }
}
