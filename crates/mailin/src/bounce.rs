//! What a delivery report says: which mail of ours, to whom, and why it did not arrive.

use serde::{Deserialize, Serialize};

use crate::head::message_ids;
use crate::normalise;

/// What became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It will not arrive.
    #[default]
    Failed,
    /// Not yet; the server goes on trying.
    Delayed,
    /// It arrived, or went on to where nobody reports.
    Delivered,
}

/// One person the mail did not reach.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FailedRecipient {
    /// Address, normalised.
    pub address: String,
    /// What happened.
    pub action: Action,
    /// RFC 3463 code, such as `5.1.1`.
    pub status: Option<String>,
    /// The other server's words.
    pub diagnostic: Option<String>,
}

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bounce {
    /// Message-IDs of the mail it speaks of, without brackets.
    pub originals: Vec<String>,
    /// The people it names.
    pub recipients: Vec<FailedRecipient>,
}

/// The texts of a report to look into.
#[derive(Default)]
pub struct Report {
    /// `message/delivery-status` parts.
    pub statuses: Vec<String>,
    /// Returned mails or their headers.
    pub returned: Vec<String>,
    /// Text for people.
    pub text: String,
    /// `X-Failed-Recipients`.
    pub header_recipients: Vec<String>,
}

/// Reads a report; parts for machines first, then the words for people.
pub fn read(report: &Report) -> Bounce {
    let mut bounce = Bounce::default();
    for status in &report.statuses {
        for found in status.split("\n\n").filter_map(recipient) {
            push(&mut bounce.recipients, found);
        }
    }
    for address in &report.header_recipients {
        push(
            &mut bounce.recipients,
            FailedRecipient { address: normalise(address), ..FailedRecipient::default() },
        );
    }
    for returned in &report.returned {
        add_ids(returned, &mut bounce.originals);
    }
    if bounce.originals.is_empty() {
        add_ids(&report.text, &mut bounce.originals);
    }
    if bounce.recipients.is_empty() {
        bounce.recipients = named_in_words(&report.text);
    }
    bounce
}

fn push(recipients: &mut Vec<FailedRecipient>, new: FailedRecipient) {
    if new.address.contains('@') && !recipients.iter().any(|r| r.address == new.address) {
        recipients.push(new);
    }
}

/// One block of a `message/delivery-status` part.
fn recipient(block: &str) -> Option<FailedRecipient> {
    let fields = unfolded(block);
    let get = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let typed = |v: &str| v.split_once(';').map_or(v, |(_, a)| a).trim().to_owned();
    let address = get("original-recipient").or_else(|| get("final-recipient")).map(typed)?;
    let last = get("final-recipient").map_or_else(|| address.clone(), typed);
    let address = normalise(if address.contains('@') { &address } else { &last });
    let action = match get("action").unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "delayed" => Action::Delayed,
        "delivered" | "relayed" | "expanded" => Action::Delivered,
        _ => Action::Failed,
    };
    let status = get("status").and_then(status_code);
    Some(FailedRecipient { address, action, status, diagnostic: get("diagnostic-code").map(typed) })
}

fn unfolded(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (_, _, Some((name, value))) => {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            }
            _ => {}
        }
    }
    fields
}

/// `Message-ID:` lines, quoted, indented or folded.
fn add_ids(text: &str, ids: &mut Vec<String>) {
    let mut lines = text.lines().map(|l| l.trim_start_matches(['>', ' ', '\t', '|'])).peekable();
    while let Some(line) = lines.next() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim();
        if !name.eq_ignore_ascii_case("message-id") && !name.eq_ignore_ascii_case("original-message-id") {
            continue;
        }
        let value = if value.trim().is_empty() { lines.peek().copied().unwrap_or_default() } else { value };
        for id in message_ids(value) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
}

/// `5.1.1` somewhere in a line.
fn status_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|w| w.trim_matches('.')).find_map(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let class = parts.first().is_some_and(|c| ["2", "4", "5"].contains(c));
        let small = parts.iter().all(|p| !p.is_empty() && p.len() <= 3);
        (class && small && parts.len() == 3).then(|| word.to_owned())
    })
}

/// Addresses in the words above the returned mail, with a code from the lines beside them.
fn named_in_words(text: &str) -> Vec<FailedRecipient> {
    let mut found: Vec<FailedRecipient> = Vec::new();
    let lines: Vec<&str> = text.lines().take(60).collect();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        let header = trimmed.split(':').next().is_some_and(|n| {
            ["from", "to", "reply-to", "return-path", "received", "message-id"]
                .contains(&n.to_ascii_lowercase().as_str())
        });
        if header {
            continue;
        }
        let Some(word) =
            trimmed.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c)).find(|w| is_address(w))
        else {
            continue;
        };
        let near = lines.get(at..(at + 6).min(lines.len())).unwrap_or_default().join(" ");
        let status = status_code(&near);
        let refused = status.is_some()
            || says_refused(trimmed)
            || trimmed.starts_with('<')
            || trimmed.starts_with(word);
        if refused && !word.to_ascii_lowercase().starts_with("postmaster") {
            push(
                &mut found,
                FailedRecipient { address: normalise(word), status, ..FailedRecipient::default() },
            );
        }
    }
    found
}

fn says_refused(line: &str) -> bool {
    const WORDS: [&str; 12] = [
        "undeliver",
        "unable to deliver",
        "could not be delivered",
        "recipient",
        "mailbox",
        "quota",
        "user unknown",
        "unknown user",
        "rejected",
        "failed",
        "n'a pas pu",
        "destinataire",
    ];
    let line = line.to_lowercase().replace('’', "'");
    WORDS.iter().any(|w| line.contains(w))
}

fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
}
