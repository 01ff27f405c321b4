//! A line of the table to what it says: a gift, or the reason why it is none.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rules::address::{Country, PostalAddress, normalise_mail};
use rules::dates::{DateError, paris_instant, parse_typed};
use rules::fold::{one_line, search_key};
use rules::gift::Method;
use rules::money::{AmountError, Cents};

use super::columns::{Field, Header, Layout};
use super::kinds::{Kind, State, kind, method, state};
use crate::line::{Entry, Gift, Giver, Movement, MovementKind, Reading};
use crate::table::{self, cut, short};
use crate::why::Why;

struct Row<'r> {
    header: &'r Header,
    cells: &'r [String],
}

impl<'r> Row<'r> {
    fn cell(&self, field: Field) -> &'r str {
        self.header.cell(self.cells, field)
    }

    fn either(&self, first: Field, second: Field) -> &'r str {
        let cell = self.cell(first);
        if cell.is_empty() { self.cell(second) } else { cell }
    }

    fn text(&self, field: Field) -> String {
        one_line(self.cell(field))
    }

    fn amount(&self, field: Field) -> Result<Cents, Why> {
        match Cents::parse(self.cell(field)) {
            Ok(cents) => Ok(cents),
            Err(AmountError::Empty) => Ok(Cents::ZERO),
            Err(_) => Err(Why::BadAmount { column: field.shown().into(), typed: short(self.cell(field)) }),
        }
    }

    fn needed_amount(&self, field: Field) -> Result<Cents, Why> {
        if self.cell(field).is_empty() {
            return Err(Why::BadAmount { column: field.shown().into(), typed: String::new() });
        }
        self.amount(field)
    }
}

/// What a line of the file gives: one entry, or two when a gift was added to something else.
pub fn entries(header: &Header, record: &table::Row, orders: &mut HashMap<String, u32>) -> Vec<Entry> {
    let row = Row { header, cells: &record.cells };
    let (key, order) = name(&row, orders);
    let entry = |key: String, reading: Reading, movement: Option<Movement>| {
        let text = if matches!(reading, Reading::Gift(_)) { String::new() } else { record.text.clone() };
        let movement = movement.map(Box::new);
        Entry { line: record.line, key, order: order.clone(), reading, movement, text, cells: Vec::new() }
    };
    let Some(key) = key else {
        let column = if header.layout == Layout::Payments { Field::PaymentRef } else { order_field(header) };
        let why = Why::NoKey { column: column.shown().into() };
        return vec![entry(String::new(), Reading::Refused(why), None)];
    };
    let (main, added) = match read(&row) {
        Ok(pair) => pair,
        Err(why) => (Reading::Refused(why), None),
    };
    let movement = if matches!(main, Reading::Refused(_)) { None } else { movement(&row) };
    let added = added.map(|gift| entry(format!("{key}+don"), Reading::Gift(Box::new(gift)), None));
    std::iter::once(entry(key, main, movement)).chain(added).collect()
}

/// What a payment does to the balance at HelloAsso: dues and sales are paid out with the gifts. What the
/// association received itself never passed there.
fn movement(row: &Row<'_>) -> Option<Movement> {
    if row.header.layout != Layout::Payments {
        return None;
    }
    let gross = total(row).ok().filter(|total| *total > Cents::ZERO)?;
    let paid_out_on = parse_typed(row.cell(Field::PaidOutOn)).ok().map(|read| read.day);
    let gross = match state(row.cell(Field::PaymentStatus))? {
        State::Paid => gross,
        // Given back before it was paid out: nothing of it stays on the account.
        State::Refunded if paid_out_on.is_none() => Cents::ZERO,
        State::Refunded => gross,
        _ => return None,
    };
    let giver = giver(row, &mut Vec::new());
    Some(Movement {
        kind: MovementKind::Payment,
        gross,
        fee: Cents::ZERO,
        net: gross,
        booked_on: instant(row, Field::PaidAt).ok()?.0,
        value_on: paid_out_on,
        payout: paid_out_on.map(|day| day.to_string()),
        paid_out_on,
        about: None,
        party: cut(&giver.name()),
        label: cut(row.either(Field::Campaign, Field::Kind)),
        reference: row.cell(Field::OrderRef).to_owned(),
        parts: Vec::new(),
    })
}

fn order_field(header: &Header) -> Field {
    if header.layout == Layout::Orders { Field::OrderRef } else { Field::Number }
}

