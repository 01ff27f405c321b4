//! Lines of a table as they stand, cell by cell: for a person who corrects what could not be read.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use crate::any::{Format, Named};
use crate::refusal::Broken;
use crate::table::Table;
use crate::{cheques, generic, helloasso, stripe};

/// Lines of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Column names, as they stand.
    pub names: Vec<String>,
    /// The lines that were asked for, by their line of the file.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Whether each line of these files stands alone, so that one may be corrected apart. Statements sum as a whole, and
/// PayPal's dates are told by all of them.
pub const fn stands_alone(format: Format) -> bool {
    matches!(format, Format::HelloAsso | Format::Stripe | Format::Cheques | Format::Generic)
}

/// These lines of a file; none when its lines do not stand alone.
///
/// # Errors
/// The disk's; the file's.
pub fn sheet<R: Read + Seek>(
    format: Format,
    file: R,
    named: &Named,
    lines: &BTreeSet<u64>,
) -> Result<Option<Sheet>, Broken> {
    let table = match format {
        Format::HelloAsso => helloasso::open(file)?.into_table(),
        Format::Stripe => stripe::open(file)?.into_table(),
        Format::Cheques => cheques::open(file)?.into_table(),
        Format::Generic => generic::open(file, &named.gifts)?.into_table(),
        _ => return Ok(None),
    };
    Ok(Some(cells(table, lines)?))
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
