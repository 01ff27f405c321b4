//! What is read and written in a conversation: first lines, quotes, light Markdown, subjects, language.

use chrono::{DateTime, Utc};
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};
use rules::lang::Lang;

/// Longest line shown in the queue, in characters.
const SHOWN: usize = 200;
/// Lines of the person's message quoted below a reply.
const QUOTED: usize = 200;

/// The first line that says something: a mere greeting does not, unless there is nothing else.
pub fn first_line(text: &str) -> String {
    let says = |l: &&str| l.chars().any(char::is_alphanumeric);
    let greets = |l: &&str| l.ends_with([',', '!']) && l.split_whitespace().count() <= 4;
    let line = text.lines().map(str::trim).find(|l| says(l) && !greets(l));
    let line = line.or_else(|| text.lines().map(str::trim).find(says));
    let line = line.or_else(|| text.lines().map(str::trim).find(|l| !l.is_empty())).unwrap_or_default();
    shortened(line, SHOWN)
}

/// At most `max` characters, with a sign that there was more.
pub fn shortened(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// `Re: …` once, whatever the person's mail program had put before, with the ticket's tag.
pub fn reply_subject(subject: &str, ticket: i64) -> String {
    let tag = mailin::subject_tag(ticket);
    let bare = bare_subject(subject).replace(&tag, "");
    let words = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("Re: {} {tag}", shortened(&words, SHOWN)).replace("  ", " ")
}

/// The subject without its `Re:`.
pub fn bare_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((mark, after)) = rest.split_once(':') {
        let known = ["re", "ré", "aw", "sv"].contains(&mark.trim().to_lowercase().as_str());
        if !known {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// Words that stand in almost any sentence of one language and hardly in the other.
const FRENCH: [&str; 22] = [
    "je", "vous", "le", "la", "les", "des", "est", "et", "une", "mon", "ma", "pour", "pas", "que", "qui",
    "bonjour", "merci", "avec", "nous", "sur", "mais", "votre",
];
const ENGLISH: [&str; 20] = [
    "the", "i", "you", "is", "and", "my", "to", "of", "for", "not", "that", "hello", "hi", "thanks", "thank",
    "with", "we", "your", "have", "please",
];

/// The language a text seems to be written in; French when nothing tells.
pub fn language(text: &str) -> Lang {
    let (mut french, mut english) = (0, 0);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(400);
    for word in words.map(str::to_lowercase) {
        french += usize::from(FRENCH.contains(&word.as_str()));
        english += usize::from(ENGLISH.contains(&word.as_str()));
    }
    if english > french { Lang::En } else { Lang::Fr }
}

/// HTML of what an agent typed: paragraphs, lists, emphasis, links, code. Nothing else comes through.
pub fn light_markdown(text: &str) -> String {
    let mut out = String::new();
    let mut pictures = 0_usize;
    let events = Parser::new(text).filter_map(|event| match event {
        Event::Start(Tag::Image { .. }) => {
            pictures += 1;
            None
        }
        Event::End(TagEnd::Image) => {
            pictures = pictures.saturating_sub(1);
            None
        }
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::SoftBreak => Some(Event::HardBreak),
        other => Some(other),
    });
    html::push_html(&mut out, events);
    ammonia::clean(&out)
}

/// The person's words below a reply, marked as a quote.
pub fn quoted(lang: Lang, name: &str, at: DateTime<Utc>, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let when = rules::dates::exact(at, lang);
    let mut out = match lang {
        Lang::Fr => format!("{when}, {name} a écrit\u{202f}:\n"),
        Lang::En => format!("On {when}, {name} wrote:\n"),
    };
    for line in text.trim().lines().take(QUOTED) {
        let mark = if line.starts_with('>') { ">" } else { "> " };
        out.push_str(mark);
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The same as HTML.
pub fn quoted_html(lang: Lang, name: &str, at: DateTime<Utc>, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let when = rules::dates::exact(at, lang);
    let says = match lang {
        Lang::Fr => format!("{when}, {name} a écrit\u{202f}:"),
        Lang::En => format!("On {when}, {name} wrote:"),
    };
    let lines: Vec<String> = text.trim().lines().take(QUOTED).map(handlebars::html_escape).collect();
    format!(
        "<p>{}</p>\n<blockquote type=\"cite\">{}</blockquote>\n",
        handlebars::html_escape(&says),
        lines.join("<br>\n")
    )
}

/// Text as paragraphs.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut part = String::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            if !part.is_empty() {
                out.push(std::mem::take(&mut part));
            }
            continue;
        }
        if !part.is_empty() {
            part.push('\n');
        }
        part.push_str(line.trim_end());
    }
    if !part.is_empty() {
        out.push(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_light_and_harmless() {
        let html = light_markdown(
            "Bonjour,\nligne\n\n- un\n- **deux**\n\n<script>alert(1)</script> [ici](javascript:x)",
        );
        assert!(html.contains("Bonjour,<br>"), "{html}");
        assert!(html.contains("<strong>deux</strong>"), "{html}");
        assert!(!html.contains("<script") && !html.contains("href=\"javascript:"), "{html}");
        assert!(!light_markdown("![x](http://évil.example/p.png)").contains("<img"));
    }

    #[test]
    fn a_subject_is_answered_once() {
        assert_eq!(reply_subject("RE: Re : Accès [#12]", 12), "Re: Accès [#12]");
        assert_eq!(reply_subject("", 3), "Re: [#3]");
    }

    #[test]
    fn a_language_is_guessed_by_its_small_words() {
        assert_eq!(language("Bonjour, je n’arrive pas à ouvrir mon compte, merci"), Lang::Fr);
        assert_eq!(language("Hello, I have lost my password, please help. Thanks"), Lang::En);
        assert_eq!(language("12345"), Lang::Fr);
    }

    #[test]
    fn a_quote_is_marked_line_by_line() {
        let at = "2026-03-02T09:00:00Z".parse().unwrap_or_default();
        assert!(quoted(Lang::Fr, "Léa", at, "un\n> deux\n").ends_with("> un\n>> deux\n"));
    }
}
