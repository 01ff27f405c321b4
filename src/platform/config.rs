//! Configuration: `soutien.toml` in the working folder, then `SOUTIEN_*`, which wins. Read once, at start.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

mod mail;
mod smtp;

pub use mail::{After, First, ImapAccount, Listen, Tls};
pub use smtp::{SmtpServer, SmtpTls};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

/// What the administrator may set. Every key has a default that works on a small server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the database, the blobs and the secret; made if missing.
    pub data_dir: PathBuf,
    /// `sqlite://FILE` or `postgres://…`; default: SQLite in the data folder.
    pub database_url: Option<String>,
    /// Where files are kept: `file:DIR`; default: `blobs` in the data folder.
    pub blobs_url: Option<String>,
    /// Address and port to listen on.
    pub listen: String,
    /// Address under which people reach us, e.g. `https://soutien.example.org`.
    pub public_url: Option<String>,
    /// `smtp://`, `smtps://` or `file:DIR` (one .eml a mail); without it mail waits in the outbox.
    pub smtp_url: Option<String>,
    /// `required`, `opportunistic`, `implicit` or `none`; default: `opportunistic` to this very machine, else
    /// `required`.
    pub smtp_tls: Option<SmtpTls>,
    /// Certificate (PEM) to trust besides those of the system.
    pub smtp_ca_file: Option<PathBuf>,
    /// Connections to the mail server at once.
    pub smtp_connections: u32,
    /// Seconds that the mail server may take for an answer; five times as many for a whole mail.
    pub smtp_timeout_seconds: u32,
    /// Automatic mails a minute to one domain; 0: as many as there are. Human replies never wait.
    pub mail_pace: u32,
    /// Domain that signs our mail (DKIM); default: that of `mail_from`.
    pub dkim_domain: Option<String>,
    /// Name under which the public key is published: `SELECTOR._domainkey.DOMAIN`.
    pub dkim_selector: Option<String>,
    /// File with the private key (PEM); `soutien mail dkim-key` makes one. Without it mail is not signed.
    pub dkim_key_file: Option<PathBuf>,
    /// Name server that the check of the mail asks, e.g. `192.0.2.53`; default: the system's.
    pub dns_server: Option<String>,
    /// Address our mail comes from; people answer to it.
    pub mail_from: String,
    /// 64 hexadecimal digits; default: a file of its own in the data folder. Needed to be the same in
    /// every process.
    pub secret_key: Option<String>,
    /// Filter of the log, e.g. `info` or `soutien=debug`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// Seconds in which a reply can be taken back.
    pub take_back_seconds: u32,
    /// Header that carries the person's address behind a reverse proxy, e.g. `X-Real-IP`.
    pub client_ip_header: Option<String>,
    /// Connections of the pool (PostgreSQL) or readers (SQLite).
    pub connections: u32,
    /// Where LMTP listens for our own mail server: `127.0.0.1:2424` or `unix:FILE`. Off without it.
    pub lmtp_listen: Option<String>,
    /// Where SMTP listens, e.g. `0.0.0.0:25`. Off without it.
    pub smtp_listen: Option<String>,
    /// Addresses taken by SMTP: `contact@asso.fr`, or `@asso.fr` for all of a domain; default: `mail_from`.
    pub mail_recipients: Vec<String>,
    /// Name we bear as a mail server; default: the domain of `mail_from`.
    pub mail_hostname: Option<String>,
    /// Certificate chain and key (PEM) for STARTTLS on SMTP and LMTP.
    pub mail_tls_cert: Option<PathBuf>,
    /// Its key.
    pub mail_tls_key: Option<PathBuf>,
    /// Largest mail taken, in bytes.
    pub mail_max_bytes: usize,
    /// Connections of mail servers at once.
    pub mail_max_connections: usize,
    /// Mails a minute from one address, by SMTP.
    pub mail_rate: u32,
    /// Names of mail servers whose `Authentication-Results` we believe.
    pub auth_results_from: Vec<String>,
    /// Mailboxes that are fetched.
    pub imap: Vec<ImapAccount>,
    /// Pictures of mails that lie on other servers, once a person asks for them.
    pub remote_images: RemoteImages,
}

/// Whether pictures on other servers are fetched, always by us and only when a person asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteImages {
    /// From public addresses.
    Public,
    /// From every address, those of our own network too.
    Everywhere,
    /// Not at all.
    Never,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            database_url: None,
            blobs_url: None,
            listen: "127.0.0.1:8000".into(),
            public_url: None,
            smtp_url: None,
            smtp_tls: None,
            smtp_ca_file: None,
            smtp_connections: 8,
            smtp_timeout_seconds: 60,
            mail_pace: 120,
            dkim_domain: None,
            dkim_selector: None,
            dkim_key_file: None,
            dns_server: None,
            mail_from: "soutien@localhost".into(),
            secret_key: None,
            log: "info,sea_orm_migration=warn,rocket=error".into(),
            log_format: LogFormat::Text,
            take_back_seconds: 15,
            client_ip_header: None,
            connections: 8,
            lmtp_listen: None,
            smtp_listen: None,
            mail_recipients: Vec::new(),
            mail_hostname: None,
            mail_tls_cert: None,
            mail_tls_key: None,
            mail_max_bytes: 50 << 20,
            mail_max_connections: 100,
            mail_rate: 60,
            auth_results_from: Vec::new(),
            imap: Vec::new(),
            remote_images: RemoteImages::Public,
        }
    }
}

