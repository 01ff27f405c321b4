//! Two records of one donor: found with a score and its reasons, merged by a person, never by itself, and two again
//! when that was wrong.
//!
//! A merge moves gifts, receipts, mails and mail addresses to the record that is kept and remembers each of them. What
//! receipts say stays as it was issued (law R3).

use rocket::Route;

pub mod actions;
mod fill;
mod forms;
mod pages;
pub mod queries;
mod views;

pub use actions::{Merge, Refusal, merge, tell_apart, undo};
pub use queries::check;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}
