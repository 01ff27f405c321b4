//! The rows of each table.

use std::borrow::Cow;

use reports::csv::Cell;
use rules::address::Country;
use rules::gift::{Cause, DateBasis, Form, Method, Nature, Purpose};
use rules::lang::Lang;

use super::export::{Asked, PAGE, Pen};
use super::queries::{
    deposits as read_deposits, donors as read_donors, gifts as read_gifts, receipts as read_receipts,
    tickets as read_tickets,
};
use crate::platform::{Core, Failure};

fn text(words: &str) -> Cell<'_> {
    if words.is_empty() { Cell::Empty } else { Cell::Text(words) }
}

fn date(day: Option<chrono::NaiveDate>) -> Cell<'static> {
    day.map_or(Cell::Empty, Cell::Date)
}

fn instant(at: Option<chrono::DateTime<chrono::Utc>>) -> Cell<'static> {
    at.map_or(Cell::Empty, Cell::Instant)
}

fn id(row: Option<i64>) -> Cell<'static> {
    row.map_or(Cell::Empty, Cell::Int)
}

/// The French label of a code in the French flavour, the code itself in the plain one.
fn word<'a>(french: bool, code: &'a str, label: Option<&'static str>) -> Cell<'a> {
    text(if french { label.unwrap_or(code) } else { code })
}

/// The ledger, by date.
pub async fn gifts(core: &Core, asked: &Asked, pen: &mut Pen) -> Result<(), Failure> {
    let (from, to) = asked.days();
    let mut after = (from.pred_opt().unwrap_or(from), i64::MAX);
    loop {
        let mut last = after;
        let many = read_gifts::page(core, to, after, |row| {
            last = (row.gift_date, row.id);
            write_gift(pen, row)
        });
        let many = many.await?;
        if !pen.give().await? || many < PAGE {
            return Ok(());
        }
        after = last;
    }
}

fn write_gift(pen: &mut Pen, g: &read_gifts::Row<'_>) -> Result<(), Failure> {
    let fr = pen.french;
    let street = one_line(&g.street);
    pen.row(&[
        Cell::Int(g.id),
        Cell::Date(g.gift_date),
        word(fr, &g.date_basis, DateBasis::parse(&g.date_basis).map(DateBasis::label_fr)),
        Cell::Cents(g.gross_cents),
        Cell::Cents(g.fee_cents),
        Cell::Cents(g.net_cents),
        word(fr, &g.method, Method::parse(&g.method).map(Method::label_fr)),
        word(fr, &g.nature, Nature::parse(&g.nature).map(Nature::label_fr)),
        word(fr, &g.form, Form::parse(&g.form).map(Form::label_fr)),
        Cell::Text(&g.campaign),
        Cell::Text(&g.source),
        Cell::Text(&g.external_id),
        id(g.donor_id),
        kind_word(fr, &g.donor_kind),
        text(&g.last_name),
        text(&g.first_names),
        text(&g.organisation),
        Cell::Text(&street),
        text(&g.postal_code),
        text(&g.city),
        country_word(fr, &g.country),
        instant(g.paid_at),
        date(g.provider_credited_on),
        date(g.bank_credited_on),
        date(g.received_on),
        text(&g.receipt),
        text(&g.receipted_elsewhere),
        id(g.reverses_id),
        id(g.reversed_by),
        id(g.import_id),
        Cell::Text(&g.note),
        Cell::Instant(g.created_at),
        word(fr, &g.purpose, Purpose::parse(&g.purpose).map(Purpose::label_fr)),
        Cell::Cents(g.counterpart_cents),
        text(&g.counterpart),
        word(fr, &g.cause, Cause::parse(&g.cause).map(Cause::label_fr)),
        Cell::Int(g.proofs),
    ])
}

fn one_line(street: &str) -> Cow<'_, str> {
    match street.contains('\n') {
        true => street.lines().collect::<Vec<_>>().join(", ").into(),
        false => street.into(),
    }
}

fn kind_word(fr: bool, kind: &str) -> Cell<'_> {
    let label = match kind {
        "person" => Some("particulier"),
        "organisation" => Some("organisation"),
        _ => None,
    };
    word(fr, kind, label)
}

fn country_word(fr: bool, code: &str) -> Cell<'_> {
    word(fr, code, Country::find(code).map(|country| country.name(Lang::Fr)))
}

/// Donors, by id, with the sums of the period.
pub async fn donors(core: &Core, asked: &Asked, pen: &mut Pen) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = read_donors::page(core, asked, after).await?;
        for row in &rows {
            write_donor(pen, row)?;
        }
        if !pen.give().await? || (rows.len() as u64) < PAGE {
            return Ok(());
        }
        after = rows.last().map_or(after, |last| last.donor.id);
    }
}

