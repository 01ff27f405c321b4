//! Walks the MIME structure: readable text, HTML, files.
//!
//! The parser only tells where parts begin and end; their bytes and headers are read from the original.
//! Nested mails are masked from it and come out as files, so no depth of nesting costs stack.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, PartType};

use crate::head::Head;
use crate::raw::{self, Sound};
use crate::{Attachment, Limits, Note, charset, clean, flowed, names};

/// A leaf of the structure.
pub struct Part {
    /// Its own headers.
    pub head: Head,
    /// Decoded bytes.
    pub bytes: Vec<u8>,
    /// `type/subtype`, lower case.
    pub mime: String,
    /// To be read as the mail's text.
    pub is_text_body: bool,
    /// To be shown as the mail's HTML.
    pub is_html_body: bool,
}

/// Every leaf, in the order of the mail.
pub fn leaves(sound: &Sound<'_>, notes: &mut Vec<Note>) -> Vec<Part> {
    let masked = mask(&sound.bytes);
    let parsed = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse(masked.as_ref());
        message.map(|m| describe(&m))
    }));
    match parsed {
        Ok(Some(found)) if !found.is_empty() => {
            found.into_iter().map(|f| f.read(&sound.bytes, notes)).collect()
        }
        _ => {
            let body = sound.bytes.get(sound.body_at..).unwrap_or_default();
            if !body.trim_ascii().is_empty() {
                notes.push(Note::StructureUnreadable);
            }
            vec![Part {
                head: Head::default(),
                bytes: body.to_vec(),
                mime: "text/plain".into(),
                is_text_body: true,
                is_html_body: false,
            }]
        }
    }
}

/// Where a leaf stands.
struct Found {
    header: std::ops::Range<usize>,
    body: std::ops::Range<usize>,
    encoding: Encoding,
    is_text: bool,
    is_text_body: bool,
    is_html_body: bool,
}

fn describe(message: &Message<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, part) in message.parts.iter().enumerate() {
        if matches!(part.body, PartType::Multipart(_)) {
            continue;
        }
        let listed = |list: &[u32]| list.iter().any(|id| usize::try_from(*id) == Ok(number));
        let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        found.push(Found {
            header: at(part.offset_header)..at(part.offset_body),
            body: at(part.offset_body)..at(part.offset_end),
            encoding: part.encoding,
            is_text: matches!(part.body, PartType::Text(_) | PartType::Html(_)),
            is_text_body: listed(&message.text_body),
            is_html_body: listed(&message.html_body),
        });
    }
    found
}

impl Found {
    fn read(self, bytes: &[u8], notes: &mut Vec<Note>) -> Part {
        let header = bytes.get(self.header.clone()).unwrap_or_default();
        let body = bytes.get(self.body).unwrap_or_default();
        let header = raw::unicode_headers(header, notes);
        let head = Head::parse(&header);
        let fallback = if self.is_text { "text/plain" } else { "application/octet-stream" };
        let mime = head.mime().unwrap_or_else(|| fallback.to_owned());
        let mime = if mime.starts_with("multipart/") { fallback.to_owned() } else { mime };
        let says_base64 =
            head.raw("content-transfer-encoding").is_some_and(|e| e.trim().eq_ignore_ascii_case("base64"));
        let encoding = if says_base64 && mostly_base64(body) { Encoding::Base64 } else { self.encoding };
        let mut decoded = match encoding {
            Encoding::Base64 => base64_decode(body).unwrap_or_else(|| lenient_base64(body)),
            Encoding::QuotedPrintable => quoted_printable_decode(body).unwrap_or_else(|| body.to_vec()),
            Encoding::None => body.to_vec(),
        };
        if decoded.is_empty() && !body.trim_ascii().is_empty() {
            decoded = body.to_vec();
        }
        let stray = stray_lines(&header);
        if self.is_text && !stray.is_empty() {
            decoded = [stray.as_slice(), b"\n", &decoded].concat();
        }
        Part { head, bytes: decoded, mime, is_text_body: self.is_text_body, is_html_body: self.is_html_body }
    }
}

/// Text that stands among a part's headers (a blank line is missing) and would be lost.
fn stray_lines(header: &[u8]) -> Vec<u8> {
    let mut stray = Vec::new();
    for line in header.split_inclusive(|b| *b == b'\n') {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        let mailbox = line.starts_with(b"From ") || line.starts_with(b">From ");
        if !line.trim_ascii().is_empty() && !folded && !mailbox && raw::field_name(line).is_none() {
            stray.extend_from_slice(line);
        }
    }
    stray
}

/// Cut or damaged base64 is still worth decoding; a text that only claims to be base64 is not.
fn mostly_base64(body: &[u8]) -> bool {
    let solid = body.iter().filter(|b| !b.is_ascii_whitespace());
    let odd = solid.clone().filter(|b| !(b.is_ascii_alphanumeric() || b"+/=".contains(b))).count();
    odd * 20 < solid.count()
}

