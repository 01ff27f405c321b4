//! The laws of the house as pure functions: facts in, a plan or a refusal out.
//! No clock, no database, no web: `now`, `today` and ids come from the caller.
//!
//! | room | what it decides |
//! |---|---|
//! | [`lang`], [`fold`], [`dates`] | languages, search keys, days and waits as people say them |
//! | [`money`], [`words`] | cents as typed and written; amounts in French words and back |
//! | [`address`], [`ids`] | mail and postal addresses, countries; SIREN and RNA |
//! | [`likeness`] | how alike two records of donors are, and why |
//! | [`roles`] | who may do what (S1, P7) |
//! | [`mail_setup`] | whether the world will take our mail, and what to publish |
//! | [`gift`] | coded lists, the one date of a gift, what may be booked (G1, G2) |
//! | [`receipt`] | who gets a receipt, what it must say, its number and the register's chain (R1 to R6) |
//! | [`promise`], [`reply`], [`queue`] | every person gets a human reply (P1 to P6) |
//!
//! A refusal is a small enum: the caller says it in the reader's language, at the field where it belongs.

pub mod address;
pub mod cheque;
pub mod clearing;
pub mod dates;
pub mod fold;
pub mod gift;
pub mod ids;
pub mod lang;
pub mod likeness;
pub mod mail_setup;
pub mod money;
pub mod plan;
pub mod promise;
pub mod queue;
pub mod receipt;
pub mod reply;
pub mod roles;
pub mod sepa;
pub mod words;
