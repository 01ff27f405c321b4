//! Subjects: what programs and lists put before them, and whether a mail speaks of something else than
//! the thread it answers.

use crate::copied::words::FORWARD_PREFIXES;

/// Prefixes of answers, in the languages of mail programs.
const REPLY_PREFIXES: &[&str] = &[
    "re",
    "ré",
    "rép",
    "rep",
    "réf",
    "ref",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "odp",
    "r",
    "rif",
    "ynt",
    "yan",
    "bls",
    "res",
    "vá",
    "на",
    "отв",
    "ответ",
    "回复",
    "答复",
    "回覆",
    "返信",
    "atb",
    "ynt.",
    "re.",
    "sv.",
    "rv",
    "tr",
    "réponse",
];

/// Words that our own and other tools put in square brackets or before the subject.
fn is_machine_prefix(said: &str) -> bool {
    [
        "réponse automatique",
        "automatic reply",
        "automatische antwort",
        "spam",
        "*spam*",
        "***spam***",
        "external",
        "externe",
    ]
    .contains(&said)
}

/// The subject itself: without Re/Tr/AW/Fwd in any number, list tags and our `[#123]`.
#[must_use]
pub fn bare(subject: &str) -> String {
    let mut said = subject.to_owned();
    loop {
        // A ticket's tag may hide a prefix, a prefix a tag.
        let next = without_ticket_tags(without_prefixes(&said));
        if next == said {
            return said;
        }
        said = next;
    }
}

fn without_ticket_tags(subject: &str) -> String {
    let words = subject.split(is_blank).filter(|w| !w.is_empty() && !is_ticket_tag(w));
    words.collect::<Vec<_>>().join(" ")
}

fn without_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim_matches(is_blank);
    loop {
        let next = after_tag(rest).or_else(|| after_prefix(rest)).map(|r| r.trim_matches(is_blank));
        match next {
            // A subject made of a tag alone stays.
            Some(next) if !next.is_empty() => rest = next,
            Some(_) if after_prefix(rest).is_some() => return "",
            _ => return rest,
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200e}' || c == '\u{200f}'
}

/// `[#123]`, wherever it stands.
fn is_ticket_tag(word: &str) -> bool {
    let number = word.strip_prefix("[#").and_then(|w| w.strip_suffix(']'));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// `[liste] sujet` → `sujet`.
fn after_tag(subject: &str) -> Option<&str> {
    let inside = subject.strip_prefix('[')?;
    let (tag, rest) = inside.split_once(']')?;
    (tag.chars().count() <= 40 && !tag.contains('[')).then_some(rest)
}

/// `RE : sujet`, `Re[2]: sujet`, `AW(3): sujet` → `sujet`.
fn after_prefix(subject: &str) -> Option<&str> {
    let at = subject.char_indices().take(40).find(|(_, c)| [':', '：'].contains(c))?;
    let said = subject.get(..at.0)?.trim_matches(is_blank).to_lowercase();
    let counted = said.split(['[', '(', '^', '*']).next().unwrap_or_default();
    let word = counted.trim_end_matches(|c: char| c.is_ascii_digit()).trim_matches(is_blank);
    let known =
        REPLY_PREFIXES.contains(&word) || FORWARD_PREFIXES.contains(&word) || is_machine_prefix(&said);
    known.then(|| subject.get(at.0 + at.1.len_utf8()..)).flatten()
}

/// Whether a mail that answers `old` speaks of something new. An empty subject speaks of nothing new,
/// and neither does one that repeats, shortens or lengthens the old one: programs do both.
#[must_use]
pub fn new_subject(old: &str, new: &str) -> bool {
    let letters =
        |s: &str| -> String { bare(s).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
    let (old, new) = (letters(old), letters(new));
    let tiny = |s: &str| s.chars().count() < 4;
    if new.is_empty() || old.is_empty() || old == new {
        return false;
    }
    let inside = (!tiny(&old) && new.contains(&old)) || (!tiny(&new) && old.contains(&new));
    !inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_add_is_taken_off() {
        for (subject, wanted) in [
            ("Re: Accès", "Accès"),
            ("RE : TR : Accès", "Accès"),
            ("Rép. : Accès", "Rép. : Accès"),
            ("RÉP : Accès", "Accès"),
            ("AW: WG: Zugang", "Zugang"),
            ("[asso-liste] Re[2]: [#12] Accès", "Accès"),
            ("Re: [#12] Accès [#12]", "Accès"),
            ("Fwd:Fw: I: RV: Doorst: Accès", "Accès"),
            ("[PeerTube]", "[PeerTube]"),
            ("Re:", ""),
            ("Question : le don", "Question : le don"),
            ("Réponse automatique : absence", "absence"),
        ] {
            assert_eq!(bare(subject), wanted, "{subject}");
        }
    }

    #[test]
    fn a_new_subject_is_one_that_says_something_else() {
        for same in [
            "Accès au compte",
            "Re: Accès au compte",
            "TR : [#4] accès au  compte",
            "",
            "Re:",
            "Re: Accès au compte (suite)",
            "Accès au",
        ] {
            assert!(!new_subject("[#4] Accès au compte", same), "{same}");
        }
        assert!(new_subject("Accès au compte", "Reçu fiscal 2024"));
        assert!(new_subject("Re: Accès au compte", "Re: Reçu fiscal 2024"));
        assert!(!new_subject("", "Reçu"));
    }
}
