//! The inbound ledger in words.

use entities::{imap_folder, imap_trouble, mail_in, reconciliation};
use mailin::{AuthResult, AuthVerdict};
use rules::dates;
use serde_json::{Value, json};

use super::size;
use crate::platform::Say;
use crate::tickets::queries::ledger::Line;
use crate::tickets::words;
use crate::web::Frame;

/// How much of an original is shown on its page.
const SHOWN: usize = 64 << 10;

/// A line of the list. `gives`: the reader may know who gives (law P7).
pub fn line(frame: &Frame, line: &Line, gives: bool) -> Value {
    let open = gives || !line.of_a_donor;
    json!({
        "line": line,
        "from": line.from.as_ref().filter(|_| open),
        "subject": line.subject.as_ref().filter(|_| open),
        "hidden": !open,
        "way": way(frame, &line.way),
        "from_where": line.from_where,
        "state": state(frame, line),
        "reason": line.reason.as_deref().map(|reason| reasons(frame, reason)),
        "size": size(line.size, frame.lang),
    })
}

fn way(frame: &Frame, code: &str) -> String {
    frame.word(match code {
        "lmtp" => "ledger-way-lmtp",
        "smtp" => "ledger-way-smtp",
        "imap" => "ledger-way-imap",
        "form" => "ledger-way-form",
        "page" => "ledger-way-page",
        "import" => "ledger-way-import",
        _ => "ledger-way-pipe",
    })
}

fn state(frame: &Frame, line: &Line) -> String {
    frame.word(match (line.state.as_str(), line.disposition.as_deref()) {
        ("ticketed", Some("follow_up")) => "ledger-follow-up",
        ("ticketed", Some("report")) => "ledger-report",
        ("ticketed", Some("linked")) => "ledger-linked",
        ("ticketed", _) => "ledger-new",
        ("refused", Some("report")) => "ledger-report-alone",
        ("refused", _) => "ledger-refused",
        ("undigested", _) => "ledger-undigested",
        _ => "ledger-stored",
    })
}

/// The codes of a reason, each in words; what is no code is said as it stands.
fn reasons(frame: &Frame, reason: &str) -> String {
    let parts: Vec<String> = reason.split("; ").map(|part| one_reason(frame, part)).collect();
    parts.join(" · ")
}

fn one_reason(frame: &Frame, code: &str) -> String {
    let key = match code {
        "trap" => "ledger-reason-trap",
        "empty" => "ledger-reason-empty",
        "duplicate" => "ledger-reason-duplicate",
        "own" => "ledger-reason-own",
        "of_a_receipt" => "ledger-reason-of-a-receipt",
        "of_our_mail" => "ledger-reason-of-our-mail",
        "plus_address" => "ledger-reason-plus-address",
        "reference" => "ledger-reason-reference",
        "tag" => "ledger-reason-tag",
        "stranger" => "ledger-reason-stranger",
        "no_sender" => "ledger-reason-no-sender",
        "forged" => "ledger-reason-forged",
        other => return machine(frame, other),
    };
    frame.word(key)
}

/// `auto_reply: Auto-Submitted: auto-replied` and its like.
fn machine(frame: &Frame, code: &str) -> String {
    let Some((kind, why)) = code.split_once(": ") else { return code.to_owned() };
    let key = match kind {
        "bounce" => "ledger-machine-bounce",
        "auto_reply" => "ledger-machine-auto-reply",
        "report" => "ledger-machine-report",
        "mailing_list" => "ledger-machine-list",
        "bulk" => "ledger-machine-bulk",
        _ => return code.to_owned(),
    };
    format!("{} ({why})", frame.word(key))
}

/// Who looks at a mail.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// May know who gives (law P7).
    pub gives: bool,
    /// May have it read again.
    pub may_answer: bool,
}

