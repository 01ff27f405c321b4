//! Reports in JSON, as Amazon's sending service mails them.

use super::{Action, FailedRecipient, cause};
use crate::normalise;

/// The recipients of a notification; none when the text is not one.
pub fn recipients(text: &str) -> Vec<FailedRecipient> {
    // The notification may be a string of another JSON, and is folded by the way it came.
    let flat: String = text.chars().filter(|c| *c != '\n' && *c != '\\').collect();
    if !flat.contains("\"notificationType\":\"") {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some((_, list)) = flat.split_once("\"bouncedRecipients\":[") {
        let list = list.split(']').next().unwrap_or_default();
        for one in list.split('}') {
            let Some(address) = value(one, "emailAddress") else { continue };
            found.push(FailedRecipient {
                address: normalise(address),
                action: Action::Failed,
                status: value(one, "status").and_then(cause::status_code),
                diagnostic: value(one, "diagnosticCode").map(str::to_owned),
                ..FailedRecipient::default()
            });
        }
    } else if let Some((_, delivery)) = flat.split_once("\"delivery\":{")
        && let Some((_, list)) = delivery.split_once("\"recipients\":[")
    {
        let reply = value(delivery, "smtpResponse");
        for address in list.split(']').next().unwrap_or_default().split(',').map(|a| a.trim_matches('"')) {
            found.push(FailedRecipient {
                address: normalise(address),
                action: Action::Delivered,
                status: reply.and_then(cause::status_code),
                diagnostic: reply.map(str::to_owned),
                ..FailedRecipient::default()
            });
        }
    }
    found
}

/// `x` of `"name":"x"`.
fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
    rest.split('"').next()
}
