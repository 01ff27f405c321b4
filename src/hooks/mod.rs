//! What payment tools announce by themselves. An announcement is believed when it bears the tool's signature, and heard
//! once. Payments of HelloAsso are told as lines of its export and brought as a file, which a person takes like any other
//! (law G3); those of Stripe are shown until a report, which says what Stripe kept of them, brings them.

pub mod actions;
mod forms;
mod pages;
pub mod queries;
pub mod signature;
mod work;

use rocket::Route;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does behind the pages.
pub fn plug(parts: &mut Parts) {
    parts.ticks.push(Box::new(work::Forget));
}
