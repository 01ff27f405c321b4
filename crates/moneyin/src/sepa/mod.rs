//! Reads SEPA direct debits, ISO 20022 pain.008 in every version: each instalment is a gift, collected on the day that
//! was asked for, and part of the collection that the bank credits as one amount.
//!
//! An instalment is called by its end-to-end reference, which the bank names again when it comes back. The account of
//! the debtor is not kept. A file whose own count or sum is not that of its instalments is refused whole.

use std::io::{Read, Seek};

use chrono::NaiveDate;
use rules::address::PostalAddress;
use rules::dates::paris_midnight;
use rules::fold::one_line;
use rules::gift::Method;
use rules::money::Cents;

use crate::camt::entry::{amount, day};
use crate::line::{Entry, Gift, Giver, Movement, MovementKind, Piece, Reading, split_name};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{cut, short};
use crate::text;
use crate::why::Why;
use crate::xml::{Node, Text, Xml};

const NAME: &str = "pain.008";

/// The instalments of a file.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    xml: Xml<R>,
    collection: Collection,
    told: Told,
    lines: u64,
    sum: Cents,
    over: bool,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// What stands above the instalments: they are credited together.
#[derive(Debug, Default)]
struct Collection {
    id: String,
    day: Option<NaiveDate>,
}

/// What the file says of itself.
#[derive(Debug, Default)]
struct Told {
    id: String,
    count: Option<u64>,
    sum: Option<Cents>,
}

/// Opens a file.
///
/// # Errors
/// The disk's; [`FileRefusal::OtherKind`] for another document, and what any broken XML gives.
pub fn open<R: Read + Seek>(mut file: R) -> Result<Entries<R>, Broken> {
    if let Some(not) = text::not_markup(&mut file)? {
        return Err(FileRefusal::NotText(not).into());
    }
    let (mut xml, encoding) = Xml::open(file)?;
    let Node::Open { name, space } = xml.next()? else {
        return Err(FileRefusal::OtherKind { expected: NAME, found: String::new() }.into());
    };
    let space = space.unwrap_or_default();
    if name != "Document" || !(space.is_empty() || space.contains("pain.008")) {
        let found = if space.is_empty() { name } else { space };
        let found = found.chars().take(80).collect();
        return Err(FileRefusal::OtherKind { expected: NAME, found }.into());
    }
    let version = space.rsplit_once(':').map_or(space.as_str(), |(_, version)| version).to_owned();
    let seen = Seen { kind: Kind::SepaDebits, encoding, separator: None, unknown: Vec::new(), version };
    let (collection, told) = (Collection::default(), Told::default());
    Ok(Entries { seen, xml, collection, told, lines: 0, sum: Cents::ZERO, over: false })
}

/// An instalment as it is written.
#[derive(Debug, Default)]
struct Debit {
    reference: String,
    amount: Text,
    mandate: String,
    debtor: String,
    street: Vec<String>,
    code: String,
    city: String,
    country: String,
    said: String,
}

impl Debit {
    fn learn(&mut self, path: &[&str], text: Text) {
        let value = one_line(&text.text);
        match path {
            ["PmtId", "EndToEndId"] => self.reference = value,
            ["InstdAmt"] => self.amount = text,
            ["DrctDbtTx", "MndtRltdInf", "MndtId"] => self.mandate = value,
            ["Dbtr", "Nm"] => self.debtor = value,
            ["Dbtr", "PstlAdr", "AdrLine"] if self.street.len() < 4 => self.street.push(value),
            ["Dbtr", "PstlAdr", "StrtNm"] if self.street.len() < 4 => self.street.push(value),
            ["Dbtr", "PstlAdr", "PstCd"] => self.code = value,
            ["Dbtr", "PstlAdr", "TwnNm"] => self.city = value,
            ["Dbtr", "PstlAdr", "Ctry"] => self.country = value,
            ["RmtInf", "Ustrd"] => self.said = value,
            _ => {}
        }
    }

