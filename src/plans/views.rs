//! What the pages of plans show.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{donor, instalment, mandate, plan};
use rules::money::Cents;
use rules::plan::{Rhythm, Standing, due};
use rules::sepa::usable_until;
use serde_json::{Value, json};

use super::actions::Refusal;
use super::forms::{MandateForm, PlanForm};
use super::queries::Show;
use crate::donors::record::name_of;
use crate::platform::Say;
use crate::web::Frame;

/// A form that was refused, and why.
#[derive(Debug, Default, Clone, Copy)]
pub struct Typed<'a> {
    /// The mandate.
    pub mandate: Option<&'a MandateForm>,
    /// The plan.
    pub plan: Option<&'a PlanForm>,
    /// Why.
    pub why: &'a [Refusal],
}

const fn rhythm_word(rhythm: Rhythm) -> &'static str {
    match rhythm {
        Rhythm::Monthly => "plans-monthly",
        Rhythm::Quarterly => "plans-quarterly",
        Rhythm::Yearly => "plans-yearly",
    }
}

const fn show_word(show: Show) -> &'static str {
    match show {
        Show::Active => "plans-active",
        Show::Late => "plans-late",
        Show::Lapsed => "plans-lapsed",
        Show::Changed => "plans-changed-lately",
        Show::Ended => "plans-ended-by-hand",
    }
}

fn source_name(frame: &Frame, source: &str) -> String {
    match source {
        "helloasso" => "HelloAsso".into(),
        "stripe" => "Stripe".into(),
        "paypal" => "PayPal".into(),
        "sepa" => frame.word("plans-source-sepa"),
        "cheques" => frame.word("plans-source-cheques"),
        "bank" => frame.word("plans-source-bank"),
        "generic" => frame.word("plans-source-table"),
        _ => frame.word("plans-source-hand"),
    }
}

fn standing(row: &plan::Model, today: NaiveDate) -> Option<Standing> {
    match row.ended_on {
        Some(_) => None,
        None if today <= row.active_until => Some(Standing::Active),
        None if today <= row.late_until => Some(Standing::Late),
        None => Some(Standing::Lapsed),
    }
}

fn row(frame: &Frame, row: &plan::Model, today: NaiveDate) -> Value {
    let rhythm = Rhythm::parse(&row.rhythm).unwrap_or(Rhythm::Monthly);
    let next = match row.last_on {
        Some(last) => due(last, rhythm, 1),
        None => Some(row.first_on),
    };
    let (word, kind) = match standing(row, today) {
        None => ("plans-state-ended", ""),
        Some(Standing::Active) => ("plans-state-active", "ok"),
        Some(Standing::Late) => ("plans-state-late", "warn"),
        Some(Standing::Lapsed) => ("plans-state-lapsed", "error"),
    };
    let changed = row.was_cents.map(|was| {
        let key = if was < row.cents { "plans-raised" } else { "plans-lowered" };
        let say = Say::new(key).with("was", Cents(was).in_lang(frame.lang));
        frame.say(&say.with("day", row.changed_on.map(rules::dates::short_fr).unwrap_or_default()))
    });
    json!({
        "id": row.id, "donor_id": row.donor_id, "cents": row.cents, "rhythm": frame.word(rhythm_word(rhythm)),
        "source": source_name(frame, &row.source), "last": row.last_on, "payments": row.payments,
        "next": next.filter(|_| row.ended_on.is_none()), "state": frame.word(word), "kind": kind, "changed": changed,
        "by_hand": row.origin == "hand", "open": row.origin == "hand" && row.ended_on.is_none(),
        "first": row.first_on,
        "amount": Cents(row.cents).csv_fr(),
    })
}

/// The list.
pub fn list(
    frame: &Frame,
    (show, today, waiting): (Show, NaiveDate, bool),
    (rows, names): (&[plan::Model], &HashMap<i64, String>),
    sums: &HashMap<Show, (i64, i64)>,
    (prev, next): (Option<String>, Option<String>),
) -> Value {
    let tabs = Show::ALL.into_iter().map(|one| {
        json!({
            "href": format!("/plans?show={}", one.code()), "label": frame.word(show_word(one)),
            "count": sums.get(&one).map_or(0, |(n, _)| *n), "current": one == show,
        })
    });
    let shown = rows.iter().map(|one| {
        let mut value = row(frame, one, today);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("donor".into(), json!(names.get(&one.donor_id)));
        }
        value
    });
    let year = sums.get(&Show::Active).map_or(0, |(_, cents)| *cents);
    json!({
        "tabs": tabs.collect::<Vec<_>>(), "rows": shown.collect::<Vec<_>>(), "prev": prev, "next": next,
        "year": year, "month": year / 12, "waiting": waiting,
    })
}

