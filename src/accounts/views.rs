//! What the pages of the association, its people and the audit see.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::{association, audit, member, service, session};
use rules::address::Country;
use rules::gift::DatePolicy;
use rules::lang::Lang;
use rules::receipt::category::{self, Category};
use rules::roles::Role;
use rules::words::Spelling;
use serde::Serialize;
use serde_json::{Value, json};

use super::association::Policies;
use super::forms::{FIELDS, Typed, Wrong};
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

/// The form of the association.
#[derive(Debug, Serialize)]
pub struct IdentityView {
    /// Where the form goes.
    action: String,
    typed: Typed,
    errors: Vec<Told>,
    error: BTreeMap<&'static str, Option<String>>,
    countries: Vec<Choice>,
    categories: Vec<Choice>,
    sub_boxes: Vec<Choice>,
    policies: Vec<Choice>,
    by_tool: Vec<Value>,
    spellings: Vec<Choice>,
    abroad: bool,
    has_signature: bool,
    year: i32,
    may_change: bool,
    tabs: Vec<Tab>,
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

impl IdentityView {
    /// The form at `action`, filled with `typed`, each of `wrongs` at its field.
    pub fn new(frame: &Frame, action: &str, typed: Typed, wrongs: &[Wrong]) -> Self {
        let (errors, mut error) = told(frame, wrongs);
        for field in FIELDS {
            error.entry(field).or_insert(None);
        }
        let lang = frame.lang;
        Self {
            action: action.to_owned(),
            countries: countries(lang, &typed.country),
            categories: boxes(category::CATEGORIES, &typed.category),
            sub_boxes: boxes(category::SUB_BOXES, &typed.sub_box),
            policies: policies(frame, &typed.policy),
            by_tool: by_tool(frame, &typed),
            spellings: spellings(frame, &typed.spelling),
            abroad: !typed.abroad.is_empty(),
            has_signature: !typed.kept.is_empty(),
            year: chrono::Datelike::year(&rules::dates::paris_day(frame.core.clock.now())),
            may_change: true,
            tabs: tabs(frame, "/settings"),
            typed,
            errors,
            error,
        }
    }

    /// The same, to read only.
    #[must_use]
    pub fn for_reading(mut self, may_change: bool, has_signature: bool) -> Self {
        self.may_change = may_change;
        self.has_signature |= has_signature;
        self
    }
}

impl Typed {
    /// A form nobody has filled in: what most associations choose, save what must be asked.
    pub fn blank() -> Self {
        Self {
            country: "FR".into(),
            category: category::DEFAULT.into(),
            sub_box: category::DEFAULT_SUB_BOX.into(),
            prefix: "RF".into(),
            spelling: Spelling::Traditional.code().into(),
            version: "0".into(),
            ..Self::default()
        }
    }
}

impl From<association::Model> for Typed {
    fn from(row: association::Model) -> Self {
        let policies = Policies::of(&row);
        let own = |tool| policies.own(tool).map(|policy| policy.code().to_owned()).unwrap_or_default();
        Self {
            policy_helloasso: own("helloasso"),
            policy_stripe: own("stripe"),
            policy_paypal: own("paypal"),
            policy_sepa: own("sepa"),
            name: row.name,
            siren: row.siren.map(|s| rules::ids::spaced(&s)).unwrap_or_default(),
            rna: row.rna.unwrap_or_default(),
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            country: row.country,
            object: row.object,
            category: row.category,
            sub_box: row.category_sub_box.unwrap_or_default(),
            detail: row.category_detail.unwrap_or_default(),
            date: row.category_date.map(|d| d.to_string()).unwrap_or_default(),
            signer_name: row.signer_name,
            signer_quality: row.signer_quality,
            prefix: row.receipt_prefix,
            last_number: row.receipt_last_number.to_string(),
            spelling: row.words_spelling,
            policy: row.date_policy,
            abroad: if row.receipts_abroad { "true".into() } else { String::new() },
            contact: row.contact_mail,
            version: row.version.to_string(),
            ..Self::default()
        }
    }
}

fn countries(lang: Lang, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<Choice> = Country::all()
        .map(|c| Choice {
            value: c.alpha2.into(),
            label: c.name(lang).into(),
            selected: c.alpha2 == chosen,
            hint: None,
        })
        .collect();
    all.sort_by_cached_key(|c| rules::fold::search_key(&c.label));
    all
}

/// The form's own words, which exist in French only.
fn boxes(all: &[Category], chosen: &str) -> Vec<Choice> {
    let shortened = |text: &str| match text.char_indices().nth(110) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    };
    all.iter()
        .map(|c| Choice {
            value: c.code.into(),
            label: shortened(c.label_fr),
            selected: c.code == chosen,
            hint: None,
        })
        .collect()
}

fn policies(frame: &Frame, chosen: &str) -> Vec<Choice> {
    [
        (DatePolicy::CreditedDay, "settings-policy-credited", "settings-policy-credited-hint"),
        (DatePolicy::PaymentDay, "settings-policy-payment", "settings-policy-payment-hint"),
    ]
    .into_iter()
    .map(|(policy, label, hint)| Choice {
        value: policy.code().into(),
        label: frame.word(label),
        selected: policy.code() == chosen,
        hint: Some(frame.word(hint)),
    })
    .collect()
}

/// One choice for each payment tool: the general day, or one of its own.
fn by_tool(frame: &Frame, typed: &Typed) -> Vec<Value> {
    let tools = [
        ("policy_helloasso", "HelloAsso".to_owned(), &typed.policy_helloasso),
        ("policy_stripe", "Stripe".to_owned(), &typed.policy_stripe),
        ("policy_paypal", "PayPal".to_owned(), &typed.policy_paypal),
        ("policy_sepa", frame.word("settings-policy-sepa"), &typed.policy_sepa),
    ];
    let tool = |(name, label, chosen): (&str, String, &String)| {
        let options = [
            ("", "settings-policy-same"),
            (DatePolicy::CreditedDay.code(), "settings-policy-credited-short"),
            (DatePolicy::PaymentDay.code(), "settings-policy-payment-short"),
        ];
        let options = options.map(
            |(value, key)| json!({ "value": value, "label": frame.word(key), "selected": value == chosen }),
        );
        json!({ "name": name, "label": label, "options": options })
    };
    tools.into_iter().map(tool).collect()
}

fn spellings(frame: &Frame, chosen: &str) -> Vec<Choice> {
    [
        (Spelling::Traditional, "settings-spelling-traditional"),
        (Spelling::Rectified1990, "settings-spelling-1990"),
    ]
    .into_iter()
    .map(|(spelling, label)| Choice {
        value: spelling.code().into(),
        label: frame.word(label),
        selected: spelling.code() == chosen || (chosen.is_empty() && spelling == Spelling::default()),
        hint: None,
    })
    .collect()
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
