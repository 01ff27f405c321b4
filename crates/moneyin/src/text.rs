//! Bytes to lines of text, whatever the program that saved the file.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use crate::why::Sentence;

/// How a file's letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// What payment tools and most banks give.
    Utf8,
    /// "Unicode text" of a spreadsheet.
    Utf16Le,
    /// The same, other way round.
    Utf16Be,
    /// What a spreadsheet on Windows saves.
    Windows1252,
    /// What French banks wrote before UTF-8, with `€` and `Œ`.
    Latin9,
    /// What a spreadsheet on an older Mac saves.
    MacRoman,
}

impl Encoding {
    fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Latin9 => encoding_rs::ISO_8859_15,
            Self::MacRoman => encoding_rs::MACINTOSH,
        }
    }

    /// Its name, as people know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
            Self::Latin9 => "ISO-8859-15",
            Self::MacRoman => "Mac Roman",
        }
    }

    /// By the name that a file declares; none for one that is not read here. `ISO-8859-1` and ASCII are read as what
    /// they are part of.
    pub fn declared(label: &str) -> Option<Self> {
        let named = encoding_rs::Encoding::for_label(label.trim().as_bytes())?;
        let all = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252, Self::Latin9, Self::MacRoman];
        all.into_iter().find(|encoding| encoding.codec() == named)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)+) => {
        /// What a file is that is no table of text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum NotText { $($(#[$doc])* $name,)+ }
        impl NotText {
            /// The sentence for the person: what it is and what to do.
            pub fn sentence(self) -> Sentence {
                match self { $(Self::$name => Sentence::new($key),)+ }
            }
        }
    };
}

kinds! {
    /// No byte.
    Empty = "imports-file-empty",
    /// A workbook.
    Spreadsheet = "imports-file-spreadsheet",
    /// An archive.
    Archive = "imports-file-archive",
    /// A PDF.
    Pdf = "imports-file-pdf",
    /// Data for programs.
    Json = "imports-file-json",
    /// A web page or XML.
    Markup = "imports-file-markup",
    /// An image or anything else.
    Binary = "imports-file-binary",
}

/// What the first look at a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    first: Encoding,
    second: Option<Encoding>,
    bom: u64,
    end: u8,
}

impl Looked {
    /// Encodings to try: the names of the columns tell which one it is.
    pub fn candidates(&self) -> impl Iterator<Item = &Encoding> {
        std::iter::once(&self.first).chain(&self.second)
    }
}

const HEAD: usize = 64 * 1024;

/// Looks at the whole file once, in pieces.
pub fn look<R: Read + Seek>(file: &mut R) -> std::io::Result<Result<Looked, NotText>> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if let Some(not) = magic(&head) {
        return Ok(Err(not));
    }
    let (bom, marked) = match head.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => (3, Some(Encoding::Utf8)),
        [0xFF, 0xFE, ..] => (2, Some(Encoding::Utf16Le)),
        [0xFE, 0xFF, ..] => (2, Some(Encoding::Utf16Be)),
        _ => (0, unmarked_utf16(&head)),
    };
    let sixteen = matches!(marked, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    if !sixteen && head.iter().filter(|b| **b < 9 || (14..32).contains(*b)).count() > head.len() / 50 {
        return Ok(Err(NotText::Binary));
    }
    // A file of an older Mac ends its lines by a carriage return alone.
    let end = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
    let (first, second) = match marked {
        Some(marked) => (marked, None),
        None if mostly_utf8(file, &head)? => (Encoding::Utf8, None),
        None => (Encoding::Windows1252, Some(Encoding::MacRoman)),
    };
    Ok(Ok(Looked { first, second, bom, end }))
}

/// How the letters of a file are written that is no table, and the bytes of its mark; stands at its beginning
/// afterwards.
pub fn letters<R: Read + Seek>(file: &mut R) -> std::io::Result<(Encoding, u64)> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let found = match head.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        _ => match unmarked_utf16(&head) {
            Some(sixteen) => (sixteen, 0),
            None if mostly_utf8(file, &head)? => (Encoding::Utf8, 0),
            None => (Encoding::Windows1252, 0),
        },
    };
    file.seek(SeekFrom::Start(found.1))?;
    Ok(found)
}

/// What the file is when it is certainly no markup; stands at its beginning afterwards.
pub fn not_markup<R: Read + Seek>(file: &mut R) -> std::io::Result<Option<NotText>> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(magic(&head).filter(|not| *not != NotText::Markup))
}

