//! A donor's record as typed.

use rocket::FromForm;
use rules::address::PostalAddress;
use rules::lang::Lang;
use rules::receipt::input::{DonorKind, Preference};

use super::record::{DonorFacts, Route};

/// The form of a new or a corrected record.
#[derive(Debug, FromForm)]
pub struct DonorForm<'r> {
    #[field(default = 0)]
    pub(super) version: i32,
    #[field(default = "person")]
    kind: &'r str,
    #[field(default = "")]
    last_name: &'r str,
    #[field(default = "")]
    first_names: &'r str,
    #[field(default = "")]
    organisation: &'r str,
    #[field(default = "")]
    legal_form: &'r str,
    #[field(default = "")]
    siren: &'r str,
    #[field(default = "")]
    street: &'r str,
    #[field(default = "")]
    postal_code: &'r str,
    #[field(default = "")]
    city: &'r str,
    #[field(default = "")]
    country: &'r str,
    #[field(default = "")]
    mails: &'r str,
    #[field(default = "fr")]
    language: &'r str,
    #[field(default = "yearly")]
    receipt_pref: &'r str,
    #[field(default = "mail")]
    receipt_route: &'r str,
    #[field(default = "")]
    notes: &'r str,
}

impl DonorForm<'_> {
    /// The record as it was typed, nothing tidied yet.
    pub fn facts(&self) -> DonorFacts {
        DonorFacts {
            kind: DonorKind::parse(self.kind).unwrap_or(DonorKind::Person),
            last_name: self.last_name.into(),
            first_names: self.first_names.into(),
            organisation: self.organisation.into(),
            legal_form: self.legal_form.into(),
            siren: Some(self.siren.to_owned()).filter(|s| !s.is_empty()),
            address: PostalAddress {
                street: self.street.lines().map(str::to_owned).collect(),
                postal_code: self.postal_code.into(),
                city: self.city.into(),
                country: self.country.into(),
            },
            language: Lang::parse(self.language).unwrap_or_default(),
            receipt_pref: Preference::parse(self.receipt_pref).unwrap_or_default(),
            receipt_route: Route::parse(self.receipt_route).unwrap_or_default(),
            notes: self.notes.into(),
            mails: self
                .mails
                .split([',', ';', '\n'])
                .map(|m| m.trim().to_owned())
                .filter(|m| !m.is_empty())
                .collect(),
        }
    }
}
