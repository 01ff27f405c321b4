//! The export of payments: gifts, without what they do to the balance.

use rules::money::Cents;

use super::balance::method;
use super::cells::*;
use crate::line::{Entry, Gift, Reading};
use crate::named::Columns;
use crate::table::{cut, short};
use crate::why::Why;

/// What is needed and not there.
pub fn missing(columns: &Columns) -> Vec<&'static str> {
    let needed: [(&[&str], &str); 5] = [
        (ID, "id"),
        (CREATED, "Created date (UTC)"),
        (AMOUNT, "Amount"),
        (CURRENCY, "Currency"),
        (STATUS, "Status"),
    ];
    needed.into_iter().filter(|(any, _)| !columns.has(any)).map(|(_, name)| name).collect()
}

/// A line of the export.
pub fn entry(line: &Line<'_>) -> Entry {
    let number = line.row.line;
    let Some(key) = line.reference(ID) else {
        let why = Why::NoKey { column: line.columns.shown(ID) };
        return Entry::refused(number, String::new(), why, line.row.text.clone());
    };
    let (reading, text) = match read(line) {
        Ok(reading @ Reading::Gift(_)) => (reading, String::new()),
        Ok(reading) => (reading, line.row.text.clone()),
        Err(why) => return Entry::refused(number, key, why, line.row.text.clone()),
    };
    Entry { line: number, key, order: None, reading, movement: None, text, cells: Vec::new() }
}

fn read(line: &Line<'_>) -> Result<Reading, Why> {
    let typed = line.cell(STATUS);
    let status = typed.to_lowercase();
    if matches!(line.cell(MODE).to_lowercase().as_str(), "test" | "false") {
        return Ok(Reading::Ignored(Why::TestMode));
    }
    let refunded = match status.as_str() {
        "paid" | "succeeded" | "partially refunded" | "partial refund" | "disputed" => false,
        "refunded" => true,
        "failed" | "canceled" | "cancelled" | "blocked" | "expired" | "incomplete" => {
            return Ok(Reading::Ignored(Why::NeverPaid { typed: short(typed) }));
        }
        "pending" | "uncaptured" | "processing" => {
            return Ok(Reading::Ignored(Why::NotYetPaid { typed: short(typed) }));
        }
        other if other.starts_with("requires") => {
            return Ok(Reading::Ignored(Why::NotYetPaid { typed: short(typed) }));
        }
        _ => return Err(Why::UnknownStatus { typed: short(typed) }),
    };
    if line.cell(CAPTURED).eq_ignore_ascii_case("false") {
        return Ok(Reading::Ignored(Why::NotYetPaid { typed: short(typed) }));
    }
    // What was paid in another currency and turned into euros counts in euros.
    let converted = line.cell(CONVERTED_CURRENCY).eq_ignore_ascii_case("eur")
        && !line.cell(CURRENCY).eq_ignore_ascii_case("eur");
    if !converted {
        line.in_euros(CURRENCY)?;
    }
    let gross = line.needed(if converted { CONVERTED } else { AMOUNT })?;
    if gross < Cents::ZERO {
        return Err(Why::Negative { typed: gross.csv_fr() });
    }
    if gross == Cents::ZERO {
        return Ok(Reading::Ignored(Why::Free));
    }
    let back = line.amount(if converted { CONVERTED_REFUNDED } else { REFUNDED })?.unwrap_or_default();
    let mut left_out = Vec::new();
    let giver = line.giver(&mut left_out);
    if giver.is_nobody() {
        left_out.push(Why::Anonymous);
    }
    // The balance report takes the part that went back off: here the gift stands whole, and it is said.
    let refunded = refunded || back >= gross;
    if !refunded && back > Cents::ZERO {
        left_out.insert(0, Why::PartRefunded { amount: back.fr() });
    }
    Ok(Reading::Gift(Box::new(Gift {
        gross,
        fee: line.amount(FEE)?.unwrap_or_default(),
        method: method(line.cell(METHOD)),
        paid_at: Some(line.instant(CREATED)?),
        provider_credited_on: line.written_day(PAYOUT_DAY),
        received_on: None,
        dues: false,
        campaign: cut(line.cell(CAMPAIGN)),
        receipted_elsewhere: None,
        comment: String::new(),
        refunded,
        giver,
        extra: line.columns.extra(&line.row.cells, line.others),
        left_out,
    })))
}
