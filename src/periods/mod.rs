//! Months and years are closed with a checklist; after that their gifts stand as they are (law G2), and what is taken back
//! is taken back in the open period.

use rocket::Route;

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod views;

pub use actions::{Refusal, close, reopen};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}
