//! Elements one after the other, with limits: an XML bomb has nothing to unfold.

use std::io::{BufReader, Read, Seek, SeekFrom};

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};

use crate::refusal::{Broken, FileRefusal};
use crate::text::{self, Encoding, Utf8};

/// Elements one within the other.
const DEEPEST: usize = 64;
/// Bytes of the text of one element.
const LONGEST: usize = 100 * 1024;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Node {
    /// An element opens.
    Open {
        /// Its name, without prefix.
        name: String,
        /// Its own namespace declaration, if it has one.
        space: Option<String>,
    },
    /// An element closes.
    Close {
        /// Its name, without prefix.
        name: String,
        /// The text that is in it and in none of its elements.
        text: Text,
    },
    /// The file is over, and whole.
    End,
}

/// The text of an element, with the currency that it says to be in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text, trimmed.
    pub text: String,
    /// Its attribute `Ccy`.
    pub currency: Option<String>,
}

/// Reads elements.
pub struct Xml<R> {
    reader: Reader<BufReader<Utf8<R>>>,
    buffer: Vec<u8>,
    /// Names of the elements that are open.
    open: Vec<String>,
    texts: Vec<Text>,
    /// Where paths begin.
    base: Vec<usize>,
}

impl<R: Read + Seek> Xml<R> {
    /// Looks at the encoding and stands before the first element.
    pub fn open(mut file: R) -> Result<(Self, Encoding), Broken> {
        let mut head = vec![0; 512];
        file.seek(SeekFrom::Start(0))?;
        let mut read = 0;
        while let Some(rest) = head.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match file.read(rest)? {
                0 => break,
                n => read += n,
            }
        }
        head.truncate(read);
        let (encoding, bom) = encoding_of(&mut file, &head)?;
        file.seek(SeekFrom::Start(bom))?;
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, Utf8::new(file, encoding)));
        reader.config_mut().expand_empty_elements = true;
        let xml = Self { reader, buffer: Vec::new(), open: Vec::new(), texts: Vec::new(), base: Vec::new() };
        Ok((xml, encoding))
    }
}

