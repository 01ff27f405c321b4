//! What the pages of the association, its people and the audit see.

mod audit;
mod identity;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::{member, service, session};
use rules::roles::Role;
use serde::Serialize;

pub use audit::{AuditRow, known};
pub use identity::IdentityView;

use super::forms::Wrong;
use crate::web::Frame;

/// A choice of a select or a group of radio buttons.
#[derive(Debug, Serialize)]
pub struct Choice {
    value: String,
    label: String,
    selected: bool,
    hint: Option<String>,
}

/// A line of the error summary.
#[derive(Debug, Serialize)]
pub struct Told {
    field: Option<&'static str>,
    text: String,
}

/// A tab of the settings.
#[derive(Debug, Serialize)]
pub struct Tab {
    href: &'static str,
    label: String,
    count: Option<i64>,
    current: bool,
}

/// The tabs of the settings; `current` is an address.
pub fn tabs(frame: &Frame, current: &str) -> Vec<Tab> {
    [
        ("/settings", "settings-tab-association"),
        ("/settings/members", "settings-tab-members"),
        ("/settings/services", "settings-tab-services"),
        ("/settings/mail", "settings-tab-mail"),
    ]
    .into_iter()
    .map(|(href, key)| Tab { href, label: frame.word(key), count: None, current: href == current })
    .collect()
}

/// What was refused, for the summary and for each field.
pub fn told(frame: &Frame, wrongs: &[Wrong]) -> (Vec<Told>, BTreeMap<&'static str, Option<String>>) {
    let mut at = BTreeMap::new();
    let mut all = Vec::new();
    for wrong in wrongs {
        let text = frame.say(&wrong.say);
        at.entry(wrong.field).or_insert_with(|| Some(text.clone()));
        let field = Some(wrong.field).filter(|f| !f.is_empty());
        all.push(Told { field, text });
    }
    (all, at)
}

/// The roles, `chosen` ticked.
pub fn roles(frame: &Frame, chosen: Option<&str>) -> Vec<Choice> {
    let hints =
        ["members-role-agent", "members-role-treasurer", "members-role-admin", "members-role-auditor"];
    Role::ALL
        .into_iter()
        .zip(hints)
        .map(|(role, hint)| Choice {
            value: role.code().into(),
            label: frame.lang.pick(role.label_fr(), role.label_en()).into(),
            selected: Some(role.code()) == chosen,
            hint: Some(frame.word(hint)),
        })
        .collect()
}

/// French and English, `chosen` ticked.
pub fn languages(chosen: &str) -> Vec<Choice> {
    [("fr", "Français"), ("en", "English")]
        .into_iter()
        .map(|(value, label)| Choice {
            value: value.into(),
            label: label.into(),
            selected: value == chosen,
            hint: None,
        })
        .collect()
}

/// A person in the list of the staff.
#[derive(Debug, Serialize)]
pub struct MemberRow {
    /// Row.
    pub id: i64,
    name: String,
    email: String,
    role: String,
    active: bool,
    is_me: bool,
    has_password: bool,
}

impl MemberRow {
    /// How `row` looks to the person of `frame`.
    pub fn new(frame: &Frame, row: &member::Model) -> Self {
        let role = Role::parse(&row.role).map(|r| frame.lang.pick(r.label_fr(), r.label_en()));
        Self {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            role: role.unwrap_or(&row.role).to_owned(),
            active: row.active,
            is_me: frame.member.as_ref().is_some_and(|me| me.id == row.id),
            has_password: row.password_hash.is_some(),
        }
    }
}

/// A service in the settings.
#[derive(Debug, Serialize)]
pub struct ServiceRow {
    id: i64,
    name: String,
    about_gifts: bool,
    active: bool,
    first: bool,
    last: bool,
}

/// The services, each knowing whether it can move.
pub fn services(all: Vec<service::Model>) -> Vec<ServiceRow> {
    let count = all.len();
    all.into_iter()
        .enumerate()
        .map(|(at, s)| ServiceRow {
            id: s.id,
            name: s.name,
            about_gifts: s.about == "gift_receipt",
            active: s.active,
            first: at == 0,
            last: at + 1 == count,
        })
        .collect()
}

/// A browser in which the person is signed in.
#[derive(Debug, Serialize)]
pub struct SessionRow {
    id: i64,
    browser: String,
    address: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    here: bool,
}

/// The person's sessions; `here` is the one they use now.
pub fn sessions(frame: &Frame, all: Vec<session::Model>, here: i64) -> Vec<SessionRow> {
    all.into_iter()
        .map(|s| SessionRow {
            id: s.id,
            browser: browser(frame, &s.browser),
            address: s.address,
            created_at: s.created_at,
            seen_at: s.seen_at,
            here: s.id == here,
        })
        .collect()
}

/// "Firefox · Linux" out of what a browser says of itself.
fn browser(frame: &Frame, agent: &str) -> String {
    let first = |known: &[&'static str]| known.iter().copied().find(|word| agent.contains(word));
    let name = first(&["Firefox", "Edg", "OPR", "Chrome", "Safari"]).map(|n| match n {
        "Edg" => "Edge",
        "OPR" => "Opera",
        other => other,
    });
    let system = first(&["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"]);
    let words: Vec<&str> = [name, system].into_iter().flatten().collect();
    if words.is_empty() { frame.word("account-unknown-browser") } else { words.join(" · ") }
}
