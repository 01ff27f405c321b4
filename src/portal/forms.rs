//! What donors type.

use rocket::FromForm;
use rules::address::PostalAddress;
use rules::lang::Lang;
use rules::receipt::input::Preference;

use crate::donors::DonorFacts;
use crate::donors::record::Route;

/// "Send me a link."
#[derive(Debug, FromForm)]
pub struct LinkForm<'r> {
    /// Mail address.
    #[field(default = "")]
    pub email: &'r str,
}

/// A corrected address and wishes.
#[derive(Debug, FromForm)]
pub struct Correction<'r> {
    /// Version of the record that was shown.
    pub version: i32,
    #[field(default = "")]
    street: &'r str,
    #[field(default = "")]
    postal_code: &'r str,
    #[field(default = "")]
    city: &'r str,
    #[field(default = "")]
    country: &'r str,
    #[field(default = "")]
    receipt_pref: &'r str,
    #[field(default = "")]
    receipt_route: &'r str,
    #[field(default = "")]
    language: &'r str,
}

impl Correction<'_> {
    /// The record as it would be: nothing else of it can be changed here.
    pub fn applied(&self, before: DonorFacts) -> DonorFacts {
        DonorFacts {
            address: PostalAddress {
                street: self.street.lines().map(str::to_owned).collect(),
                postal_code: self.postal_code.into(),
                city: self.city.into(),
                country: self.country.into(),
            },
            receipt_pref: Preference::parse(self.receipt_pref).unwrap_or(before.receipt_pref),
            receipt_route: Route::parse(self.receipt_route).unwrap_or(before.receipt_route),
            language: Lang::parse(self.language).unwrap_or(before.language),
            ..before
        }
    }
}
