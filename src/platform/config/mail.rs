//! The keys of the ways in for mail: listeners and mailboxes.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{BadConfig, Config};

/// A socket to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// Address and port.
    Tcp(SocketAddr),
    /// A file of the kind socket.
    Unix(PathBuf),
}

impl Listen {
    /// Reads `127.0.0.1:2424` or `unix:FILE`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("unix:") {
            Some("") => None,
            Some(file) => Some(Self::Unix(PathBuf::from(file))),
            None => text.parse().ok().map(Self::Tcp),
        }
    }
}

/// How a connection to a mailbox is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// From the first byte (port 993).
    Implicit,
    /// After STARTTLS (port 143).
    Starttls,
    /// Not at all: on this very machine only.
    None,
}

/// What happens on the server to a mail that is ours now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// It is marked as read.
    Seen,
    /// It is left as it is.
    Nothing,
    /// It goes to this folder.
    Move(String),
}

/// Which mails of a mailbox are taken at the first look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// None: from now on.
    Now,
    /// All that are there.
    All,
    /// Those that came on this day or later.
    Since(NaiveDate),
}

/// A mailbox that is fetched by IMAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImapAccount {
    /// Name in the ledger; each account has its own.
    pub name: String,
    /// Host name.
    pub server: String,
    /// Port; default: 993, or 143 with `starttls` and `none`.
    pub port: Option<u16>,
    /// Encryption.
    pub tls: Tls,
    /// Certificate (PEM) to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
    /// User name.
    pub user: String,
    /// Password.
    pub password: Option<String>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// OAuth access token (XOAUTH2).
    pub oauth_token: Option<String>,
    /// File with the token, read again at each sign-in: whoever renews it writes there.
    pub oauth_token_file: Option<PathBuf>,
    /// Folder.
    pub folder: String,
    /// `seen`, `nothing`, or `move:FOLDER`.
    pub after: String,
    /// `now`, `all`, or a day `2026-01-31`.
    pub first: String,
    /// Seconds between two looks where the server cannot ring (IDLE).
    pub every_seconds: u32,
    /// Let the server ring.
    pub idle: bool,
}

impl Default for ImapAccount {
    fn default() -> Self {
        Self {
            name: String::new(),
            server: String::new(),
            port: None,
            tls: Tls::Implicit,
            ca_file: None,
            user: String::new(),
            password: None,
            password_file: None,
            oauth_token: None,
            oauth_token_file: None,
            folder: "INBOX".into(),
            after: "seen".into(),
            first: "now".into(),
            every_seconds: 60,
            idle: true,
        }
    }
}

impl ImapAccount {
    /// Port of the server.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls == Tls::Implicit { 993 } else { 143 })
    }

    /// What happens to a mail that is ours now.
    pub fn after(&self) -> Option<After> {
        match self.after.as_str() {
            "seen" => Some(After::Seen),
            "nothing" => Some(After::Nothing),
            other => other.strip_prefix("move:").filter(|f| !f.is_empty()).map(|f| After::Move(f.into())),
        }
    }

    /// Which mails are taken at the first look.
    pub fn first(&self) -> Option<First> {
        match self.first.as_str() {
            "now" => Some(First::Now),
            "all" => Some(First::All),
            day => day.parse().ok().map(First::Since),
        }
    }

    fn credentials(&self) -> usize {
        let given = [self.password.is_some(), self.oauth_token.is_some()];
        let files = [self.password_file.is_some(), self.oauth_token_file.is_some()];
        given.iter().chain(&files).filter(|given| **given).count()
    }
}

/// Refuses what cannot be used, naming the key.
pub(super) fn check(config: &Config) -> Result<(), BadConfig> {
    let bad = |key: &str, why: &str| BadConfig(format!("The key `{key}` cannot be used: {why}."));
    for (key, value) in [("lmtp_listen", &config.lmtp_listen), ("smtp_listen", &config.smtp_listen)] {
        if value.as_deref().is_some_and(|text| Listen::parse(text).is_none()) {
            return Err(bad(key, "it is neither an address and a port such as 127.0.0.1:2424 nor unix:FILE"));
        }
    }
    if config.mail_tls_cert.is_some() != config.mail_tls_key.is_some() {
        return Err(bad("mail_tls_cert", "a certificate and its key (mail_tls_key) come together"));
    }
    if let Some(address) = config.mail_recipients.iter().find(|a| !a.contains('@')) {
        let why = format!("`{address}` is neither an address nor a domain such as @asso.fr");
        return Err(bad("mail_recipients", &why));
    }
    if config.mail_max_bytes < 64 << 10 {
        return Err(bad("mail_max_bytes", "at least 65536, or ordinary mail would be refused"));
    }
    if config.mail_max_connections == 0 || config.mail_rate == 0 {
        return Err(bad("mail_max_connections", "it and mail_rate must be at least 1"));
    }
    for (at, account) in config.imap.iter().enumerate() {
        account_can_be_used(config, at, account)?;
    }
    Ok(())
}

