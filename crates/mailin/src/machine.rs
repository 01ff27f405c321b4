//! Was it written by a program? Law M3: the answer only keeps us from answering automatically and
//! from moving a ticket toward closed; nothing is ever dropped for it.

use serde::{Deserialize, Serialize};

use crate::body::Body;
use crate::head::Head;
use crate::{Mail, Mailbox, clean};

/// What kind of program wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MachineKind {
    /// A mail server says that a mail could not be, or is not yet, delivered.
    Bounce,
    /// An answering machine, an out-of-office notice, a program's notice.
    AutoReply,
    /// A person writing through a mailing list.
    MailingList,
    /// One mail to many.
    Bulk,
    /// A read receipt, an abuse or DMARC report.
    Report,
}

impl MachineKind {
    /// The word kept in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::AutoReply => "auto_reply",
            Self::MailingList => "mailing_list",
            Self::Bulk => "bulk",
            Self::Report => "report",
        }
    }
}

/// A label, and the header that earned it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The label.
    pub kind: MachineKind,
    /// The header and its value, for the person who wonders.
    pub reason: String,
}

/// Looks at the headers only; a subject counts only beside a header.
pub fn detect(head: &Head, mail: &Mail, body: &Body) -> Option<Machine> {
    let (from, subject) = (mail.from.as_ref(), mail.subject.as_str());
    let found = report(head).or_else(|| daemon(head, from, subject)).or_else(|| untyped_report(head));
    let found = found.or_else(|| auto_submitted(head));
    let found = found.or_else(|| precedence(head, subject)).or_else(|| list(head));
    found.or_else(|| null_sender(head)).or_else(|| wants_no_answer(head))
}

fn machine(kind: MachineKind, name: &str, value: &str) -> Option<Machine> {
    let reason = format!("{name}: {}", clean::cut(&clean::line(value), 120));
    Some(Machine { kind, reason })
}

fn report(head: &Head) -> Option<Machine> {
    let mime = head.mime()?;
    if mime == "message/delivery-status" {
        return machine(MachineKind::Bounce, "Content-Type", &mime);
    }
    if mime != "multipart/report" {
        return None;
    }
    let kind = head.mime_attribute("report-type").unwrap_or_default().to_ascii_lowercase();
    let label = match kind.as_str() {
        "delivery-status" => MachineKind::Bounce,
        "" => return None,
        _ => MachineKind::Report,
    };
    machine(label, "Content-Type: multipart/report", &kind)
}

fn untyped_report(head: &Head) -> Option<Machine> {
    let mime = head.mime().filter(|m| m == "multipart/report")?;
    machine(MachineKind::Report, "Content-Type", &mime)
}

fn null_return(head: &Head) -> bool {
    head.raw("return-path").is_some_and(|v| v.trim().trim_matches(['<', '>', ' ']).is_empty())
}

fn daemon(head: &Head, from: Option<&Mailbox>, subject: &str) -> Option<Machine> {
    if head.has("x-failed-recipients") {
        return machine(
            MachineKind::Bounce,
            "X-Failed-Recipients",
            head.raw("x-failed-recipients").unwrap_or_default(),
        );
    }
    let from = from?;
    let local = from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let name = from.name.as_deref().unwrap_or_default().to_lowercase();
    let returned = head.raw("return-path").unwrap_or_default().to_ascii_lowercase().contains("mailer-daemon");
    let daemon =
        local.starts_with("mailer-daemon") || local == "mailerdaemon" || name.contains("mailer-daemon");
    let delivery = name.contains("mail delivery s") || local.starts_with("mail.delivery.s");
    let post = ["postmaster", "post_master", "mmdf", "mailer"].contains(&local.as_str());
    let automatic = null_return(head) || returned || is_automatic(head).is_some();
    let says = says_undelivered(subject);
    if daemon || delivery || (post && (automatic || says)) || (returned && says) {
        return machine(MachineKind::Bounce, "From", &from.address);
    }
    None
}

fn is_automatic(head: &Head) -> Option<&str> {
    head.all("auto-submitted").find(|v| {
        let word = v.split([';', ' ', '(']).next().unwrap_or_default();
        !word.is_empty() && !word.eq_ignore_ascii_case("no")
    })
}

fn auto_submitted(head: &Head) -> Option<Machine> {
    if let Some(value) = is_automatic(head) {
        return machine(MachineKind::AutoReply, "Auto-Submitted", value);
    }
    if let Some(value) = head.raw("x-apple-action").filter(|v| v.eq_ignore_ascii_case("vacation")) {
        return machine(MachineKind::AutoReply, "X-Apple-Action", value);
    }
    for name in ["x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-vacation"] {
        if let Some(value) = head.raw(name).filter(|v| !v.eq_ignore_ascii_case("no")) {
            return machine(MachineKind::AutoReply, name, value);
        }
    }
    None
}

fn precedence(head: &Head, subject: &str) -> Option<Machine> {
    let value = head.raw("precedence").or_else(|| head.raw("x-precedence"))?;
    let kind = match value.to_ascii_lowercase().replace('-', "_").trim() {
        "auto_reply" => MachineKind::AutoReply,
        "bulk" | "junk" if says_absent(subject) => MachineKind::AutoReply,
        "bulk" | "junk" if head.has("list-id") || head.has("list-post") => MachineKind::MailingList,
        "bulk" | "junk" => MachineKind::Bulk,
        "list" => MachineKind::MailingList,
        _ => return None,
    };
    machine(kind, "Precedence", value)
}

fn list(head: &Head) -> Option<Machine> {
    for name in ["list-id", "list-post", "mailing-list", "x-mailing-list"] {
        if let Some(value) = head.raw(name) {
            return machine(MachineKind::MailingList, name, value);
        }
    }
    let other =
        head.has_prefix("list-unsubscribe").then(|| head.raw("list-unsubscribe").unwrap_or_default())?;
    machine(MachineKind::Bulk, "List-Unsubscribe", other)
}

fn null_sender(head: &Head) -> Option<Machine> {
    null_return(head).then(|| machine(MachineKind::AutoReply, "Return-Path", "<>"))?
}

/// Programs set it, and so do a few people's servers: it asks for silence, it proves no machine.
fn wants_no_answer(head: &Head) -> Option<Machine> {
    let value = head.raw("x-auto-response-suppress").filter(|v| !v.eq_ignore_ascii_case("none"))?;
    machine(MachineKind::Bulk, "X-Auto-Response-Suppress", value)
}

/// Believed only of a mail system's own address.
fn says_undelivered(subject: &str) -> bool {
    const RETURNED: [&str; 16] = [
        "undeliver",
        "returned mail",
        "delivery status",
        "delivery fail",
        "failed mail",
        "failure notice",
        "mail delivery",
        "non-delivery",
        "not be delivered",
        "non remis",
        "non distribu",
        "échec de la remise",
        "retour de courrier",
        "unzustellbar",
        "delivery has failed",
        "automatically rejected",
    ];
    let subject = subject.to_lowercase();
    RETURNED.iter().any(|r| subject.contains(r))
}

/// A weak hint: never believed alone.
fn says_absent(subject: &str) -> bool {
    const ABSENT: [&str; 14] = [
        "absence du bureau",
        "absent du bureau",
        "absence",
        "réponse automatique",
        "message d'absence",
        "répondeur",
        "out of office",
        "out of the office",
        "automatic reply",
        "auto reply",
        "autoreply",
        "abwesenheit",
        "automatische antwort",
        "vacation",
    ];
    let subject = subject.to_lowercase().replace('’', "'");
    ABSENT.iter().any(|a| subject.contains(a))
}
