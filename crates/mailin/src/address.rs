//! Addresses of people.

use serde::{Deserialize, Serialize};

/// A person or a place that mail comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Mailbox {
    /// Display name, decoded.
    pub name: Option<String>,
    /// `local@domain`, as written.
    pub address: String,
}

/// The form under which two addresses are the same person: trimmed, without brackets, lower case.
#[must_use]
pub fn normalise(address: &str) -> String {
    let bare = address.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    bare.to_lowercase()
}
