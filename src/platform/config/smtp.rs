//! The keys of the way out for mail: the server that takes it, encryption, pace, signature.

use lettre::transport::smtp::authentication::Credentials;
use serde::{Deserialize, Serialize};

use super::{BadConfig, Config};
use crate::platform::failure::Failure;
use crate::platform::{dkim, tls};

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// By STARTTLS, and the certificate must be right; a server that does not offer it gets nothing.
    Required,
    /// By STARTTLS where it is offered, whoever signed the certificate; else in clear.
    Opportunistic,
    /// From the first byte (`smtps://`, port 465), and the certificate must be right.
    Implicit,
    /// Never.
    None,
}

/// The mail server, read from `smtp_url`.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name, as its certificate must say it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: SmtpTls,
    /// User name and password, if it asks for them.
    pub credentials: Option<Credentials>,
}

impl SmtpServer {
    /// Whether it runs on this very machine: nobody listens in between.
    pub fn is_here(&self) -> bool {
        is_here(&self.host)
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Config {
    /// The mail server of `smtp_url`; none where mail goes to a folder or nowhere.
    pub fn smtp_server(&self) -> Result<Option<SmtpServer>, BadConfig> {
        let Some(text) = self.smtp_url.as_deref().filter(|url| !url.starts_with("file:")) else {
            return Ok(None);
        };
        let bad = |why: String| BadConfig(format!("The key `smtp_url` cannot be used: {why}."));
        let url = url::Url::parse(text).map_err(|e| bad(format!("it is no address ({e})")))?;
        let implicit = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            other => return Err(bad(format!("`{other}` is not smtp://, smtps:// or file:DIR"))),
        };
        let host = url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned());
        let Some(host) = host.filter(|host| !host.is_empty()) else {
            return Err(bad("it names no server".into()));
        };
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let asked = match asked.as_deref() {
            None => None,
            Some("required") => Some(SmtpTls::Required),
            Some("opportunistic") => Some(SmtpTls::Opportunistic),
            Some(other) => {
                return Err(bad(format!(
                    "`tls={other}` is neither required nor opportunistic (see smtp_tls)"
                )));
            }
        };
        let tls = match self.smtp_tls.or(asked) {
            Some(SmtpTls::Required | SmtpTls::Opportunistic | SmtpTls::None) | None if implicit => {
                SmtpTls::Implicit
            }
            Some(tls) => tls,
            None if is_here(&host) => SmtpTls::Opportunistic,
            None => SmtpTls::Required,
        };
        let word =
            |text: &str| percent(text).ok_or_else(|| bad("its user or password cannot be read".into()));
        let credentials = match (url.username(), url.password()) {
            ("", _) => None,
            (user, password) => Some(Credentials::new(word(user)?, word(password.unwrap_or_default())?)),
        };
        let port = url.port().unwrap_or(match (tls, &credentials) {
            (SmtpTls::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        });
        Ok(Some(SmtpServer { host, port, tls, credentials }))
    }
}

fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.extend(hex::decode(digits).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Refuses what cannot be used, naming the key.
pub(super) fn check(config: &Config) -> Result<(), BadConfig> {
    let bad = |key: &str, why: &str| Err(BadConfig(format!("The key `{key}` cannot be used: {why}.")));
    if let Some(server) = config.smtp_server()?
        && server.tls == SmtpTls::None
        && server.credentials.is_some()
        && !server.is_here()
    {
        return bad("smtp_tls", "a password may only travel in clear on this machine itself");
    }
    if config.smtp_connections == 0 || config.smtp_connections > 100 {
        return bad("smtp_connections", "it must be between 1 and 100");
    }
    if config.smtp_timeout_seconds == 0 {
        return bad("smtp_timeout_seconds", "it must be at least 1");
    }
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    for (key, value) in [("dkim_domain", &config.dkim_domain), ("dkim_selector", &config.dkim_selector)] {
        if value.as_deref().is_some_and(|text| !is_name(text)) {
            return bad(key, "it holds other signs than letters, digits, hyphens and dots");
        }
    }
    if let Some(server) = &config.dns_server
        && server.parse::<std::net::SocketAddr>().is_err()
        && server.parse::<std::net::IpAddr>().is_err()
    {
        return bad("dns_server", "it is not an address such as 192.0.2.53 or 127.0.0.1:5353");
    }
    Ok(())
}

impl Config {
    /// Reads the files that sending needs; a command that takes a mail in does not depend on them.
    pub fn files_can_be_read(&self) -> Result<(), BadConfig> {
        let bad = |key: &str, why: Failure| BadConfig(format!("The key `{key}` cannot be used: {why}."));
        if let Some(file) = &self.smtp_ca_file {
            tls::certificates(file).map_err(|why| bad("smtp_ca_file", why))?;
        }
        dkim::Signer::of(self).map_err(|why| bad("dkim_key_file", why))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str, tls: Option<SmtpTls>) -> SmtpServer {
        let config = Config { smtp_url: Some(url.into()), smtp_tls: tls, ..Config::default() };
        config.smtp_server().unwrap().unwrap()
    }

    fn told(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.checked().map_or_else(|e| e.to_string(), |_| String::new())
    }

    #[test]
    fn another_machine_gets_nothing_in_clear_unless_it_is_asked_for() {
        assert_eq!(server("smtp://mx.asso.example", None).tls, SmtpTls::Required);
        assert_eq!(server("smtp://mx.asso.example?tls=opportunistic", None).tls, SmtpTls::Opportunistic);
        assert_eq!(server("smtp://mx.asso.example", Some(SmtpTls::None)).tls, SmtpTls::None);
        assert_eq!(server("smtps://mx.asso.example", Some(SmtpTls::None)).tls, SmtpTls::Implicit);
        assert_eq!(server("smtp://[::1]:2525", None).tls, SmtpTls::Opportunistic);
    }

    #[test]
    fn the_port_is_the_usual_one_of_the_way() {
        assert_eq!(server("smtp://user:secret@mx.asso.example", None).port, 587);
        assert_eq!(server("smtps://mx.asso.example", None).port, 465);
        assert_eq!(server("smtp://localhost", None).port, 25);
        let there = server("smtp://[2001:db8::1]:2525", None);
        assert_eq!((there.host.as_str(), there.port), ("2001:db8::1", 2525));
    }

    #[test]
    fn a_user_and_a_password_are_read_as_they_were_meant() {
        let there = server("smtp://contact%40asso.example:p%C3%A9%3A%2F@mx.asso.example", None);
        let meant = Credentials::new("contact@asso.example".into(), "pé:/".into());
        assert_eq!(there.credentials, Some(meant));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let clear = |c: &mut Config| {
            c.smtp_url = Some("smtp://u:p@mx.asso.example".into());
            c.smtp_tls = Some(SmtpTls::None);
        };
        assert!(told(clear).contains("`smtp_tls`"));
        assert!(told(|c| c.smtp_url = Some("smtp://".into())).contains("`smtp_url`"));
        assert!(told(|c| c.smtp_url = Some("smtp://mx?tls=perhaps".into())).contains("`smtp_url`"));
        assert!(told(|c| c.smtp_connections = 0).contains("`smtp_connections`"));
        assert!(told(|c| c.dkim_selector = Some("a b".into())).contains("`dkim_selector`"));
        assert!(told(|c| c.dns_server = Some("dns".into())).contains("`dns_server`"));
        let config = Config { smtp_ca_file: Some("/no/such/file".into()), ..Config::default() };
        assert!(config.files_can_be_read().unwrap_err().to_string().contains("`smtp_ca_file`"));
        let config = Config { dkim_key_file: Some("/no/such/file".into()), ..Config::default() };
        assert!(config.files_can_be_read().unwrap_err().to_string().contains("`dkim_key_file`"));
    }
}
