//! Reads any table of gifts: its columns by their names, or by those that a person named and kept.
//!
//! A gift is called by its reference. Where the table has none, by its day, amount and giver, and by how many such gifts
//! came before it: a table read twice changes nothing, and two equal gifts of one person on a day are two.

mod columns;

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};

use chrono::{NaiveDate, NaiveTime};
use rules::address::{PostalAddress, normalise_mail};
use rules::dates::{paris_instant, parse_typed};
use rules::fold::one_line;
use rules::gift::Method;
use rules::money::Cents;

pub use columns::{Field, Mapping};

use crate::bank_csv::cells;
use crate::helloasso::kinds::{self, State};
use crate::line::{Entry, Gift, Giver, Piece, Reading, split_name};
use crate::refusal::{Broken, FileRefusal};
use crate::seen::{Kind, Seen};
use crate::table::{self, Row, Table, cut, folded, named, short};
use crate::why::Why;
use columns::Places;

/// The gifts of a table.
pub struct Entries<R> {
    /// What was seen of it.
    pub seen: Seen,
    /// Names of all its columns.
    pub names: Vec<String>,
    places: Places,
    mapping: Mapping,
    table: Table<R>,
    counts: HashMap<String, u32>,
}

impl<R> std::fmt::Debug for Entries<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("seen", &self.seen).finish_non_exhaustive()
    }
}

fn folded_names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| folded(name)).collect()
}

/// Opens a table by the columns that a person named and by those that speak for themselves.
///
/// # Errors
/// The disk's; [`FileRefusal::Unmapped`] when a named column is not there; [`FileRefusal::Missing`] when day, amount
/// and giver are not all found.
pub fn open<R: Read + Seek>(file: R, mapping: &Mapping) -> Result<Entries<R>, Broken> {
    let table = table::open(file, |names| Places::of(&folded_names(names), mapping).0.known())?;
    let (places, missing) = Places::of(&folded_names(&table.names), mapping);
    if !missing.is_empty() {
        return Err(FileRefusal::Unmapped { missing, found: table.names }.into());
    }
    let missing = places.lacks();
    if !missing.is_empty() {
        return Err(FileRefusal::Missing { missing, found: table.names }.into());
    }
    let unknown = table.names.iter().enumerate().filter(|(at, name)| !places.uses(*at) && !name.is_empty());
    let unknown = unknown.map(|(_, name)| name.clone()).collect();
    let seen = Seen::of_table(Kind::Generic, &table, unknown);
    let (names, mapping) = (table.names.clone(), mapping.clone());
    Ok(Entries { seen, names, places, mapping, table, counts: HashMap::new() })
}

