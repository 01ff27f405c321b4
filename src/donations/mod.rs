//! The ledger of gifts: written once, corrected by a reversal and a new line (laws G1, G2).

use rocket::Route;

use crate::platform::core::Parts;

pub mod actions;
pub mod line;

pub use actions::{Origin, correct, record, record_many, reverse, reverse_from};
pub use line::{HAND, NewGift, Refusal};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    Vec::new()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
