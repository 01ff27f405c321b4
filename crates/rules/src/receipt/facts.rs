//! What a receipt says, frozen at issue (law R3). The PDF is a pure function of this value;
//! it is kept as JSON beside the number and never recomputed.
//!
//! Source of the fields: form 2041-RD, Cerfa 11580*05 (CGI art. 200-5, arrêté of 26 June 2008).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Everything printed on one receipt. Amounts are integer cents of euro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFacts {
    /// Version of this structure and of the page drawn from it; a new layout is a new number.
    pub layout: u32,
    /// Form copied: `11580*05`.
    pub form: String,
    /// Numéro d'ordre, e.g. `RF-2026-000123`.
    pub number: String,
    /// Day of issue (Europe/Paris).
    pub issued_on: NaiveDate,
    /// Calendar year of the gifts.
    pub gift_year: i32,
    /// The body that received the gifts.
    pub association: AssociationFacts,
    /// The person who gave.
    pub donor: DonorFacts,
    /// Sum of `lines`, in cents, above zero.
    pub amount_cents: i64,
    /// The same sum in French words, from the same integer.
    pub amount_in_words: String,
    /// Each payment, oldest first.
    pub lines: Vec<LineFacts>,
    /// Articles certified: `200` and, for the closed list of bodies of CGI 978, `978`.
    pub articles: Vec<String>,
    /// Codes of the forms of gift ticked (see `rules::gift::Form`).
    pub forms: Vec<String>,
    /// Codes of the natures ticked (see `rules::gift::Nature`); one receipt per nature group.
    pub natures: Vec<String>,
    /// Codes of the ways of payment ticked, empty unless money (see `rules::gift::Method`).
    pub methods: Vec<String>,
    /// Number of the cancelled receipt that this one replaces.
    pub replaces: Option<String>,
    /// Person who signs.
    pub signer: SignerFacts,
}

/// Organisme bénéficiaire, as the form asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssociationFacts {
    /// Nom ou dénomination.
    pub name: String,
    /// SIREN (9 digits) or RNA (`W` and 9 digits).
    pub registration: String,
    /// Street and number, one or two lines.
    pub street: Vec<String>,
    /// Code postal.
    pub postal_code: String,
    /// Commune.
    pub city: String,
    /// Country by its French name.
    pub country: String,
    /// Objet.
    pub object: String,
    /// Code of the category (see `rules::receipt::category`).
    pub category: String,
    /// Official label of that category as printed at issue.
    pub category_label: String,
    /// Label of the ticked sub-box, e.g. `Association loi 1901`.
    pub category_sub_label: Option<String>,
}

/// Donateur.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonorFacts {
    /// Nom.
    pub last_name: String,
    /// Prénoms.
    pub first_names: String,
    /// Street and number, one or two lines.
    pub street: Vec<String>,
    /// Code postal, empty where the country has none.
    pub postal_code: String,
    /// Commune.
    pub city: String,
    /// Country by its French name.
    pub country: String,
}

/// One payment of the receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFacts {
    /// Ledger line it stands for (`gift.id`).
    pub gift_id: i64,
    /// Resolved date of the gift.
    pub date: NaiveDate,
    /// Gross amount in cents.
    pub amount_cents: i64,
    /// Code of the way of payment.
    pub method: String,
    /// Code of the nature.
    pub nature: String,
}

/// Who signs, and the stamp of the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerFacts {
    /// Name of the signer.
    pub name: String,
    /// Quality: president, treasurer…
    pub quality: String,
    /// SHA-256 (hex) of the PNG of the signature, if one is printed.
    pub image_sha256: Option<String>,
}
