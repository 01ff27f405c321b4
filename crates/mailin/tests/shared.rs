//! Mails and attacks of other projects, when they lie beside the project (`SOUTIEN_SHARED` or
//! `../shared`). Absent, these tests say so and pass.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use mailin::{Limits, html, read, safe_name};

pub fn shared(what: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[allow(clippy::disallowed_methods)] // tests have no configuration
    let base = std::env::var("SOUTIEN_SHARED").map_or_else(|_| root.join("../shared"), |v| root.join(v));
    let path = base.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("{} is not there: not tested", path.display());
    None
}

fn json(path: &Path) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn no_mail_of_the_corpus_panics_or_loses_its_text() {
    let Some(dir) = shared("data/mail") else { return };
    let mut silent = Vec::new();
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    let mut machines = std::collections::BTreeMap::<String, usize>::new();
    let (mut with_html, mut with_files, mut bounces, mut ids) = (0, 0, 0, 0);
    for (name, entry) in json(&dir.join("index.json")) {
        let kind = entry["kind"].as_str().unwrap_or_default().to_owned();
        let raw = std::fs::read(dir.join(&name)).unwrap();
        let mail = read(&raw, &Limits::default());
        *kinds.entry(kind.clone()).or_default() += 1;
        with_html += usize::from(mail.html.is_some());
        with_files += usize::from(!mail.attachments.is_empty());
        bounces += usize::from(mail.bounce.as_ref().is_some_and(|b| !b.recipients.is_empty()));
        ids += usize::from(mail.bounce.as_ref().is_some_and(|b| !b.originals.is_empty()));
        let label = mail.machine.as_ref().map_or("person", |m| m.kind.as_str());
        *machines.entry(label.to_owned()).or_default() += 1;
        assert!(!mail.text.contains('\0') && !mail.subject.contains('\0'), "{name}");
        let said = lines(&mail.text);
        let folded = format!("{}\n{}\n{}", mail.parts.new_text, mail.parts.quoted, mail.parts.signature);
        assert_eq!(said, lines(&folded), "{name}: a line was lost in folding");
        if mail.text.trim().is_empty() && mail.attachments.is_empty() && mail.html.is_none() {
            silent.push((name, kind, raw.len(), mail.notes));
        }
    }
    eprintln!("kinds {kinds:?}\nwritten by {machines:?}\nHTML {with_html}, files {with_files}");
    eprintln!("reports naming a recipient {bounces}, naming our mail {ids}");
    eprintln!("nothing to read in {}:", silent.len());
    for s in &silent {
        eprintln!("  {s:?}");
    }
}

fn lines(text: &str) -> Vec<&str> {
    let mut all: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    all.sort_unstable();
    all
}

#[test]
fn no_hostile_file_name_reaches_a_disk() {
    let Some(dir) = shared("data/bad/filenames") else { return };
    let mut count = 0;
    for file in files_under(&dir) {
        for line in String::from_utf8_lossy(&std::fs::read(file).unwrap()).lines() {
            check_name(&safe_name(line, 1, "text/plain"));
            count += 1;
        }
    }
    eprintln!("{count} hostile names");
}

fn check_name(name: &str) {
    assert!(!name.is_empty() && name.len() <= 120, "{name:?}");
    assert!(
        !name.contains(['/', '\\', ':', '\0', '<', '>', '\u{202e}']) && !name.starts_with('.'),
        "{name:?}"
    );
    assert!(name != ".." && !name.ends_with(['.', ' ']) && !name.chars().any(char::is_control), "{name:?}");
}

fn files_under(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn nothing_active_is_left_of_any_attack() {
    let Some(dir) = shared("data/bad/html") else { return };
    let mut count = 0;
    for file in files_under(&dir) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        let mut attacks = vec![text.clone()];
        if let Ok(value) = serde_json::from_str(&text) {
            strings(&value, &mut attacks);
        } else {
            attacks.extend(text.lines().map(str::to_owned));
        }
        for attack in attacks {
            let safe = html::sanitise(&attack).html;
            inert(&safe, &attack);
            let words = html::to_text(&safe);
            assert!(!words.contains("<javascript:"), "{attack:?} → {words:?}");
            count += 1;
        }
    }
    eprintln!("{count} attacks");
}

fn strings(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(s) => found.push(s.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|v| strings(v, found)),
        serde_json::Value::Object(map) => map.values().for_each(|v| strings(v, found)),
        _ => {}
    }
}

/// Every tag and attribute of the output is one we chose.
fn inert(safe: &str, attack: &str) {
    const TAGS: &str = " a abbr acronym address b bdi bdo big blockquote br caption center cite code col colgroup \
        data dd del dfn div dl dt em font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li mark nav ol p \
        pre q rtc s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var ";
    const ATTRIBUTES: &str = " href rel target lang dir alt width height data-cid data-remote colspan rowspan \
        align valign start type value color ";
    let mut rest = safe;
    while let Some((_, after)) = rest.split_once('<') {
        let name: String =
            after.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(TAGS.contains(&format!(" {name} ")), "<{name}> left of {attack:?}: {safe}");
        rest = &after.trim_start_matches('/')[name.len()..];
        while !rest.starts_with('>') {
            let (attribute, value) = rest.split_once("=\"").unwrap();
            let attribute = attribute.trim();
            assert!(ATTRIBUTES.contains(&format!(" {attribute} ")), "{attribute} left of {attack:?}: {safe}");
            let (value, later) = value.split_once('"').unwrap();
            let v = value.trim().to_lowercase();
            let good = ["http:", "https:", "mailto:"].iter().any(|s| v.starts_with(s));
            assert!(attribute != "href" || good, "{value} left of {attack:?}");
            rest = later;
        }
        rest = &rest[1..];
    }
}
