//! The desk (laws P1 to P7, M1 to M6): nobody who writes is left without a human reply.

use rocket::Route;
use serde_json::Value;

use crate::platform::core::Parts;
use crate::platform::jobs::Work;
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
    parts.work.push(Box::new(DigestLater));
}

/// Digests a mail whose process died between storing and digesting.
#[derive(Debug)]
struct DigestLater;

#[async_trait::async_trait]
impl Work for DigestLater {
    fn kind(&self) -> &'static str {
        actions::intake::DIGEST
    }

    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure> {
        let id = payload.get("mail").and_then(Value::as_i64);
        let id = id.ok_or_else(|| Failure::new("the job names no mail"))?;
        actions::digest::digest(core, id).await.map(|_| ())
    }
}
