//! Files of payment tools (law G3): previewed, taken whole or not at all, undoable.
//!
//! A file is kept as it came, read line after line, and each line gets a verdict with its reason: new, known,
//! changed, in conflict, refused, ignored ([`actions::preview`]). Taking it writes the new and the changed lines
//! in one transaction that judges every line again ([`actions::take`]); undoing it gives the ledger of before
//! ([`actions::undo`]). The same file twice changes nothing. Donors are found by mail address; somebody who only
//! resembles is proposed, never merged silently.

pub mod actions;
pub mod cli;
mod forms;
mod pages;
pub mod queries;
pub mod reading;
mod views;
mod work;

use rocket::Route;

pub use queries::proof::check;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(parts: &mut Parts) {
    parts.work.push(Box::new(work::LayOut));
    parts.work.push(Box::new(work::Take));
}
