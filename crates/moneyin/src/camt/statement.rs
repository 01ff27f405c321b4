//! What a statement says of its account.

use std::io::Read;

use chrono::NaiveDate;
use rules::money::Cents;

use super::entry::{amount, day, signed};
use crate::line::{AccountRef, Statement};
use crate::refusal::{Broken, FileRefusal};
use crate::xml::{Text, Xml};

/// A balance of a statement.
#[derive(Debug, Clone, Default)]
pub struct Balance {
    code: String,
    amount: Option<Cents>,
    currency: Option<String>,
    credit: Option<bool>,
    day: Option<NaiveDate>,
}

impl Balance {
    /// Reads the element that opened last.
    pub fn read<R: Read>(xml: &mut Xml<R>) -> Result<Self, Broken> {
        let mut balance = Self::default();
        xml.within(|path, text| {
            match path {
                ["Tp", "CdOrPrtry", "Cd"] | ["Tp", "Cd"] => balance.code = text.text,
                ["Amt"] => {
                    balance.amount = amount(&text.text);
                    balance.currency = text.currency;
                }
                ["CdtDbtInd"] => balance.credit = signed(&text.text),
                ["Dt", "Dt" | "DtTm"] | ["Dt"] => balance.day = day(&text.text).or(balance.day),
                _ => {}
            }
            Ok(())
        })?;
        Ok(balance)
    }

    fn told(&self) -> Option<(NaiveDate, Cents)> {
        let cents = self.amount?;
        let cents = if self.credit? { cents } else { cents.checked_neg()? };
        Some((self.day?, cents))
    }
}

/// A statement that is being read.
#[derive(Debug, Clone, Default)]
pub struct Stmt {
    /// Its account.
    pub account: AccountRef,
    /// Lines read.
    pub lines: u64,
    /// Their sum.
    pub sum: Cents,
    name: String,
    currency: Option<String>,
    opening: Option<(NaiveDate, Cents)>,
    closed_before: Option<(NaiveDate, Cents)>,
    closing: Option<(NaiveDate, Cents)>,
}

impl Stmt {
    /// Hears an element of the statement that is neither an entry nor a balance.
    pub fn learn(&mut self, path: &[String], name: &str, text: Text) -> Result<(), FileRefusal> {
        let path: Vec<&str> = path.iter().map(String::as_str).chain(std::iter::once(name)).collect();
        match path.as_slice() {
            ["Id"] => self.name = text.text.chars().take(80).collect(),
            ["Acct", "Id", "IBAN"] => {
                let iban: String = text.text.chars().filter(|c| !c.is_whitespace()).collect();
                self.account.iban = (!iban.is_empty() && iban.len() <= 34).then(|| iban.to_uppercase());
            }
            ["Acct", "Id", "Othr" | "PrtryAcct", "Id"] => {
                let local: String = text.text.chars().filter(|c| !c.is_whitespace()).take(40).collect();
                self.account.local = (!local.is_empty()).then(|| local.to_uppercase());
            }
            ["Acct", "Ccy"] => self.set_currency(&text.text)?,
            _ => {}
        }
        Ok(())
    }

    /// A balance: the first that opens counts, and the last that closes. What closed the day before opens the next.
    pub fn add(&mut self, balance: Balance) -> Result<(), FileRefusal> {
        let Some(told) = balance.told() else { return Ok(()) };
        match balance.code.as_str() {
            "OPBD" | "PRCD" | "CLBD" => {
                if let Some(currency) = &balance.currency {
                    self.set_currency(currency)?;
                }
            }
            _ => return Ok(()),
        }
        match balance.code.as_str() {
            "OPBD" => self.opening = self.opening.or(Some(told)),
            "PRCD" => self.closed_before = self.closed_before.or(Some(told)),
            _ => self.closing = Some(told),
        }
        Ok(())
    }

    fn set_currency(&mut self, currency: &str) -> Result<(), FileRefusal> {
        if !currency.eq_ignore_ascii_case("EUR") {
            return Err(FileRefusal::Currency { found: currency.chars().take(10).collect() });
        }
        self.currency = Some("EUR".into());
        Ok(())
    }

    /// The account's currency, when it was told.
    pub fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or("EUR")
    }

    /// The statement, read to its end.
    pub fn finish(self) -> Statement {
        let before = self.closed_before.and_then(|(day, cents)| Some((day.succ_opt()?, cents)));
        Statement {
            name: self.name,
            account: self.account,
            currency: "EUR".into(),
            opening: self.opening.or(before),
            closing: self.closing,
            lines: self.lines,
            sum: self.sum,
        }
    }
}
