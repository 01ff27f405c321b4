//! A file that is a table of text: its encoding, its separator and the line of its column names are found by the
//! names that a reader knows, whatever program saved it.

use std::io::{Read, Seek};

use rules::fold::{one_line, search_key};

use crate::line::Entry;
use crate::records::{self, BadRecord, Records};
use crate::refusal::{Broken, FileRefusal};
use crate::text::{self, Encoding};
use crate::why::Why;

/// A table, after its column names.
pub struct Table<R> {
    /// How its letters are written.
    pub encoding: Encoding,
    /// What stands between its cells.
    pub separator: char,
    /// Its column names, trimmed, without the empty ones at the end.
    pub names: Vec<String>,
    /// What stands before them: banks put the account and its balance there.
    pub before: String,
    /// Line of the file where the last row that was read ends.
    pub last: u64,
    records: Records<R>,
}

impl<R> std::fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("names", &self.names).finish_non_exhaustive()
    }
}

/// A line of a table, as wide as the column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
    /// Its text, cut at 500 characters.
    pub text: String,
}

/// Opens a table; `known` says how many of these column names a reader knows.
///
/// # Errors
/// The disk's; the file's when it is no table.
pub fn open<R: Read + Seek>(mut file: R, known: impl Fn(&[String]) -> usize) -> Result<Table<R>, Broken> {
    let looked = text::look(&mut file)?.map_err(FileRefusal::NotText)?;
    let mut best: Option<Candidate> = None;
    for encoding in looked.candidates() {
        let head = text::head(&mut file, &looked, *encoding)?;
        for separator in [';', ',', '\t', '|'] {
            for (line, names) in records::headers(&head, separator) {
                let names = tidy(&names);
                let score = known(&names);
                if best.as_ref().is_none_or(|best| score > best.score) {
                    best = Some(Candidate { score, names, separator, encoding: *encoding, line });
                }
            }
        }
    }
    let best = best.ok_or(FileRefusal::NoHeader)?;
    let Candidate { names, separator, encoding, line, .. } = best;
    if names.iter().any(|n| n.contains('Ã') && n.contains('©')) {
        return Err(FileRefusal::Garbled.into());
    }
    // The last line of the names comes after those that are before them, and after nothing of theirs when they
    // stand on one line; when they stand on several, a little more than what is before is kept: no harm.
    let head = text::head(&mut file, &looked, encoding)?;
    let before = head.lines().take(usize::try_from(line).unwrap_or(1).saturating_sub(1));
    let before = before.collect::<Vec<_>>().join("\n");
    let lines = text::Lines::open(file, &looked, encoding)?;
    let records = Records::after(lines, separator, names.len(), line)?;
    Ok(Table { encoding, separator, names, before, last: line, records })
}

/// A line that may hold the column names.
struct Candidate {
    score: usize,
    names: Vec<String>,
    separator: char,
    encoding: Encoding,
    line: u64,
}

fn tidy(names: &[String]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|n| n.trim().to_owned()).collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

impl<R: Read> Table<R> {
    /// The next line, or the entry that says why it is none.
    pub fn next_row(&mut self) -> Option<std::io::Result<Result<Row, Entry>>> {
        let record = match self.records.next()? {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        self.last = record.last;
        let width = self.names.len();
        let why = match &record.cells {
            Err(BadRecord::Quotes) => Some(Why::Quotes),
            Err(BadRecord::TooLong) => Some(Why::TooLong),
            Ok(cells) => {
                let counts = (cells.len().to_string(), width.to_string());
                if cells.len() < width {
                    Some(Why::TooFew { found: counts.0, expected: counts.1 })
                } else if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                    Some(Why::TooMany { found: counts.0, expected: counts.1 })
                } else if cells.iter().any(|cell| cell.contains(['\u{FFFD}', '\0'])) {
                    Some(Why::Unreadable)
                } else {
                    None
                }
            }
        };
        Some(Ok(match (why, record.cells) {
            (None, Ok(cells)) => Ok(Row { line: record.line, cells, text: record.text }),
            (why, _) => {
                Err(Entry::refused(record.line, String::new(), why.unwrap_or(Why::Quotes), record.text))
            }
        }))
    }
}

/// A column's name to compare by: without accents, case, punctuation and the order of nothing; `Nom (2)` keeps its
/// number.
pub fn folded(name: &str) -> String {
    let key = search_key(name);
    let words: String = key.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the ledger holds of a name: one line of 200 characters at most.
pub fn cut(text: &str) -> String {
    one_line(text).chars().take(200).collect()
}

/// What is shown of a cell that could not be read.
pub fn short(text: &str) -> String {
    one_line(text).chars().take(60).collect()
}

/// The name of a gift in the ledger, by a reference that a person chose: one word. What comes after a `#` names the lines
/// that take the place of a gift.
pub fn named(reference: &str) -> String {
    reference.split_whitespace().collect::<Vec<_>>().join("-").replace('#', "\u{FF03}")
}
