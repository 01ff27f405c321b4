//! Pictures in sanitised HTML: kept if they came with the mail, named but not loaded otherwise.

use base64::Engine;

use super::tokens::{Token, attributes, tokens};
use super::{Embedded, Safe};

/// Reads the sanitiser's own output and settles every picture in it.
pub fn settle(html: &str) -> Safe {
    let mut safe = Safe::default();
    for token in tokens(html) {
        match token {
            Token::Text(text) => safe.html.push_str(text),
            Token::Tag(tag) if is_picture(tag) => {
                let picture = picture(&attributes(tag), &mut safe);
                safe.html.push_str(&picture);
            }
            Token::Tag(tag) => push_tag(&mut safe.html, tag),
        }
    }
    safe
}

fn is_picture(tag: &str) -> bool {
    tag == "img" || tag.starts_with("img ")
}

fn push_tag(out: &mut String, tag: &str) {
    out.push('<');
    out.push_str(tag);
    out.push('>');
}

/// Gives the pictures of the mail a source: `address` answers a Content-ID with a URL of ours, or
/// `None` when no such file came (the alternative text is shown).
#[must_use]
pub fn place_images(html: &str, address: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len());
    for token in tokens(html) {
        let tag = match token {
            Token::Text(text) => {
                out.push_str(text);
                continue;
            }
            Token::Tag(tag) => tag,
        };
        let given = attributes(tag);
        let cid = given.iter().find(|(n, _)| *n == "data-cid" && is_picture(tag)).map(|(_, v)| unescape(v));
        match cid.and_then(|cid| address(&cid)) {
            Some(url) => {
                out.push_str(&format!("<img src=\"{}\"", escape(&url)));
                for (name, value) in given.iter().filter(|(n, _)| *n != "data-cid" && *n != "src") {
                    out.push_str(&format!(" {name}=\"{value}\""));
                }
                out.push('>');
            }
            None => push_tag(&mut out, tag),
        }
    }
    out
}

/// Addresses of the pictures on other servers that [`super::sanitise`] left out, in their order.
#[must_use]
pub fn remote_images(html: &str) -> Vec<String> {
    let tags = tokens(html).filter_map(|token| match token {
        Token::Tag(tag) => remote(tag),
        Token::Text(_) => None,
    });
    tags.collect()
}

/// Shows the pictures of other servers: `address` gives the n-th (from 0) an address of ours, through which the
/// reader's browser gets it.
#[must_use]
pub fn place_remote(html: &str, address: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(html.len());
    let mut seen = 0;
    let mut inside = false;
    for token in tokens(html) {
        match token {
            Token::Tag(tag) if remote(tag).is_some() => {
                out.push_str(&format!("<img src=\"{}\" alt=\"", escape(&address(seen))));
                seen += 1;
                inside = true;
            }
            Token::Tag("/span") if inside => {
                out.push_str("\">");
                inside = false;
            }
            // The words that stood for it are its text now; they are escaped for text, not for an attribute.
            Token::Text(text) if inside => out.push_str(&text.replace('"', "&quot;")),
            Token::Tag(tag) => push_tag(&mut out, tag),
            Token::Text(text) => out.push_str(text),
        }
    }
    out
}

fn remote(tag: &str) -> Option<String> {
    let given = tag.starts_with("span ").then(|| attributes(tag))?;
    given.iter().find(|(name, _)| *name == "data-remote").map(|(_, value)| unescape(value))
}

fn picture(attributes: &[(&str, &str)], safe: &mut Safe) -> String {
    let get = |name: &str| attributes.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
    let alt = get("alt").unwrap_or_default();
    let src = get("src").unwrap_or_default().trim();
    let size = ["width", "height"]
        .iter()
        .filter_map(|n| get(n).map(|v| format!(" {n}=\"{}\"", v.trim_end_matches("px"))))
        .collect::<String>();
    let scheme = src.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let pixel = |name: &str| get(name).is_some_and(|v| ["0", "1"].contains(&v.trim_end_matches("px")));
    match scheme.as_str() {
        "cid" => {
            let cid = percent_decoded(&unescape(src.get(4..).unwrap_or_default()));
            format!("<img data-cid=\"{}\" alt=\"{alt}\"{size}>", escape(&cid))
        }
        "data" => match embedded(src, safe.embedded.len() + 1) {
            Some(found) => {
                let tag = format!("<img data-cid=\"{}\" alt=\"{alt}\"{size}>", escape(&found.content_id));
                safe.embedded.push(found);
                tag
            }
            None => as_text(alt),
        },
        "http" | "https" => {
            safe.remote_images += 1;
            if pixel("width") || pixel("height") {
                return String::new();
            }
            let named =
                if alt.trim().is_empty() { String::new() } else { format!("\u{202f}: {}", as_text(alt)) };
            format!("<span data-remote=\"{src}\">[image distante non chargée{named}]</span>")
        }
        _ => as_text(alt),
    }
}

/// A value escaped for an attribute, escaped for text.
fn as_text(attribute: &str) -> String {
    attribute.replace('<', "&lt;").replace('>', "&gt;")
}

fn embedded(src: &str, number: usize) -> Option<Embedded> {
    let (kind, data) = src.get(5..)?.split_once(',')?;
    let mut words = kind.split(';');
    let mime = words.next()?.trim().to_ascii_lowercase();
    let raster = ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"].contains(&mime.as_str());
    if !raster || !words.any(|w| w.trim().eq_ignore_ascii_case("base64")) {
        return None;
    }
    let compact: String = percent_decoded(data).chars().filter(|c| !c.is_whitespace() && *c != '=').collect();
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD.decode(compact).ok()?;
    Some(Embedded { content_id: format!("image-{number}@dans-le-texte"), mime, bytes })
}

fn unescape(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

fn escape(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn percent_decoded(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(b) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = (ahead.next().and_then(hex), ahead.next().and_then(hex));
        if let (b'%', (Some(high), Some(low))) = (b, digits) {
            out.push(high * 16 + low);
            bytes = ahead;
        } else {
            out.push(b);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}
