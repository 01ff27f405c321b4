//! Money in, from every source, until each payout is one line of the bank (law G4).

mod pages;
mod samples;
mod spoiled;
pub mod story;
mod verbs;
