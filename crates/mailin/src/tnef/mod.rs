//! `winmail.dat`: what Outlook wraps a mail in when it believes that the reader is Outlook too
//! (MS-OXTNEF). Attachments come out with their names, the body as text or HTML.

mod cursor;
mod lzfu;
mod props;
mod rtf;

use cursor::Cursor;
use props::{Props, Value};

use crate::{Attachment, Limits, charset, clean, names};

const SIGNATURE: u32 = 0x223e_9f78;
/// Mails wrapped in wrapped mails that are opened.
const DEEPEST: usize = 3;

/// Attributes that are read; their numbers are those of MS-OXTNEF 2.1.3.
mod attribute {
    pub const CODEPAGE: u32 = 0x0006_9007;
    pub const SUBJECT: u32 = 0x0001_8004;
    pub const BODY: u32 = 0x0002_800c;
    pub const PROPS: u32 = 0x0006_9003;
    pub const FILE_BEGINS: u32 = 0x0006_9002;
    pub const FILE_TITLE: u32 = 0x0001_8010;
    pub const FILE_DATA: u32 = 0x0006_800f;
    pub const FILE_PROPS: u32 = 0x0006_9005;
    pub const FILE_TRANSPORT_NAME: u32 = 0x0006_9001;
}

/// What was inside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unpacked {
    /// Its subject, when it bears one.
    pub subject: Option<String>,
    /// Its text: given as such, or taken out of the formatted body.
    pub text: Option<String>,
    /// Its HTML, as its sender wrote it: to be sanitised.
    pub html: Option<String>,
    /// The formatted body, when it is nothing but RTF.
    pub rtf: Option<Vec<u8>>,
    /// Attachments, also those of mails attached.
    pub files: Vec<Attachment>,
    /// Whether it was understood to its end: otherwise the packed file is worth keeping.
    pub whole: bool,
}

/// Unpacks a file; `None` when it is not one. Bounded by the limits on files and HTML, never fails.
#[must_use]
pub fn unpack(bytes: &[u8], limits: &Limits) -> Option<Unpacked> {
    unpack_at(bytes, limits, 0)
}

fn unpack_at(bytes: &[u8], limits: &Limits, depth: usize) -> Option<Unpacked> {
    let mut cursor = Cursor::new(bytes);
    if cursor.u32()? != SIGNATURE {
        return None;
    }
    cursor.u16()?;
    let mut reader = Reader { limits, depth, codepage: 1252, ..Reader::default(limits) };
    let mut whole = true;
    while !cursor.is_empty() {
        let before = cursor.rest();
        let Some((id, data, sound)) = next(&mut cursor) else {
            // Blanks and zeros at the end are padding of the way it came.
            whole = whole && before.iter().all(|b| *b == 0 || b.is_ascii_whitespace());
            break;
        };
        whole = whole && sound;
        reader.attribute(id, data);
    }
    let mut unpacked = reader.finish();
    // What was begun and never came is no file.
    if !whole {
        unpacked.files.retain(|f| !f.bytes.is_empty());
    }
    let something = !unpacked.files.is_empty() || unpacked.text.is_some() || unpacked.html.is_some();
    unpacked.whole = whole && unpacked.whole && something;
    Some(unpacked)
}

/// One attribute: its number, its data, whether the check sum fits.
fn next<'a>(cursor: &mut Cursor<'a>) -> Option<(u32, &'a [u8], bool)> {
    let level = cursor.u8()?;
    if level != 1 && level != 2 {
        return None;
    }
    let id = cursor.u32()?;
    let length = usize::try_from(cursor.u32()?).ok()?;
    let data = cursor.take(length)?;
    let sum = cursor.u16()?;
    let ours = data.iter().fold(0u16, |sum, b| sum.wrapping_add(u16::from(*b)));
    Some((id, data, sum == ours))
}

struct File {
    title: String,
    data: Vec<u8>,
    props: Props,
}

struct Reader<'l> {
    limits: &'l Limits,
    depth: usize,
    codepage: u32,
    subject: Option<String>,
    body: Option<String>,
    props: Props,
    files: Vec<File>,
    dropped: bool,
}

impl<'l> Reader<'l> {
    fn default(limits: &'l Limits) -> Self {
        Self {
            limits,
            depth: 0,
            codepage: 0,
            subject: None,
            body: None,
            props: Props::default(),
            files: Vec::new(),
            dropped: false,
        }
    }

