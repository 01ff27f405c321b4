//! Reads a cheque deposit slip as a table: each cheque is a gift, received on the day it arrived, and part of the slip
//! that the bank credits as one amount.
//!
//! There is no bank's standard for it: this is the slip that Soutien writes, and what associations keep in a
//! spreadsheet. The day written on a cheque proves nothing; the day it was received counts.

use std::io::{Read, Seek};

use rules::address::{PostalAddress, normalise_mail};
use rules::dates::{paris_midnight, parse_typed};
use rules::fold::one_line;
use rules::gift::Method;
use rules::money::Cents;

use crate::line::{Entry, Gift, Giver, Movement, MovementKind, Piece, Reading, split_name};
use crate::named::Columns;
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Row, Table, cut, named, short};
use crate::why::Why;

const SLIP: &[&str] = &["bordereau", "n de bordereau", "remise", "deposit slip"];
const DEPOSITED: &[&str] = &["date de remise", "remis le", "deposited on"];
const LINE: &[&str] = &["n ligne", "ligne", "n", "line"];
const DRAWER: &[&str] = &["emetteur", "tireur", "nom", "drawer"];
const BANK: &[&str] = &["banque", "bank"];
const NUMBER: &[&str] = &["n de cheque", "numero de cheque", "cheque", "cheque number"];
const WRITTEN: &[&str] = &["date du cheque", "cheque date"];
const RECEIVED: &[&str] = &["date de reception", "recu le", "received on"];
const AMOUNT: &[&str] = &["montant", "amount"];
const OURS: &[&str] = &["don", "gift"];
const ORGANISATION: &[&str] = &["organisation", "personne morale"];
const CAMPAIGN: &[&str] = &["campagne", "campaign"];
const MAIL: &[&str] = &["courriel", "email", "mail", "adresse mail"];
const STREET: &[&str] = &["adresse", "address", "street"];
const POSTAL_CODE: &[&str] = &["code postal", "postal code"];
const CITY: &[&str] = &["commune", "ville", "city"];
const KNOWN: &[&[&str]] = &[
    SLIP,
    DEPOSITED,
    LINE,
    DRAWER,
    BANK,
    NUMBER,
    WRITTEN,
    RECEIVED,
    AMOUNT,
    OURS,
    ORGANISATION,
    CAMPAIGN,
    MAIL,
    STREET,
    POSTAL_CODE,
    CITY,
];

/// The cheques of a file.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    columns: Columns,
    others: Vec<String>,
    table: Table<R>,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Opens a slip.
///
/// # Errors
/// The disk's; [`FileRefusal::Missing`] when needed columns are not there.
pub fn open<R: Read + Seek>(file: R) -> Result<Entries<R>, Broken> {
    let table = table::open(file, |names| Columns::new(names).known(KNOWN))?;
    let columns = Columns::new(&table.names);
    let needed: [(&[&str], &str); 6] = [
        (SLIP, "Bordereau"),
        (DEPOSITED, "Date de remise"),
        (DRAWER, "Émetteur"),
        (NUMBER, "N° de chèque"),
        (RECEIVED, "Date de réception"),
        (AMOUNT, "Montant"),
    ];
    let missing: Vec<&str> =
        needed.into_iter().filter(|(any, _)| !columns.has(any)).map(|(_, name)| name).collect();
    if !missing.is_empty() {
        return Err(FileRefusal::Missing { missing, found: table.names }.into());
    }
    let others = columns.others(KNOWN);
    let seen = Seen::of_table(Kind::ChequeSlip, &table, others.clone());
    Ok(Entries { seen, columns, others, table })
}

impl<R> Entries<R> {
    /// The table itself, at its first line.
    pub(crate) fn into_table(self) -> Table<R> {
        self.table
    }
}

