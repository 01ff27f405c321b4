//! The letters that every bank of the scheme reads (EPC217-08).

use unicode_normalization::UnicodeNormalization;

/// A text in the letters of the scheme: accents go, ligatures come apart, what has no letter becomes a full stop, runs of
/// space one space; at most `most` letters. Empty when nothing is left to read.
pub fn latin(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'æ' => out.push_str("ae"),
            'Æ' => out.push_str("AE"),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' | 'ð' => out.push('d'),
            'Đ' | 'Ð' => out.push('D'),
            'ı' => out.push('i'),
            '’' | '‘' | '`' | '´' => out.push('\''),
            '–' | '—' | '‐' | '‑' => out.push('-'),
            '&' => out.push('+'),
            c if c.is_whitespace() => out.push(' '),
            c if c.is_ascii_alphanumeric() || "/-?:().,'+".contains(c) => out.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            c if c.is_control() => {}
            _ => out.push('.'),
        }
    }
    let words: Vec<&str> = out.split(' ').filter(|word| !word.is_empty()).collect();
    let cut: String = words.join(" ").chars().take(most).collect();
    let cut = cut.trim().to_owned();
    if cut.chars().any(|c| c.is_ascii_alphanumeric()) { cut } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_the_letters_of_the_scheme() {
        assert_eq!(latin("Zoë  d’Œuvre & Fils", 70), "Zoe d'OEuvre + Fils");
        assert_eq!(latin("Łukasz Groß", 70), "Lukasz Gross");
        assert_eq!(latin("李 小龙 Lee", 70), ". .. Lee");
        assert_eq!(latin("李小龙", 70), "", "no letter is left");
        assert_eq!(latin("Ana <MODÈLE>", 8), "Ana .MOD");
    }
}
