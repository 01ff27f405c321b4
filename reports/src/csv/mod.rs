//! Tables as CSV, in the two flavours people ask for: one that a French spreadsheet opens right
//! with a double click, and one that programs read (RFC 4180).

mod figures;
mod safety;

use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, Utc};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// UTF-8 with BOM, `;`, CRLF, decimal comma, `dd/mm/yyyy`, instants in Europe/Paris,
    /// `oui`/`non`, and no cell that a spreadsheet would run as a formula.
    French,
    /// RFC 4180: `,`, CRLF, decimal point, ISO dates, instants in UTC, `true`/`false`, no BOM;
    /// texts are written as they are.
    Plain,
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Words typed by somebody; in [`Flavour::French`] cleaned and made harmless.
    Text(&'a str),
    /// Cents of euro, written with two decimals and no thousands mark.
    Cents(i64),
    /// A civil date.
    Date(NaiveDate),
    /// An instant, to the second.
    Instant(DateTime<Utc>),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Nothing.
    Empty,
}

/// A table being written row by row, over anything that takes bytes; memory stays flat.
///
/// Rows are buffered (64 KiB): call [`Table::finish`] at the end to see the last errors.
pub struct Table<W: Write> {
    writer: ::csv::Writer<W>,
    flavour: Flavour,
    scratch: Vec<u8>,
}

const BUFFER: usize = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl<W: Write> Table<W> {
    /// Starts a table: byte order mark where the flavour has one, then the row of column names.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(mut writer: W, flavour: Flavour, columns: &[&str]) -> io::Result<Self> {
        let delimiter = match flavour {
            Flavour::French => {
                writer.write_all(BYTE_ORDER_MARK)?;
                b';'
            }
            Flavour::Plain => b',',
        };
        let writer = ::csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(::csv::Terminator::CRLF)
            .buffer_capacity(BUFFER)
            .from_writer(writer);
        let mut table = Self { writer, flavour, scratch: Vec::with_capacity(256) };
        for name in columns {
            table.cell(Cell::Text(name))?;
        }
        table.end_of_row()?;
        Ok(table)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the writer; `InvalidInput` when the row has not as many cells as there are columns.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for cell in cells {
            self.cell(*cell)?;
        }
        self.end_of_row()
    }

    /// Hands what is buffered to the writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Ends the table and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| io::Error::from(error.error().kind()))
    }

    fn end_of_row(&mut self) -> io::Result<()> {
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let Self { writer, flavour, scratch } = self;
        let french = *flavour == Flavour::French;
        if let Cell::Text(text) = cell
            && (!french || safety::is_harmless(text))
        {
            return writer.write_field(text).map_err(io_error);
        }
        scratch.clear();
        match cell {
            Cell::Text(text) => safety::push_harmless(scratch, text),
            Cell::Cents(cents) => figures::push_cents(scratch, cents, if french { b',' } else { b'.' }),
            Cell::Date(date) if french => figures::push_french_date(scratch, date),
            Cell::Date(date) => figures::push_iso_date(scratch, date),
            Cell::Instant(at) if french => figures::push_french_instant(scratch, at),
            Cell::Instant(at) => figures::push_iso_instant(scratch, at),
            Cell::Int(number) => figures::push_int(scratch, number),
            Cell::Bool(yes) => scratch.extend_from_slice(match (french, yes) {
                (true, true) => b"oui",
                (true, false) => b"non",
                (false, true) => b"true",
                (false, false) => b"false",
            }),
            Cell::Empty => {}
        }
        writer.write_field(scratch).map_err(io_error)
    }
}

fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("a row of {len} cells in a table of {expected_len} columns"),
        ),
        kind => io::Error::other(format!("{kind:?}")),
    }
}
