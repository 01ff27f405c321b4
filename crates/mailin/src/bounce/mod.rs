//! What a delivery report says: which mail of ours, to whom, and why it did not arrive.
//!
//! Parts for machines come first (RFC 3464, in [`status`]), then the words for people ([`loose`]);
//! [`cause`] makes one vocabulary of both.

mod cause;
mod loose;
mod notification;
mod status;
mod words;

use serde::{Deserialize, Serialize};

use crate::head::message_ids;
use crate::normalise;

pub use cause::Cause;

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

/// What a failure means for the next mail to this address. Whatever it says, a mail that `Failed` has
/// not reached its reader, who is still owed an answer (law P3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The address is no good: no such person, no such domain, moved, takes no mail.
    Hard,
    /// The address may be good: full, disabled for now, or it is us who were refused. Also what nobody
    /// explains: taking a good address for dead would silence us toward a person, the other mistake
    /// costs one more mail.
    #[default]
    Soft,
    /// Not yet; the server goes on trying.
    Delayed,
    /// It arrived.
    None,
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
    /// RFC 5321 reply, such as 550.
    pub reply_code: Option<u16>,
    /// The other server's words.
    pub diagnostic: Option<String>,
    /// Why.
    pub cause: Cause,
    /// Whether the address is still good.
    pub severity: Severity,
}

impl FailedRecipient {
    /// Fills in what follows from the rest.
    fn judged(mut self, around: &str) -> Self {
        let words = self.diagnostic.clone().unwrap_or_default();
        self.reply_code = self.reply_code.or_else(|| cause::reply_code(&words));
        // The other server's own code says more than the one that ours made of it; "2.1.5" among its
        // words may be anything.
        let in_words =
            cause::status_code(&words).filter(|s| !s.starts_with('2') || self.action == Action::Delivered);
        self.status = in_words.or(self.status);
        self.cause = cause::find(self.action, self.status.as_deref(), &words, around);
        self.severity = cause::severity(self.action, self.cause, self.status.as_deref());
        self
    }
}

/// What a refusal means: of a report, or of the server that refuses a mail while we send it. `status` is
/// an RFC 3463 code when one is known apart from the words; the other server's own code among the words
/// counts before it.
#[must_use]
pub fn judge(action: Action, status: Option<&str>, words: &str) -> (Cause, Severity) {
    let recipient = FailedRecipient {
        action,
        status: status.and_then(cause::status_code),
        diagnostic: Some(words.to_owned()),
        ..FailedRecipient::default()
    };
    let judged = recipient.judged("");
    (judged.cause, judged.severity)
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
    /// The subject of the report.
    pub subject: String,
    /// `X-Failed-Recipients`.
    pub header_recipients: Vec<String>,
    /// Whom the report itself is sent to: never among those it speaks of, unless it says so.
    pub ours: Vec<String>,
}

/// Reads a report; parts for machines first, then the words for people.
pub fn read(report: &Report) -> Bounce {
    let mut bounce = Bounce::default();
    let mut found: Vec<FailedRecipient> =
        report.statuses.iter().flat_map(|s| status::recipients(s)).collect();
    if found.is_empty() {
        found = notification::recipients(&report.text);
    }
    // Some reports come as one text, or bent on the way.
    if found.is_empty() && report.text.to_ascii_lowercase().contains("\nfinal-recipient:") {
        found.extend(status::recipients(&report.text));
    }
    for address in &report.header_recipients {
        let address = normalise(address);
        push(&mut found, FailedRecipient { address, ..FailedRecipient::default() });
    }
    // A pipe or a file behind an alias is no address when the alias is named too.
    if found.iter().any(|f| f.address.contains('@')) {
        found.retain(|f| f.address.contains('@'));
    }
    let (above, below) = loose::halves(&report.text);
    let told = loose::recipients(above, report);
    if found.is_empty() {
        found = told;
    } else {
        loose::explain(&mut found, &told);
    }
    for returned in &report.returned {
        add_ids(returned, &mut bounce.originals);
    }
    if bounce.originals.is_empty() {
        add_ids(&report.text, &mut bounce.originals);
    }
    if found.is_empty() {
        let address =
            report.returned.iter().map(String::as_str).chain([below, above]).find_map(loose::sent_to);
        found.extend(address.map(|address| FailedRecipient {
            address,
            action: loose::action(&report.subject, above),
            diagnostic: loose::reason(above),
            ..FailedRecipient::default()
        }));
    }
    let around = format!("{} {}", report.subject, above);
    for recipient in found {
        push(&mut bounce.recipients, recipient.judged(&around));
    }
    bounce
}

fn push(recipients: &mut Vec<FailedRecipient>, new: FailedRecipient) {
    if !new.address.is_empty() && !recipients.iter().any(|r| r.address == new.address) {
        recipients.push(new);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_judged_by_its_words_and_its_code() {
        for (words, cause, severity) in [
            ("550 5.1.1 User unknown", Cause::UnknownUser, Severity::Hard),
            ("550 No such user here", Cause::UnknownUser, Severity::Hard),
            ("450 4.2.0 Greylisted, come back in 5 minutes", Cause::TooMany, Severity::Soft),
            ("452 4.2.2 Over quota", Cause::MailboxFull, Severity::Soft),
            ("450 4.1.1 User unknown in relay table", Cause::UnknownUser, Severity::Soft),
            ("550 5.1.2 Host unknown", Cause::UnknownHost, Severity::Hard),
            ("551 5.1.6 The user has moved", Cause::Moved, Severity::Hard),
            ("556 5.1.10 Domain has null MX", Cause::TakesNoMail, Severity::Hard),
            ("554 5.7.1 Your IP is blocked by Spamhaus", Cause::SenderBlocked, Severity::Soft),
            ("550 5.2.0 Mail rejete. ofr_506 [506]", Cause::Content, Severity::Soft),
            ("550 5.5.0 Le compte du destinataire est bloque. LPN007_426", Cause::Disabled, Severity::Soft),
            ("552 5.2.2 Boîte aux lettres pleine", Cause::MailboxFull, Severity::Soft),
            ("554 5.0.0", Cause::Unknown, Severity::Soft),
            ("", Cause::Unknown, Severity::Soft),
        ] {
            assert_eq!(judge(Action::Failed, None, words), (cause, severity), "{words}");
        }
        assert_eq!(judge(Action::Failed, Some("5.1.1"), "").1, Severity::Hard);
        assert_eq!(judge(Action::Delayed, Some("5.1.1"), "User unknown").1, Severity::Delayed);
        assert_eq!(judge(Action::Delivered, Some("2.0.0"), "250 spam"), (Cause::Unknown, Severity::None));
    }
}
