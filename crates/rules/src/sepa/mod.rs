//! SEPA direct debits: what identifies an account and a creditor, how long a mandate lives, on which days banks settle,
//! and which letters they read (EPC016-06, SEPA Core Direct Debit scheme rulebook; EPC217-08, character set).

mod days;
mod text;

use chrono::{Months, NaiveDate};

pub use days::{is_settlement_day, settlement_day};
pub use text::latin;

/// Months after which a mandate that was not used is dead (rulebook, 4.1: 36 months after the last debit).
pub const MANDATE_MONTHS: u32 = 36;

/// Countries and territories of the scheme, as an IBAN begins (EPC409-09).
const COUNTRIES: &str = "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT \
                         NL NO PL PT RO RS SE SI SK SM VA";

/// Why an account or a creditor is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SepaError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// Its form, its country or its check digits are wrong.
    #[error("not a valid number")]
    Invalid,
    /// A country that SEPA direct debits do not reach.
    #[error("outside SEPA")]
    OutsideSepa,
}

/// Letters and digits, in capitals.
fn compact(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '\u{A0}' | '\u{202F}'));
    kept.collect::<String>().to_uppercase()
}

/// An IBAN (ISO 13616) of a SEPA country, checked, without spaces.
///
/// # Errors
/// See [`SepaError`].
pub fn iban(typed: &str) -> Result<String, SepaError> {
    let compact = compact(typed.trim().trim_start_matches("IBAN").trim_start_matches("iban"));
    if compact.is_empty() {
        return Err(SepaError::Empty);
    }
    compact.parse::<iban::Iban>().map_err(|_| SepaError::Invalid)?;
    let country = compact.get(..2).unwrap_or_default();
    if COUNTRIES.split_whitespace().any(|known| known == country) {
        Ok(compact)
    } else {
        Err(SepaError::OutsideSepa)
    }
}

/// An IBAN as a person may see it: `FR76 •••• 0189`.
pub fn masked(iban: &str) -> String {
    let (head, tail) = (iban.get(..4).unwrap_or_default(), iban.len().saturating_sub(4));
    format!("{head} •••• {}", iban.get(tail..).unwrap_or_default())
}

/// An IBAN in groups of four.
pub fn spaced(iban: &str) -> String {
    let letters: Vec<char> = iban.chars().collect();
    letters.chunks(4).map(|some| some.iter().collect::<String>()).collect::<Vec<_>>().join("\u{A0}")
}

/// A BIC (ISO 9362) of 8 or 11 letters; empty when it was not given (IBAN only, as of regulation EU 260/2012).
///
/// # Errors
/// [`SepaError::Invalid`].
pub fn bic(typed: &str) -> Result<String, SepaError> {
    let bic = compact(typed);
    let fits = |range: std::ops::Range<usize>, kind: fn(&u8) -> bool| {
        bic.as_bytes().get(range).is_some_and(|part| part.iter().all(kind))
    };
    let alnum: fn(&u8) -> bool = u8::is_ascii_alphanumeric;
    let whole = matches!(bic.len(), 8 | 11) && fits(0..4, alnum) && fits(4..6, u8::is_ascii_alphabetic);
    if bic.is_empty() || (whole && fits(6..bic.len(), alnum)) { Ok(bic) } else { Err(SepaError::Invalid) }
}

/// A creditor's identifier (ICS in France): country, check digits, three letters of business code that do not count,
/// national part (EPC262-08).
///
/// # Errors
/// See [`SepaError`].
pub fn creditor_id(typed: &str) -> Result<String, SepaError> {
    let id = compact(typed);
    if id.is_empty() {
        return Err(SepaError::Empty);
    }
    if !id.is_ascii() || !(8..=35).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(SepaError::Invalid);
    }
    let (country, check) = (id.get(..2).unwrap_or_default(), id.get(2..4).unwrap_or_default());
    let national = id.get(7..).unwrap_or_default();
    let turned = format!("{national}{country}{check}");
    let digits = country.bytes().all(|b| b.is_ascii_uppercase()) && check.bytes().all(|b| b.is_ascii_digit());
    if digits && remainder(&turned) == 1 { Ok(id) } else { Err(SepaError::Invalid) }
}

