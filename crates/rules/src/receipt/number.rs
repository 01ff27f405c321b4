//! Numéro d'ordre: `RF-2026-000123`, one series per kind and year of issue (law R2).

/// A receipt number taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptNumber {
    /// Prefix of the series, e.g. `RF`.
    pub prefix: String,
    /// Year of issue.
    pub year: i32,
    /// Place in the series, from 1.
    pub sequence: u64,
}

/// Writes a number; the sequence grows past six digits when it must.
pub fn format(prefix: &str, year: i32, sequence: u64) -> String {
    format!("{prefix}-{year:04}-{sequence:06}")
}

/// Reads a number written by [`format()`]; anything written otherwise is `None`.
pub fn parse(text: &str) -> Option<ReceiptNumber> {
    let (rest, sequence) = text.rsplit_once('-')?;
    let (prefix, year) = rest.rsplit_once('-')?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(year) || !digits(sequence) || !is_prefix(prefix) {
        return None;
    }
    let number = ReceiptNumber {
        prefix: prefix.to_owned(),
        year: year.parse().ok()?,
        sequence: sequence.parse().ok().filter(|n| *n > 0)?,
    };
    (format(prefix, number.year, number.sequence) == text).then_some(number)
}

/// Whether this may begin a series: 1 to 12 capital letters or digits, with hyphens between.
pub fn is_prefix(prefix: &str) -> bool {
    (1..=12).contains(&prefix.len())
        && prefix.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_written_with_six_digits_or_more() {
        assert_eq!(format("RF", 2026, 123), "RF-2026-000123");
        assert_eq!(format("RF", 2026, 1_234_567), "RF-2026-1234567");
        for odd in [
            "",
            "RF-2026-123",
            "RF-2026-000000",
            "RF-26-000001",
            "rf-2026-000001",
            "RF-2026-0000001",
            "-2026-000001",
        ] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn a_number_reads_back(prefix in "[A-Z0-9]{1,5}(-[A-Z0-9]{1,5})?", year in 1900i32..3000, sequence in 1u64..u64::MAX) {
            let number = parse(&format(&prefix, year, sequence));
            prop_assert_eq!(number, Some(ReceiptNumber { prefix, year, sequence }));
        }
    }
}
