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
            let mut got: Vec<String> = leaves.map(|n| n.mime).collect();
            let mut want = types(want);
            // A tree keeps no order between its branches.
            want.sort();
            got.sort();
            one(want.join(" "), got.join(" "))
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

/// The leaves of a tree of types.
fn types(want: &Value) -> Vec<String> {
    match want {
        Value::Object(all) => all.values().flat_map(types).collect(),
        Value::Array(all) => all.iter().flat_map(types).collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn nodes(case: &Case) -> Vec<Node> {
    outline(&case.as_mail, &Limits::default())
}

/// Names that the source makes up for files without one.
const MADE_UP: [&str; 8] = [
    "file",
    "image.gif",
    "image.jpg",
    "document.html",
    "attachment.png",
    "noname1",
    "delivery-status.txt",
    "message.html",
];

/// Of a mail its files; of a bare winmail.dat those within, its formatted body as one of them.
fn files(case: &Case) -> Vec<Attachment> {
    match case.kind.as_str() {
        "tnef" => {
            let unpacked = tnef::unpack(&case.raw, &Limits::default()).unwrap_or_default();
            let mut files = unpacked.files;
            let stem = case.file.rsplit('/').next().unwrap().trim_end_matches(".tnef");
            if let Some(bytes) = unpacked.rtf {
                files.push(Attachment { name: format!("{stem}-body.rtf"), bytes, ..Attachment::default() });
            } else if let Some(html) = unpacked.html {
                let bytes = html.into_bytes();
                files.push(Attachment { name: format!("{stem}-body.html"), bytes, ..Attachment::default() });
            }
            files
        }
        _ => case.mail.attachments.clone(),
    }
}

fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The same content with both line ends: the sources differ on which they keep.
fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lf = Vec::with_capacity(bytes.len());
    for (at, b) in bytes.iter().enumerate() {
        if *b != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            lf.push(*b);
        }
    }
    let crlf = lf.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
    vec![bytes.to_vec(), lf, crlf]
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
    let ours = file.name.starts_with("piece-jointe-") || file.name == "invitation.ics";
    let named = text("name")
        .is_none_or(|n| safe_name(n, number, &file.mime) == file.name || (ours && MADE_UP.contains(&n)));
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