fn account_can_be_used(config: &Config, at: usize, account: &ImapAccount) -> Result<(), BadConfig> {
    let bad =
        |key: &str, why: &str| Err(BadConfig(format!("The key `imap.{at}.{key}` cannot be used: {why}.")));
    let twice = config.imap.iter().filter(|other| other.name == account.name).count() > 1;
    let here = ["127.0.0.1", "::1", "localhost"].contains(&account.server.as_str());
    match () {
        () if account.name.trim().is_empty() || account.name.contains('|') => {
            bad("name", "each mailbox needs a name of its own, without |")
        }
        () if twice => bad("name", &format!("two mailboxes are called `{}`", account.name)),
        () if account.server.trim().is_empty() => bad("server", "it is empty"),
        () if account.user.is_empty() => bad("user", "it is empty"),
        () if account.credentials() != 1 => {
            bad("password", "give one of password, password_file, oauth_token, oauth_token_file")
        }
        () if account.tls == Tls::None && !here => {
            bad("tls", "a password may only travel in clear on this machine itself")
        }
        () if account.after().is_none() => bad("after", "it is not seen, nothing or move:FOLDER"),
        () if account.first().is_none() => bad("first", "it is not now, all or a day such as 2026-01-31"),
        () if account.folder.is_empty() => bad("folder", "it is empty"),
        () if account.every_seconds == 0 => bad("every_seconds", "it must be at least 1"),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.checked().map_or_else(|e| e.to_string(), |_| String::new())
    }

    fn mailbox(change: impl FnOnce(&mut ImapAccount)) -> String {
        let mut account = ImapAccount {
            name: "contact".into(),
            server: "imap.asso.example".into(),
            user: "contact".into(),
            password: Some("secret".into()),
            ..ImapAccount::default()
        };
        change(&mut account);
        told(|c| c.imap = vec![account])
    }

    #[test]
    fn a_listener_that_cannot_be_is_named() {
        assert!(told(|c| c.lmtp_listen = Some("here".into())).contains("`lmtp_listen`"));
        assert!(told(|c| c.smtp_listen = Some("unix:".into())).contains("`smtp_listen`"));
        assert!(told(|c| c.mail_tls_key = Some("key.pem".into())).contains("`mail_tls_cert`"));
        assert!(told(|c| c.mail_recipients = vec!["contact".into()]).contains("`mail_recipients`"));
        assert!(told(|c| c.mail_max_bytes = 1).contains("`mail_max_bytes`"));
        assert_eq!(told(|c| c.lmtp_listen = Some("unix:/run/soutien.sock".into())), "");
    }

    #[test]
    fn a_mailbox_that_cannot_be_is_named() {
        assert_eq!(mailbox(|_| ()), "");
        assert!(mailbox(|a| a.name.clear()).contains("`imap.0.name`"));
        assert!(mailbox(|a| a.server.clear()).contains("`imap.0.server`"));
        assert!(mailbox(|a| a.password = None).contains("`imap.0.password`"));
        assert!(mailbox(|a| a.oauth_token = Some("t".into())).contains("`imap.0.password`"));
        assert!(mailbox(|a| a.tls = Tls::None).contains("`imap.0.tls`"));
        assert!(mailbox(|a| a.after = "burn".into()).contains("`imap.0.after`"));
        assert!(mailbox(|a| a.first = "yesterday".into()).contains("`imap.0.first`"));
    }

    #[test]
    fn what_is_written_is_what_is_meant() {
        let account =
            ImapAccount { after: "move:Traités".into(), first: "2026-01-31".into(), ..Default::default() };
        assert_eq!(account.after(), Some(After::Move("Traités".into())));
        assert_eq!(account.first(), NaiveDate::from_ymd_opt(2026, 1, 31).map(First::Since));
        assert_eq!(
            (ImapAccount::default().port(), ImapAccount { tls: Tls::Starttls, ..account }.port()),
            (993, 143)
        );
    }
}
