//! Every reader behind one door.

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use crate::line::{Piece, Statement};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::Seen;
use crate::text;
use crate::{bank_csv, camt, cheques, generic, helloasso, ofx, paypal, qif, sepa, stripe};

/// A kind of file, as a person chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// HelloAsso's exports.
    HelloAsso,
    /// Stripe's reports.
    Stripe,
    /// PayPal's activity.
    PayPal,
    /// A bank's table.
    BankCsv,
    /// ISO 20022.
    Camt,
    /// OFX 1 or 2.
    Ofx,
    /// QIF.
    Qif,
    /// A cheque deposit slip.
    Cheques,
    /// SEPA direct debits.
    Sepa,
    /// Any other table of gifts.
    Generic,
}

/// The columns that a person named for tables.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Of a bank's statement; none when they speak for themselves.
    pub bank: Option<bank_csv::Mapping>,
    /// Of a table of gifts.
    pub gifts: generic::Mapping,
}

impl Format {
    /// Whether it is the statement of a bank account.
    pub const fn is_bank(self) -> bool {
        matches!(self, Self::BankCsv | Self::Camt | Self::Ofx | Self::Qif)
    }
}

/// A file that was opened.
pub struct Opened {
    /// What was seen of it.
    pub seen: Seen,
    /// Its lines, and its statements each after the lines it sums.
    pub pieces: Box<dyn Iterator<Item = Result<Piece, Broken>> + Send>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("seen", &self.seen).finish_non_exhaustive()
    }
}

macro_rules! opened {
    ($entries:expr) => {{
        let entries = $entries?;
        Opened { seen: entries.seen.clone(), pieces: Box::new(entries) }
    }};
}

/// Opens a file as what it was said to be; `named` are the columns that a person named.
///
/// # Errors
/// The disk's; the file's when it is something else.
pub fn open<R: Read + Seek + Send + 'static>(
    format: Format,
    file: R,
    named: &Named,
) -> Result<Opened, Broken> {
    Ok(match (format, &named.bank) {
        (Format::HelloAsso, _) => opened!(helloasso::open(file)),
        (Format::BankCsv, Some(mapping)) => opened!(bank_csv::open_mapped(file, mapping)),
        (Format::BankCsv, None) => opened!(bank_csv::open(file)),
        (Format::Camt, _) => opened!(camt::open(file)),
        (Format::Stripe, _) => opened!(stripe::open(file)),
        (Format::PayPal, _) => opened!(paypal::open(file)),
        (Format::Ofx, _) => opened!(ofx::open(file)),
        (Format::Qif, _) => opened!(qif::open(file)),
        (Format::Cheques, _) => opened!(cheques::open(file)),
        (Format::Sepa, _) => opened!(sepa::open(file)),
        (Format::Generic, _) => opened!(generic::open(file, &named.gifts)),
    })
}

/// What a file is, by what is in it; none when no reader knows it. A table is tried by each of its readers: their
/// column names do not overlap.
///
/// # Errors
/// The disk's only.
pub fn guess<R: Read + Seek>(mut file: R) -> std::io::Result<Option<Format>> {
    let (encoding, _) = text::letters(&mut file)?;
    let mut head = String::new();
    text::Utf8::new(&mut file, encoding).take(4096).read_to_string(&mut head).unwrap_or(0);
    let start = head.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("OFXHEADER")
        || (start.starts_with('<') && head.contains("<OFX"))
        || head.contains("<?OFX")
    {
        return Ok(Some(Format::Ofx));
    }
    if start.starts_with('<') {
        let named = [("camt.05", Format::Camt), ("pain.008", Format::Sepa)];
        return Ok(named.into_iter().find(|(name, _)| head.contains(name)).map(|(_, format)| format));
    }
    if start.starts_with('!') {
        return Ok(Some(Format::Qif));
    }
    let known = [
        (Format::HelloAsso, helloasso::open(&mut file).map(|_| ())),
        (Format::Stripe, stripe::open(&mut file).map(|_| ())),
        (Format::PayPal, paypal::open(&mut file).map(|_| ())),
        (Format::Cheques, cheques::open(&mut file).map(|_| ())),
        (Format::BankCsv, bank_csv::open(&mut file).map(|_| ())),
        (Format::Generic, generic::open(&mut file, &generic::Mapping::default()).map(|_| ())),
    ];
    for (format, opened) in known {
        match opened {
            Ok(()) => return Ok(Some(format)),
            Err(Broken::Disk(error)) => return Err(error),
            Err(Broken::File(_)) => {}
        }
    }
    Ok(None)
}

/// What a whole file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What was seen of it.
    pub seen: Seen,
    /// Its lines.
    pub lines: u64,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// The most statements of one file.
const MOST_STATEMENTS: usize = 2000;

/// Reads a bank's file, or a file of direct debits, from its beginning to its end before anything of it is kept: whether it is whole, and whether
/// each of its statements sums. For other files only the beginning is looked at: each of their lines stands alone.
///
/// # Errors
/// The disk's; the file's: [`FileRefusal::Unbalanced`], [`FileRefusal::NoLine`], and whatever its reader says.
pub fn examine<R: Read + Seek + Send + 'static>(
    format: Format,
    file: R,
    named: &Named,
) -> Result<Examined, Broken> {
    let Opened { seen, pieces } = open(format, file, named)?;
    let mut examined = Examined { seen, lines: 0, statements: Vec::new() };
    if !format.is_bank() && format != Format::Sepa {
        return Ok(examined);
    }
    for piece in pieces {
        match piece? {
            Piece::Line(_) => examined.lines += 1,
            Piece::Statement(statement) => {
                if let Some(gap) = statement.gap().filter(|gap| gap.0 != 0) {
                    return Err(FileRefusal::Unbalanced { name: statement.name, gap }.into());
                }
                examined.statements.push(statement);
                if examined.statements.len() > MOST_STATEMENTS {
                    return Err(FileRefusal::TooLarge.into());
                }
            }
        }
    }
    if format.is_bank()
        && examined.lines == 0
        && examined.statements.iter().all(|statement| statement.closing.is_none())
    {
        return Err(FileRefusal::NoLine.into());
    }
    Ok(examined)
}
