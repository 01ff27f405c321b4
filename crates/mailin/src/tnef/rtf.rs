//! The words of an RTF body. Outlook also wraps HTML or plain text in RTF (MS-OXRTFEX): then the
//! original comes out.

use crate::{charset, clean};

/// What an RTF says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The page it wraps.
    pub html: Option<String>,
    /// Its words, unless it wraps a page.
    pub text: Option<String>,
    /// Whether it only wraps HTML or plain text.
    pub is_wrapper: bool,
}

/// Groups that say nothing to a reader.
const SILENT: [&str; 14] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "listtable",
    "listoverridetable",
    "generator",
    "themedata",
    "datastore",
    "latentstyles",
];

/// Reads an RTF. Never fails: what is not RTF gives nothing.
pub fn read(rtf: &[u8]) -> Read {
    if !rtf.starts_with(b"{\\rtf") {
        return Read::default();
    }
    let start = rtf.get(..rtf.len().min(512)).unwrap_or_default();
    let says = |word: &[u8]| start.windows(word.len()).any(|w| w == word);
    let wraps_html = says(b"\\fromhtml1");
    let mut reader = Reader { wraps_html, codepage: 1252, ..Reader::default() };
    reader.read(rtf);
    reader.flush();
    let text = clean::lines(&reader.out);
    let some = (!text.trim().is_empty()).then_some(text);
    match wraps_html {
        true => Read { html: some, text: None, is_wrapper: true },
        false => {
            Read { html: None, text: some.map(|t| t.trim().to_owned()), is_wrapper: says(b"\\fromtext") }
        }
    }
}

#[derive(Clone, Copy)]
struct Group {
    silent: bool,
    /// Inside `\*\htmltag`: what stands there is HTML.
    tag: bool,
    /// `\htmlrtf`: for programs that know no HTML.
    for_rtf: bool,
    /// Characters after `\u` that stand for it elsewhere.
    fallback: usize,
}

impl Default for Group {
    fn default() -> Self {
        Self { silent: false, tag: false, for_rtf: false, fallback: 1 }
    }
}

#[derive(Default)]
struct Reader {
    wraps_html: bool,
    codepage: u32,
    now: Group,
    above: Vec<Group>,
    bytes: Vec<u8>,
    out: String,
    skip: usize,
    starred: bool,
}

impl Reader {
    fn read(&mut self, rtf: &[u8]) {
        let mut at = 0;
        while let Some(byte) = rtf.get(at).copied() {
            at += 1;
            match byte {
                b'{' => {
                    if self.above.len() < 10_000 {
                        self.above.push(self.now);
                    }
                }
                b'}' => {
                    self.flush();
                    self.now = self.above.pop().unwrap_or_default();
                    self.starred = false;
                }
                b'\r' | b'\n' => {}
                b'\\' => at += self.control(rtf.get(at..).unwrap_or_default()),
                byte => self.letter(byte),
            }
        }
    }

    /// What follows a backslash; its length.
    fn control(&mut self, rest: &[u8]) -> usize {
        let Some(first) = rest.first().copied() else { return 0 };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first, rest);
        }
        let length = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        let word = String::from_utf8_lossy(rest.get(..length).unwrap_or_default()).into_owned();
        let tail = rest.get(length..).unwrap_or_default();
        let digits = tail
            .iter()
            .enumerate()
            .take(11)
            .take_while(|(i, b)| b.is_ascii_digit() || (*i == 0 && **b == b'-'))
            .count();
        let number = String::from_utf8_lossy(tail.get(..digits).unwrap_or_default()).parse::<i32>().ok();
        let blank = usize::from(tail.get(digits) == Some(&b' '));
        self.word(&word, number);
        length + digits + blank
    }

    fn symbol(&mut self, first: u8, rest: &[u8]) -> usize {
        match first {
            b'\'' => {
                let pair = rest.get(1..3).and_then(|h| std::str::from_utf8(h).ok());
                if let Some(byte) = pair.and_then(|h| u8::from_str_radix(h, 16).ok()) {
                    self.letter(byte);
                    return 3;
                }
                1
            }
            b'*' => {
                self.starred = true;
                1
            }
            b'~' => {
                self.say("\u{a0}");
                1
            }
            b'_' => {
                self.say("-");
                1
            }
            b'\r' | b'\n' => {
                self.say("\n");
                1
            }
            b'\\' | b'{' | b'}' => {
                self.letter(first);
                1
            }
            _ => 1,
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let starred = std::mem::take(&mut self.starred);
        match word {
            "htmltag" if self.wraps_html => (self.now.tag, self.now.silent) = (true, false),
            "mhtmltag" => self.now.silent = true,
            "htmlrtf" => {
                self.flush();
                self.now.for_rtf = number != Some(0);
            }
            "ansicpg" => self.codepage = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(1252),
            "uc" => self.now.fallback = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).min(8),
            "u" => self.unicode(number.unwrap_or_default()),
            "par" | "line" | "row" | "page" | "sect" => self.say("\n"),
            "tab" | "cell" => self.say("\t"),
            "emdash" => self.say("—"),
            "endash" => self.say("–"),
            "lquote" => self.say("‘"),
            "rquote" => self.say("’"),
            "ldblquote" => self.say("“"),
            "rdblquote" => self.say("”"),
            "bullet" => self.say("•"),
            word if starred || SILENT.contains(&word) => self.now.silent = true,
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        let code = u32::try_from(if number < 0 { number + 65_536 } else { number }).unwrap_or_default();
        let letter = char::from_u32(code).unwrap_or('\u{fffd}');
        self.say(letter.encode_utf8(&mut [0; 4]));
        self.skip = self.now.fallback;
    }

    fn is_silent(&self) -> bool {
        // Inside a page only tags and what is not meant for RTF readers is the page.
        self.now.silent || (self.wraps_html && self.now.for_rtf && !self.now.tag)
    }

    fn letter(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_silent() {
            self.bytes.push(byte);
        }
    }

    fn say(&mut self, text: &str) {
        self.flush();
        if !self.is_silent() {
            self.out.push_str(text);
        }
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let label = format!("windows-{}", self.codepage);
            self.out.push_str(&charset::decode(&self.bytes, Some(&label)).text);
            self.bytes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_out_of_rtf() {
        let rtf =
            br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Bonjour,\par \'e9t\'e9 \u8364?{\b gras}\par}";
        assert_eq!(read(rtf).text.as_deref(), Some("Bonjour,\nété €gras"));
        assert_eq!(read(b"pas du rtf"), Read::default());
    }

    #[test]
    fn a_page_wrapped_in_rtf_comes_out_as_it_was() {
        let rtf = br"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Salut {\*\htmltag84 <b>}vous{\*\htmltag92 </b>}\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}";
        assert_eq!(read(rtf).html.as_deref(), Some("<p>Salut <b>vous</b></p>"));
    }
}
