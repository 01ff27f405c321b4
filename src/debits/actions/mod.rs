//! What changes debits.

mod announce;
mod collect;
mod mails;
mod returns;

use chrono::NaiveDate;
use rules::fold::one_line;
use rules::sepa::{self, SepaError, latin};
use serde_json::json;

pub use announce::{Announced, announce};
pub use collect::{bring, cancel, collect, file};
pub use returns::notice_returns;

use super::setup::{KEY, Setup};
use crate::imports;
use crate::platform::{Failure, Say, Stop, Tx, settings};

/// Why a verb did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody said yet who collects.
    NoSetup,
    /// The association's name.
    Name,
    /// Its account.
    Iban(SepaError),
    /// Its bank.
    Bic,
    /// Its creditor identifier.
    CreditorId(SepaError),
    /// Days of notice: 1 to 60.
    Notice,
    /// The day does not read.
    BadDay,
    /// Nothing is due.
    NothingDue,
    /// The day is not one on which banks settle; this one is.
    NotASettlementDay(NaiveDate),
    /// The bank wants the file a day before at least.
    TooSoon,
    /// More than three months ahead.
    TooFar,
    /// Nothing announced may be collected on that day.
    NothingToCollect,
    /// There is no such collection.
    Unknown,
    /// It was called off.
    Cancelled,
    /// Its gifts are in the ledger: the import is undone first.
    Brought,
    /// Its day is to come.
    NotYet(NaiveDate),
    /// A reason is needed.
    NoReason,
    /// Its file is refused.
    Import(imports::actions::Refusal),
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        let day = |key, day: &NaiveDate| Say::new(key).with("day", rules::dates::short_fr(*day));
        match self {
            Self::NoSetup => Say::new("debits-refused-no-setup"),
            Self::Name => Say::new("debits-refused-name"),
            Self::Iban(SepaError::OutsideSepa) => Say::new("plans-refused-iban-outside"),
            Self::Iban(_) => Say::new("plans-refused-iban"),
            Self::Bic => Say::new("plans-refused-bic"),
            Self::CreditorId(_) => Say::new("debits-refused-creditor"),
            Self::Notice => Say::new("debits-refused-notice"),
            Self::BadDay => Say::new("debits-refused-day"),
            Self::NothingDue => Say::new("debits-refused-nothing-due"),
            Self::NotASettlementDay(next) => day("debits-refused-holiday", next),
            Self::TooSoon => Say::new("debits-refused-too-soon"),
            Self::TooFar => Say::new("debits-refused-too-far"),
            Self::NothingToCollect => Say::new("debits-refused-nothing"),
            Self::Unknown => Say::new("debits-refused-unknown"),
            Self::Cancelled => Say::new("debits-refused-cancelled"),
            Self::Brought => Say::new("debits-refused-brought"),
            Self::NotYet(on) => day("debits-refused-not-yet", on),
            Self::NoReason => Say::new("plans-refused-reason"),
            Self::Import(why) => why.say(),
        }
    }

    /// The field where it belongs.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Name => Some("name"),
            Self::Iban(_) => Some("iban"),
            Self::Bic => Some("bic"),
            Self::CreditorId(_) => Some("creditor"),
            Self::Notice => Some("notice"),
            Self::NoReason => Some("reason"),
            _ => None,
        }
    }
}

/// Keeps who collects. Numbers are checked and tidied.
///
/// # Errors
/// Every [`Refusal`] at once.
pub async fn set_up(tx: &Tx, typed: &Setup) -> Result<(), Stop<Vec<Refusal>>> {
    let mut refused = Vec::new();
    let mut kept = typed.clone();
    kept.creditor.name = one_line(&typed.creditor.name).chars().take(200).collect();
    if latin(&kept.creditor.name, 70).is_empty() {
        refused.push(Refusal::Name);
    }
    match sepa::iban(&typed.creditor.iban) {
        Ok(iban) => kept.creditor.iban = iban,
        Err(why) => refused.push(Refusal::Iban(why)),
    }
    match sepa::bic(&typed.creditor.bic) {
        Ok(bic) => kept.creditor.bic = bic,
        Err(_) => refused.push(Refusal::Bic),
    }
    match sepa::creditor_id(&typed.creditor.id) {
        Ok(id) => kept.creditor.id = id,
        Err(why) => refused.push(Refusal::CreditorId(why)),
    }
    if !(1..=60).contains(&typed.notice_days) {
        refused.push(Refusal::Notice);
    }
    if !refused.is_empty() {
        return Err(Stop::Refused(refused));
    }
    let text = serde_json::to_string(&kept).map_err(Failure::from)?;
    settings::set(tx, KEY, &text).await?;
    let detail =
        json!({ "creditor": kept.creditor.id, "notice_days": kept.notice_days, "version": kept.version });
    Ok(tx.audit("debit.set_up", ("association", 1), detail).await?)
}
