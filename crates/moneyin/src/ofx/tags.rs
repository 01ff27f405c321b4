//! Tags with the text that follows each.

use std::io::{BufRead, BufReader, Read};

use rules::fold::one_line;

use crate::refusal::{Broken, FileRefusal};
use crate::text::{Encoding, Utf8};

/// Bytes of a tag, or of a text.
const LONGEST: u64 = 100 * 1024;

/// A tag and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name in capitals; `/NAME` for one that closes.
    pub name: String,
    /// What follows it, up to the next tag, on one line.
    pub text: String,
}

/// Reads tags.
pub struct Tags<R> {
    from: BufReader<Utf8<R>>,
    at: u64,
}

impl<R: Read> Tags<R> {
    /// Of a file that stands after its mark.
    pub fn new(file: R, encoding: Encoding) -> Self {
        Self { from: BufReader::with_capacity(64 * 1024, Utf8::new(file, encoding)), at: 0 }
    }

    /// Reads up to `end`; whether it was there.
    fn until(&mut self, end: u8) -> Result<(String, bool), Broken> {
        let mut bytes = Vec::new();
        let read = self.from.by_ref().take(LONGEST).read_until(end, &mut bytes)?;
        self.at += read as u64;
        let found = bytes.last() == Some(&end);
        if !found && read as u64 == LONGEST {
            return Err(FileRefusal::TooLarge.into());
        }
        if found {
            bytes.pop();
        }
        Ok((String::from_utf8_lossy(&bytes).into_owned(), found))
    }

    /// Reads the header and stands after the first `<OFX>`; gives the version that the header tells.
    pub fn find_root(&mut self) -> Result<String, Broken> {
        let other = |found: &str| FileRefusal::OtherKind {
            expected: "OFX",
            found: one_line(found).chars().take(60).collect(),
        };
        let mut version = String::new();
        let mut first = String::new();
        for _ in 0..20 {
            let (before, found) = self.until(b'<')?;
            if first.is_empty() {
                first = before.trim().lines().next().unwrap_or_default().to_owned();
            }
            version = told(&before, "VERSION:")
                .or_else(|| (!version.is_empty()).then(|| version.clone()))
                .unwrap_or_default();
            if !found {
                return Err(other(&first).into());
            }
            let (tag, closed) = self.until(b'>')?;
            let upper = tag.trim().to_uppercase();
            if upper.starts_with("!DOCTYPE") || upper.starts_with("!ENTITY") {
                return Err(FileRefusal::Doctype.into());
            }
            if upper == "OFX" || upper.starts_with("OFX ") {
                self.until(b'<')?;
                return Ok(version);
            }
            if !closed {
                return Err(FileRefusal::Truncated.into());
            }
            if upper.starts_with("?OFX") {
                version = told(&tag, "VERSION=\"").or_else(|| told(&tag, "VERSION='")).unwrap_or(version);
            } else if !upper.starts_with('?') && !upper.starts_with("!--") {
                return Err(other(&tag).into());
            }
        }
        Err(other(&first).into())
    }

    /// The next tag; none at the end of the file.
    pub fn next(&mut self) -> Result<Option<Tag>, Broken> {
        let (mut tag, closed) = self.until(b'>')?;
        if !closed {
            return Ok(None);
        }
        // What stands between the last text's `<` and here is the tag.
        let mut text = String::new();
        loop {
            let upper = tag.trim_start().to_uppercase();
            if upper.starts_with("!DOCTYPE") || upper.starts_with("!ENTITY") {
                return Err(FileRefusal::Doctype.into());
            }
            let (more, found) = self.until(b'<')?;
            text.push_str(&more);
            if !found {
                break;
            }
            // A text may be marked as letters only.
            if !self.peeks(b"![CDATA[")? {
                break;
            }
            text.push_str(&self.letters_only()?);
        }
        let name = tag.trim().trim_end_matches('/').trim();
        let name = name.split_whitespace().next().unwrap_or_default().to_uppercase();
        tag.clear();
        Ok(Some(Tag { name, text: one_line(&unescaped(text.trim())) }))
    }

    fn peeks(&mut self, start: &[u8]) -> Result<bool, Broken> {
        Ok(self.from.fill_buf()?.starts_with(start))
    }

    fn letters_only(&mut self) -> Result<String, Broken> {
        let mut all = String::new();
        loop {
            let (piece, closed) = self.until(b'>')?;
            all.push_str(&piece);
            if !closed {
                return Err(FileRefusal::Truncated.into());
            }
            if let Some(inside) = all.strip_suffix("]]") {
                return Ok(inside.trim_start_matches("![CDATA[").to_owned());
            }
            if all.len() as u64 > LONGEST {
                return Err(FileRefusal::TooLarge.into());
            }
            all.push('>');
        }
    }
}

/// The digits after a word of the header.
fn told(text: &str, word: &str) -> Option<String> {
    let at = text.to_uppercase().find(word)?;
    let digits: String =
        text.get(at + word.len()..)?.chars().take_while(char::is_ascii_digit).take(6).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Entities to letters; what is no entity stays.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let letter = entity.and_then(|(name, _)| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{00A0}'),
            _ => {
                let code = name.strip_prefix('#')?;
                let code = match code.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => code.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (letter, entity) {
            (Some(letter), Some((_, more))) => {
                out.push(letter);
                rest = more;
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
