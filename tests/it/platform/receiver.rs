//! A mail server on loopback that does as it is told: takes mail, refuses it, hangs up at any step.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    /// DATA was said.
    Data,
    /// "Go on" was answered.
    GoOn,
    /// The first line of the mail was read.
    Within,
    /// The whole mail was read.
    Dot,
    /// "Taken" was answered.
    Taken,
    Rset,
}

/// How the server behaves.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Hangs up here.
    pub dies: Option<Step>,
    /// Says nothing more from here on.
    pub sleeps: Option<Step>,
    /// Answers this there.
    pub says: Option<(Step, &'static str)>,
    /// Offers AUTH.
    pub auth: bool,
    /// Connections it has at once; more are sent away.
    pub most: Option<u32>,
    /// Extensions offered besides.
    pub offers: Vec<&'static str>,
}

pub struct Receiver {
    pub port: u16,
    pub got: Arc<Mutex<Vec<Vec<u8>>>>,
    pub connections: Arc<AtomicU32>,
    pub said: Arc<Mutex<Vec<String>>>,
    pub plan: Arc<Mutex<Plan>>,
    pub tls: Option<Identity>,
}

/// A certificate for `localhost`.
pub struct Identity {
    dir: tempfile::TempDir,
    acceptor: TlsAcceptor,
}

impl Identity {
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), made.cert.pem()).unwrap();
        let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self { dir, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    pub fn file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

#[derive(Clone)]
struct Shared {
    got: Arc<Mutex<Vec<Vec<u8>>>>,
    said: Arc<Mutex<Vec<String>>>,
    plan: Arc<Mutex<Plan>>,
    open: Arc<AtomicU32>,
    acceptor: Option<TlsAcceptor>,
    implicit: bool,
}

impl Receiver {
    pub async fn new(plan: Plan) -> Self {
        Self::start(plan, None, false).await
    }

    /// One that offers STARTTLS, or encrypts from the first byte.
    pub async fn encrypting(plan: Plan, implicit: bool) -> Self {
        Self::start(plan, Some(Identity::new()), implicit).await
    }

    async fn start(plan: Plan, tls: Option<Identity>, implicit: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicU32::new(0));
        let shared = Shared {
            got: Arc::default(),
            said: Arc::default(),
            plan: Arc::new(Mutex::new(plan)),
            open: Arc::default(),
            acceptor: tls.as_ref().map(|tls| tls.acceptor.clone()),
            implicit,
        };
        let (counted, mine) = (connections.clone(), shared.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                stream.set_nodelay(true).unwrap();
                let shared = mine.clone();
                tokio::spawn(async move {
                    shared.open.fetch_add(1, Ordering::SeqCst);
                    let _ended = shared.converse(stream).await;
                    shared.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, got: shared.got, connections, said: shared.said, plan: shared.plan, tls }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// How many mails it has.
    pub fn many(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    /// What it has, as text.
    pub fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|raw| String::from_utf8_lossy(raw).into_owned()).collect()
    }

    /// From now on it behaves like this.
    pub fn now(&self, plan: Plan) {
        *self.plan.lock().unwrap() = plan;
    }

    pub fn ca(&self) -> &Path {
        Box::leak(self.tls.as_ref().unwrap().file().into_boxed_path())
    }
}

impl Shared {
    fn plan(&self) -> Plan {
        self.plan.lock().unwrap().clone()
    }

    async fn converse(&self, stream: tokio::net::TcpStream) -> std::io::Result<()> {
        let mut line: Box<dyn Line> = Box::new(stream);
        if self.implicit {
            line = Box::new(self.acceptor.clone().unwrap().accept(line).await?);
        }
        let mut lines = BufReader::new(line);
        if self.plan().most.is_some_and(|most| self.open.load(Ordering::SeqCst) > most) {
            return lines.get_mut().write_all(b"421 too many connections\r\n").await;
        }
        if !self.answer(&mut lines, Step::Greeting, "220 loopback").await? {
            return Ok(());
        }
        let mut encrypted = self.implicit;
        loop {
            let mut said = String::new();
            if lines.read_line(&mut said).await? == 0 {
                return Ok(());
            }
            self.said.lock().unwrap().push(said.trim_end().to_owned());
            let word = said.split([' ', ':', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            let going_on = match word.as_str() {
                "EHLO" => {
                    let mut offers = vec!["loopback", "8BITMIME"];
                    offers.extend(self.plan().offers);
                    offers.extend((self.acceptor.is_some() && !encrypted).then_some("STARTTLS"));
                    offers.extend(self.plan().auth.then_some("AUTH PLAIN LOGIN"));
                    let last = offers.pop().unwrap();
                    let all: String = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
                    self.answer(&mut lines, Step::Ehlo, &format!("{all}250 {last}")).await?
                }
                "STARTTLS" => {
                    if !self.answer(&mut lines, Step::Starttls, "220 go on").await? {
                        return Ok(());
                    }
                    let plain = lines.into_inner();
                    let line: Box<dyn Line> = Box::new(self.acceptor.clone().unwrap().accept(plain).await?);
                    lines = BufReader::new(line);
                    encrypted = true;
                    true
                }
                "AUTH" => self.answer(&mut lines, Step::Auth, "235 welcome").await?,
                "MAIL" => self.answer(&mut lines, Step::Mail, "250 fine").await?,
                "RCPT" => self.answer(&mut lines, Step::Rcpt, "250 fine").await?,
                "RSET" => self.answer(&mut lines, Step::Rset, "250 fine").await?,
                "DATA" => self.take(&mut lines).await?,
                "QUIT" => return lines.get_mut().write_all(b"221 bye\r\n").await,
                _ => {
                    lines.get_mut().write_all(b"250 fine\r\n").await?;
                    true
                }
            };
            if !going_on {
                return Ok(());
            }
        }
    }

    async fn take(&self, lines: &mut BufReader<Box<dyn Line>>) -> std::io::Result<bool> {
        if !self.answer(lines, Step::Data, "354 go on").await? {
            return Ok(false);
        }
        if self.plan().says.is_some_and(|(step, _)| step == Step::Data) {
            return Ok(true);
        }
        if !self.goes_on(Step::GoOn).await {
            return Ok(false);
        }
        let mut mail = Vec::new();
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line).await? == 0 {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            if line.starts_with(b".") {
                line.remove(0);
            }
            mail.extend(line);
            if !self.goes_on(Step::Within).await {
                return Ok(false);
            }
        }
        self.got.lock().unwrap().push(mail);
        Ok(self.answer(lines, Step::Dot, "250 taken as 42").await? && self.goes_on(Step::Taken).await)
    }

    /// Answers at this step, unless the plan says something else; false when it hangs up.
    async fn answer(
        &self,
        lines: &mut BufReader<Box<dyn Line>>,
        step: Step,
        usual: &str,
    ) -> std::io::Result<bool> {
        if !self.goes_on(step).await {
            return Ok(false);
        }
        let other = self.plan().says.filter(|(at, _)| *at == step).map(|(_, words)| words);
        let words = format!("{}\r\n", other.unwrap_or(usual));
        lines.get_mut().write_all(words.as_bytes()).await?;
        Ok(!words.starts_with("421"))
    }

    async fn goes_on(&self, step: Step) -> bool {
        if self.plan().sleeps == Some(step) {
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
        self.plan().dies != Some(step)
    }
}
