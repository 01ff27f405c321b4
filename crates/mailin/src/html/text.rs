//! Sanitised HTML → text a person reads, quotes marked with `> `, links written out.

use html2text::render::TextDecorator;

/// Wide enough that paragraphs stay on one line; lines are wrapped by whoever shows them.
const WIDTH: usize = 5_000;

/// Text of HTML that [`super::sanitise`] returned.
#[must_use]
pub fn to_text(safe_html: &str) -> String {
    let ruled = safe_html.replace("<hr>", "<p>---</p>");
    let rendered = html2text::config::with_decorator(Plain::default())
        .raw_mode(true)
        .allow_width_overflow()
        .no_link_wrapping()
        .string_from_read(ruled.as_bytes(), WIDTH);
    let text = rendered.unwrap_or_else(|_| without_tags(&ruled));
    tidy(&text)
}

/// Trailing blanks off, at most one empty line in a row, links not said twice.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0usize;
    for line in text.lines() {
        let line = line.trim_end_matches([' ', '\u{a0}', '\t']);
        empty = if line.trim_matches(['>', ' ', '\u{a0}']).is_empty() && !line.starts_with('>') {
            empty + 1
        } else {
            0
        };
        if empty > 1 {
            continue;
        }
        out.push_str(&said_once(line));
        out.push('\n');
    }
    out.trim_matches('\n').to_owned()
}

/// `https://a.fr <https://a.fr>` → `https://a.fr`.
fn said_once(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(" <") {
        out.push_str(before);
        let Some((url, later)) = after.split_once('>') else {
            out.push_str(" <");
            rest = after;
            continue;
        };
        let bare = |u: &str| {
            let u =
                u.trim_start_matches("mailto:").trim_start_matches("https://").trim_start_matches("http://");
            u.trim_end_matches('/').to_lowercase()
        };
        let word = out.rsplit([' ', '(', '<', '\u{a0}']).next().unwrap_or_default();
        if bare(word) != bare(url) || url.is_empty() {
            out.push_str(" <");
            out.push_str(url);
            out.push('>');
        }
        rest = later;
    }
    out.push_str(rest);
    out
}

/// The last resort: every tag becomes a space.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (at, piece) in html.split('<').enumerate() {
        let text = if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, t)| t) };
        out.push(' ');
        out.push_str(text);
    }
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// No marks for bold and the like; a link's address follows its text.
#[derive(Clone, Debug, Default)]
struct Plain {
    open: Vec<String>,
}

type Mark = (String, ());

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> Mark {
        self.open.push(url.to_owned());
        (String::new(), ())
    }
    fn decorate_link_end(&mut self) -> String {
        self.open.pop().map_or_else(String::new, |url| format!(" <{url}>"))
    }
    fn decorate_em_start(&self) -> Mark {
        (String::new(), ())
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> Mark {
        (String::new(), ())
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> Mark {
        (String::new(), ())
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> Mark {
        (String::new(), ())
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) -> Self::Annotation {}
    fn decorate_preformat_cont(&self) -> Self::Annotation {}
    fn decorate_image(&mut self, _src: &str, title: &str) -> Mark {
        (if title.is_empty() { String::new() } else { format!("[{title}]") }, ())
    }
    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }
    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Self::default()
    }
    fn decorate_superscript_start(&self) -> Mark {
        (String::new(), ())
    }
    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
}
