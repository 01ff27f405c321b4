//! Gifts: the coded lists of the form, the date of a gift, and what a gift must be to be booked (laws G1, G2).

pub mod codes;
pub mod counterpart;
mod dating;
mod draft;

pub use codes::{Cause, DateBasis, DatePolicy, Form, Method, Nature, Purpose};
pub use counterpart::{Cap, Caps};
pub use dating::{CandidateDates, DateRefusal, ResolvedDate, decided_date, resolve_date, straddles};
pub use draft::{GiftDraft, GiftLine, GiftRefusal, reversal_of};
