//! The laws of the house as pure functions: facts in, a plan or a refusal out.
//! No clock, no database, no web.

pub mod address;
pub mod dates;
pub mod fold;
pub mod gift;
pub mod ids;
pub mod lang;
pub mod money;
pub mod promise;
pub mod queue;
pub mod receipt;
pub mod reply;
pub mod roles;
pub mod words;
