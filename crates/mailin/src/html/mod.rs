//! HTML of strangers: nothing active, nothing remote, and readable as text.
//!
//! What [`sanitise`] returns holds only formatting tags without `style`, `class`, `id` or event
//! attributes; links to http, https and mailto that open apart; and three shapes for pictures:
//! `<img data-cid="…" alt="…">` for one that came in the mail (give it a source with
//! [`place_images`]), `<span data-remote="…">[image distante non chargée]</span>` for one on another
//! server, and nothing for a picture of one pixel.

mod depth;
mod pictures;
mod text;
mod tokens;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

pub use pictures::{place_images, place_remote, remote_images};
pub use text::to_text;

/// A picture that stood inside the HTML as a `data:` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    /// The Content-ID that the sanitised HTML now names.
    pub content_id: String,
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    pub mime: String,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Sanitised HTML and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Safe {
    /// Safe to place in a page.
    pub html: String,
    /// Pictures on other servers, replaced by words.
    pub remote_images: usize,
    /// Pictures lifted out of `data:` addresses.
    pub embedded: Vec<Embedded>,
}

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(sanitiser);

/// Makes the HTML of a mail harmless. Never fails.
#[must_use]
pub fn sanitise(html: &str) -> Safe {
    let capped = depth::cap_source(html);
    let clean = SANITISER.clean(&capped).to_string();
    pictures::settle(&depth::cap(&clean))
}

fn sanitiser() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .rm_tags([
            "map",
            "area",
            "article",
            "aside",
            "details",
            "figure",
            "figcaption",
            "rp",
            "rt",
            "ruby",
            "wbr",
        ])
        .add_tags(["font", "tt", "u", "big", "address"])
        .add_clean_content_tags([
            "title", "noscript", "iframe", "object", "svg", "math", "template", "textarea", "select", "xmp",
            "noembed", "noframes",
        ])
        .url_schemes(HashSet::from(["http", "https", "mailto", "cid", "data"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_values(HashMap::from([("a", HashMap::from([("target", "_blank")]))]))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("td", HashSet::from(["colspan", "rowspan", "align", "valign"])),
            ("th", HashSet::from(["colspan", "rowspan", "align", "valign"])),
            ("tr", HashSet::from(["align", "valign"])),
            ("p", HashSet::from(["align"])),
            ("div", HashSet::from(["align"])),
            ("ol", HashSet::from(["start", "type"])),
            ("li", HashSet::from(["value"])),
            ("font", HashSet::from(["color"])),
        ]))
        .attribute_filter(keep);
    builder
}

/// `cid:` and `data:` are for pictures only, mailto for links only.
fn keep<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let scheme = value.trim_start().split(':').next().unwrap_or_default().to_ascii_lowercase();
    let fits = match (element, attribute) {
        (_, "href") => ["http", "https", "mailto"].contains(&scheme.as_str()),
        ("img", "src") => ["http", "https", "cid", "data"].contains(&scheme.as_str()),
        (_, "colspan" | "rowspan") => value.parse::<u16>().is_ok_and(|n| n <= 100),
        (_, "width" | "height") => value.trim_end_matches("px").parse::<u16>().is_ok(),
        _ => true,
    };
    fits.then_some(Cow::Borrowed(value))
}