fn lenient_base64(body: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let kept: Vec<u8> =
        body.iter().copied().filter(|b| b.is_ascii_alphanumeric() || *b == b'+' || *b == b'/').collect();
    let whole = kept.get(..kept.len() - kept.len() % 4).unwrap_or_default();
    base64::engine::general_purpose::STANDARD.decode(whole).unwrap_or_else(|_| body.to_vec())
}

/// Same length, so offsets hold: nested mails look like files, digests like any multipart.
fn mask(bytes: &[u8]) -> Cow<'_, [u8]> {
    const WORDS: [&[u8]; 3] = [b"rfc822", b"global", b"digest"];
    let mut out = Cow::Borrowed(bytes);
    for (at, _) in
        bytes.iter().enumerate().filter(|(_, b)| matches!(b, b'r' | b'R' | b'g' | b'G' | b'd' | b'D'))
    {
        let Some(window) = bytes.get(at..at + 6) else { break };
        if WORDS.iter().any(|w| window.eq_ignore_ascii_case(w))
            && let Some(last) = out.to_mut().get_mut(at + 5)
        {
            *last = b'x'; // still a letter of base64
        }
    }
    out
}

impl Part {
    /// Whether the sender means it as a file.
    fn is_file(&self) -> bool {
        let disposed = self.head.disposition().is_some_and(|d| d == "attachment");
        disposed || !(self.is_text_body || self.is_html_body) || !self.mime.starts_with("text/")
    }

    /// Whether it is HTML for the eye.
    pub fn is_html(&self) -> bool {
        self.mime == "text/html"
    }

    /// Whether it belongs to the text or HTML of the mail.
    pub fn is_body(&self) -> bool {
        !self.is_file()
    }

    /// Plain text or HTML that is neither named nor meant as a file.
    pub fn is_nameless_text(&self) -> bool {
        let disposed = self.head.disposition().is_some_and(|d| d == "attachment");
        !disposed
            && self.head.file_name().is_none()
            && ["text/plain", "text/html"].contains(&self.mime.as_str())
    }

    /// Its text, in Unicode, LF, unflowed.
    pub fn text(&self, notes: &mut Vec<Note>) -> String {
        let declared = self.head.mime_attribute("charset");
        let decoded = charset::decode(&self.bytes, declared.or(html_charset(self).as_deref()));
        if let Some(used) = decoded.guessed {
            let declared = clean::line(declared.unwrap_or_default());
            let note = Note::CharsetGuessed { declared, used: used.to_owned() };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let is = |name: &str, value: &str| {
            self.head.mime_attribute(name).is_some_and(|v| v.eq_ignore_ascii_case(value))
        };
        let text = if is("format", "flowed") && !self.is_html() {
            flowed::unflow(&decoded.text, is("delsp", "yes"))
        } else {
            decoded.text
        };
        clean::lines(&text)
    }

    fn content_id(&self) -> Option<String> {
        let id = self.head.raw("content-id")?.trim().trim_start_matches('<').trim_end_matches('>');
        let id = clean::line(id);
        (!id.is_empty()).then_some(id)
    }

    /// As a file of the mail, `number` counted from 1.
    pub fn into_attachment(self, number: usize) -> Attachment {
        let nested = ["message/rfc822", "message/global", "message/news"].contains(&self.mime.as_str());
        let given = self.head.file_name().or_else(|| nested.then(|| nested_name(&self.bytes)));
        let given = given.unwrap_or_else(|| {
            if self.mime == "text/calendar" { "invitation.ics".into() } else { String::new() }
        });
        let name = names::safe_name(&given, number, &self.mime);
        let content_id = self.content_id();
        let disposed = self.head.disposition();
        let inline = match disposed.as_deref() {
            Some("attachment") => false,
            Some("inline") => self.mime.starts_with("image/"),
            _ => content_id.is_some() && self.mime.starts_with("image/"),
        };
        Attachment { name, mime: self.mime, content_id, inline, bytes: self.bytes }
    }
}

/// `Objet du courriel.eml`.
fn nested_name(bytes: &[u8]) -> String {
    let subject = Head::parse(bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default()).text("subject");
    let subject = subject.filter(|s| !s.trim().is_empty()).unwrap_or_else(|| "message".to_owned());
    format!("{}.eml", subject.replace(['/', '\\'], "_"))
}

/// The charset an HTML page names for itself, when the mail names none.
fn html_charset(part: &Part) -> Option<String> {
    if !part.is_html() {
        return None;
    }
    let start = part.bytes.get(..part.bytes.len().min(2048)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let (_, after) = start.split_once("charset=")?;
    let name: String = after
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// Keeps as many files as the limit allows.
pub fn bounded(mut files: Vec<Attachment>, limits: &Limits, notes: &mut Vec<Note>) -> Vec<Attachment> {
    if files.len() > limits.attachments {
        notes.push(Note::AttachmentsCut { kept: limits.attachments, of: files.len() });
        files.truncate(limits.attachments);
    }
    files
}
