//! Search keys: what a person types finds what another wrote, whatever the accents and the case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text for searching and sorting: accents and case dropped, ligatures opened
/// (`Œuvre` → `oeuvre`), typographic apostrophes made plain, runs of white space made one space.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut space_due = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if is_combining_mark(c) {
            continue;
        }
        if c.is_whitespace() {
            space_due = !key.is_empty();
            continue;
        }
        if c.is_control() || is_invisible(c) {
            continue;
        }
        if space_due {
            key.push(' ');
            space_due = false;
        }
        match c {
            'œ' => key.push_str("oe"),
            'æ' => key.push_str("ae"),
            'ß' => key.push_str("ss"),
            '’' | '‘' | 'ʼ' | '′' => key.push('\''),
            'ø' => key.push('o'),
            'ł' => key.push('l'),
            other => key.push(other),
        }
    }
    key
}

/// Zero-width and direction marks, which nobody types when searching.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A text as one line: control characters dropped, white space tidied.
pub fn one_line(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of several lines: no control character but the end of a line, nothing at either end.
pub fn paragraphs(text: &str) -> String {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = plain.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.trim().to_owned()
}

/// Escapes `%`, `_` and `\` with a backslash for a `LIKE … ESCAPE '\'`.
pub fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_case_ligatures_and_apostrophes_do_not_matter() {
        assert_eq!(search_key("  Zoë   d’Œuvre\u{00A0}ÆGIS  Straße "), "zoe d'oeuvre aegis strasse");
        assert_eq!(search_key("O’BRIEN-MÜLLER"), search_key("o'brien-muller"));
        assert_eq!(search_key("ﬁn №"), "fin no");
        assert_eq!(search_key("a\u{202E}b"), "ab");
        assert_eq!(search_key("\t\n"), "");
    }

    #[test]
    fn what_a_database_refuses_is_tidied_away() {
        assert_eq!(one_line(" Zoë\0\r\n  d’Œ\u{A0}"), "Zoë d’Œ");
        assert_eq!(paragraphs(" a\0b\r\nc\td\r "), "ab\ncd");
    }

    #[test]
    fn a_like_pattern_takes_what_was_typed_literally() {
        assert_eq!(escape_like(r"50%_\x"), r"50\%\_\\x");
    }

    proptest! {
        #[test]
        fn a_search_key_is_already_folded(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }
    }
}
