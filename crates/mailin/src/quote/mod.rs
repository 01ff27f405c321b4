//! What is new in a reply, what it quotes, and the signature. Every non-blank line of the text is in
//! exactly one of the three.

mod markers;

pub use markers::attribution;

use serde::{Deserialize, Serialize};

/// A text in three.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Folded {
    /// What the person wrote now.
    pub new_text: String,
    /// What they quote of earlier mails.
    pub quoted: String,
    /// Below `-- `, or "Envoyé de mon téléphone".
    pub signature: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Is {
    New,
    /// Marked with `>` or its "… a écrit :" line.
    Quoted,
    /// Copied below without marks.
    Below,
    Signature,
}

/// Splits a text. `forwarded`: the subject says that the copied mail is what is being told, so an
/// unmarked copy is new text. An answer written between the quotes is kept whole, quotes included.
#[must_use]
pub fn fold(text: &str, forwarded: bool) -> Folded {
    let lines: Vec<&str> = text.lines().collect();
    let mut kinds = classify(&lines, forwarded);
    sign(&lines, &mut kinds);
    keep_interleaved(&lines, &mut kinds);
    let nothing_new = !lines.iter().zip(&kinds).any(|(l, k)| *k == Is::New && !l.trim().is_empty());
    if nothing_new {
        return Folded { new_text: tidy(&lines), ..Folded::default() };
    }
    let pick = |wanted: &[Is]| {
        let some: Vec<&str> =
            lines.iter().zip(&kinds).filter(|(_, k)| wanted.contains(k)).map(|(l, _)| *l).collect();
        tidy(&some)
    };
    Folded {
        new_text: pick(&[Is::New]),
        quoted: pick(&[Is::Quoted, Is::Below]),
        signature: pick(&[Is::Signature]),
    }
}

fn tidy(lines: &[&str]) -> String {
    let blank = |l: &&str| l.trim().is_empty();
    let first = lines.iter().position(|l| !blank(l)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|l| !blank(l)).map_or(first, |at| at + 1);
    lines.get(first..last).unwrap_or_default().join("\n")
}

fn classify(lines: &[&str], forwarded: bool) -> Vec<Is> {
    let mut kinds = vec![Is::New; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        let rest = lines.get(at..).unwrap_or_default();
        let Some(line) = rest.first() else { break };
        if line.trim_start().starts_with('>') || torn(lines, at) {
            set(&mut kinds, at, at + 1, Is::Quoted);
            at += 1;
        } else if let Some(length) = markers::attribution(rest) {
            let after = rest.get(length..).unwrap_or_default();
            let next = after.iter().find(|l| !l.trim().is_empty());
            if next.is_some_and(|l| l.trim_start().starts_with('>')) {
                let blanks = after.iter().take_while(|l| l.trim().is_empty()).count();
                set(&mut kinds, at, at + length + blanks, Is::Quoted);
                at += length + blanks;
            } else if !forwarded && markers::says_when_and_who(rest.get(..length).unwrap_or_default()) {
                let end = lines.len();
                set(&mut kinds, at, end, Is::Below);
                return kinds;
            } else {
                at += length;
            }
        } else if markers::list_footer(rest) {
            set(&mut kinds, at, lines.len(), Is::Signature);
            return kinds;
        } else if !forwarded && markers::copied_mail(rest) {
            let end = lines.len();
            let start = rule_above(lines, at);
            set(&mut kinds, start, end, Is::Below);
            return kinds;
        } else {
            at += 1;
        }
    }
    kinds
}

/// The end of a quoted line that some program wrapped: between two quoted lines, in the middle of a
/// sentence. An answer between quotes starts a sentence of its own, and is never taken for one.
fn torn(lines: &[&str], at: usize) -> bool {
    let marked = |l: &&str| l.trim_start().starts_with('>');
    let Some(above) = at.checked_sub(1).and_then(|i| lines.get(i)).filter(|l| marked(l)) else {
        return false;
    };
    let line = lines.get(at).copied().unwrap_or_default();
    let full = above.chars().count() >= 70 && !above.trim_end().ends_with(['.', '?', '!', ':', ';']);
    let goes_on = line.starts_with(char::is_lowercase) && line.chars().count() < 60;
    full && goes_on && lines.get(at + 1).is_some_and(marked)
}

