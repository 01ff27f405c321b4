//! Cells of a statement: days, amounts, labels; and what stands before the column names.

use chrono::NaiveDate;
use rules::dates::parse_typed;
use rules::fold::{one_line, search_key};
use rules::money::{AmountError, Cents};

use super::Balance;
use super::columns::Columns;
use crate::table::short;
use crate::why::Why;

/// A line with its columns.
pub struct Line<'a> {
    /// Where they are.
    pub columns: &'a Columns,
    /// What they are called.
    pub names: &'a [String],
    /// The cells.
    pub cells: &'a [String],
}

impl Line<'_> {
    fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |cell| cell.trim())
    }

    fn name(&self, at: usize) -> String {
        self.names.get(at).cloned().unwrap_or_default()
    }

    /// Whether day and amounts are all empty: a heading or a total, no movement.
    pub fn is_empty(&self) -> bool {
        let amounts = [self.columns.amount, self.columns.debit, self.columns.credit];
        self.cell(self.columns.day).is_empty() && amounts.iter().flatten().all(|at| self.cell(*at).is_empty())
    }

    /// A text on one line; empty when there is no such column.
    pub fn text(&self, at: Option<usize>) -> String {
        at.map(|at| one_line(self.cell(at))).unwrap_or_default()
    }

    /// What the line says: its texts one after the other, without those that another one holds already.
    pub fn label(&self) -> String {
        let mut label = String::new();
        for at in &self.columns.labels {
            let text = one_line(self.cell(*at));
            if text.is_empty() || search_key(&label).contains(&search_key(&text)) {
                continue;
            }
            if search_key(&text).starts_with(&search_key(&label)) {
                label = text;
                continue;
            }
            label.push(' ');
            label.push_str(&text);
        }
        one_line(&label)
    }

    /// Number of the account, when it is one.
    pub fn account(&self) -> Option<String> {
        number_of_account(self.cell(self.columns.account?))
    }

    /// Booking day.
    pub fn day(&self) -> Result<NaiveDate, Why> {
        let typed = self.cell(self.columns.day);
        let bad = || Why::BadDate { column: self.name(self.columns.day), typed: short(typed) };
        day(typed, self.columns.month_first).ok_or_else(bad)
    }

    /// Value day, when it is one.
    pub fn value_day(&self) -> Option<NaiveDate> {
        day(self.cell(self.columns.value_day?), self.columns.month_first)
    }

    /// What the account moves by.
    pub fn amount(&self) -> Result<Cents, Why> {
        if let Some(at) = self.columns.currency {
            let typed = search_key(self.cell(at));
            if !matches!(typed.as_str(), "" | "eur" | "euro" | "euros" | "€") {
                return Err(Why::Currency { typed: short(self.cell(at)) });
            }
        }
        if let Some(at) = self.columns.amount {
            return self.read(at)?.ok_or_else(|| self.bad(at));
        }
        let debit = self.columns.debit.map(|at| self.read(at)).transpose()?.flatten();
        let credit = self.columns.credit.map(|at| self.read(at)).transpose()?.flatten();
        // Some banks write 0,00 in the other column.
        match (debit.filter(|cents| cents.0 != 0), credit.filter(|cents| cents.0 != 0)) {
            (Some(debit), None) => Ok(Cents(-debit.0.saturating_abs())),
            (None, Some(credit)) => Ok(credit),
            (None, None) if debit.is_some() || credit.is_some() => Ok(Cents::ZERO),
            (None, None) => Err(self.bad(self.columns.credit.unwrap_or_default())),
            (Some(_), Some(_)) => Err(Why::BothSides),
        }
    }

    fn bad(&self, at: usize) -> Why {
        Why::BadAmount { column: self.name(at), typed: short(self.cell(at)) }
    }

    fn read(&self, at: usize) -> Result<Option<Cents>, Why> {
        match Cents::parse(self.cell(at)) {
            Ok(cents) => Ok(Some(cents)),
            Err(AmountError::Empty) => Ok(None),
            Err(_) => Err(self.bad(at)),
        }
    }
}

/// Reads `31/12/2025`, `31/12/25`, `31.12.2025`, `2025-12-31`; `12/31/2025` when the month comes first.
pub fn day(text: &str, month_first: bool) -> Option<NaiveDate> {
    let text = text.replace('.', "/");
    let parts: Vec<&str> = text.split(['/', ' ']).collect();
    if let [a, b, year] = parts.as_slice()
        && (month_first || year.len() == 2)
    {
        let (day, month) = if month_first { (b, a) } else { (a, b) };
        let century = if year.len() == 2 { "20" } else { "" };
        return parse_typed(&format!("{day}/{month}/{century}{year}")).ok().map(|read| read.day);
    }
    parse_typed(&text).ok().map(|read| read.day)
}

/// Digits of an account number, an IBAN's letters included; none for what holds too few of them, or only zeros.
pub fn number_of_account(text: &str) -> Option<String> {
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 7 && number.len() <= 34 && number.bytes().any(|b| (b'1'..=b'9').contains(&b)))
        .then_some(number)
}

/// The account that the lines before the column names tell: `Compte de Dépôt n° 00012345678;`.
pub fn account(before: &str) -> Option<String> {
    let said = before.lines().find(|line| search_key(line).contains("compte"))?;
    let after = said
        .rsplit_once(['°', ':', ';'])
        .filter(|(_, end)| !end.trim().is_empty())
        .map_or(said, |(_, end)| end);
    let words = after.trim_matches([';', ' ', '"']).split_whitespace().collect::<String>();
    number_of_account(words.rsplit_once('°').map_or(words.as_str(), |(_, end)| end))
}

/// The balance that they tell: `Solde au 13/01/2026 11 903,95`.
pub fn balance(before: &str) -> Balance {
    let said = before.lines().find(|line| search_key(line).contains("solde"))?;
    let words: Vec<&str> =
        said.split([' ', ';', '\u{00A0}', '\u{202F}', '"']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| day(word, false).is_some())?;
    let day = words.get(at).and_then(|word| day(word, false))?;
    let amount = words.get(at + 1..)?.join("");
    Some((day, Cents::parse(amount.trim_start_matches(':')).ok()?))
}
