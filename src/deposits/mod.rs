//! Cheques are typed in one grid and become a numbered slip for the bank: a PDF to hand over, and a table that goes
//! through the import like any other file (law G3), so that what is typed is shown before it is written and can be
//! undone. The slip itself is frozen.

use rocket::Route;

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod views;

pub use actions::{NewSlip, Refusal, create};
pub use queries::check;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}
