//! People and organisations that give: found without accents, corrected with a trace.

use rocket::Route;

use crate::platform::core::Parts;

pub mod actions;
pub mod forms;
pub mod pages;
pub mod queries;
pub mod record;
pub mod views;
mod work;

pub use actions::{create, insert_many, set_mails, update};
pub use queries::{find_by_mail, find_by_mails};
pub use record::{DonorFacts, Refusal};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(parts: &mut Parts) {
    parts.ticks.push(Box::new(work::Keys));
}
