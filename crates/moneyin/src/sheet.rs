//! Lines of a table as they stand, cell by cell, for a person who corrects what could not be read; and the table written
//! anew with them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};

use crate::any::{Format, Named};
use crate::refusal::{Broken, FileRefusal};
use crate::table::Table;
use crate::{apart, bank_csv, cheques, generic, helloasso, paypal, stripe, text};

/// Lines of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Column names, as they stand.
    pub names: Vec<String>,
    /// The lines that were asked for, by their line of the file.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// How lines that a person put right are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Each line of the table has a name of its own: as a small table of their own.
    Alone,
    /// The lines of the table count together (a bank's by day and amount, those without a reference, PayPal's dates and
    /// balances): in the whole table, written anew ([`rewrite`]).
    Whole,
    /// The file is no table: in a statement written anew ([`crate::apart`]).
    Statement,
}

/// How lines of such a file that a person put right are read again; none for those that Soutien writes itself.
pub const fn again(format: Format) -> Option<Again> {
    match format {
        Format::HelloAsso | Format::Stripe | Format::Cheques => Some(Again::Alone),
        Format::PayPal | Format::BankCsv | Format::Generic => Some(Again::Whole),
        Format::Camt | Format::Ofx | Format::Qif => Some(Again::Statement),
        Format::Sepa => None,
    }
}

fn open<R: Read + Seek>(format: Format, file: R, named: &Named) -> Result<Option<Table<R>>, Broken> {
    Ok(Some(match (format, &named.bank) {
        (Format::HelloAsso, _) => helloasso::open(file)?.into_table(),
        (Format::Stripe, _) => stripe::open(file)?.into_table(),
        (Format::PayPal, _) => paypal::open(file)?.into_table(),
        (Format::Cheques, _) => cheques::open(file)?.into_table(),
        (Format::Generic, _) => generic::open(file, &named.gifts)?.into_table(),
        (Format::BankCsv, Some(mapping)) => bank_csv::open_mapped(file, mapping)?.into_table(),
        (Format::BankCsv, None) => bank_csv::open(file)?.into_table(),
        _ => return Ok(None),
    }))
}

/// These lines of a file; none when no line of it is put right.
///
/// # Errors
/// The disk's; the file's.
pub fn sheet<R: Read + Seek + Send + 'static>(
    format: Format,
    file: R,
    named: &Named,
    lines: &BTreeSet<u64>,
) -> Result<Option<Sheet>, Broken> {
    if again(format) == Some(Again::Statement) {
        let rows = apart::cells(format, file, lines)?;
        return Ok(Some(Sheet { names: apart::NAMES.map(str::to_owned).to_vec(), rows }));
    }
    match open(format, file, named)? {
        Some(table) => Ok(Some(cells(table, lines)?)),
        None => Ok(None),
    }
}

/// Writes a table anew as UTF-8, these lines of it with other cells and every other line as it stands; gives how many
/// were found. They come last, so that lines without a name that count together and are known are counted as they were;
/// PayPal's lines have names, and their balance follows their order.
///
/// # Errors
/// The disk's; the file's, [`FileRefusal::TooLarge`] when one of its lines cannot be copied whole.
pub fn rewrite<R: Read + Seek>(
    format: Format,
    mut file: R,
    named: &Named,
    lines: &BTreeMap<u64, Vec<String>>,
    mut to: impl Write,
) -> Result<usize, Broken> {
    let Some(mut table) = open(format, &mut file, named)? else { return Ok(0) };
    let mut ends: BTreeMap<u64, u64> = BTreeMap::new();
    while ends.len() < lines.len() {
        let Some(row) = table.next_row() else { break };
        let line = row?.map_or_else(|entry| entry.line, |row| row.line);
        if lines.contains_key(&line) {
            ends.insert(line, table.last);
        }
    }
    let (encoding, separator) = (table.encoding, table.separator);
    drop(table);
    let looked = text::look(&mut file)?.map_err(FileRefusal::NotText)?;
    let mut all = text::Lines::open(file, &looked, encoding)?;
    let (mut skipped, mut last) = (0, Vec::new());
    while let Some((number, line)) = all.next_line()? {
        if let (Some(end), Some(cells)) = (ends.get(&number), lines.get(&number)) {
            let anew = written(cells, separator)?;
            if format == Format::PayPal {
                to.write_all(&anew)?;
            } else {
                last.push(anew);
            }
            skipped = *end;
        } else if number > skipped {
            let line = line.map_err(|()| FileRefusal::TooLarge)?;
            to.write_all(line.as_bytes())?;
            to.write_all(b"\r\n")?;
        }
    }
    for line in last {
        to.write_all(&line)?;
    }
    to.flush()?;
    Ok(ends.len())
}

/// A line of a table.
fn written(cells: &[String], separator: char) -> std::io::Result<Vec<u8>> {
    let delimiter = u8::try_from(separator).unwrap_or(b';');
    let mut line = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    line.write_record(cells).map_err(std::io::Error::other)?;
    line.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
}

fn cells<R: Read>(mut table: Table<R>, lines: &BTreeSet<u64>) -> std::io::Result<Sheet> {
    let mut rows = Vec::with_capacity(lines.len());
    let width = table.names.len();
    while rows.len() < lines.len() {
        let Some(row) = table.next_row() else { break };
        let (line, mut found) = match row? {
            Ok(row) => (row.line, row.cells),
            // A line that is none is cut at its separators: a person sees what is where.
            Err(entry) => (entry.line, entry.text.split(table.separator).map(str::to_owned).collect()),
        };
        if lines.contains(&line) {
            if found.len() > width {
                let last = found.split_off(width.saturating_sub(1)).join(&table.separator.to_string());
                found.push(last);
            }
            found.resize(width, String::new());
            rows.push((line, found));
        }
    }
    Ok(Sheet { names: table.names, rows })
}
