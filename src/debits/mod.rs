//! Direct debits: what is due is announced to each donor, collected at once in a file for the bank (ISO 20022 pain.008),
//! and comes into the ledger through the import like any other file. An instalment is one debit of one mandate on one due
//! day: the table knows no second one, so nobody is debited twice. What the bank takes back takes its gift back, and the
//! donor is told kindly.

use rocket::Route;

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod setup;
mod views;
mod work;

pub use actions::Refusal;
pub use queries::proof::check;
pub use setup::Setup;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does behind the pages.
pub fn plug(parts: &mut Parts) {
    parts.ticks.push(Box::new(work::Returns));
}
