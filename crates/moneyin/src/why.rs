//! Why a line or a file is what it is: a name and what it is about; the words lie in the catalogues.

use serde::{Deserialize, Serialize};

/// A sentence of the catalogues, not yet in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Key in the catalogues.
    pub key: &'static str,
    /// What stands in its places, by their names; a whole number counts.
    pub values: Vec<(&'static str, String)>,
}

impl Sentence {
    /// Without anything in it.
    pub const fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// With a number.
    #[must_use]
    pub fn count(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.with(name, value.to_string())
    }
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
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Self::$name $({ $($field),* })? =>
                        Sentence::new($key)$($(.with(stringify!($field), $field.clone()))*)?,)+
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
    /// Money given back: the gift that it is about is reversed.
    Refund { about } = "imports-why-refund",
    /// Money given back; nothing says of which gift.
    RefundUnnamed = "imports-why-refund-unnamed",
    /// A known movement that is paid out now.
    MovementPaidOut { payout } = "imports-why-movement-paid-out",
    /// A known movement whose amount is another one now.
    MovementChanged { was, now } = "imports-why-movement-changed",
    /// A movement that is there already.
    MovementKnown = "imports-why-movement-known",
    /// Amount less fee is not the net amount.
    NetOff { told, net } = "imports-why-net-off",
    /// A payment of the tool's test mode.
    TestMode = "imports-why-test-mode",
    /// A line that moves nothing: a hold, an authorisation.
    MovesNothing { typed } = "imports-why-moves-nothing",
    /// A time zone that nobody here knows.
    ZoneLeftOut { typed } = "imports-why-zone-left-out",
    /// The balance before the first line of a file.
    OpeningBalance = "imports-why-opening-balance",
    /// A part of the gift went back.
    PartRefunded { amount } = "imports-why-part-refunded",
    /// Not booked yet.
    NotBooked { typed } = "imports-why-not-booked",
    /// A line of another account than those before it.
    OtherAccount { typed } = "imports-why-other-account",
    /// An amount in both columns, debit and credit.
    BothSides = "imports-why-both-sides",
    /// A movement of the account: no gift.
    MovementOnly = "imports-why-movement-only",
    /// Dues, in files that were read before dues became lines of their own.
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
    /// In the ledger by an export that says less.
    BetterExport { order } = "imports-why-better-export",
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
    /// The day of the gift is in a closed period.
    PeriodClosed { day } = "imports-why-period-closed",
    /// The ledger says something else, but its period is closed.
    ChangedInClosedPeriod { was, now, day } = "imports-why-changed-closed",
    /// The day of payment is after today.
    Future { day } = "imports-why-future",
    /// The association counts the day it was credited, and that day is not known.
    CreditedNeeded = "imports-why-credited-needed",
    /// Beyond what an association can be given.
    TooMuch { amount } = "imports-why-too-much",
    /// A law of gifts or of donors refuses it.
    Law { what } = "imports-why-law",
}
