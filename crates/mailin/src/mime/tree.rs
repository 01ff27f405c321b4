//! Where each part of a mail begins and ends (RFC 2046 5.1), in one pass over its lines.
//!
//! The innermost boundary that is open counts, so a part that never ends cannot swallow those after it.
//! Mails inside are leaves here: no depth of nesting costs stack.

use std::ops::Range;

use crate::head::Head;
use crate::raw;

/// Multiparts opened inside one another; a deeper one is a text.
const DEEPEST: usize = 60;
/// Parts counted; what comes after belongs to the last one.
const MOST: usize = 10_000;

/// A part: a leaf, or a multipart that others name as their parent.
pub struct Entity {
    /// Its own headers.
    pub head: Head,
    /// Bytes of its headers.
    pub header: Range<usize>,
    /// Bytes of its body.
    pub body: Range<usize>,
    /// The multipart it stands in; `None` for the mail itself.
    pub parent: Option<usize>,
    /// Whether parts were found in it.
    pub has_parts: bool,
}

impl Entity {
    /// `type/subtype`, lower case; what the place says when the header does not (RFC 2046 5.1.5).
    pub fn mime(&self, entities: &[Entity]) -> String {
        let in_digest = || {
            let parent = self.parent.and_then(|p| entities.get(p));
            parent.and_then(|p| p.head.mime()).is_some_and(|m| m == "multipart/digest")
        };
        match self.head.mime() {
            Some(mime) => mime,
            None if in_digest() => "message/rfc822".to_owned(),
            None => "text/plain".to_owned(),
        }
    }
}

/// The parts of a mail, the mail itself first, each before those inside it.
pub fn entities(bytes: &[u8], body_at: usize) -> Vec<Entity> {
    let mut walk = Walk { bytes, found: Vec::new(), open: Vec::new(), leaf: None };
    walk.begin(0..body_at, body_at);
    let mut at = body_at;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        at = match line.starts_with(b"--").then(|| walk.boundary(line)).flatten() {
            Some((level, ends)) => walk.turn(at, at + length, level, ends),
            None => at + length,
        };
    }
    walk.end(bytes.len());
    walk.found
}

struct Walk<'a> {
    bytes: &'a [u8],
    found: Vec<Entity>,
    /// Multiparts being read, outermost first: which entity, and its boundary.
    open: Vec<(usize, Vec<u8>)>,
    /// The leaf being read.
    leaf: Option<usize>,
}

impl Walk<'_> {
    /// A part starts: a leaf, or a multipart whose parts will follow.
    fn begin(&mut self, header: Range<usize>, body_at: usize) {
        let block = self.bytes.get(header.clone()).unwrap_or_default();
        let head = Head::parse(&raw::unicode_headers(block, &mut Vec::new()));
        let boundary = head.mime().filter(|m| m.starts_with("multipart/")).and_then(|_| {
            let named = head.mime_attribute("boundary").map(|b| b.trim_end().as_bytes().to_vec());
            named.filter(|b| !b.is_empty()).or_else(|| self.guessed(body_at))
        });
        let parent = self.open.last().map(|(at, _)| *at);
        let this = self.found.len();
        self.found.push(Entity { head, header, body: body_at..body_at, parent, has_parts: false });
        match boundary {
            Some(boundary) if self.open.len() < DEEPEST => {
                self.open.push((this, boundary));
                self.leaf = None;
            }
            _ => self.leaf = Some(this),
        }
    }

    /// A multipart that names no boundary: its first line of that shape is believed.
    fn guessed(&self, body_at: usize) -> Option<Vec<u8>> {
        let body = self.bytes.get(body_at..)?;
        let lines = body.split(|b| *b == b'\n').take(100).map(<[u8]>::trim_ascii_end);
        let shaped = lines.filter(|l| l.starts_with(b"--") && l.len() > 4 && !l.contains(&b' '));
        let mut shaped = shaped.filter(|l| l.iter().any(u8::is_ascii_alphanumeric));
        shaped.next().and_then(|l| l.get(2..)).map(<[u8]>::to_vec)
    }

    /// Which open multipart a line belongs to, innermost first, and whether it ends it.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let said = line.get(2..)?.trim_ascii_end();
        self.open.iter().enumerate().rev().find_map(|(level, (_, boundary))| {
            let after = said.strip_prefix(boundary.as_slice())?;
            match after {
                b"" => Some((level, false)),
                b"--" => Some((level, true)),
                _ => None,
            }
        })
    }

    /// A boundary line from `from` to `to`: closes what it must; the position to go on from.
    fn turn(&mut self, from: usize, to: usize, level: usize, ends: bool) -> usize {
        if !ends && self.found.len() >= MOST {
            return to;
        }
        self.close(before_line_end(self.bytes, from), level + 1);
        let Some((owner, _)) = self.open.get(level) else { return to };
        let owner = *owner;
        if ends {
            self.open.truncate(level);
            self.set_end(owner, to);
            return to;
        }
        if let Some(multipart) = self.found.get_mut(owner) {
            multipart.has_parts = true;
        }
        let body_at = to + self.header_length(to);
        self.begin(to..body_at, body_at);
        body_at
    }

    /// Length of the headers of a part, blank line included; 0 when it starts with its text.
    fn header_length(&self, from: usize) -> usize {
        let mut length = 0;
        for line in self.bytes.get(from..).unwrap_or_default().split_inclusive(|b| *b == b'\n') {
            if line.trim_ascii().is_empty() {
                return length + line.len();
            }
            let boundary = line.starts_with(b"--") && self.boundary(line).is_some();
            let field = raw::field_name(line).is_some() || line.starts_with(b" ") || line.starts_with(b"\t");
            if boundary || (length == 0 && !field) {
                return length;
            }
            length += line.len();
        }
        length
    }

    /// Ends the leaf and every multipart from this level on.
    fn close(&mut self, at: usize, level: usize) {
        if let Some(leaf) = self.leaf.take() {
            self.set_end(leaf, at);
        }
        while self.open.len() > level {
            if let Some((multipart, _)) = self.open.pop() {
                self.set_end(multipart, at);
            }
        }
    }

    fn set_end(&mut self, entity: usize, at: usize) {
        if let Some(entity) = self.found.get_mut(entity) {
            entity.body.end = at.max(entity.body.start);
        }
    }

    fn end(&mut self, at: usize) {
        self.close(at, 0);
    }
}

/// The line end before a boundary belongs to the boundary.
fn before_line_end(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    let before = before.strip_suffix(b"\n").unwrap_or(before);
    before.strip_suffix(b"\r").unwrap_or(before).len()
}
