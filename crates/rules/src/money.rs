//! Money: integer cents of euro, read as people type it and written as they read it.

use serde::{Deserialize, Serialize};

/// An amount in cents of euro. Never a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

/// Why a typed amount is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// Something other than digits, separators and a euro sign.
    #[error("not an amount")]
    NotAnAmount,
    /// `1,234` or `1.234`: one thousand or one and a bit? Ask.
    #[error("ambiguous separator")]
    Ambiguous,
    /// More than two decimals.
    #[error("more than two decimals")]
    TooPrecise,
    /// Beyond what 64 bits of cents hold.
    #[error("too large")]
    TooLarge,
}

impl Cents {
    /// Zero euro.
    pub const ZERO: Cents = Cents(0);

    /// Reads what people type in French or English: `12`, `12,5`, `1 234,56 €`, `1234.56`, `€1,234.56`.
    ///
    /// # Errors
    /// [`AmountError`] says why; `1,234` and `1.234` are refused as ambiguous.
    pub fn parse(text: &str) -> Result<Cents, AmountError> {
        let text = strip_euro(text.trim());
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, strip_euro(rest.trim())),
            None => (false, strip_euro(text.strip_prefix('+').unwrap_or(text).trim())),
        };
        let (whole, decimals) = split_decimals(text)?;
        let cents = whole_digits(whole)?
            .checked_mul(100)
            .and_then(|euros| euros.checked_add(decimal_cents(decimals).ok()?))
            .ok_or(AmountError::TooLarge);
        decimal_cents(decimals)?;
        let cents = cents?;
        Ok(Cents(if negative { -cents } else { cents }))
    }

    /// `1 234,56 €`: narrow no-break spaces between thousands, a no-break space before the sign.
    pub fn fr(self) -> String {
        format!("{}{},{:02}\u{00A0}€", self.sign(), self.grouped('\u{202F}'), self.cents_part())
    }

    /// `€1,234.56`.
    pub fn en(self) -> String {
        format!("{}€{}.{:02}", self.sign(), self.grouped(','), self.cents_part())
    }

    /// The form of the given language.
    pub fn in_lang(self, lang: crate::lang::Lang) -> String {
        match lang {
            crate::lang::Lang::Fr => self.fr(),
            crate::lang::Lang::En => self.en(),
        }
    }

    /// `1234,56`, for a French spreadsheet.
    pub fn csv_fr(self) -> String {
        format!("{}{},{:02}", self.sign(), self.euros_part(), self.cents_part())
    }

    /// `1234.56`, for machines.
    pub fn plain(self) -> String {
        format!("{}{}.{:02}", self.sign(), self.euros_part(), self.cents_part())
    }

    /// Sum, `None` when it overflows.
    pub fn checked_add(self, other: Cents) -> Option<Cents> {
        self.0.checked_add(other.0).map(Cents)
    }

    /// Difference, `None` when it overflows.
    pub fn checked_sub(self, other: Cents) -> Option<Cents> {
        self.0.checked_sub(other.0).map(Cents)
    }

    /// The opposite amount, `None` for the one value that has none.
    pub fn checked_neg(self) -> Option<Cents> {
        self.0.checked_neg().map(Cents)
    }

    /// Sum of many amounts, `None` when it overflows.
    pub fn sum<I: IntoIterator<Item = Cents>>(amounts: I) -> Option<Cents> {
        amounts.into_iter().try_fold(Cents::ZERO, Cents::checked_add)
    }

    fn sign(self) -> &'static str {
        if self.0 < 0 { "-" } else { "" }
    }

    fn euros_part(self) -> u64 {
        self.0.unsigned_abs() / 100
    }

    fn cents_part(self) -> u64 {
        self.0.unsigned_abs() % 100
    }

    fn grouped(self, separator: char) -> String {
        let digits = self.euros_part().to_string();
        let mut out = String::with_capacity(digits.len() + 8);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }
}

/// Takes one euro mark off either end.
fn strip_euro(text: &str) -> &str {
    let lower_end = |t: &str, mark: &str| {
        t.len() >= mark.len()
            && t.get(t.len() - mark.len()..).is_some_and(|end| end.eq_ignore_ascii_case(mark))
    };
    if let Some(rest) = text.strip_prefix('€') {
        return rest.trim();
    }
    for mark in ["€", "euros", "euro", "EUR"] {
        if lower_end(text, mark) {
            return text.get(..text.len() - mark.len()).unwrap_or("").trim();
        }
    }
    text
}

/// Splits at the decimal separator, refusing what could be read in two ways.
fn split_decimals(text: &str) -> Result<(&str, &str), AmountError> {
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let at = match (text.rfind(','), text.rfind('.')) {
        (None, None) => return Ok((text, "")),
        (Some(comma), Some(point)) => {
            let (last, count) = if comma > point { (comma, commas) } else { (point, points) };
            if count > 1 {
                return Err(AmountError::NotAnAmount);
            }
            last
        }
        (Some(at), None) if commas == 1 => at,
        (None, Some(at)) if points == 1 => at,
        // `1,234,567`: thousands on both sides of the Channel, nothing else it could be
        _ => return Ok((text, "")),
    };
    let (whole, rest) = text.split_at(at);
    let decimals = rest.get(1..).unwrap_or("");
    let lone = commas + points == 1;
    let short_whole = (1..=3).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit());
    if lone && decimals.len() == 3 && short_whole && whole != "0" {
        return Err(AmountError::Ambiguous);
    }
    if decimals.is_empty() {
        return Err(AmountError::NotAnAmount);
    }
    Ok((whole, decimals))
}

