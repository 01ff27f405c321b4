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

/// Looks at the headers; a subject or the words of the text count only beside a header: a person who
/// passes a bounce on, or tells of one, is a person.
pub fn detect(head: &Head, mail: &Mail, body: &Body) -> Option<Machine> {
    let seen = Seen { head, from: mail.from.as_ref(), subject: &mail.subject, body };
    let found = seen.daemon_report().or_else(|| seen.report()).or_else(|| seen.daemon());
    let found = found.or_else(|| seen.notification()).or_else(|| untyped_report(head));
    let found = found.or_else(|| auto_submitted(head));
    let found = found.or_else(|| precedence(head, &mail.subject)).or_else(|| list(head));
    found
        .or_else(|| null_sender(head))
        .or_else(|| vendor(head, &mail.subject))
        .or_else(|| wants_no_answer(head))
}

fn machine(kind: MachineKind, name: &str, value: &str) -> Option<Machine> {
    let reason = format!("{name}: {}", clean::cut(&clean::line(value), 120));
    Some(Machine { kind, reason })
}

/// What a mail shows of its author.
struct Seen<'m> {
    head: &'m Head,
    from: Option<&'m Mailbox>,
    subject: &'m str,
    body: &'m Body,
}

impl Seen<'_> {
    fn report(&self) -> Option<Machine> {
        let mime = self.head.mime()?;
        if mime == "message/delivery-status" {
            return machine(MachineKind::Bounce, "Content-Type", &mime);
        }
        if mime != "multipart/report" {
            return None;
        }
        let kind = self.head.mime_attribute("report-type").unwrap_or_default().to_ascii_lowercase();
        let label = match kind.as_str() {
            "delivery-status" => MachineKind::Bounce,
            "" => return None,
            _ => MachineKind::Report,
        };
        machine(label, "Content-Type: multipart/report", &kind)
    }

    /// A mail server may refuse in the form of a read receipt.
    fn daemon_report(&self) -> Option<Machine> {
        let receipt = self.head.mime_attribute("report-type").is_some_and(|t| t.contains("disposition"));
        (receipt && says_undelivered(self.subject)).then(|| self.daemon()).flatten()
    }

    fn daemon(&self) -> Option<Machine> {
        if let Some(value) = self.head.raw("x-failed-recipients") {
            return machine(MachineKind::Bounce, "X-Failed-Recipients", value);
        }
        let raw_from = self.head.raw("from").unwrap_or_default();
        let address = self.from.map(|f| f.address.to_ascii_lowercase()).unwrap_or_default();
        let local = address.split('@').next().unwrap_or_default();
        let name = self.from.and_then(|f| f.name.as_deref()).unwrap_or_default().to_lowercase();
        let returned =
            self.head.raw("return-path").unwrap_or_default().to_ascii_lowercase().contains("mailer-daemon");
        let daemon = ["mailer-daemon", "mailer daemon", "mailerdaemon"]
            .iter()
            .any(|d| local.starts_with(d) || name.contains(d));
        let delivery = name.contains("mail delivery s") || local.starts_with("mail.delivery.s");
        let post = ["postmaster", "post_master", "poostmaster", "mmdf", "mailer"].contains(&local);
        let nobody =
            raw_from.trim() == "<>" || (self.head.has("from") && address.is_empty() && name.is_empty());
        let automatic = null_return(self.head) || returned || is_automatic(self.head).is_some() || nobody;
        let says_in_subject = says_undelivered(self.subject);
        let says = says_in_subject || self.text_says_undelivered();
        // A postmaster is a person too, who may write of mail that did not arrive.
        let error = self.body.text.trim_start().to_lowercase().starts_with("error:");
        let reports = self.body.attachments.iter().any(|f| f.mime == "message/delivery-status");
        let bounced = daemon
            || delivery
            || (post && (automatic || says_in_subject || error))
            || (automatic && reports)
            || ((null_return(self.head) || returned || nobody) && says);
        if bounced { machine(MachineKind::Bounce, "From", raw_from) } else { None }
    }

    /// Only the first words: further down may stand what a person quotes.
    fn text_says_undelivered(&self) -> bool {
        const SAYS: [&str; 14] = [
            "could not be delivered",
            "couldn't be delivered",
            "cannot be delivered",
            "not be delivered",
            "delivery to the following",
            "undeliverable",
            "undelivered",
            "error: invalid user address",
            "delivery problems",
            "n'a pas pu être délivré",
            "n'a pas pu être remis",
            "n'a pu être remis",
            "konnte nicht zugestellt",
            "attempting to deliver a message",
        ];
        let start: String = self.body.text.chars().take(600).collect();
        let start = start.to_lowercase().replace('’', "'");
        let start = start.split_whitespace().collect::<Vec<_>>().join(" ");
        SAYS.iter().any(|s| start.contains(s))
    }

    /// Amazon's sending service tells in JSON.
    fn notification(&self) -> Option<Machine> {
        let id = self.head.raw("x-amz-sns-message-id")?;
        let start: String =
            self.body.text.chars().take(600).filter(|c| !c.is_whitespace() && *c != '\\').collect();
        let says = |kind: &str| start.contains(&format!("\"notificationType\":\"{kind}\""));
        let kind = if says("Bounce") || says("Delivery") {
            MachineKind::Bounce
        } else if says("Complaint") {
            MachineKind::Report
        } else {
            MachineKind::AutoReply
        };
        machine(kind, "X-Amz-Sns-Message-Id", id)
    }
}

