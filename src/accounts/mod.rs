//! People on staff: who they are, how they come in, what each may do.

pub mod actions;
pub mod association;
pub mod cli;
mod forms;
pub mod guards;
pub mod mail_check;
pub mod pages;
pub mod passwords;
pub mod queries;
mod views;

pub use guards::Visitor;
pub use queries::mail_page;
