//! A record, and the marks of the file it is in.

use chrono::NaiveDate;
use rules::fold::{one_line, search_key};
use rules::money::Cents;

use crate::line::{Entry, Movement};
use crate::ofx::label;
use crate::refusal::FileRefusal;
use crate::table::{cut, short};
use crate::why::Why;

/// Lines of one record.
const MOST_LINES: usize = 10_000;

/// How a file writes days and amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    month_first: bool,
    point: bool,
}

/// What a whole file tells of its marks.
#[derive(Debug, Default)]
pub struct Survey {
    day_first: u64,
    month_first: u64,
    comma: u64,
    point: u64,
}

impl Survey {
    /// Sees a line of the file.
    pub fn see(&mut self, line: &str) {
        let value = line.get(1..).unwrap_or("").trim();
        match line.chars().next() {
            Some('D') => {
                self.day_first += u64::from(day(value, false).is_some());
                self.month_first += u64::from(day(value, true).is_some());
            }
            Some('T' | 'U') => match value.rfind([',', '.']) {
                // Two decimals, or one: the mark before them is the decimal one.
                Some(at) if (1..=2).contains(&(value.len() - at - 1)) => {
                    if value.get(at..).is_some_and(|end| end.starts_with(',')) {
                        self.comma += 1;
                    } else {
                        self.point += 1;
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The marks: day first and comma when nothing tells.
    pub fn marks(&self) -> Marks {
        Marks { month_first: self.month_first > self.day_first, point: self.point > self.comma }
    }
}

/// `31/12/2025`, `31/12/25`, `31.12.2025`, `12/31'25`, `12/31' 5`, `2025-12-31`.
fn day(typed: &str, month_first: bool) -> Option<NaiveDate> {
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', '\'']).collect();
    let [a, b, year] = parts.as_slice() else { return None };
    let number = |text: &str| {
        (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (a, b, year) = (number(a)?, number(b)?, number(year)?);
    let year = if year < 80 {
        2000 + year
    } else if year < 100 {
        1900 + year
    } else {
        year
    };
    let (day, month) = if month_first { (b, a) } else { (a, b) };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| year >= 1900)
}

/// A record as it is written.
#[derive(Debug, Default)]
pub struct Record {
    /// Line of the file where it begins.
    pub line: u64,
    day: String,
    amount: String,
    payee: String,
    memo: String,
    number: String,
    lines: usize,
}

impl Record {
    /// Hears a line.
    pub fn learn(&mut self, number: u64, line: &str) -> Result<(), FileRefusal> {
        let Some(letter) = line.chars().next() else { return Ok(()) };
        if self.lines == 0 {
            self.line = number;
        }
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Err(FileRefusal::TooLarge);
        }
        let value = line.get(letter.len_utf8()..).unwrap_or("").trim();
        match letter {
            'D' => self.day = value.to_owned(),
            'T' => self.amount = value.to_owned(),
            'U' if self.amount.is_empty() => self.amount = value.to_owned(),
            'P' => self.payee = value.to_owned(),
            'M' => self.memo = value.to_owned(),
            'N' => self.number = value.to_owned(),
            _ => {} // categories, splits, what was cleared, addresses
        }
        Ok(())
    }

    /// Whether something was heard and no end came.
    pub fn is_open(&self) -> bool {
        self.lines > 0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.day.is_empty() && self.amount.is_empty()
    }

    /// Name of an account, in a list of accounts.
    pub fn account(&self) -> String {
        one_line(&self.number).chars().take(40).collect()
    }

    /// Whether it holds the balance before the first line.
    pub fn is_opening(&self) -> bool {
        let key = search_key(&self.payee);
        matches!(
            key.as_str(),
            "opening balance" | "solde initial" | "solde d'ouverture" | "beginning balance"
        )
    }

    /// The day.
    pub fn day(&self, marks: Marks) -> Result<NaiveDate, Why> {
        let bad = || Why::BadDate { column: "D".into(), typed: short(&self.day) };
        day(&self.day, marks.month_first).ok_or_else(bad)
    }

    /// The amount: what is not the decimal mark stands between thousands.
    pub fn amount(&self, marks: Marks) -> Result<Cents, Why> {
        let bad = || Why::BadAmount { column: "T".into(), typed: short(&self.amount) };
        let (decimal, thousands) = if marks.point { ('.', ',') } else { (',', '.') };
        let text: String = self.amount.chars().filter(|c| *c != thousands && !c.is_whitespace()).collect();
        let text = text.replace(decimal, ".");
        match text.rsplit_once('.') {
            Some((_, decimals)) if decimals.len() > 2 => Err(bad()),
            Some((whole, "")) => Cents::parse(whole).map_err(|_| bad()),
            _ => Cents::parse(&text).map_err(|_| bad()),
        }
    }

    /// What is shown of a record that is not taken.
    pub fn shown(&self) -> String {
        let parts = [&self.day, &self.amount, &self.number, &self.payee, &self.memo];
        let shown = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str);
        one_line(&shown.collect::<Vec<_>>().join(" ")).chars().take(500).collect()
    }

    /// The entry that refuses it.
    pub fn refused(&self, marks: Marks, why: Why) -> Entry {
        Entry::refused(self.line, String::new(), why, self.shown()).telling(
            (self.day(marks).ok(), &self.day),
            (self.amount(marks).ok(), &self.amount),
            &label(&self.payee, &self.memo),
            &self.number,
        )
    }

    /// The movement.
    pub fn movement(&self, marks: Marks) -> Result<Movement, Why> {
        let net = self.amount(marks)?;
        Ok(Movement {
            label: cut(&label(&self.payee, &self.memo)),
            reference: cut(&self.number),
            ..Movement::of_bank(net, self.day(marks)?)
        })
    }
}
