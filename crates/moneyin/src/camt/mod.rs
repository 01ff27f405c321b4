//! Reads bank statements of ISO 20022: camt.053 in every version, and camt.052 and camt.054, which say the same of a
//! part of a day and of single movements.
//!
//! The file is read element after element; of an entry only what the ledger holds is kept. What is not booked yet is
//! shown and left aside; an entry that tells no status is booked, since banks that leave it out send booked ones only.
//! `CdtDbtInd` says which way the money went, for a reversal too (`RvslInd` only says that it
//! undoes something). An entry that stands for several (a collection of direct debits) is one movement with parts.

pub(crate) mod entry;
mod statement;

use std::collections::HashMap;
use std::io::{Read, Seek};

use crate::bank_key::BankKeys;
use crate::line::{AccountRef, Entry, Piece, Reading};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::text;
use crate::why::Why;
use crate::xml::{Node, Xml};
use entry::Ntry;
use statement::Stmt;

/// Elements before the document.
const ENVELOPE: usize = 300;
/// What is read.
const NAME: &str = "CAMT.053";
/// What holds statements, reports and notifications, and what each is called in it.
const KINDS: [(&str, &str); 3] =
    [("BkToCstmrStmt", "Stmt"), ("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")];

/// The lines of a file, and its statements, each after its lines.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    xml: Xml<R>,
    /// What a statement is called here.
    statement: &'static str,
    current: Option<Stmt>,
    entries: u64,
    statements: u64,
    keys: HashMap<AccountRef, BankKeys>,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Opens a file and looks at its first two elements.
///
/// # Errors
/// The disk's; [`FileRefusal::OtherKind`] for another document, [`FileRefusal::Doctype`] for one that declares
/// entities, [`FileRefusal::Malformed`] and [`FileRefusal::Truncated`] for one that is broken so early.
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    if let Some(not) = text::not_markup(&mut file)? {
        return Err(FileRefusal::NotText(not).into());
    }
    let (mut xml, encoding) = Xml::open(file)?;
    let other =
        |found: &str| FileRefusal::OtherKind { expected: NAME, found: found.chars().take(80).collect() };
    // Some banks put the document into an envelope.
    let (mut root, mut space) = (String::new(), None);
    for _ in 0..ENVELOPE {
        match xml.next()? {
            Node::Open { name, space: told } if name == "Document" => {
                (root, space) = (name, told);
                break;
            }
            Node::Open { name, space: told } if root.is_empty() => (root, space) = (name, told),
            Node::Open { .. } | Node::Close { .. } => {}
            Node::End => break,
        }
    }
    if root != "Document" || space.as_ref().is_some_and(|space| !space.contains("camt.05")) {
        return Err(other(space.as_deref().unwrap_or(&root)).into());
    }
    let version =
        space.as_deref().and_then(|space| space.rsplit_once(':')).map(|(_, version)| version.to_owned());
    let kind = match xml.next()? {
        Node::Open { name, .. } => name,
        Node::Close { .. } | Node::End => return Err(FileRefusal::NoLine.into()),
    };
    // The first version numbers its elements: `BkToCstmrAcctRptV01`.
    let bare = kind.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('V');
    let found = KINDS.iter().find(|(holder, _)| *holder == bare);
    let (_, statement) = found.ok_or_else(|| other(&kind))?;
    let seen = Seen {
        kind: Kind::Camt,
        encoding,
        separator: None,
        unknown: Vec::new(),
        version: version.unwrap_or_default(),
    };
    Ok(Entries {
        seen,
        xml,
        statement,
        current: None,
        entries: 0,
        statements: 0,
        keys: HashMap::new(),
        over: false,
    })
}

impl<R: Read> Entries<R> {
    fn piece(&mut self) -> Result<Option<Piece>, Broken> {
        loop {
            match self.xml.next()? {
                Node::End => {
                    if self.statements == 0 {
                        return Err(FileRefusal::NoLine.into());
                    }
                    return Ok(None);
                }
                Node::Open { name, .. } if name == self.statement && self.current.is_none() => {
                    self.current = Some(Stmt::default());
                    self.xml.mark();
                }
                Node::Open { name, .. }
                    if name == "Ntry" && self.current.is_some() && self.xml.depth() == 1 =>
                {
                    let ntry = Ntry::read(&mut self.xml)?;
                    self.entries += 1;
                    let entry = self.entry(&ntry)?;
                    return Ok(Some(Piece::Line(entry)));
                }
                Node::Open { name, .. }
                    if name == "Bal" && self.current.is_some() && self.xml.depth() == 1 =>
                {
                    let balance = statement::Balance::read(&mut self.xml)?;
                    if let Some(current) = &mut self.current {
                        current.add(balance)?;
                    }
                }
                Node::Open { .. } => {}
                Node::Close { name, text } => {
                    if self.xml.left_mark() {
                        if let Some(done) = self.current.take() {
                            self.xml.unmark();
                            self.statements += 1;
                            return Ok(Some(Piece::Statement(done.finish())));
                        }
                    } else if let Some(current) = &mut self.current {
                        current.learn(self.xml.path(), &name, text)?;
                    }
                }
            }
        }
    }

    fn entry(&mut self, ntry: &Ntry) -> Result<Entry, Broken> {
        let Some(current) = &mut self.current else { return Err(FileRefusal::NoLine.into()) };
        let line = self.entries;
        let shown = ntry.shown();
        let movement = match ntry.movement(current.currency()) {
            Ok(movement) => movement,
            Err(why @ Why::NotBooked { .. }) => {
                let mut entry = Entry::refused(line, String::new(), why.clone(), shown);
                entry.reading = Reading::Ignored(why);
                return Ok(entry);
            }
            Err(why) => return Ok(ntry.refused(line, current.currency(), why)),
        };
        let Some(sum) = current.sum.checked_add(movement.net) else {
            let why = Why::TooMuch { amount: movement.net.csv_fr() };
            return Ok(Entry::refused(line, String::new(), why, shown));
        };
        current.sum = sum;
        current.lines += 1;
        let keys = self.keys.entry(current.account.clone()).or_default();
        let key = keys.next(movement.booked_on, movement.net);
        Ok(Entry::of_bank(line, key, movement))
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let piece = self.piece();
        self.over = !matches!(piece, Ok(Some(_)));
        piece.transpose()
    }
}