    fn attribute(&mut self, id: u32, data: &[u8]) {
        match id {
            attribute::CODEPAGE => self.codepage = Cursor::new(data).u32().unwrap_or(1252),
            attribute::SUBJECT => self.subject = Some(self.text(data)),
            attribute::BODY => self.body = Some(self.text(data)),
            attribute::PROPS => self.props.add(data, self.codepage),
            attribute::FILE_BEGINS if self.files.len() >= self.limits.attachments => self.dropped = true,
            attribute::FILE_BEGINS => {
                self.files.push(File { title: String::new(), data: Vec::new(), props: Props::default() });
            }
            attribute::FILE_TITLE | attribute::FILE_TRANSPORT_NAME => {
                let title = self.text(data);
                if let Some(file) = self.files.last_mut().filter(|f| f.title.is_empty()) {
                    file.title = title;
                }
            }
            attribute::FILE_DATA => {
                self.files.last_mut().into_iter().for_each(|file| file.data = data.to_vec());
            }
            attribute::FILE_PROPS => {
                let codepage = self.codepage;
                self.files.last_mut().into_iter().for_each(|file| file.props.add(data, codepage));
            }
            _ => {}
        }
    }

    fn text(&self, data: &[u8]) -> String {
        decode(data, self.codepage)
    }

    fn finish(self) -> Unpacked {
        let mut out = Unpacked { whole: !self.dropped, ..Unpacked::default() };
        out.subject = self.props.text(props::SUBJECT).or(self.subject).filter(|s| !s.trim().is_empty());
        out.html = self.props.html();
        out.text = self.props.text(props::BODY).or(self.body).filter(|t| !t.trim().is_empty());
        if let Some(Value::Bytes(packed)) = self.props.get(props::RTF) {
            match lzfu::unpack(packed, self.limits.html) {
                Some(source) => {
                    let read = rtf::read(&source);
                    out.html = out.html.or(read.html);
                    out.text = out.text.or(read.text);
                    // Formatting and pictures of its own may matter: kept as a file.
                    out.rtf = (!read.is_wrapper).then_some(source);
                }
                None => out.whole = false,
            }
        }
        for file in self.files {
            push(file, self.limits, self.depth, &mut out);
        }
        out
    }
}

fn push(file: File, limits: &Limits, depth: usize, out: &mut Unpacked) {
    let given = [props::LONG_NAME, props::FILE_NAME].iter().find_map(|p| file.props.text(*p));
    let given = given.or_else(|| (!file.title.is_empty()).then(|| file.title.clone()));
    let given = given.or_else(|| file.props.text(props::DISPLAY_NAME)).unwrap_or_default();
    let number = out.files.len() + 1;
    let mime = file.props.text(props::MIME_TAG).map(|m| clean::line(&m).to_ascii_lowercase());
    let mime = mime.filter(|m| m.contains('/')).unwrap_or_else(|| names::mime_of(&given).to_owned());
    if let Some(Value::Object(data)) = file.props.get(props::DATA)
        && depth < DEEPEST
        && let Some(inner) = unpack_at(data.get(16..).unwrap_or_default(), limits, depth + 1)
    {
        mail_inside(inner, &given, out);
        return;
    }
    let bytes = match file.props.get(props::DATA) {
        Some(Value::Bytes(data) | Value::Object(data)) if file.data.is_empty() => data.clone(),
        _ => file.data,
    };
    let content_id = file.props.text(props::CONTENT_ID);
    let content_id =
        content_id.map(|id| clean::line(id.trim_matches(['<', '>']))).filter(|id| !id.is_empty());
    out.files.push(Attachment {
        name: names::safe_name(&given, number, &mime),
        inline: content_id.is_some() && mime.starts_with("image/"),
        mime,
        content_id,
        bytes,
    });
}

/// A mail attached to the mail: its text becomes a file, its files stand beside ours.
fn mail_inside(inner: Unpacked, given: &str, out: &mut Unpacked) {
    let title = inner.subject.as_deref().unwrap_or(given);
    let (text, mime, ending) = match (&inner.html, &inner.text) {
        (Some(html), _) => (html.clone(), "text/html", "html"),
        (None, text) => (text.clone().unwrap_or_default(), "text/plain", "txt"),
    };
    let title = if title.trim().is_empty() { "message" } else { title };
    let name = names::safe_name(&format!("{}.{ending}", title.replace(['/', '\\'], "_")), 1, mime);
    if !text.is_empty() {
        let bytes = text.into_bytes();
        out.files.push(Attachment { name, mime: mime.into(), content_id: None, inline: false, bytes });
    }
    out.files.extend(inner.files);
    out.whole = out.whole && inner.whole;
}

/// Text of a code page of Windows, up to its first NUL.
fn decode(bytes: &[u8], codepage: u32) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let label = match codepage {
        65001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", codepage - 28590),
        437 | 850 => "ibm850".to_owned(),
        _ => format!("windows-{codepage}"),
    };
    clean::lines(&charset::decode(bytes.get(..end).unwrap_or_default(), Some(&label)).text)
}
