//! Receipts for gifts (reçus fiscaux): who gets one, what it must say, how it is frozen.

pub mod chain;
pub mod facts;
pub mod number;
