//! A typeface: which characters it has, how wide they are, how pairs of them move together.
//!
//! Measures are whole thousandths of an em, the unit in which a PDF declares widths: what is
//! measured here is what a viewer draws.

use std::collections::BTreeMap;

use printpdf::ParsedFont;

use crate::receipt::ReceiptError;

const OPEN_SANS_REGULAR: &[u8] = include_bytes!("../../fonts/OpenSans-Regular.ttf");
const OPEN_SANS_SEMIBOLD: &[u8] = include_bytes!("../../fonts/OpenSans-Semibold.ttf");

/// Characters below this get their pairs kerned (Latin-1).
const KERNED: usize = 256;

/// Which of the two faces a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Running text.
    Regular,
    /// Titles, names, amounts.
    Semibold,
}

/// The two faces, parsed once.
pub(crate) struct Faces {
    regular: Face,
    semibold: Face,
}

impl Faces {
    pub(crate) fn open_sans() -> Result<Self, ReceiptError> {
        Ok(Self {
            regular: Face::parse(OPEN_SANS_REGULAR, "OpenSans-Regular")?,
            semibold: Face::parse(OPEN_SANS_SEMIBOLD, "OpenSans-Semibold")?,
        })
    }

    pub(crate) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Semibold => &self.semibold,
        }
    }
}

/// One parsed face.
pub(crate) struct Face {
    /// The whole font file.
    pub(crate) bytes: &'static [u8],
    /// PostScript name.
    pub(crate) name: &'static str,
    /// What printpdf read of it, without the bytes.
    pub(crate) parsed: ParsedFont,
    widths: BTreeMap<char, i32>,
    latin_widths: Vec<Option<i32>>,
    kerning: Vec<i16>,
}

impl Face {
    fn parse(bytes: &'static [u8], name: &'static str) -> Result<Self, ReceiptError> {
        let mut parsed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).ok_or(ReceiptError::Font(name))?;
        let units = i32::from(parsed.pdf_font_metrics.units_per_em.max(1));
        // Open Sans lacks the narrow no-break space of French typography and the no-break hyphen:
        // they are drawn as the thin space and the hyphen, and keep their own code in the text layer.
        for (missing, stand_in) in [('\u{202F}', '\u{2009}'), ('\u{2011}', '-')] {
            if parsed.lookup_glyph_index(missing.into()).is_none()
                && let Some(glyph) = parsed.lookup_glyph_index(stand_in.into())
            {
                parsed.set_codepoint_mapping(missing.into(), glyph);
            }
        }
        let mut widths = BTreeMap::new();
        for (code, glyph) in &parsed.codepoint_to_glyph {
            if let (Some(character), Some(width)) = (char::from_u32(*code), parsed.get_glyph_width(*glyph)) {
                widths.insert(character, i32::from(width) * 1000 / units);
            }
        }
        let latin_widths = (0..KERNED)
            .map(|code| u8::try_from(code).ok().and_then(|code| widths.get(&char::from(code)).copied()))
            .collect();
        let kerning = latin_kerning(bytes, &parsed, units).unwrap_or_default();
        parsed.original_bytes = Vec::new();
        Ok(Self { bytes, name, parsed, widths, latin_widths, kerning })
    }

    /// Advance of a character in thousandths of an em, if the face has it.
    pub(crate) fn width(&self, character: char) -> Option<i32> {
        match self.latin_widths.get(character as usize) {
            Some(width) => *width,
            None => self.widths.get(&character).copied(),
        }
    }

    /// How much nearer (below zero) or farther the second of two characters stands.
    pub(crate) fn kern(&self, first: char, second: char) -> i32 {
        if first as usize >= KERNED || second as usize >= KERNED {
            return 0;
        }
        self.kerning.get(first as usize * KERNED + second as usize).copied().unwrap_or(0).into()
    }

    /// How far a text moves the pen after a character, in thousandths of an em; unknown characters
    /// count for nothing.
    pub(crate) fn advance(&self, mut before: Option<char>, text: &str) -> i32 {
        let mut total = 0;
        for character in text.chars() {
            if let Some(before) = before {
                total += self.kern(before, character);
            }
            total += self.width(character).unwrap_or(0);
            before = Some(character);
        }
        total
    }

    /// Width of a text in points at a size in points.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn measure(&self, text: &str, size: f32) -> f32 {
        self.advance(None, text) as f32 * size / 1000.0
    }
}

/// The `kern` table cut down to Latin-1 pairs, in thousandths of an em.
fn latin_kerning(font: &[u8], parsed: &ParsedFont, units: i32) -> Option<Vec<i16>> {
    let mut characters: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for code in 0x20..KERNED {
        if let Some(glyph) = parsed.lookup_glyph_index(u32::try_from(code).ok()?) {
            characters.entry(glyph).or_default().push(code);
        }
    }
    let table = table(font, b"kern")?;
    // Version, number of subtables; then one subtable: version, length, coverage, number of pairs.
    // The length field overflows for so many pairs; their number is what counts.
    let pairs = usize::from(u16_at(table, 10)?);
    let mut kerning = vec![0; KERNED * KERNED];
    for pair in 0..pairs {
        let at = 18 + pair * 6;
        let (Some(left), Some(right), Some(value)) =
            (u16_at(table, at), u16_at(table, at + 2), u16_at(table, at + 4))
        else {
            break;
        };
        let (Some(lefts), Some(rights)) = (characters.get(&left), characters.get(&right)) else { continue };
        let value = i16::try_from(i32::from(value.cast_signed()) * 1000 / units).unwrap_or(0);
        for first in lefts {
            for second in rights {
                if let Some(cell) = kerning.get_mut(first * KERNED + second) {
                    *cell = value;
                }
            }
        }
    }
    Some(kerning)
}

fn table<'a>(font: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let tables = usize::from(u16_at(font, 4)?);
    (0..tables).find_map(|index| {
        let at = 12 + index * 16;
        let found = font.get(at..at + 4)? == tag;
        let offset = usize::try_from(u32_at(font, at + 8)?).ok()?;
        if found { font.get(offset..) } else { None }
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_faces_have_every_letter_of_french_and_of_european_names() {
        let faces = Faces::open_sans().unwrap();
        let french = "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäæçéèêëîïôöœùûüÿ€«»’–—…°№ğłőšțșßİıđ\u{202F}\u{A0}\u{2011}";
        for weight in [Weight::Regular, Weight::Semibold] {
            let face = faces.of(weight);
            for character in french.chars().chain((0x100..0x180).filter_map(char::from_u32)) {
                assert!(face.width(character).is_some(), "{character:?} is missing in {}", face.name);
            }
            assert!(face.kern('A', 'V') < 0, "A and V are not kerned in {}", face.name);
            assert_eq!(face.kern('n', 'n'), 0);
        }
    }

    #[test]
    fn a_text_is_as_wide_as_its_letters_and_their_kerning() {
        let faces = Faces::open_sans().unwrap();
        let face = faces.of(Weight::Regular);
        let letters = face.measure("A", 1000.0) + face.measure("V", 1000.0);
        assert!(face.measure("AV", 1000.0) < letters);
        assert!((face.measure("nn", 10.0) - 2.0 * face.measure("n", 10.0)).abs() < 0.001);
    }
}
