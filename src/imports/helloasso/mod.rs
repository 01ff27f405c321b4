//! Reads the CSV files of HelloAsso: payments (31 or 17 columns), orders of a campaign, exports before 2021.
//!
//! A file is read line after line: memory does not grow with it. Columns are found by their names, whatever
//! their order, case and accents; columns that nobody here knows are kept beside the gift.

mod columns;
mod kinds;
mod payment;
mod records;
mod text;

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

pub use columns::Layout;
pub use text::{Encoding, NotText};

use super::reading::{Entry, Reading, Why};
use crate::platform::Say;
use columns::Header;
use records::{Broken, Records};

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRefusal {
    /// It is no table of text.
    NotText(NotText),
    /// It was turned into UTF-8 twice: `RÃ©fÃ©rence`.
    Garbled,
    /// It has no line of column names.
    NoHeader,
    /// Columns that are needed are not there.
    Missing {
        /// What they are called in HelloAsso's files.
        missing: Vec<&'static str>,
        /// Every column found.
        found: Vec<String>,
    },
}

impl FileRefusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::NotText(kind) => kind.say(),
            Self::Garbled => Say::new("imports-file-garbled"),
            Self::NoHeader => Say::new("imports-file-no-header"),
            Self::Missing { missing, found } => Say::new("imports-file-missing")
                .count("count", missing.len())
                .with("missing", listed(missing))
                .with("found", listed(found)),
        }
    }
}

fn listed(names: &[impl AsRef<str>]) -> String {
    let names: Vec<String> = names.iter().take(60).map(|n| n.as_ref().chars().take(80).collect()).collect();
    names.join(" · ")
}

/// What was seen of a file before its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How its letters are written.
    pub encoding: Encoding,
    /// What stands between its cells.
    pub separator: char,
    /// Which of HelloAsso's files it is.
    pub layout: Layout,
    /// Columns that nobody here knows.
    pub unknown: Vec<String>,
}

/// The lines of a file.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    header: Header,
    records: Records<R>,
    orders: std::collections::HashMap<String, u32>,
    due: std::collections::VecDeque<Entry>,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Opens a file: the outer error is the disk's, the inner one is for the person.
pub fn open<R: Read + Seek>(mut file: R) -> std::io::Result<Result<Entries<R>, FileRefusal>> {
    let looked = match text::look(&mut file)? {
        Ok(looked) => looked,
        Err(not) => return Ok(Err(FileRefusal::NotText(not))),
    };
    let mut best: Option<(Header, char, Encoding, u64)> = None;
    for encoding in looked.candidates() {
        let head = text::head(&mut file, &looked, *encoding)?;
        for separator in [';', ',', '\t'] {
            let Some((line, names)) = records::header(&head, separator) else { continue };
            let header = Header::read(&names);
            if best.as_ref().is_none_or(|(b, ..)| header.known() > b.known()) {
                best = Some((header, separator, *encoding, line));
            }
        }
    }
    let Some((header, separator, encoding, line)) = best else { return Ok(Err(FileRefusal::NoHeader)) };
    if header.names.iter().any(|n| n.contains('Ã') && n.contains('©')) {
        return Ok(Err(FileRefusal::Garbled));
    }
    if let Err(missing) = header.complete() {
        return Ok(Err(FileRefusal::Missing { missing, found: header.names }));
    }
    let lines = text::Lines::open(file, &looked, encoding)?;
    let records = Records::after(lines, separator, header.names.len(), line)?;
    let seen = Seen { encoding, separator, layout: header.layout, unknown: header.unknown() };
    Ok(Ok(Entries { seen, header, records, orders: Default::default(), due: Default::default() }))
}

impl<R: Read> Iterator for Entries<R> {
    type Item = std::io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.due.pop_front() {
            return Some(Ok(entry));
        }
        let record = match self.records.next()? {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        let refused = |why| Entry {
            line: record.line,
            key: String::new(),
            order: None,
            reading: Reading::Refused(why),
            text: record.text.clone(),
        };
        let cells = match &record.cells {
            Ok(cells) => cells,
            Err(Broken::Quotes) => return Some(Ok(refused(Why::Quotes))),
            Err(Broken::TooLong) => return Some(Ok(refused(Why::TooLong))),
        };
        let width = self.header.names.len();
        let counts = (cells.len().to_string(), width.to_string());
        if cells.len() < width {
            return Some(Ok(refused(Why::TooFew { found: counts.0, expected: counts.1 })));
        }
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return Some(Ok(refused(Why::TooMany { found: counts.0, expected: counts.1 })));
        }
        if cells.iter().any(|cell| cell.contains(['\u{FFFD}', '\0'])) {
            return Some(Ok(refused(Why::Unreadable)));
        }
        self.due.extend(payment::entries(&self.header, &record, cells, &mut self.orders));
        self.due.pop_front().map(Ok)
    }
}
