//! One conversation with the mail server, step by step: whoever knows at which step the line broke knows whether
//! the mail may have left.

use std::future::Future;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout};

use super::build::Letter;
use super::fate::{Answer, Fate, read, speaks_of_us};
use super::server::Server;
use crate::platform::config::SmtpTls;

/// Mails that go over one connection: many servers want it to end some day.
const MAILS: u32 = 100;
/// A connection that was idle longer is not used again.
const IDLE: Duration = Duration::from_secs(20);

/// A conversation that was begun: we are let in.
pub struct Talk {
    conn: AsyncSmtpConnection,
    patience: Duration,
    mails: u32,
    last: Instant,
    broken: bool,
    encrypted: bool,
    certificate: Option<Vec<u8>>,
}

/// What came of handing a mail over.
pub enum Handed {
    /// This is certain.
    Fate(Fate),
    /// The line was dead before the mail was handed over: a new one may do.
    DeadLine(String),
    /// The server passes this mail on to nobody: does it do so for none of ours?
    NotPassedOn(String),
}

impl Talk {
    /// Reaches the server, encrypts, signs in.
    pub async fn open(server: &Server) -> Result<Self, Fate> {
        let line = server.line().await?;
        let (mut encrypted, mut certificate) = (line.is_encrypted(), line.certificate());
        let patience = server.patience;
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(line), &server.hello);
        let mut conn = patient(patience, greeting).await.map_err(|answer| match answer {
            Answer::Never(_, words) => Fate::Setup(format!("{} turns us away: {words}", server.name())),
            other => Fate::Away(format!("{} does not greet: {}", server.name(), other.words())),
        })?;
        if !encrypted && starts_tls(server, &conn)? {
            let tls = server.starttls.clone();
            let upgrade = patient(patience, conn.starttls(tls, &server.hello)).await;
            upgrade.map_err(|answer| not_encrypted(server, answer))?;
            encrypted = true;
            certificate = conn.peer_certificate().ok();
        }
        let mut talk =
            Self { conn, patience, mails: 0, last: Instant::now(), broken: false, encrypted, certificate };
        talk.sign_in(server).await?;
        Ok(talk)
    }

    async fn sign_in(&mut self, server: &Server) -> Result<(), Fate> {
        let Some(credentials) = &server.at.credentials else { return Ok(()) };
        if !self.encrypted && !server.at.is_here() {
            let why = format!("{} offers no encryption (STARTTLS): the password is not sent", server.name());
            return Err(Fate::Setup(why));
        }
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let asked = timeout(self.patience, self.conn.auth(&mechanisms, credentials)).await;
        match asked {
            Err(_) => Err(Fate::Away(format!("{} does not answer to the sign-in", server.name()))),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_client() => {
                Err(Fate::Setup(format!("{} offers no way to sign in that we know", server.name())))
            }
            Ok(Err(error)) => Err(match read(&error) {
                Answer::Never(_, words) => {
                    Fate::Setup(format!("{} does not accept user and password: {words}", server.name()))
                }
                other => Fate::Away(format!("{} lets nobody in now: {}", server.name(), other.words())),
            }),
        }
    }

    /// Whether another mail may go this way.
    pub fn is_fresh(&self) -> bool {
        !self.broken && self.mails < MAILS && self.last.elapsed() < IDLE
    }

    /// Whether nobody between us and the server can read along.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The certificate that the server showed (DER).
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// Hands one mail over.
    pub async fn hand(&mut self, letter: &Letter) -> Handed {
        let handed = self.all_steps(letter).await;
        self.mails += 1;
        self.last = Instant::now();
        handed
    }

    async fn all_steps(&mut self, letter: &Letter) -> Handed {
        let mut parameters = Vec::new();
        if !letter.to.to_string().is_ascii() || !letter.from.to_string().is_ascii() {
            if !self.conn.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "the mail server takes no addresses with accents (SMTPUTF8)";
                return Handed::Fate(Fate::Refused(why.into()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = Mail::new(Some(letter.from.clone()), parameters);
        if let Err(answer) = self.ask(mail).await {
            return self.refused(answer, &letter.from, Step::Mail).await;
        }
        if let Err(answer) = self.ask(Rcpt::new(letter.to.clone(), Vec::new())).await {
            return self.refused(answer, &letter.from, Step::Rcpt).await;
        }
        match self.ask(Data).await {
            Ok(answer) if answer.has_code(354) => {}
            Ok(answer) => {
                self.broken = true;
                let words = answer.message().collect::<Vec<_>>().join(" ");
                return Handed::Fate(Fate::Later(format!("not an answer to DATA: {words}")));
            }
            Err(answer) => return self.refused(answer, &letter.from, Step::Data).await,
        }
        Handed::Fate(self.words(letter).await)
    }

    /// From here on the server may have the mail.
    async fn words(&mut self, letter: &Letter) -> Fate {
        let told = timeout(self.patience * 5, self.conn.message(&letter.bytes)).await;
        let Ok(told) = told else {
            self.broken = true;
            return Fate::Unknown("the server did not say whether it took the mail".into());
        };
        match told {
            Ok(answer) if answer.code().is_positive() && !answer.has_code(354) => {
                Fate::Taken(answer.message().collect::<Vec<_>>().join(" "))
            }
            Ok(answer) => {
                self.broken = true;
                let words = answer.message().collect::<Vec<_>>().join(" ");
                Fate::Unknown(format!("no answer that says whether the mail was taken: {words}"))
            }
            Err(error) => match read(&error) {
                Answer::NotNow(words) => Fate::Later(words),
                Answer::Closing(words) => {
                    self.broken = true;
                    Fate::Later(words)
                }
                Answer::Never(_, words) => Fate::Refused(words),
                Answer::Broken(words) => {
                    self.broken = true;
                    Fate::Unknown(format!(
                        "the line broke before the server said whether it took the mail: {words}"
                    ))
                }
            },
        }
    }

    async fn refused(&mut self, answer: Answer, from: &Address, step: Step) -> Handed {
        let fate = match answer {
            Answer::Broken(words) => {
                self.broken = true;
                return Handed::DeadLine(words);
            }
            // "Too many for this one", said of a recipient, is that mail's affair.
            Answer::Closing(words) if step == Step::Rcpt && !speaks_of_us(&words) => Fate::Later(words),
            Answer::Closing(words) => {
                self.broken = true;
                return Handed::Fate(Fate::Away(words));
            }
            Answer::NotNow(words) => Fate::Later(words),
            Answer::Never(code, words) if is_setup(code, step) => {
                Fate::Setup(format!("the mail server does not take mail from {from}: {words}"))
            }
            Answer::Never(_, words) if step == Step::Rcpt && words.to_ascii_lowercase().contains("relay") => {
                self.reset().await;
                return Handed::NotPassedOn(words);
            }
            Answer::Never(_, words) => Fate::Refused(words),
        };
        self.reset().await;
        Handed::Fate(fate)
    }

    async fn reset(&mut self) {
        if self.ask(Rset).await.is_err() {
            self.broken = true;
        }
    }

    async fn ask(&mut self, command: impl std::fmt::Display) -> Result<Response, Answer> {
        patient(self.patience, self.conn.command(command)).await
    }

    /// Says good-bye, briefly.
    pub async fn end(mut self) {
        if !self.broken {
            let _bye = timeout(Duration::from_secs(2), self.conn.quit()).await;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Mail,
    Rcpt,
    Data,
}

/// Whether a "never" speaks of us rather than of this mail: every mail would get it.
fn is_setup(code: u16, step: Step) -> bool {
    matches!(code, 530 | 534 | 535 | 538) || (step == Step::Mail && code != 552)
}

fn starts_tls(server: &Server, conn: &AsyncSmtpConnection) -> Result<bool, Fate> {
    match server.at.tls {
        SmtpTls::Required if !conn.can_starttls() => Err(Fate::Setup(format!(
            "{} offers no encryption (STARTTLS): nothing is sent in clear. Set smtp_tls = \"implicit\" (port 465) if \
             it encrypts from the first byte, or smtp_tls = \"none\" if you really want clear text",
            server.name()
        ))),
        SmtpTls::Required => Ok(true),
        SmtpTls::Opportunistic => Ok(conn.can_starttls()),
        SmtpTls::Implicit | SmtpTls::None => Ok(false),
    }
}

/// A certificate that is not right stays so until somebody acts; a line that broke does not.
fn not_encrypted(server: &Server, answer: Answer) -> Fate {
    match answer {
        Answer::Never(_, words) => Fate::Setup(format!("{} does not encrypt: {words}", server.name())),
        Answer::Broken(words) => server.not_encrypted(&words),
        other => Fate::Away(format!("{} does not encrypt now: {}", server.name(), other.words())),
    }
}

async fn patient<T>(patience: Duration, asked: impl Future<Output = Result<T, Error>>) -> Result<T, Answer> {
    match timeout(patience, asked).await {
        Ok(done) => done.map_err(|error| read(&error)),
        Err(_) => Err(Answer::Broken(format!("no answer within {} s", patience.as_secs()))),
    }
}
