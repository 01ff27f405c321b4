//! Postal addresses: what a receipt needs ("adresse complète", BOI-IR-RICI-250-40).

use serde::{Deserialize, Serialize};

use super::country::Country;
use crate::fold::one_line;
use crate::lang::Lang;

/// A postal address; `country` is ISO 3166-1 alpha-2, empty when unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Street and number, one or several lines.
    pub street: Vec<String>,
    /// Code postal, empty where the country has none.
    pub postal_code: String,
    /// Commune.
    pub city: String,
    /// `FR`, `BE`…
    pub country: String,
}

/// A part of an address that lacks or is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressPart {
    /// No street.
    Street,
    /// No postal code, in a country where we know that there is one.
    PostalCode,
    /// A postal code that is not five digits, in France.
    PostalCodeShape,
    /// No city.
    City,
    /// No country, or none that is known.
    Country,
}

impl AddressPart {
    /// What lacks, in words that follow "il manque" / "missing".
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            AddressPart::Street => lang.pick("la rue", "the street"),
            AddressPart::PostalCode => lang.pick("le code postal", "the postal code"),
            AddressPart::PostalCodeShape => {
                lang.pick("un code postal à cinq chiffres", "a postal code of five digits")
            }
            AddressPart::City => lang.pick("la commune", "the city"),
            AddressPart::Country => lang.pick("le pays", "the country"),
        }
    }
}

impl PostalAddress {
    /// An address as typed or imported: white space tidied, the country read by code or name.
    /// A country that is not known is left empty; `missing_parts` then names it.
    pub fn tidy(street: &[&str], postal_code: &str, city: &str, country: &str) -> PostalAddress {
        let country = Country::find(country);
        let mut postal_code = one_line(postal_code);
        if country.is_some_and(Country::has_french_postal_codes) {
            let digits: String = postal_code.chars().filter(|c| !c.is_whitespace()).collect();
            if is_french_postal_code(&digits) {
                postal_code = digits;
            }
        }
        PostalAddress {
            street: street
                .iter()
                .flat_map(|line| line.lines())
                .map(one_line)
                .filter(|line| !line.is_empty())
                .collect(),
            postal_code,
            city: one_line(city),
            country: country.map_or_else(String::new, |found| found.alpha2.to_owned()),
        }
    }

    /// The country, if known.
    pub fn country(&self) -> Option<Country> {
        Country::find(&self.country)
    }

    /// What keeps this address from being complete, in the order of the form; empty when it is complete.
    pub fn missing_parts(&self) -> Vec<AddressPart> {
        let country = self.country();
        let french = country.is_some_and(Country::has_french_postal_codes);
        let code = self.postal_code.trim();
        let mut missing = Vec::new();
        if self.street.iter().all(|line| line.trim().is_empty()) {
            missing.push(AddressPart::Street);
        }
        if code.is_empty() && (french || country.is_none()) {
            missing.push(AddressPart::PostalCode);
        } else if french && !is_french_postal_code(code) {
            missing.push(AddressPart::PostalCodeShape);
        }
        if self.city.trim().is_empty() {
            missing.push(AddressPart::City);
        }
        if country.is_none() {
            missing.push(AddressPart::Country);
        }
        missing
    }

    /// Whether nothing at all was given.
    pub fn is_empty(&self) -> bool {
        self.street.iter().all(|line| line.trim().is_empty())
            && self.postal_code.trim().is_empty()
            && self.city.trim().is_empty()
    }
}

/// Five digits, and not `00…`.
pub fn is_french_postal_code(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()) && !code.starts_with("00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_address_lacks_nothing() {
        let address = PostalAddress::tidy(&["12  rue des Œillets", " "], "69 007", " Lyon ", "FRA");
        assert_eq!(address.street, ["12 rue des Œillets"]);
        assert_eq!((address.postal_code.as_str(), address.country.as_str()), ("69007", "FR"));
        assert_eq!(address.missing_parts(), []);
        let dublin = PostalAddress::tidy(&["1 Quay"], "", "Dublin", "Ireland");
        assert_eq!(dublin.missing_parts(), []);
    }

    #[test]
    fn what_lacks_is_named() {
        use AddressPart::{City, Country, PostalCode, PostalCodeShape, Street};
        assert_eq!(PostalAddress::default().missing_parts(), [Street, PostalCode, City, Country]);
        assert!(PostalAddress::default().is_empty());
        let odd = PostalAddress::tidy(&["1 rue X\n2e étage"], "6900", "Lyon", "France");
        assert_eq!(odd.missing_parts(), [PostalCodeShape]);
        assert_eq!(odd.street.len(), 2);
        let where_is = PostalAddress::tidy(&["1 rue X"], "1000", "Bruxelles", "Atlantide");
        assert_eq!(where_is.missing_parts(), [Country]);
    }
}
