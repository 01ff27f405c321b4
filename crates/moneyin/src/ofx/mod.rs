//! Reads OFX: 1.x, an SGML whose small elements never close, and 2.x, which is XML. One reader takes both: an element
//! with a text is a value, one without is a group, and what closes a value says nothing.
//!
//! The day of a line is the one the bank writes, whatever its clock. OFX tells the balance after the lines, never the
//! one before. A bank account in France is told by its bank, its branch and its number, which are what its IBAN holds.

mod tags;
mod transaction;

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Seek};

use chrono::NaiveDate;
use rules::money::Cents;

use crate::bank_key::BankKeys;
use crate::line::{AccountRef, Entry, Piece, Statement};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::text;
use crate::why::Why;
use tags::{Tag, Tags};
use transaction::Transaction;
pub(crate) use transaction::label;

/// The lines of a file, and its statements, each after its lines.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    tags: Tags<R>,
    due: VecDeque<Piece>,
    transaction: Option<Transaction>,
    current: Option<Current>,
    keys: HashMap<AccountRef, BankKeys>,
    entries: u64,
    statements: u64,
    /// A group that is no bank account: investments, a profile.
    other: Option<String>,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// A statement that is being read.
#[derive(Debug, Default)]
struct Current {
    bank: String,
    branch: String,
    number: String,
    in_account: bool,
    in_ledger: bool,
    balance: Option<Cents>,
    as_of: Option<NaiveDate>,
    lines: u64,
    sum: Cents,
}

/// Opens a file and looks at its beginning.
///
/// # Errors
/// The disk's; [`FileRefusal::OtherKind`] for another file, [`FileRefusal::Doctype`].
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    if let Some(not) = text::not_markup(&mut file)? {
        return Err(FileRefusal::NotText(not).into());
    }
    let (encoding, _) = text::letters(&mut file)?;
    let mut tags = Tags::new(file, encoding);
    let version = tags.find_root()?;
    let seen = Seen { kind: Kind::Ofx, encoding, separator: None, unknown: Vec::new(), version };
    Ok(Entries {
        seen,
        tags,
        due: VecDeque::new(),
        transaction: None,
        current: None,
        keys: HashMap::new(),
        entries: 0,
        statements: 0,
        other: None,
        over: false,
    })
}

impl Current {
    fn account(&self) -> AccountRef {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let (bank, branch, number) = (plain(&self.bank), plain(&self.branch), plain(&self.number));
        let letters = |text: &str, from: usize, to: usize, test: fn(&u8) -> bool| {
            text.as_bytes().get(from..to).is_some_and(|part| part.iter().all(test))
        };
        let is_iban = number.len() >= 15
            && letters(&number, 0, 2, u8::is_ascii_alphabetic)
            && letters(&number, 2, 4, u8::is_ascii_digit);
        if is_iban {
            return AccountRef { iban: Some(number), local: None };
        }
        let local = match number.len() {
            23 if letters(&number, 0, 10, u8::is_ascii_digit) => number.chars().take(21).collect(),
            _ if number.is_empty() => String::new(),
            _ => format!("{bank}{branch}{number}"),
        };
        let told = local.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) && local.len() <= 40;
        AccountRef { iban: None, local: told.then_some(local) }
    }

    fn statement(&self) -> Statement {
        Statement {
            account: self.account(),
            currency: "EUR".into(),
            closing: self.as_of.zip(self.balance),
            lines: self.lines,
            sum: self.sum,
            ..Statement::default()
        }
    }
}

impl<R: Read> Entries<R> {
    /// One more tag; whether the file goes on.
    fn step(&mut self) -> Result<bool, Broken> {
        let Tag { name, text } = match self.tags.next()? {
            Some(tag) => tag,
            None => return Err(FileRefusal::Truncated.into()),
        };
        match name.as_str() {
            "/OFX" => {
                self.end_transaction();
                self.end_statement();
                if self.statements == 0 {
                    let found = self.other.clone().unwrap_or_else(|| "OFX".into());
                    let refusal = match self.other {
                        Some(_) => FileRefusal::OtherKind { expected: "OFX, BANKMSGSRSV1", found },
                        None => FileRefusal::NoLine,
                    };
                    return Err(refusal.into());
                }
                return Ok(false);
            }
            "STMTRS" | "CCSTMTRS" => {
                self.end_statement();
                self.current = Some(Current::default());
            }
            "/STMTRS" | "/CCSTMTRS" => self.end_statement(),
            "INVSTMTRS" | "PROFRS" | "SIGNUPMSGSRSV1" => {
                self.other.get_or_insert(name);
            }
            "CURDEF" if !text.is_empty() && !text.eq_ignore_ascii_case("EUR") => {
                return Err(FileRefusal::Currency { found: text.chars().take(10).collect() }.into());
            }
            "STMTTRN" if self.current.is_some() => {
                self.end_transaction();
                self.transaction = Some(Transaction::default());
            }
            "/STMTTRN" | "/BANKTRANLIST" => self.end_transaction(),
            _ => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.learn(&name, text);
                } else if let Some(current) = &mut self.current {
                    current.learn(&name, &text);
                }
            }
        }
        Ok(true)
    }

    fn end_statement(&mut self) {
        self.end_transaction();
        if let Some(done) = self.current.take() {
            self.statements += 1;
            self.due.push_back(Piece::Statement(done.statement()));
        }
    }

    fn end_transaction(&mut self) {
        let (Some(transaction), Some(current)) = (self.transaction.take(), &mut self.current) else { return };
        self.entries += 1;
        let line = self.entries;
        let read = transaction.movement().and_then(|movement| {
            let sum = current.sum.checked_add(movement.net);
            let sum = sum.ok_or_else(|| Why::TooMuch { amount: movement.net.csv_fr() })?;
            Ok((movement, sum))
        });
        let entry = match read {
            Ok((movement, sum)) => {
                current.sum = sum;
                current.lines += 1;
                let keys = self.keys.entry(current.account()).or_default();
                let key = keys.next(movement.booked_on, movement.net);
                Entry::of_bank(line, key, movement)
            }
            Err(why) => transaction.refused(line, why),
        };
        self.due.push_back(Piece::Line(entry));
    }
}

impl Current {
    fn learn(&mut self, name: &str, text: &str) {
        match name {
            "BANKACCTFROM" | "CCACCTFROM" => self.in_account = true,
            "/BANKACCTFROM" | "/CCACCTFROM" | "BANKTRANLIST" => self.in_account = false,
            "LEDGERBAL" => (self.in_account, self.in_ledger) = (false, true),
            "/LEDGERBAL" | "AVAILBAL" | "BALLIST" => self.in_ledger = false,
            "BANKID" if self.in_account => self.bank = text.to_owned(),
            "BRANCHID" if self.in_account => self.branch = text.to_owned(),
            "ACCTID" if self.in_account => self.number = text.to_owned(),
            "BALAMT" if self.in_ledger => self.balance = transaction::amount(text),
            "DTASOF" if self.in_ledger => self.as_of = transaction::day(text),
            _ => {}
        }
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(piece) = self.due.pop_front() {
                return Some(Ok(piece));
            }
            if self.over {
                return None;
            }
            match self.step() {
                Ok(more) => self.over = !more,
                Err(broken) => {
                    self.over = true;
                    self.due.clear();
                    return Some(Err(broken));
                }
            }
        }
    }
}
