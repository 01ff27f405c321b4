//! Amounts in French words, as a receipt must say them ("somme en toutes lettres"), and back.
//!
//! Rules: "et" before un and onze except after quatre-vingt; vingt and cent take an s when multiplied
//! and last; mille never varies; "un million d'euros" but "un million un euros"; plural from 2;
//! no "zéro centime". Both spellings are correct French; the association chooses.

mod reading;

pub use reading::parse_euros;

use serde::{Deserialize, Serialize};

use crate::money::Cents;

/// The largest amount put in words: 999 999 999 999,99 €.
pub const MAX: Cents = Cents(99_999_999_999_999);

/// Which of the two correct spellings to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// `vingt et un`, the default.
    #[default]
    Traditional,
    /// `vingt-et-un`: hyphens everywhere (1990).
    Rectified1990,
}

impl Spelling {
    /// Text kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Spelling::Traditional => "traditional",
            Spelling::Rectified1990 => "rectified_1990",
        }
    }

    /// Reads the text kept in the database.
    pub fn parse(code: &str) -> Option<Spelling> {
        [Spelling::Traditional, Spelling::Rectified1990].into_iter().find(|s| s.code() == code)
    }
}

/// Why an amount cannot be put in words, or words are no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Below zero: a receipt never says so.
    #[error("an amount below zero has no words")]
    Negative,
    /// Above [`MAX`].
    #[error("amount too large for words")]
    TooLarge,
    /// A word that is no number word.
    #[error("not an amount in words")]
    NotAnAmount,
    /// A number can be guessed, but it is not written so.
    #[error("misspelt amount")]
    Misspelt,
}

const UNITS: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [&str; 9] =
    ["", "dix", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt"];
/// Nouns above mille, greatest first: they take an s from two on, and "de" before the currency.
const NOUNS: [(u64, &str); 5] = [
    (1_000_000_000_000_000_000, "trillion"),
    (1_000_000_000_000_000, "billiard"),
    (1_000_000_000_000, "billion"),
    (1_000_000_000, "milliard"),
    (1_000_000, "million"),
];

/// `mille deux cent trente-quatre euros et cinquante-six centimes`.
///
/// # Errors
/// Below zero or above [`MAX`].
pub fn euros_in_words(amount: Cents, spelling: Spelling) -> Result<String, WordsError> {
    if amount > MAX {
        return Err(WordsError::TooLarge);
    }
    let cents = u64::try_from(amount.0).map_err(|_| WordsError::Negative)?;
    let (euros, centimes) = (cents / 100, cents % 100);
    let euros_said = || {
        let of = if euros > 0 && euros.is_multiple_of(1_000_000) { " d'" } else { " " };
        let plural = if euros > 1 { "s" } else { "" };
        format!("{}{of}euro{plural}", cardinal(euros, spelling))
    };
    let centimes_said = || {
        let plural = if centimes > 1 { "s" } else { "" };
        format!("{} centime{plural}", cardinal(centimes, spelling))
    };
    Ok(match (euros, centimes) {
        (_, 0) => euros_said(),
        (0, _) => centimes_said(),
        _ => format!("{} et {}", euros_said(), centimes_said()),
    })
}

/// A whole number in French words (France): `quatre-vingts`, `deux cent mille`, `deux cents millions`.
pub fn cardinal(number: u64, spelling: Spelling) -> String {
    let traditional = traditional(number);
    match spelling {
        Spelling::Traditional => traditional,
        Spelling::Rectified1990 => traditional.replace(' ', "-"),
    }
}

fn traditional(number: u64) -> String {
    if number == 0 {
        return unit(0).to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut rest = number;
    for (value, noun) in NOUNS {
        let count = rest / value;
        rest %= value;
        if count > 0 {
            let plural = if count > 1 { "s" } else { "" };
            parts.push(format!("{} {noun}{plural}", below_thousand(count, true)));
        }
    }
    match rest / 1000 {
        0 => {}
        1 => parts.push("mille".to_owned()),
        thousands => parts.push(format!("{} mille", below_thousand(thousands, false))),
    }
    if !rest.is_multiple_of(1000) {
        parts.push(below_thousand(rest % 1000, true));
    }
    parts.join(" ")
}

/// 1 to 999. `last` is false before mille, where vingt and cent stay bare.
fn below_thousand(number: u64, last: bool) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let plural = if last && rest == 0 { "s" } else { "" };
    let said = match hundreds {
        0 => return below_hundred(rest, last),
        1 => "cent".to_owned(),
        _ => format!("{} cent{plural}", unit(hundreds)),
    };
    if rest == 0 { said } else { format!("{said} {}", below_hundred(rest, last)) }
}

fn below_hundred(number: u64, last: bool) -> String {
    if number < 20 {
        return unit(number).to_owned();
    }
    let tens = TENS.get(usize::try_from(number / 10).unwrap_or(0)).copied().unwrap_or("quatre-vingt");
    let rest = match number {
        60..80 => number - 60,
        80.. => number - 80,
        _ => number % 10,
    };
    match rest {
        0 if number == 80 && last => format!("{tens}s"),
        0 => tens.to_owned(),
        1 | 11 if number < 80 => format!("{tens} et {}", unit(rest)),
        _ => format!("{tens}-{}", unit(rest)),
    }
}

fn unit(number: u64) -> &'static str {
    usize::try_from(number).ok().and_then(|i| UNITS.get(i)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests;
