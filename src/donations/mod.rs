//! The ledger of gifts: written once, corrected by a reversal and a new line (laws G1, G2).

use rocket::Route;

use crate::platform::core::Parts;

pub mod actions;
pub mod effect;
pub mod forms;
pub mod line;
pub mod pages;
pub mod queries;
pub mod views;

pub use actions::{
    GiveBack, GivenBack, Origin, as_new, correct, decide_date, forget_payouts, give_back, learn_payouts,
    record, record_many, rest_of, reverse, reverse_from,
};
pub use line::{HAND, LARGEST, NewGift, Refusal};
pub use queries::check;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// What this feature does when mails leave, jobs run or the navigation counts.
pub fn plug(_parts: &mut Parts) {}
