//! One conversation with a mail server: SMTP (RFC 5321) or LMTP (RFC 2033), with pipelining, chunking, sizes
//! and STARTTLS.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use smtp_proto::request::receiver::{BdatReceiver, DataReceiver, MAX_LINE_LENGTH};
use smtp_proto::{Error, RcptTo, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::body::Body;
use super::clerk::Counter;
use super::policy::{Crowd, Recipients};
use crate::platform::{Core, Failure};
use crate::tickets::actions::intake::{Arrival, Way};

/// How long the other side may think (RFC 5321 4.5.3.2: five minutes).
const PATIENCE: Duration = Duration::from_secs(300);
/// How long it may leave an answer of ours unread.
const DEAF: Duration = Duration::from_secs(60);
/// Recipients of one mail.
const RECIPIENTS: usize = 100;
/// Lines that we do not understand before we hang up.
const BLUNDERS: u32 = 20;
/// Mails over one connection.
const MAILS: u32 = 1000;

/// Which of the two languages is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// With anybody's mail server.
    Smtp,
    /// With our own.
    Lmtp,
}

/// What a conversation needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'c> {
    /// Which language.
    pub kind: Kind,
    /// Address of the other side; a socket file has none.
    pub peer: Option<IpAddr>,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Whether it could be.
    pub can_encrypt: bool,
    /// Addresses that we take mail for.
    pub recipients: &'c Recipients,
    /// Who is here.
    pub crowd: &'c Crowd,
    /// Where mail is handed over.
    pub counter: &'c Counter,
}

/// How a conversation ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It is over.
    Over,
    /// The other side wants to go on encrypted.
    Encrypt,
}

/// What was said of the mail under way.
#[derive(Debug, Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
    chunks: Option<Body>,
}

struct Session<'c, S> {
    core: &'c Core,
    visit: Visit<'c>,
    stream: S,
    heard: Vec<u8>,
    hello: Option<String>,
    envelope: Envelope,
    blunders: u32,
    mails: u32,
}

/// Talks until the other side leaves, is asked to, or wants encryption. `first` is false after STARTTLS.
pub async fn talk<S: AsyncRead + AsyncWrite + Unpin + Send>(
    core: &Core,
    visit: Visit<'_>,
    stream: S,
    first: bool,
) -> Result<(End, S), Failure> {
    let envelope = Envelope::default();
    let mut session =
        Session { core, visit, stream, heard: Vec::new(), hello: None, envelope, blunders: 0, mails: 0 };
    if first {
        let name = core.config.hostname();
        let tongue = if visit.kind == Kind::Smtp { "ESMTP" } else { "LMTP" };
        session.say(&format!("220 {name} {tongue} Soutien\r\n")).await?;
    }
    let end = session.converse().await?;
    Ok((end, session.stream))
}

