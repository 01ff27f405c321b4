//! What the pages of debits show.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::instalment;
use reports::debits::Version;
use rules::clearing::Clearing;
use rules::dates::short_fr;
use rules::sepa::settlement_day;
use serde_json::{Value, json};

use super::actions::Refusal;
use super::forms::SetupForm;
use super::queries::{Batch, Due, Found, Waiting};
use super::setup::Setup;
use crate::clearing::queries::payouts::Payout;
use crate::donors::record::name_of;
use crate::platform::Say;
use crate::web::Frame;

/// Debits shown before they are announced.
const SHOWN: usize = 50;

fn state(found: &Found, today: NaiveDate) -> (&'static str, &'static str) {
    match found.state.as_str() {
        _ if found.row.cancelled_at.is_some() => ("debits-state-cancelled", ""),
        "taken" => ("debits-state-taken", "ok"),
        "reading" | "previewed" => ("debits-state-previewed", "warn"),
        _ if today >= found.row.collect_on => ("debits-state-due", "warn"),
        _ => ("debits-state-made", ""),
    }
}

/// The page.
pub fn debits(
    frame: &Frame,
    (today, through): (NaiveDate, NaiveDate),
    (setup, due, waiting, letters): (Option<&Setup>, &[Due], &[Batch], &[Waiting]),
    rows: &[Found],
    (prev, next): (Option<String>, Option<String>),
    writes: bool,
) -> Value {
    let shown = due.iter().take(SHOWN).map(|one| {
        let donor = &one.donor;
        json!({
            "donor_id": donor.id, "due": one.due_on, "from": one.collect_from, "cents": one.plan.cents,
            "donor": name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name),
            "by_mail": one.mail.is_some(),
        })
    });
    let cents: i64 = due.iter().map(|one| one.plan.cents).sum();
    let without_mail = due.iter().filter(|one| one.mail.is_none()).count();
    let what = Say::new("debits-due-sum").count("n", due.len()).count("letters", without_mail);
    let letters = letters.iter().map(|one| {
        let donor = &one.donor;
        json!({
            "donor_id": donor.id, "cents": one.instalment.cents, "from": one.instalment.collect_from,
            "donor": name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name),
        })
    });
    let tomorrow = settlement_day(today.succ_opt().unwrap_or(today));
    let first = waiting.first().map(|batch| settlement_day(batch.day.max(tomorrow)));
    let waits = waiting.iter().map(|batch| {
        json!({ "day": batch.day, "count": batch.debits, "cents": batch.cents, "letters": batch.letters })
    });
    let collections = rows.iter().map(|found| {
        let (word, kind) = state(found, today);
        json!({
            "id": found.row.id, "number": found.row.number, "day": found.row.collect_on, "debits": found.row.debits,
            "cents": found.row.cents, "state": frame.word(word), "kind": kind, "returned": found.returned,
        })
    });
    json!({
        "ready": setup.is_some(), "through": short_fr(through), "due": shown.collect::<Vec<_>>(), "due_count": due.len(),
        "due_cents": cents, "due_sum": frame.say(&what), "more": due.len() > SHOWN,
        "waits": waits.collect::<Vec<_>>(), "letters": letters.collect::<Vec<_>>(), "first": first.map(short_fr),
        "rows": collections.collect::<Vec<_>>(), "prev": prev, "next": next, "writes": writes,
        "notice": setup.map(|setup| setup.notice_days),
    })
}

/// Who collects.
pub fn setup(frame: &Frame, form: &SetupForm, refused: &[Refusal]) -> Value {
    let errors: HashMap<&str, String> =
        refused.iter().filter_map(|why| Some((why.field()?, frame.say(&why.say())))).collect();
    let list: Vec<Value> =
        refused.iter().map(|why| json!({ "field": why.field(), "text": frame.say(&why.say()) })).collect();
    let versions = Version::ALL.map(|version| {
        let key = match version {
            Version::V08 => "debits-version-08",
            Version::V02 => "debits-version-02",
        };
        json!({ "value": version.code(), "label": frame.word(key), "selected": version.code() == form.version })
    });
    json!({
        "crumbs": [{ "href": "/debits", "label": frame.word("debits-title") }],
        "errors": list, "error": errors, "name": form.name, "creditor": form.creditor, "iban": form.iban, "bic": form.bic,
        "notice": form.notice, "versions": versions,
    })
}

/// A collection.
pub fn collection(
    frame: &Frame,
    (found, today): (&Found, NaiveDate),
    (debits, givers): (&HashMap<i64, instalment::Model>, &HashMap<String, i64>),
    payout: Option<&Payout>,
    writes: bool,
) -> Value {
    let (word, kind) = state(found, today);
    let bank = payout.map(|payout| match payout.clearing() {
        Some(Clearing::Clear) => (frame.word("deposits-bank-clear"), "ok"),
        _ if payout.line.is_some() => (frame.word("deposits-bank-differs"), "error"),
        _ => (frame.word("deposits-bank-waits"), "warn"),
    });
    let rows = found.facts.debits.iter().map(|debit| {
        let live = debits.get(&debit.instalment);
        json!({
            "name": debit.name, "donor": givers.get(&debit.end_to_end), "rum": debit.rum, "account": debit.account,
            "cents": debit.cents, "end_to_end": debit.end_to_end,
            "returned": live.and_then(|row| row.returned_on), "code": live.and_then(|row| row.return_code.clone()),
            "told": live.is_some_and(|row| row.told_at.is_some()),
        })
    });
    let cancelled = found.row.cancelled_at.is_some();
    json!({
        "crumbs": [{ "href": "/debits", "label": frame.word("debits-title") },
            { "href": null, "label": found.row.number }],
        "id": found.row.id, "number": found.row.number, "day": found.row.collect_on, "cents": found.row.cents,
        "count": frame.say(&Say::new("debits-count").count("n", found.row.debits)), "by": found.row.created_by,
        "state": frame.word(word), "kind": kind, "import": found.row.import_id, "returned": found.returned,
        "bank": bank.as_ref().map(|(text, _)| text), "bank_kind": bank.as_ref().map(|(_, kind)| kind),
        "line": payout.and_then(|payout| payout.line), "rows": rows.collect::<Vec<_>>(),
        "file": writes && !cancelled, "bring": writes && !cancelled && !found.stands() && today >= found.row.collect_on,
        "to_come": !cancelled && today < found.row.collect_on,
        "cancel": writes && !cancelled && !found.stands() && found.returned == 0, "reason": found.row.cancel_reason,
    })
}