impl<R: Read> Xml<R> {
    /// The next element that opens or closes.
    pub fn next(&mut self) -> Result<Node, Broken> {
        loop {
            self.buffer.clear();
            let at = self.reader.buffer_position();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(broken(at, error)),
            };
            match event {
                Event::Start(start) => {
                    let (name, space, currency) = read_start(&start);
                    if self.open.len() >= DEEPEST {
                        return Err(FileRefusal::TooLarge.into());
                    }
                    self.open.push(name.clone());
                    self.texts.push(Text { text: String::new(), currency });
                    return Ok(Node::Open { name, space });
                }
                Event::End(_) => {
                    let (Some(name), Some(mut text)) = (self.open.pop(), self.texts.pop()) else {
                        return Err(malformed(at, "an element closes that is not open"));
                    };
                    text.text = text.text.trim().to_owned();
                    return Ok(Node::Close { name, text });
                }
                Event::Text(more) => add(&mut self.texts, &more.xml10_content())?,
                Event::CData(more) => add(&mut self.texts, &more.xml10_content())?,
                Event::GeneralRef(name) => {
                    let letter = match name.resolve_char_ref() {
                        Ok(Some(letter)) => Some(letter),
                        Ok(None) => match &*name.xml10_content() {
                            "amp" => Some('&'),
                            "lt" => Some('<'),
                            "gt" => Some('>'),
                            "quot" => Some('"'),
                            "apos" => Some('\''),
                            _ => None,
                        },
                        Err(_) => None,
                    };
                    let letter = letter.ok_or_else(|| malformed(at, "an entity that is not declared"))?;
                    add(&mut self.texts, letter.encode_utf8(&mut [0; 4]))?;
                }
                Event::DocType(_) => return Err(FileRefusal::Doctype.into()),
                Event::Eof if self.open.is_empty() => return Ok(Node::End),
                Event::Eof => return Err(FileRefusal::Truncated.into()),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Paths and depths count from the element that opened last.
    pub fn mark(&mut self) {
        self.base.push(self.open.len());
    }

    /// They count from where they did before.
    pub fn unmark(&mut self) {
        self.base.pop();
    }

    fn from(&self) -> usize {
        self.base.last().copied().unwrap_or(0)
    }

    /// Whether the element that was marked is the one that closed last.
    pub fn left_mark(&self) -> bool {
        self.open.len() < self.from()
    }

    /// Elements open since the mark.
    pub fn depth(&self) -> usize {
        self.open.len().saturating_sub(self.from())
    }

    /// Names of the elements open since the mark.
    pub fn path(&self) -> &[String] {
        self.open.get(self.from()..).unwrap_or(&[])
    }

    /// Hears every element within the one that opened last, until it closes: its path from there, its own name
    /// included, and its text.
    pub fn within(
        &mut self,
        mut hear: impl FnMut(&[&str], Text) -> Result<(), FileRefusal>,
    ) -> Result<(), Broken> {
        let level = self.open.len();
        loop {
            match self.next()? {
                Node::Open { .. } => {}
                Node::End => return Err(FileRefusal::Truncated.into()),
                Node::Close { .. } if self.open.len() < level => return Ok(()),
                Node::Close { name, text } => {
                    let path: Vec<&str> = self
                        .open
                        .get(level..)
                        .unwrap_or(&[])
                        .iter()
                        .map(String::as_str)
                        .chain(std::iter::once(name.as_str()))
                        .collect();
                    hear(&path, text)?;
                }
            }
        }
    }
}

fn add(texts: &mut [Text], more: &str) -> Result<(), Broken> {
    let Some(text) = texts.last_mut() else { return Ok(()) };
    // What stands between elements to make the file legible is no text.
    if text.text.is_empty() && more.trim().is_empty() {
        return Ok(());
    }
    if text.text.len() + more.len() > LONGEST {
        return Err(FileRefusal::TooLarge.into());
    }
    text.text.push_str(more);
    Ok(())
}

fn read_start(start: &BytesStart<'_>) -> (String, Option<String>, Option<String>) {
    let name = start.local_name().as_ref().to_owned();
    let (mut space, mut currency) = (None, None);
    let prefix = start.name().prefix().map(|prefix| format!("xmlns:{}", prefix.as_ref()));
    for attribute in start.attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref();
        let value = || attribute.value.as_ref().to_owned();
        if Some(key) == prefix.as_deref() || (prefix.is_none() && key == "xmlns") {
            space = Some(value());
        } else if key == "Ccy" {
            currency = Some(value());
        }
    }
    (name, space, currency)
}

fn malformed(at: u64, what: &str) -> Broken {
    FileRefusal::Malformed { at, what: what.to_owned() }.into()
}

fn broken(at: u64, error: Error) -> Broken {
    match error {
        Error::Io(error) => std::io::Error::new(error.kind(), error.to_string()).into(),
        // The one that is wrong where it stands; all the others open and never close.
        Error::Syntax(SyntaxError::InvalidBangMarkup) => malformed(at, "markup that is none"),
        Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => {
            FileRefusal::Truncated.into()
        }
        other => malformed(at, &other.to_string().chars().take(200).collect::<String>()),
    }
}

/// How the letters of the file are written, and the bytes of its mark. A file that declares UTF-8, or nothing, is what
/// its bytes are; one that declares another encoding is believed, when it is one that is read here.
fn encoding_of<R: Read + Seek>(file: &mut R, head: &[u8]) -> Result<(Encoding, u64), Broken> {
    let (found, mark) = text::letters(file)?;
    if mark > 0 || matches!(found, Encoding::Utf16Le | Encoding::Utf16Be) {
        return Ok((found, mark));
    }
    let text = String::from_utf8_lossy(head);
    let declaration = text.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let value = declaration.and_then(|(inside, _)| inside.split_once("encoding")).map(|(_, rest)| rest);
    let label = value.and_then(|rest| rest.split(['"', '\'']).nth(1)).unwrap_or("UTF-8");
    match Encoding::declared(label) {
        Some(Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be) => Ok((found, mark)),
        Some(declared) => Ok((declared, mark)),
        None => Err(FileRefusal::Encoding { found: label.chars().take(40).collect() }.into()),
    }
}
