//! What a reader makes of a file: for each line a gift, a movement of an account, or the reason why it is neither.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rules::address::PostalAddress;
use rules::gift::Method;
use rules::money::Cents;
use serde::{Deserialize, Serialize};

use crate::table::cut;
use crate::why::Why;

/// Who gave, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Giver {
    /// Family name.
    pub last_name: String,
    /// First names.
    pub first_names: String,
    /// Name of the organisation; empty for a person.
    pub organisation: String,
    /// Its legal form.
    pub legal_form: String,
    /// Its SIREN, checked.
    pub siren: Option<String>,
    /// Mail address, normalised.
    pub mail: Option<String>,
    /// Postal address.
    pub address: PostalAddress,
}

impl Giver {
    /// Whether the file says nothing of who gave.
    pub fn is_nobody(&self) -> bool {
        self.mail.is_none() && self.name().is_empty()
    }

    /// `Zoë d’Œ`, or the organisation.
    pub fn name(&self) -> String {
        if self.organisation.is_empty() {
            format!("{} {}", self.first_names, self.last_name).trim().to_owned()
        } else {
            self.organisation.clone()
        }
    }

    /// What is the same for one person in two lines of one file: the mail address, else name and whole
    /// address, whatever the case. `None` when too little is known to say that two lines are of one person.
    pub fn likeness(&self) -> Option<String> {
        if let Some(mail) = &self.mail {
            return Some(mail.clone());
        }
        let address = &self.address;
        if self.name().is_empty() || address.postal_code.is_empty() || address.street.is_empty() {
            return None;
        }
        let street = address.street.join(" ");
        let parts = [
            &self.organisation,
            &self.last_name,
            &self.first_names,
            &street,
            &address.postal_code,
            &address.city,
        ];
        Some(parts.map(|part| rules::fold::search_key(part)).join("|"))
    }
}

/// A name in one cell as first names and family name: `Zoë Marie MODÈLE` (a name in capitals is a family name), else
/// the last word is the family name. One word is a family name.
pub fn split_name(name: &str) -> (String, String) {
    let words: Vec<&str> = name.split_whitespace().collect();
    let capitals = |word: &&&str| {
        word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.chars().any(char::is_lowercase)
    };
    let tail = words.iter().rev().take_while(capitals).count();
    let head = words.iter().take_while(capitals).count();
    let (first, last) = match (head, tail) {
        (_, tail) if tail > 0 && tail < words.len() => words.split_at(words.len() - tail),
        (head, _) if head > 0 && head < words.len() => {
            let (last, first) = words.split_at(head);
            (first, last)
        }
        _ => words.split_at(words.len().saturating_sub(1)),
    };
    (first.join(" "), last.join(" "))
}

/// A gift, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gift {
    /// What was given, in cents.
    pub gross: Cents,
    /// What the provider kept, in cents.
    pub fee: Cents,
    /// How it came.
    pub method: Method,
    /// When the donor paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// The day the provider paid out.
    pub provider_credited_on: Option<NaiveDate>,
    /// The day it was received, for what did not pass through the provider.
    pub received_on: Option<NaiveDate>,
    /// Campaign.
    pub campaign: String,
    /// Dues of a member.
    #[serde(default)]
    pub dues: bool,
    /// Number of the receipt made elsewhere (law R6); `?` when there is one without a number.
    pub receipted_elsewhere: Option<String>,
    /// The donor's comment.
    pub comment: String,
    /// Taken back: the money went back to the donor.
    pub refunded: bool,
    /// Who gave.
    pub giver: Giver,
    /// Columns that nobody here knows, by their name in the file.
    pub extra: BTreeMap<String, String>,
    /// What could not be read and was left out; the gift stands without it.
    pub left_out: Vec<Why>,
}

/// What a line says of gifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A gift.
    Gift(Box<Gift>),
    /// A movement of an account and no gift: a payout, a fee, a line of a bank statement.
    Movement,
    /// Something else than a gift: kept with its reason, no fault.
    Ignored(Why),
    /// A line that cannot be read.
    Refused(Why),
}

/// A line of the import: a line of a file may give two (dues and the gift added to them).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line of the file, from 1.
    pub line: u64,
    /// Name of the gift or of the movement at the source; empty when the line does not tell.
    pub key: String,
    /// Order that the gift belongs to, the same in every export of the source.
    pub order: Option<String>,
    /// What it says.
    pub reading: Reading,
    /// What it does to the account that the file is about, gift or not; none when the money never passed there.
    pub movement: Option<Box<Movement>>,
    /// The line as it stands in the file, for one that is refused; cut at 500 characters.
    pub text: String,
    /// What a refused line of a statement that is no table told, under [`crate::apart::NAMES`].
    pub cells: Vec<String>,
}

impl Entry {
    /// A line of a bank's statement.
    pub fn of_bank(line: u64, key: String, movement: Movement) -> Self {
        Self {
            line,
            key,
            order: None,
            reading: Reading::Movement,
            movement: Some(Box::new(movement)),
            text: String::new(),
            cells: Vec::new(),
        }
    }

