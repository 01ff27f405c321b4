//! The MIME structure: where parts begin and end ([`tree`]), which of them are the text ([`bodies`]),
//! and what each holds ([`part`]).

mod bodies;
mod outline;
mod part;
mod tree;

use crate::Note;
use crate::raw::Sound;

pub use outline::{Node, body_texts, outline};
pub use part::{Part, bounded};

/// Every leaf, in the order of the mail.
pub fn leaves(sound: &Sound<'_>, notes: &mut Vec<Note>) -> Vec<Part> {
    if sound.body_at == 0 {
        return vec![Part::text_body(sound.bytes.to_vec())];
    }
    let entities = tree::entities(&sound.bytes, sound.body_at);
    let roles = bodies::roles(&entities);
    let mut leaves = Vec::new();
    for (entity, role) in entities.iter().zip(roles) {
        if !entity.has_parts {
            leaves.push(Part::read(entity, role, &sound.bytes, entity.mime(&entities), notes));
        }
    }
    if leaves.iter().all(|part| part.bytes.trim_ascii().is_empty())
        && let Some(outside) = outside(&entities, &sound.bytes)
    {
        notes.push(Note::StructureUnreadable);
        leaves.push(outside);
    }
    leaves
}

/// Text before the first and after the last part, where no reader looks (RFC 2046 5.1.1): a mail that
/// has none elsewhere may have put its own there.
fn outside(entities: &[tree::Entity], bytes: &[u8]) -> Option<Part> {
    let mut text = Vec::new();
    for (at, multipart) in entities.iter().enumerate().filter(|(_, e)| e.has_parts) {
        let inside = || entities.iter().filter(|e| e.parent == Some(at));
        let first = inside().next().map_or(multipart.body.end, |e| e.header.start);
        let last = inside().next_back().map_or(multipart.body.end, |e| e.body.end);
        let end = multipart.body.end.max(last);
        let after = if multipart.parent.is_none() { bytes.len() } else { end };
        for range in [multipart.body.start..first, last..after] {
            let piece = bytes.get(range).unwrap_or_default();
            for line in piece.split_inclusive(|b| *b == b'\n').filter(|l| !l.starts_with(b"--")) {
                text.extend_from_slice(line);
            }
        }
    }
    let said = String::from_utf8_lossy(&text).to_lowercase();
    let boilerplate = said.trim().is_empty()
        || (said.contains("mime") && said.len() < 300)
        || said.trim().chars().count() < 3;
    (!boilerplate).then(|| Part::text_body(text))
}
