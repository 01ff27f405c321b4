//! Reports in words only, as old and odd mail systems write them.

use super::{Action, FailedRecipient, Report, cause};
use crate::normalise;

/// Lines of words that are looked at.
const MOST: usize = 120;

/// The words for people, and the mail that is returned below them.
pub fn halves(text: &str) -> (&str, &str) {
    const CUTS: &[&str] = &[
        "---- start of returned message",
        "----- unsent message follows",
        "old message:",
        "------ returned",
        "-------- returned mail",
        "original message as received",
        "original mail as follows",
        "--- below this line is a copy",
        "------ this is a copy of",
        "----- original message",
        "---- original message",
        "--- original message",
        "----- unsent message below",
        "---unsent message below",
        "----- message header follows",
        "--- message header follows",
        "--- message from ",
        "-------- original message",
        "your original message follows",
        "original message follows",
        "the following is a copy of",
        "the text of your message follows",
        "here is a copy of the first part",
        "below is a copy of",
        "----- original text follows",
        "------ failed message follows",
        "received: from",
        "return-path:",
        "copie du message",
        "message d'origine",
        "----- returned message",
        "--- the header of the original",
    ];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let said = line.trim_start_matches(['>', ' ', '\t', '|']).to_lowercase();
        if CUTS.iter().any(|c| said.starts_with(c)) {
            return text.split_at(at);
        }
        at += line.len();
    }
    (text, "")
}

/// The people that the words name as not reached.
pub fn recipients(words: &str, report: &Report) -> Vec<FailedRecipient> {
    // Some gateways leave the blanks of quoted-printable behind.
    let lines: Vec<&str> = words.lines().take(MOST).map(|l| l.strip_suffix("=20").unwrap_or(l)).collect();
    let action = action(&report.subject, words);
    let mut found: Vec<FailedRecipient> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(address) = address_in(line) else { continue };
        let address = normalise(address);
        let near = near(&lines, at, &address);
        let ours = report.ours.contains(&address);
        if line.starts_with(">>>") || line.starts_with("<<<") {
            continue; // what the servers said to one another
        }
        // "550 <a@b>... User unknown", as sendmail writes it.
        let coded = line.contains("...") && line.get(..4).and_then(cause::reply_code).is_some();
        let opens = line.trim_start().starts_with(['<', '(']);
        let sure = coded || opens || names_recipient(line) || is_alone(line, &address);
        let refused = sure || says_refused(line) || cause::status_code(&near).is_some();
        let daemon =
            ["postmaster", "mailer-daemon", "abuse@", "help@", "noc@"].iter().any(|d| address.starts_with(d));
        if !refused
            || daemon
            || is_header(line)
            || (ours && !sure)
            || found.iter().any(|f| f.address == address)
        {
            continue;
        }
        let status = cause::status_code(&near);
        found.push(FailedRecipient {
            address,
            action,
            status,
            diagnostic: Some(near),
            ..FailedRecipient::default()
        });
    }
    found
}

/// The line with the address, and those below it up to the next person or header.
fn near(lines: &[&str], at: usize, address: &str) -> String {
    let mut said = Vec::new();
    for (offset, line) in lines.iter().skip(at).take(10).enumerate() {
        let other = address_in(line).map(normalise).filter(|a| a != address);
        let opens = line.starts_with(['<', '"']) || other.as_deref().is_some_and(|a| is_alone(line, a));
        let next = other.is_some() && (opens || names_recipient(line) || line.contains("..."));
        let header = is_header(line) && !line.contains(address);
        if offset > 0 && (next || header) {
            break;
        }
        said.push(line.trim());
    }
    said.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a report add to what its part for machines says too shortly.
pub fn explain(found: &mut [FailedRecipient], told: &[FailedRecipient]) {
    let alone = found.len() == 1 && told.len() == 1;
    for recipient in found {
        // Aliases: the words may name the address behind.
        let same =
            told.iter().find(|t| t.address == recipient.address).or_else(|| told.first().filter(|_| alone));
        let words = same.and_then(|t| t.diagnostic.clone());
        if recipient.diagnostic.is_none() {
            recipient.diagnostic = words;
        }
    }
}

/// `To:` of the mail that came back.
pub fn sent_to(returned: &str) -> Option<String> {
    let header = |wanted: &'static str| {
        returned.lines().take(200).find_map(move |line| {
            let line = line.trim_start_matches(['>', ' ', '\t', '|']);
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| address_in(value)).flatten()
        })
    };
    header("to").or_else(|| header("x-original-to")).map(normalise)
}

