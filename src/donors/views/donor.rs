//! A donor's page: identity, gifts by year, receipts, history.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entities::{audit, donor, donor_merge, gift, receipt};
use rules::gift::{Method, Nature};
use rules::receipt::input::{DonorKind, Preference};
use serde::Serialize;
use serde_json::Value;

use super::super::queries::story::{SHOWN, Year};
use super::super::record::{DonorFacts, Route, name_of};
use super::{kind_word, pref_word, route_word};
use crate::platform::Say;
use crate::web::Frame;

/// What a donor's page is made from.
#[derive(Debug)]
pub struct Parts {
    /// The row.
    pub row: donor::Model,
    /// The record.
    pub facts: DonorFacts,
    /// Addresses that others have too.
    pub shared: Vec<(String, i64)>,
    /// Their names.
    pub others: HashMap<i64, String>,
    /// Sums by year.
    pub years: BTreeMap<i32, Year>,
    /// Latest lines, and which were taken back.
    pub gifts: (Vec<gift::Model>, HashSet<i64>),
    /// Receipts.
    pub receipts: Vec<receipt::Model>,
    /// Records merged into this one, with their names.
    pub merges: Vec<(donor_merge::Model, String)>,
    /// Changes of the record.
    pub changes: Vec<audit::Model>,
    /// May change the record.
    pub writes: bool,
    /// May record a gift.
    pub records: bool,
}

/// A donor's page.
#[derive(Debug, Serialize)]
pub struct DonorView {
    id: i64,
    /// How the donor is called.
    pub name: String,
    organisation: bool,
    contact: String,
    legal_form: String,
    siren: Option<String>,
    address: Vec<String>,
    missing: Option<String>,
    mails: Vec<MailView>,
    language: &'static str,
    pref: &'static str,
    route: &'static str,
    notes: Vec<String>,
    years: Vec<YearView>,
    total: i64,
    all: Option<String>,
    receipts: Vec<ReceiptView>,
    changes: Vec<ChangeView>,
    merges: Vec<MergeView>,
    writes: bool,
    records: bool,
}

#[derive(Debug, Serialize)]
struct MailView {
    address: String,
    main: bool,
    shared: Vec<Other>,
}

#[derive(Debug, Serialize)]
struct Other {
    id: i64,
    name: String,
}

#[derive(Debug, Serialize)]
struct YearView {
    year: i32,
    gross: i64,
    lines: i64,
    gifts: Vec<GiftView>,
}

#[derive(Debug, Serialize)]
struct GiftView {
    id: i64,
    date: NaiveDate,
    what: &'static str,
    campaign: String,
    source: String,
    gross: i64,
    struck: bool,
    reversal: bool,
}

#[derive(Debug, Serialize)]
struct ReceiptView {
    number: String,
    gift_year: i32,
    cents: i64,
    issued_at: DateTime<Utc>,
    cancelled: bool,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    at: DateTime<Utc>,
    text: String,
    fields: Vec<String>,
}

impl DonorView {
    /// The page.
    pub fn new(frame: &Frame, parts: Parts) -> Self {
        let facts = &parts.facts;
        let missing: Vec<_> =
            facts.address.missing_parts().into_iter().map(|part| part.label(frame.lang)).collect();
        let shown: usize = parts.gifts.0.len();
        Self {
            id: parts.row.id,
            name: facts.name(),
            organisation: facts.kind == DonorKind::Organisation,
            contact: name_of("person", "", &facts.first_names, &facts.last_name),
            legal_form: facts.legal_form.clone(),
            siren: facts.siren.as_deref().map(rules::ids::spaced),
            address: facts.address_lines(frame.lang),
            missing: Some(missing.join(", ")).filter(|m| !m.is_empty()),
            mails: mails(facts, &parts),
            language: facts.language.pick("Français", "English"),
            pref: pref_word(facts.receipt_pref),
            route: route_word(facts.receipt_route),
            notes: facts.notes.lines().map(str::to_owned).collect(),
            total: parts.years.values().map(|y| y.gross).sum(),
            all: Some(format!("/gifts?q=%23{}", parts.row.id)).filter(|_| shown as u64 >= SHOWN),
            years: years(frame, &parts),
            receipts: parts.receipts.iter().map(ReceiptView::of).collect(),
            changes: parts.changes.iter().map(|line| ChangeView::of(frame, line)).collect(),
            merges: parts.merges.iter().map(|(merge, name)| MergeView::of(frame, merge, name)).collect(),
            writes: parts.writes,
            records: parts.records,
        }
    }
}

