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
        "body_text" if text == "no visible content" => one(String::new(), flat(&mail.text)),
        "body_text" => one(flat(text), flat(&mail.text)),
        "body_bytes_latin1" => one(flat(text), flat(&mail.text)),
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

fn contains(field: &str, want: &Value, mail: &Mail) -> Outcome {
    let (shown, mut rest) = (flat(&mail.text), flat(&mail.text));
    for piece in list(want) {
        let piece = flat(&piece);
        match rest.split_once(piece.as_str()) {
            Some((_, after)) => rest = after.to_owned(),
            None => return Outcome::new(field, piece, shown),
        }
    }
    Outcome::new(field, "", "")
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
