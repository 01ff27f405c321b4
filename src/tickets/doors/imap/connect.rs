//! Signing in to a mail server.

use std::path::Path;
use std::time::Duration;

use async_imap::{Authenticator, Client, Session};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::platform::config::{ImapAccount, Tls};
use crate::platform::{Failure, tls};

/// How long a server may take to be reached and to let us in.
const PATIENCE: Duration = Duration::from_secs(60);

/// A line to a mail server, encrypted or not.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Line for T {}

/// A mailbox that is open to us.
pub type Mailbox = Session<Box<dyn Line>>;

/// What went wrong, for the administrator.
pub fn told(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{what}: {error}"))
}

/// Reaches the server of `account` and signs in.
pub async fn sign_in(account: &ImapAccount) -> Result<Mailbox, Failure> {
    match tokio::time::timeout(PATIENCE, enter(account)).await {
        Ok(entered) => entered,
        Err(_) => Err(Failure::new(format!("{} does not answer", account.server))),
    }
}

async fn enter(account: &ImapAccount) -> Result<Mailbox, Failure> {
    let server = account.server.as_str();
    let tcp = TcpStream::connect((server, account.port()))
        .await
        .map_err(|e| told(&format!("{server} cannot be reached"), e))?;
    tcp.set_nodelay(true)?;
    let mut client = match account.tls {
        Tls::Implicit => greeted(Box::new(encrypted(account, tcp).await?)).await?,
        Tls::None => greeted(Box::new(tcp)).await?,
        Tls::Starttls => {
            let mut plain = greeted(Box::new(tcp) as Box<dyn Line>).await?;
            let refused = |e| told(&format!("{server} does not offer encryption (STARTTLS)"), e);
            plain.run_command_and_check_ok("STARTTLS", None).await.map_err(refused)?;
            Client::new(Box::new(encrypted(account, plain.into_inner()).await?) as Box<dyn Line>)
        }
    };
    let user = account.user.as_str();
    let refused =
        |(e, _): (async_imap::error::Error, _)| told(&format!("{server} does not let `{user}` in"), e);
    if let Some(token) = secret(account.oauth_token.as_deref(), account.oauth_token_file.as_deref())? {
        let bearer = Bearer(format!("user={user}\x01auth=Bearer {token}\x01\x01"));
        return client.authenticate("XOAUTH2", bearer).await.map_err(refused);
    }
    let password = secret(account.password.as_deref(), account.password_file.as_deref())?;
    let password = password.ok_or_else(|| Failure::new(format!("no password for `{user}`")))?;
    let _ = &mut client;
    client.login(user, &password).await.map_err(refused)
}

async fn greeted(line: Box<dyn Line>) -> Result<Client<Box<dyn Line>>, Failure> {
    let mut client = Client::new(line);
    match client.read_response().await? {
        Some(_) => Ok(client),
        None => Err(Failure::new("the server hung up")),
    }
}

/// A secret of the configuration, or what its file holds now.
fn secret(text: Option<&str>, file: Option<&Path>) -> Result<Option<String>, Failure> {
    match (text, file) {
        (Some(text), _) => Ok(Some(text.to_owned())),
        (None, Some(file)) => {
            let read = std::fs::read_to_string(file);
            let read = read.map_err(|e| told(&format!("{} cannot be read", file.display()), e))?;
            Ok(Some(read.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}

async fn encrypted<S: Line + 'static>(
    account: &ImapAccount,
    stream: S,
) -> Result<tokio_rustls::client::TlsStream<S>, Failure> {
    let connector = tls::connector(account.ca_file.as_deref())?;
    let name = ServerName::try_from(account.server.clone()).map_err(|e| told(&account.server, e))?;
    let connecting = connector.connect(name, stream).await;
    connecting.map_err(|e| told(&format!("{} is not who it says, or cannot encrypt", account.server), e))
}

/// XOAUTH2: one answer; an error comes as another challenge, answered with nothing.
struct Bearer(String);

impl Authenticator for Bearer {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}
