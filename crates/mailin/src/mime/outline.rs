//! The parts of a mail as a list, for whoever looks at the raw mail.

use super::{Part, tree};
use crate::{Limits, Note, raw};

/// Mails inside mails that are opened.
const DEEPEST: usize = 8;
/// Lines of the list.
const MOST: usize = 2_000;

/// A part of the structure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Multiparts and mails around it.
    pub depth: usize,
    /// Mails around it: 0 in the mail itself.
    pub within: usize,
    /// `type/subtype`, lower case.
    pub mime: String,
    /// The name its sender gave, as given.
    pub name: Option<String>,
    /// Decoded content; empty for what has parts.
    pub bytes: Vec<u8>,
    /// Whether parts or a mail follow inside it.
    pub has_parts: bool,
}

impl Node {
    /// Whether it holds content rather than parts.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        !self.has_parts
    }
}

/// Every part of a mail, those of the mails inside it too, in order. Never fails.
#[must_use]
pub fn outline(raw: &[u8], limits: &Limits) -> Vec<Node> {
    let mut nodes = Vec::new();
    add(raw, limits, 0, 0, &mut nodes);
    nodes
}

fn add(mail: &[u8], limits: &Limits, depth: usize, within: usize, nodes: &mut Vec<Node>) {
    let mut notes = Vec::new();
    let sound = raw::repair(mail, limits, &mut notes);
    if sound.body_at == 0 {
        let bytes = sound.bytes.to_vec();
        nodes.push(Node { depth, within, mime: "text/plain".into(), bytes, ..Node::default() });
        return;
    }
    let entities = tree::entities(&sound.bytes, sound.body_at);
    let mut depths: Vec<usize> = Vec::with_capacity(entities.len());
    for entity in &entities {
        let own = entity.parent.and_then(|p| depths.get(p)).map_or(depth, |d| d + 1);
        depths.push(own);
        if nodes.len() >= MOST {
            return;
        }
        let mime = entity.mime(&entities);
        let name = entity.head.file_name();
        let mut node =
            Node { depth: own, within, mime, name, has_parts: entity.has_parts, ..Node::default() };
        if entity.has_parts {
            nodes.push(node);
            continue;
        }
        let part =
            Part::read(entity, super::bodies::Role::default(), &sound.bytes, node.mime.clone(), &mut notes);
        let is_mail = ["message/rfc822", "message/global"].contains(&node.mime.as_str());
        if is_mail && within < DEEPEST {
            node.has_parts = true;
            nodes.push(node);
            add(&part.bytes, limits, own + 1, within + 1, nodes);
        } else {
            node.bytes = part.bytes;
            nodes.push(node);
        }
    }
}

/// The texts that add up to [`crate::Mail::text`], part by part, HTML as it stands. For tests that look
/// at how a mail was taken apart.
#[must_use]
pub fn body_texts(raw: &[u8], limits: &Limits) -> Vec<String> {
    let mut notes: Vec<Note> = Vec::new();
    let sound = raw::repair(raw, limits, &mut notes);
    let leaves = super::leaves(&sound, &mut notes);
    leaves.iter().filter(|p| p.is_body() && p.is_text_body).map(|p| p.text(&mut notes)).collect()
}
