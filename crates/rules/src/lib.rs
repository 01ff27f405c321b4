//! The laws of the house as pure functions: facts in, a plan or a refusal out.
//! No clock, no database, no web.

pub mod receipt;
