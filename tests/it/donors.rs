//! donors
