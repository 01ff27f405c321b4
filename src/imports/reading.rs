//! What a reader makes of a file: for each line a gift, or the reason why there is none.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rules::address::PostalAddress;
use rules::gift::Method;
use rules::money::Cents;
use rules::receipt::input::DonorKind;
use serde::{Deserialize, Serialize};

use crate::donors::DonorFacts;
use crate::platform::Say;

/// A payment tool or a bank whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// HelloAsso.
    #[serde(rename = "helloasso")]
    HelloAsso,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 1] = [Self::HelloAsso];
    /// Sources that the contract names and that are still to come.
    pub const TO_COME: [&str; 6] = ["stripe", "paypal", "bank-csv", "camt053", "ofx", "generic"];

    /// Code in the ledger, on the command line and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HelloAsso => "helloasso",
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HelloAsso => "HelloAsso",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

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
    /// The record of a donor. Who left a mail address and no name is called by that address.
    pub fn donor(&self) -> DonorFacts {
        let nameless = self.name().is_empty();
        DonorFacts {
            kind: if self.organisation.is_empty() { DonorKind::Person } else { DonorKind::Organisation },
            last_name: if nameless { self.mail.clone().unwrap_or_default() } else { self.last_name.clone() },
            first_names: self.first_names.clone(),
            organisation: self.organisation.clone(),
            legal_form: self.legal_form.clone(),
            siren: self.siren.clone(),
            address: self.address.clone(),
            mails: self.mail.iter().cloned().collect(),
            ..DonorFacts::default()
        }
    }

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

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A gift.
    Gift(Box<Gift>),
    /// Something else than a gift: kept with its reason, no fault.
    Ignored(Why),
    /// A line that cannot be read.
    Refused(Why),
}

/// What is kept of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The gift, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gift: Option<Gift>,
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

/// A line of the import: a line of a file may give two (dues and the gift added to them).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line of the file, from 1.
    pub line: u64,
    /// Name of the gift at the source; empty when the line does not tell.
    pub key: String,
    /// Order that the gift belongs to, the same in every export of the source.
    pub order: Option<String>,
    /// What it says.
    pub reading: Reading,
    /// The line as it stands in the file, for one that is refused; cut at 500 characters.
    pub text: String,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $({ $($field:ident),* })? = $key:literal,)+) => {
        /// Why a line is what it is.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "why", rename_all = "snake_case")]
        pub enum Why {
            $($(#[$doc])* $name $({ $(#[allow(missing_docs)] $field: String),* })?,)+
        }

        impl Why {
            /// The sentence for the person.
            pub fn say(&self) -> Say {
                match self {
                    $(Self::$name $({ $($field),* })? =>
                        Say::new($key)$($(.with(stringify!($field), $field.clone()))*)?,)+
                }
            }
        }
    };
}

reasons! {
    /// A quote opens and never closes.
    Quotes = "imports-why-quotes",
    /// Fewer cells than columns.
    TooFew { found, expected } = "imports-why-too-few",
    /// More cells than columns.
    TooMany { found, expected } = "imports-why-too-many",
    /// Longer than any line of a payment tool.
    TooLong = "imports-why-too-long",
    /// A character that is none.
    Unreadable = "imports-why-unreadable",
    /// No reference.
    NoKey { column } = "imports-why-no-key",
    /// Not an amount.
    BadAmount { column, typed } = "imports-why-bad-amount",
    /// An amount below zero.
    Negative { typed } = "imports-why-negative",
    /// The added gift is more than the whole payment.
    AddedAboveTotal { added, total } = "imports-why-added-above-total",
    /// Not a date.
    BadDate { column, typed } = "imports-why-bad-date",
    /// A state that nobody here knows.
    UnknownStatus { typed } = "imports-why-unknown-status",
    /// A kind of payment that nobody here knows.
    UnknownKind { typed } = "imports-why-unknown-kind",
    /// An order whose line does not say whether it is a gift.
    UnknownTariff { typed } = "imports-why-unknown-tariff",
    /// Another currency than the euro.
    Currency { typed } = "imports-why-currency",
    /// Dues.
    Dues = "imports-why-dues",
    /// A ticket.
    Ticket = "imports-why-ticket",
    /// Something sold.
    Sale = "imports-why-sale",
    /// Nothing to pay.
    Free = "imports-why-free",
    /// Not paid yet.
    NotYetPaid { typed } = "imports-why-not-yet-paid",
    /// Never paid.
    NeverPaid { typed } = "imports-why-never-paid",
    /// Paid back to the donor.
    Refunded = "imports-why-refunded",
    /// Nobody is named: the gift is anonymous.
    Anonymous = "imports-why-anonymous",
    /// Not a mail address: left out.
    MailLeftOut { typed } = "imports-why-mail-left-out",
    /// Not a SIREN: left out.
    SirenLeftOut { typed } = "imports-why-siren-left-out",
    /// No country of that name: left out.
    CountryLeftOut { typed } = "imports-why-country-left-out",
    /// Not a day: left out.
    DayLeftOut { column, typed } = "imports-why-day-left-out",
    /// The same line twice in the file.
    Twice { line } = "imports-why-twice",
    /// The same reference twice, with other facts.
    TwiceOtherwise { line } = "imports-why-twice-otherwise",
    /// Already in the ledger.
    Known = "imports-why-known",
    /// In the ledger; since then the provider paid out.
    KnownPaidOut { day } = "imports-why-known-paid-out",
    /// In the ledger by the other export of the same order.
    KnownByOrder { order } = "imports-why-known-by-order",
    /// The other export of the same order says something else.
    OrderOtherwise { order } = "imports-why-order-otherwise",
    /// The ledger says something else.
    Changed { was, now } = "imports-why-changed",
    /// The ledger says something else, but a receipt stands on it.
    ChangedOnReceipt { was, now, number } = "imports-why-changed-on-receipt",
    /// The ledger's line was taken back by hand.
    TakenBack = "imports-why-taken-back",
    /// The money went back, but the gift is in the ledger.
    RefundedInLedger = "imports-why-refunded-in-ledger",
    /// The mail address belongs to several donors.
    SeveralDonors { mail, count } = "imports-why-several-donors",
    /// The mail address belongs to a donor of another name.
    OtherName { name } = "imports-why-other-name",
    /// Somebody of the same name and postal code is known.
    Resembles { name } = "imports-why-resembles",
    /// The day of payment is after today.
    Future { day } = "imports-why-future",
    /// The association counts the day it was credited, and that day is not known.
    CreditedNeeded = "imports-why-credited-needed",
    /// Beyond what an association can be given.
    TooMuch { amount } = "imports-why-too-much",
    /// A law of gifts or of donors refuses it.
    Law { what } = "imports-why-law",
}
