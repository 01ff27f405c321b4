//! Content-Transfer-Encoding undone (RFC 2045 6), as far as what stands there can be undone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::uuencode;

/// The decoded body. What is not encoded as it says stays as it is; text that a list or a virus scanner
/// put below the encoded block is kept below the decoded one.
pub fn decode(body: &[u8], encoding: &str, is_text: bool) -> Vec<u8> {
    let encoding = encoding.trim().trim_matches('"').to_ascii_lowercase();
    let decoded = match encoding.as_str() {
        e if e.starts_with("base64") || e == "b" => base64_body(body, is_text),
        e if e.starts_with("quoted") || e == "q" => Some(quoted_printable(body)),
        e if e.contains("uue") || e.contains("uuencode") => uuencode::decode_part(body),
        _ => None,
    };
    match decoded {
        Some(bytes) if !bytes.is_empty() || body.trim_ascii().is_empty() => bytes,
        _ => body.to_vec(),
    }
}

fn base64_body(body: &[u8], is_text: bool) -> Option<Vec<u8>> {
    let (block, rest) = if is_text { block_and_rest(body) } else { (body, &b""[..]) };
    if !mostly_base64(block) {
        return None;
    }
    let mut bytes = base64_lenient(block);
    if !rest.trim_ascii().is_empty() {
        bytes.extend_from_slice(b"\n");
        bytes.extend_from_slice(rest);
    }
    Some(bytes)
}

/// The encoded lines, and the plain ones that follow them.
fn block_and_rest(body: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    let mut ended = false;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let said = line.trim_ascii();
        let encoded = said.iter().all(|b| is_letter(*b) || *b == b'=');
        let plain = said.contains(&b' ') && said.iter().filter(|b| b.is_ascii_alphabetic()).count() > 2;
        if at > 0 && (plain || (ended && !said.is_empty())) {
            return body.split_at(at);
        }
        ended = ended || (encoded && said.ends_with(b"="));
        at += line.len();
    }
    (body, b"")
}

fn is_letter(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'+' || b == b'/'
}

/// Cut or damaged base64 is still worth decoding; a text that only claims to be base64 is not.
fn mostly_base64(body: &[u8]) -> bool {
    let solid = body.iter().filter(|b| !b.is_ascii_whitespace());
    let odd = solid.clone().filter(|b| !(is_letter(**b) || **b == b'=')).count();
    odd * 20 < solid.count()
}

/// Decodes block by block: some senders join several, each with its own padding.
pub fn base64_lenient(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    for block in body.split(|b| *b == b'=') {
        let mut letters: Vec<u8> = block.iter().copied().filter(|b| is_letter(*b)).collect();
        if letters.len() % 4 == 1 {
            letters.pop(); // six bits say nothing
        }
        if let Ok(bytes) = LENIENT.decode(&letters) {
            out.extend_from_slice(&bytes);
        }
    }
    out
}

/// Takes last bits that are not zero: a decoder must not lose a file for them.
const LENIENT: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::general_purpose::NO_PAD.with_decode_allow_trailing_bits(true),
);

/// `=E9` is a byte, `=` at the end of a line joins it to the next, anything else stands for itself.
pub fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let end = line.get(text.len()..).unwrap_or_default();
        // Blanks at the end of a line were added on the way (RFC 2045 6.7 rule 3).
        let text = if end.is_empty() { text } else { text.trim_ascii_end() };
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            let byte =
                (*first == b'=').then(|| Some(hex(*after.first()?)? * 16 + hex(*after.get(1)?)?)).flatten();
            match byte {
                Some(byte) => {
                    out.push(byte);
                    rest = after.get(2..).unwrap_or_default();
                }
                None => {
                    out.push(*first);
                    rest = after;
                }
            }
        }
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn hex(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// A base64 word of a header; `None` when it is not one.
pub fn base64_word(word: &[u8]) -> Option<Vec<u8>> {
    let letters: Vec<u8> = word.iter().copied().filter(|b| !b.is_ascii_whitespace() && *b != b'=').collect();
    if !letters.iter().all(|b| is_letter(*b)) {
        return None;
    }
    let whole = if letters.len() % 4 == 1 { letters.get(..letters.len() - 1)? } else { &letters };
    LENIENT.decode(whole).ok().or_else(|| STANDARD_NO_PAD.decode(whole).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_below_the_encoded_block_is_kept() {
        let body = b"Qm9uam91cg==\r\n\r\n-- \r\nListe des adherents\r\n";
        assert_eq!(decode(body, "base64", true), b"Bonjour\n-- \r\nListe des adherents\r\n");
        assert_eq!(
            decode(b"Qm9u\r\n\r\nCette liste est publique\r\n", "BASE64", true),
            b"Bon\nCette liste est publique\r\n"
        );
    }

    #[test]
    fn damaged_encodings_lose_no_more_than_the_damage() {
        assert_eq!(decode(b"Qm9u!am91cg=", "base64", false), b"Qm9u!am91cg=", "too odd to be base64");
        assert_eq!(decode(b"a =E9=\n b=3D =Z=", "quoted-printable", true), b"a \xe9 b= =Z");
        assert_eq!(decode(b"en clair", "x-inconnu", true), b"en clair");
        assert_eq!(base64_lenient(b"QQ==QkI=Q"), b"ABB");
    }
}
