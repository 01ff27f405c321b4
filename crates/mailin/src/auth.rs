//! Whether a mail is from whom it says: the word of the mail server that took it in
//! (Authentication-Results, RFC 8601; Received-SPF, RFC 7208 9.1).
//!
//! Anyone can write such a header. Only the topmost one that names a server we trust counts: a server
//! removes forged ones that bear its own name (RFC 8601 5), and puts its own on top.

use serde::{Deserialize, Serialize};

use crate::Mail;

/// A method's result (RFC 8601 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the words of the standard
pub enum AuthResult {
    Pass,
    Fail,
    SoftFail,
    Neutral,
    #[default]
    None,
    TempError,
    PermError,
}

impl AuthResult {
    fn parse(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "pass" | "bestguesspass" => Self::Pass,
            "fail" | "hardfail" | "reject" | "discard" => Self::Fail,
            "softfail" => Self::SoftFail,
            "neutral" | "policy" => Self::Neutral,
            "temperror" | "error" => Self::TempError,
            "permerror" | "unknown" => Self::PermError,
            _ => Self::None,
        }
    }

    fn is_failure(self) -> bool {
        matches!(self, Self::Fail | Self::SoftFail | Self::PermError)
    }
}

/// What the trusted server found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuthVerdict {
    /// Whether the server that sent it may send for the envelope's domain.
    pub spf: AuthResult,
    /// Whether a signature holds; with several, that one holds.
    pub dkim: AuthResult,
    /// Whether one of both holds for the domain of From.
    pub dmarc: AuthResult,
    /// A domain for which SPF or DKIM passes and which is that of From, or above or below it.
    pub aligned: Option<String>,
}

impl AuthVerdict {
    /// Whether the sender is not who From says: DMARC fails, or, where it says nothing, both SPF and
    /// DKIM fail. No signature and no SPF record prove nothing, and neither does a passing error: such a
    /// mail is treated as before there was a verdict.
    #[must_use]
    pub fn is_forged(&self) -> bool {
        match self.dmarc {
            AuthResult::Fail => true,
            AuthResult::Pass => false,
            _ if self.aligned.is_some() => false,
            _ => self.spf.is_failure() && self.dkim.is_failure(),
        }
    }
}

/// The verdict of the topmost header of a server named in `trusted` (compared without case, its version
/// number aside); Received-SPF only when such a server left no results of its own and names itself in it.
/// `None`: nobody we trust looked.
#[must_use]
pub fn verdict(mail: &Mail, trusted: &[&str]) -> Option<AuthVerdict> {
    let from = mail.from.as_ref().and_then(|f| f.address.rsplit_once('@')).map(|(_, d)| d.to_lowercase());
    let is_trusted = |id: &str| trusted.iter().any(|t| t.eq_ignore_ascii_case(id));
    let results = mail.authentication_results.iter().find_map(|value| {
        let value = without_comments(value);
        let (id, rest) = value.split_once(';')?;
        // "mx.example 1": the number is a version.
        let id = id.split_whitespace().next().unwrap_or_default().to_owned();
        is_trusted(&id).then(|| rest.to_owned())
    });
    if let Some(rest) = results {
        return Some(parse(&rest, from.as_deref()));
    }
    let spf = mail.received_spf.iter().find(|v| {
        let receiver = v.split(';').find_map(|f| f.trim().strip_prefix("receiver=")).map(str::trim);
        let told = v.split_once('(').map(|(_, c)| c.split(':').next().unwrap_or_default().trim());
        receiver.or(told).is_some_and(is_trusted)
    })?;
    let word = spf.split_whitespace().next().unwrap_or_default();
    Some(AuthVerdict { spf: AuthResult::parse(word), ..AuthVerdict::default() })
}

