//! What the plan of receipts is made from: plain facts, as they stand today.

use chrono::NaiveDate;

use crate::address::PostalAddress;
use crate::gift::{Caps, Form, Method, Nature, Purpose};
use crate::money::Cents;
use crate::words::Spelling;

use super::facts::SignerFacts;

/// The association, from its settings. Empty texts are missing mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Association {
    /// Nom ou dénomination.
    pub name: String,
    /// SIREN, if it has one; printed first.
    pub siren: Option<String>,
    /// RNA, printed where there is no SIREN.
    pub rna: Option<String>,
    /// Address of the seat.
    pub address: PostalAddress,
    /// Objet.
    pub object: String,
    /// Code of [`super::category::CATEGORIES`].
    pub category: String,
    /// Code of [`super::category::SUB_BOXES`], for `interet_general`.
    pub sub_box: Option<String>,
    /// Date or words that the category asks for.
    pub category_precision: Option<String>,
    /// Articles of the CGI: `200`, and `978` for the closed list only.
    pub articles: Vec<String>,
    /// How amounts are spelt.
    pub spelling: Spelling,
    /// Who signs.
    pub signer: Option<SignerFacts>,
    /// Dues stand on no receipt here.
    pub dues_without_receipt: bool,
    /// What goods given in return may be worth.
    pub caps: Caps,
}

/// A person or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DonorKind {
    /// Particulier: form 11580.
    Person,
    /// Company or other body: form 16216, not this plan.
    Organisation,
}

/// What the donor wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preference {
    /// One receipt for the year.
    #[default]
    Yearly,
    /// One receipt for each gift.
    Each,
    /// No receipt.
    None,
}

/// A donor, as the record stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Donor {
    /// `donor.id`.
    pub id: i64,
    /// Person or organisation.
    pub kind: DonorKind,
    /// Nom.
    pub last_name: String,
    /// Prénoms.
    pub first_names: String,
    /// Postal address.
    pub address: PostalAddress,
    /// What they want.
    pub preference: Preference,
    /// They asked for a receipt although they live abroad.
    pub wants_receipt_abroad: bool,
    /// The record that this one was merged into.
    pub merged_into: Option<i64>,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// `gift.id`.
    pub id: i64,
    /// Who gave; `None` for an anonymous gift.
    pub donor_id: Option<i64>,
    /// The resolved date.
    pub date: NaiveDate,
    /// Gross amount; below zero on a reversal.
    pub gross: Cents,
    /// What was given.
    pub nature: Nature,
    /// In which form.
    pub form: Form,
    /// How it came.
    pub method: Option<Method>,
    /// Number of the receipt that the payment tool made on mandate (R6).
    pub receipted_elsewhere: Option<String>,
    /// Number of our live receipt that already has this line (R1).
    pub live_receipt: Option<String>,
    /// The line that this one takes back.
    pub reverses: Option<i64>,
    /// What it was paid for.
    pub purpose: Purpose,
    /// What the goods given in return are worth; below zero on a reversal.
    pub counterpart: Cents,
    /// A proof is kept with the line.
    pub proven: bool,
}

impl Preference {
    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Preference::Yearly => "yearly",
            Preference::Each => "each",
            Preference::None => "none",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<Preference> {
        [Preference::Yearly, Preference::Each, Preference::None].into_iter().find(|p| p.code() == code)
    }
}

impl DonorKind {
    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            DonorKind::Person => "person",
            DonorKind::Organisation => "organisation",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<DonorKind> {
        [DonorKind::Person, DonorKind::Organisation].into_iter().find(|k| k.code() == code)
    }
}
