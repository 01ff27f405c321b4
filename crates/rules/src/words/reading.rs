//! Words back to cents, in both spellings; what is not written as it should be is refused.

use super::{MAX, Spelling, WordsError, euros_in_words};
use crate::money::Cents;

/// Reads an amount in words: `quatre-vingts euros et un centime`. Hyphens may stand where either
/// spelling has them; wrong plurals and orders are refused.
///
/// # Errors
/// [`WordsError::NotAnAmount`] for other words, [`WordsError::Misspelt`] when a number can be
/// guessed but is not written so, [`WordsError::TooLarge`] beyond [`MAX`].
pub fn parse_euros(text: &str) -> Result<Cents, WordsError> {
    if text.len() > 400 {
        return Err(WordsError::NotAnAmount);
    }
    let plain = unhyphenated(text);
    let mut euros = None;
    let mut centimes = None;
    let mut words: Vec<&str> = Vec::new();
    for word in plain.split(' ') {
        match word {
            "euro" | "euros" | "d'euros" if euros.is_none() && centimes.is_none() => {
                euros = Some(number(&words)?);
                words.clear();
            }
            "centime" | "centimes" if centimes.is_none() => {
                centimes = Some(number(&words)?);
                words.clear();
            }
            other => words.push(other),
        }
    }
    if !words.is_empty() || (euros.is_none() && centimes.is_none()) {
        return Err(WordsError::NotAnAmount);
    }
    let cents = euros
        .unwrap_or(0)
        .checked_mul(100)
        .and_then(|cents| cents.checked_add(centimes.unwrap_or(0)))
        .and_then(|cents| i64::try_from(cents).ok())
        .map(Cents)
        .filter(|cents| *cents <= MAX)
        .ok_or(WordsError::TooLarge)?;
    let written = euros_in_words(cents, Spelling::Traditional)?;
    if unhyphenated(&written) == plain { Ok(cents) } else { Err(WordsError::Misspelt) }
}

fn unhyphenated(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c == '-' || c == '\u{2011}' { ' ' } else { c }).collect();
    spaced.to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(words: &[&str]) -> Result<u64, WordsError> {
    if words.is_empty() {
        return Err(WordsError::NotAnAmount);
    }
    let (mut total, mut group) = (0u64, 0u64);
    for word in words {
        match *word {
            "et" => {}
            "vingt" | "vingts" if group % 100 == 4 => group += 76,
            "cent" | "cents" => group = group.max(1).saturating_mul(100),
            "mille" => {
                total = total.saturating_add(group.max(1).saturating_mul(1000));
                group = 0;
            }
            "million" | "millions" | "milliard" | "milliards" => {
                let noun = if word.starts_with("million") { 1_000_000 } else { 1_000_000_000 };
                total = total.saturating_add(group.saturating_mul(noun));
                group = 0;
            }
            other => group = group.saturating_add(small(other).ok_or(WordsError::NotAnAmount)?),
        }
    }
    Ok(total.saturating_add(group))
}

fn small(word: &str) -> Option<u64> {
    Some(match word {
        "zéro" => 0,
        "un" => 1,
        "deux" => 2,
        "trois" => 3,
        "quatre" => 4,
        "cinq" => 5,
        "six" => 6,
        "sept" => 7,
        "huit" => 8,
        "neuf" => 9,
        "dix" => 10,
        "onze" => 11,
        "douze" => 12,
        "treize" => 13,
        "quatorze" => 14,
        "quinze" => 15,
        "seize" => 16,
        "vingt" => 20,
        "trente" => 30,
        "quarante" => 40,
        "cinquante" => 50,
        "soixante" => 60,
        _ => return None,
    })
}
