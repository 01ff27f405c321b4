//! Structure: parts, their bytes, files.

use mailin::{Attachment, Limits, Node, outline, safe_name, tnef};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::compare::{Case, Outcome, flat, list};

pub fn compare(case: &Case, field: &str, want: &Value) -> Option<Vec<Outcome>> {
    let one = |want: String, got: String| Some(vec![Outcome::new(field, want, got)]);
    match field {
        "attachment_count" => one(want.to_string(), files(case).len().to_string()),
        "attachments" => Some(vec![attachments(case, want)]),
        "attachments_include" => {
            let names: Vec<String> = files(case).iter().map(|a| a.name.clone()).collect();
            let missing: Vec<String> = list(want).into_iter().filter(|n| !names.contains(n)).collect();
            one(String::new(), missing.join(" "))
        }
        "part_count" => {
            one(want.to_string(), nodes(case).iter().filter(|n| n.within == 0).count().to_string())
        }
        "part_types" => {
            let leaves = nodes(case).into_iter().filter(|n| n.within == 0 && n.is_leaf());
            let got: Vec<String> = leaves.map(|n| n.mime).collect();
            let want = want.as_object().and_then(|o| o.values().next()).unwrap_or(want);
            one(list(want).join(" "), got.join(" "))
        }
        "leaf_bodies" => Some(vec![leaves(field, case, want)]),
        "body_text_parts" => {
            let texts: Vec<String> = mailin::body_texts(&case.as_mail, &Limits::default());
            let joined = |all: &[String]| all.iter().map(|t| flat(t)).collect::<Vec<_>>().join(" | ");
            one(joined(&list(want)), joined(&texts))
        }
        _ => None,
    }
}

fn nodes(case: &Case) -> Vec<Node> {
    outline(&case.as_mail, &Limits::default())
}

/// Of a mail its files; of a bare winmail.dat those within.
fn files(case: &Case) -> Vec<Attachment> {
    match case.kind.as_str() {
        "tnef" => tnef::unpack(&case.raw, &Limits::default()).map(|u| u.files).unwrap_or_default(),
        _ => case.mail.attachments.clone(),
    }
}

fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The same text with both line ends: the sources differ on which they keep.
fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text: Vec<u8> = String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes();
    let mut all = vec![bytes.to_vec()];
    if std::str::from_utf8(bytes).is_ok() {
        all.push(String::from_utf8_lossy(&text).replace('\n', "\r\n").into_bytes());
        all.push(text);
    }
    all
}

/// Files are compared by name, type and content, as far as the source states them.
fn attachments(case: &Case, want: &Value) -> Outcome {
    let want: Vec<&Value> =
        want.as_array().into_iter().flatten().filter(|w| w.get("zammad_adds_this").is_none()).collect();
    let got = files(case);
    let mut left: Vec<&Attachment> = got.iter().collect();
    let mut missing = Vec::new();
    for (at, wanted) in want.iter().enumerate() {
        match left.iter().position(|file| fits(wanted, file, at + 1)) {
            Some(found) => drop(left.remove(found)),
            None => missing.push(wanted.to_string()),
        }
    }
    let shown = |file: &&Attachment| format!("{} {} {}", file.name, file.mime, file.bytes.len());
    Outcome::new("attachments", missing.join(" "), left.iter().map(shown).collect::<Vec<_>>().join("; "))
}

fn fits(want: &Value, file: &Attachment, number: usize) -> bool {
    let text = |key: &str| want[key].as_str();
    let named = text("name").is_none_or(|n| safe_name(n, number, &file.mime) == file.name);
    let id = text("content_id").is_none_or(|id| file.content_id.as_deref() == Some(id));
    let typed = text("mime_type").is_none_or(|t| t == file.mime);
    let hashed = text("sha256").is_none_or(|s| spellings(&file.bytes).iter().any(|b| sha(b) == s));
    let decoded = mailin::decode_text(&file.bytes, None);
    let read = text("sha256_as_utf8")
        .is_none_or(|s| spellings(decoded.as_bytes()).iter().any(|b| sha(b) == s) || sha(&file.bytes) == s);
    named && id && typed && hashed && read
}

fn leaves(field: &str, case: &Case, want: &Value) -> Outcome {
    let nodes: Vec<Node> = nodes(case).into_iter().filter(Node::is_leaf).collect();
    let want: Vec<String> = want
        .as_array()
        .into_iter()
        .flatten()
        .map(|w| format!("{} {}", w["size"], w["sha256"].as_str().unwrap_or_default()))
        .collect();
    let got: Vec<String> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let all: Vec<String> =
                spellings(&node.bytes).iter().map(|b| format!("{} {}", b.len(), sha(b))).collect();
            all.iter().find(|one| want.get(at) == Some(one)).unwrap_or(&all[0]).clone()
        })
        .collect();
    Outcome::new(field, want.join("\n"), got.join("\n"))
}
