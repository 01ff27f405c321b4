//! A mail inside the text of another: who wrote it to whom, so that the person who is to be answered can
//! be found when somebody passes their mail on.

use serde::{Deserialize, Serialize};

use crate::copied::{self, Block, words};
use crate::quote;
use crate::{Mailbox, clean};

/// A mail copied into the text, with its headers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Forward {
    /// Whether it is forwarded (told by its first line, or by the subject); else it only stands below a
    /// reply.
    pub told: bool,
    /// What the person who passes it on wrote above.
    pub before: String,
    /// Its author; the address is empty when only a name is given.
    pub from: Option<Mailbox>,
    /// Its recipients.
    pub to: Vec<Mailbox>,
    /// Who got a copy.
    pub cc: Vec<Mailbox>,
    /// Its subject; else that of the mail, without prefixes.
    pub subject: String,
    /// Its date, as written.
    pub date: Option<String>,
    /// Its text.
    pub body: String,
    /// Headers and text, as they stand.
    pub whole: String,
}

/// "Tr: ", "Fwd: ": the mail copied below is what is being told.
pub fn is_told(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    let mark = subject.trim_start().split([':', '：', '\u{a0}', '\u{202f}']).next().unwrap_or_default();
    subject.contains([':', '：']) && words::FORWARD_PREFIXES.contains(&mark.trim_end())
}

/// Finds the first mail copied into the text.
pub fn find(text: &str, subject: &str) -> Option<Forward> {
    let lines: Vec<&str> = text.lines().collect();
    let by_subject = is_told(subject);
    for at in 0..lines.len() {
        let Some(line) = lines.get(at) else { break };
        if let Some(found) = at_rule(&lines, at, line, by_subject) {
            return Some(found.finish(&lines, subject));
        }
        let rest = lines.get(at..).unwrap_or_default();
        if let Some(block) = copied::block(rest) {
            let told = by_subject;
            return Some(
                Found { start: at, copy: at, body: at + block.length, block, told }.finish(&lines, subject),
            );
        }
        if by_subject && let Some(found) = at_attribution(rest, at) {
            return Some(found.finish(&lines, subject));
        }
    }
    None
}

struct Found {
    /// The line that announces it, or its first header.
    start: usize,
    /// Its first header.
    copy: usize,
    body: usize,
    block: Block,
    told: bool,
}

/// "---------- Forwarded message ---------", "Début du message réexpédié :", "-----Message d'origine-----".
fn at_rule(lines: &[&str], at: usize, line: &str, by_subject: bool) -> Option<Found> {
    let bare = line.trim_start_matches(['>', ' ', '\t', '*']);
    // Most lines are neither: they are not looked at closer.
    if bare.len() > 900 || !(bare.starts_with(['-', '=', '_']) || bare.trim_end().ends_with([':', '：'])) {
        return None;
    }
    // A Turkish capital İ becomes two letters.
    let said = bare.trim().to_lowercase().replace('’', "'").replace("i\u{307}", "i");
    let ruled = said.starts_with("--") || said.starts_with("==") || said.starts_with("__");
    let opens = said.ends_with([':', '：']) && said.chars().count() < 60;
    let forwarded = (ruled || opens) && words::says_forwarded(&said);
    let original = ruled && words::says_original(said.trim_matches(['-', '=', '_', ' ', '—']));
    if !forwarded && !original {
        return None;
    }
    let told = forwarded || by_subject || is_first(lines, at) || bare.len() < line.len();
    if let Some(block) = copied::on_one_line(bare) {
        return Some(Found { start: at, copy: at, body: at + 1, block, told });
    }
    let rest = lines.get(at + 1..).unwrap_or_default();
    let gap = rest.iter().take(3).take_while(|l| is_blank(l)).count();
    let block = copied::block(rest.get(gap..).unwrap_or_default())?;
    Some(Found { start: at, copy: at + 1 + gap, body: at + 1 + gap + block.length, block, told })
}

fn is_first(lines: &[&str], at: usize) -> bool {
    lines.iter().take(at).all(|l| is_blank(l))
}

fn is_blank(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || c == '>' || c == '\u{feff}').is_empty()
}

/// "Le 28/10/2021, Jeanne <jeanne@exemple.fr> a écrit :" above an unmarked copy.
fn at_attribution(rest: &[&str], at: usize) -> Option<Found> {
    let length = quote::attribution(rest)?;
    let said = rest.get(..length)?.join(" ");
    let open = said.find('<').or_else(|| said.find('('))?;
    let close = said.get(open..)?.find(['>', ')'])? + open;
    let address =
        clean::line(said.get(open + 1..close)?.trim_start_matches(['(', '<']).trim_start_matches("mailto:"));
    let name = named(said.get(..open)?);
    let from = address.contains('@').then_some(Mailbox { name, address })?;
    let block = Block { from: Some(from), date: Some(said), length, ..Block::default() };
    Some(Found { start: at, copy: at, body: at + length, block, told: true })
}