/// A cell that says a day, and perhaps an hour.
fn moment(text: &str, month_first: bool) -> Option<(NaiveDate, NaiveTime)> {
    let text = text.trim();
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    if let Ok(at) = chrono::DateTime::parse_from_rfc3339(text) {
        let local = rules::dates::paris_clock(at.to_utc());
        return Some((local.date(), local.time()));
    }
    if !month_first && let Ok(typed) = parse_typed(text) {
        return Some((typed.day, typed.time.unwrap_or(noon)));
    }
    let (day, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let day = cells::day(day, month_first)?;
    let hour = rest.trim().trim_end_matches('Z');
    let hour = ["%H:%M:%S", "%H:%M", "%H:%M:%S%.f"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(hour, form).ok());
    Some((day, hour.unwrap_or(noon)))
}

impl<R> Entries<R> {
    /// The table itself, at its first line.
    pub(crate) fn into_table(self) -> Table<R> {
        self.table
    }
}

impl<R: Read> Entries<R> {
    fn cell<'c>(&self, row: &'c Row, field: Field) -> &'c str {
        self.places.get(field).and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim())
    }

    fn shown(&self, field: Field) -> String {
        let name = self.places.get(field).and_then(|at| self.names.get(at));
        name.cloned().unwrap_or_else(|| field.code().to_owned())
    }

    fn amount(&self, row: &Row, field: Field) -> Result<Cents, Why> {
        let typed = self.cell(row, field);
        Cents::parse(typed).map_err(|_| Why::BadAmount { column: self.shown(field), typed: short(typed) })
    }

    /// A day that counts; none when the cell is empty.
    fn day(&self, row: &Row, field: Field) -> Result<Option<NaiveDate>, Why> {
        let typed = self.cell(row, field);
        if typed.is_empty() {
            return Ok(None);
        }
        let bad = || Why::BadDate { column: self.shown(field), typed: short(typed) };
        moment(typed, self.mapping.month_first).map(|(day, _)| Some(day)).ok_or_else(bad)
    }

    fn giver(&self, row: &Row, left_out: &mut Vec<Why>) -> Giver {
        let cell = |field| cut(self.cell(row, field));
        let (mut first_names, mut last_name) = (cell(Field::FirstNames), cell(Field::LastName));
        let (whole, organisation) = (cell(Field::Name), cell(Field::Organisation));
        if last_name.is_empty() && first_names.is_empty() && !whole.is_empty() {
            (first_names, last_name) = split_name(&whole);
        }
        let siren = match self.cell(row, Field::Siren) {
            "" => None,
            typed => rules::ids::siren(typed)
                .map_err(|_| left_out.push(Why::SirenLeftOut { typed: short(typed) }))
                .ok(),
        };
        let mail = match self.cell(row, Field::Mail) {
            "" => None,
            typed => normalise_mail(typed)
                .map_err(|_| left_out.push(Why::MailLeftOut { typed: short(typed) }))
                .ok(),
        };
        let country = match self.cell(row, Field::Country) {
            "" => "FR",
            told => told,
        };
        let street = [self.cell(row, Field::Street), self.cell(row, Field::MoreStreet)];
        let street: Vec<&str> = street.into_iter().flat_map(str::lines).collect();
        let address = PostalAddress::tidy(
            &street,
            self.cell(row, Field::PostalCode),
            self.cell(row, Field::City),
            country,
        );
        if address.country.is_empty() {
            left_out.push(Why::CountryLeftOut { typed: short(country) });
        }
        Giver { last_name, first_names, organisation, legal_form: String::new(), siren, mail, address }
    }

    /// A gift, or why the line is none.
    fn read(&mut self, row: &Row) -> Result<(String, Result<Gift, Why>), Why> {
        let state = match self.cell(row, Field::Status) {
            "" => State::Paid,
            typed => kinds::state(typed).ok_or_else(|| Why::UnknownStatus { typed: short(typed) })?,
        };
        let currency = self.cell(row, Field::Currency);
        if !matches!(currency.to_uppercase().as_str(), "" | "EUR" | "€" | "EURO" | "EUROS") {
            return Err(Why::Currency { typed: short(currency) });
        }
        let gross = self.amount(row, Field::Amount)?;
        if gross < Cents::ZERO {
            return Err(Why::Negative { typed: gross.csv_fr() });
        }
        let fee =
            if self.cell(row, Field::Fee).is_empty() { Cents::ZERO } else { self.amount(row, Field::Fee)? };
        let method = match self.cell(row, Field::Method) {
            "" => Method::Other,
            typed => Method::parse(typed).unwrap_or_else(|| kinds::method(typed, state)),
        };
        let typed = self.cell(row, Field::Date);
        let paid = moment(typed, self.mapping.month_first);
        let received_on = self.day(row, Field::ReceivedOn)?;
        let paid_out_on = self.day(row, Field::PaidOutOn)?;
        let (day, hour) = match (paid, received_on) {
            (Some(paid), _) => paid,
            (None, Some(day)) if typed.is_empty() => (day, NaiveTime::MIN),
            _ => return Err(Why::BadDate { column: self.shown(Field::Date), typed: short(typed) }),
        };
        let mut left_out = Vec::new();
        let giver = self.giver(row, &mut left_out);
        if giver.is_nobody() {
            left_out.push(Why::Anonymous);
        }
        let key = self.key(row, day, gross, &giver);
        let kind = kinds::kind(self.cell(row, Field::Kind));
        // "Don sans contrepartie" is a gift: in a column of any tool a word of giving goes before the others.
        let gives = folded(self.cell(row, Field::Kind))
            .split(' ')
            .any(|word| matches!(word, "don" | "dons" | "donation" | "donations"));
        let kind = kind.filter(|kind| !gives || *kind == kinds::Kind::Dues);
        let none = match state {
            _ if kind == Some(kinds::Kind::Ticket) => Some(Why::Ticket),
            _ if kind == Some(kinds::Kind::Sale) => Some(Why::Sale),
            State::Waiting => Some(Why::NotYetPaid { typed: short(self.cell(row, Field::Status)) }),
            State::Never => Some(Why::NeverPaid { typed: short(self.cell(row, Field::Status)) }),
            _ if gross == Cents::ZERO => Some(Why::Free),
            _ => None,
        };
        if let Some(why) = none {
            return Ok((key, Err(why)));
        }
        // A cheque or cash counts on the day it was received; where only one day is told, it is that one.
        let by_hand = matches!(method, Method::Cheque | Method::Cash | Method::Other);
        let unknown: Vec<&String> = self.seen.unknown.iter().collect();
        let extra: BTreeMap<String, String> = self
            .names
            .iter()
            .zip(&row.cells)
            .filter(|(name, cell)| !cell.trim().is_empty() && unknown.contains(name))
            .map(|(name, cell)| (name.clone(), cut(cell.trim())))
            .collect();
        let receipt = one_line(self.cell(row, Field::ReceiptElsewhere));
        let gift = Gift {
            gross,
            fee,
            method,
            paid_at: paris_instant(day.and_time(hour)),
            provider_credited_on: paid_out_on,
            received_on: received_on.or(by_hand.then_some(day)),
            campaign: cut(self.cell(row, Field::Campaign)),
            dues: kind == Some(kinds::Kind::Dues),
            receipted_elsewhere: match folded(&receipt).as_str() {
                "" | "non" | "no" | "0" | "false" => None,
                "oui" | "yes" | "1" | "true" => Some("?".into()),
                _ => Some(cut(&receipt)),
            },
            comment: cut(self.cell(row, Field::Comment)),
            refunded: state == State::Refunded,
            giver,
            extra,
            left_out,
        };
        Ok((key, Ok(gift)))
    }

    fn key(&mut self, row: &Row, day: NaiveDate, gross: Cents, giver: &Giver) -> String {
        let table = folded(&self.mapping.name).replace(' ', "-");
        let before = if table.is_empty() { String::new() } else { format!("{table}/") };
        let reference = one_line(self.cell(row, Field::Reference));
        if !reference.is_empty() {
            return format!("{before}{}", named(&cut(&reference)));
        }
        let who = giver.mail.clone().unwrap_or_else(|| rules::likeness::name_key(&giver.name(), ""));
        let like = format!("{before}{day}/{}/{}", gross.0, who.replace(' ', "-"));
        let count = self.counts.entry(like.clone()).or_insert(0);
        *count += 1;
        format!("{like}/{count}")
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
        let entry = match self.read(&row) {
            Ok((key, read)) => Entry {
                line: row.line,
                key,
                order: None,
                reading: match read {
                    Ok(gift) => Reading::Gift(Box::new(gift)),
                    Err(why) => Reading::Ignored(why),
                },
                movement: None,
                text: String::new(),
                cells: Vec::new(),
            },
            Err(why) => Entry::refused(row.line, String::new(), why, row.text),
        };
        Some(Ok(Piece::Line(entry)))
    }
}
