//! MAPI properties inside attributes (MS-OXTNEF 2.1.3.4): numbered values of many types.

use super::cursor::Cursor;
use super::decode;
use crate::{charset, clean};

pub const SUBJECT: u16 = 0x0037;
pub const BODY: u16 = 0x1000;
pub const RTF: u16 = 0x1009;
pub const HTML: u16 = 0x1013;
pub const DISPLAY_NAME: u16 = 0x3001;
pub const DATA: u16 = 0x3701;
pub const FILE_NAME: u16 = 0x3704;
pub const LONG_NAME: u16 = 0x3707;
pub const MIME_TAG: u16 = 0x370e;
pub const CONTENT_ID: u16 = 0x3712;
const INTERNET_CODEPAGE: u16 = 0x3fde;

/// Only the kinds that are used.
pub enum Value {
    Number(u32),
    Text(String),
    Bytes(Vec<u8>),
    /// Sixteen bytes that say what it is, and the thing.
    Object(Vec<u8>),
}

/// Values by number; the first of a number counts.
#[derive(Default)]
pub struct Props {
    values: Vec<(u16, Value)>,
}

impl Props {
    pub fn get(&self, id: u16) -> Option<&Value> {
        self.values.iter().find(|(i, _)| *i == id).map(|(_, v)| v)
    }

    pub fn text(&self, id: u16) -> Option<String> {
        match self.get(id)? {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// The page, in the charset that the mail names for the outside world.
    pub fn html(&self) -> Option<String> {
        let codepage = match self.get(INTERNET_CODEPAGE) {
            Some(Value::Number(n)) => *n,
            _ => 65001,
        };
        match self.get(HTML)? {
            Value::Bytes(bytes) if codepage == 65001 => {
                Some(clean::lines(&charset::decode(bytes, Some("utf-8")).text))
            }
            Value::Bytes(bytes) => Some(decode(bytes, codepage)),
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Reads the properties of an attribute, as far as they can be read.
    pub fn add(&mut self, data: &[u8], codepage: u32) {
        let mut cursor = Cursor::new(data);
        let Some(count) = cursor.u32() else { return };
        for _ in 0..count.min(4096) {
            if self.add_one(&mut cursor, codepage).is_none() {
                return;
            }
        }
    }

    fn add_one(&mut self, cursor: &mut Cursor<'_>, codepage: u32) -> Option<()> {
        let kind = cursor.u16()?;
        let id = cursor.u16()?;
        if id >= 0x8000 {
            skip_name(cursor)?;
        }
        let multiple = kind & 0x1000 != 0;
        let kind = kind & 0x0fff;
        let fixed = match kind {
            0x02 | 0x03 | 0x04 | 0x0a | 0x0b => Some(4),
            0x05..=0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            0x0d | 0x1e | 0x1f | 0x102 => None,
            _ => return None,
        };
        let count = if multiple || fixed.is_none() { cursor.u32()? } else { 1 };
        for _ in 0..count {
            let length = match fixed {
                Some(length) => length,
                None => usize::try_from(cursor.u32()?).ok()?,
            };
            let piece = cursor.take_padded(length)?;
            self.values.push((id, value(kind, piece, codepage)));
        }
        Some(())
    }
}

fn value(kind: u16, piece: &[u8], codepage: u32) -> Value {
    match kind {
        0x1e => Value::Text(decode(piece, codepage)),
        0x1f => {
            let text = charset::decode(piece, Some("utf-16le")).text;
            Value::Text(clean::lines(text.split('\0').next().unwrap_or_default()))
        }
        0x102 => Value::Bytes(piece.to_vec()),
        0x0d => Value::Object(piece.to_vec()),
        _ => Value::Number(Cursor::new(piece).u32().unwrap_or_default()),
    }
}

/// A property of a program's own bears its name.
fn skip_name(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.take(16)?;
    match cursor.u32()? {
        0 => cursor.u32().map(|_| ()),
        _ => {
            let length = usize::try_from(cursor.u32()?).ok()?;
            cursor.take_padded(length).map(|_| ())
        }
    }
}
