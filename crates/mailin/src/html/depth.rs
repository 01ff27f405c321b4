//! Bounds how deep elements nest: deep nesting costs memory and stack in every later step.

use std::borrow::Cow;
use std::collections::HashMap;

use super::tokens::{Token, tokens};

const DEEPEST: usize = 100;
/// Bounds on the source, before the tree is built: its cost grows with the square of the depth, and
/// every paragraph repeats the formatting left open above it.
const MOST_TAGS: usize = 30_000;
const DEEPEST_SOURCE: usize = 500;
const MOST_FORMATTING: usize = 30;

/// Elements that later paragraphs inherit when they are not closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements that people leave open without nesting them.
const UNCOUNTED: [&str; 22] = [
    "p", "li", "td", "tr", "th", "dd", "dt", "br", "hr", "img", "col", "wbr", "input", "area", "meta",
    "link", "base", "html", "head", "body", "tbody", "!--",
];

/// Source of strangers: tags beyond what a mail can need are left out, their text is kept.
pub fn cap_source(html: &str) -> Cow<'_, str> {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut formatting, mut tags) = (0usize, 0usize, 0usize);
    let mut out = String::new();
    let mut cut = false;
    for (at, piece) in html.split('<').enumerate() {
        if at == 0 {
            out.push_str(piece);
            continue;
        }
        let name: String = piece
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let is_tag = !name.is_empty();
        let counted = is_tag && !UNCOUNTED.contains(&name.as_str());
        let formats = FORMATTING.contains(&name.as_str());
        tags += usize::from(is_tag);
        let too_many = tags > MOST_TAGS;
        let mut kept = !is_tag || !too_many;
        if counted && piece.starts_with('/') {
            if let Some(count) = open.get_mut(&name).filter(|c| **c > 0) {
                *count -= 1;
                depth = depth.saturating_sub(1);
                formatting -= usize::from(formats);
            }
        } else if counted {
            kept = kept && depth < DEEPEST_SOURCE && !(formats && formatting >= MOST_FORMATTING);
            if kept {
                *open.entry(name).or_default() += 1;
                depth += 1;
                formatting += usize::from(formats);
            }
        }
        if kept {
            out.push('<');
            out.push_str(piece);
        } else {
            cut = true;
            out.push(' ');
            out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
    }
    if cut { Cow::Owned(out) } else { Cow::Borrowed(html) }
}

/// Well-formed HTML (as the sanitiser writes it): elements deeper than the bound lose their tags and
/// keep their text.
pub fn cap(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut depth = 0usize;
    for token in tokens(html) {
        let tag = match token {
            Token::Tag(tag) => tag,
            Token::Text(text) => {
                out.push_str(&text.replace('<', "&lt;"));
                continue;
            }
        };
        let closing = tag.starts_with('/');
        if closing {
            depth = depth.saturating_sub(1);
        }
        if depth < DEEPEST {
            out.push('<');
            out.push_str(tag);
            out.push('>');
        } else {
            out.push(' ');
        }
        if !closing && !is_void(tag) {
            depth += 1;
        }
    }
    out
}

fn is_void(tag: &str) -> bool {
    let name = tag.split([' ', '/']).next().unwrap_or_default();
    ["br", "hr", "img", "col", "wbr", "input", "area"].contains(&name)
}