    /// A line that cannot be read.
    pub fn refused(line: u64, key: String, why: Why, text: String) -> Self {
        Self {
            line,
            key,
            order: None,
            reading: Reading::Refused(why),
            movement: None,
            text,
            cells: Vec::new(),
        }
    }

    /// The same, with the day, the amount, the label and the reference that it told: what could be read of them in one
    /// form, the rest as it stands.
    #[must_use]
    pub fn telling(
        mut self,
        (day, day_told): (Option<NaiveDate>, &str),
        (amount, amount_told): (Option<Cents>, &str),
        label: &str,
        reference: &str,
    ) -> Self {
        let day = day.map_or_else(|| day_told.to_owned(), |day| day.format("%d/%m/%Y").to_string());
        let amount = amount.map_or_else(|| amount_told.to_owned(), Cents::csv_fr);
        self.cells = [&day, &amount, label, reference].map(cut).to_vec();
        self
    }
}

/// What a movement of an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Money of a payer: a gift, dues, a sale.
    Payment,
    /// Money given back to a payer.
    Refund,
    /// A payer's bank took the money back (chargeback, dispute), or gave it again.
    Dispute,
    /// What the provider takes apart from the payments' own fees.
    Fee,
    /// Money sent to the bank; comes back above zero when the bank refused it.
    Payout,
    /// Anything else that moves the balance.
    Other,
    /// A line of a bank statement.
    Bank,
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Payment, Self::Refund, Self::Dispute, Self::Fee, Self::Payout, Self::Other, Self::Bank];

    /// Code kept in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::Fee => "fee",
            Self::Payout => "payout",
            Self::Other => "other",
            Self::Bank => "bank",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A movement of the account that a file is about: a provider's balance, or a bank account. Amounts are signed
/// as that account sees them, and `net = gross - fee`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// What it is.
    pub kind: MovementKind,
    /// Before the provider's fee.
    pub gross: Cents,
    /// The provider's fee; below zero when it is given back.
    pub fee: Cents,
    /// What the balance moves by.
    pub net: Cents,
    /// The day in Paris on which the account moved (booking day at a bank).
    pub booked_on: NaiveDate,
    /// Value day at a bank; day the money became available at a provider.
    pub value_on: Option<NaiveDate>,
    /// The payout that it is part of, by its name at the provider.
    pub payout: Option<String>,
    /// The day of that payout.
    pub paid_out_on: Option<NaiveDate>,
    /// Key of the line that it undoes or that it is about.
    pub about: Option<String>,
    /// Who is at the other end.
    pub party: String,
    /// What the line says.
    pub label: String,
    /// The bank's or the payer's own reference.
    pub reference: String,
    /// The parts of one line that stands for several: direct debits of one collection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Movement {
    /// A line of a bank account: its amount is what the account moves by, and nothing else is known yet.
    pub fn of_bank(net: Cents, booked_on: NaiveDate) -> Self {
        Self {
            kind: MovementKind::Bank,
            gross: net,
            fee: Cents::ZERO,
            net,
            booked_on,
            value_on: None,
            payout: None,
            paid_out_on: None,
            about: None,
            party: String::new(),
            label: String::new(),
            reference: String::new(),
            parts: Vec::new(),
        }
    }
}

/// A part of a movement that stands for several.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Signed as the account sees it.
    pub amount: Cents,
    /// End-to-end reference.
    pub end_to_end: String,
    /// Reference of the mandate (RUM).
    pub mandate: String,
    /// Who is at the other end.
    pub party: String,
    /// What is said of it.
    pub label: String,
    /// Code of the reason for which it came back (`AM04`).
    pub returned: String,
}

/// The account that a file, or a part of one, is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountRef {
    /// IBAN, without spaces, upper case.
    pub iban: Option<String>,
    /// Bank, branch and account number, for a file that has no IBAN: what a French IBAN holds from its fifth
    /// letter on, without the key.
    pub local: Option<String>,
}

/// What a file says of an account as a whole; comes after the lines it sums.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Statement {
    /// Its name in the file.
    pub name: String,
    /// The account.
    pub account: AccountRef,
    /// Currency of the account, `EUR` when nothing is said.
    pub currency: String,
    /// Balance before the first line, with its day.
    pub opening: Option<(NaiveDate, Cents)>,
    /// Balance after the last line, with its day.
    pub closing: Option<(NaiveDate, Cents)>,
    /// Number of lines.
    pub lines: u64,
    /// Their sum.
    pub sum: Cents,
}

impl Statement {
    /// What lacks between opening plus lines and closing; none when one of both is not told.
    pub fn gap(&self) -> Option<Cents> {
        let (opening, closing) = (self.opening?.1, self.closing?.1);
        closing.checked_sub(opening.checked_add(self.sum)?)
    }
}

/// What a reader gives, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A line.
    Line(Entry),
    /// The end of a statement whose lines came before.
    Statement(Statement),
}
