//! Reads a bank statement that is a table: the exports of French banks by their column names, any other bank's by
//! the columns that a person named.
//!
//! A table says no opening balance; some say the closing one before the column names. Lines are called by day and
//! amount ([`crate::bank_key`]), so that the same statement as CAMT or OFX names them alike.

mod banks;
pub(crate) mod cells;
mod columns;

use std::io::{Read, Seek};

use chrono::NaiveDate;
use rules::money::Cents;

pub use columns::Mapping;

use crate::bank_key::BankKeys;
use crate::line::{AccountRef, Entry, Movement, Piece, Statement};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Table, cut, folded};
use crate::why::Why;
use columns::Columns;

/// The lines of a statement, then the statement itself.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    /// Names of all its columns.
    pub names: Vec<String>,
    columns: Columns,
    table: Table<R>,
    keys: BankKeys,
    statement: Statement,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Opens the export of a bank that is known by its column names, or of one whose names speak for themselves.
///
/// # Errors
/// The disk's; [`FileRefusal::Missing`] when day, label and amount are not all found: a person then says which
/// columns they are ([`open_mapped`]).
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    let score = |names: &[String]| banks::score(&folded_names(names));
    let mut table = table::open(&mut file, score)?;
    let (kind, mut columns) = banks::recognise(&folded_names(&table.names))
        .map_err(|missing| FileRefusal::Missing { missing, found: table.names.clone() })?;
    // A bank that is known writes the day first; of another one the whole file tells.
    if kind == Kind::BankMapped {
        columns.month_first = month_first(&mut table, columns.day)?;
    }
    drop(table);
    Ok(start(kind, columns, table::open(file, score)?))
}

/// Whether the days of a table read only with the month first.
fn month_first<R: Read>(table: &mut Table<R>, at: usize) -> Result<bool, Broken> {
    let (mut day_first, mut month_first) = (0_u64, 0_u64);
    while let Some(row) = table.next_row() {
        let Ok(row) = row? else { continue };
        let Some(cell) = row.cells.get(at).filter(|cell| !cell.trim().is_empty()) else { continue };
        day_first += u64::from(cells::day(cell.trim(), false).is_some());
        month_first += u64::from(cells::day(cell.trim(), true).is_some());
    }
    Ok(month_first > day_first)
}

/// Opens a table by the columns that a person named.
///
/// # Errors
/// The disk's; [`FileRefusal::Unmapped`] when a column of the mapping is not there.
pub fn open_mapped<R: Read + Seek>(file: R, mapping: &Mapping) -> Result<Entries<R>, Broken> {
    let table = table::open(file, |names| mapping.known(&folded_names(names)))?;
    let columns = mapping
        .columns(&folded_names(&table.names))
        .map_err(|missing| FileRefusal::Unmapped { missing, found: table.names.clone() })?;
    Ok(start(Kind::BankMapped, columns, table))
}

fn folded_names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| folded(name)).collect()
}

fn start<R: Read>(kind: Kind, columns: Columns, table: Table<R>) -> Entries<R> {
    let statement = Statement {
        account: AccountRef { iban: None, local: cells::account(&table.before) },
        currency: "EUR".into(),
        closing: cells::balance(&table.before),
        ..Statement::default()
    };
    let unknown = table.names.iter().enumerate().filter(|(at, name)| !columns.uses(*at) && !name.is_empty());
    let unknown = unknown.map(|(_, name)| name.clone()).collect();
    let unknown = if kind == Kind::BankMapped { unknown } else { Vec::new() };
    let seen = Seen::of_table(kind, &table, unknown);
    let names = table.names.clone();
    Entries { seen, names, columns, table, keys: BankKeys::default(), statement, over: false }
}

impl<R: Read> Entries<R> {
    fn entry(&mut self, row: &table::Row) -> Option<Entry> {
        match self.read(row) {
            Ok(Some((key, movement))) => Some(Entry::of_bank(row.line, key, movement)),
            Ok(None) => None,
            Err(why) => Some(Entry::refused(row.line, String::new(), why, row.text.clone())),
        }
    }

    /// A line of the account; none for a line that says nothing (a total without a day).
    fn read(&mut self, row: &table::Row) -> Result<Option<(String, Movement)>, Why> {
        let line = cells::Line { columns: &self.columns, names: &self.table.names, cells: &row.cells };
        if line.is_empty() {
            return Ok(None);
        }
        if let Some(number) = line.account() {
            let local = self.statement.account.local.get_or_insert_with(|| number.clone());
            if *local != number {
                return Err(Why::OtherAccount { typed: number });
            }
        }
        let amount = line.amount()?;
        let booked_on = line.day()?;
        let movement = Movement {
            value_on: line.value_day(),
            party: cut(&line.text(self.columns.party)),
            label: cut(&line.label()),
            reference: cut(&line.text(self.columns.reference)),
            ..Movement::of_bank(amount, booked_on)
        };
        let sum = self.statement.sum.checked_add(amount);
        self.statement.sum = sum.ok_or_else(|| Why::TooMuch { amount: amount.csv_fr() })?;
        self.statement.lines += 1;
        Ok(Some((self.keys.next(booked_on, amount), movement)))
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
        while !self.over {
            match self.table.next_row() {
                None => {
                    self.over = true;
                    return Some(Ok(Piece::Statement(self.statement.clone())));
                }
                Some(Err(error)) => {
                    self.over = true;
                    return Some(Err(error.into()));
                }
                Some(Ok(Err(entry))) => return Some(Ok(Piece::Line(entry))),
                Some(Ok(Ok(row))) => {
                    if let Some(entry) = self.entry(&row) {
                        return Some(Ok(Piece::Line(entry)));
                    }
                }
            }
        }
        None
    }
}

/// What a table's balance line says.
type Balance = Option<(NaiveDate, Cents)>;