/// Everything known of one mail. `raw`: its bytes, unless they are not for the reader.
pub fn one(frame: &Frame, mail: &Line, row: &mail_in::Model, reader: Reader, raw: Option<&[u8]>) -> Value {
    let open = reader.gives || !mail.of_a_donor;
    let auth: Option<AuthVerdict> = row.auth.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let shown = raw.map(|raw| String::from_utf8_lossy(raw.get(..SHOWN).unwrap_or(raw)).into_owned());
    json!({
        "mail": line(frame, mail, reader.gives),
        "may_answer": reader.may_answer,
        "envelope_from": row.envelope_from.as_ref().filter(|_| open),
        "envelope_to": row.envelope_to.as_ref().filter(|_| open),
        "digested_at": row.digested_at,
        "attempts": row.attempts,
        "auth": auth.map(|auth| sender(frame, &auth)),
        "spam": row.spam_why.as_ref().map(|why| spam(frame, row.spam.as_deref(), why)),
        "cut": raw.is_some_and(|raw| raw.len() > SHOWN),
        "raw": shown,
    })
}

fn sender(frame: &Frame, auth: &AuthVerdict) -> Value {
    let said = |result: AuthResult| {
        frame.word(match result {
            AuthResult::Pass => "ledger-auth-pass",
            AuthResult::Fail | AuthResult::SoftFail => "ledger-auth-fail",
            AuthResult::TempError | AuthResult::PermError => "ledger-auth-error",
            AuthResult::Neutral | AuthResult::None => "ledger-auth-none",
        })
    };
    let methods = [("SPF", auth.spf), ("DKIM", auth.dkim), ("DMARC", auth.dmarc)];
    json!({
        "methods": methods.map(|(name, result)| json!({ "name": name, "said": said(result) })),
        "aligned": auth.aligned,
        "forged": auth.is_forged(),
    })
}

fn spam(frame: &Frame, verdict: Option<&str>, why: &str) -> String {
    let word = frame.word(match verdict {
        Some("spam") => "ledger-spam-yes",
        Some("ham") => "ledger-spam-no",
        _ => "ledger-spam-unsure",
    });
    format!("{word} ({})", words::shortened(why, 200))
}

/// How each mailbox is doing: last look, last comparison, mails that could not be fetched.
pub fn mailboxes(
    frame: &Frame,
    folders: &[imap_folder::Model],
    compared: &[reconciliation::Model],
    troubles: &[imap_trouble::Model],
) -> Vec<Value> {
    let of = |folder: &imap_folder::Model| {
        let last = compared.iter().find(|c| c.account == folder.account && c.folder == folder.folder);
        let failing = folder.failing_since.map(|since| {
            let since = dates::exact(since, frame.lang);
            let why = words::shortened(folder.last_error.as_deref().unwrap_or_default(), 300);
            frame.say(&Say::new("ledger-mailbox-failing").with("since", since).with("why", why))
        });
        let mine = troubles.iter().filter(|t| t.account == folder.account && t.folder == folder.folder);
        let trouble = |t: &imap_trouble::Model| {
            let say = Say::new("ledger-mailbox-trouble")
                .with("uid", t.uid.to_string())
                .with("tries", t.tries.to_string())
                .with("why", words::shortened(&t.why, 200));
            frame.say(&say)
        };
        json!({
            "name": folder.account,
            "folder": folder.folder,
            "looked_at": folder.looked_at,
            "failing": failing,
            "compared_at": last.map(|c| c.at),
            "compared": last.map(|c| comparison(frame, c)),
            "missing": last.is_some_and(|c| c.missing > 0),
            "troubles": mine.map(trouble).collect::<Vec<_>>(),
        })
    };
    folders.iter().map(of).collect()
}

fn comparison(frame: &Frame, row: &reconciliation::Model) -> String {
    let say = Say::new("ledger-mailbox-compared")
        .with("there", row.on_server.to_string())
        .with("here", row.in_ledger.to_string())
        .with("missing", row.missing.to_string());
    frame.say(&say)
}
