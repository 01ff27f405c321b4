//! Reads: what a plan is made from, what a year would give, the register, the proof.

pub mod batch;
pub mod proof;
pub mod register;
pub mod survey;
