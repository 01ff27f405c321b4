//! What the pages of campaigns show.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::actions::{Kind, Refusal};
use super::forms::CampaignForm;
use super::queries::Line;
use crate::web::Frame;

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Campaign => "campaigns-campaign",
        Kind::Fund => "campaigns-fund",
    }
}

/// The list.
pub fn list(frame: &Frame, lines: &[Line], today: NaiveDate, writes: bool) -> Value {
    let row = |line: &Line| {
        let campaign = line.campaign.as_ref();
        let goal = campaign.and_then(|row| row.goal_cents);
        let percent = goal.map(|goal| line.came.cents.max(0).saturating_mul(100) / goal);
        let kind = campaign.and_then(|row| Kind::parse(&row.kind));
        let over = campaign.is_some_and(|row| row.ends_on.is_some_and(|day| day < today));
        json!({
            "id": campaign.map(|row| row.id), "name": line.name, "kind": kind.map(|kind| frame.word(kind_word(kind))),
            "gifts": line.came.gifts, "cents": line.came.cents, "last": line.came.last, "goal": goal, "percent": percent,
            "filled": percent.map(|percent| percent.min(100)), "over": over,
            "begins": campaign.and_then(|row| row.begins_on), "ends": campaign.and_then(|row| row.ends_on),
            "note": campaign.map(|row| row.note.as_str()).filter(|note| !note.is_empty()),
        })
    };
    let described: Vec<Value> = lines.iter().filter(|line| line.campaign.is_some()).map(row).collect();
    let others: Vec<Value> = lines.iter().filter(|line| line.campaign.is_none()).map(row).collect();
    json!({ "rows": described, "others": others, "writes": writes })
}

/// The form.
pub fn form(frame: &Frame, id: Option<i64>, typed: &CampaignForm, refused: &[Refusal]) -> Value {
    let errors: HashMap<&str, String> =
        refused.iter().filter_map(|why| Some((why.field()?, frame.say(&why.say())))).collect();
    let list: Vec<Value> =
        refused.iter().map(|why| json!({ "field": why.field(), "text": frame.say(&why.say()) })).collect();
    let kinds = Kind::ALL.map(|kind| {
        json!({ "value": kind.code(), "label": frame.word(kind_word(kind)), "selected": kind.code() == typed.kind })
    });
    json!({
        "crumbs": [{ "href": "/campaigns", "label": frame.word("campaigns-title") }],
        "action": id.map_or_else(|| "/campaigns".to_owned(), |id| format!("/campaigns/{id}")),
        "errors": list, "error": errors, "kinds": kinds, "name": typed.name, "goal": typed.goal, "known": id.is_some(),
        "begins_on": typed.begins_on, "ends_on": typed.ends_on, "note": typed.note,
    })
}
