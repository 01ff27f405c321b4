//! Lines to records. A quote that opens and never closes would swallow the rest of the file: here it spoils
//! its own line only, which is why this is not left to a CSV library.

use std::collections::VecDeque;
use std::io::Read;

use crate::text::Lines;

/// A record: a line of the table, over several lines of text when a cell holds line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Line of the file where it ends.
    pub last: u64,
    /// Its cells, or why there are none.
    pub cells: Result<Vec<String>, BadRecord>,
    /// Its text, cut at 500 characters.
    pub text: String,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRecord {
    /// A quote opens and never closes, or closes in the middle of a cell.
    Quotes,
    /// The line is longer than a million bytes.
    TooLong,
}

/// The most lines and bytes that one record may take.
const MOST_LINES: usize = 64;
const MOST_BYTES: usize = 64 * 1024;

/// Reads cells out of lines fed one after the other.
#[derive(Debug)]
struct Scan {
    separator: char,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
}

enum Fed {
    Done,
    Open,
    Bad,
}

impl Scan {
    fn new(separator: char) -> Self {
        Self { separator, cells: Vec::new(), cell: String::new(), quoted: false }
    }

    fn feed(&mut self, line: &str) -> Fed {
        if self.quoted {
            self.cell.push('\n');
        }
        let mut at_start = !self.quoted;
        let mut closed = false;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if self.quoted {
                match c {
                    '"' if chars.peek() == Some(&'"') => {
                        chars.next();
                        self.cell.push('"');
                    }
                    '"' => (self.quoted, closed) = (false, true),
                    _ => self.cell.push(c),
                }
            } else if c == self.separator {
                self.cells.push(std::mem::take(&mut self.cell));
                (at_start, closed) = (true, false);
            } else if c == '"' && at_start {
                self.quoted = true;
                at_start = false;
            } else if closed && c != ' ' {
                return Fed::Bad;
            } else if !closed {
                self.cell.push(c);
                at_start = false;
            }
        }
        if self.quoted {
            return Fed::Open;
        }
        self.cells.push(std::mem::take(&mut self.cell));
        Fed::Done
    }
}

/// The lines that may hold the column names: those of the beginning with at least two named cells, each with the
/// number of its last line.
pub fn headers(head: &str, separator: char) -> Vec<(u64, Vec<String>)> {
    let mut found = Vec::new();
    let mut lines = head.lines().zip(1u64..).take(40);
    while let Some((line, number)) = lines.next() {
        let mut scan = Scan::new(separator);
        let mut fed = scan.feed(line);
        let mut last = number;
        while matches!(fed, Fed::Open) {
            let Some((more, at)) = lines.next() else { break };
            fed = scan.feed(more);
            last = at;
        }
        let named = |cells: &[String]| cells.iter().filter(|c| !c.trim().is_empty()).count();
        if matches!(fed, Fed::Done) && named(&scan.cells) >= 2 {
            found.push((last, scan.cells));
        }
    }
    found
}

/// The records of a file.
#[derive(Debug)]
pub struct Records<R> {
    lines: Lines<R>,
    ahead: VecDeque<(u64, Result<String, ()>)>,
    separator: char,
    width: usize,
}

impl<R: Read> Records<R> {
    /// Those after line `header`.
    pub fn after(mut lines: Lines<R>, separator: char, width: usize, header: u64) -> std::io::Result<Self> {
        for _ in 0..header {
            lines.next_line()?;
        }
        Ok(Self { lines, ahead: VecDeque::new(), separator, width })
    }

    fn take_line(&mut self) -> std::io::Result<Option<(u64, Result<String, ()>)>> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next_line(),
        }
    }

    /// Feeds the lines that follow into an open cell; gives the last of them. On failure they are all put back.
    fn follow(&mut self, scan: &mut Scan) -> std::io::Result<Option<u64>> {
        let mut taken = Vec::new();
        let mut bytes = 0;
        let mut done = false;
        while taken.len() < MOST_LINES && bytes < MOST_BYTES {
            let Some((number, text)) = self.take_line()? else { break };
            let fed = match &text {
                Ok(text) => {
                    bytes += text.len();
                    scan.feed(text)
                }
                Err(()) => Fed::Bad,
            };
            taken.push((number, text));
            match fed {
                Fed::Open => {}
                Fed::Done => {
                    // Banks end their lines with a separator: the cells after it are empty.
                    let beyond = scan.cells.get(self.width..);
                    done = beyond.is_some_and(|cells| cells.iter().all(|cell| cell.trim().is_empty()));
                    break;
                }
                Fed::Bad => break,
            }
        }
        if done {
            return Ok(taken.last().map(|(number, _)| *number));
        }
        for line in taken.into_iter().rev() {
            self.ahead.push_front(line);
        }
        Ok(None)
    }

    fn read_one(&mut self) -> std::io::Result<Option<Record>> {
        loop {
            let Some((line, text)) = self.take_line()? else { return Ok(None) };
            let Ok(text) = text else {
                return Ok(Some(Record {
                    line,
                    last: line,
                    cells: Err(BadRecord::TooLong),
                    text: String::new(),
                }));
            };
            let mut scan = Scan::new(self.separator);
            let ends = match scan.feed(&text) {
                Fed::Done => Some(line),
                Fed::Open => self.follow(&mut scan)?,
                Fed::Bad => None,
            };
            let whole = ends.is_some();
            if whole && scan.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue; // an empty line says nothing
            }
            let cells = if whole { Ok(scan.cells) } else { Err(BadRecord::Quotes) };
            let last = ends.unwrap_or(line);
            return Ok(Some(Record { line, last, cells, text: text.chars().take(500).collect() }));
        }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = std::io::Result<Record>;
    fn next(&mut self) -> Option<Self::Item> {
        self.read_one().transpose()
    }
}
