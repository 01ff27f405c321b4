//! People as mail programs write them in copied headers: `Name <a@b>`, `Name [mailto:a@b]`,
//! `a@b<mailto:a@b>`, separated by commas or semicolons.

use crate::{Mailbox, clean};

/// The first of them.
pub fn one(value: &str) -> Option<Mailbox> {
    listed(value).into_iter().next()
}

/// Everyone in a list.
pub fn listed(value: &str) -> Vec<Mailbox> {
    let mut found = Vec::new();
    for piece in pieces(value) {
        found.extend(mailbox(piece));
    }
    found
}

/// Cut at commas and semicolons outside quotes and brackets; a comma also stands inside "Doe, Jane
/// <a@b>": only one after an address, or before a piece with one, separates.
fn pieces(value: &str) -> Vec<&str> {
    let (mut found, mut from, mut quoted, mut deep) = (Vec::new(), 0, false, 0i32);
    for (at, c) in value.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '<' | '[' if !quoted => deep += 1,
            '>' | ']' if !quoted => deep -= 1,
            ';' | '；' if !quoted && deep <= 0 => {
                found.push(value.get(from..at).unwrap_or_default());
                from = at + c.len_utf8();
            }
            ',' | '，' if !quoted && deep <= 0 && separates(value.get(from..at).unwrap_or_default()) => {
                found.push(value.get(from..at).unwrap_or_default());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(value.get(from..).unwrap_or_default());
    found
}

fn separates(before: &str) -> bool {
    before.contains('@') || before.trim().split(' ').count() > 1
}

fn mailbox(piece: &str) -> Option<Mailbox> {
    let piece = piece.trim();
    let behalf =
        [" on behalf of ", " au nom de ", " im auftrag von ", " en nombre de ", " pour le compte de "];
    let lower = piece.to_lowercase();
    let cut = behalf.iter().filter_map(|b| lower.find(b)).min();
    let piece = cut.and_then(|at| piece.get(..at)).unwrap_or(piece);
    let address = addresses(piece).next()?;
    let name = piece.split(['<', '[', '(']).next().unwrap_or_default();
    let name = name.trim().trim_matches(['"', '\'', '«', '»', '“', '”', '‘', '’', '\u{a0}', ' ', '*']);
    let name = clean::line(name);
    match address {
        Some(address) => {
            let spelt = name.eq_ignore_ascii_case(address) || name.is_empty();
            Some(Mailbox { name: (!spelt).then_some(name), address: address.to_owned() })
        }
        None if name.is_empty() || name.len() > 200 => None,
        None => Some(Mailbox { name: Some(name), address: String::new() }),
    }
}

/// The address of a piece, once: `Some(None)` when it bears a name alone.
fn addresses(piece: &str) -> impl Iterator<Item = Option<&str>> {
    let odd = |c: char| c.is_whitespace() || "<>[]();,\"'«»".contains(c);
    let words = piece.split(odd).map(|w| w.strip_prefix("mailto:").unwrap_or(w));
    let found = words.filter(|w| w.contains('@')).find(|w| !w.starts_with('@') && !w.ends_with('@'));
    std::iter::once(found.map(|w| w.trim_end_matches('.')))
}