fn untyped_report(head: &Head) -> Option<Machine> {
    let mime = head.mime().filter(|m| m == "multipart/report")?;
    machine(MachineKind::Report, "Content-Type", &mime)
}

fn null_return(head: &Head) -> bool {
    head.raw("return-path").is_some_and(|v| v.trim().trim_matches(['<', '>', ' ']).is_empty())
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
    const NAMES: [&str; 12] = [
        "x-autoreply",
        "x-autorespond",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-vacation",
        "x-autoresponder",
        "x-auto-response",
        "x-auto-reply",
        "x-autogenerated",
        "x-cron-env",
        "x-forward-autoreply",
        "x-fc-machinegenerated",
    ];
    for name in NAMES {
        if let Some(value) = head.raw(name).filter(|v| !["no", "false", "0"].contains(&v.trim())) {
            return machine(MachineKind::AutoReply, name, value);
        }
    }
    // Zimbra, GroupWise, Lotus and others say it in a value.
    let says = [
        ("x-mailer", "vacation"),
        ("x-mailer", "autoresponder"),
        ("x-mailer", "auto-reply"),
        ("x-gw-autoreply", ""),
        ("x-notes-item", "reptooutofoffice"),
        ("x-lotus-autoreply", ""),
        ("x-zimbra-auto", ""),
        ("x-loop", "autoreply"),
        ("delivered-to", "autoresponder"),
        ("preference", "auto_reply"),
        ("x-post-messageclass", "ooftemplate"),
        ("x-message-class", "oof"),
    ];
    says.iter().find_map(|(name, word)| {
        let value = head.all(name).find(|v| v.to_ascii_lowercase().contains(word))?;
        machine(MachineKind::AutoReply, name, value)
    })
}

/// Exchange and Outlook mark notices of absence, but not every version says so in Auto-Submitted: with a
/// subject that says it too.
fn vendor(head: &Head, subject: &str) -> Option<Machine> {
    let silent = head.raw("x-auto-response-suppress").is_some_and(|v| !v.eq_ignore_ascii_case("none"));
    let mailer = head.raw("x-mailer").unwrap_or_default().to_ascii_lowercase();
    let program =
        ["groupwise", "lotus", "notes", "zimbra", "orange", "ciscounity"].iter().any(|p| mailer.contains(p));
    let noreply = head.raw("from").unwrap_or_default().to_ascii_lowercase();
    let noreply = ["noreply", "no-reply", "nepasrepondre", "ne-pas-repondre", "donotreply"]
        .iter()
        .any(|n| noreply.contains(n));
    // Exchange puts it on all that its rules send: on answers, and on what a person wrote and a rule
    // passes on.
    let rule =
        head.has("x-ms-exchange-inbox-rules-loop") || head.has("x-ms-exchange-generated-message-source");
    (says_absent(subject) && (silent || program || noreply || rule))
        .then(|| machine(MachineKind::AutoReply, "Subject", subject))?
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
    for name in ["list-id", "list-post", "mailing-list", "x-mailing-list", "x-mlserver", "x-ml-name"] {
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
    const RETURNED: &[&str] = &[
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
        "delivery notification",
        "delivery error",
        "remise du message",
        "notification d'état de remise",
        "notification de non-remise",
        "message non délivré",
        "courrier non remis",
        "echec de la remise",
        "échec de remise",
        "mail non remis",
        "impossible de remettre",
        "avis de non",
        "zustellung",
        "mail system error",
        "warning: could not send",
        "message delayed",
        "non recapitabile",
        "no se puede entregar",
        "onbestelbaar",
    ];
    let subject = subject.to_lowercase();
    RETURNED.iter().any(|r| subject.contains(r))
}

/// A weak hint: never believed alone.
fn says_absent(subject: &str) -> bool {
    const ABSENT: &[&str] = &[
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
        "auto-réponse",
        "autoréponse",
        "reponse automatique",
        "away from",
        "en congé",
        "respuesta automática",
        "fuera de la oficina",
        "risposta automatica",
        "fuori sede",
        "automatisch antwoord",
        "afwezig",
        "fuori ufficio",
        "auto-reply",
        "automatische antwort",
        "vacation",
    ];
    let subject = subject.to_lowercase().replace('’', "'");
    ABSENT.iter().any(|a| subject.contains(a))
}