fn magic(head: &[u8]) -> Option<NotText> {
    let near = |word: &[u8]| head.windows(word.len()).take(4096).any(|w| w == word);
    let start = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head).trim_ascii_start();
    match head {
        _ if start.is_empty() => Some(NotText::Empty),
        [b'P', b'K', 3 | 5, ..] => {
            let book = [&b"[Content_Types].xml"[..], b"xl/", b"opendocument.spreadsheet"];
            Some(if book.iter().any(|word| near(word)) { NotText::Spreadsheet } else { NotText::Archive })
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(NotText::Spreadsheet),
        [0x1F, 0x8B, ..] | [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xBC, 0xAF, ..] => {
            Some(NotText::Archive)
        }
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Some(NotText::Binary),
        _ if start.starts_with(b"%PDF") => Some(NotText::Pdf),
        _ if start.starts_with(b"{") || start.starts_with(b"[") => Some(NotText::Json),
        _ if start.starts_with(b"<") => Some(NotText::Markup),
        _ => None,
    }
}

/// Letters of Latin text in UTF-16 are one byte out of two.
fn unmarked_utf16(head: &[u8]) -> Option<Encoding> {
    let half = head.len() / 2;
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    if half < 8 {
        return None;
    }
    if zeros(1) > half * 3 / 4 {
        Some(Encoding::Utf16Le)
    } else if zeros(0) > half * 3 / 4 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Whether the bytes are UTF-8, save for less than one bad place in ten: a line that was spoiled is then
/// refused alone, and the others keep their accents.
fn mostly_utf8<R: Read>(file: &mut R, head: &[u8]) -> std::io::Result<bool> {
    let (mut good, mut bad) = (0usize, 0usize);
    let mut rest: Vec<u8> = head.to_vec();
    loop {
        let kept = count(&rest, &mut good, &mut bad);
        rest.drain(..kept);
        let before = rest.len();
        file.by_ref().take(HEAD as u64).read_to_end(&mut rest)?;
        if rest.len() == before {
            return Ok(bad + usize::from(before > 0) == 0 || bad * 10 < good);
        }
    }
}

/// Counts the good and the bad sequences beyond ASCII; gives how many bytes were looked at.
fn count(bytes: &[u8], good: &mut usize, bad: &mut usize) -> usize {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                *good += text.chars().filter(|c| !c.is_ascii()).count();
                return bytes.len();
            }
            Err(error) => {
                let valid = rest.get(..error.valid_up_to()).unwrap_or_default();
                *good += std::str::from_utf8(valid).unwrap_or("").chars().filter(|c| !c.is_ascii()).count();
                at += error.valid_up_to();
                let Some(length) = error.error_len() else { return at };
                *bad += 1;
                at += length;
            }
        }
    }
    bytes.len()
}

/// The beginning of the file as text.
pub fn head<R: Read + Seek>(file: &mut R, looked: &Looked, encoding: Encoding) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(looked.bom))?;
    let mut bytes = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut bytes)?;
    let text = encoding.codec().decode_without_bom_handling(&bytes).0.into_owned();
    Ok(if looked.end == b'\r' { text.replace('\r', "\n") } else { text })
}

/// A line longer than this is cut: no payment tool writes one.
const LONGEST: usize = 1024 * 1024;

/// The lines of a file, as text.
#[derive(Debug)]
pub struct Lines<R> {
    from: BufReader<Utf8<R>>,
    end: u8,
    line: u64,
}

impl<R: Read + Seek> Lines<R> {
    /// From the first one.
    pub fn open(mut file: R, looked: &Looked, encoding: Encoding) -> std::io::Result<Self> {
        file.seek(SeekFrom::Start(looked.bom))?;
        Ok(Self { from: BufReader::with_capacity(HEAD, Utf8::new(file, encoding)), end: looked.end, line: 0 })
    }
}

impl<R: Read> Lines<R> {
    /// The next line with its number, from 1; `Err(number)` for one that is too long.
    pub fn next_line(&mut self) -> std::io::Result<Option<(u64, Result<String, ()>)>> {
        let mut bytes = Vec::with_capacity(512);
        let read = self.from.by_ref().take(LONGEST as u64).read_until(self.end, &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        if read == LONGEST && bytes.last() != Some(&self.end) {
            self.from.skip_until(self.end)?;
            return Ok(Some((self.line, Err(()))));
        }
        if bytes.last() == Some(&self.end) {
            bytes.pop();
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Some((self.line, Ok(text))))
    }
}

/// Reads any encoding as UTF-8, in pieces; what is no letter becomes U+FFFD.
pub(crate) struct Utf8<R> {
    from: R,
    decoder: encoding_rs::Decoder,
    bytes: Vec<u8>,
    ended: bool,
    flushed: bool,
}

impl<R> std::fmt::Debug for Utf8<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Utf8")
    }
}

impl<R: Read> Utf8<R> {
    pub(crate) fn new(from: R, encoding: Encoding) -> Self {
        let decoder = encoding.codec().new_decoder_without_bom_handling();
        Self { from, decoder, bytes: Vec::new(), ended: false, flushed: false }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while !self.flushed {
            if self.bytes.is_empty() && !self.ended {
                self.from.by_ref().take(16 * 1024).read_to_end(&mut self.bytes)?;
                self.ended = self.bytes.is_empty();
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.bytes, out, self.ended);
            self.bytes.drain(..read);
            self.flushed = self.ended && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
