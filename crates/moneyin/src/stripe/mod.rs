//! Reads Stripe's two reports: the itemised balance, which sums to payouts, and the export of payments.
//!
//! In the balance report a line is a movement, and a charge is a gift too. Both reports call a gift by its charge
//! (`ch_…`), so that it is one gift whichever came first; every other movement is called by its own name (`txn_…`).
//! Times are in UTC; the day of a movement is the day in Paris. A payout's day is the date as Stripe writes it.

mod balance;
mod cells;
mod payments;

use std::io::{Read, Seek};

use crate::line::Piece;
use crate::named::Columns;
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Table};

/// The lines of a report.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    columns: Columns,
    others: Vec<String>,
    table: Table<R>,
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

/// Opens a report; its columns tell which one it is.
///
/// # Errors
/// The disk's; [`FileRefusal::Missing`] when needed columns are not there.
pub fn open<R: Read + Seek>(file: R) -> Result<Entries<R>, Broken> {
    let table = table::open(file, |names| {
        let columns = Columns::new(names);
        columns.known(cells::KNOWN)
    })?;
    let columns = Columns::new(&table.names);
    let payments = payments::missing(&columns);
    let balance = balance::missing(&columns);
    let (kind, missing) = if balance.len() <= payments.len() {
        (Kind::StripeBalance, balance)
    } else {
        (Kind::StripePayments, payments)
    };
    if !missing.is_empty() {
        return Err(FileRefusal::Missing { missing, found: table.names }.into());
    }
    let others = columns.others(cells::KNOWN);
    let seen = Seen::of_table(kind, &table, others.clone());
    Ok(Entries { seen, columns, others, table })
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = match self.table.next_row()? {
            Ok(Ok(row)) => row,
            Ok(Err(entry)) => return Some(Ok(Piece::Line(entry))),
            Err(error) => return Some(Err(error.into())),
        };
        let line = cells::Line { columns: &self.columns, others: &self.others, row: &row };
        let entry = if self.seen.kind == Kind::StripeBalance {
            balance::entry(&line)
        } else {
            payments::entry(&line)
        };
        Some(Ok(Piece::Line(entry)))
    }
}
