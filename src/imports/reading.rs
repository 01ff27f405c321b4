//! What is kept of a line of a file, and what becomes of it. The lines themselves are read by the crate `moneyin`.

use moneyin::Sentence;
use moneyin::sheet::{Again, again};
use rules::money::Cents;
use rules::receipt::input::DonorKind;
use serde::{Deserialize, Serialize};

pub use moneyin::any::Format;
pub use moneyin::{Entry, Gift, Giver, Movement, Piece, Reading, Seen, Statement, Why};

use crate::donors::DonorFacts;
use crate::platform::Say;

/// A payment tool or a bank whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(pub Format);

impl Source {
    /// Every source.
    pub const ALL: [Self; 10] = [
        Self(Format::HelloAsso),
        Self(Format::Stripe),
        Self(Format::PayPal),
        Self(Format::Cheques),
        Self(Format::Sepa),
        Self(Format::BankCsv),
        Self(Format::Camt),
        Self(Format::Ofx),
        Self(Format::Qif),
        Self(Format::Generic),
    ];
    /// HelloAsso.
    pub const HELLOASSO: Self = Self(Format::HelloAsso);
    /// Cheque deposit slips.
    pub const CHEQUES: Self = Self(Format::Cheques);
    /// SEPA direct debits.
    pub const SEPA: Self = Self(Format::Sepa);
    /// A bank's statement, as ISO 20022 has it.
    pub const CAMT: Self = Self(Format::Camt);
    /// Any other table of gifts.
    pub const GENERIC: Self = Self(Format::Generic);

    /// Code in the ledger, on the command line and in forms.
    pub const fn code(self) -> &'static str {
        match self.0 {
            Format::HelloAsso => "helloasso",
            Format::Stripe => "stripe",
            Format::PayPal => "paypal",
            Format::BankCsv => "bank-csv",
            Format::Camt => "camt053",
            Format::Ofx => "ofx",
            Format::Qif => "qif",
            Format::Cheques => "cheques",
            Format::Sepa => "sepa",
            Format::Generic => "generic",
        }
    }

    /// Its name; that of a bank's table is in the catalogues.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Format::HelloAsso => "HelloAsso",
            Format::Stripe => "Stripe",
            Format::PayPal => "PayPal",
            Format::BankCsv => "CSV",
            Format::Camt => "CAMT.053",
            Format::Ofx => "OFX",
            Format::Qif => "QIF",
            Format::Cheques => "Chèques",
            Format::Sepa => "SEPA",
            Format::Generic => "CSV",
        }
    }

    /// Whether its files are statements of a bank account.
    pub const fn is_bank(self) -> bool {
        self.0.is_bank()
    }

    /// Whether lines of a file in this state can be put right. Those of a statement that is no table once it is taken: the
    /// lines beside them that are read again are then known.
    pub fn may_correct(self, state: &str) -> bool {
        match again(self.0) {
            Some(Again::Alone | Again::Whole) => true,
            Some(Again::Statement) => state == "taken",
            None => false,
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// The record of a donor. Who left a mail address and no name is called by that address.
pub fn donor_of(giver: &Giver) -> DonorFacts {
    let nameless = giver.name().is_empty();
    DonorFacts {
        kind: if giver.organisation.is_empty() { DonorKind::Person } else { DonorKind::Organisation },
        last_name: if nameless { giver.mail.clone().unwrap_or_default() } else { giver.last_name.clone() },
        first_names: giver.first_names.clone(),
        organisation: giver.organisation.clone(),
        legal_form: giver.legal_form.clone(),
        siren: giver.siren.clone(),
        address: giver.address.clone(),
        mails: giver.mail.iter().cloned().collect(),
        ..DonorFacts::default()
    }
}

/// A reader's sentence, as the catalogues take it.
pub fn say(sentence: Sentence) -> Say {
    let say = Say::new(sentence.key);
    sentence.values.into_iter().fold(say, |say, (name, value)| say.with(name, value))
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What is kept of a file beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// What was seen of it.
    #[serde(flatten)]
    pub seen: Seen,
    /// Its statements, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// What lacks between the balances that a payment tool tells and its lines: some of them are not in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Cents>,
    /// The last line of the audit when its lines began to be judged: what changed since is told by later ones (law S2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_at: Option<i64>,
}

/// What is kept of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The gift, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gift: Option<Gift>,
    /// What it does to the account, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<Movement>,
    /// The statement of the file that it is part of, counted from 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub statement: usize,
    /// The line as it stands in the file, if it is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not in the ledger: will be written.
    New,
    /// In the ledger as it is.
    Known,
    /// In the ledger otherwise: will be taken back and written again.
    Changed,
    /// A person must decide: nothing is written.
    Conflict,
    /// Cannot be read or written.
    Refused,
    /// No gift.
    Ignored,
}

impl Verdict {
    /// In the order of a page.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Changed, Self::Conflict, Self::Refused, Self::Known, Self::Ignored];

    /// Code kept in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Known => "known",
            Self::Changed => "changed",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
            Self::Ignored => "ignored",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}
