//! Registration numbers: SIREN (INSEE) and RNA (répertoire national des associations).

/// Why a number is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was typed.
    #[error("no number")]
    Empty,
    /// Not the shape of a SIREN (9 digits) or an RNA (`W`, then 9 digits, the 3rd may be a letter).
    #[error("not the shape of this number")]
    Shape,
    /// The check digit does not agree: a digit was mistyped.
    #[error("a digit is wrong")]
    CheckDigit,
}

/// Reads a SIREN, spaces allowed: nine digits whose Luhn sum is a multiple of ten.
///
/// # Errors
/// [`IdError`]; `000000000` is refused.
pub fn siren(text: &str) -> Result<String, IdError> {
    let digits = without_spaces(text);
    if digits.is_empty() {
        return Err(IdError::Empty);
    }
    if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.bytes().all(|b| b == b'0') {
        return Err(IdError::Shape);
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    if sum.is_multiple_of(10) { Ok(digits) } else { Err(IdError::CheckDigit) }
}

/// Reads an RNA number, spaces allowed: `W`, the code of the registry (two digits, or a digit and a
/// letter as in `W2A`, then one more), six digits: `W751234567`, `W2A1000001`.
///
/// # Errors
/// [`IdError`].
pub fn rna(text: &str) -> Result<String, IdError> {
    let number = without_spaces(text).to_ascii_uppercase();
    if number.is_empty() {
        return Err(IdError::Empty);
    }
    let body = number.strip_prefix('W').ok_or(IdError::Shape)?.as_bytes();
    let digit_or_corsica =
        |(place, b): (usize, &u8)| b.is_ascii_digit() || (place == 1 && matches!(b, b'A' | b'B'));
    if body.len() != 9 || !body.iter().enumerate().all(digit_or_corsica) {
        return Err(IdError::Shape);
    }
    if body.iter().skip(3).all(|b| *b == b'0') {
        return Err(IdError::Shape);
    }
    Ok(number)
}

/// Reads whichever of the two this is: what the receipt asks for ("Numéro SIREN ou RNA").
///
/// # Errors
/// [`IdError`] of the number it looks like.
pub fn siren_or_rna(text: &str) -> Result<String, IdError> {
    if text.trim_start().starts_with(['W', 'w']) { rna(text) } else { siren(text) }
}

/// `123 456 782`, as people read a SIREN (U+202F between groups); an RNA stays as it is.
pub fn spaced(number: &str) -> String {
    let groups = (number.get(0..3), number.get(3..6), number.get(6..9));
    match groups {
        (Some(a), Some(b), Some(c)) if number.len() == 9 => format!("{a}\u{202F}{b}\u{202F}{c}"),
        _ => number.to_owned(),
    }
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_siren_is_nine_digits_that_agree() {
        assert_eq!(siren(" 732 829 320 ").as_deref(), Ok("732829320"));
        assert_eq!(siren("732829321"), Err(IdError::CheckDigit));
        assert_eq!(siren("000000000"), Err(IdError::Shape));
        assert_eq!(siren("73282932"), Err(IdError::Shape));
        assert_eq!(siren("73282932O"), Err(IdError::Shape));
        assert_eq!(siren(" "), Err(IdError::Empty));
        assert_eq!(spaced("732829320"), "732\u{202F}829\u{202F}320");
    }

    #[test]
    fn an_rna_is_a_w_and_nine_places() {
        assert_eq!(rna("w 751 234 567").as_deref(), Ok("W751234567"));
        assert_eq!(rna("W2A1000001").as_deref(), Ok("W2A1000001"));
        assert_eq!(rna("W75123456"), Err(IdError::Shape));
        assert_eq!(rna("W7512345678"), Err(IdError::Shape));
        assert_eq!(rna("WA51234567"), Err(IdError::Shape));
        assert_eq!(rna("W751000000"), Err(IdError::Shape));
        assert_eq!(siren_or_rna("W751234567").as_deref(), Ok("W751234567"));
        assert_eq!(siren_or_rna("732829320").as_deref(), Ok("732829320"));
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_is_always_seen(body in 1u32..99_999_999, place in 0usize..9, shift in 1u8..10) {
            let text = (0..10).map(|check| format!("{body:08}{check}")).find(|t| siren(t).is_ok()).unwrap();
            let mut digits = text.into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
            prop_assert!(siren(std::str::from_utf8(&digits).unwrap()).is_err());
        }
    }
}