/// The name of the gift and of its order. An order has several lines; the ticket, else the place of the line
/// within its order, tells them apart.
fn name(row: &Row<'_>, orders: &mut HashMap<String, u32>) -> (Option<String>, Option<String>) {
    let order = reference(row, Field::OrderRef);
    if row.header.layout == Layout::Payments {
        return (reference(row, Field::PaymentRef), order);
    }
    let Some(reference) = reference(row, order_field(row.header)) else { return (None, None) };
    let prefix = if row.header.layout == Layout::Orders { "commande" } else { "avant-2021" };
    let place = orders.entry(reference.clone()).or_insert(0);
    *place += 1;
    let key = match (self::reference(row, Field::Ticket), *place) {
        (Some(ticket), _) => format!("{prefix}-{reference}/{ticket}"),
        (None, 1) => format!("{prefix}-{reference}"),
        (None, place) => format!("{prefix}-{reference}/{place}"),
    };
    let order = (row.header.layout == Layout::Orders).then_some(reference);
    (Some(key), order)
}

/// A reference; `+`, `#` and `!` are not part of one: they mark what this house adds to it.
fn reference(row: &Row<'_>, field: Field) -> Option<String> {
    let text = row.cell(field);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    (!text.is_empty() && text.len() <= 100 && text.chars().all(fits)).then(|| text.to_owned())
}

type Parts = (Reading, Option<Gift>);

fn read(row: &Row<'_>) -> Result<Parts, Why> {
    let status_field =
        if row.header.layout == Layout::Orders { Field::OrderStatus } else { Field::PaymentStatus };
    let typed = row.cell(status_field);
    let state = state(typed).ok_or_else(|| Why::UnknownStatus { typed: short(typed) })?;
    match state {
        State::Waiting => return Ok((Reading::Ignored(Why::NotYetPaid { typed: short(typed) }), None)),
        State::Never => return Ok((Reading::Ignored(Why::NeverPaid { typed: short(typed) }), None)),
        State::Paid | State::Offline | State::Refunded => {}
    }
    let currency = search_key(row.cell(Field::Currency));
    if !matches!(currency.as_str(), "" | "eur" | "euro" | "euros" | "€") {
        return Err(Why::Currency { typed: short(row.cell(Field::Currency)) });
    }
    let total = total(row)?;
    let added = row.amount(Field::AddedGift)?;
    if total < Cents::ZERO || added < Cents::ZERO {
        return Err(Why::Negative { typed: total.min(added).csv_fr() });
    }
    let what = what(row)?;
    if what == Kind::Gift {
        if total == Cents::ZERO {
            return Ok((Reading::Ignored(Why::Free), None));
        }
        return Ok((Reading::Gift(Box::new(gift(row, state, total)?)), None));
    }
    if added > total && row.header.layout == Layout::Payments {
        return Err(Why::AddedAboveTotal { added: added.csv_fr(), total: total.csv_fr() });
    }
    // Of an order, the tariff is without what was added.
    let dues = if row.header.layout == Layout::Payments { Cents(total.0 - added.0) } else { total };
    let main = match what {
        Kind::Dues if dues > Cents::ZERO => {
            let line = gift(row, state, dues)?;
            Reading::Gift(Box::new(Gift { dues: true, ..line }))
        }
        Kind::Ticket if total > Cents::ZERO => Reading::Ignored(Why::Ticket),
        Kind::Sale if total > Cents::ZERO => Reading::Ignored(Why::Sale),
        Kind::Dues | Kind::Gift | Kind::Ticket | Kind::Sale => Reading::Ignored(Why::Free),
    };
    let added = if added > Cents::ZERO { Some(gift(row, state, added)?) } else { None };
    Ok((main, added))
}

fn total(row: &Row<'_>) -> Result<Cents, Why> {
    let field = match row.header.layout {
        Layout::Payments => Field::Total,
        Layout::Before2021 if row.cell(Field::TariffAmount).is_empty() => Field::Total,
        Layout::Orders | Layout::Before2021 => Field::TariffAmount,
    };
    row.needed_amount(field)
}

/// What was paid for: the line's own word first, then the campaign's.
fn what(row: &Row<'_>) -> Result<Kind, Why> {
    if row.header.layout != Layout::Payments {
        let typed = row.either(Field::Tariff, Field::Kind);
        let by_columns = (!row.cell(Field::Ticket).is_empty()).then_some(Kind::Ticket);
        return kind(typed).or(by_columns).ok_or_else(|| Why::UnknownTariff { typed: short(typed) });
    }
    let typed = row.cell(Field::Kind);
    if !typed.is_empty() {
        return kind(typed).ok_or_else(|| Why::UnknownKind { typed: short(typed) });
    }
    let typed = row.cell(Field::CampaignKind);
    kind(typed).ok_or_else(|| Why::UnknownKind { typed: short(typed) })
}

