//! Keyset pages: a cursor names the last row seen, so that page 1,000 costs what page 1 costs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, de::DeserializeOwned};

/// Rows on a page.
pub const PAGE: u64 = 50;

/// The cursor of a row, as it stands in an address.
pub fn cursor(row: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(row).unwrap_or_default())
}

/// Reads a cursor; a spoiled one is the first page.
pub fn read<T: DeserializeOwned>(cursor: Option<&str>) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Cuts the one row too many off a page that asked for `PAGE + 1`, and says whether there was one.
pub fn has_more<T>(rows: &mut Vec<T>) -> bool {
    let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}
