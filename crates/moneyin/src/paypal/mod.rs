//! Reads the activity of a PayPal account: the English and French exports, whatever columns the account chose, and the
//! statement form.
//!
//! Numbers and dates follow the account's country. Amounts have two decimals always, so that their mark tells itself;
//! the order of day and month is decided from the whole file: the one in which every date exists, else the one in
//! which the lines follow each other in time, else what the time zone suggests, else day first. Times are in the zone
//! that the line names (business reports may be in Pacific time), Paris when it names none.
//!
//! What moves the balance counts: completed lines of impact credit or debit. A line in another currency is refused
//! when it is a payment; what its conversion brings in euros moves the balance of the account and is no gift by itself:
//! a person records that gift.

mod cells;
mod line;
mod when;

use std::io::{Read, Seek};

use rules::money::Cents;

use crate::line::{AccountRef, Piece, Statement};
use crate::named::Columns;
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Table};
use when::{Order, Survey};

/// The lines of a file, then what it says of the balance.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    columns: Columns,
    others: Vec<String>,
    table: Table<R>,
    order: Order,
    balance: Balance,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// What the column of balances tells, line after line.
#[derive(Debug, Default)]
struct Balance {
    lines: u64,
    sum: Cents,
    first: Option<line::Told>,
    last: Option<line::Told>,
    unknown: bool,
}

/// Opens a file, reads it once for the order of its dates, and stands at its beginning.
///
/// # Errors
/// The disk's; [`FileRefusal::Missing`] when needed columns are not there.
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    let known = |names: &[String]| Columns::new(names).known(cells::KNOWN);
    let mut table = table::open(&mut file, known)?;
    let columns = Columns::new(&table.names);
    let missing = cells::missing(&columns);
    if !missing.is_empty() {
        return Err(FileRefusal::Missing { missing, found: table.names }.into());
    }
    let mut survey = Survey::default();
    while let Some(row) = table.next_row() {
        if let Ok(row) = row? {
            survey.see(columns.cell(&row.cells, cells::DATE), columns.filled(&row.cells, cells::ZONE));
        }
    }
    drop(table);
    let order = survey.order();
    let table = table::open(file, known)?;
    let others = columns.others(cells::KNOWN);
    let seen = Seen::of_table(Kind::PayPalActivity, &table, others.clone());
    Ok(Entries { seen, columns, others, table, order, balance: Balance::default(), over: false })
}

impl Balance {
    fn see(&mut self, told: Option<line::Told>, net: Cents) {
        self.lines += 1;
        self.sum = self.sum.checked_add(net).unwrap_or(self.sum);
        match told {
            None => self.unknown = true,
            Some(told) => {
                self.first.get_or_insert(told);
                self.last = Some(told);
            }
        }
    }

    /// Files go either way in time.
    fn statement(&self) -> Statement {
        let mut statement = Statement {
            account: AccountRef::default(),
            currency: "EUR".into(),
            lines: self.lines,
            sum: self.sum,
            ..Statement::default()
        };
        if let (Some(first), Some(last), false) = (self.first, self.last, self.unknown) {
            let (from, to) = if first.at <= last.at { (first, last) } else { (last, first) };
            statement.opening = from.balance.checked_sub(from.net).map(|cents| (from.day, cents));
            statement.closing = Some((to.day, to.balance));
        }
        statement
    }
}

impl<R> Entries<R> {
    /// The table itself, at its first line.
    pub(crate) fn into_table(self) -> Table<R> {
        self.table
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let row = match self.table.next_row() {
            None => {
                self.over = true;
                return Some(Ok(Piece::Statement(self.balance.statement())));
            }
            Some(Err(error)) => {
                self.over = true;
                return Some(Err(error.into()));
            }
            Some(Ok(Err(entry))) => return Some(Ok(Piece::Line(entry))),
            Some(Ok(Ok(row))) => row,
        };
        let line = line::Line { columns: &self.columns, others: &self.others, row: &row, order: self.order };
        let (entry, told) = line.entry();
        if let Some(movement) = &entry.movement {
            self.balance.see(told, movement.net);
        }
        Some(Ok(Piece::Line(entry)))
    }
}
