//! Signing in to a mail server.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_imap::{Authenticator, Client, Session};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::platform::config::{ImapAccount, Tls};
use crate::platform::{Failure, tls};

/// How long a server may take to be reached and to let us in, and how long it may be silent in the middle of a
/// command. A large mail may take longer to come, as long as it comes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A line to a mail server, encrypted or not.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Line for T {}

/// A line that breaks when the other side is silent, or reads nothing of ours, for longer than `limit`.
#[derive(Debug)]
pub struct Patient {
    line: Box<dyn Line>,
    /// Longest silence.
    pub limit: Duration,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(line: Box<dyn Line>) -> Self {
        Self { line, limit: PATIENCE, silence: None }
    }

    /// What the line gave, or that it was silent too long.
    fn heard<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.silence = None;
            return polled;
        }
        let limit = self.limit;
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(silence.as_mut().poll(cx));
        self.silence = None;
        let words = format!("the server was silent for {} s", limit.as_secs());
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, words)))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.line).poll_read(cx, to);
        self.heard(cx, polled)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.line).poll_write(cx, bytes);
        self.heard(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.line).poll_flush(cx);
        self.heard(cx, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.line).poll_shutdown(cx);
        self.heard(cx, polled)
    }
}

/// A mailbox that is open to us.
pub type Mailbox = Session<Patient>;

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
            let mut plain = greeted(Box::new(tcp)).await?;
            let refused = |e| told(&format!("{server} does not offer encryption (STARTTLS)"), e);
            plain.run_command_and_check_ok("STARTTLS", None).await.map_err(refused)?;
            Client::new(Patient::new(Box::new(encrypted(account, plain.into_inner().line).await?)))
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

async fn greeted(line: Box<dyn Line>) -> Result<Client<Patient>, Failure> {
    let mut client = Client::new(Patient::new(line));
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_silent_server_is_a_lost_line_and_a_slow_one_is_not() {
        let (ours, mut theirs) = tokio::io::duplex(4);
        let mut line = Patient::new(Box::new(ours));
        line.limit = Duration::from_millis(400);
        let server = tokio::spawn(async move {
            for _ in 0..6 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                theirs.write_all(b"ab").await.unwrap();
            }
            theirs
        });
        let mut heard = [0; 12];
        line.read_exact(&mut heard).await.unwrap();
        let _silent = server.await.unwrap();
        assert_eq!(line.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(line.write_all(b"more than it takes").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
