//! Refused lines of a statement that is no table (CAMT, OFX, QIF), put right by a person: they become a small statement of
//! their own, beside the lines of the same day and amount. Lines of a bank are counted by day and amount: those that are
//! known are then known again, and the others are the ones put right.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};

use chrono::NaiveDate;
use quick_xml::escape::escape;
use rules::money::Cents;

use crate::any::{self, Format, Named};
use crate::bank_csv::cells::day;
use crate::line::{AccountRef, Piece};
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

/// A line of the small statement.
struct Line {
    /// Which statement of the file it is of.
    statement: usize,
    day: String,
    amount: String,
    label: String,
    reference: String,
}

impl Line {
    fn typed(statement: usize, cells: &[String]) -> Self {
        let cell = |at: usize| cells.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let mut line = Self { statement, day: cell(0), amount: cell(1), label: cell(2), reference: cell(3) };
        if let Some((day, cents)) = line.read() {
            (line.day, line.amount) = (day.to_string(), cents.plain());
        }
        line
    }

    fn read(&self) -> Option<(NaiveDate, Cents)> {
        day(&self.day, false).zip(Cents::parse(&self.amount).ok())
    }

    /// What cannot be read stays as it was typed: the preview refuses it and says why.
    fn entry(&self, mut to: impl Write) -> std::io::Result<()> {
        let (side, amount) = match self.amount.strip_prefix('-') {
            Some(amount) => ("DBIT", amount),
            None => ("CRDT", self.amount.as_str()),
        };
        writeln!(
            to,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{}</Dt>\
             </BookgDt><AcctSvcrRef>{}</AcctSvcrRef><AddtlNtryInf>{}</AddtlNtryInf></Ntry>",
            escape(amount),
            escape(&self.day),
            escape(&self.reference),
            escape(&self.label)
        )
    }
}

/// Writes the small statement, as CAMT; gives how many lines were put right.
///
/// # Errors
/// The disk's; the file's.
pub fn statement<R: Read + Seek + Send + 'static>(
    format: Format,
    file: impl Fn() -> std::io::Result<R>,
    lines: &BTreeMap<u64, Vec<String>>,
    mut to: impl Write,
) -> Result<usize, Broken> {
    let (mut all, mut accounts) = (Vec::new(), Vec::new());
    for piece in any::open(format, file()?, &Named::default())?.pieces {
        match piece? {
            Piece::Line(entry) => {
                if let Some(cells) = lines.get(&entry.line).filter(|_| !entry.cells.is_empty()) {
                    all.push(Line::typed(accounts.len(), cells));
                }
            }
            Piece::Statement(statement) => accounts.push(statement.account),
        }
    }
    let right = all.len();
    let account = |at: usize| accounts.get(at).cloned().unwrap_or_default();
    let equal: BTreeSet<(String, NaiveDate, i64)> = all
        .iter()
        .filter_map(|line| line.read().map(|(day, cents)| (told(&account(line.statement)), day, cents.0)))
        .collect();
    let mut at = 0;
    for piece in any::open(format, file()?, &Named::default())?.pieces {
        match piece? {
            Piece::Statement(_) => at += 1,
            Piece::Line(entry) => {
                let movement = entry.movement;
                let movement =
                    movement.filter(|line| equal.contains(&(told(&account(at)), line.booked_on, line.net.0)));
                all.extend(movement.map(|movement| Line {
                    statement: at,
                    day: movement.booked_on.to_string(),
                    amount: movement.net.plain(),
                    label: movement.label,
                    reference: movement.reference,
                }));
            }
        }
    }
    to.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n",
    )?;
    for (at, account) in accounts.iter().enumerate() {
        let mut of_statement = all.iter().filter(|line| line.statement == at).peekable();
        if of_statement.peek().is_none() {
            continue;
        }
        writeln!(to, "<Stmt><Id>{}</Id><Acct><Id>{}</Id><Ccy>EUR</Ccy></Acct>", at + 1, told(account))?;
        for line in of_statement {
            line.entry(&mut to)?;
        }
        writeln!(to, "</Stmt>")?;
    }
    to.write_all(b"</BkToCstmrStmt></Document>\n")?;
    to.flush()?;
    Ok(right)
}

/// An account as CAMT tells it.
fn told(account: &AccountRef) -> String {
    match (&account.iban, &account.local) {
        (Some(iban), _) => format!("<IBAN>{}</IBAN>", escape(iban)),
        (None, Some(local)) => format!("<Othr><Id>{}</Id></Othr>", escape(local)),
        (None, None) => String::new(),
    }
}
