//! What other projects expect of their own test mails, beside what we read. One [`Outcome`] for each
//! field that `expected.json` states.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mailin::{Limits, Mail, Mailbox, read};
use serde_json::{Map, Value};

use super::{bounces, texts, trees};

/// Where the corpus of other projects lies, when it does (`SOUTIEN_SHARED` or `../shared`).
pub fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[allow(clippy::disallowed_methods)] // tests have no configuration
    let base = std::env::var("SOUTIEN_SHARED").map_or_else(|_| root.join("../shared"), |v| root.join(v));
    let path = base.join("data/mail");
    if path.exists() {
        return Some(path);
    }
    eprintln!("{} is not there: not compared", path.display());
    None
}

/// A file of the corpus, read.
pub struct Case {
    pub file: String,
    pub kind: String,
    pub raw: Vec<u8>,
    /// The raw bytes as a mail: a body or page alone gets the headers it lacks.
    pub as_mail: Vec<u8>,
    pub mail: Mail,
}

/// One field of one file.
pub struct Outcome {
    pub field: String,
    pub same: bool,
    pub want: String,
    pub got: String,
}

impl Outcome {
    pub fn new(field: &str, want: impl Into<String>, got: impl Into<String>) -> Self {
        let (want, got) = (want.into(), got.into());
        Self { field: field.into(), same: want == got, want, got }
    }
}

pub fn objects(path: &Path) -> Map<String, Value> {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Reads one file of the corpus; `want` may name the subject its source gives with it.
pub fn case(dir: &Path, file: &str, about: &Value, want: Option<&Value>) -> Case {
    let raw = std::fs::read(dir.join(file)).unwrap();
    let kind = about["kind"].as_str().unwrap_or_default().to_owned();
    let subject = want.and_then(|w| w["mail_subject"].as_str()).unwrap_or_default();
    let head =
        |mime: &str| format!("Subject: {subject}\nContent-Type: {mime}; charset=utf-8\n\n").into_bytes();
    let as_mail = match kind.as_str() {
        "body" => [head("text/plain"), raw.clone()].concat(),
        "html" => [head("text/html"), raw.clone()].concat(),
        _ => raw.clone(),
    };
    let mail = read(&as_mail, &Limits::default());
    Case { file: file.into(), kind, raw, as_mail, mail }
}

/// Says of a mail rather than in it.
const NOT_FIELDS: [&str; 9] = [
    "bounce_note",
    "source",
    "also",
    "compare",
    "note",
    "body_note",
    "sources_disagree_on",
    "mail_subject",
    "forward_chain",
];

/// Every field stated of this file, compared; a field on which the sources disagree is as expected when
/// it is as one of them says.
pub fn outcomes(case: &Case, want: &Value) -> Vec<Outcome> {
    let mut found = of_source(case, want);
    for other in want["also"].as_array().into_iter().flatten() {
        for outcome in of_source(case, other) {
            match found.iter_mut().find(|o| o.field == outcome.field) {
                Some(first) if !first.same && outcome.same => *first = outcome,
                Some(_) => {}
                None => found.push(outcome),
            }
        }
    }
    found
}

fn of_source(case: &Case, want: &Value) -> Vec<Outcome> {
    let mut found = Vec::new();
    for (field, value) in want.as_object().into_iter().flatten() {
        if NOT_FIELDS.contains(&field.as_str()) {
            continue;
        }
        let compared = headers(case, field, value)
            .or_else(|| texts::compare(case, field, value))
            .or_else(|| bounces::compare(case, field, value))
            .or_else(|| trees::compare(case, field, value));
        found
            .extend(compared.unwrap_or_else(|| vec![Outcome::new(field, value.to_string(), "not compared")]));
    }
    found
}

/// White space made single.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn headers(case: &Case, field: &str, want: &Value) -> Option<Vec<Outcome>> {
    let mail = &case.mail;
    let one = |want: &str, got: String| Some(vec![Outcome::new(field, flat(want), flat(&got))]);
    let text = want.as_str().unwrap_or_default();
    match field {
        "subject" => one(text, mail.subject.clone()),
        "message_id" => one(text.trim_matches(['<', '>']), mail.message_id.clone().unwrap_or_default()),
        "in_reply_to" => one(text, mail.in_reply_to.first().cloned().unwrap_or_default()),
        "references" => one(&list(want).join(" "), mail.references.join(" ")),
        "from" => Some(vec![people(field, want, mail.from.as_slice())]),
        "to" => Some(vec![people(field, want, &mail.to)]),
        "cc" => Some(vec![people(field, want, &mail.cc)]),
        "reply_to" => Some(vec![people(field, want, &mail.reply_to)]),
        "from_email" => {
            // That product answers for a sender without address by the address wanted for replies.
            let from = mail.from.iter().find(|m| m.address.contains('@')).or_else(|| mail.reply_to.first());
            let from = from.or(mail.from.as_ref());
            one(text, from.map(|m| m.address.clone()).unwrap_or_default())
        }
        "from_name" => {
            let from = mail.from.iter().find(|m| m.address.contains('@')).or_else(|| mail.reply_to.first());
            let from = from.or(mail.from.as_ref());
            one(text, from.and_then(|m| m.name.clone()).unwrap_or_default())
        }
        "sender_missing" => one("true", mail.from.is_none().to_string()),
        _ => None,
    }
}

