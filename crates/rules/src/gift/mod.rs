//! Gifts: the coded lists of the form, the date of a gift, and what a gift must be to be booked (laws G1, G2).

pub mod codes;

pub use codes::{DateBasis, DatePolicy, Form, Method, Nature};
