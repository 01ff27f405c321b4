//! The itemised balance: each line moves it.

use rules::dates::paris_day;
use rules::gift::Method;
use rules::money::Cents;

use super::cells::*;
use crate::line::{Entry, Gift, Movement, MovementKind, Reading};
use crate::named::Columns;
use crate::table::cut;
use crate::why::Why;

/// What is needed and not there.
pub fn missing(columns: &Columns) -> Vec<&'static str> {
    let needed: [(&[&str], &str); 7] = [
        (TXN, "balance_transaction_id"),
        (CREATED, "created_utc"),
        (CURRENCY, "currency"),
        (GROSS, "gross"),
        (FEE, "fee"),
        (NET, "net"),
        (CATEGORY, "reporting_category"),
    ];
    needed.into_iter().filter(|(any, _)| !columns.has(any)).map(|(_, name)| name).collect()
}

fn kind(category: &str) -> MovementKind {
    match category.to_lowercase().as_str() {
        "charge" | "payment" => MovementKind::Payment,
        "refund"
        | "payment_refund"
        | "refund_failure"
        | "payment_failure_refund"
        | "partial_capture_reversal"
        | "charge_failure" => MovementKind::Refund,
        "dispute" | "dispute_reversal" | "adjustment" => MovementKind::Dispute,
        "fee" | "stripe_fee" | "stripe_fx_fee" | "network_cost" | "tax_fee" | "tax" | "financing_paydown" => {
            MovementKind::Fee
        }
        "payout"
        | "payout_cancel"
        | "payout_failure"
        | "payout_reversal"
        | "transfer"
        | "topup"
        | "payout_minimum_balance_hold" => MovementKind::Payout,
        _ => MovementKind::Other,
    }
}

/// A line of the report.
pub fn entry(line: &Line<'_>) -> Entry {
    let number = line.row.line;
    match read(line) {
        Ok((key, reading, movement)) => Entry {
            line: number,
            key,
            order: None,
            reading,
            movement: Some(Box::new(movement)),
            text: String::new(),
            cells: Vec::new(),
        },
        Err(why) => {
            let key = line.reference(TXN).unwrap_or_default();
            Entry::refused(number, key, why, line.row.text.clone())
        }
    }
}

fn read(line: &Line<'_>) -> Result<(String, Reading, Movement), Why> {
    let txn = line.reference(TXN).ok_or_else(|| Why::NoKey { column: line.columns.shown(TXN) })?;
    line.in_euros(CURRENCY)?;
    let (gross, net) = (line.needed(GROSS)?, line.needed(NET)?);
    let fee = line.amount(FEE)?.unwrap_or_default();
    let told = gross.checked_sub(fee);
    if told != Some(net) {
        return Err(Why::NetOff { told: told.unwrap_or_default().csv_fr(), net: net.csv_fr() });
    }
    let at = line.instant(CREATED)?;
    let kind = kind(line.cell(CATEGORY));
    let source = line.reference(SOURCE);
    let own_payout = (kind == MovementKind::Payout).then(|| source.clone()).flatten();
    let payout = line.reference(PAYOUT).filter(|name| name.starts_with("po_") || name.starts_with("tr_"));
    let payout = own_payout.or(payout).or_else(|| (kind == MovementKind::Payout).then(|| txn.clone()));
    let available = line.written_day(AVAILABLE);
    let paid_out_on =
        line.written_day(PAYOUT_DAY).or(if kind == MovementKind::Payout { available } else { None });
    let charge = line.reference(CHARGE).filter(|charge| Some(charge) != source.as_ref());
    let mut left_out = Vec::new();
    let giver = line.giver(&mut left_out);
    let party = giver.mail.clone().unwrap_or_else(|| giver.name());
    let movement = Movement {
        kind,
        gross,
        fee,
        net,
        booked_on: paris_day(at),
        value_on: available,
        payout,
        paid_out_on,
        about: if matches!(kind, MovementKind::Refund | MovementKind::Dispute) { charge } else { None },
        party: cut(&party),
        label: cut(line.cell(DESCRIPTION)),
        reference: source.clone().unwrap_or_default(),
        parts: Vec::new(),
    };
    if kind != MovementKind::Payment || gross <= Cents::ZERO {
        return Ok((txn, Reading::Movement, movement));
    }
    if giver.is_nobody() {
        left_out.push(Why::Anonymous);
    }
    let gift = Gift {
        gross,
        fee,
        method: method(line.cell(METHOD)),
        paid_at: Some(at),
        provider_credited_on: paid_out_on,
        received_on: None,
        dues: false,
        campaign: cut(line.cell(CAMPAIGN)),
        receipted_elsewhere: None,
        comment: String::new(),
        refunded: false,
        giver,
        extra: line.columns.extra(&line.row.cells, line.others),
        left_out,
    };
    Ok((source.unwrap_or(txn), Reading::Gift(Box::new(gift)), movement))
}

/// How it was paid, as Stripe calls it.
pub fn method(kind: &str) -> Method {
    match kind {
        "sepa_debit" | "bacs_debit" | "ach_debit" => Method::DirectDebit,
        "customer_balance" | "sepa_credit_transfer" | "ach_credit_transfer" => Method::Transfer,
        _ => Method::Card,
    }
}
