//! Files of payment tools (law G3): previewed, taken whole or not at all, undoable.

use rocket::Route;

use crate::platform::core::Parts;

pub mod actions;
pub mod cli;
pub mod helloasso;
pub mod queries;
pub mod reading;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    Vec::new()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
