//! What donors see behind a link: their gifts, their receipts, and the address that receipts are made from.
//!
//! No account and no password: a link by mail, good once within half an hour, opens a session of two hours. Whether
//! an address is known is never told: the request only leaves a job, and the worker looks.

pub mod actions;
mod forms;
mod guards;
mod pages;
mod queries;
mod views;
mod work;

use rocket::Route;

pub use actions::Refusal;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(parts: &mut Parts) {
    parts.work.push(Box::new(work::SendLink));
}
