//! Bytes → text, whatever the mail claims about its charset.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decoded text, and the charset used when it is not the declared one.
pub struct Decoded {
    /// The text.
    pub text: String,
    /// What was used instead of the declaration.
    pub guessed: Option<&'static str>,
}

/// Decodes with the declared charset; when that is missing or plainly wrong: UTF-8, then windows-1252.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let label = declared.unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let plain = |text: String| Decoded { text, guessed: None };
    let encoding = Encoding::for_label(label.as_bytes());
    if bytes.is_ascii() && !is_escaped(&label, encoding) {
        return plain(String::from_utf8_lossy(bytes).into_owned());
    }
    match encoding {
        Some(encoding) if encoding == UTF_8 => utf8_or_western(bytes),
        Some(encoding) if encoding == WINDOWS_1252 => match std::str::from_utf8(bytes) {
            Ok(text) => Decoded { text: text.to_owned(), guessed: Some("utf-8") },
            Err(_) => plain(encoding.decode(bytes).0.into_owned()),
        },
        Some(encoding) => {
            let (text, _, broken) = encoding.decode(bytes);
            match std::str::from_utf8(bytes) {
                Ok(utf8) if broken => Decoded { text: utf8.to_owned(), guessed: Some("utf-8") },
                _ => plain(text.into_owned()),
            }
        }
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) => plain(decoder(bytes)),
            None => {
                let mut decoded = utf8_or_western(bytes);
                if !label.is_empty() {
                    decoded.guessed = decoded.guessed.or(Some("utf-8"));
                }
                decoded
            }
        },
    }
}

/// Charsets that write everything with ASCII bytes, so that ASCII bytes prove nothing.
fn is_escaped(label: &str, encoding: Option<&'static Encoding>) -> bool {
    encoding.is_some_and(|e| !e.is_ascii_compatible())
        || label.contains("utf-7")
        || label.starts_with("utf-16")
}

fn utf8_or_western(bytes: &[u8]) -> Decoded {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.to_owned(), guessed: None },
        Err(_) => Decoded { text: line_by_line(bytes), guessed: Some("windows-1252") },
    }
}

/// Mails pasted together hold both: each line is UTF-8 if it can be, else windows-1252.
pub fn line_by_line(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0,
        };
        out.push_str(&text);
    }
    out
}
