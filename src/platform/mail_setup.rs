//! Finding out how our domain and our mail server stand. Everything is asked at once, and nobody is waited for longer
//! than [`PATIENCE`].

use std::net::IpAddr;

use mail_auth::SpfResult;
use mail_auth::spf::verify::SpfParameters;
use rules::mail_setup::{Address, Facts, Known, Sender, Server, Signature};

use super::config::Config;
use super::core::Core;
use super::dkim::Signer;
use super::dns::{Dns, PATIENCE, Silent};
use super::failure::Failure;
use super::sending::probe;

/// Asks.
pub async fn facts(core: &Core) -> Result<Facts, Failure> {
    let config = &core.config;
    let domain =
        config.mail_from.rsplit_once('@').map_or("localhost", |(_, domain)| domain).to_ascii_lowercase();
    let dns = Dns::of(config)?;
    let (takers, texts, policy, signature, sender, server) = tokio::join!(
        dns.takers(&domain),
        dns.texts(&domain),
        policy(&dns, &domain),
        signature(&dns, config),
        sender(&dns, config),
        server(core),
    );
    Ok(Facts {
        from: config.mail_from.clone(),
        takers: known(takers),
        texts: known(texts),
        sender,
        signature: signature?,
        policy,
        server,
        domain,
    })
}

fn known<T>(asked: Result<T, Silent>) -> Known<T> {
    match asked {
        Ok(found) => Known::Is(found),
        Err(Silent(why)) => Known::Not(why),
    }
}

/// The policy of the domain, or of the one above it (RFC 7489 6.6.3).
async fn policy(dns: &Dns, domain: &str) -> (String, Known<Vec<String>>) {
    let above = domain.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'));
    let name = |domain: &str| format!("_dmarc.{domain}");
    let (own, higher) = (name(domain), above.map(name));
    let (at_own, at_higher) = tokio::join!(dns.texts(&own), async {
        match &higher {
            Some(higher) => dns.texts(higher).await,
            None => Ok(Vec::new()),
        }
    });
    match (at_own, at_higher, higher) {
        (Ok(none), Ok(found), Some(higher)) if none.is_empty() && !found.is_empty() => {
            (higher, Known::Is(found))
        }
        (at_own, _, _) => (own, known(at_own)),
    }
}

async fn signature(dns: &Dns, config: &Config) -> Result<Option<Signature>, Failure> {
    let Some(signer) = Signer::of(config)? else { return Ok(None) };
    let texts = known(dns.texts(&signer.name).await);
    let domain = super::dkim::domain(config);
    Ok(Some(Signature { domain, name: signer.name, record: signer.record, texts }))
}

/// Who hands our mail to the world: the mail server we give it to, or this machine where that one runs here.
async fn sender(dns: &Dns, config: &Config) -> Option<Sender> {
    let server = config.smtp_server().ok().flatten()?;
    let name = if server.is_here() { config.mail_hostname.clone()? } else { server.host };
    let addresses = match dns.addresses(&name).await {
        Err(Silent(why)) => Known::Not(why),
        Ok(found) => {
            let found = found.into_iter().take(4).map(|ip| address(dns, config, &name, ip));
            Known::Is(futures::future::join_all(found).await)
        }
    };
    Some(Sender { name, addresses })
}

async fn address(dns: &Dns, config: &Config, name: &str, ip: IpAddr) -> Address {
    let back = async {
        let names = dns.names(ip).await?;
        let mut confirmed = false;
        for name in names.iter().take(3) {
            confirmed = confirmed || dns.addresses(name).await?.contains(&ip);
        }
        Ok((names, confirmed))
    };
    let (names, allowed) = tokio::join!(tokio::time::timeout(PATIENCE, back), allowed(dns, config, name, ip));
    let names = names.unwrap_or_else(|_| Err(Silent("no answer in time".into())));
    Address { ip, names: known(names), allowed }
}

async fn allowed(dns: &Dns, config: &Config, name: &str, ip: IpAddr) -> Known<bool> {
    let authenticator = dns.authenticator();
    let asked = SpfParameters::verify_mail_from(ip, name, name, &config.mail_from);
    let Ok(told) = tokio::time::timeout(PATIENCE, authenticator.verify_spf(asked)).await else {
        return Known::Not("no answer in time".into());
    };
    match told.result() {
        SpfResult::Pass => Known::Is(true),
        SpfResult::Fail | SpfResult::SoftFail | SpfResult::Neutral | SpfResult::None => Known::Is(false),
        SpfResult::TempError => Known::Not("a name server did not answer".into()),
        SpfResult::PermError => Known::Not("the record has a mistake, or asks more than ten times".into()),
    }
}

async fn server(core: &Core) -> Server {
    match core.config.smtp_url.as_deref() {
        None => Server::None,
        Some(url) if url.starts_with("file:") => Server::Folder,
        Some(_) => probe::look(core).await,
    }
}
