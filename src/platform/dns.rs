//! What the name servers say of our domain. They never keep a page waiting: an answer that does not come in time is
//! no answer.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, Record};
use hickory_resolver::system_conf::read_system_conf;
use mail_auth::MessageAuthenticator;

use super::config::Config;
use super::failure::Failure;

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// Asks name servers.
#[derive(Clone)]
pub struct Dns(TokioResolver);

/// No name server answered in time, or none that made sense; in its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent(pub String);

impl Dns {
    /// Over the name server of the configuration, or the system's.
    pub fn of(config: &Config) -> Result<Self, Failure> {
        let failed = |e: NetError| Failure::new(format!("no name server can be asked: {e}"));
        let (servers, mut options) = match &config.dns_server {
            Some(text) => (at(text)?, ResolverOpts::default()),
            None => read_system_conf().map_err(failed)?,
        };
        (options.timeout, options.attempts) = (Duration::from_millis(1200), 2);
        let builder = TokioResolver::builder_with_config(servers, TokioRuntimeProvider::default());
        Ok(Self(builder.with_options(options).build().map_err(failed)?))
    }

    /// For mail-auth, which asks by the same way.
    pub fn authenticator(&self) -> MessageAuthenticator {
        MessageAuthenticator(self.0.clone())
    }

    /// The texts at `name`; none if there are none.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Silent> {
        let found = in_time(self.0.txt_lookup(absolute(name))).await?;
        Ok(found
            .iter()
            .filter_map(|data| match data {
                RData::TXT(text) => {
                    Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect())
                }
                _ => None,
            })
            .collect())
    }

    /// The servers that take mail for `name`, the first one first.
    pub async fn takers(&self, name: &str) -> Result<Vec<String>, Silent> {
        let found = in_time(self.0.mx_lookup(absolute(name))).await?;
        let mut takers: Vec<_> = found
            .iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, plain(&mx.exchange.to_string()))),
                _ => None,
            })
            .collect();
        takers.sort();
        Ok(takers.into_iter().map(|(_, name)| name).collect())
    }

    /// The addresses of a machine.
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Silent> {
        if let Ok(ip) = name.parse() {
            return Ok(vec![ip]);
        }
        let name = absolute(name);
        let (four, six) =
            tokio::join!(in_time(self.0.ipv4_lookup(name.clone())), in_time(self.0.ipv6_lookup(name)));
        // A server that only knows one kind may stay silent about the other.
        let found = match (four, six) {
            (Err(silent), Err(_)) => return Err(silent),
            (four, six) => [four.unwrap_or_default(), six.unwrap_or_default()].concat(),
        };
        Ok(found
            .iter()
            .filter_map(|data| match data {
                RData::A(a) => Some(IpAddr::V4(a.0)),
                RData::AAAA(a) => Some(IpAddr::V6(a.0)),
                _ => None,
            })
            .collect())
    }

    /// The names of an address.
    pub async fn names(&self, ip: IpAddr) -> Result<Vec<String>, Silent> {
        let found = in_time(self.0.reverse_lookup(ip)).await?;
        Ok(found
            .iter()
            .filter_map(|data| match data {
                RData::PTR(name) => Some(plain(&name.to_string())),
                _ => None,
            })
            .collect())
    }
}

fn at(text: &str) -> Result<ResolverConfig, Failure> {
    let address = match text.parse::<SocketAddr>() {
        Ok(address) => address,
        Err(_) => {
            let ip = text.parse::<IpAddr>().map_err(|_| Failure::new("dns_server is no address"))?;
            SocketAddr::new(ip, 53)
        }
    };
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()]
        .into_iter()
        .map(|mut connection| {
            connection.port = address.port();
            connection
        })
        .collect();
    let server = NameServerConfig::new(address.ip(), true, connections);
    Ok(ResolverConfig::from_name_servers(vec![server]))
}

async fn in_time(asked: impl Future<Output = Result<Lookup, NetError>>) -> Result<Vec<RData>, Silent> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(found)) => Ok(found.answers().iter().map(|record: &Record| record.data.clone()).collect()),
        Ok(Err(error)) if error.is_no_records_found() => Ok(Vec::new()),
        Ok(Err(error)) => Err(Silent(error.to_string())),
        Err(_) => Err(Silent("no answer in time".into())),
    }
}

/// With the dot that says: nothing is to be added.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
