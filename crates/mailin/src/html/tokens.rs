//! Cuts the sanitiser's own output in tags and text. In it every attribute is double-quoted and every
//! `"` inside one escaped, so a quote always opens or closes a value.

/// A piece of well-formed HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    /// Escaped text.
    Text(&'a str),
    /// What stands between `<` and `>`.
    Tag(&'a str),
}

/// The pieces, in order; put together again they are the whole.
pub fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let inside = rest.strip_prefix('<');
        if let Some((inside, end)) = inside.and_then(|i| tag_end(i).map(|end| (i, end))) {
            let (tag, after) = inside.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            return Some(Token::Tag(tag));
        }
        let from = usize::from(inside.is_some());
        let end = rest.get(from..)?.find('<').map_or(rest.len(), |at| at + from);
        let (text, after) = rest.split_at(end);
        rest = after;
        (!text.is_empty()).then_some(Token::Text(text))
    })
}

fn tag_end(inside: &str) -> Option<usize> {
    let mut quoted = false;
    inside.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })
}

/// `name="value"` pairs of a tag, values still escaped.
pub fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(' ').map_or("", |(_, a)| a);
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, later)) = after.split_once('"') else { break };
        found.push((name.trim(), value));
        rest = later;
    }
    found
}
