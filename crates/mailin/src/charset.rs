//! Bytes → text, whatever the mail claims about its charset.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decoded text, and the charset used when it is not the declared one.
pub struct Decoded {
    /// The text.
    pub text: String,
    /// What was used instead of the declaration.
    pub guessed: Option<&'static str>,
}

/// Letters outside ASCII that a guess needs: below, windows-1252 is the likelier one here.
const ENOUGH_TO_GUESS: usize = 12;

/// Decodes with the declared charset; when that is missing or plainly wrong: UTF-8, then what the bytes
/// look like, then windows-1252.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let label = declared.unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let plain = |text: String| Decoded { text, guessed: None };
    let named = Encoding::for_label(label.as_bytes());
    let encoding = named.or_else(|| Encoding::for_label(bare(&label)?.as_bytes()));
    if encoding != Some(ISO_2022_JP) && escapes_to_japanese(bytes) {
        return Decoded { text: japanese(bytes), guessed: Some("iso-2022-jp") };
    }
    if bytes.is_ascii() && !is_escaped(&label, encoding) {
        return plain(String::from_utf8_lossy(bytes).into_owned());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return plain(UTF_8.decode(bytes).0.into_owned());
    }
    match encoding {
        Some(encoding) if encoding == UTF_8 => utf8_or_western(bytes),
        Some(encoding) if encoding == WINDOWS_1252 => match std::str::from_utf8(bytes) {
            Ok(text) => Decoded { text: text.to_owned(), guessed: Some("utf-8") },
            Err(_) => western(bytes, &label),
        },
        Some(encoding) if encoding == ISO_2022_JP => plain(japanese(bytes)),
        Some(encoding) => {
            let (text, _, broken) = encoding.decode(bytes);
            match std::str::from_utf8(bytes) {
                Ok(utf8) if broken => Decoded { text: utf8.to_owned(), guessed: Some("utf-8") },
                _ if broken && named.is_none() => utf8_or_western(bytes),
                _ => plain(text.into_owned()),
            }
        }
        None => match charset_decoder(label.as_bytes()).filter(|_| !label.is_empty()) {
            Some(decoder) => plain(decoder(bytes)),
            None => {
                let mut decoded = undeclared(bytes);
                if !label.is_empty() {
                    decoded.guessed = decoded.guessed.or(Some("utf-8"));
                }
                decoded
            }
        },
    }
}

/// `x-gbk`, `charset=us-ascii`, `iso-gb2312`, `utf-8Return-Path: …`: the charset meant.
fn bare(label: &str) -> Option<&str> {
    let label = label.strip_prefix("charset=").unwrap_or(label);
    let known = |l: &&str| Encoding::for_label(l.as_bytes()).is_some();
    let stripped = ["x-", "iso-", "cs"].iter().filter_map(|p| label.strip_prefix(p)).find(known);
    stripped.or_else(|| {
        let starts = ["utf-8", "iso-8859-15", "iso-8859-1", "windows-1252", "us-ascii", "gb2312"];
        starts.into_iter().find(|s| label.starts_with(s))
    })
}

/// Latin-1 and its superset; what calls itself ASCII may be anything else.
fn western(bytes: &[u8], label: &str) -> Decoded {
    let ascii = label.contains("ascii");
    if let Some(encoding) = guessed(bytes).filter(|_| ascii) {
        return Decoded { text: encoding.decode(bytes).0.into_owned(), guessed: Some(encoding.name()) };
    }
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    Decoded { text, guessed: ascii.then_some("windows-1252") }
}

/// No charset, or a name that is none.
fn undeclared(bytes: &[u8]) -> Decoded {
    match guessed(bytes).filter(|_| std::str::from_utf8(bytes).is_err()) {
        Some(encoding) => {
            Decoded { text: encoding.decode(bytes).0.into_owned(), guessed: Some(encoding.name()) }
        }
        None => utf8_or_western(bytes),
    }
}

/// What the bytes look like, when there are enough of them and it is not what we assume anyway.
fn guessed(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.iter().filter(|b| !b.is_ascii()).count() < ENOUGH_TO_GUESS {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..bytes.len().min(1 << 16)).unwrap_or(bytes), true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    (guess != UTF_8 && guess != WINDOWS_1252).then_some(guess)
}

/// `ESC $ B` and the like: 7-bit text that is Japanese, whatever it is called (RFC 1468).
fn escapes_to_japanese(bytes: &[u8]) -> bool {
    let escapes = memchr::memchr_iter(0x1b, bytes).take(20);
    let opens = |at: usize| matches!(bytes.get(at + 1..at + 3), Some(b"$B" | b"$@"));
    bytes.is_ascii() && escapes.into_iter().any(opens)
}

/// Text of real mail programs: half-width katakana by escape, lines cut before the escape back.
fn japanese(bytes: &[u8]) -> String {
    ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned()
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
        Err(_) => Decoded { text: utf8_and_western(bytes), guessed: Some("windows-1252") },
    }
}

fn utf8_and_western(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    mixed(bytes, &mut out);
    out
}

/// Headers with raw bytes: each line is UTF-8 if it can be, else what it looks like.
pub fn headers(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        match (std::str::from_utf8(line), guessed(line)) {
            (Ok(text), _) => out.push_str(text),
            (Err(_), Some(encoding)) => out.push_str(&encoding.decode_without_bom_handling(line).0),
            (Err(_), None) => mixed(line, &mut out),
        }
    }
    out
}

/// Mails pasted together hold both charsets, even on one line: what is UTF-8 is read so, every other
/// byte as windows-1252.
fn mixed(bytes: &[u8], out: &mut String) {
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
}