/// A value that cannot be used, as a sentence that names its key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadConfig(pub String);

impl Config {
    /// Reads `file` (if it is there) and the environment.
    pub fn load(file: &Path) -> Result<Self, BadConfig> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment.merge(Env::prefixed("SOUTIEN_").ignore(&["shared", "browser"]));
        let config: Self = figment.extract().map_err(|error| sentence(&error))?;
        config.checked()
    }

    /// The name that we bear as a mail server.
    pub fn hostname(&self) -> &str {
        let domain = self.mail_from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        self.mail_hostname.as_deref().unwrap_or(domain)
    }

    /// The same value if every key can be used.
    pub fn checked(self) -> Result<Self, BadConfig> {
        let bad = |key: &str, why: String| BadConfig(format!("The key `{key}` cannot be used: {why}."));
        self.address()?;
        if let Some(url) = &self.database_url
            && !["sqlite:", "postgres://", "postgresql://"].iter().any(|p| url.starts_with(p))
        {
            let why = format!("`{}` begins neither with sqlite: nor with postgres://", scheme(url));
            return Err(bad("database_url", why));
        }
        if let Some(url) = &self.blobs_url
            && !url.starts_with("file:")
        {
            let why = format!("`{}` is not file:DIR, the only store of this version", scheme(url));
            return Err(bad("blobs_url", why));
        }
        if let Some(url) = &self.smtp_url
            && !["smtp://", "smtps://", "file:"].iter().any(|p| url.starts_with(p))
        {
            let why = format!("`{}` is not smtp://, smtps:// or file:DIR", scheme(url));
            return Err(bad("smtp_url", why));
        }
        if let Some(url) = &self.public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(bad("public_url", format!("`{url}` does not begin with http:// or https://")));
        }
        if self.mail_from.parse::<lettre::Address>().is_err() {
            return Err(bad("mail_from", format!("`{}` is not a mail address", self.mail_from)));
        }
        if let Some(key) = &self.secret_key
            && (key.len() != 64 || hex::decode(key).is_err())
        {
            return Err(bad("secret_key", "it is not 64 hexadecimal digits".into()));
        }
        if self.connections == 0 {
            return Err(bad("connections", "it must be at least 1".into()));
        }
        mail::check(&self)?;
        smtp::check(&self)?;
        Ok(self)
    }

    /// Address and port of `listen`.
    pub fn address(&self) -> Result<SocketAddr, BadConfig> {
        self.listen.parse().map_err(|_| {
            BadConfig(format!(
                "The key `listen` cannot be used: `{}` is not an address and a port such as 127.0.0.1:8000.",
                self.listen
            ))
        })
    }

    /// Address under which people reach us, without a slash at the end.
    pub fn public(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether people reach us over https (cookies are then `__Host-` and `Secure`).
    pub fn https(&self) -> bool {
        self.public().starts_with("https://")
    }

    /// Address of the database.
    pub fn database(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.data_dir.join("soutien.sqlite").display()),
        }
    }

    /// Folder of the blobs.
    pub fn blobs(&self) -> PathBuf {
        match self.blobs_url.as_deref().and_then(|url| url.strip_prefix("file:")) {
            Some(dir) => PathBuf::from(dir),
            None => self.data_dir.join("blobs"),
        }
    }
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or(url, |(scheme, _)| scheme)
}

fn sentence(error: &figment::Error) -> BadConfig {
    let key = if error.path.is_empty() { None } else { Some(error.path.join(".")) };
    let place = error.metadata.as_ref().map(|m| m.name.to_string()).unwrap_or_default();
    let key = match (&key, &error.kind) {
        (Some(key), _) => key.clone(),
        (None, figment::error::Kind::UnknownField(name, _)) => name.clone(),
        _ => "?".into(),
    };
    let why = match &error.kind {
        figment::error::Kind::UnknownField(_, _) => "there is no such key".to_owned(),
        other => other.to_string(),
    };
    BadConfig(format!("The key `{key}` ({place}) cannot be used: {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.checked().unwrap_err().to_string()
    }

    #[test]
    fn a_bad_value_is_a_sentence_that_names_its_key() {
        assert!(refused(|c| c.listen = "here".into()).contains("`listen`"));
        assert!(refused(|c| c.database_url = Some("mysql://x".into())).contains("`database_url`"));
        assert!(refused(|c| c.blobs_url = Some("s3://x".into())).contains("`blobs_url`"));
        assert!(refused(|c| c.smtp_url = Some("gopher://x".into())).contains("`smtp_url`"));
        assert!(refused(|c| c.public_url = Some("soutien.org".into())).contains("`public_url`"));
        assert!(refused(|c| c.mail_from = "nobody".into()).contains("`mail_from`"));
        assert!(refused(|c| c.secret_key = Some("abc".into())).contains("`secret_key`"));
        assert!(refused(|c| c.connections = 0).contains("`connections`"));
    }

    #[test]
    fn an_unknown_key_of_the_file_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("soutien.toml");
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        let told = Config::load(&file).unwrap_err().to_string();
        assert!(told.contains("`lisen`"), "{told}");
        std::fs::write(&file, "connections = \"many\"\n").unwrap();
        let told = Config::load(&file).unwrap_err().to_string();
        assert!(told.contains("`connections`"), "{told}");
    }
}
