//! What servers say when they do not take a mail, in lower case with blanks made single. The first table
//! with a hit counts, so the surer words stand first.

use super::Cause;

/// Words and what they mean.
#[rustfmt::skip]
pub const TABLES: &[(Cause, &[&str])] = &[
    (Cause::NotAuthenticated, &[
        "dmarc", "dkim fail", "dkim check", "dkim signature", "dkim:", "dkim =", "dkim=", "spf check", "spf fail", "spf record",
        "spf validation", "not pass spf", "spf:", "(spf)", "spf:", "sender policy framework", "unauthenticated email",
        "unauthenticated mail", "sender id (pra)", "fails to pass authentication", "authentication requirements",
        "authentication information", "poses a security risk", "spf)", "failed spf", "openspf",
    ]),
    (Cause::Content, &[
        "as spam", "is spam", "like spam", "spam content", "spam message", "spam detected", "spam score", "spammy",
        "due to spam", "spam-related", "message content", "content rejected", "virus", "malware", "infected",
        "prohibited attachment", "blocked attachment", "url in message", "unsolicited", "high probability of",
        "identified spam", "bulk mail", "junk mail", "contenu du message", "improper use of 8-bit", "spamassassin",
        "message looks", "message filtered", "considered spam", "spam classification", "spam filter", "bogofilter",
    ]),
    // Said of us, whatever follows: "domain of sender address … does not exist".
    (Cause::SenderBlocked, &[
        "after mail from", "in reply to mail from", "domain of sender", "sender address rejected", "sender rejected",
        "unroutable sender", "invalid sender", "bad sender", "sender verify", "sender domain", "sender denied",
        "purported responsible address", "after initial connection", "sending ip", "client ip", "your ip",
        "may not have permission to post", "don't have permission to post", "l'autorisation de publier",
        "group you tried to contact", "client host rejected", "refused to accept mail from", "unfortunately, messages from",
        "google groups", "autorisé à lui envoyer", "bad dns ptr", "not configured to relay", "from: domain is invalid", "valid from:", "not allowed to send",
    ]),
    (Cause::Moved, &[
        "has moved", "address has changed", "no longer at this address", "new address", "address is changed",
        "changed e-mail address", "user has moved", "has been replaced by", "a changé d'adresse", "recipient moved",
        "user not local; please try", "please use the new", "address changed",
    ]),
    (Cause::MailboxFull, &[
        "quota", "mailbox full", "mailbox is full", "mailbox is currently full", "inbox is full", "over the maximum",
        "exceeded storage", "exceed storage", "storage allocation", "mailbox size", "boîte aux lettres pleine",
        "boite aux lettres pleine", "boîte pleine", "boite pleine", "bal pleine", "boîte de réception pleine",
        "boite de reception pleine", "boîte de réception du destinataire est saturée", "message storage",
        "out of storage", "not enough space", "not enough storage", "mail folder is full", "account is full",
        "mailfolder is full", "too much mail data", "over its limit", "exceeded its space", "exceeded the space",
        "maildir over", "storage limit", "no space left for this user", "mailbox exceeds", "mailbox exceeded",
        "recipient's mailbox exceeded", "postfach ist voll", "postfach voll", "mailbox is over", "overquota", "full mailbox",
        "inbox full", "casilla llena", "buzón lleno", "casella piena", "vol postvak",
    ]),
    (Cause::TooLarge, &[
        "message too large", "message is too large", "message size exceeds", "message too big", "size limit",
        "exceeds maximum", "exceeds the maximum", "exceeds fixed maximum", "exceeds size", "message length exceeds",
        "message file too big", "trop volumineux", "taille maximale", "max message size", "too big", "too large",
    ]),
    (Cause::TooMany, &["receiving mail at a rate", "receiving mail too quickly", "greylist", "graylist", "grey-list", "grey list"]),
    (Cause::Disabled, &[
        "account suspended", "is suspended", "currently suspended", "been suspended", "user suspended", "mailbox disabled", "suspended account",
        "disabled", "inactive", "deactivated", "account is locked", "account locked", "mailbox is locked",
        "not active", "temporary locked", "temporarily locked", "account expired", "has been terminated", "désactivé",
        "suspendu", "mailbox is frozen", "mailbox frozen", "account closed", "mailbox closed", "not activated",
        "account has been blocked", "account is blocked", "account blocked", "destinataire est bloqu", "compte bloqu",
        "no longer on server", "account is unavailable", "account unavailable", "mailbox temporarily disabled", "compte inactif",
    ]),
    (Cause::TakesNoMail, &[
        "does not accept mail", "null mx", "nullmx", "accepts no mail", "no smtp service", "doesn't receive email",
        "doesn't accept any mail", "does not receive mail", "smtp service not available to hosts", "no mx record found",
    ]),
    (Cause::UnknownHost, &[
        "host unknown", "unknown host", "no such domain", "domain not found", "domain does not exist", "host not found",
        "unrouteable address", "unrouteable mail domain", "name or service not known", "domain name not found",
        "nxdomain", "domain couldn't be found", "domain unknown", "unknown domain", "name service error",
        "bad destination host", "bad destination domain", "unable to find a host", "couldn't find any host",
        "couldn't find a mail exchanger", "domaine inconnu", "nom de domaine introuvable", "hôte inconnu",
        "invalid domain", "no such host", "dns error", "domain was not found", "does not exist in dns",
        "illegal host/domain", "hostname lookup failed", "no mx or a", "point to non-existent hosts",
        "unknown recipient domain", "domain that doesn't exist", "mail domain does not exist", "domain wasn't found",
        "lookup failure", "domaine n'existe pas", "domain could not be found", "address resolution failed",
    ]),
    (Cause::UnknownUser, &[
        "user unknown", "unknown user", "no such user", "no such mailbox", "no such recipient", "no such account",
        "unknown recipient", "recipient unknown", "mailbox unknown", "unknown mailbox", "invalid recipient",
        "invalid mailbox", "invalid user", "invalid address", "unknown address", "unknown local", "user not found",
        "recipient not found", "mailbox not found", "address not found", "account not found", "not found in",
        "does not exist", "doesn't exist", "not exist", "n'existe pas", "no mailbox here", "not a known user",
        "not known at this site", "not a valid", "is not valid", "no longer valid", "address unknown",
        "addressee unknown", "not our customer", "user doesn't have", "user does not have", "doesn't have a",
        "does not have an", "bad destination mailbox", "bad mailbox", "not listed in", "utilisateur inconnu",
        "destinataire inconnu", "adresse inconnue", "inconnu à cette adresse", "destinataire invalide", "adresse invalide",
        "introuvable", "unbekannt", "is unknown", "no account by that name", "can't find mailbox", "cannot find mailbox",
        "couldn't be found", "could not be found", "wasn't found", "was not found", "unable to find",
        "unrecognized recipient", "recipientnotfound", "recipnotfound", "no such person", "not in my virtual",
        "no user here", "is not a registered", "not registered", "no mailbox", "no such address", "not recognized",
        "unrecognised", "undefined mail alias", "no one at this address", "user_unknown", "nosuchuser",
        "no one by that name", "not a local", "non-existent", "nonexistent", "bad address", "no longer accepts",
        "recipient address rejected: access denied", "recipient addresses rejected", "list unknown", "user_not_found",
        "requested action not taken: mailbox unavailable", "does not like recipient", "unknown in local recipient",
        "unknown in virtual", "userunknown", "adresse email introuvable", "no se encuentra", "inesistente", "onbekend",
        "addressee not found", "account does not", "no existe", "non esiste",
    ]),
    (Cause::Network, &["too many hops", "hop count", "mail loop", "loop detected", "loops back", "routing loop", "message looping", "looping"]),
    (Cause::SenderBlocked, &[
        "blacklist", "black list", "blocklist", "block list", "blocked", "rbl", "spamhaus", "spamcop", "barracuda",
        "reputation", "reverse dns", "reverse hostname", "ptr record", "rdns", "no ptr", "helo command rejected",
        "invalid helo", "relaying", "relay access", "relay not", "not permitted to relay", "we do not relay", "banned",
        "dynamic ip", "fix reverse", "we do not accept mail from", "connections will not be accepted",
        "mail from not", "denied by policy from", "liste noire", "listed at", "listed in", "listed on", "is listed",
        "cannot find your", "cannot resolve", "could not be resolved", "backscatter", "blacklisted", "not accept mail from",
        "unexpected volume or user complaints", "bloquée", "bloquee", "adresse ip source",
    ]),
    (Cause::TooMany, &[
        "too many", "try again later", "rate limit", "rate-limit", "rate limited", "throttl", "exceeded the limit", "connection limit",
        "connections from your", "sent too", "too fast", "come back later", "deferred due to", "temporarily deferred",
        "trop de connexions", "trop de messages", "réessayer plus tard", "essayer plus tard",
    ]),
    (Cause::Content, &["spam", "contenu", "not rfc 2822", "pyzor", "cloudmark"]),
    (Cause::Expired, &[
        "expired", "timed out while trying", "time in queue", "too long in queue", "in the queue too long",
        "delivery time", "retry timeout", "retry time not reached", "not been delivered for", "undeliverable for",
        "giving up", "could not be delivered for", "been queued for", "retries exceeded", "delivery timeout",
        "retry limit", "after trying for", "for more than", "within the last", "failing for a long time",
        "did not accept our requests to connect", "délai dépassé", "not been collected", "delay reason", "delivery delayed",
    ]),
    (Cause::Network, &[
        "connection refused", "connection timed out", "timed out", "timeout", "no route to host", "network",
        "unreachable", "not reachable", "connection reset", "lost connection", "connection was dropped",
        "could not connect", "couldn't connect", "unable to connect", "not responding", "did not respond",
        "connection lost", "connection failed", "communication failure", "bad connection", "no connection",
        "establish an smtp", "unable to contact", "connexion refusée", "connexion impossible",
    ]),
    (Cause::Policy, &[
        "policy", "not permitted", "permission", "not allowed", "access denied", "denied", "security", "tls",
        "restricted", "rejected", "refused", "reject", "not authorized", "unauthorised", "unauthorized", "prohibited",
        "filter", "not comply", "rfc ", "violat", "disallowed", "interdit", "non autoris", "refus", "rejeté", "rejete",
        "recipient preferences",
    ]),
    (Cause::System, &[
        "system error", "internal error", "configuration error", "config error", "disk", "local error",
        "can't create", "cannot create", "couldn't create", "can't open", "unable to open", "i/o error",
        "service unavailable", "currently unavailable", "service not available", "cannot allocate", "procmail", "maildrop",
        "command output", "command died", "pipe to", "command failed", "unknown mailer error", "server error",
        "resource", "temporary failure", "temporary lookup", "temporarily unavailable", "out of memory",
        "transaction failed", "syntax error", "command not", "bad sequence", "improper sequence", "command unrecognized",
        "local configuration", "could not load", "remote protocol error",
    ]),
];

/// Orange, Wanadoo and laposte.net name their reasons by numbers: `OFR_506`, `OFR004_104`, `LPN007_426`.
pub fn orange(said: &str) -> Option<Cause> {
    let at = ["ofr", "lpn"].iter().filter_map(|p| said.find(p)).min()?;
    let rest = said.get(at + 3..)?.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u16 = rest.strip_prefix('_')?.get(..3)?.parse().ok()?;
    Some(match number {
        102 | 103 | 630 => Cause::SenderBlocked,
        104..=109 => Cause::TooMany,
        416 | 402 => Cause::UnknownUser,
        417 => Cause::MailboxFull,
        426 => Cause::Disabled,
        506 | 510 => Cause::Content,
        505 => Cause::System,
        _ => return None,
    })
}
