//! `message/delivery-status`: a block of fields for the server, then one for each recipient (RFC 3464).

use super::{Action, FailedRecipient, cause};
use crate::normalise;

/// The recipients of a part.
pub fn recipients(part: &str) -> Vec<FailedRecipient> {
    let blocks = part.split("\n\n").map(unfolded).filter(|b| !b.is_empty());
    blocks.filter_map(|block| recipient(&block)).collect()
}

fn recipient(fields: &[(String, String)]) -> Option<FailedRecipient> {
    let get = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let typed = |v: &str| v.split_once(';').map_or(v, |(_, a)| a).trim().to_owned();
    let names = ["original-recipient", "final-recipient", "x-actual-recipient"];
    let told: Vec<String> = names.iter().filter_map(|n| get(n)).map(typed).map(|a| bare(&a)).collect();
    let address = told.iter().find(|a| a.contains('@')).or(told.first())?;
    let said = get("action").unwrap_or_default().trim().to_ascii_lowercase();
    let status = get("status").and_then(cause::status_code);
    let action = match said.as_str() {
        a if a.starts_with("delayed") => Action::Delayed,
        a if ["delivered", "relayed", "expanded", "deliverable"].iter().any(|w| a.starts_with(w)) => {
            Action::Delivered
        }
        "" if status.as_deref().is_some_and(|s| s.starts_with('2')) => Action::Delivered,
        _ => Action::Failed,
    };
    let words = ["diagnostic-code", "x-supplementary-info", "x-notes", "x-display-reason"];
    let diagnostic =
        words.iter().filter_map(|n| get(n)).map(typed).filter(|d| !d.is_empty()).collect::<Vec<_>>();
    let diagnostic = (!diagnostic.is_empty()).then(|| diagnostic.join(" "));
    Some(FailedRecipient {
        address: normalise(address),
        action,
        status,
        diagnostic,
        ..FailedRecipient::default()
    })
}

/// `Name <a@b> (comment)` → `a@b`.
fn bare(address: &str) -> String {
    let inside = address.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(a, _)| a);
    let word = inside.unwrap_or_else(|| address.split_whitespace().next().unwrap_or_default());
    word.trim_matches(['"', '\'', ',', ';', '<', '>', '(', ')']).to_owned()
}

/// The fields of a block, names in lower case. A field goes on in the lines that begin with a blank, and
/// for some servers in those that are no field at all.
fn unfolded(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        let field = line.split_once(':').filter(|(name, _)| {
            !name.is_empty() && !name.starts_with([' ', '\t']) && !name.trim().contains(' ')
        });
        match (field, fields.last_mut()) {
            (Some((name, value)), _) => {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {}
        }
    }
    fields
}
