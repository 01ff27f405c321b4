//! Repairs the bytes before anything is parsed, so that no later step can lose a line.

use std::borrow::Cow;

use crate::charset;
use crate::{Limits, Note};

/// A mail whose header block is sound: UTF-8, bounded, ended by a blank line.
pub struct Sound<'a> {
    /// The bytes, header block first.
    pub bytes: Cow<'a, [u8]>,
    /// Where the body starts; 0 when there is no header at all.
    pub body_at: usize,
}

/// Cuts to size, repairs line ends, removes a mailbox line, finds the end of the headers.
pub fn repair<'a>(raw: &'a [u8], limits: &Limits, notes: &mut Vec<Note>) -> Sound<'a> {
    let mut bytes = Cow::Borrowed(raw);
    if raw.len() > limits.mail {
        notes.push(Note::MailCut { kept: limits.mail, of: raw.len() });
        bytes = Cow::Borrowed(raw.get(..limits.mail).unwrap_or(raw));
    }
    if !bytes.contains(&b'\n') && bytes.contains(&b'\r') {
        notes.push(Note::LineEndsRepaired);
        bytes = Cow::Owned(bytes.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect());
    }
    let start = start_of_headers(&bytes, notes);
    let end = end_of_headers(bytes.get(start..).unwrap_or_default());
    let head = bytes.get(start..start + end.at).unwrap_or_default();
    if end.known == 0 {
        if bytes.iter().any(|b| !b.is_ascii_whitespace()) {
            notes.push(Note::NoHeaders);
        }
        return Sound { bytes, body_at: 0 };
    }
    let ended = end.blank_line;
    let sound = end.strays.is_empty()
        && ended
        && std::str::from_utf8(head).is_ok()
        && head.len() <= limits.headers
        && start == 0;
    if sound {
        let body_at = end.at;
        return Sound { bytes, body_at };
    }
    let mut out = sound_head(&indented(head, &end.strays), limits, notes);
    let body = bytes.get(start + end.at..).unwrap_or_default();
    if !ended {
        if !body.is_empty() {
            notes.push(Note::HeaderEndRepaired);
        }
        if out.last() != Some(&b'\n') {
            out.push(b'\n');
        }
        out.push(b'\n');
    }
    let body_at = out.len();
    out.extend_from_slice(body);
    Sound { bytes: Cow::Owned(out), body_at }
}

fn sound_head(head: &[u8], limits: &Limits, notes: &mut Vec<Note>) -> Vec<u8> {
    let mut kept = head;
    if head.len() > limits.headers {
        notes.push(Note::HeadersCut { kept: limits.headers, of: head.len() });
        kept = head.get(..limits.headers).unwrap_or(head);
    }
    let mut out = unicode_headers(kept, notes).into_owned();
    if kept.len() < head.len() {
        out.extend_from_slice(b"\n\n");
    }
    out
}

/// Headers as UTF-8: bytes above 127 inside a quoted-printable encoded word belong to its charset,
/// elsewhere they are UTF-8, what they look like when there are enough of them, or windows-1252, line by
/// line.
pub fn unicode_headers<'a>(head: &'a [u8], notes: &mut Vec<Note>) -> Cow<'a, [u8]> {
    if std::str::from_utf8(head).is_ok() {
        return Cow::Borrowed(head);
    }
    if !notes.contains(&Note::HeaderCharsetGuessed) {
        notes.push(Note::HeaderCharsetGuessed);
    }
    Cow::Owned(charset::headers(&escaped_words(head)).into_bytes())
}

/// `=?iso-8859-1?Q?Ren<E9>?=` → `=?iso-8859-1?Q?Ren=E9?=`.
fn escaped_words(head: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(head.len() + 16);
    let mut marks = 0u8; // question marks seen of `=?charset?Q?`
    let mut before = b'\n';
    for byte in head {
        marks = match (marks, before, *byte) {
            (_, _, b'\n') => 0,
            (0, b'=', b'?') => 1,
            (1, _, b'?') => 2,
            (2, b'q' | b'Q', b'?') => 3,
            (2, _, b'?') | (3, b'?', b'=') => 0,
            (marks, _, _) => marks,
        };
        if marks == 3 && !byte.is_ascii() {
            out.extend_from_slice(format!("={byte:02X}").as_bytes());
        } else {
            out.push(*byte);
        }
        before = *byte;
    }
    out
}

