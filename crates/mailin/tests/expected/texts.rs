//! Text: what the person wrote, what is quoted, what is forwarded.

use mailin::{MachineKind, Mail};
use serde_json::Value;

use super::compare::{Case, Outcome, flat, list, people};

pub fn compare(case: &Case, field: &str, want: &Value) -> Option<Vec<Outcome>> {
    let mail = &case.mail;
    let text = want.as_str().unwrap_or_default();
    let one = |want: String, got: String| Some(vec![Outcome::new(field, want, got)]);
    match field {
        // That product puts these words where a mail has no text.
        "body_text" if text == "no visible content" => {
            one(String::new(), flat(&mail.text.replace("[image distante non chargée]", "")))
        }
        "body_text" => one(flat(text), flat(&mail.text)),
        "body_bytes_latin1" => {
            let leaf =
                mailin::outline(&case.as_mail, &mailin::Limits::default()).into_iter().find(|n| n.is_leaf());
            let bytes = leaf.unwrap_or_default().bytes;
            one(flat(text), flat(&bytes.iter().map(|b| char::from(*b)).collect::<String>()))
        }
        "body_contains" => Some(vec![contains(field, want, mail)]),
        "zammad_body_html" => one(letters(&without_tags(text)), letters(&without_pictures(mail))),
        "body_is_empty" => one("true".into(), mail.text.trim().is_empty().to_string()),
        "content_type" => {
            one(text.into(), if mail.html.is_some() { "text/html" } else { "text/plain" }.to_owned())
        }
        "is_auto_reply" => {
            let kind = mail.machine.as_ref().map(|m| m.kind);
            // A bounce is an automatic answer too, and gets none back.
            let automatic = matches!(kind, Some(MachineKind::AutoReply | MachineKind::Bounce));
            one(want.to_string(), automatic.to_string())
        }
        "is_auto_generated" => one(want.to_string(), mail.machine.is_some().to_string()),
        "reply_text" => one(flat(text), flat(&mail.parts.new_text)),
        "signature_text" => one(flat(&text.replace("#sig#", "")), flat(&mail.parts.signature)),
        "elided_text" => {
            one(sorted(text), sorted(&format!("{}\n{}", mail.parts.quoted, mail.parts.signature)))
        }
        "embedded_text" | "before_embedded_text" => Some(vec![embedded(field, text, mail)]),
        "forwarded" => one(want.to_string(), mail.forward.is_some().to_string()),
        _ => forward(field, want, mail),
    }
}

/// The pieces must stand in the visible text, in order. Blanks, the addresses we write after links and
/// our rules for `<hr>` are not compared.
fn contains(field: &str, want: &Value, mail: &Mail) -> Outcome {
    let page = mail.html.as_ref().map(|html| mailin::html::to_text(html));
    let said = |text: &str| letters(&without_links(text));
    let shown = [said(&mail.text), page.map(|p| said(&p)).unwrap_or_default()];
    for text in &shown {
        let mut rest = text.as_str();
        let all = list(want).into_iter().all(|piece| match rest.split_once(said(&piece).as_str()) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        });
        if all {
            return Outcome::new(field, "", "");
        }
    }
    Outcome::new(field, list(want).join(" | "), flat(&mail.text))
}

fn without_links(text: &str) -> String {
    let mut out = String::new();
    for (at, piece) in text.split('<').enumerate() {
        let is_link = ["http", "mailto:"].iter().any(|s| piece.starts_with(s));
        match piece.split_once('>').filter(|_| at > 0 && is_link) {
            Some((_, after)) => out.push_str(after),
            None => out.push_str(piece),
        }
    }
    out.lines().filter(|l| l.trim() != "---").collect::<Vec<_>>().join(" ").replace('>', " ")
}

/// The words in alphabetical order: what is cut off, however its lines are wrapped.
fn sorted(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

fn without_tags(html: &str) -> String {
    let mut out = String::new();
    for (at, piece) in html.split('<').enumerate() {
        out.push_str(if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, t)| t) });
        out.push(' ');
    }
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Our words for pictures on other servers are ours alone.
fn without_pictures(mail: &Mail) -> String {
    let html = mail.html.clone().unwrap_or_default();
    let mut out = String::new();
    for (at, piece) in html.split("<span data-remote=").enumerate() {
        out.push_str(if at == 0 { piece } else { piece.split_once("</span>").map_or("", |(_, t)| t) });
    }
    without_tags(&out)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn embedded(field: &str, want: &str, mail: &Mail) -> Outcome {
    let got = mail.forward.as_ref().map(|f| match field {
        "embedded_text" => f.whole.clone(),
        _ => f.before.clone(),
    });
    Outcome::new(field, flat(want), flat(&got.unwrap_or_default()))
}

fn forward(field: &str, want: &Value, mail: &Mail) -> Option<Vec<Outcome>> {
    let forward = mail.forward.clone().unwrap_or_default();
    let text = flat(want.as_str().unwrap_or_default());
    let one = |got: &str| Some(vec![Outcome::new(field, text.clone(), flat(got))]);
    match field {
        "forwarded_subject" => one(&forward.subject),
        "forwarded_body" => one(&forward.body),
        "message_before_forward" => one(&forward.before),
        "forwarded_from" => Some(vec![people(field, want, forward.from.as_slice())]),
        "forwarded_to" => Some(vec![people(field, want, &forward.to)]),
        "forwarded_cc" => Some(vec![people(field, want, &forward.cc)]),
        _ => None,
    }
}