fn debit(frame: &Frame, row: &instalment::Model) -> Value {
    let (word, kind) = match row.state.as_str() {
        "announced" => ("plans-debit-announced", ""),
        "collected" => ("plans-debit-collected", "ok"),
        "returned" => ("plans-debit-returned", "error"),
        _ => ("plans-debit-cancelled", ""),
    };
    json!({
        "due": row.due_on, "cents": row.cents, "state": frame.word(word), "kind": kind, "code": row.return_code,
        "collection": row.collection_id,
    })
}

/// The page of one donor.
pub fn of_donor(
    frame: &Frame,
    donor: &donor::Model,
    today: NaiveDate,
    (plans, mandates, debits): (&[plan::Model], &[mandate::Model], &[instalment::Model]),
    writes: bool,
    typed: Typed<'_>,
    shown: Option<(i64, String)>,
) -> Value {
    let name = name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name);
    let used: Vec<i64> =
        plans.iter().filter(|row| row.ended_on.is_none()).filter_map(|row| row.mandate_id).collect();
    let mandate = |row: &mandate::Model| {
        let whole = shown.as_ref().filter(|(id, _)| *id == row.id).map(|(_, iban)| iban);
        let until = usable_until(row.signed_on, row.last_used_on);
        json!({
            "id": row.id, "rum": row.rum, "signed": row.signed_on, "holder": row.holder, "account": whole.unwrap_or(&row.iban_shown),
            "whole": whole.is_some(), "active": row.state == "active", "ended": row.ended_on, "reason": row.end_reason,
            "until": until, "dead": row.state == "active" && until < today, "used": row.last_used_on,
        })
    };
    let errors: HashMap<&str, String> =
        typed.why.iter().filter_map(|why| Some((why.field()?, frame.say(&why.say())))).collect();
    let list: Vec<Value> =
        typed.why.iter().map(|why| json!({ "field": why.field(), "text": frame.say(&why.say()) })).collect();
    let form = typed.mandate;
    let plan_form = typed.plan;
    let rhythm = plan_form.map_or("monthly", |form| form.rhythm.as_str());
    let rhythms = Rhythm::ALL.map(|one| json!({ "value": one.code(), "label": frame.word(rhythm_word(one)), "selected": one.code() == rhythm }));
    let free = mandates.iter().filter(|row| row.state == "active" && !used.contains(&row.id));
    let chosen = plan_form.map(|form| form.mandate.as_str());
    let mut ways: Vec<Value> = free
        .enumerate()
        .map(|(at, row)| {
            let value = row.id.to_string();
            let say = Say::new("plans-way-mandate").with("rum", row.rum.clone());
            let selected = chosen.map_or(at == 0, |chosen| chosen == value);
            json!({ "value": value, "label": frame.say(&say), "selected": selected })
        })
        .collect();
    ways.push(json!({ "value": "", "label": frame.word("plans-way-other"), "selected": chosen == Some("") }));
    json!({
        "crumbs": [{ "href": "/donors", "label": frame.word("donors-title") },
            { "href": format!("/donors/{}", donor.id), "label": name }],
        "id": donor.id, "name": name, "writes": writes, "errors": list, "error": errors,
        "plans": plans.iter().map(|one| row(frame, one, today)).collect::<Vec<_>>(),
        "mandates": mandates.iter().map(mandate).collect::<Vec<_>>(),
        "debits": debits.iter().map(|one| debit(frame, one)).collect::<Vec<_>>(),
        "mandate_open": form.is_some(), "plan_open": plan_form.is_some(),
        "mandate": {
            "rum": form.map(|f| &f.rum), "signed_on": form.map(|f| &f.signed_on), "iban": form.map(|f| &f.iban), "bic": form.map(|f| &f.bic),
            "holder": form.map_or(name.as_str(), |f| f.holder.as_str()),
        },
        "plan": { "cents": plan_form.map(|f| &f.cents), "first_on": plan_form.map(|f| &f.first_on) },
        "rhythms": rhythms, "ways": ways,
    })
}
