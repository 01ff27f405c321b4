//! The mail server that takes our mail: reaching it, encrypted from the first byte where that is asked for.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fate::{Fate, chain};
use crate::platform::config::{Config, SmtpServer, SmtpTls};
use crate::platform::failure::Failure;
use crate::platform::tls;

/// How long the server may take to be reached.
const REACH: Duration = Duration::from_secs(15);

/// Where it is and how we speak with it.
pub struct Server {
    /// As the configuration says.
    pub at: SmtpServer,
    /// The name we give.
    pub hello: ClientId,
    /// How long an answer may take.
    pub patience: Duration,
    /// What STARTTLS asks of it.
    pub starttls: TlsParameters,
    connector: TlsConnector,
}

impl Server {
    /// From the configuration; none where mail goes elsewhere.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        let at = config.smtp_server().map_err(|bad| Failure::new(bad.to_string()))?;
        let Some(at) = at else { return Ok(None) };
        let mut starttls = TlsParameters::builder(at.host.clone());
        for cert in config.smtp_ca_file.as_deref().map(tls::certificates).transpose()?.unwrap_or_default() {
            let cert = Certificate::from_der(cert.to_vec()).map_err(|e| Failure::new(chain(&e)))?;
            starttls = starttls.add_root_certificate(cert);
        }
        if at.tls == SmtpTls::Opportunistic {
            // Better than clear text, and no worse whoever signed it.
            starttls = starttls.dangerous_accept_invalid_certs(true).dangerous_accept_invalid_hostnames(true);
        }
        Ok(Some(Self {
            hello: config.mail_hostname.clone().map_or_else(ClientId::default, ClientId::Domain),
            patience: Duration::from_secs(u64::from(config.smtp_timeout_seconds)),
            starttls: starttls.build().map_err(|e| Failure::new(chain(&e)))?,
            connector: tls::connector(config.smtp_ca_file.as_deref())?,
            at,
        }))
    }

    /// Host and port.
    pub fn name(&self) -> String {
        format!("{}:{}", self.at.host, self.at.port)
    }

    /// A line to it.
    pub async fn line(&self) -> Result<Line, Fate> {
        let away =
            |why: &dyn std::fmt::Display| Fate::Away(format!("{} cannot be reached: {why}", self.name()));
        let reaching = TcpStream::connect((self.at.host.as_str(), self.at.port));
        let tcp = match tokio::time::timeout(REACH.min(self.patience), reaching).await {
            Ok(reached) => reached.map_err(|e| away(&e))?,
            Err(_) => return Err(away(&"no answer")),
        };
        // Without it each mail waits 40 ms for an acknowledgement.
        tcp.set_nodelay(true).map_err(|e| away(&e))?;
        if self.at.tls != SmtpTls::Implicit {
            return Ok(Line::Plain(tcp));
        }
        let name =
            ServerName::try_from(self.at.host.clone()).map_err(|e| Fate::Setup(format!("smtp_url: {e}")))?;
        match tokio::time::timeout(self.patience, self.connector.connect(name, tcp)).await {
            Ok(Ok(line)) => Ok(Line::Tls(Box::new(line))),
            Ok(Err(error)) => Err(self.not_encrypted(&chain(&error))),
            Err(_) => Err(away(&"it does not answer to encryption")),
        }
    }

    /// Whether what broke the encryption stays so until somebody acts.
    pub fn not_encrypted(&self, words: &str) -> Fate {
        let lasting = ["certificate", "corrupt message", "InvalidContentType", "alert", "incompatible"];
        if lasting.iter().any(|sign| words.contains(sign)) {
            Fate::Setup(format!("the encryption of {} is not right: {words}", self.name()))
        } else {
            Fate::Away(format!("{} broke off the encryption: {words}", self.name()))
        }
    }
}

/// A line to the server.
#[derive(Debug)]
pub enum Line {
    /// In clear, for now.
    Plain(TcpStream),
    /// Encrypted from the first byte.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Line {
    /// Whether nobody in between can read along.
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// What the server showed of itself (DER).
    pub fn certificate(&self) -> Option<Vec<u8>> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(line) => line.get_ref().1.peer_certificates()?.first().map(|cert| cert.to_vec()),
        }
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(line) => line.peer_addr(),
            Self::Tls(line) => line.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(line) => Pin::new(line).poll_read(cx, buf),
            Self::Tls(line) => Pin::new(line).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(line) => Pin::new(line).poll_write(cx, buf),
            Self::Tls(line) => Pin::new(line).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(line) => Pin::new(line).poll_flush(cx),
            Self::Tls(line) => Pin::new(line).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(line) => Pin::new(line).poll_shutdown(cx),
            Self::Tls(line) => Pin::new(line).poll_shutdown(cx),
        }
    }
}
