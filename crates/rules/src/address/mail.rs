//! Mail addresses: one written form per address, hostile ones refused.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A mail address in its one written form (trimmed, NFC, lowercase).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MailAddress(String);

/// Why a text is no mail address we write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailAddressError {
    /// Nothing was given.
    #[error("no address")]
    Empty,
    /// Longer than 254 bytes, or 64 before the `@` (RFC 5321).
    #[error("address too long")]
    TooLong,
    /// Not one `@` with something on each side.
    #[error("not an address")]
    NoAt,
    /// A character that has no place there: space, quote, control, comma, angle bracket…
    #[error("a character has no place in an address")]
    BadCharacter,
    /// The part before the `@` begins or ends with a point, or has two in a row.
    #[error("misplaced point")]
    MisplacedPoint,
    /// The part after the `@` is no domain name.
    #[error("not a domain name")]
    BadDomain,
}

/// The one written form of a mail address.
///
/// # Errors
/// [`MailAddressError`]; quoted local parts and address literals are refused.
pub fn normalise_mail(text: &str) -> Result<String, MailAddressError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(MailAddressError::Empty);
    }
    if text.len() > 1000 {
        return Err(MailAddressError::TooLong);
    }
    let address: String = text.nfc().collect::<String>().to_lowercase().nfc().collect();
    if address.chars().any(is_refused) {
        return Err(MailAddressError::BadCharacter);
    }
    let (local, domain) = address.split_once('@').ok_or(MailAddressError::NoAt)?;
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return Err(MailAddressError::NoAt);
    }
    if local.len() > 64 || address.len() > 254 {
        return Err(MailAddressError::TooLong);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(MailAddressError::MisplacedPoint);
    }
    if local.starts_with('-') {
        return Err(MailAddressError::BadCharacter);
    }
    if is_domain(domain) { Ok(address) } else { Err(MailAddressError::BadDomain) }
}

fn is_refused(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\')
        || matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFFD}')
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || is_joined(c))
    };
    let last_ok =
        labels.last().is_some_and(|last| last.len() >= 2 && !last.bytes().all(|b| b.is_ascii_digit()));
    labels.len() >= 2 && last_ok && labels.iter().all(label_ok)
}

/// Marks that belong to letters in internationalised names.
fn is_joined(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

impl MailAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// As [`normalise_mail`].
    pub fn parse(text: &str) -> Result<MailAddress, MailAddressError> {
        normalise_mail(text).map(MailAddress)
    }

    /// The written form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// Shown where the whole would tell too much: `z…@example.org`.
    pub fn masked(&self) -> String {
        let first: String = self.0.chars().take(1).collect();
        format!("{first}…@{}", self.domain())
    }
}

impl std::fmt::Display for MailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for MailAddress {
    type Err = MailAddressError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        MailAddress::parse(text)
    }
}

impl<'de> Deserialize<'de> for MailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        MailAddress::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_has_one_written_form() {
        for (typed, kept) in [
            (" Zoe@Example.ORG ", "zoe@example.org"),
            ("o'brien-muller+dons@mail.example.fr", "o'brien-muller+dons@mail.example.fr"),
            ("zoé@exemple-é.fr", "zoé@exemple-é.fr"),
            ("Zoe\u{301}@exemple.fr", "zoé@exemple.fr"),
            ("a@xn--exmple-cva.fr", "a@xn--exmple-cva.fr"),
        ] {
            assert_eq!(normalise_mail(typed).as_deref(), Ok(kept));
        }
        assert_eq!(MailAddress::parse("zoe@example.org").unwrap().masked(), "z…@example.org");
    }

    #[test]
    fn hostile_addresses_are_refused() {
        use MailAddressError::{BadCharacter, BadDomain, Empty, MisplacedPoint, NoAt, TooLong};
        let long = format!("{}@example.org", "a".repeat(65));
        for (typed, error) in [
            ("", Empty),
            ("zoe", NoAt),
            ("@example.org", NoAt),
            ("a@b@example.org", NoAt),
            ("a@example.org\r\nBcc: x@y.fr", BadCharacter),
            ("a,b@example.org", BadCharacter),
            ("Zoé <zoe@example.org>", BadCharacter),
            ("\"a b\"@example.org", BadCharacter),
            ("-oQ/tmp@example.org", BadCharacter),
            ("a\0@example.org", BadCharacter),
            ("a\u{202E}b@example.org", BadCharacter),
            (".a@example.org", MisplacedPoint),
            ("a..b@example.org", MisplacedPoint),
            ("a@localhost", BadDomain),
            ("a@127.0.0.1", BadDomain),
            ("a@-x.fr", BadDomain),
            ("a@x..fr", BadDomain),
            ("a@exa_mple.fr", BadDomain),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(normalise_mail(typed), Err(error), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_address_reads_back_unchanged(text in "\\PC{1,12}@\\PC{1,10}\\.[a-z]{2,5}|\\PC{0,40}") {
            if let Ok(kept) = normalise_mail(&text) {
                prop_assert_eq!(normalise_mail(&kept), Ok(kept.clone()));
                prop_assert!(!kept.contains(['\r', '\n', ' ', '<', '>', ',']));
            }
        }
    }
}
