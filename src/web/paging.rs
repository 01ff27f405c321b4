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

/// Where in its list a page stands. `K` names a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way<K> {
    /// At the beginning.
    First,
    /// After this row.
    After(K),
    /// Before this row.
    Before(K),
}

impl<K: DeserializeOwned> Way<K> {
    /// From the cursors of an address.
    pub fn read(after: Option<&str>, before: Option<&str>) -> Self {
        match (read(after), read(before)) {
            (Some(key), _) => Self::After(key),
            (None, Some(key)) => Self::Before(key),
            (None, None) => Self::First,
        }
    }
}

/// The rows of a page in the order of the list, and whether there are more on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// Rows.
    pub rows: Vec<T>,
    /// There are rows before these.
    pub before: bool,
    /// There are rows after these.
    pub after: bool,
}

impl<T> Slice<T> {
    /// From `PAGE + 1` rows read away from the cursor: `Before` reads the list backwards.
    pub fn cut<K>(mut rows: Vec<T>, way: &Way<K>) -> Self {
        let more = has_more(&mut rows);
        if matches!(way, Way::Before(_)) {
            rows.reverse();
            return Self { rows, before: more, after: true };
        }
        Self { rows, before: matches!(way, Way::After(_)), after: more }
    }

    /// Addresses of the pages before and after; `key` names a row.
    pub fn links<K: Serialize>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        key: impl Fn(&T) -> K,
    ) -> (Option<String>, Option<String>) {
        let link = |there: bool, row: Option<&T>, side| {
            let row = row.filter(|_| there)?;
            let at = cursor(&key(row));
            let mut query = query.to_vec();
            query.push((side, &at));
            Some(href(path, &query))
        };
        (link(self.before, self.rows.first(), "before"), link(self.after, self.rows.last(), "after"))
    }
}

/// An address with its query; empty values are left out.
pub fn href(path: &str, query: &[(&str, &str)]) -> String {
    let mut to = path.to_owned();
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        to.push(if to.len() == path.len() { '?' } else { '&' });
        to.push_str(name);
        to.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                to.push(char::from(byte));
            } else {
                to.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_any_words() {
        assert_eq!(href("/donors", &[("q", "Zoë & 50%"), ("x", "")]), "/donors?q=Zo%C3%AB%20%26%2050%25");
    }

    #[test]
    fn a_page_read_backwards_is_turned_round() {
        let rows: Vec<i32> = (0..51).rev().collect();
        let slice = Slice::cut(rows, &Way::Before(51));
        assert_eq!((slice.rows.first(), slice.before, slice.after), (Some(&1), true, true));
        let (before, after) = slice.links("/x", &[], |n| *n);
        assert!(before.unwrap().starts_with("/x?before=") && after.unwrap().starts_with("/x?after="));
    }
}