fn mails(facts: &DonorFacts, parts: &Parts) -> Vec<MailView> {
    let others = |address: &String| {
        let same = parts.shared.iter().filter(|(norm, _)| norm == address);
        same.map(|(_, id)| Other { id: *id, name: parts.others.get(id).cloned().unwrap_or_default() })
            .collect()
    };
    facts
        .mails
        .iter()
        .enumerate()
        .map(|(n, address)| MailView { address: address.clone(), main: n == 0, shared: others(address) })
        .collect()
}

fn years(frame: &Frame, parts: &Parts) -> Vec<YearView> {
    let (lines, taken_back) = &parts.gifts;
    let gift = |line: &gift::Model| GiftView {
        id: line.id,
        date: line.gift_date,
        what: match Nature::parse(&line.nature) {
            Some(Nature::Money) | None => Method::parse(&line.method).map_or("", |m| m.label(frame.lang)),
            Some(nature) => nature.label(frame.lang),
        },
        campaign: line.campaign.clone(),
        source: line.source.clone(),
        gross: line.gross_cents,
        struck: taken_back.contains(&line.id),
        reversal: line.reverses_id.is_some(),
    };
    let of_year = |year: i32| lines.iter().filter(|l| l.gift_date.year() == year).map(gift).collect();
    let newest_first = parts.years.iter().rev();
    newest_first
        .map(|(year, sum)| YearView {
            year: *year,
            gross: sum.gross,
            lines: sum.lines,
            gifts: of_year(*year),
        })
        .collect()
}

impl ReceiptView {
    fn of(row: &receipt::Model) -> Self {
        Self {
            number: row.number.clone(),
            gift_year: row.gift_year,
            cents: row.amount_cents,
            issued_at: row.issued_at,
            cancelled: row.state == "cancelled",
        }
    }
}

#[derive(Debug, Serialize)]
struct MergeView {
    id: i64,
    at: DateTime<Utc>,
    text: String,
}

impl MergeView {
    fn of(frame: &Frame, merge: &donor_merge::Model, name: &str) -> Self {
        let text = Say::new("merging-merged-line")
            .with("name", name.to_owned())
            .with("id", merge.absorbed_id.to_string())
            .with("who", merge.done_by.clone());
        Self { id: merge.id, at: merge.done_at, text: frame.say(&text) }
    }
}

impl ChangeView {
    fn of(frame: &Frame, line: &audit::Model) -> Self {
        let did = match line.verb.as_str() {
            "donor.create" => "donors-did-create",
            "donor.update" => "donors-did-update",
            "donor.merge" => "donors-did-merge",
            "donor.merged" => "donors-did-merged",
            "donor.unmerge" => "donors-did-unmerge",
            "donor.tell_apart" => "donors-did-apart",
            _ => "donors-did-other",
        };
        let who = match line.actor_kind.as_str() {
            "command" => frame.word("donors-actor-command"),
            _ => line.actor_name.clone(),
        };
        let text = Say::new(did).with("who", who).with("verb", line.verb.clone());
        let detail: Value = serde_json::from_str(&line.detail).unwrap_or_default();
        let changed = detail.as_object().filter(|_| line.verb == "donor.update");
        let fields =
            changed.into_iter().flatten().filter_map(|(name, pair)| changed_field(frame, name, pair));
        Self { at: line.at, text: frame.say(&text), fields: fields.collect() }
    }
}

/// `Commune : Lyon → Paris`.
fn changed_field(frame: &Frame, name: &str, pair: &Value) -> Option<String> {
    let key = match name {
        "kind" => "donors-kind",
        "last_name" => "donors-last-name",
        "first_names" => "donors-first-names",
        "organisation" => "donors-organisation",
        "legal_form" => "donors-legal-form",
        "siren" => "donors-siren",
        "street" => "donors-street",
        "postal_code" => "donors-postal-code",
        "city" => "donors-city",
        "country" => "donors-country",
        "mails" => "donors-mails",
        "language" => "donors-language",
        "receipt_pref" => "donors-pref",
        "receipt_route" => "donors-route",
        "notes" => return Some(frame.word("donors-notes")),
        _ => return None,
    };
    let said = |value: Option<&Value>| match value {
        Some(Value::String(code)) if name == "receipt_pref" => {
            frame.word(pref_word(Preference::parse(code).unwrap_or_default()))
        }
        Some(Value::String(code)) if name == "receipt_route" => {
            frame.word(route_word(Route::parse(code).unwrap_or_default()))
        }
        Some(Value::String(code)) if name == "kind" => {
            frame.word(kind_word(DonorKind::parse(code).unwrap_or(DonorKind::Person)))
        }
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(Value::Array(list)) if !list.is_empty() => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => "∅".into(),
    };
    let say = Say::new("donors-changed-field")
        .with("field", frame.word(key))
        .with("before", said(pair.get(0)))
        .with("after", said(pair.get(1)));
    Some(frame.say(&say))
}
