//! What the pages of duplicates show.

use entities::donor;
use rules::likeness::{LIKELY, Likeness};
use serde_json::{Value, json};

use super::fill::fill;
use super::queries::{Held, Pair};
use crate::donors::queries::list::Line;
use crate::donors::record::{name_of, reason_word};
use crate::platform::Say;
use crate::web::Frame;

fn side(frame: &Frame, held: &Held) -> Value {
    let facts = &held.facts;
    json!({
        "id": held.row.id, "version": held.row.version, "name": facts.name(), "mails": facts.mails,
        "address": facts.address_lines(frame.lang), "siren": facts.siren.as_deref().map(rules::ids::spaced),
        "legal_form": facts.legal_form, "created_at": held.row.created_at, "gifts": held.gifts, "cents": held.cents,
        "receipts": held.receipts, "has_notes": !facts.notes.is_empty(),
    })
}

fn score(frame: &Frame, likeness: &Likeness) -> Value {
    let reasons = likeness
        .reasons
        .iter()
        .map(|reason| json!({ "word": frame.word(reason_word(*reason)), "against": reason.against() }));
    json!({
        "score": likeness.score, "likely": likeness.score >= LIKELY, "reasons": reasons.collect::<Vec<_>>(),
    })
}

fn field_word(field: &str) -> &'static str {
    match field {
        "address" => "merging-field-address",
        "first_names" => "merging-field-first_names",
        "last_name" => "merging-field-last_name",
        "legal_form" => "merging-field-legal_form",
        "siren" => "merging-field-siren",
        _ => "merging-field-notes",
    }
}

fn crumbs(frame: &Frame, last: &str) -> Value {
    json!([
        { "href": "/donors", "label": frame.word("donors-title") },
        { "href": "/donors/duplicates", "label": frame.word("merging-title") },
        { "href": null, "label": last },
    ])
}

/// The list of pairs.
pub fn duplicates(frame: &Frame, pairs: &[Pair], count: usize, waiting: u64, writes: bool) -> Value {
    let rows = pairs.iter().map(|pair| {
        json!({
            "one": side(frame, &pair.one), "other": side(frame, &pair.other), "likeness": score(frame, &pair.likeness),
        })
    });
    json!({
        "crumbs": [
            { "href": "/donors", "label": frame.word("donors-title") },
            { "href": null, "label": frame.word("merging-title") },
        ],
        "rows": rows.collect::<Vec<_>>(), "count": count, "more": count.saturating_sub(pairs.len()),
        "waiting": waiting, "writes": writes,
    })
}

/// Records found by hand to compare with one.
pub fn choose(frame: &Frame, row: &donor::Model, q: &str, found: &[Line]) -> Value {
    let name = |row: &donor::Model| name_of(&row.kind, &row.organisation, &row.first_names, &row.last_name);
    let rows = found.iter().filter(|line| line.donor.id != row.id).map(|line| {
        json!({
            "id": line.donor.id, "name": name(&line.donor), "mail": line.mail, "city": line.donor.city,
        })
    });
    let title = frame.word("merging-choose");
    json!({
        "crumbs": crumbs(frame, &title), "id": row.id, "name": name(row), "q": q, "rows": rows.collect::<Vec<_>>(),
    })
}

/// Two records side by side, and what would become of them.
pub fn compare(frame: &Frame, pair: &Pair) -> Value {
    let title = frame.word("merging-compare");
    let options = [(&pair.one, &pair.other), (&pair.other, &pair.one)].map(|(kept, other)| {
        let (full, filled, mails) = fill(&kept.facts, &other.facts);
        let fields = filled.fields.keys().map(|field| frame.word(field_word(field)));
        let takes: Vec<String> = fields.chain(mails.added.iter().cloned()).collect();
        let moved = Say::new("merging-moves")
            .count("gifts", u64::try_from(other.gifts).unwrap_or(0))
            .count("receipts", u64::try_from(other.receipts).unwrap_or(0));
        let mut hint = frame.say(&moved);
        if !takes.is_empty() {
            let takes = Say::new("merging-takes").with("what", takes.join(", "));
            hint = format!("{hint} {}", frame.say(&takes));
        }
        let say = Say::new("merging-keep-one").with("name", full.name()).with("id", kept.row.id.to_string());
        json!({
            "value": kept.row.id, "label": frame.say(&say), "selected": kept.row.id == pair.one.row.id, "hint": hint,
        })
    });
    json!({
        "crumbs": crumbs(frame, &title), "sides": [side(frame, &pair.one), side(frame, &pair.other)],
        "one": side(frame, &pair.one), "other": side(frame, &pair.other), "likeness": score(frame, &pair.likeness),
        "options": options,
    })
}