impl<R: Read> Entries<R> {
    /// Who drew it; `oui` in the column of organisations says that it is one.
    fn giver(&self, row: &Row, left_out: &mut Vec<Why>) -> Giver {
        let cell = |any: &[&str]| self.columns.cell(&row.cells, any);
        let mail = match cell(MAIL) {
            "" => None,
            typed => normalise_mail(typed)
                .map_err(|_| left_out.push(Why::MailLeftOut { typed: short(typed) }))
                .ok(),
        };
        let street: Vec<&str> = cell(STREET).lines().collect();
        let address = match [cell(STREET), cell(POSTAL_CODE), cell(CITY)] {
            ["", "", ""] => PostalAddress::default(),
            [_, postal_code, city] => PostalAddress::tidy(&street, postal_code, city, "FR"),
        };
        let name = cut(cell(DRAWER));
        if matches!(cell(ORGANISATION).to_lowercase().as_str(), "oui" | "yes" | "true" | "1") {
            return Giver { organisation: name, mail, address, ..Giver::default() };
        }
        let (first_names, last_name) = split_name(&name);
        Giver { first_names, last_name, mail, address, ..Giver::default() }
    }

    fn read(&self, row: &Row) -> Result<(String, Gift, Movement), Why> {
        let cell = |any: &[&str]| self.columns.cell(&row.cells, any);
        let day = |any: &[&str]| {
            let bad = || Why::BadDate { column: self.columns.shown(any), typed: short(cell(any)) };
            parse_typed(cell(any)).map(|read| read.day).map_err(|_| bad())
        };
        let slip = cut(&one_line(cell(SLIP)));
        let number: String = cell(NUMBER).chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        for (text, any) in [(&slip, SLIP), (&number, NUMBER)] {
            if text.is_empty() {
                return Err(Why::NoKey { column: self.columns.shown(any) });
            }
        }
        let gross = Cents::parse(cell(AMOUNT))
            .map_err(|_| Why::BadAmount { column: self.columns.shown(AMOUNT), typed: short(cell(AMOUNT)) })?;
        if gross <= Cents::ZERO {
            return Err(Why::Negative { typed: gross.csv_fr() });
        }
        let (deposited_on, received_on) = (day(DEPOSITED)?, day(RECEIVED)?);
        let mut left_out = Vec::new();
        let giver = self.giver(row, &mut left_out);
        if giver.is_nobody() {
            left_out.push(Why::Anonymous);
        }
        let written_on = parse_typed(cell(WRITTEN)).ok().and_then(|read| paris_midnight(read.day));
        let key = named(&format!("{slip}/{number}"));
        let gift = Gift {
            gross,
            fee: Cents::ZERO,
            method: Method::Cheque,
            paid_at: written_on,
            provider_credited_on: None,
            received_on: Some(received_on),
            dues: false,
            campaign: cut(&one_line(cell(CAMPAIGN))),
            receipted_elsewhere: None,
            comment: String::new(),
            refunded: false,
            giver,
            extra: self.columns.extra(&row.cells, &self.others),
            left_out,
        };
        let movement = Movement {
            kind: MovementKind::Payment,
            gross,
            fee: Cents::ZERO,
            net: gross,
            booked_on: received_on,
            value_on: None,
            payout: Some(slip),
            paid_out_on: Some(deposited_on),
            about: None,
            party: cut(cell(DRAWER)),
            label: cut(&format!("{} {}", cell(BANK), cell(NUMBER))),
            reference: number,
            parts: Vec::new(),
        };
        Ok((key, gift, movement))
    }
}

impl<R: Read> Iterator for Entries<R> {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = match self.table.next_row()? {
            Ok(Ok(row)) => row,
            Ok(Err(entry)) => return Some(Ok(Piece::Line(entry))),
            Err(error) => return Some(Err(error.into())),
        };
        Some(Ok(Piece::Line(match self.read(&row) {
            Ok((key, gift, movement)) => Entry {
                line: row.line,
                key,
                order: None,
                reading: Reading::Gift(Box::new(gift)),
                movement: Some(Box::new(movement)),
                text: String::new(),
                cells: Vec::new(),
            },
            Err(why) => Entry::refused(row.line, String::new(), why, row.text),
        })))
    }
}
