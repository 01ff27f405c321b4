//! Encoded words of headers (RFC 2047), also those that senders break: cut in the middle of a letter,
//! with blanks inside, folded, unfinished, or in a charset that is not the one they name.

use std::borrow::Cow;

use base64::Engine as _;

use crate::{charset, transfer};

/// A word and where it stands.
struct Word<'t> {
    charset: &'t str,
    bytes: Vec<u8>,
    /// Bytes of the source up to the end of the word.
    end: usize,
}

/// Each run of encoded words becomes a single sound one in UTF-8; the rest stays as it is. Words that
/// cannot be decoded stay too.
pub fn repaired(block: &str) -> Cow<'_, str> {
    if !block.contains("=?") {
        return Cow::Borrowed(block);
    }
    let mut out = String::with_capacity(block.len());
    let mut rest = block;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match run(from) {
            Some((text, end)) => {
                out.push_str(&sound(&text));
                rest = from.get(end..).unwrap_or_default();
            }
            None => {
                out.push_str("=?");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decoded words of a line, for texts that are not headers.
pub fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (word, end) = run(from).unwrap_or_else(|| ("=?".to_owned(), 2));
        out.push_str(&word);
        rest = from.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn sound(text: &str) -> String {
    format!("=?utf-8?B?{}?=", base64::engine::general_purpose::STANDARD.encode(text))
}

/// The text of the words that stand here one after another, and their length in the source. Words of one
/// charset are joined before decoding: many senders cut a letter in two.
fn run(from: &str) -> Option<(String, usize)> {
    let first = word(from)?;
    let mut end = first.end;
    let mut groups: Vec<(&str, Vec<u8>)> = vec![(first.charset, first.bytes)];
    loop {
        let after = from.get(end..).unwrap_or_default();
        let gap = after.len() - after.trim_start().len();
        let Some(next) = word(after.get(gap..).unwrap_or_default()) else { break };
        match groups.last_mut() {
            Some((charset, bytes)) if charset.eq_ignore_ascii_case(next.charset) => bytes.extend(next.bytes),
            _ => groups.push((next.charset, next.bytes)),
        }
        end += gap + next.end;
    }
    let texts: Option<Vec<String>> = groups.iter().map(|(label, bytes)| decode(label, bytes)).collect();
    // What cannot be decoded is shown as it was sent.
    let text = texts.map_or_else(|| from.get(..end).unwrap_or_default().to_owned(), |texts| texts.concat());
    (!text.is_empty()).then_some((text, end))
}

/// `None` when the bytes are not what they say and look like nothing else.
fn decode(label: &str, bytes: &[u8]) -> Option<String> {
    let decoded = charset::decode(bytes, Some(label));
    let garbage = decoded.guessed.is_some()
        && decoded.text.chars().any(|c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace()));
    (!garbage).then(|| decoded.text.replace(['\r', '\n', '\0'], " "))
}

/// `=?charset?Q?…?=` at the start of a text.
fn word(from: &str) -> Option<Word<'_>> {
    let inside = from.strip_prefix("=?")?;
    let (charset, rest) = inside.split_once('?')?;
    // RFC 2231 5: a language may follow the charset.
    let label = charset.split('*').next().unwrap_or_default();
    if label.is_empty() || label.len() > 40 || label.contains(|c: char| c.is_whitespace() || c == '=') {
        return None;
    }
    let (encoding, data) = rest.split_once('?')?;
    let start = from.len() - data.len();
    let (data, end) = content(data)?;
    let bytes = match encoding {
        "b" | "B" => transfer::base64_word(data.as_bytes())?,
        "q" | "Q" => {
            let unfolded = data.replace(['\r', '\n'], "").replace('_', " ");
            transfer::quoted_printable(unfolded.as_bytes())
        }
        _ => return None,
    };
    Some(Word { charset: label, bytes, end: start + end })
}

/// What stands before `?=`, and the length with it. A word that is never ended goes to the end of its
/// line if it holds no blank.
fn content(data: &str) -> Option<(&str, usize)> {
    let next_field = data.match_indices('\n').find_map(|(at, _)| {
        let folded = data.get(at + 1..).is_some_and(|l| l.starts_with([' ', '\t']));
        (!folded).then_some(at)
    });
    let field = data.get(..next_field.unwrap_or(data.len())).unwrap_or_default();
    // `?` may be the last letter of the word: `=?utf-8?Q?Quoi??=`.
    if let Some(at) = field.find("?=") {
        let at = if field.get(at + 1..).is_some_and(|l| l.starts_with("?=")) { at + 1 } else { at };
        return Some((field.get(..at)?, at + 2));
    }
    let line = field.split(['\n', '\r', ' ', '\t', '"', '<', ';', ',']).next().unwrap_or_default();
    let bare = line.trim_end_matches('?');
    (!bare.is_empty()).then_some((bare, line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_senders_write_them() {
        for (source, read) in [
            ("=?iso-8859-1?Q?Acc=E8s?= au compte", "Accès au compte"),
            ("=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
            ("=?UTF-8?Q?=C3?=\r\n =?UTF-8?Q?=A9t=C3=A9?=", "été"),
            ("=?utf-8?Q?des blancs dedans?=", "des blancs dedans"),
            ("=?utf-8?B?w6k=", "é"),
            ("=?utf-8*fr?Q?l=C3=A0?=", "là"),
            ("=?us-ascii?Q?d=E9j=E0?=", "déjà"),
            ("=?utf-8?Q?Quoi_??=", "Quoi ?"),
            ("=?iso-2022-jp?B?GyRCJDMbKEI=?=", "こ"),
            ("=?x?y?z?= =? =?? =?=", "=?x?y?z?= =? =?? =?="),
            ("=?utf-8?B?pas du base64?=", "=?utf-8?B?pas du base64?="),
        ] {
            assert_eq!(decoded(source), read, "{source}");
        }
    }

    #[test]
    fn a_word_never_reaches_into_the_next_header() {
        let block = "Subject: =?utf-8?Q?jamais fini\r\nX-Autre: ?=\r\n";
        assert!(repaired(block).contains("\r\nX-Autre: ?="));
    }
}