/// Skips a byte order mark, blank lines and mailbox separators.
fn start_of_headers(bytes: &[u8], notes: &mut Vec<Note>) -> usize {
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let line = rest.split_inclusive(|b| *b == b'\n').next().unwrap_or_default();
        let rule = line.starts_with(b"--") && headers_go_on(rest.get(line.len()..).unwrap_or_default());
        let mailbox = line.starts_with(b"From ") || line.starts_with(b">From ") || rule;
        if line.is_empty() || !(mailbox || line.trim_ascii().is_empty()) {
            return at;
        }
        if mailbox {
            notes.push(Note::EnvelopeLineRemoved);
        }
        at += line.len();
    }
}

struct HeaderEnd {
    /// First byte after the headers (and their blank line).
    at: usize,
    blank_line: bool,
    /// Header fields seen that mails really have.
    known: usize,
    /// Starts of lines that lost the blank which makes them belong to the header above.
    strays: Vec<usize>,
}

/// Whether the lines up to the next blank one are still headers that every mail has.
fn headers_go_on(bytes: &[u8]) -> bool {
    let block = bytes.split(|b| *b == b'\n').take(200).take_while(|l| !l.trim_ascii().is_empty());
    let sure = ["from", "to", "subject", "date", "message-id", "received", "mime-version", "content-type"];
    block.filter_map(field_name).filter(|n| sure.contains(&n.as_str())).count() >= 2
}

fn end_of_headers(bytes: &[u8]) -> HeaderEnd {
    let mut end = HeaderEnd { at: 0, blank_line: false, known: 0, strays: Vec::new() };
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        if text.is_empty() {
            end.blank_line = true;
            end.at += line.len();
            return end;
        }
        let continuation = end.at > 0 && matches!(line.first(), Some(b' ' | b'\t'));
        match field_name(line) {
            Some(name) => end.known += usize::from(is_known(&name)),
            None if continuation => {}
            None if line.starts_with(b">From ") || line.starts_with(b"From ") => {}
            None if end.known > 0 && headers_go_on(bytes.get(end.at + line.len()..).unwrap_or_default()) => {
                end.strays.push(end.at);
            }
            None => return end,
        }
        end.at += line.len();
    }
    end
}

/// Gives stray lines the blank that makes them part of the header above.
fn indented<'a>(head: &'a [u8], strays: &[usize]) -> Cow<'a, [u8]> {
    if strays.is_empty() {
        return Cow::Borrowed(head);
    }
    let mut out = Vec::with_capacity(head.len() + strays.len());
    let mut from = 0;
    for at in strays {
        out.extend_from_slice(head.get(from..*at).unwrap_or_default());
        out.push(b' ');
        from = *at;
    }
    out.extend_from_slice(head.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// `Name` of `Name: value`, lower case.
pub fn field_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    let good = !name.is_empty() && name.iter().all(|b| b.is_ascii_graphic());
    good.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 34] = [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "sender",
        "reply-to",
        "in-reply-to",
        "references",
        "mime-version",
        "delivered-to",
        "auto-submitted",
        "precedence",
        "organization",
        "importance",
        "comments",
        "keywords",
        "status",
        "lines",
        "errors-to",
        "envelope-to",
        "user-agent",
        "delivery-date",
        "dkim-signature",
        "authentication-results",
        "received-spf",
        "thread-topic",
        "disposition-notification-to",
        "priority",
        "return-receipt-to",
    ];
    KNOWN.contains(&name)
        || ["x-", "content-", "resent-", "list-", "arc-"].iter().any(|p| name.starts_with(p))
}
