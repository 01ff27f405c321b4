//! The laws of the house as pure functions: facts in, a plan or a refusal out.
//! No clock, no database, no web.

pub mod dates;
pub mod fold;
pub mod gift;
pub mod lang;
pub mod money;
pub mod promise;
pub mod receipt;
pub mod roles;