fn gift(row: &Row<'_>, state: State, gross: Cents) -> Result<Gift, Why> {
    let mut left_out = Vec::new();
    let at = if row.header.layout == Layout::Orders { Field::OrderDate } else { Field::PaidAt };
    let (day, paid_at) = instant(row, at)?;
    let method = method(row.cell(Field::Method), state);
    let by_letter = state == State::Offline || matches!(method, Method::Cheque | Method::Cash);
    let provider_credited_on = day_or_left_out(row, Field::PaidOutOn, &mut left_out);
    let giver = giver(row, &mut left_out);
    if giver.is_nobody() {
        left_out.push(Why::Anonymous);
    }
    Ok(Gift {
        gross,
        fee: Cents::ZERO, // HelloAsso keeps nothing of a gift: it lives on what donors leave it beside
        method,
        paid_at: Some(paid_at),
        provider_credited_on,
        received_on: by_letter.then_some(day),
        campaign: cut(row.cell(Field::Campaign)),
        dues: false,
        receipted_elsewhere: receipt(row),
        comment: row
            .cell(Field::Comment)
            .chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .take(2000)
            .collect(),
        refunded: state == State::Refunded,
        giver,
        extra: row.header.extra(row.cells),
        left_out,
    })
}

fn instant(row: &Row<'_>, field: Field) -> Result<(NaiveDate, DateTime<Utc>), Why> {
    let typed = row.cell(field);
    let bad = || Why::BadDate { column: field.shown().into(), typed: short(typed) };
    let read = parse_typed(typed).map_err(|_| bad())?;
    let at = paris_instant(read.day.and_time(read.time.unwrap_or(NaiveTime::MIN))).ok_or_else(bad)?;
    Ok((read.day, at))
}

fn day_or_left_out(row: &Row<'_>, field: Field, left_out: &mut Vec<Why>) -> Option<NaiveDate> {
    match parse_typed(row.cell(field)) {
        Ok(read) => Some(read.day),
        Err(DateError::Empty) => None,
        Err(_) => {
            left_out.push(Why::DayLeftOut { column: field.shown().into(), typed: short(row.cell(field)) });
            None
        }
    }
}

/// The receipt that HelloAsso made on the association's mandate (law R6).
fn receipt(row: &Row<'_>) -> Option<String> {
    let number = row.text(Field::ReceiptNumber);
    if !number.is_empty() {
        return Some(cut(&number));
    }
    let said = search_key(row.cell(Field::Receipt));
    matches!(said.as_str(), "oui" | "yes" | "true" | "1" | "x" | "emis").then(|| "?".to_owned())
}

fn giver(row: &Row<'_>, left_out: &mut Vec<Why>) -> Giver {
    let typed_mail = row.either(Field::PayerMail, Field::Mail);
    let mail = match normalise_mail(typed_mail) {
        Ok(mail) => Some(mail),
        Err(_) if typed_mail.is_empty() => None,
        Err(_) => {
            left_out.push(Why::MailLeftOut { typed: short(typed_mail) });
            None
        }
    };
    let organisation = cut(row.cell(Field::Company));
    let typed_siren = row.cell(Field::Siren);
    let siren = match rules::ids::siren(typed_siren) {
        Ok(siren) if !organisation.is_empty() => Some(siren),
        Ok(_) => None,
        Err(_) => {
            if !typed_siren.is_empty() {
                left_out.push(Why::SirenLeftOut { typed: short(typed_siren) });
            }
            None
        }
    };
    let country = row.cell(Field::Country);
    if !country.is_empty() && Country::find(country).is_none() {
        left_out.push(Why::CountryLeftOut { typed: short(country) });
    }
    let payer = !row.cell(Field::PayerLast).is_empty() || !row.cell(Field::PayerFirst).is_empty();
    let (last, first) =
        if payer { (Field::PayerLast, Field::PayerFirst) } else { (Field::Last, Field::First) };
    Giver {
        last_name: cut(row.cell(last)),
        first_names: cut(row.cell(first)),
        organisation,
        legal_form: cut(row.cell(Field::LegalForm)),
        siren,
        mail,
        address: address(row),
    }
}

fn address(row: &Row<'_>) -> PostalAddress {
    let (street, code, city) = (row.cell(Field::Street), row.cell(Field::PostalCode), row.cell(Field::City));
    let mut address = PostalAddress::tidy(&[street], code, city, row.cell(Field::Country));
    address.street.truncate(4);
    address.street.iter_mut().for_each(|line| *line = line.chars().take(100).collect());
    address.postal_code = address.postal_code.chars().take(40).collect();
    address.city = cut(&address.city);
    address
}
