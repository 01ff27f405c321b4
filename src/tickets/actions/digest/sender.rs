//! Whether a mail that came by SMTP is from whom it says: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 9989), asked
//! of the DNS by ourselves, since no server of ours stood before us to say so.

use std::net::IpAddr;
use std::time::Duration;

use entities::mail_in;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult, MessageAuthenticator, SpfResult,
};
use mailin::{AuthResult, AuthVerdict};

use crate::platform::Core;

/// Time for all the questions of one mail.
const PATIENCE: Duration = Duration::from_secs(8);

/// What the name servers say of the sender of a mail in the ledger. Without an answer in time nothing is held
/// against anybody, and nothing keeps the mail from its ticket.
pub async fn check(core: &Core, row: &mail_in::Model, raw: &[u8]) -> AuthVerdict {
    let nothing =
        AuthVerdict { spf: AuthResult::TempError, dkim: AuthResult::TempError, ..AuthVerdict::default() };
    let dns = match core.dns() {
        Ok(dns) => dns.authenticator(),
        Err(failure) => {
            tracing::warn!(%failure, mail = row.id, "nobody says whether its sender is who it says");
            return nothing;
        }
    };
    match tokio::time::timeout(PATIENCE, ask(&dns, core.config.hostname(), row, raw)).await {
        Ok(found) => found.unwrap_or_default(),
        Err(_) => nothing,
    }
}

async fn ask(
    dns: &MessageAuthenticator,
    host: &str,
    row: &mail_in::Model,
    raw: &[u8],
) -> Option<AuthVerdict> {
    let (ip, hello) = peer(row.peer.as_deref()?)?;
    let sender = row.envelope_from.as_deref().unwrap_or_default();
    let mail = AuthenticatedMessage::parse(raw)?;
    let dkim = dns.verify_dkim(&mail).await;
    let spf = dns.verify_spf(SpfParameters::verify(ip, hello, host, sender)).await;
    // A report has no sender on its envelope: its server stands for it (RFC 7208 2.4).
    let domain = sender.rsplit_once('@').map_or(hello, |(_, domain)| domain);
    let dmarc = dns.verify_dmarc(DmarcParameters::new(&mail, &dkim, domain, &spf)).await;
    let passed = *dmarc.dkim_result() == DmarcResult::Pass || *dmarc.spf_result() == DmarcResult::Pass;
    Some(AuthVerdict {
        spf: of_spf(spf.result()),
        dkim: of_dkim(&dkim),
        dmarc: of_dmarc(passed, &dmarc),
        aligned: passed.then(|| dmarc.domain().to_owned()),
    })
}

/// `192.0.2.1 (mx.example)`, as the door wrote it.
fn peer(text: &str) -> Option<(IpAddr, &str)> {
    let (ip, hello) = text.split_once(' ').unwrap_or((text, ""));
    Some((ip.parse().ok()?, hello.trim_matches(['(', ')'])))
}

fn of_spf(result: SpfResult) -> AuthResult {
    match result {
        SpfResult::Pass => AuthResult::Pass,
        SpfResult::Fail => AuthResult::Fail,
        SpfResult::SoftFail => AuthResult::SoftFail,
        SpfResult::Neutral => AuthResult::Neutral,
        SpfResult::TempError => AuthResult::TempError,
        SpfResult::PermError => AuthResult::PermError,
        SpfResult::None => AuthResult::None,
    }
}

/// With several signatures, that one holds.
fn of_dkim(outputs: &[DkimOutput<'_>]) -> AuthResult {
    let each = |output: &DkimOutput<'_>| match output.result() {
        DkimResult::Pass => AuthResult::Pass,
        DkimResult::Fail(_) => AuthResult::Fail,
        DkimResult::Neutral(_) => AuthResult::Neutral,
        DkimResult::TempError(_) => AuthResult::TempError,
        DkimResult::PermError(_) => AuthResult::PermError,
        DkimResult::None => AuthResult::None,
    };
    let all: Vec<AuthResult> = outputs.iter().map(each).collect();
    let first = all.first().copied().unwrap_or(AuthResult::None);
    if all.contains(&AuthResult::Pass) { AuthResult::Pass } else { first }
}

/// Whoever publishes a policy says that mail of theirs passes by one way or the other; what does neither is not theirs,
/// unless a name server was silent.
fn of_dmarc(passed: bool, output: &DmarcOutput) -> AuthResult {
    let both = [output.dkim_result(), output.spf_result()];
    match () {
        () if passed => AuthResult::Pass,
        () if both.iter().any(|one| matches!(one, DmarcResult::TempError(_))) => AuthResult::TempError,
        () if output.dmarc_record().is_some() => AuthResult::Fail,
        () if both.iter().any(|one| matches!(one, DmarcResult::PermError(_))) => AuthResult::PermError,
        () => AuthResult::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_door_wrote_is_read_again() {
        assert_eq!(peer("192.0.2.1 (mx.example)"), Some(("192.0.2.1".parse().unwrap(), "mx.example")));
        assert_eq!(peer("2001:db8::1"), Some(("2001:db8::1".parse().unwrap(), "")));
        assert_eq!(peer("(mx.example)"), None);
    }
}
