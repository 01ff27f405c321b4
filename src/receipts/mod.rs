//! Receipts (laws R1 to R6): made from gift lines, numbered without a gap, frozen, never deleted.
//!
//! One verb takes numbers ([`issue_run`] for a year, [`issue_one`], [`replace`]); the rules say who gets one and
//! who does not. A donor who prefers a receipt for each gift gets, in the yearly run too, one for each gift that
//! has none yet; one who wants none gets none unless somebody asks for it by name ([`issue_one`]). The paper is
//! drawn again from the frozen facts whenever it is asked for, and compared with the hash of its first bytes.

pub mod actions;
pub mod cli;
mod forms;
mod pages;
mod paper;
pub mod queries;
mod views;
mod why;
mod work;

use rocket::Route;

pub use actions::{
    Done, IssueOne, Issued, Refusal, StartRun, Step, ask_run, cancel, duplicate, issue_one, issue_run,
    original, paper_of, replace, send, start_run,
};
pub use queries::proof::check;
pub use why::Why;

use crate::platform::core::Parts;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(parts: &mut Parts) {
    parts.work.push(Box::new(work::Run));
    parts.makers.push(Box::new(work::Papers));
    parts.registrar = Some(std::sync::Arc::new(actions::Keeper));
}