/// What a line asks for.
fn understood(line: &[u8]) -> Result<Request<String>, Error> {
    // The one recipient without a domain (RFC 5321 4.1.1.3).
    if line.to_ascii_lowercase().starts_with(b"rcpt to:<postmaster>") {
        let to = RcptTo { address: "postmaster".into(), orcpt: None, rrvs: 0, flags: 0 };
        return Ok(Request::Rcpt { to });
    }
    Request::parse(&mut line.iter()).map(Request::into_owned)
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Session<'_, S> {
    async fn say(&mut self, words: &str) -> Result<(), Failure> {
        let said = async {
            self.stream.write_all(words.as_bytes()).await?;
            self.stream.flush().await
        };
        Ok(tokio::time::timeout(DEAF, said).await.map_err(std::io::Error::from)??)
    }

    /// Waits for more bytes; false when the other side is gone or silent too long.
    async fn listen(&mut self) -> Result<bool, Failure> {
        let mut piece = [0; 16 << 10];
        match tokio::time::timeout(PATIENCE, self.stream.read(&mut piece)).await {
            Ok(Ok(read)) => {
                self.heard.extend_from_slice(piece.get(..read).unwrap_or_default());
                Ok(read > 0)
            }
            Ok(Err(_)) => Ok(false),
            Err(_) => {
                self.say("421 4.4.2 You were silent too long\r\n").await?;
                Ok(false)
            }
        }
    }

    /// The next line, its end included; none when the other side is gone.
    async fn line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        loop {
            if let Some(end) = self.heard.iter().position(|b| *b == b'\n') {
                let rest = self.heard.split_off(end + 1);
                return Ok(Some(std::mem::replace(&mut self.heard, rest)));
            }
            if self.heard.len() > MAX_LINE_LENGTH {
                self.heard.clear();
                return Ok(Some(b"\n".to_vec()));
            }
            if !self.listen().await? {
                return Ok(None);
            }
        }
    }

    async fn converse(&mut self) -> Result<End, Failure> {
        loop {
            let Some(line) = self.line().await? else { return Ok(End::Over) };
            match understood(&line) {
                Err(error) => {
                    if !self.blunder(&error).await? {
                        return Ok(End::Over);
                    }
                }
                Ok(Request::Quit) => {
                    self.say("221 2.0.0 Goodbye\r\n").await?;
                    return Ok(End::Over);
                }
                Ok(Request::StartTls) if self.visit.can_encrypt && !self.visit.encrypted => {
                    // What was said in clear behind it is not listened to (RFC 3207 4.2).
                    self.heard.clear();
                    self.say("220 2.0.0 Go ahead\r\n").await?;
                    return Ok(End::Encrypt);
                }
                Ok(asked) => {
                    if !self.answer(asked).await? {
                        return Ok(End::Over);
                    }
                }
            }
        }
    }

    async fn blunder(&mut self, error: &Error) -> Result<bool, Failure> {
        self.blunders += 1;
        let words = match error {
            Error::UnknownCommand => "500 5.5.1 I do not know that command",
            Error::InvalidSenderAddress => "501 5.1.7 That is not an address",
            Error::InvalidRecipientAddress => "501 5.1.3 That is not an address",
            Error::ResponseTooLong => "500 5.5.2 That line is too long",
            _ => "501 5.5.4 I do not understand what follows that command",
        };
        self.say(&format!("{words}\r\n")).await?;
        if self.blunders > BLUNDERS {
            self.say("421 4.7.0 Too many errors\r\n").await?;
        }
        Ok(self.blunders <= BLUNDERS)
    }

    /// Answers; false to hang up.
    async fn answer(&mut self, asked: Request<String>) -> Result<bool, Failure> {
        match asked {
            Request::Ehlo { host } | Request::Helo { host } if self.visit.kind == Kind::Smtp => {
                self.hello(host).await?;
            }
            Request::Lhlo { host } if self.visit.kind == Kind::Lmtp => self.hello(host).await?,
            Request::Ehlo { .. } | Request::Helo { .. } => self.say("500 5.5.1 Say LHLO here\r\n").await?,
            Request::Lhlo { .. } => self.say("500 5.5.1 Say EHLO here\r\n").await?,
            Request::Mail { from } => return self.from(from.address, from.size).await,
            Request::Rcpt { to } => self.to(to.address).await?,
            Request::Data => return self.data().await,
            Request::Bdat { chunk_size, is_last } => return self.chunk(chunk_size, is_last).await,
            Request::Rset => {
                self.envelope = Envelope::default();
                self.say("250 2.0.0 Forgotten\r\n").await?;
            }
            Request::Noop { .. } => self.say("250 2.0.0 Here\r\n").await?,
            Request::Vrfy { .. } => self.say("252 2.5.2 Send it and see\r\n").await?,
            Request::Help { .. } => self.say("214 2.0.0 RFC 5321, RFC 2033\r\n").await?,
            _ => self.say("502 5.5.1 Not here\r\n").await?,
        }
        Ok(true)
    }

    async fn hello(&mut self, host: String) -> Result<(), Failure> {
        self.hello = Some(host);
        self.envelope = Envelope::default();
        let most = self.core.config.mail_max_bytes;
        let tls = if self.visit.can_encrypt && !self.visit.encrypted { "250-STARTTLS\r\n" } else { "" };
        let words = format!(
            "250-{}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n{tls}\
             250-ENHANCEDSTATUSCODES\r\n250 SIZE {most}\r\n",
            self.core.config.hostname()
        );
        self.say(&words).await
    }

    async fn from(&mut self, address: String, size: usize) -> Result<bool, Failure> {
        if self.hello.is_none() {
            self.say("503 5.5.1 Greet first\r\n").await?;
        } else if self.envelope.from.is_some() {
            self.say("503 5.5.1 One mail at a time\r\n").await?;
        } else if size > self.core.config.mail_max_bytes {
            self.say("552 5.3.4 That mail is too large for us\r\n").await?;
        } else if self.mails >= MAILS {
            self.say("421 4.7.0 Enough over this connection; open another\r\n").await?;
            return Ok(false);
        } else if self.visit.kind == Kind::Smtp
            && !self.visit.crowd.may_bring(self.visit.peer, self.core.config.mail_rate, Instant::now())
        {
            self.say("451 4.7.1 Too many mails from you; try again in a minute\r\n").await?;
        } else {
            self.envelope.from = Some(address);
            self.say("250 2.1.0 Sender noted\r\n").await?;
        }
        Ok(true)
    }

    async fn to(&mut self, address: String) -> Result<(), Failure> {
        // Our own mail server decides by itself what it hands to us; a stranger only reaches what is ours.
        let ours = self.visit.kind == Kind::Lmtp || self.visit.recipients.include(&address);
        let words = match () {
            () if self.envelope.from.is_none() => "503 5.5.1 Name the sender first\r\n",
            () if self.envelope.to.len() >= RECIPIENTS => "452 4.5.3 Too many recipients\r\n",
            () if !ours => "550 5.1.1 Nobody here has that address\r\n",
            () => {
                self.envelope.to.push(address);
                "250 2.1.5 Recipient noted\r\n"
            }
        };
        self.say(words).await
    }

    fn body(&self) -> Body {
        // RFC 5321 4.4: whoever delivers last says so; the same mail again gives the same bytes.
        let from = self.envelope.from.as_deref().unwrap_or_default().replace(['\r', '\n'], "");
        let to = self.envelope.to.first().map(|t| t.replace(['\r', '\n'], "")).unwrap_or_default();
        Body::new(format!("Return-Path: <{from}>\r\nDelivered-To: {to}\r\n"), self.core.config.mail_max_bytes)
    }

    async fn data(&mut self) -> Result<bool, Failure> {
        if self.envelope.to.is_empty() || self.envelope.chunks.is_some() {
            self.say("503 5.5.1 Name a sender and a recipient first\r\n").await?;
            return Ok(true);
        }
        self.say("354 Send it, and end with a dot\r\n").await?;
        let mut body = self.body();
        let mut receiver = DataReceiver::new();
        let mut too_large = false;
        loop {
            let heard = std::mem::take(&mut self.heard);
            let mut rest = heard.iter();
            let done = receiver.ingest(&mut rest, &mut body.fresh);
            self.heard = rest.as_slice().to_vec();
            too_large |= body.is_too_large();
            if too_large {
                let kept = body.fresh.len().saturating_sub(16);
                body.fresh.drain(..kept); // only the end matters now
            } else {
                body.settle(self.core.blobs.folder());
            }
            if done {
                break;
            }
            if !self.listen().await? {
                return Ok(false); // cut in the middle: the other side keeps it
            }
        }
        if too_large {
            self.refuse_size().await?;
            return Ok(true);
        }
        self.take(body).await?;
        Ok(true)
    }

    /// RFC 3030: the mail comes in chunks of a said size.
    async fn chunk(&mut self, size: usize, is_last: bool) -> Result<bool, Failure> {
        let refused = self.envelope.to.is_empty();
        let mut body = match self.envelope.chunks.take() {
            Some(body) => body,
            None => self.body(),
        };
        let mut receiver = BdatReceiver::new(size, is_last);
        let mut dropped = Vec::new();
        loop {
            let heard = std::mem::take(&mut self.heard);
            let mut rest = heard.iter();
            let drop = refused || body.is_too_large();
            let done = receiver.ingest(&mut rest, if drop { &mut dropped } else { &mut body.fresh });
            dropped.clear();
            self.heard = rest.as_slice().to_vec();
            if !drop && !body.is_too_large() {
                body.settle(self.core.blobs.folder());
            }
            if done {
                break;
            }
            if !self.listen().await? {
                return Ok(false);
            }
        }
        match (refused, body.is_too_large(), is_last) {
            (true, ..) => self.say("503 5.5.1 Name a sender and a recipient first\r\n").await?,
            (_, true, true) => self.refuse_size().await?,
            (_, _, true) => self.take(body).await?,
            (..) => {
                self.envelope.chunks = Some(body);
                self.say(&format!("250 2.0.0 {size} bytes\r\n")).await?;
            }
        }
        Ok(true)
    }

    async fn refuse_size(&mut self) -> Result<(), Failure> {
        let words = "552 5.3.4 That mail is too large for us\r\n";
        let times = self.answers();
        self.envelope = Envelope::default();
        self.say(&words.repeat(times)).await
    }

    /// LMTP answers once for each recipient.
    fn answers(&self) -> usize {
        if self.visit.kind == Kind::Lmtp { self.envelope.to.len().max(1) } else { 1 }
    }

    /// Makes the mail ours and only then says so.
    async fn take(&mut self, body: Body) -> Result<(), Failure> {
        let times = self.answers();
        let envelope = std::mem::take(&mut self.envelope);
        self.mails += 1;
        let way = if self.visit.kind == Kind::Smtp { Way::Smtp } else { Way::Lmtp };
        let taken = match body.finish() {
            Ok(raw) => {
                let arrival = Arrival {
                    to: Some(envelope.to.join(", ")),
                    envelope_from: envelope.from,
                    peer: self.visit.peer.map(|p| p.to_string()),
                    hello: self.hello.clone(),
                    ..Arrival::new(raw, way)
                };
                self.visit.counter.take(arrival).await
            }
            Err(failure) => Err(failure),
        };
        let words = match taken {
            Ok(id) => format!("250 2.0.0 It is ours, number {id}\r\n"),
            Err(failure) => {
                tracing::error!(%failure, "a mail could not be taken; its server is asked to try again");
                "451 4.3.0 We cannot take it now; keep it and try again\r\n".to_owned()
            }
        };
        self.say(&words.repeat(times)).await
    }
}
