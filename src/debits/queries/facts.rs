//! A collection as it is frozen, and the file that it makes.

use chrono::{DateTime, NaiveDate, Utc};
use reports::debits::{Account, Collection, Creditor, Debit, Version};
use serde::{Deserialize, Serialize};

use super::dues::Waiting;
use crate::debits::setup::Setup;

/// Countries of accounts for which no address of the debtor is needed: the European Economic Area.
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

/// A debit as it was frozen in its collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenDebit {
    /// Its instalment.
    pub instalment: i64,
    /// Its name for the bank.
    pub end_to_end: String,
    /// Its amount.
    pub cents: i64,
    /// Mandate.
    pub rum: String,
    /// The day the mandate was signed.
    pub signed_on: NaiveDate,
    /// Holder of the account.
    pub name: String,
    /// The account, masked.
    pub account: String,
    /// Its bank.
    pub bic: String,
    /// Street, postal code, town, country, where the bank asks for them.
    pub address: [String; 4],
}

/// A collection as it was frozen: everything of its file but the accounts, which stay sealed with the instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Who collects.
    pub creditor: Creditor,
    /// Version of the file.
    pub version: Version,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its debits.
    pub debits: Vec<FrozenDebit>,
}

impl Facts {
    /// What is frozen of what is collected.
    pub fn of(setup: &Setup, at: DateTime<Utc>, chosen: &[Waiting]) -> Self {
        let debit = |one: &Waiting| {
            let country = one.mandate.iban_shown.get(..2).unwrap_or_default();
            let donor = &one.donor;
            let address = if EEA.split(' ').any(|known| known == country) {
                [const { String::new() }; 4]
            } else {
                [
                    donor.street.replace('\n', ", "),
                    donor.postal_code.clone(),
                    donor.city.clone(),
                    donor.country.clone(),
                ]
            };
            FrozenDebit {
                instalment: one.instalment.id,
                end_to_end: one.instalment.end_to_end.clone(),
                cents: one.instalment.cents,
                rum: one.mandate.rum.clone(),
                signed_on: one.mandate.signed_on,
                name: one.mandate.holder.clone(),
                account: one.mandate.iban_shown.clone(),
                bic: one.mandate.bic.clone(),
                address,
            }
        };
        Self {
            creditor: setup.creditor.clone(),
            version: setup.version,
            created_at: at,
            debits: chosen.iter().map(debit).collect(),
        }
    }

    /// The file's content, with one account for each debit.
    pub fn collection(
        &self,
        number: &str,
        collect_on: NaiveDate,
        accounts: impl Iterator<Item = Account>,
    ) -> Collection {
        let debit = |(frozen, account): (&FrozenDebit, Account)| Debit {
            end_to_end: frozen.end_to_end.clone(),
            cents: frozen.cents,
            mandate: frozen.rum.clone(),
            signed_on: frozen.signed_on,
            name: frozen.name.clone(),
            account,
            bic: frozen.bic.clone(),
            address: frozen.address.clone(),
            label: format!("Don {}", self.creditor.name),
        };
        Collection {
            number: number.to_owned(),
            created_at: self.created_at,
            version: self.version,
            creditor: self.creditor.clone(),
            collect_on,
            debits: self.debits.iter().zip(accounts).map(debit).collect(),
        }
    }
}
