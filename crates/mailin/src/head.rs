//! The headers of a mail or of one of its parts.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Utc};
use mail_parser::{Address, HeaderValue, MessageParser};

use crate::{Mailbox, clean, encoded};

/// Bytes of a type with its subtype.
const LONGEST_TYPE: usize = 255;
/// Bytes of a person's name or address that are kept: what is longer is an attack, or a mistake.
const LONGEST_PERSON: usize = 1_000;

struct Field {
    name: String,
    raw: String,
    value: HeaderValue<'static>,
}

/// Headers in the order written; names in lower case.
#[derive(Default)]
pub struct Head {
    fields: Vec<Field>,
}

impl Head {
    /// Reads a header block (UTF-8; the blank line at its end is optional).
    pub fn parse(block: &[u8]) -> Self {
        let text = String::from_utf8_lossy(block);
        let mut ended = parameters_unfolded(encoded::repaired(&text).as_bytes());
        ended.extend_from_slice(b"\n\n");
        let mut fields = Self::without_parser(&ended);
        if let Some(message) = MessageParser::default().parse_headers(&ended) {
            let mut values: HashMap<String, VecDeque<HeaderValue<'static>>> = HashMap::new();
            for header in message.headers() {
                let name = header.name().to_ascii_lowercase();
                values.entry(name).or_default().push_back(header.value.clone().into_owned());
            }
            for field in &mut fields {
                if let Some(value) = values.get_mut(&field.name).and_then(VecDeque::pop_front) {
                    field.value = value;
                }
            }
        }
        Self { fields }
    }

    fn without_parser(block: &[u8]) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for line in block.split(|b| *b == b'\n') {
            let folded = matches!(line.first(), Some(b' ' | b'\t'));
            match (crate::raw::field_name(line), folded) {
                (Some(name), false) => {
                    let value = line.iter().position(|b| *b == b':').and_then(|at| line.get(at + 1..));
                    let raw = String::from_utf8_lossy(value.unwrap_or_default()).trim().to_owned();
                    fields.push(Field { name, raw, value: HeaderValue::Empty });
                }
                _ => {
                    if let (Some(last), true) = (fields.last_mut(), folded) {
                        last.raw.push(' ');
                        last.raw.push_str(String::from_utf8_lossy(line).trim());
                    }
                }
            }
        }
        fields
    }

    /// First value, undecoded, on one line.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.name == name).map(|f| f.raw.as_str())
    }

    /// Every value, undecoded, each on one line.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.fields.iter().filter(move |f| f.name == name).map(|f| f.raw.as_str())
    }

    /// Whether there is such a header.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Whether any header's name starts so.
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.fields.iter().any(|f| f.name.starts_with(prefix))
    }

    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s HeaderValue<'static>> {
        self.fields.iter().filter(move |f| f.name == name).map(|f| &f.value)
    }

    /// Decoded unstructured text, on one line.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.values(name).next()?;
        Some(clean::line(value.as_text().unwrap_or_default()))
    }

    /// People of every such header.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        let mut found = Vec::new();
        for field in self.fields.iter().filter(|f| f.name == name) {
            let listed: Vec<Mailbox> = match &field.value {
                HeaderValue::Address(list) => people(list),
                _ => Vec::new(),
            };
            if listed.is_empty() && field.raw.contains('@') {
                found.extend(bare_address(&field.raw).map(|address| Mailbox { name: None, address }));
            }
            found.extend(listed);
        }
        found
    }

    /// Message-IDs of every such header, without brackets.
    pub fn ids(&self, name: &str) -> Vec<String> {
        self.all(name).flat_map(message_ids).collect()
    }

    /// A date header as an instant.
    pub fn date(&self, name: &str) -> Option<DateTime<Utc>> {
        let date = self.values(name).find_map(HeaderValue::as_datetime)?;
        date.is_valid().then(|| DateTime::from_timestamp(date.to_timestamp(), 0)).flatten()
    }

    /// `type/subtype`, lower case; a longer one than may be registered (RFC 6838 4.2) is none.
    pub fn mime(&self) -> Option<String> {
        let kind = self.values("content-type").find_map(HeaderValue::as_content_type)?;
        let sub = kind.subtype()?;
        let mime = clean::line(&format!("{}/{}", kind.ctype(), sub).to_ascii_lowercase());
        (mime.len() <= LONGEST_TYPE).then_some(mime)
    }

    /// An attribute of Content-Type.
    pub fn mime_attribute(&self, attribute: &str) -> Option<&str> {
        self.values("content-type").find_map(HeaderValue::as_content_type)?.attribute(attribute)
    }

    /// Content-Disposition's word, lower case.
    pub fn disposition(&self) -> Option<String> {
        let found = self.values("content-disposition").find_map(HeaderValue::as_content_type)?;
        Some(found.ctype().to_ascii_lowercase())
    }

    /// The file name the sender gave.
    pub fn file_name(&self) -> Option<String> {
        let disposition = self.values("content-disposition").find_map(HeaderValue::as_content_type);
        let named = disposition.and_then(|d| d.attribute("filename")).filter(|n| !n.trim().is_empty());
        named.or_else(|| self.mime_attribute("name")).map(str::to_owned)
    }
}