/// Reads the whole euros; separators only where thousands stand.
fn whole_digits(whole: &str) -> Result<i64, AmountError> {
    let is_separator =
        |c: char| matches!(c, ' ' | '\u{00A0}' | '\u{202F}' | '\u{2009}' | '\'' | '’' | ',' | '.');
    let mut separators = whole.chars().filter(|c| is_separator(*c));
    let first = separators.next();
    if separators.any(|c| Some(c) != first && !c.is_whitespace()) {
        return Err(AmountError::NotAnAmount);
    }
    let groups: Vec<&str> = whole.split(is_separator).collect();
    if groups.iter().any(|g| g.is_empty() || !g.bytes().all(|b| b.is_ascii_digit())) {
        return Err(AmountError::NotAnAmount);
    }
    let head_is_short = groups.first().is_some_and(|g| g.len() <= 3);
    if groups.len() > 1 && (!head_is_short || groups.iter().skip(1).any(|g| g.len() != 3)) {
        return Err(AmountError::NotAnAmount);
    }
    groups.concat().parse().map_err(|_| AmountError::TooLarge)
}

fn decimal_cents(decimals: &str) -> Result<i64, AmountError> {
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::NotAnAmount);
    }
    match decimals.len() {
        0 => Ok(0),
        1 => decimals.parse::<i64>().map(|d| d * 10).map_err(|_| AmountError::NotAnAmount),
        2 => decimals.parse().map_err(|_| AmountError::NotAnAmount),
        _ => Err(AmountError::TooPrecise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, cents) in [
            ("12", 1200),
            ("12,5", 1250),
            ("12.50", 1250),
            (" 1 234,56 € ", 123_456),
            ("1\u{202F}234,56\u{00A0}€", 123_456),
            ("1\u{00A0}234\u{00A0}567,89", 123_456_789),
            ("1234.56", 123_456),
            ("€1,234.56", 123_456),
            ("1.234,56", 123_456),
            ("1,234,567", 123_456_700),
            ("12 EUR", 1200),
            ("12 euros", 1200),
            ("-3,10", -310),
            ("\u{2212}3,10", -310),
            ("-€3.10", -310),
            ("0,05", 5),
            ("1'234,50", 123_450),
        ] {
            assert_eq!(Cents::parse(typed), Ok(Cents(cents)), "{typed:?}");
        }
    }

    #[test]
    fn amounts_that_could_mean_two_things_or_nothing_are_refused() {
        for (typed, error) in [
            ("", AmountError::Empty),
            ("€", AmountError::Empty),
            ("abc", AmountError::NotAnAmount),
            ("12a", AmountError::NotAnAmount),
            ("1,234", AmountError::Ambiguous),
            ("1.234", AmountError::Ambiguous),
            ("0,123", AmountError::TooPrecise),
            ("1234,567", AmountError::TooPrecise),
            ("12,", AmountError::NotAnAmount),
            (",5", AmountError::NotAnAmount),
            ("1 23,45", AmountError::NotAnAmount),
            ("1,2.3,4", AmountError::NotAnAmount),
            ("1.234,5.6", AmountError::NotAnAmount),
            ("--1", AmountError::NotAnAmount),
            ("=1+1", AmountError::NotAnAmount),
            ("١٢", AmountError::NotAnAmount),
            ("1e5", AmountError::NotAnAmount),
            ("92233720368547758,08", AmountError::TooLarge),
            ("99999999999999999999", AmountError::TooLarge),
        ] {
            assert_eq!(Cents::parse(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn amounts_are_written_for_each_reader() {
        let amount = Cents(123_456_789);
        assert_eq!(amount.fr(), "1\u{202F}234\u{202F}567,89\u{00A0}€");
        assert_eq!(amount.en(), "€1,234,567.89");
        assert_eq!(amount.csv_fr(), "1234567,89");
        assert_eq!(amount.plain(), "1234567.89");
        assert_eq!(Cents(-5).fr(), "-0,05\u{00A0}€");
        assert_eq!(Cents(-5).en(), "-€0.05");
        assert_eq!(Cents(i64::MIN).plain(), "-92233720368547758.08");
    }

    #[test]
    fn a_sum_that_overflows_is_none() {
        assert_eq!(Cents::sum([Cents(1), Cents(2)]), Some(Cents(3)));
        assert_eq!(Cents::sum([Cents(i64::MAX), Cents(1)]), None);
        assert_eq!(Cents(i64::MIN).checked_sub(Cents(1)), None);
    }

    proptest! {
        #[test]
        fn every_written_form_reads_back(cents in (i64::MIN + 1)..i64::MAX) {
            let amount = Cents(cents);
            for written in [amount.fr(), amount.en(), amount.csv_fr(), amount.plain()] {
                prop_assert_eq!(Cents::parse(&written), Ok(amount));
            }
        }

        #[test]
        fn reading_never_panics(text in "[-+0-9.,  €eEuroR']{0,16}") {
            let _ = Cents::parse(&text);
        }
    }
}
