//! What a reader makes of a file: for each line a gift, or the reason why there is none.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rules::address::PostalAddress;
use rules::gift::Method;
use rules::money::Cents;
use serde::{Deserialize, Serialize};

use crate::platform::Say;

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

    /// What is the same for the same person typed again in another case: name, address. `None` when too
    /// little is known to say that two lines are of one person.
    pub fn likeness(&self) -> Option<String> {
        if self.name().is_empty() || self.address.postal_code.is_empty() {
            return None;
        }
        let parts = [&self.organisation, &self.last_name, &self.first_names, &self.address.postal_code];
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
    Changed { fields } = "imports-why-changed",
    /// The ledger says something else, but a receipt stands on it.
    ChangedOnReceipt { fields, number } = "imports-why-changed-on-receipt",
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
    /// A law of gifts refuses it.
    Law { key, date } = "imports-why-law",
}
