//! Bounds how deep elements nest: deep nesting costs memory and stack in every later step.

use std::borrow::Cow;

use super::tokens::{Token, tokens};

const DEEPEST: usize = 100;
/// Tags in the source beyond which the tree builder itself would be slow.
const MOST_TAGS: usize = 100_000;

/// Source of strangers: when it opens absurdly many elements, the tags beyond are left out.
pub fn cap_source(html: &str) -> Cow<'_, str> {
    if html.bytes().filter(|b| *b == b'<').count() <= MOST_TAGS {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut seen = 0usize;
    for (at, piece) in html.split('<').enumerate() {
        seen += 1;
        if at == 0 {
            out.push_str(piece);
        } else if seen <= MOST_TAGS {
            out.push('<');
            out.push_str(piece);
        } else {
            out.push(' ');
            out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
    }
    Cow::Owned(out)
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
