//! What the treasurer reads and takes out: a year's sums, and every table as CSV.
//!
//! [`export::run`] writes a table page by page, in flat memory, whoever takes it: a browser or the command
//! line. Its columns are in [`columns`] and in docs/EXPORTS.md; they are only ever added at the end.

mod actions;
pub mod cli;
pub mod columns;
pub mod export;
mod pages;
mod queries;
mod sheets;
mod views;

use rocket::Route;

pub use export::{Asked, Export};

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
