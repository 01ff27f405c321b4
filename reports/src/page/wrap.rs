//! Cleaning and breaking lines of text that people typed.

use unicode_normalization::UnicodeNormalization;

use super::face::Face;

/// The text as it is drawn: letters composed (NFC), every run of white space one space, nothing
/// invisible or controlling left. No-break spaces stay what they are.
pub(crate) fn clean(text: &str) -> String {
    if is_clean(text) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut space_owed = false;
    for character in text.nfc() {
        let drawn = match character {
            '\u{A0}' | '\u{202F}' => character,
            '\u{2009}' | '\u{2007}' => '\u{202F}',
            space if space.is_whitespace() => {
                space_owed = !cleaned.is_empty();
                continue;
            }
            hidden if hidden.is_control() || is_invisible(hidden) => continue,
            visible => visible,
        };
        if space_owed {
            cleaned.push(' ');
            space_owed = false;
        }
        cleaned.push(drawn);
    }
    cleaned
}

/// Whether the text can be drawn as it is: so are the words of the form, and nearly all others.
fn is_clean(text: &str) -> bool {
    let plain = |c: char| matches!(c, ' '..='~' | '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '–' | '’' | '\u{202F}' | '€');
    text.chars().all(plain) && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

/// Joiners, marks of direction, variation selectors and the like.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Breaks a cleaned text into lines no wider than `width` points: after a space, a hyphen, a dash
/// or a slash where there is one, else inside the word. A line broken at a space keeps it, unseen at
/// its end, so that the text layer keeps words apart. Never gives an empty list.
pub(crate) fn wrap(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = Line { face, thousandths: width * 1000.0 / size, text: String::new(), advance: 0 };
    for word in words(text) {
        if line.take(word) {
            continue;
        }
        if !line.text.is_empty() {
            lines.push(line.end());
        }
        if line.take(word) {
            continue;
        }
        for character in word.chars() {
            let mut letter = [0; 4];
            let letter = character.encode_utf8(&mut letter);
            if !line.take(letter) {
                lines.push(line.end());
                line.push(letter);
            }
        }
    }
    line.text.truncate(line.text.trim_end_matches(' ').len());
    if !line.text.is_empty() || lines.is_empty() {
        lines.push(line.text);
    }
    lines
}

/// A line being filled.
struct Line<'a> {
    face: &'a Face,
    /// Room in thousandths of an em.
    thousandths: f32,
    text: String,
    /// How far the text reaches, in the same unit.
    advance: i32,
}

impl Line<'_> {
    /// Appends the word if it fits without the spaces at its end.
    #[allow(clippy::cast_precision_loss)]
    fn take(&mut self, word: &str) -> bool {
        let reach = self.face.advance(self.text.chars().next_back(), word.trim_end_matches(' '));
        let fits = (self.advance + reach) as f32 <= self.thousandths;
        if fits {
            self.push(word);
        }
        fits
    }

    fn push(&mut self, word: &str) {
        self.advance += self.face.advance(self.text.chars().next_back(), word);
        self.text.push_str(word);
    }

    fn end(&mut self) -> String {
        self.advance = 0;
        std::mem::take(&mut self.text)
    }
}

/// The text cut where a line may end. French signs keep their space: no line begins with `;` or
/// ends with `«`, however the space before or after them was typed.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().find_map(|(at, character)| {
            let end = at + character.len_utf8();
            let (before, after) = rest.split_at_checked(end)?;
            let ends = match character {
                '-' | '\u{2013}' | '/' => true,
                ' ' => !after.starts_with([';', ':', '!', '?', '»']) && !before.ends_with("« "),
                _ => false,
            };
            ends.then_some(end)
        });
        let (word, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        Some(word).filter(|word| !word.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::face::{Faces, Weight};
    use super::*;

    #[test]
    fn combining_marks_are_composed_and_hidden_characters_dropped() {
        assert_eq!(clean("Zoe\u{308}  \n d\u{2019}\u{152}uvre \u{202E}\u{200B}\0fin \t"), "Zoë d’Œuvre fin");
        assert_eq!(clean("1\u{202F}234\u{A0}€"), "1\u{202F}234\u{A0}€");
        assert_eq!((clean(" a  b ").as_str(), clean("a\u{AD}b\u{2009}c")), ("a b", "ab\u{202F}c".to_owned()));
    }

    #[test]
    fn lines_break_between_words_and_never_at_a_no_break_space() {
        let faces = Faces::open_sans().unwrap();
        let face = faces.of(Weight::Regular);
        let width = face.measure("Association pour", 10.0);
        assert_eq!(wrap(face, "Association pour l’eau", 10.0, width), ["Association pour ", "l’eau"]);
        assert_eq!(
            wrap(face, "Association pour\u{A0}l’eau", 10.0, width),
            ["Association ", "pour\u{A0}l’eau"]
        );
        assert_eq!(wrap(face, "", 10.0, width), [""]);
        let width = face.measure("« Lire » !", 10.0);
        assert_eq!(wrap(face, "Oui « Lire » ! Non", 10.0, width), ["Oui ", "« Lire » ! ", "Non"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_line_is_wider_than_its_column_and_no_letter_is_lost(
            text in "[A-Za-zéŒ€ \u{A0}/-]{0,300}", width in 20.0f32..400.0, size in 6.0f32..14.0
        ) {
            static FACES: LazyLock<Faces> = LazyLock::new(|| Faces::open_sans().unwrap());
            let face = FACES.of(Weight::Regular);
            let text = clean(&text);
            let lines = wrap(face, &text, size, width);
            for line in &lines {
                prop_assert!(face.measure(line.trim_end_matches(' '), size) <= width + 0.001, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
