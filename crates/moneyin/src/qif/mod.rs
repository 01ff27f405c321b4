//! Reads QIF: lines that begin with a letter, records that end with `^`.
//!
//! QIF says neither currency nor which of day and month comes first, nor which mark is the decimal one: the whole file
//! decides (as PayPal's does), day first and comma where nothing tells. It says no balance, save that a first record
//! named “Opening Balance” holds the one before. An account has a name, seldom a number: a file of several accounts is
//! refused, since nothing says which is which.

mod record;

use std::collections::HashMap;
use std::io::{Read, Seek};

use rules::fold::search_key;
use rules::money::Cents;

use crate::bank_key::BankKeys;
use crate::line::{AccountRef, Entry, Piece, Reading, Statement};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::text::{self, Encoding, Looked};
use crate::why::Why;
use record::{Marks, Record, Survey};

/// The lines of a file, and its statements, each after its lines.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    lines: text::Lines<R>,
    marks: Marks,
    section: Section,
    name: String,
    /// The account whose lines were read.
    of: Option<String>,
    current: Option<Statement>,
    record: Record,
    keys: HashMap<AccountRef, BankKeys>,
    statements: u64,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// What a part of the file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Lines of an account.
    Lines,
    /// Accounts by name.
    Accounts,
    /// Categories, classes, securities, what was memorised.
    Other,
}

/// The name of an account when it is a number.
fn account_number(name: &str) -> Option<String> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 7 && digits * 2 > plain.len()).then_some(plain)
}

/// Reads `!Type:Bank`; none for a line that opens no part.
fn section(line: &str) -> Option<Section> {
    let key = search_key(line.strip_prefix('!')?);
    let key = key.trim();
    Some(match key {
        "account" => Section::Accounts,
        _ => match key.strip_prefix("type:").map(str::trim) {
            Some("bank" | "ccard" | "cash" | "oth a" | "oth l") => Section::Lines,
            Some(_) => Section::Other,
            None if key.starts_with("option") || key.starts_with("clear") => return None,
            None => Section::Other,
        },
    })
}

/// Opens a file and reads it once for its marks.
///
/// # Errors
/// The disk's; [`FileRefusal::OtherKind`] for a file that does not begin with `!`.
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    let looked = text::look(&mut file)?.map_err(FileRefusal::NotText)?;
    let encoding = looked.candidates().next().copied().unwrap_or(Encoding::Utf8);
    let marks = survey(&mut file, &looked, encoding)?;
    let lines = text::Lines::open(file, &looked, encoding)?;
    let seen =
        Seen { kind: Kind::Qif, encoding, separator: None, unknown: Vec::new(), version: String::new() };
    Ok(Entries {
        seen,
        lines,
        marks,
        section: Section::Other,
        name: String::new(),
        of: None,
        current: None,
        record: Record::default(),
        keys: HashMap::new(),
        statements: 0,
        over: false,
    })
}

fn survey<R: Read + Seek>(file: &mut R, looked: &Looked, encoding: Encoding) -> Result<Marks, Broken> {
    let mut lines = text::Lines::open(&mut *file, looked, encoding)?;
    let (mut survey, mut first) = (Survey::default(), true);
    while let Some((_, line)) = lines.next_line()? {
        let Ok(line) = line else { continue };
        if line.trim().is_empty() {
            continue;
        }
        if first && !line.trim_start().starts_with('!') {
            let found = line.chars().take(60).collect();
            return Err(FileRefusal::OtherKind { expected: "QIF", found }.into());
        }
        first = false;
        survey.see(&line);
    }
    Ok(survey.marks())
}

impl<R: Read> Entries<R> {
    /// One more line of the file; whether it goes on.
    fn step(&mut self) -> Result<(bool, Option<Piece>), Broken> {
        let Some((number, line)) = self.lines.next_line()? else {
            if self.record.is_open() {
                return Err(FileRefusal::Truncated.into());
            }
            let last = self.end();
            if self.statements == 0 {
                return Err(FileRefusal::NoLine.into());
            }
            return Ok((false, last));
        };
        let Ok(line) = line else { return Err(FileRefusal::TooLarge.into()) };
        let line = line.trim();
        if line.starts_with('!') {
            let Some(section) = section(line) else { return Ok((true, None)) };
            self.section = section;
            self.record = Record::default();
            let before = (section == Section::Lines).then(|| self.end()).flatten();
            if section == Section::Lines {
                if self.of.get_or_insert_with(|| self.name.clone()) != &self.name {
                    return Err(FileRefusal::SeveralAccounts { found: self.name.clone() }.into());
                }
                self.current = Some(Statement {
                    name: self.name.clone(),
                    account: AccountRef { iban: None, local: account_number(&self.name) },
                    currency: "EUR".into(),
                    ..Statement::default()
                });
            }
            return Ok((true, before));
        }
        if line != "^" {
            self.record.learn(number, line)?;
            return Ok((true, None));
        }
        let record = std::mem::take(&mut self.record);
        match self.section {
            Section::Accounts => {
                // Two accounts may have one name in two files: it is kept as it stands.
                self.name = record.account();
                Ok((true, None))
            }
            Section::Lines => Ok((true, self.entry(&record))),
            Section::Other => Ok((true, None)),
        }
    }

    fn end(&mut self) -> Option<Piece> {
        let done = self.current.take()?;
        self.statements += 1;
        Some(Piece::Statement(done))
    }

    fn entry(&mut self, record: &Record) -> Option<Piece> {
        let current = self.current.as_mut()?;
        if record.is_empty() {
            return None;
        }
        let line = record.line;
        if record.is_opening()
            && current.lines == 0
            && let (Ok(day), Ok(cents)) = (record.day(self.marks), record.amount(self.marks))
        {
            current.opening = Some((day, cents));
            let mut entry = Entry::refused(line, String::new(), Why::OpeningBalance, record.shown());
            entry.reading = Reading::Ignored(Why::OpeningBalance);
            return Some(Piece::Line(entry));
        }
        let read = record.movement(self.marks).and_then(|movement| {
            let sum = current.sum.checked_add(movement.net);
            let sum: Cents = sum.ok_or_else(|| Why::TooMuch { amount: movement.net.csv_fr() })?;
            Ok((movement, sum))
        });
        Some(Piece::Line(match read {
            Ok((movement, sum)) => {
                current.sum = sum;
                current.lines += 1;
                let keys = self.keys.entry(current.account.clone()).or_default();
                let key = keys.next(movement.booked_on, movement.net);
                Entry::of_bank(line, key, movement)
            }
            Err(why) => record.refused(self.marks, why),
        }))
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            match self.step() {
                Ok((more, piece)) => {
                    self.over = !more;
                    if let Some(piece) = piece {
                        return Some(Ok(piece));
                    }
                }
                Err(broken) => {
                    self.over = true;
                    return Some(Err(broken));
                }
            }
        }
        None
    }
}
