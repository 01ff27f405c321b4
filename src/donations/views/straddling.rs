//! What the list of gifts across two years shows.

use std::collections::HashMap;

use entities::gift;
use rules::dates::short_fr;
use rules::gift::DateBasis;
use serde_json::{Value, json};

use super::{source_word, what};
use crate::donations::queries::straddling::candidates;
use crate::web::Frame;

/// The list: gifts, the names of their donors, the receipts they stand on.
pub fn straddling(
    frame: &Frame,
    (year, this_year): (i32, i32),
    (lines, count, next): (&[gift::Model], u64, Option<String>),
    names: &HashMap<i64, String>,
    receipts: &HashMap<i64, String>,
    writes: bool,
) -> Value {
    let words = [
        (DateBasis::PaidAt, "donations-paid"),
        (DateBasis::Received, "donations-received"),
        (DateBasis::BankCredited, "donations-bank"),
        (DateBasis::ProviderCredited, "donations-provider"),
    ];
    let rows = lines.iter().map(|line| {
        let dates = candidates(line);
        let days: Vec<Value> = words
            .iter()
            .filter_map(|(basis, word)| {
                let day = dates.of(*basis)?;
                Some(json!({
                    "basis": basis.code(), "label": frame.word(word), "day": short_fr(day),
                    "counts": line.date_basis == basis.code(),
                }))
            })
            .collect();
        json!({
            "id": line.id, "cents": line.gross_cents, "source": source_word(frame, &line.source),
            "method": what(frame.lang, line), "days": days, "receipt": receipts.get(&line.id),
            "donor": line.donor_id.and_then(|id| names.get(&id)),
        })
    });
    let years = (this_year - 4..=this_year).rev().map(|at| {
        json!({
            "href": format!("/gifts/straddling?year={at}"), "label": format!("{at} – {}", at + 1), "count": null,
            "current": at == year,
        })
    });
    json!({
        "crumbs": [
            { "href": "/gifts", "label": frame.word("donations-title") },
            { "href": null, "label": frame.word("straddling-title") },
        ],
        "year": year, "years": years.collect::<Vec<_>>(), "rows": rows.collect::<Vec<_>>(), "count": count,
        "next": next, "writes": writes,
    })
}
