//! `soutien check`: re-proves the laws on the live data and names each breach.

use serde::Serialize;

/// A law that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Law, e.g. `P2`.
    pub law: &'static str,
    /// What it is about, e.g. `ticket 12`.
    pub subject: String,
    /// What is wrong, in English, for the administrator.
    pub what: String,
}
