//! Recurring gifts: plans that gifts show by themselves, plans that a person makes, and the mandates that let the
//! association debit an account. The account is sealed with a key outside the database, shown masked, and shown whole
//! only on a word that is logged.

use rocket::Route;

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod views;
mod work;

pub use actions::Refusal;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does behind the pages.
pub fn plug(parts: &mut Parts) {
    parts.ticks.push(Box::new(work::Find));
}
