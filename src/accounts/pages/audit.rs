//! Who did what, newest first.

use rocket::{FromForm, Route, get, routes};
use serde_json::json;

use crate::accounts::guards::ReadAudit;
use crate::accounts::queries::{self, audit::Filter};
use crate::accounts::views;
use crate::web::{Reply, paging};

/// Pages of the audit.
pub fn routes() -> Vec<Route> {
    routes![audit]
}

/// Kinds of subjects that the filter offers.
const KINDS: [&str; 10] = [
    "ticket",
    "donor",
    "gift",
    "receipt",
    "import_file",
    "member",
    "association",
    "service",
    "outbox",
    "export",
];

#[derive(FromForm, Default)]
struct Asked<'r> {
    kind: Option<&'r str>,
    id: Option<&'r str>,
    actor: Option<i64>,
    before: Option<&'r str>,
}

#[get("/audit?<asked..>")]
async fn audit(who: ReadAudit, asked: Asked<'_>) -> Reply {
    let filter = Filter {
        kind: asked.kind.filter(|k| !k.is_empty()),
        id: asked.id.map(str::trim).filter(|i| !i.is_empty()),
        actor: asked.actor,
    };
    let mut lines = queries::audit::lines(&who.core, &filter, paging::read(asked.before)).await?;
    let more = paging::has_more(&mut lines);
    let next = lines.last().filter(|_| more).map(|last| address(&filter, Some(&paging::cursor(&last.id))));
    let first = asked.before.map(|_| address(&filter, None));
    let people = queries::members(&who.core).await?;
    let rows: Vec<_> = lines.into_iter().map(|line| views::AuditRow::new(&who, line)).collect();
    let kinds: Vec<_> = std::iter::once(("", who.word("audit-any-kind")))
        .chain(KINDS.map(|kind| {
            let key = format!("audit-subject-{}", kind.replace('_', "-"));
            (kind, views::known(&who, &key).unwrap_or_else(|| kind.to_owned()))
        }))
        .map(|(value, label)| json!({ "value": value, "label": label, "selected": filter.kind.unwrap_or("") == value }))
        .collect();
    let actors: Vec<_> = std::iter::once(
        json!({ "value": "", "label": who.word("audit-anybody"), "selected": filter.actor.is_none() }),
    )
    .chain(
        people
            .iter()
            .map(|p| json!({ "value": p.id, "label": p.name, "selected": filter.actor == Some(p.id) })),
    )
    .collect();
    let view = json!({
        "rows": rows, "kinds": kinds, "actors": actors, "id": filter.id.unwrap_or(""),
        "filtered": filter.kind.is_some() || filter.id.is_some() || filter.actor.is_some(),
        "prev": first, "next": next,
    });
    who.page("pages/accounts/audit", &who.word("audit-title"), &view)
}

fn address(filter: &Filter<'_>, before: Option<&str>) -> String {
    let actor = filter.actor.map(|a| a.to_string());
    let pairs = [("kind", filter.kind), ("id", filter.id), ("actor", actor.as_deref()), ("before", before)];
    let query: Vec<String> = pairs
        .into_iter()
        .filter_map(|(name, value)| value.map(|v| format!("{name}={}", crate::web::request::in_query(v))))
        .collect();
    if query.is_empty() { "/audit".into() } else { format!("/audit?{}", query.join("&")) }
}
