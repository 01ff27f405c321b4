//! Delivery reports: who did not get the mail, and why.

use mailin::{Action, Cause, FailedRecipient, MachineKind, Severity};
use serde_json::Value;

use super::compare::{Case, Outcome, list};

pub fn compare(case: &Case, field: &str, want: &Value) -> Option<Vec<Outcome>> {
    let mail = &case.mail;
    let kind = mail.machine.as_ref().map(|m| m.kind);
    let told: Vec<FailedRecipient> = mail.bounce.clone().unwrap_or_default().recipients;
    let failed = || told.iter().filter(|r| r.action == Action::Failed);
    let one = |want: String, got: String| Some(vec![Outcome::new(field, want, got)]);
    match field {
        "is_bounce" => one(want.to_string(), (kind == Some(MachineKind::Bounce)).to_string()),
        "is_feedback_report" => one(want.to_string(), (kind == Some(MachineKind::Report)).to_string()),
        "is_delivery_success_notice" => {
            let all = !told.is_empty() && told.iter().all(|r| r.action == Action::Delivered);
            one(want.to_string(), all.to_string())
        }
        "counts_as_bounce" => one(want.to_string(), failed().next().is_some().to_string()),
        "failed_addresses" => {
            let mut want: Vec<String> = list(want).iter().map(|a| a.to_lowercase()).collect();
            let mut got: Vec<String> = failed().map(|r| r.address.clone()).collect();
            want.sort();
            got.sort();
            one(want.join(" "), got.join(" "))
        }
        "hard_bounce" => one(want.to_string(), told.iter().any(|r| r.severity == Severity::Hard).to_string()),
        "status" => one(
            want.as_str().unwrap_or_default().into(),
            told.first().and_then(|r| r.status.clone()).unwrap_or_default(),
        ),
        // A complaint or a notice of absence names no failed recipient.
        "recipient_count" if kind != Some(MachineKind::Bounce) => Some(Vec::new()),
        "recipient_count" => one(want.to_string(), told.len().to_string()),
        "recipients" => Some(recipients(want, &told, kind)),
        _ => None,
    }
}

/// The causes of both vocabularies, made one: theirs has 33 words and cuts finer.
fn cause_of(reason: &str) -> Cause {
    match reason {
        "userunknown" => Cause::UnknownUser,
        "hostunknown" => Cause::UnknownHost,
        "hasmoved" => Cause::Moved,
        "notaccept" => Cause::TakesNoMail,
        "mailboxfull" => Cause::MailboxFull,
        "suspend" => Cause::Disabled,
        "mesgtoobig" | "exceedlimit" => Cause::TooLarge,
        "expired" => Cause::Expired,
        "networkerror" => Cause::Network,
        "blocked" | "badreputation" | "requireptr" | "rejected" | "norelaying" => Cause::SenderBlocked,
        "authfailure" => Cause::NotAuthenticated,
        "toomanyconn" | "speeding" => Cause::TooMany,
        "spamdetected" | "virusdetected" | "contenterror" => Cause::Content,
        "policyviolation" | "securityerror" | "filtered" | "notcompliantrfc" | "failedstarttls" => {
            Cause::Policy
        }
        "systemerror" | "systemfull" | "mailererror" | "syntaxerror" => Cause::System,
        _ => Cause::Unknown,
    }
}

fn recipients(want: &Value, told: &[FailedRecipient], kind: Option<MachineKind>) -> Vec<Outcome> {
    let mut found = Vec::new();
    let mut want: Vec<&Value> = want.as_array().into_iter().flatten().collect();
    if kind == Some(MachineKind::AutoReply) || kind == Some(MachineKind::Report) {
        want.retain(|r| !["feedback", "vacation"].contains(&r["reason"].as_str().unwrap_or_default()));
        if want.is_empty() {
            return vec![Outcome::new("recipients.reason", "", "")];
        }
    }
    let all = |of: &dyn Fn(&Value) -> String| want.iter().map(|r| of(r)).collect::<Vec<_>>().join(" ");
    let ours = |of: &dyn Fn(&FailedRecipient) -> String| told.iter().map(of).collect::<Vec<_>>().join(" ");
    let reasons = all(&|r| format!("{:?}", cause_of(r["reason"].as_str().unwrap_or_default())));
    found.push(Outcome::new("recipients.reason", reasons, ours(&|r| format!("{:?}", r.cause))));
    let hard = all(&|r| (r["hard_bounce"] == true).to_string());
    found.push(Outcome::new(
        "recipients.hard_bounce",
        hard,
        ours(&|r| (r.severity == Severity::Hard).to_string()),
    ));
    // Codes such as 5.0.911 are that product's own, for reports which bear none.
    let invented = |s: &str| s.starts_with("5.0.9") || s.starts_with("4.0.9");
    let status = |r: &Value| r["status"].as_str().filter(|s| !invented(s)).unwrap_or("-").to_owned();
    let stated: Vec<String> = want.iter().map(|r| status(r)).collect();
    let bare: Vec<String> = told.iter().map(|r| r.status.clone().unwrap_or("-".into())).collect();
    let compared: Vec<String> = bare
        .iter()
        .enumerate()
        .map(|(at, s)| if stated.get(at).is_some_and(|w| w == "-") { "-".into() } else { s.clone() })
        .collect();
    found.push(Outcome::new("recipients.status", stated.join(" "), compared.join(" ")));
    let code = all(&|r| r["reply_code"].as_str().unwrap_or("-").to_owned());
    found.push(Outcome::new(
        "recipients.reply_code",
        code,
        ours(&|r| r.reply_code.map_or("-".into(), |c| c.to_string())),
    ));
    found
}