pub fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `Name <address>` of each, sorted out of the two ways the sources write people.
pub fn people(field: &str, want: &Value, got: &[Mailbox]) -> Outcome {
    let wanted: Vec<(Option<String>, Option<String>)> = match want {
        Value::Array(all) => all.iter().map(named).collect(),
        Value::Object(_) => vec![named(want)],
        _ => split(want.as_str().unwrap_or_default()).iter().map(|one| spelt(one)).collect(),
    };
    let shown = |name: Option<&str>, address: Option<&str>| {
        format!("{} <{}>", flat(name.unwrap_or("?")), address.unwrap_or("?"))
    };
    let want: Vec<String> =
        wanted.iter().map(|(name, address)| shown(name.as_deref(), address.as_deref())).collect();
    // What the source does not say is not compared.
    let got: Vec<String> = got
        .iter()
        .enumerate()
        .map(|(at, m)| {
            let (name, address) = wanted.get(at).cloned().unwrap_or_default();
            let name = name.is_some().then(|| m.name.clone().unwrap_or_default());
            shown(name.as_deref(), address.is_some().then_some(m.address.as_str()))
        })
        .collect();
    Outcome::new(field, want.join(", "), got.join(", "))
}

fn named(one: &Value) -> (Option<String>, Option<String>) {
    let get = |key: &str| one.get(key).map(|v| v.as_str().unwrap_or_default().to_owned());
    (get("name"), get("address"))
}

fn split(text: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match c {
            ',' if !quoted => parts.push(String::new()),
            c => parts.last_mut().unwrap().push(c),
        }
    }
    parts.iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

/// `"Name" <address>`, `address (Name)` or `address`.
fn spelt(one: &str) -> (Option<String>, Option<String>) {
    let clean = |name: &str| Some(name.trim().trim_matches('"').to_owned());
    let angle = one.rsplit_once('<').map(|(name, rest)| (clean(name), clean(rest.trim_end_matches('>'))));
    let round =
        || one.split_once('(').map(|(address, name)| (clean(name.trim_end_matches(')')), clean(address)));
    angle.or_else(round).unwrap_or_else(|| (Some(String::new()), clean(one)))
}

/// The whole corpus: every file read, those with expectations compared.
pub fn all(dir: &Path) -> BTreeMap<String, (Case, Vec<Outcome>)> {
    let index = objects(&dir.join("index.json"));
    let mut done = BTreeMap::new();
    for (file, want) in objects(&dir.join("expected.json")) {
        let case = case(dir, &file, &index[&file], Some(&want));
        let outcomes = outcomes(&case, &want);
        done.insert(file, (case, outcomes));
    }
    done
}