/// The name at the end of "Le 28/10/2021 12:46, « Jeanne Martin » ".
fn named(before: &str) -> Option<String> {
    let marks = ['"', '\'', '«', '»', '“', '”', '„', '‘', '’', '\u{a0}', ' ', ',', '\u{feff}', '(', ')'];
    let text = before.trim_matches(marks);
    let quoted = text.rsplit(['"', '«', '“', '„']).next().unwrap_or(text);
    let after_date = quoted.rsplit([',', ':']).next().unwrap_or(quoted);
    let words: Vec<&str> = after_date.trim_matches(marks).split(' ').collect();
    // "… 12:46 időpontban Jean", "… 12:46 používateľ Jean".
    let words: Vec<&str> = words
        .into_iter()
        .filter(|w| !["időpontban", "používateľ", "пользователь", "uživatel"].contains(w))
        .collect();
    let last_number = words.iter().rposition(|w| w.chars().any(|c| c.is_ascii_digit()));
    let name = words.get(last_number.map_or(0, |at| at + 1)..).unwrap_or_default().join(" ");
    let name = clean::line(name.trim_matches(marks));
    (!name.is_empty()).then_some(name)
}

impl Found {
    fn finish(self, lines: &[&str], subject: &str) -> Forward {
        let rule = quote::rule_above(lines, self.start);
        let joined = |lines: &[&str]| lines.join("\n").trim_matches(['\n', '\u{feff}']).to_owned();
        let whole = lines.get(self.copy..).unwrap_or_default();
        let marked = lines.get(self.copy).is_some_and(|l| l.trim_start().starts_with('>'));
        let below: Vec<&str> = lines.get(self.body..).unwrap_or_default().to_vec();
        let all_marked =
            below.iter().filter(|l| !l.trim().is_empty()).all(|l| l.trim_start().starts_with('>'));
        let mut body = below;
        if (marked || all_marked) && !body.is_empty() {
            body = body.iter().map(|l| unmarked(l)).collect();
        }
        // Some programs mark the text once more.
        let twice = body.iter().find(|l| !is_blank(l)).is_some_and(|l| l.starts_with("> "));
        if marked && twice {
            body = body.iter().map(|l| unmarked(l)).collect();
        }
        let own = |s: String| if s.is_empty() { crate::subject::bare(subject) } else { s };
        Forward {
            told: self.told,
            before: joined(lines.get(..rule).unwrap_or_default()),
            from: self.block.from,
            to: self.block.to,
            cc: self.block.cc,
            subject: own(self.block.subject.unwrap_or_default()),
            date: self.block.date,
            body: joined(&body).trim().to_owned(),
            whole: joined(whole).trim_end().to_owned(),
        }
    }
}

fn unmarked(line: &str) -> &str {
    let Some(inner) = line.trim_start().strip_prefix('>') else { return line };
    inner.strip_prefix(' ').unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_passed_on_tells_who_wrote_it() {
        let text = "Pour vous.\n\n---------- Forwarded message ---------\nDe : Jeanne Martin <jeanne@exemple.fr>\n\
            Date: mer. 27 oct. 2021 à 09:31\nSubject: Reçu fiscal\nTo: <paul@exemple.fr>\n\nBonjour,\nje n'ai rien reçu.\n";
        let found = find(text, "Fwd: Reçu fiscal").unwrap();
        assert!(found.told);
        assert_eq!((found.before.as_str(), found.subject.as_str()), ("Pour vous.", "Reçu fiscal"));
        assert_eq!(found.from.unwrap().address, "jeanne@exemple.fr");
        assert_eq!(found.body, "Bonjour,\nje n'ai rien reçu.");
    }

    #[test]
    fn headers_below_a_reply_are_a_copy_and_not_a_forward() {
        let text = "Merci !\n\nDe : Aide <aide@asso.example>\nEnvoyé : lundi 3 mars\nÀ : Jeanne\nObjet : Accès\n\nBonjour";
        let found = find(text, "RE: Accès").unwrap();
        assert!(!found.told);
        assert_eq!(found.before, "Merci !");
        assert!(find("Il a dit :\nde : moi\nà : toi", "Bonjour").is_none());
    }
}