fn write_donor(pen: &mut Pen, row: &read_donors::Row) -> Result<(), Failure> {
    let fr = pen.french;
    let d = &row.donor;
    let street = one_line(&d.street);
    let preference = match d.receipt_pref.as_str() {
        "yearly" => Some("un par an"),
        "each" => Some("un par don"),
        "none" => Some("aucun"),
        _ => None,
    };
    let route = match d.receipt_route.as_str() {
        "mail" => Some("courriel"),
        "post" => Some("courrier"),
        _ => None,
    };
    pen.row(&[
        Cell::Int(d.id),
        kind_word(fr, &d.kind),
        Cell::Text(&d.last_name),
        Cell::Text(&d.first_names),
        Cell::Text(&d.organisation),
        Cell::Text(&d.legal_form),
        text(d.siren.as_deref().unwrap_or_default()),
        Cell::Text(&street),
        Cell::Text(&d.postal_code),
        Cell::Text(&d.city),
        country_word(fr, &d.country),
        Cell::Text(&row.main_mail),
        Cell::Text(&row.other_mails),
        Cell::Text(&d.language),
        word(fr, &d.receipt_pref, preference),
        word(fr, &d.receipt_route, route),
        Cell::Int(row.gifts),
        Cell::Cents(row.cents),
        date(row.first),
        date(row.last),
        Cell::Text(&d.notes),
        Cell::Instant(d.created_at),
    ])
}

/// The register, in the order of issue.
pub async fn receipts(core: &Core, asked: &Asked, pen: &mut Pen) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let mut last = after;
        let many = read_receipts::page(core, asked, after, |row| {
            last = row.id;
            write_receipt(pen, row)
        });
        let many = many.await?;
        if !pen.give().await? || many < PAGE {
            return Ok(());
        }
        after = last;
    }
}

fn write_receipt(pen: &mut Pen, r: &read_receipts::Row<'_>) -> Result<(), Failure> {
    let fr = pen.french;
    let kind = match &*r.kind {
        "individual" => Some("particuliers (2041-RD)"),
        "company" => Some("entreprises (2041-MEC-SD)"),
        _ => None,
    };
    let state = match &*r.state {
        "issued" => Some("émis"),
        "cancelled" => Some("annulé"),
        _ => None,
    };
    let (last_name, first_names) = r.donor_names();
    pen.row(&[
        Cell::Text(&r.number),
        word(fr, &r.kind, kind),
        Cell::Int(i64::from(r.gift_year)),
        word(fr, &r.state, state),
        Cell::Cents(r.amount_cents),
        Cell::Instant(r.issued_at),
        Cell::Text(&r.issued_by),
        Cell::Int(r.donor_id),
        Cell::Text(&last_name),
        Cell::Text(&first_names),
        text(&r.replaces),
        text(&r.replaced_by),
        instant(r.cancelled_at),
        text(&r.cancelled_by),
        text(&r.cancel_reason),
        Cell::Text(&r.pdf_sha256),
        Cell::Text(&r.link),
    ])
}

/// Tickets, by id.
pub async fn tickets(core: &Core, asked: &Asked, pen: &mut Pen) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let mut last = after;
        let many = read_tickets::page(core, asked, after, |row| {
            last = row.id;
            write_ticket(pen, row)
        });
        let many = many.await?;
        if !pen.give().await? || many < PAGE {
            return Ok(());
        }
        after = last;
    }
}

fn write_ticket(pen: &mut Pen, t: &read_tickets::Row<'_>) -> Result<(), Failure> {
    let fr = pen.french;
    let about = if &*t.about == "gift_receipt" { "don ou reçu" } else { "support" };
    let state = if &*t.state == "open" { "ouvert" } else { "fermé" };
    let promise = match &*t.promise {
        "none" => Some("rien n’est attendu"),
        "owed" => Some("due"),
        "answering" => Some("en train de partir"),
        "answered" => Some("donnée"),
        "waived" => Some("dispensée"),
        "moved" => Some("déplacée"),
        _ => None,
    };
    pen.row(&[
        Cell::Int(t.id),
        Cell::Text(&t.subject),
        word(fr, &t.about, Some(about)),
        text(&t.service),
        word(fr, &t.state, Some(state)),
        word(fr, &t.promise, promise),
        Cell::Instant(t.opened_at),
        instant(t.owed_since),
        instant(t.first_answered_at),
        Cell::Instant(t.last_at),
        instant(t.closed_at),
        text(&t.assignee),
        id(t.linked_to),
        id(t.merged_into),
    ])
}

/// Cheques, in the order in which they came; lines are counted in each slip.
pub async fn deposits(core: &Core, asked: &Asked, pen: &mut Pen) -> Result<(), Failure> {
    let mut after = 0;
    let mut place = (String::new(), 0);
    loop {
        let mut last = after;
        let many = read_deposits::page(core, asked, after, |row| {
            last = row.id;
            if *place.0 != *row.slip {
                place = (row.slip.to_string(), 0);
            }
            place.1 += 1;
            write_deposit(pen, row, place.1)
        });
        let many = many.await?;
        if !pen.give().await? || many < PAGE {
            return Ok(());
        }
        after = last;
    }
}

fn write_deposit(pen: &mut Pen, c: &read_deposits::Row<'_>, line: i64) -> Result<(), Failure> {
    pen.row(&[
        Cell::Text(&c.slip),
        date(c.deposited_on),
        Cell::Int(line),
        text(&c.drawer),
        text(c.bank()),
        Cell::Text(&c.number),
        date(c.written_at.map(rules::dates::paris_day)),
        Cell::Date(c.received_on),
        Cell::Cents(c.cents),
        id(c.gift_id),
        date(c.credited_on),
        id(c.bank_line),
    ])
}
