//! Reads the CSV files of HelloAsso: payments (31 or 17 columns), orders of a campaign, exports before 2021.
//!
//! A file is read line after line: memory does not grow with it. Columns are found by their names, whatever
//! their order, case and accents; columns that nobody here knows are kept beside the gift.

mod columns;
pub(crate) mod kinds;
mod payment;

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Seek};

pub use columns::Layout;

use crate::line::{Entry, Piece};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Table};
use columns::Header;

/// The lines of a file.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    header: Header,
    table: Table<R>,
    orders: HashMap<String, u32>,
    due: VecDeque<Entry>,
}

impl<R> Entries<R> {
    /// The table itself, at its first line.
    pub(crate) fn into_table(self) -> Table<R> {
        self.table
    }
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Opens a file.
///
/// # Errors
/// The disk's; the file's when it is none of HelloAsso's.
pub fn open<R: Read + Seek>(file: R) -> Result<Entries<R>, Broken> {
    let table = table::open(file, |names| Header::read(names).known())?;
    let header = Header::read(&table.names);
    if let Err(missing) = header.complete() {
        return Err(FileRefusal::Missing { missing, found: header.names }.into());
    }
    let kind = match header.layout {
        Layout::Payments => Kind::HelloAssoPayments,
        Layout::Orders => Kind::HelloAssoOrders,
        Layout::Before2021 => Kind::HelloAssoBefore2021,
    };
    let seen = Seen::of_table(kind, &table, header.unknown());
    Ok(Entries { seen, header, table, orders: HashMap::new(), due: VecDeque::new() })
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.due.pop_front() {
            return Some(Ok(Piece::Line(entry)));
        }
        let row = match self.table.next_row()? {
            Ok(Ok(row)) => row,
            Ok(Err(entry)) => return Some(Ok(Piece::Line(entry))),
            Err(error) => return Some(Err(error.into())),
        };
        self.due.extend(payment::entries(&self.header, &row, &mut self.orders));
        self.due.pop_front().map(|entry| Ok(Piece::Line(entry)))
    }
}
