//! The audit, line by line.

use chrono::{DateTime, Utc};
use entities::audit;
use serde::Serialize;
use serde_json::Value;

use crate::web::Frame;

/// A line of the audit as people read it.
#[derive(Debug, Serialize)]
pub struct AuditRow {
    at: DateTime<Utc>,
    who: String,
    actor_id: Option<i64>,
    what: String,
    subject: String,
    subject_kind: String,
    subject_id: String,
    href: Option<String>,
    detail: Vec<(String, String)>,
    request_id: Option<String>,
}

impl AuditRow {
    /// The line in the person's language; a verb without a sentence shows itself.
    pub fn new(frame: &Frame, row: audit::Model) -> Self {
        let verb = format!("audit-verb-{}", row.verb.replace(['.', '_'], "-"));
        let kind = format!("audit-subject-{}", row.subject_kind.replace('_', "-"));
        let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        Self {
            at: row.at,
            who: match row.actor_kind.as_str() {
                "system" => frame.word("audit-actor-system"),
                "command" => frame.word("audit-actor-command"),
                _ => row.actor_name,
            },
            actor_id: row.actor_id,
            what: known(frame, &verb).unwrap_or(row.verb),
            subject: format!(
                "{} {}",
                known(frame, &kind).unwrap_or_else(|| row.subject_kind.clone()),
                row.subject_id
            ),
            href: page_of(&row.subject_kind, &row.subject_id),
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            detail: detail.as_object().map(facts).unwrap_or_default(),
            request_id: row.request_id,
        }
    }
}

fn facts(detail: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    detail.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), plain(v))).collect()
}

/// The sentence of `key`, if the catalogue has it.
pub fn known(frame: &Frame, key: &str) -> Option<String> {
    let locales = &frame.core.render.locales;
    let [fr, _] = locales.keys();
    fr.contains(key).then(|| locales.text(frame.lang, key, &Default::default()))
}

/// Where a subject is seen, for those that have a page.
fn page_of(kind: &str, id: &str) -> Option<String> {
    if !id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match kind {
        "ticket" => Some(format!("/tickets/{id}")),
        "donor" => Some(format!("/donors/{id}")),
        "gift" => Some(format!("/gifts/{id}")),
        "receipt" => Some(format!("/receipts/{id}")),
        "import_file" | "import" => Some(format!("/imports/{id}")),
        "collection" => Some(format!("/debits/{id}")),
        "deposit" => Some(format!("/deposits/{id}")),
        "member" => Some(format!("/settings/members/{id}")),
        "association" => Some("/settings".into()),
        "service" => Some("/settings/services".into()),
        _ => None,
    }
}
