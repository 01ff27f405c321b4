//! A leaf of the structure: its bytes decoded, and what it is to be: text, HTML or a file.

use super::bodies::Role;
use super::tree::Entity;
use crate::head::Head;
use crate::raw;
use crate::{Attachment, Limits, Note, charset, clean, flowed, names, transfer};

/// A leaf of the structure.
#[derive(Default)]
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

impl Part {
    /// Bytes that are nothing but text.
    pub fn text_body(bytes: Vec<u8>) -> Self {
        Self { bytes, mime: "text/plain".into(), is_text_body: true, ..Self::default() }
    }

    /// Reads a leaf of the tree.
    pub fn read(entity: &Entity, role: Role, mail: &[u8], mime: String, notes: &mut Vec<Note>) -> Self {
        let header = mail.get(entity.header.clone()).unwrap_or_default();
        let body = mail.get(entity.body.clone()).unwrap_or_default();
        let header = raw::unicode_headers(header, notes);
        let head = Head::parse(&header);
        let is_text = mime == "text/plain" || mime == "text/html";
        let mime = if mime.starts_with("multipart/") {
            if !body.trim_ascii().is_empty() {
                notes.push(Note::StructureUnreadable);
            }
            "text/plain".to_owned()
        } else {
            mime
        };
        let encoding = head.raw("content-transfer-encoding").unwrap_or_default();
        let mut bytes = transfer::decode(body, encoding, mime.starts_with("text/"));
        let stray = if entity.parent.is_some() { stray_lines(&header) } else { Vec::new() };
        if is_text && !stray.is_empty() {
            bytes = [stray.as_slice(), b"\n", &bytes].concat();
        }
        Self { head, bytes, mime, is_text_body: role.text, is_html_body: role.html }
    }

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
        (!id.is_empty() && id.len() <= 998).then_some(id)
    }

    /// As a file of the mail, `number` counted from 1.
    pub fn into_attachment(self, number: usize) -> Attachment {
        let name = names::safe_name(&self.given_name(), number, &self.mime);
        let content_id = self.content_id();
        let disposed = self.head.disposition();
        let inline = match disposed.as_deref() {
            Some("attachment") => false,
            Some("inline") => self.mime.starts_with("image/"),
            _ => content_id.is_some() && self.mime.starts_with("image/"),
        };
        Attachment { name, mime: self.mime, content_id, inline, bytes: self.bytes }
    }

    /// The name its sender gave; else what describes it (RFC 2045 8), the subject of a mail, or the name
    /// that Outlook hides in a Content-ID (`image001.png@01CDB132.D8A510F0`).
    fn given_name(&self) -> String {
        if let Some(name) = self.head.file_name() {
            return name;
        }
        let extension = names::extension_of(&self.mime);
        let described = self.head.text("content-description").filter(|d| !d.is_empty() && d.len() < 80);
        if let Some(described) = described {
            let ends = described.rsplit_once('.').is_some_and(|(_, e)| (1..=4).contains(&e.len()));
            return if ends {
                described
            } else {
                format!("{}.{extension}", described.replace(['/', '\\'], "_"))
            };
        }
        if ["message/rfc822", "message/global", "message/news"].contains(&self.mime.as_str()) {
            return nested_name(&self.bytes);
        }
        if self.mime == "text/calendar" {
            return "invitation.ics".into();
        }
        let hidden = self.content_id().and_then(|id| id.split_once('@').map(|(name, _)| name.to_owned()));
        hidden.filter(|n| names::mime_of(n) == self.mime).unwrap_or_default()
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