/// Whether it failed, or only takes its time.
pub fn action(subject: &str, words: &str) -> Action {
    let start: String = words.chars().take(1500).collect();
    let said = format!("{subject}\n{start}").to_lowercase().replace('’', "'");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let waits = [
        "will continue to try",
        "will keep trying",
        "warning message only",
        "warning: could not send",
        "do not need to resend",
        "will be retried",
        "still being retried",
        "will retry",
        "has not yet been delivered",
        "delivery is delayed",
        "not been delivered yet",
        "delivery delayed",
        "delivery status notification (delay)",
        "no action is required",
        "temporarily undeliverable",
        "will try to deliver",
        "nouvelles tentatives",
        "seront effectuées",
        "a été retardé",
        "nouvelle tentative",
        "wird weiterhin versucht",
        "remise retardée",
        "delay notice",
        "attempts will continue",
        "this is a warning",
        "will attempt to deliver",
        "continue trying",
        "continue attempting",
        "versucht noch weitere",
    ];
    if waits.iter().any(|w| said.contains(w)) { Action::Delayed } else { Action::Failed }
}

/// What the words give as reason: the line that looks most like a server's.
pub fn reason(words: &str) -> Option<String> {
    let lines = || words.lines().take(MOST).map(str::trim).filter(|l| !l.is_empty());
    let coded = lines().find(|l| cause::status_code(l).is_some() || cause::reply_code(l).is_some());
    coded.or_else(|| lines().find(|l| says_refused(l))).map(str::to_owned)
}

fn names_recipient(line: &str) -> bool {
    const LABELS: &[&str] = &[
        "recipient:",
        "recipient address:",
        "address:",
        "rcpt to",
        "final-recipient",
        "original-recipient",
        "failed recipient",
        "invalid recipient",
        "unknown user",
        "user unknown",
        "unknown recipient",
        "destinataire",
        "undelivered",
        "user:",
        "no such user",
        "could not be delivered to",
        "delivery to",
        "error-for:",
        "invalid final",
        "undeliverable to",
        "failed to deliver to",
        "error delivering",
    ];
    const INSIDE: [&str; 4] = ["addressed to ", "was addressed,", "your mail to ", "your message to "];
    let said = line.trim().to_lowercase();
    LABELS.iter().any(|l| said.starts_with(l))
        || INSIDE.iter().any(|w| said.split_once(w).is_some_and(|(_, after)| after.contains('@')))
}

fn is_alone(line: &str, address: &str) -> bool {
    let bare = line.trim().trim_matches(['<', '>', '"', '\'', '.', ':', ',', '-', '*', '|', ' ', '\t']);
    normalise(bare) == address || line.trim_start().to_lowercase().starts_with(address)
}

fn is_header(line: &str) -> bool {
    const HEADERS: [&str; 14] = [
        "from",
        "reply-to",
        "return-path",
        "received",
        "message-id",
        "subject",
        "date",
        "sender",
        "cc",
        "x-mailer",
        "mime-version",
        "content-type",
        "envelope-from",
        "x-envelope-from",
    ];
    let name = line.trim_start_matches(['>', ' ', '\t', '|']).split(':').next().unwrap_or_default();
    line.contains(':') && HEADERS.contains(&name.trim().to_ascii_lowercase().as_str())
}

fn says_refused(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "undeliver",
        "unable to deliver",
        "could not be delivered",
        "couldn't be delivered",
        "recipient",
        "mailbox",
        "quota",
        "user unknown",
        "unknown user",
        "rejected",
        "failed",
        "n'a pas pu",
        "destinataire",
        "not delivered",
        "no such user",
        "does not exist",
        "can't be delivered",
        "cannot be delivered",
        "n'existe pas",
        "wasn't delivered",
        "zustell",
        "not listed in",
    ];
    let line = line.to_lowercase().replace('’', "'");
    WORDS.iter().any(|w| line.contains(w))
}

fn address_in(line: &str) -> Option<&str> {
    let odd = |c: char| c.is_whitespace() || "<>()[],;:\"'=|".contains(c);
    line.split(odd).map(|w| w.trim_matches(['.', '!', '-', '*'])).find(|w| is_address(w))
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && domain.chars().all(|c| c.is_alphanumeric() || "-._".contains(c))
    })
}