/// Outlook draws a line above the copied headers, Orange writes "Message du 03/02/25 09:00".
pub fn rule_above(lines: &[&str], at: usize) -> usize {
    let above = lines.get(..at).unwrap_or_default();
    let last = above.iter().rposition(|l| !l.trim().is_empty());
    let Some((place, line)) = last.and_then(|i| above.get(i).map(|l| (i, l.trim()))) else { return at };
    let ruled = line.len() >= 3 && line.chars().all(|c| "_-—=*".contains(c));
    let said = line.trim_start_matches(['>', ' ']).to_lowercase();
    let dated = said.strip_prefix("message du ").is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()));
    if ruled || dated { place } else { at }
}

fn set(kinds: &mut [Is], from: usize, to: usize, is: Is) {
    for kind in kinds.iter_mut().take(to).skip(from) {
        *kind = is;
    }
}

/// Lines below `-- ` (RFC 3676 4.3) that can still be a signature, and below a bare `--`, which people
/// also draw between their paragraphs.
const LONGEST_SIGNATURE: usize = 40;
const LONGEST_BELOW_DASHES: usize = 12;

/// Marks the signature: from `-- ` to the next quote, and a last line such as "Envoyé de mon iPhone".
/// What is too long to be one stays new text.
fn sign(lines: &[&str], kinds: &mut [Is]) {
    let mut at = 0;
    while at < lines.len() {
        let line = lines.get(at).copied().unwrap_or_default();
        let most = match line {
            "-- " | "-- \u{a0}" => LONGEST_SIGNATURE,
            "--" | "--\u{a0}" => LONGEST_BELOW_DASHES,
            _ => 0,
        };
        if most == 0 {
            at += 1;
            continue;
        }
        match signature_length(lines, kinds, at, most) {
            Some(length) => {
                set(kinds, at, at + length, Is::Signature);
                at += length;
            }
            None => at += 1,
        }
    }
    let written =
        lines.iter().zip(kinds.iter_mut()).rev().find(|(l, k)| **k == Is::New && !l.trim().is_empty());
    if let Some((line, kind)) = written
        && markers::telephone(line)
    {
        *kind = Is::Signature;
    }
}

/// Lines of new text from here to the next quote, when no more than `most` of them say something.
fn signature_length(lines: &[&str], kinds: &[Is], at: usize, most: usize) -> Option<usize> {
    let (mut length, mut said) = (0, 0);
    for (line, kind) in lines.iter().zip(kinds).skip(at) {
        if *kind != Is::New {
            break;
        }
        length += 1;
        said += usize::from(!line.trim().is_empty());
        if said > most {
            return None;
        }
    }
    (length > 0).then_some(length)
}

/// Answers between quotes make no sense without them: all from the first to the last new line is new.
fn keep_interleaved(lines: &[&str], kinds: &mut [Is]) {
    let mut runs_after = 0usize;
    let mut quoted_yet = false;
    let mut new_before = false;
    let mut in_run = false;
    let mut last_new = 0usize;
    for (at, (line, kind)) in lines.iter().zip(kinds.iter()).enumerate() {
        match kind {
            Is::New if line.trim().is_empty() => {}
            Is::New => {
                new_before = new_before || !quoted_yet;
                if quoted_yet && !in_run {
                    runs_after += 1;
                }
                in_run = true;
                last_new = at;
            }
            _ => {
                quoted_yet = quoted_yet || *kind == Is::Quoted;
                in_run = false;
            }
        }
    }
    if runs_after >= 2 || (runs_after == 1 && new_before) {
        for kind in kinds.iter_mut().take(last_new + 1) {
            if *kind == Is::Quoted {
                *kind = Is::New;
            }
        }
    }
}

#[cfg(test)]
mod tests;