    fn read(&self, collection: &Collection) -> Result<(Gift, Movement), Why> {
        if let Some(other) =
            self.amount.currency.as_deref().filter(|other| !other.eq_ignore_ascii_case("EUR"))
        {
            return Err(Why::Currency { typed: short(&format!("{} {other}", self.amount.text)) });
        }
        let bad = || Why::BadAmount { column: "InstdAmt".into(), typed: short(&self.amount.text) };
        let gross = amount(&self.amount.text).filter(|gross| *gross > Cents::ZERO).ok_or_else(bad)?;
        let no_day = || Why::BadDate { column: "ReqdColltnDt".into(), typed: String::new() };
        let day = collection.day.ok_or_else(no_day)?;
        let (first_names, last_name) = split_name(&cut(&self.debtor));
        let street: Vec<&str> = self.street.iter().map(String::as_str).collect();
        let country = if street.is_empty() && self.city.is_empty() { "" } else { &self.country };
        let mut address = PostalAddress::tidy(&street, &self.code, &self.city, country);
        address.street.truncate(4);
        address.street.iter_mut().for_each(|line| *line = line.chars().take(100).collect());
        address.postal_code = address.postal_code.chars().take(40).collect();
        address.city = cut(&address.city);
        let gift = Gift {
            gross,
            fee: Cents::ZERO,
            method: Method::DirectDebit,
            paid_at: paris_midnight(day),
            provider_credited_on: None,
            received_on: None,
            dues: false,
            campaign: String::new(),
            receipted_elsewhere: None,
            comment: String::new(),
            refunded: false,
            giver: Giver { first_names, last_name, address, ..Giver::default() },
            extra: std::collections::BTreeMap::new(),
            left_out: if self.debtor.is_empty() { vec![Why::Anonymous] } else { Vec::new() },
        };
        let movement = Movement {
            kind: MovementKind::Payment,
            gross,
            fee: Cents::ZERO,
            net: gross,
            booked_on: day,
            value_on: None,
            payout: Some(cut(&collection.id)),
            paid_out_on: Some(day),
            about: None,
            party: cut(&self.debtor),
            label: cut(&self.said),
            reference: cut(&self.mandate),
            parts: Vec::new(),
        };
        Ok((gift, movement))
    }
}

impl<R: Read> Entries<R> {
    fn piece(&mut self) -> Result<Option<Piece>, Broken> {
        loop {
            match self.xml.next()? {
                Node::End => return self.whole().map(|()| None),
                Node::Open { name, .. } if name == "PmtInf" => self.collection = Collection::default(),
                Node::Open { name, .. } if name == "DrctDbtTxInf" => return self.debit().map(Some),
                Node::Open { .. } => {}
                Node::Close { name, text } => {
                    let mut path: Vec<&str> = self.xml.path().iter().map(String::as_str).collect();
                    path.push(&name);
                    match path.get(2..).unwrap_or(&[]) {
                        ["GrpHdr", "MsgId"] => self.told.id = one_line(&text.text),
                        ["GrpHdr", "NbOfTxs"] => self.told.count = text.text.parse().ok(),
                        ["GrpHdr", "CtrlSum"] => self.told.sum = amount(&text.text),
                        ["PmtInf", "PmtInfId"] => self.collection.id = one_line(&text.text),
                        ["PmtInf", "ReqdColltnDt"] => self.collection.day = day(&text.text),
                        _ => {}
                    }
                }
            }
        }
    }

    /// The file's own count and sum are those of what was read.
    fn whole(&self) -> Result<(), Broken> {
        if self.lines == 0 {
            return Err(FileRefusal::NoLine.into());
        }
        let gap = self.told.sum.and_then(|told| told.checked_sub(self.sum)).filter(|gap| gap.0 != 0);
        let counted = self.told.count.is_none_or(|told| told == self.lines);
        match gap {
            Some(gap) => Err(FileRefusal::Unbalanced { name: self.told.id.clone(), gap }.into()),
            None if counted => Ok(()),
            None => Err(FileRefusal::Truncated.into()),
        }
    }

    fn debit(&mut self) -> Result<Piece, Broken> {
        let mut debit = Debit::default();
        self.xml.within(|path, text| {
            debit.learn(path, text);
            Ok(())
        })?;
        self.lines += 1;
        let line = self.lines;
        let key: String = debit.reference.split_whitespace().collect::<Vec<_>>().join("-");
        if let Some(sum) = amount(&debit.amount.text).and_then(|cents| self.sum.checked_add(cents)) {
            self.sum = sum;
        }
        let shown = format!("{} {} {}", debit.reference, debit.debtor, debit.amount.text);
        let read = if key.is_empty() || key.eq_ignore_ascii_case("NOTPROVIDED") {
            Err(Why::NoKey { column: "EndToEndId".into() })
        } else {
            debit.read(&self.collection)
        };
        Ok(Piece::Line(match read {
            Ok((gift, movement)) => Entry {
                line,
                key,
                order: None,
                reading: Reading::Gift(Box::new(gift)),
                movement: Some(Box::new(movement)),
                text: String::new(),
                cells: Vec::new(),
            },
            Err(why) => Entry::refused(line, key, why, one_line(&shown)),
        }))
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
