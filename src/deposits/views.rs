//! What the pages of slips show.

use std::collections::HashMap;

use entities::{donor, money_account};
use rules::clearing::Clearing;
use serde_json::{Value, json};

use super::actions::Refusal;
use super::forms::{Grid, LineForm};
use super::queries::Found;
use crate::clearing::queries::payouts::Payout;
use crate::donors::record::name_of;
use crate::platform::Say;
use crate::web::Frame;

/// Rows of an empty grid.
const ROWS: usize = 8;

/// Word and colour of what became of a slip.
fn state(found: &Found) -> (&'static str, &'static str) {
    match found.state.as_str() {
        "taken" => ("deposits-state-taken", "ok"),
        "reading" | "previewed" => ("deposits-state-previewed", "warn"),
        "undone" => ("deposits-state-undone", ""),
        "abandoned" => ("deposits-state-abandoned", ""),
        _ => ("deposits-state-none", "warn"),
    }
}

/// The list.
pub fn list(
    frame: &Frame,
    rows: &[Found],
    (prev, next): (Option<String>, Option<String>),
    writes: bool,
) -> Value {
    let row = |found: &Found| {
        let (word, kind) = state(found);
        json!({
            "id": found.id, "number": found.slip.number, "day": found.slip.deposited_on,
            "cheques": found.slip.cheques.len(), "cents": found.slip.cents(),
            "state": frame.word(word), "kind": kind, "account": found.slip.account,
        })
    };
    json!({ "rows": rows.iter().map(row).collect::<Vec<_>>(), "prev": prev, "next": next, "writes": writes })
}

/// A donor as the grid takes it back.
pub fn drawer(row: &donor::Model) -> String {
    let name = name_of(&row.kind, &row.organisation, &row.first_names, &row.last_name);
    let place = format!("{} {}", row.postal_code, row.city);
    match place.trim() {
        "" => format!("#{} {name}", row.id),
        place => format!("#{} {name} ({place})", row.id),
    }
}

/// The grid with what was typed in it.
pub fn grid(
    frame: &Frame,
    typed: &Grid,
    refused: &[Refusal],
    accounts: &[money_account::Model],
    today: &str,
) -> Value {
    let mut cells: HashMap<(usize, &str), String> = HashMap::new();
    let mut errors: Vec<Value> = Vec::new();
    let mut deposited = false;
    for why in refused {
        let text = frame.say(&why.say());
        let field = match why {
            Refusal::Line(at, field, _) => {
                cells.entry((*at, field)).or_insert_with(|| text.clone());
                Some(format!("l{at}-{field}"))
            }
            Refusal::BadDay | Refusal::TooFarAhead => Some("deposited_on".to_owned()),
            Refusal::NoAccount => Some("account".to_owned()),
            _ => None,
        };
        deposited |= matches!(why, Refusal::Line(_, _, super::actions::LineRefusal::Deposited(_)));
        errors.push(json!({ "field": field, "text": text }));
    }
    let blank = LineForm { received_on: today.to_owned(), ..LineForm::default() };
    let wanted = Ord::max(typed.lines.len(), ROWS);
    let line = |at: usize| {
        let line = typed.lines.get(at).unwrap_or(&blank);
        let says = |field: &'static str| cells.get(&(at, field));
        let more = ["mail", "street", "postal_code", "city"].into_iter().any(|field| says(field).is_some());
        let received = if line.is_empty() && line.received_on.is_empty() { today } else { &line.received_on };
        json!({
            "at": at, "number_shown": at + 1, "drawer": line.drawer, "organisation": line.organisation, "cents": line.cents,
            "number": line.number, "bank": line.bank, "written_on": line.written_on, "received_on": received,
            "mail": line.mail, "street": line.street, "postal_code": line.postal_code, "city": line.city,
            "open": more || ![&line.mail, &line.street, &line.postal_code, &line.city].into_iter().all(String::is_empty)
                || line.organisation,
            "error": {
                "drawer": says("drawer"), "cents": says("cents"), "number": says("number"), "bank": says("bank"),
                "written_on": says("written_on"), "received_on": says("received_on"), "mail": says("mail"),
            },
        })
    };
    let banks = accounts.iter().filter(|account| account.kind == "bank");
    let mut options =
        vec![json!({ "value": "", "label": frame.word("deposits-account-none"), "selected": false })];
    options.extend(banks.enumerate().map(|(at, account)| {
        let value = account.id.to_string();
        let selected = if typed.account.is_empty() { at == 0 } else { typed.account == value };
        json!({ "value": value, "label": account.name, "selected": selected })
    }));
    json!({
        "crumbs": [{ "href": "/deposits", "label": frame.word("deposits-title") }],
        "errors": errors, "deposited_on": typed.deposited_on, "accounts": options, "campaign": typed.campaign,
        "lines": (0..wanted).map(line).collect::<Vec<_>>(), "ask_others": deposited || typed.others,
        "others": typed.others, "today": today,
    })
}

/// A slip's page.
pub fn slip(frame: &Frame, found: &Found, payout: Option<&Payout>, writes: bool) -> Value {
    let (word, kind) = state(found);
    let bank = payout.map(|payout| match payout.clearing() {
        Some(Clearing::Clear) => (frame.word("deposits-bank-clear"), "ok"),
        _ if payout.line.is_some() => (frame.word("deposits-bank-differs"), "error"),
        _ => (frame.word("deposits-bank-waits"), "warn"),
    });
    let cheques = found.slip.cheques.iter().zip(1..).map(|(cheque, at): (_, usize)| {
        json!({
            "at": at, "drawer": cheque.drawer, "bank": cheque.bank, "number": cheque.number,
            "written_on": cheque.written_on, "received_on": cheque.received_on, "cents": cheque.cents,
            "donor": cheque.donor_id,
        })
    });
    let cheques: Vec<Value> = cheques.collect();
    json!({
        "crumbs": [{ "href": "/deposits", "label": frame.word("deposits-title") },
            { "href": null, "label": found.slip.number }],
        "id": found.id, "number": found.slip.number, "day": found.slip.deposited_on, "account": found.slip.account,
        "cents": found.slip.cents(), "count": frame.say(&Say::new("deposits-count").count("n", cheques.len())),
        "cheques": cheques, "state": frame.word(word), "kind": kind, "import": found.import_id,
        "stands": found.stands(), "again": writes && !found.stands(),
        "bank": bank.as_ref().map(|(text, _)| text), "bank_kind": bank.as_ref().map(|(_, kind)| kind),
        "line": payout.and_then(|payout| payout.line),
        "by": found.created_by, "at": found.created_at,
    })
}
