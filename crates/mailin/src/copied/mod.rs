//! A mail copied into the text of another, with its headers: below a reply, or because it is forwarded.

mod people;
pub mod words;

use crate::Mailbox;
use words::Label;

/// The headers of a copied mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    pub from: Option<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: Option<String>,
    pub date: Option<String>,
    /// Lines it takes.
    pub length: usize,
}

impl Block {
    /// Whether these are the headers of a mail and not a sentence with a colon.
    fn is_sure(&self) -> bool {
        let others = [self.date.is_some(), self.subject.is_some(), !self.to.is_empty()];
        self.from.is_some() && others.iter().filter(|o| **o).count() >= 2
            || (self.subject.is_some() && self.date.is_some() && !self.to.is_empty())
    }
}

/// Longest block, in lines.
const LONGEST: usize = 30;

/// Reads the headers that start with the first of these lines.
pub fn block(lines: &[&str]) -> Option<Block> {
    let first = lines.first()?;
    labelled(first)?;
    let mut fields: Vec<(Label, String)> = Vec::new();
    let mut length = 0;
    for (at, line) in lines.iter().take(LONGEST).enumerate() {
        let blank = line.trim_matches(is_blank).is_empty();
        match labelled(line) {
            Some((label, value)) if label == Label::Other || !fields.iter().any(|(l, _)| *l == label) => {
                fields.push((label, value));
                length = at + 1;
            }
            Some(_) => break,
            // Some programs leave a blank line between the headers.
            None if blank && goes_on(lines.get(at + 1..).unwrap_or_default(), &fields) => {}
            None if !blank && continues(line, fields.last()) => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                length = at + 1;
            }
            None => break,
        }
    }
    let block = gathered(fields, length);
    block.is_sure().then_some(block)
}

fn gathered(fields: Vec<(Label, String)>, length: usize) -> Block {
    let mut block = Block { length, ..Block::default() };
    for (label, value) in fields {
        match label {
            Label::From => block.from = people::one(&value),
            Label::To => block.to = people::listed(&value),
            Label::Cc => block.cc = people::listed(&value),
            Label::When => block.date = Some(value),
            Label::About => block.subject = Some(value),
            Label::Other => {}
        }
    }
    block
}

/// After a blank line only another header that is still missing counts, directly below.
fn goes_on(rest: &[&str], fields: &[(Label, String)]) -> bool {
    let enough = [Label::From, Label::When, Label::About].iter().all(|l| fields.iter().any(|(f, _)| f == l));
    let next = rest.first().and_then(|l| labelled(l));
    !enough && next.is_some_and(|(label, _)| !fields.iter().any(|(f, _)| *f == label))
}

fn continues(line: &str, last: Option<&(Label, String)>) -> bool {
    let Some((label, value)) = last else { return false };
    let said = line.trim_start_matches(['>', ' ', '\t']);
    let address = said.starts_with('<') && said.contains('@');
    let indented = line.starts_with([' ', '\t']) && said.contains('@');
    let listing = matches!(label, Label::To | Label::Cc | Label::From);
    let unfinished = value.is_empty() || value.trim_end().ends_with([',', ';']);
    (listing && (unfinished || indented || (address && !value.contains('@'))))
        || (value.is_empty() && *label != Label::Other)
}

/// `*Envoyé :* lundi` → the label and what follows it.
pub fn labelled(line: &str) -> Option<(Label, String)> {
    let line = line
        .trim_start_matches(['>', ' ', '\t', '*', '_', '|', '\u{a0}', '\u{200e}', '\u{200f}', '\u{feff}']);
    let at = line.char_indices().take(32).find(|(_, c)| [':', '：'].contains(c))?;
    let (said, rest) = line.split_at(at.0);
    let said = said.trim_matches(is_blank).trim_matches('*').trim_matches(is_blank);
    let said = said.to_lowercase().replace("i\u{307}", "i");
    let label = words::label(&said)?;
    let rest = rest.get(at.1.len_utf8()..).unwrap_or_default();
    // A clock or an address is no header: "a: b" is, "a:b" is not.
    let glued = !rest.is_empty()
        && at.1 == ':'
        && !rest.starts_with(is_blank)
        && !rest.starts_with(['*', '<', '"', '_']);
    if glued && said.chars().count() < 4 && said.is_ascii() && !rest.contains('@') {
        return None;
    }
    let value = rest.trim_matches(is_blank).trim_matches('*').trim_matches(is_blank);
    Some((label, value.to_owned()))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200e}' || c == '\u{200f}' || c == '\u{feff}'
}

/// Yahoo writes the rule, every header and their values on one line without blanks between them.
pub fn on_one_line(line: &str) -> Option<Block> {
    // In Portuguese it leaves the colon out.
    let line = &line.replace("CETAssunto ", "CETAssunto: ");
    let spots = |from: usize| {
        let piece = line.get(from..)?;
        piece.match_indices([':']).find_map(|(at, _)| {
            let before = piece.get(..at)?;
            let longest = before.char_indices().rev().take(20);
            let starts = longest.filter(|(_, c)| c.is_uppercase()).map(|(i, _)| i);
            let mut found = starts.filter_map(|i| {
                let said = before.get(i..)?.to_lowercase();
                words::label(said.trim()).filter(|l| *l != Label::Other).map(|l| (l, from + i, from + at + 1))
            });
            found.next()
        })
    };
    let mut fields: Vec<(Label, usize, usize)> = Vec::new();
    let mut from = 0;
    while let Some((label, start, end)) = spots(from) {
        if !fields.iter().any(|(l, _, _)| *l == label) {
            fields.push((label, start, end));
        }
        from = end;
    }
    let ends = fields.iter().skip(1).map(|f| f.1).chain([line.len()]);
    let values: Vec<(Label, String)> = fields
        .iter()
        .zip(ends)
        .filter_map(|((label, _, from), to)| Some((*label, line.get(*from..to)?.trim().to_owned())))
        .collect();
    let block = gathered(values, 1);
    block.is_sure().then_some(block)
}
