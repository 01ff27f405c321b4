//! Accounts that money passes through, and the proof that what payment tools took is what the bank received
//! (law G4).
//!
//! Files bring movements ([`actions::movements`]); payouts are the movements that a tool sent together; each is
//! matched to one line of the bank, by a rule where it is beyond doubt and by a person where it is not
//! ([`actions::matching`]). What does not sum is shown red until it does.

pub mod actions;
mod forms;
mod pages;
pub mod queries;
mod views;

use rocket::Route;

pub use actions::Refusal;
pub use actions::accounts::Told;
pub use queries::proof::check;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    pages::routes()
}
