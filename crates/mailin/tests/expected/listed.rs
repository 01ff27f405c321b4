//! The list of differences and their reasons.

use std::collections::BTreeMap;
use std::path::Path;

/// A line of the list.
pub struct Difference {
    pub file: String,
    pub field: String,
    pub reason: String,
}

fn lines() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differences.tsv");
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// `# code: words` at the head of the list.
pub fn reasons() -> BTreeMap<String, String> {
    let explained = lines().into_iter().filter_map(|l| {
        let (code, words) = l.strip_prefix("# ")?.split_once(": ").filter(|(c, _)| !c.contains(' '))?;
        Some((code.to_owned(), words.to_owned()))
    });
    explained.collect()
}

/// `file, field, code`, separated by tabs.
pub fn differences() -> Vec<Difference> {
    let listed = lines().into_iter().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    listed
        .map(|l| {
            let mut cells = l.split('\t').map(str::to_owned);
            let mut next = || cells.next().unwrap();
            Difference { file: next(), field: next(), reason: next() }
        })
        .collect()
}
