//! Why a mail did not arrive: one vocabulary for the codes (RFC 3463, RFC 5321) and the words of servers.

use serde::{Deserialize, Serialize};

use super::{Action, Severity, words};

/// Why a mail did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nobody of that name there.
    UnknownUser,
    /// No such domain.
    UnknownHost,
    /// The person has another address now.
    Moved,
    /// The domain takes no mail.
    TakesNoMail,
    /// Over quota.
    MailboxFull,
    /// The mailbox is disabled, suspended or long unused: many come back.
    Disabled,
    /// The mail is larger than they take.
    TooLarge,
    /// Tried for days without success.
    Expired,
    /// The other server could not be reached or found.
    Network,
    /// It is us who are refused: our server's address, name, domain or sender.
    SenderBlocked,
    /// SPF, DKIM or DMARC of ours failed.
    NotAuthenticated,
    /// Too many mails at once, or "come back later".
    TooMany,
    /// Taken for spam, a virus, or what they do not want inside.
    Content,
    /// A rule of theirs.
    Policy,
    /// Trouble of theirs.
    System,
    /// Nobody says.
    #[default]
    Unknown,
}

/// `5.1.1` somewhere in a text, alone or after `#`.
pub fn status_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|w| w.trim_matches('.')).find_map(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let class = parts.first().is_some_and(|c| ["2", "4", "5"].contains(c));
        let small = parts.iter().all(|p| !p.is_empty() && p.len() <= 3);
        (class && small && parts.len() == 3).then(|| word.to_owned())
    })
}

/// `550` at the start of the words, or after "said:" and the like.
pub fn reply_code(words: &str) -> Option<u16> {
    let is_code = |word: &str| {
        let number: u16 = word.parse().ok()?;
        let known =
            [211, 220, 221, 235, 250, 251, 252, 421, 422, 431, 432, 450, 451, 452, 453, 454, 455, 458, 459];
        let fits = known.contains(&number) || (500..=559).contains(&number) || number == 571;
        (word.len() == 3 && fits).then_some(number)
    };
    let mut before = "";
    for word in
        words.split(|c: char| c.is_whitespace() || "()[]<>\"',;".contains(c)).filter(|w| !w.is_empty())
    {
        let digits = word.trim_start_matches(':').split(['-', '#', ':']).next().unwrap_or_default();
        let counted = ["port", "line", "after", "in", "for", "than", "limit", "of", "for:"].contains(&before);
        if let Some(code) = is_code(digits).filter(|_| !counted) {
            return Some(code);
        }
        before = word;
    }
    None
}

/// What the code means, when it says more than "other" (RFC 3463, IANA's list).
fn of_status(status: &str) -> Option<Cause> {
    let (_, detail) = status.split_once('.')?;
    Some(match detail {
        "1.1" | "1.3" | "1.0" => Cause::UnknownUser,
        "1.2" | "4.4" => Cause::UnknownHost,
        "1.6" => Cause::Moved,
        "1.10" => Cause::TakesNoMail,
        "1.7" | "1.8" | "7.25" | "7.27" => Cause::SenderBlocked,
        "2.1" => Cause::Disabled,
        "2.2" => Cause::MailboxFull,
        "2.3" | "3.4" => Cause::TooLarge,
        "2.4" | "3.0" | "3.1" | "3.2" | "3.3" | "3.5" | "4.3" | "4.5" => Cause::System,
        "4.1" | "4.2" | "4.6" => Cause::Network,
        "4.7" => Cause::Expired,
        "5.3" => Cause::TooMany,
        "6.0" | "6.1" | "6.2" | "6.3" | "6.5" => Cause::Content,
        "7.1" | "7.0" | "7.2" | "7.9" => Cause::Policy,
        "7.20" | "7.21" | "7.22" | "7.23" | "7.24" | "7.26" | "7.29" => Cause::NotAuthenticated,
        _ => return None,
    })
}

/// The words decide where they are sure; then the code; then words that many say for many things.
pub fn find(action: Action, status: Option<&str>, diagnostic: &str, around: &str) -> Cause {
    if action == Action::Delivered {
        return Cause::Unknown;
    }
    let by_code = status.and_then(of_status);
    let found = match (in_words(diagnostic), by_code) {
        // This code says one thing only.
        (_, Some(code @ Cause::Moved)) => code,
        // "Rejected", "denied" and "error" stand in every refusal: a code that says more is believed.
        (Some(Cause::Policy | Cause::System | Cause::Network), Some(code)) => code,
        (Some(words), _) => words,
        (None, Some(code)) => code,
        (None, None) => in_words(around).unwrap_or_default(),
    };
    match (found, action) {
        (Cause::Unknown, Action::Delayed) => Cause::Expired,
        _ => found,
    }
}

fn in_words(text: &str) -> Option<Cause> {
    let said = text.to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    // Postfix says so of itself while a server does not answer.
    let said = said.replace("delivery temporarily suspended", "");
    let by_number = words::orange(&said);
    by_number.or_else(|| {
        words::TABLES
            .iter()
            .find(|(_, words)| words.iter().any(|w| said.contains(w)))
            .map(|(cause, _)| *cause)
    })
}

/// Whether the address is still good. A code of the fourth class means "for now", whatever the words.
pub fn severity(action: Action, cause: Cause, status: Option<&str>) -> Severity {
    let lasting = !status.is_some_and(|s| s.starts_with('4'));
    match action {
        Action::Delivered => Severity::None,
        Action::Delayed => Severity::Delayed,
        Action::Failed => match cause {
            Cause::UnknownUser | Cause::UnknownHost | Cause::Moved | Cause::TakesNoMail if lasting => {
                Severity::Hard
            }
            _ => Severity::Soft,
        },
    }
}
