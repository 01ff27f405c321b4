//! donations