fn parse(results: &str, from: Option<&str>) -> AuthVerdict {
    let mut verdict = AuthVerdict::default();
    for result in results.split(';') {
        let mut words = result.split_whitespace();
        let Some((method, said)) = words.next().and_then(|w| w.split_once('=')) else { continue };
        let said = AuthResult::parse(said);
        let property = |names: &[&str]| {
            let rest = result.split_whitespace().skip(1);
            let found = rest.filter_map(|w| w.split_once('=')).find(|(n, _)| names.contains(n));
            found.map(|(_, v)| domain_of(v.trim_matches('"')))
        };
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let domain = match method.as_str() {
            "spf" => {
                verdict.spf = said;
                property(&["smtp.mailfrom", "smtp.helo"])
            }
            "dkim" => {
                if verdict.dkim != AuthResult::Pass {
                    verdict.dkim = said;
                }
                property(&["header.d", "header.i"])
            }
            "dmarc" => {
                verdict.dmarc = said;
                None
            }
            _ => None,
        };
        if let (AuthResult::Pass, Some(domain), Some(from)) = (said, domain, from)
            && verdict.aligned.is_none()
            && aligned(&domain, from)
        {
            verdict.aligned = Some(domain);
        }
    }
    verdict
}

fn domain_of(value: &str) -> String {
    value.rsplit('@').next().unwrap_or_default().trim_end_matches('.').to_lowercase()
}

/// Relaxed alignment (RFC 7489 3.1), without a list of public suffixes: one domain is the other or stands
/// above it, and is more than a bare top-level domain.
fn aligned(one: &str, other: &str) -> bool {
    let above = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            && short.contains('.')
    };
    above(one, other) || above(other, one)
}

/// Comments in round brackets nest (RFC 5322 3.2.2).
fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted) = (0usize, false);
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, read};

    fn of(headers: &str) -> Option<AuthVerdict> {
        let mail = read(
            format!("From: Jeanne <jeanne@exemple.fr>\n{headers}\n\nx\n").as_bytes(),
            &Limits::default(),
        );
        verdict(&mail, &["mx.asso.example"])
    }

    #[test]
    fn only_the_topmost_word_of_a_server_we_trust_counts() {
        let forged = "Authentication-Results: mx.asso.example; dmarc=pass\n";
        let real = "Authentication-Results: mx.asso.example 1;\n dkim=fail (bad; sig) header.d=exemple.fr;\n spf=fail smtp.mailfrom=exemple.fr; dmarc=fail (p=NONE) header.from=exemple.fr\n";
        assert!(of(&format!("{real}{forged}")).unwrap().is_forged());
        assert_eq!(of("Authentication-Results: ailleurs.example; dmarc=pass"), None);
        assert_eq!(of("Authentication-Results: mx.asso.example; none"), Some(AuthVerdict::default()));
    }

    #[test]
    fn a_signature_of_the_senders_domain_is_believed() {
        let found = of("Authentication-Results: MX.asso.example; spf=softfail smtp.mailfrom=liste.example;\n dkim=fail header.d=liste.example; dkim=pass header.i=@mail.exemple.fr").unwrap();
        assert_eq!((found.spf, found.dkim), (AuthResult::SoftFail, AuthResult::Pass));
        assert_eq!(found.aligned.as_deref(), Some("mail.exemple.fr"));
        assert!(!found.is_forged());
    }

    #[test]
    fn nothing_proven_is_not_forged() {
        for headers in [
            "Authentication-Results: mx.asso.example; spf=fail",
            "Authentication-Results: mx.asso.example; spf=none; dkim=none; dmarc=none",
            "Authentication-Results: mx.asso.example; spf=temperror; dkim=fail",
            "Received-SPF: fail (mx.asso.example: domain of x does not designate) receiver=mx.asso.example; client-ip=1.2.3.4",
        ] {
            assert!(!of(headers).unwrap().is_forged(), "{headers}");
        }
        assert!(of("Authentication-Results: mx.asso.example; spf=fail; dkim=fail").unwrap().is_forged());
    }
}
