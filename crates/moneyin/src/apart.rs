//! Refused lines of a statement that is no table (CAMT, OFX, QIF), put right by a person: the whole is written anew as a
//! statement, those lines last. Lines of a bank are counted by day and amount: those that are known are then known again,
//! and what comes after them is what was put right.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};

use chrono::NaiveDate;
use quick_xml::escape::escape;
use rules::money::Cents;

use crate::any::{self, Format, Named};
use crate::bank_csv::cells::day;
use crate::line::{AccountRef, Movement, Piece};
use crate::refusal::Broken;

/// What a line tells.
pub const NAMES: [&str; 4] = ["Date", "Montant", "Libellé", "Référence"];

/// What these refused lines of a statement told.
///
/// # Errors
/// The disk's; the file's.
pub fn cells<R: Read + Seek + Send + 'static>(
    format: Format,
    file: R,
    lines: &BTreeSet<u64>,
) -> Result<Vec<(u64, Vec<String>)>, Broken> {
    let mut found = Vec::with_capacity(lines.len());
    for piece in any::open(format, file, &Named::default())?.pieces {
        if let Piece::Line(entry) = piece?
            && lines.contains(&entry.line)
            && !entry.cells.is_empty()
        {
            found.push((entry.line, entry.cells));
        }
    }
    Ok(found)
}

/// A line of the statement.
struct Line {
    day: String,
    value_day: Option<NaiveDate>,
    amount: String,
    label: String,
    reference: String,
}

impl Line {
    fn typed(cells: &[String]) -> Self {
        let cell = |at: usize| cells.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let (typed, amount) = (cell(0), cell(1));
        let read = day(&typed, false).zip(Cents::parse(&amount).ok());
        let (day, amount) = read.map_or((typed, amount), |(day, cents)| (day.to_string(), cents.plain()));
        Self { day, value_day: None, amount, label: cell(2), reference: cell(3) }
    }

    fn read(line: Movement) -> Self {
        Self {
            day: line.booked_on.to_string(),
            value_day: line.value_on,
            amount: line.net.plain(),
            label: line.label,
            reference: line.reference,
        }
    }

    /// What cannot be read stays as it was typed: the preview refuses it and says why.
    fn entry(&self, mut to: impl Write) -> std::io::Result<()> {
        let (side, amount) = match self.amount.strip_prefix('-') {
            Some(amount) => ("DBIT", amount),
            None => ("CRDT", self.amount.as_str()),
        };
        let value_day = self.value_day.map(|day| format!("<ValDt><Dt>{day}</Dt></ValDt>"));
        writeln!(
            to,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{}</Dt>\
             </BookgDt>{}<AcctSvcrRef>{}</AcctSvcrRef><AddtlNtryInf>{}</AddtlNtryInf></Ntry>",
            escape(amount),
            escape(&self.day),
            value_day.unwrap_or_default(),
            escape(&self.reference),
            escape(&self.label)
        )
    }
}

/// Writes the statement anew, as CAMT; gives how many lines were put right. Refused lines that nobody put right stay as
/// they are told.
///
/// # Errors
/// The disk's; the file's.
pub fn statement<R: Read + Seek + Send + 'static>(
    format: Format,
    file: impl Fn() -> std::io::Result<R>,
    lines: &BTreeMap<u64, Vec<String>>,
    mut to: impl Write,
) -> Result<usize, Broken> {
    let accounts = accounts(any::open(format, file()?, &Named::default())?.pieces)?;
    to.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n",
    )?;
    let (mut right, mut last, mut at, mut opened) = (0, Vec::new(), 0, false);
    for piece in any::open(format, file()?, &Named::default())?.pieces {
        let piece = piece?;
        if !opened {
            let account = accounts.get(at).map(told).unwrap_or_default();
            writeln!(to, "<Stmt><Id>{}</Id><Acct><Id>{account}</Id><Ccy>EUR</Ccy></Acct>", at + 1)?;
            opened = true;
        }
        match piece {
            Piece::Line(entry) => match (entry.movement, lines.get(&entry.line)) {
                (Some(movement), _) => Line::read(*movement).entry(&mut to)?,
                (None, _) if entry.cells.is_empty() => {}
                (None, None) => Line::typed(&entry.cells).entry(&mut to)?,
                (None, Some(cells)) => last.push(Line::typed(cells)),
            },
            Piece::Statement(_) => {
                right += last.len();
                for line in last.drain(..) {
                    line.entry(&mut to)?;
                }
                writeln!(to, "</Stmt>")?;
                (at, opened) = (at + 1, false);
            }
        }
    }
    to.write_all(b"</BkToCstmrStmt></Document>\n")?;
    to.flush()?;
    Ok(right)
}

/// The account of each statement, told after its lines.
fn accounts(pieces: impl Iterator<Item = Result<Piece, Broken>>) -> Result<Vec<AccountRef>, Broken> {
    let mut accounts = Vec::new();
    for piece in pieces {
        if let Piece::Statement(statement) = piece? {
            accounts.push(statement.account);
        }
    }
    Ok(accounts)
}

/// An account as CAMT tells it.
fn told(account: &AccountRef) -> String {
    match (&account.iban, &account.local) {
        (Some(iban), _) => format!("<IBAN>{}</IBAN>", escape(iban)),
        (None, Some(local)) => format!("<Othr><Id>{}</Id></Othr>", escape(local)),
        (None, None) => String::new(),
    }
}