/// `name=` with its value on the next line (Outlook writes this) becomes one line.
fn parameters_unfolded(block: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(block.len() + 2);
    let mut folded = false;
    for line in block.split_inclusive(|b| *b == b'\n') {
        let continues = matches!(line.first(), Some(b' ' | b'\t'));
        if continues && folded {
            out.truncate(out.trim_ascii_end().len());
            out.extend_from_slice(line.trim_ascii_start());
        } else {
            out.extend_from_slice(line);
        }
        let said = line.trim_ascii_end();
        folded = said.ends_with(b"=") && !said.ends_with(b"?=");
    }
    out
}

fn people(list: &Address<'_>) -> Vec<Mailbox> {
    list.iter()
        .filter_map(|a| person(a.name().map(clean::line), clean::line(a.address().unwrap_or_default())))
        .collect()
}

fn person(name: Option<String>, address: String) -> Option<Mailbox> {
    let name = name.filter(|n| !n.is_empty()).map(|n| clean::cut(&n, LONGEST_PERSON).to_owned());
    let address = clean::cut(&address, LONGEST_PERSON).to_owned();
    let words = name.is_none() && address.contains(' ');
    if address.contains('@') && !words {
        return Some(Mailbox { name, address });
    }
    let Some(said) = name.or_else(|| words.then(|| address.clone())) else {
        return (!address.is_empty()).then_some(Mailbox { name: None, address });
    };
    match bare_address(&said) {
        // "Jeanne (jeanne@exemple.fr)", "Jeanne jeanne@exemple.fr": the address among the words.
        Some(found) => {
            let rest = said.replace(&found, "");
            let rest =
                clean::line(rest.trim_matches(|c: char| c.is_whitespace() || "()<>[]\"',;".contains(c)));
            Some(Mailbox { name: (!rest.is_empty()).then_some(rest), address: found })
        }
        None if words => Some(Mailbox { name: None, address }),
        None => Some(Mailbox { name: Some(said), address }),
    }
}

/// The first thing that looks like an address in a header nobody can parse.
fn bare_address(text: &str) -> Option<String> {
    let odd = |c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c);
    let found =
        text.split(odd).find(|w| w.split_once('@').is_some_and(|(l, d)| !l.is_empty() && !d.is_empty()))?;
    Some(clean::line(found))
}

/// Message-IDs in a header: what stands in `<>`, else words with an `@`.
pub fn message_ids(value: &str) -> Vec<String> {
    let tidy = |id: &str| -> Option<String> {
        let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && *c != '<').collect();
        (!id.is_empty() && id.len() <= 998).then_some(id)
    };
    let mut ids: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((inside, later)) = after.split_once('>') else { break };
        ids.extend(tidy(inside));
        rest = later;
    }
    if ids.is_empty() {
        ids.extend(value.split([' ', '\t', ',', ';', '"']).filter(|w| w.contains('@')).filter_map(tidy));
    }
    ids
}
