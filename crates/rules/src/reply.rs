//! What makes a reply human (law P3): at least one sentence of its own, beyond quote, signature and
//! untouched template.

use crate::fold::search_key;

/// Why a text is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyRefusal {
    /// Nothing but white space.
    #[error("the reply is empty")]
    Empty,
    /// Only quoted lines, a signature and greetings.
    #[error("the reply has no words of its own")]
    NoOwnWords,
    /// The template as it came.
    #[error("the template was not touched")]
    UntouchedTemplate,
}

/// Fewest letters and words that make a sentence: `C’est fait.` counts, `ok` does not.
const LETTERS: usize = 6;
const WORDS: usize = 2;

/// Whether a reply has at least one sentence that its author wrote.
/// Quoted lines begin with `>`; what follows a line `-- ` is a signature.
///
/// # Errors
/// [`ReplyRefusal`].
pub fn own_words(text: &str, untouched_template: Option<&str>, signature: &str) -> Result<(), ReplyRefusal> {
    if search_key(text).is_empty() {
        return Err(ReplyRefusal::Empty);
    }
    let signature_lines: Vec<String> = lines(signature).collect();
    let template_lines: Vec<String> = untouched_template.map(|t| lines(t).collect()).unwrap_or_default();
    let beyond_signature: Vec<String> = before_signature(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with('>'))
        .map(search_key)
        .filter(|line| !line.is_empty() && !signature_lines.contains(line))
        .collect();
    if !has_a_sentence(&beyond_signature) {
        return Err(ReplyRefusal::NoOwnWords);
    }
    let template_text = template_lines.join(" ");
    let own: Vec<String> = beyond_signature
        .into_iter()
        .map(|line| without_template(&line, &template_lines))
        .filter(|line| !template_text.contains(line.as_str()))
        .collect();
    if has_a_sentence(&own) { Ok(()) } else { Err(ReplyRefusal::UntouchedTemplate) }
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(search_key).filter(|line| !line.is_empty())
}

/// What stands before the signature mark; mail programs may have lost its trailing space.
fn before_signature(text: &str) -> &str {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "--" {
            return text.get(..offset).unwrap_or(text);
        }
        offset += line.len();
    }
    text
}

/// A line from which every sentence of the template was taken out.
fn without_template(line: &str, template_lines: &[String]) -> String {
    let mut own = line.to_owned();
    for template_line in template_lines {
        if template_line.len() >= LETTERS && own.contains(template_line.as_str()) {
            own = own.replace(template_line.as_str(), " ");
        }
    }
    search_key(&own)
}

fn has_a_sentence(lines: &[String]) -> bool {
    let said: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !is_greeting(line)).collect();
    let letters = said.iter().flat_map(|line| line.chars()).filter(|c| c.is_alphanumeric()).count();
    let words = said
        .iter()
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .count();
    // languages without spaces say a sentence in one "word"
    let spaceless = said.iter().flat_map(|line| line.chars()).any(|c| c > '\u{2E80}');
    (letters >= LETTERS && words >= WORDS) || (spaceless && letters >= WORDS)
}

/// A line that only greets or takes leave.
fn is_greeting(line: &str) -> bool {
    const GREETINGS: [&str; 16] = [
        "bonjour",
        "bonsoir",
        "hello",
        "hi",
        "dear",
        "cordialement",
        "bien cordialement",
        "bien a vous",
        "merci",
        "madame, monsieur",
        "salutations",
        "kind regards",
        "best regards",
        "regards",
        "thanks",
        "thank you",
    ];
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    GREETINGS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEMPLATE: &str =
        "Bonjour,\n\nMerci pour votre message.\nNotre équipe vous répond.\n\nCordialement,";
    const SIGNATURE: &str = "Camille\nSupport de l’association";

    #[test]
    fn a_sentence_of_ones_own_is_a_reply() {
        for text in [
            "C’est fait.",
            "Bonjour,\nVotre compte est rouvert.\n-- \nCamille",
            "> Pouvez-vous m’aider ?\nOui, bien sûr, voici comment.",
            "您好，已经处理好了。",
        ] {
            assert_eq!(own_words(text, None, SIGNATURE), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_quote_or_a_signature_is_no_reply() {
        use ReplyRefusal::{Empty, NoOwnWords};
        assert_eq!(own_words(" \n\u{200B}", None, SIGNATURE), Err(Empty));
        for text in [
            "> une longue citation de la personne",
            "-- \nCamille, qui signe longuement ses messages",
            "Bonjour,\n\nCordialement,\nCamille\nSupport de l'association",
            "ok",
            "…!?",
        ] {
            assert_eq!(own_words(text, None, SIGNATURE), Err(NoOwnWords), "{text}");
        }
    }

    #[test]
    fn an_untouched_template_is_no_reply_and_a_completed_one_is() {
        use ReplyRefusal::UntouchedTemplate;
        assert_eq!(own_words(TEMPLATE, Some(TEMPLATE), SIGNATURE), Err(UntouchedTemplate));
        let respaced = TEMPLATE.replace("\n\n", "\n \n").to_uppercase();
        assert_eq!(own_words(&respaced, Some(TEMPLATE), SIGNATURE), Err(UntouchedTemplate));
        let shortened = TEMPLATE.replace("Notre équipe vous répond.\n", "");
        assert_eq!(own_words(&shortened, Some(TEMPLATE), SIGNATURE), Err(UntouchedTemplate));
        let completed = format!("{TEMPLATE}\nVotre quota a été doublé ce matin.");
        assert_eq!(own_words(&completed, Some(TEMPLATE), SIGNATURE), Ok(()));
        let inline = TEMPLATE.replace("message.", "message. Le service est rétabli depuis midi.");
        assert_eq!(own_words(&inline, Some(TEMPLATE), SIGNATURE), Ok(()));
    }

    proptest! {
        #[test]
        fn quoting_and_signing_never_make_a_reply(quote in "\\PC{0,40}", sign in "\\PC{0,40}") {
            let text = format!("> {quote}\n-- \n{sign}");
            prop_assert!(own_words(&text, None, "").is_err());
        }

        #[test]
        fn a_template_as_it_came_is_never_a_reply(template in "(\\PC{0,30}\n){0,4}") {
            prop_assert!(own_words(&template, Some(&template), SIGNATURE).is_err());
        }
    }
}
