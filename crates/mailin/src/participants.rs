//! Who may join a thread because a participant wrote to them too.

use crate::{Mail, Mailbox, normalise};

/// People that one mail may bring in: a mail to a whole list of addresses opens no door.
const MOST: usize = 20;

/// The addresses that become participants "by copy" through this mail: those in To and Cc, when its
/// sender takes part. When one of them answers, they join the thread instead of opening a ticket.
///
/// Never our own addresses (`is_ours`), never lists, machines or addresses that take no answer, and
/// nobody at all when the mail itself was written by a machine or went to more than twenty people:
/// then each who answers opens a linked ticket, which loses nothing.
#[must_use]
pub fn by_copy(mail: &Mail, is_ours: impl Fn(&str) -> bool) -> Vec<Mailbox> {
    if mail.machine.is_some() || mail.to.len() + mail.cc.len() > MOST {
        return Vec::new();
    }
    let sender = mail.from.as_ref().map(|f| normalise(&f.address));
    let mut found: Vec<Mailbox> = Vec::new();
    for one in mail.to.iter().chain(&mail.cc) {
        let address = normalise(&one.address);
        let is_person =
            address.split_once('@').is_some_and(|(local, domain)| domain.contains('.') && is_person(local));
        let known = found.iter().any(|f| f.address == address) || sender.as_deref() == Some(address.as_str());
        if is_person && !known && !is_ours(&address) {
            found.push(Mailbox { name: one.name.clone(), address });
        }
    }
    found
}

/// What an address calls itself that nobody reads.
const SILENT: [&str; 10] = [
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "nepasrepondre",
    "ne-pas-repondre",
    "ne_pas_repondre",
    "pasdereponse",
    "mailer-daemon",
];

/// Whether the address says of itself that nobody reads it.
#[must_use]
pub fn takes_no_answer(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    SILENT.contains(&local.split('+').next().unwrap_or(local))
}

/// Not a list, a robot or a mailbox that nobody reads (RFC 2142 names some).
fn is_person(local: &str) -> bool {
    const WORDS: [&str; 16] = [
        "postmaster",
        "listserv",
        "sympa",
        "mailman",
        "majordomo",
        "bounce",
        "bounces",
        "notification",
        "notifications",
        "newsletter",
        "undisclosed-recipients",
        "unsubscribe",
        "desabonnement",
        "owner",
        "robot",
        "daemon",
    ];
    const ENDS: [&str; 7] =
        ["-request", "-owner", "-bounces", "-subscribe", "-unsubscribe", "-noreply", "-editor"];
    let base = local.split('+').next().unwrap_or(local);
    !local.is_empty()
        && !takes_no_answer(local)
        && !WORDS.contains(&base)
        && !ENDS.iter().any(|e| base.ends_with(e))
        && !base.starts_with("noreply")
        && !base.starts_with("no-reply")
        && !base.starts_with("owner-")
        && !base.starts_with("bounce")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, read};

    fn copied(headers: &str) -> Vec<String> {
        let mail = read(format!("From: jeanne@exemple.fr\n{headers}\n\nx\n").as_bytes(), &Limits::default());
        by_copy(&mail, |a| a.ends_with("@asso.example")).into_iter().map(|m| m.address).collect()
    }

    #[test]
    fn people_in_copy_may_join_and_nobody_else() {
        let headers = "To: Aide <AIDE@asso.example>, Paul@Exemple.fr\nCc: jeanne@exemple.fr, <nepasrepondre@site.example>,\n \
            liste-request@l.example, Ana <ana@exemple.es>, paul@exemple.fr, owner-liste@l.example, \"sans adresse\"";
        assert_eq!(copied(headers), ["paul@exemple.fr", "ana@exemple.es"]);
    }

    #[test]
    fn a_mail_to_everyone_or_by_a_machine_brings_nobody_in() {
        let crowd: Vec<String> = (0..30).map(|n| format!("p{n}@exemple.fr")).collect();
        assert!(copied(&format!("Cc: {}", crowd.join(", "))).is_empty());
        assert!(copied("Cc: paul@exemple.fr\nAuto-Submitted: auto-replied").is_empty());
    }
}
