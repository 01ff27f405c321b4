//! Countries by their ISO 3166-1 codes, with their French and English names (`countries.tsv`).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold::search_key;
use crate::lang::Lang;

/// A country or territory of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// Two letters: `FR`. What is stored.
    pub alpha2: &'static str,
    /// Three letters: `FRA`. What some payment tools give.
    pub alpha3: &'static str,
    /// French name.
    pub fr: &'static str,
    /// English name.
    pub en: &'static str,
}

static COUNTRIES: LazyLock<Vec<(Country, &'static str)>> = LazyLock::new(|| {
    include_str!("countries.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

static BY_KEY: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut by_key = HashMap::new();
    for (country, others) in COUNTRIES.iter() {
        let known = [country.alpha2, country.alpha3, country.fr, country.en];
        for name in known.into_iter().chain(others.split('|')).filter(|name| !name.is_empty()) {
            by_key.entry(name_key(name)).or_insert(*country);
        }
    }
    by_key
});

fn row(line: &'static str) -> Option<(Country, &'static str)> {
    let mut fields = line.split('\t');
    let country =
        Country { alpha2: fields.next()?, alpha3: fields.next()?, fr: fields.next()?, en: fields.next()? };
    Some((country, fields.next().unwrap_or("")))
}

/// Folded, with hyphens, apostrophes and points as spaces, so that `Cote d Ivoire` is found.
fn name_key(name: &str) -> String {
    let spaced: String =
        search_key(name).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Country {
    /// Reads `FR`, `FRA`, `France` or any French or English name, whatever the case and the accents.
    pub fn find(text: &str) -> Option<Country> {
        if text.len() > 100 {
            return None;
        }
        BY_KEY.get(&name_key(text)).copied()
    }

    /// Every country, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Country> {
        COUNTRIES.iter().map(|(country, _)| *country)
    }

    /// The name in this language.
    pub const fn name(self, lang: Lang) -> &'static str {
        lang.pick(self.fr, self.en)
    }

    /// Where the French income tax applies, so that a receipt is of use: France and the five overseas
    /// departments. A default only: one click asks for a receipt elsewhere.
    pub fn is_taxed_in_france(self) -> bool {
        matches!(self.alpha2, "FR" | "GP" | "MQ" | "GF" | "RE" | "YT")
    }

    /// Where postal codes are the five digits of La Poste (Monaco uses them too).
    pub fn has_french_postal_codes(self) -> bool {
        self.is_taxed_in_france() || matches!(self.alpha2, "PM" | "BL" | "MF" | "NC" | "PF" | "WF" | "MC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_found_by_its_codes_and_names() {
        assert_eq!(Country::all().count(), 250);
        for country in Country::all() {
            for text in [country.alpha2, country.alpha3, country.fr, country.en] {
                assert_eq!(Country::find(text), Some(country), "{text}");
            }
            assert!(country.alpha2.len() == 2 && country.alpha3.len() == 3);
        }
    }

    #[test]
    fn what_payment_tools_and_people_write_is_understood() {
        let found = |text| Country::find(text).map(|c| c.alpha2);
        for (text, code) in [
            ("FRA", "FR"),
            ("BEL", "BE"),
            (" france ", "FR"),
            ("FRANCE", "FR"),
            ("Etats-Unis", "US"),
            ("Cote d'ivoire", "CI"),
            ("Côte d’Ivoire", "CI"),
            ("the netherlands", "NL"),
            ("UK", "GB"),
            ("Réunion", "RE"),
        ] {
            assert_eq!(found(text), Some(code), "{text}");
        }
        assert_eq!(found(""), None);
        assert_eq!(found("Atlantide"), None);
        assert_eq!(found("ZZ"), None);
    }
}