/// Modulo 97 of a text whose letters count as two digits (ISO 7064).
fn remainder(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let by = if value > 9 { 100 } else { 10 };
        (rest * by + value) % 97
    })
}

/// A mandate's reference (RUM): 1 to 35 letters of the scheme, no space at either end.
///
/// # Errors
/// See [`SepaError`].
pub fn mandate_reference(typed: &str) -> Result<String, SepaError> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(SepaError::Empty);
    }
    let fits =
        text.len() <= 35 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+?/-:().,'".contains(&b));
    // A slash at an end, or two of them, are forbidden in references (EPC217-08, 1.4).
    let slashes = text.starts_with('/') || text.ends_with('/') || text.contains("//");
    if fits && !slashes { Ok(text.to_owned()) } else { Err(SepaError::Invalid) }
}

/// The last day on which a mandate may be used: 36 months after it was last, or was signed.
pub fn usable_until(signed_on: NaiveDate, last_used_on: Option<NaiveDate>) -> NaiveDate {
    let from = last_used_on.map_or(signed_on, |used| used.max(signed_on));
    from.checked_add_months(Months::new(MANDATE_MONTHS)).unwrap_or(NaiveDate::MAX)
}

/// What a return's reason (ISO 20022 external code) means for the mandate and for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// Not enough on the account, or the bank had trouble: the next one may go through.
    MayPassLater,
    /// The account is closed or may not be debited, the mandate is contested or withdrawn: it stops.
    Stops,
    /// The person died: it stops, and no mail leaves.
    Died,
}

/// Reads the reason.
pub fn returned(code: &str) -> Returned {
    match code.trim() {
        "MD07" => Returned::Died,
        "AC01" | "AC04" | "AC06" | "AC13" | "AG01" | "MD01" | "MD02" | "MD06" | "SL01" => Returned::Stops,
        _ => Returned::MayPassLater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_checked_and_shown_masked() {
        assert_eq!(iban("fr76 3000 6000 0112 3456 7890 189").as_deref(), Ok("FR7630006000011234567890189"));
        assert_eq!(
            iban("IBAN FR14 2004 1010 0505 0001 3M02 606").as_deref(),
            Ok("FR1420041010050500013M02606")
        );
        assert_eq!(iban("FR76 3000 6000 0112 3456 7890 188"), Err(SepaError::Invalid));
        assert_eq!(iban("BR1500000000000010932840814P2"), Err(SepaError::OutsideSepa));
        assert_eq!(iban(" "), Err(SepaError::Empty));
        assert_eq!(masked("FR7630006000011234567890189"), "FR76 •••• 0189");
    }

    #[test]
    fn creditors_are_checked_whatever_their_business_code() {
        for fine in ["FR72ZZZ123456", "fr72 abc 123456", "DE98ZZZ09999999999"] {
            assert!(creditor_id(fine).is_ok(), "{fine}");
        }
        for wrong in ["FR73ZZZ123456", "FR72ZZZ123457", "7272ZZZ123456", "FR", "FR72ZZZ12345é"] {
            assert_eq!(creditor_id(wrong), Err(SepaError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn references_and_bank_codes_keep_to_the_scheme() {
        assert_eq!(mandate_reference(" RUM-2026/01 ").as_deref(), Ok("RUM-2026/01"));
        for wrong in ["/a", "a//b", "é", "a b", &"x".repeat(36)] {
            assert_eq!(mandate_reference(wrong), Err(SepaError::Invalid), "{wrong}");
        }
        assert_eq!(bic("psstfrpp xxx").as_deref(), Ok("PSSTFRPPXXX"));
        assert_eq!(bic("").as_deref(), Ok(""));
        for wrong in ["PSST", "PSSTFRPPXX", "PSST12PP"] {
            assert_eq!(bic(wrong), Err(SepaError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn a_mandate_lives_36_months_after_its_last_debit() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(usable_until(day("2023-01-31"), None), day("2026-01-31"));
        assert_eq!(usable_until(day("2020-01-31"), Some(day("2024-02-29"))), day("2027-02-28"));
    }
}
