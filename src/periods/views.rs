//! What the page of periods shows.

use chrono::NaiveDate;
use entities::period_close;
use rules::dates::long;
use serde_json::{Value, json};

use super::queries::{Item, What};
use crate::platform::Say;
use crate::web::Frame;

const fn word(what: What) -> &'static str {
    match what {
        What::Previews => "periods-item-previews",
        What::BankLines => "periods-item-bank-lines",
        What::Statements => "periods-item-statements",
        What::Payouts => "periods-item-payouts",
        What::Refunds => "periods-item-refunds",
        What::Straddling => "periods-item-straddling",
    }
}

/// The page.
pub fn page(
    frame: &Frame,
    offered: &[NaiveDate],
    (chosen, items): (Option<NaiveDate>, &[Item]),
    closings: &[period_close::Model],
    (writes, refused): (bool, Option<String>),
) -> Value {
    let through = closings.iter().filter(|one| one.reopened_at.is_none()).map(|one| one.through).max();
    let options = offered.iter().map(|day| {
        json!({ "value": day.to_string(), "label": long(*day, frame.lang), "selected": Some(*day) == chosen })
    });
    let list = items.iter().map(|item| {
        let say = Say::new(word(item.what)).count("n", item.count);
        json!({ "text": frame.say(&say), "href": item.href, "done": item.count == 0 })
    });
    let rows = closings.iter().map(|one| {
        let open: Vec<Value> = serde_json::from_str(&one.open_items).unwrap_or_default();
        json!({
            "id": one.id, "through": long(one.through, frame.lang), "by": one.closed_by, "at": one.closed_at,
            "open": open.len(), "reopened_by": one.reopened_by, "reopened_at": one.reopened_at,
            "reason": one.reopen_reason, "last": one.reopened_at.is_none() && Some(one.through) == through,
        })
    });
    let errors: Vec<Value> = refused.iter().map(|text| json!({ "field": null, "text": text })).collect();
    json!({
        "crumbs": [
            { "href": "/treasury", "label": frame.word("treasury-title") },
            { "href": null, "label": frame.word("periods-title") },
        ],
        "through": through.map(|day| long(day, frame.lang)), "chosen": chosen.map(|day| day.to_string()),
        "chosen_label": chosen.map(|day| long(day, frame.lang)), "options": options.collect::<Vec<_>>(),
        "items": list.collect::<Vec<_>>(), "to_do": items.iter().any(|item| item.count > 0),
        "rows": rows.collect::<Vec<_>>(), "writes": writes, "errors": errors,
    })
}
