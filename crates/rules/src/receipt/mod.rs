//! Receipts for gifts (reçus fiscaux): who gets one, what it must say, how it is frozen.
//!
//! [`plan::plan`] says what to issue for a year and why the rest is left out; [`plan::Draft::issue`]
//! takes the allocated number and refuses what lacks a mention; [`chain`] holds the register together.

pub mod category;
pub mod chain;
pub mod facts;
pub mod input;
pub mod mentions;
pub mod number;
pub mod plan;
mod reason;

pub use mentions::{Mention, missing_in_association, missing_mentions};
pub use plan::plan;
pub use reason::Reason;
