//! The sockets: opened at start, so that what cannot be opened is said at once; closed when the program stops,
//! after the conversations under way have ended their mail.

use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

use super::clerk::{self, Counter};
use super::pipe;
use super::policy::{Crowd, Recipients};
use super::session::{End, Kind, Visit, talk};
use crate::platform::config::Listen;
use crate::platform::{Config, Core, Failure};

/// How long conversations may go on once the program stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long the other side may take to agree on encryption, or to hear that there is no room.
const HASTE: Duration = Duration::from_secs(30);

/// An open socket.
#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// What is spoken on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tongue {
    Mail(Kind),
    Pipe,
}

/// Every door that is open.
pub struct Open {
    sockets: Vec<(Tongue, Socket)>,
    tls: Option<TlsAcceptor>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("sockets", &self.sockets).finish_non_exhaustive()
    }
}

impl Open {
    /// Port of the SMTP or LMTP listener, where it has one.
    pub fn port(&self, kind: Kind) -> Option<u16> {
        self.sockets.iter().find_map(|(tongue, socket)| match socket {
            Socket::Tcp(tcp) if *tongue == Tongue::Mail(kind) => tcp.local_addr().ok().map(|a| a.port()),
            _ => None,
        })
    }
}

/// Opens what the configuration asks for, and the socket of `soutien mail receive` in the data folder.
pub async fn open(config: &Config) -> Result<Open, Failure> {
    let mut sockets = Vec::new();
    let asked =
        [(Kind::Smtp, "smtp_listen", &config.smtp_listen), (Kind::Lmtp, "lmtp_listen", &config.lmtp_listen)];
    for (kind, key, text) in asked {
        let Some(listen) = text.as_deref().and_then(Listen::parse) else { continue };
        let socket = bind(&listen).await.map_err(|error| {
            let text = text.as_deref().unwrap_or_default();
            Failure::new(format!("The key `{key}` cannot be used: nothing can listen on {text} ({error})."))
        })?;
        sockets.push((Tongue::Mail(kind), socket));
    }
    match bind(&Listen::Unix(pipe::socket(config))).await {
        Ok(socket) => sockets.push((Tongue::Pipe, socket)),
        // Without it the command does the work by itself, only slower.
        Err(error) => tracing::debug!(%error, "no socket for `soutien mail receive`"),
    }
    Ok(Open { sockets, tls: tls(config)? })
}

async fn bind(listen: &Listen) -> std::io::Result<Socket> {
    match listen {
        Listen::Tcp(address) => Ok(Socket::Tcp(TcpListener::bind(address).await?)),
        Listen::Unix(file) => {
            if tokio::net::UnixStream::connect(file).await.is_ok() {
                return Err(std::io::Error::from(std::io::ErrorKind::AddrInUse));
            }
            let _stale = std::fs::remove_file(file);
            let listener = UnixListener::bind(file)?;
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o660))?;
            Ok(Socket::Unix(listener))
        }
    }
}

fn tls(config: &Config) -> Result<Option<TlsAcceptor>, Failure> {
    let (Some(cert), Some(key)) = (&config.mail_tls_cert, &config.mail_tls_key) else { return Ok(None) };
    let bad = |name: &str, file: &Path, why: String| {
        Failure::new(format!("The key `{name}` cannot be used: {} ({why}).", file.display()))
    };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| bad("mail_tls_cert", cert, e.to_string()))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| bad("mail_tls_key", key, e.to_string()))?;
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth())
        .and_then(|builder| builder.with_single_cert(chain, secret))
        .map_err(|e| bad("mail_tls_cert", cert, e.to_string()))?;
    Ok(Some(TlsAcceptor::from(Arc::new(server))))
}

/// Places for conversations, for each kind its own: strangers cannot keep our own mail server out.
struct Rooms {
    smtp: Semaphore,
    lmtp: Semaphore,
}

impl Rooms {
    fn of(&self, kind: Kind) -> &Semaphore {
        match kind {
            Kind::Smtp => &self.smtp,
            Kind::Lmtp => &self.lmtp,
        }
    }
}

/// What every conversation shares.
struct House {
    core: Core,
    recipients: Recipients,
    crowd: Crowd,
    tls: Option<TlsAcceptor>,
    rooms: Rooms,
    counter: Counter,
}

/// Lets mail in until `stop` says true.
pub async fn run(core: Core, open: Open, stop: watch::Receiver<bool>) {
    let (counter, clerk) = clerk::open(core.clone());
    let most = core.config.mail_max_connections;
    let house = Arc::new(House {
        counter,
        recipients: Recipients::of(&core.config),
        crowd: Crowd::default(),
        tls: open.tls,
        rooms: Rooms { smtp: Semaphore::new(most), lmtp: Semaphore::new(most) },
        core,
    });
    let mut doors = JoinSet::new();
    for (tongue, socket) in open.sockets {
        doors.spawn(keep(house.clone(), tongue, socket, stop.clone()));
    }
    while doors.join_next().await.is_some() {}
    let _gone = std::fs::remove_file(pipe::socket(&house.core.config));
    drop(house);
    let _home = clerk.await;
}

async fn keep(house: Arc<House>, tongue: Tongue, socket: Socket, mut stop: watch::Receiver<bool>) {
    let mut talks = JoinSet::new();
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            Some(_) = talks.join_next() => {}
            met = accept(&socket) => match met {
                Ok((stream, peer)) => {
                    talks.spawn(meet(house.clone(), tongue, stream, peer));
                }
                Err(error) => {
                    tracing::error!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
        }
    }
    drop(socket);
    let ended = tokio::time::timeout(FAREWELL, async { while talks.join_next().await.is_some() {} });
    if ended.await.is_err() {
        tracing::info!(
            "mail servers that were still talking are cut off; they keep what they had not finished"
        );
    }
}

/// Either kind of stream.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn accept(socket: &Socket) -> std::io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
    match socket {
        Socket::Tcp(tcp) => {
            let (stream, peer) = tcp.accept().await?;
            stream.set_nodelay(true)?;
            Ok((Box::new(stream), Some(peer.ip().to_canonical())))
        }
        Socket::Unix(unix) => Ok((Box::new(unix.accept().await?.0), None)),
    }
}

async fn meet(house: Arc<House>, tongue: Tongue, stream: Box<dyn Stream>, peer: Option<IpAddr>) {
    let ended = match tongue {
        Tongue::Pipe => pipe::answer(&house.core, stream).await,
        Tongue::Mail(kind) => converse(&house, kind, stream, peer).await,
    };
    if let Err(failure) = ended {
        tracing::debug!(%failure, "a conversation broke off");
    }
}

async fn in_haste<T>(done: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    tokio::time::timeout(HASTE, done).await?
}

async fn converse(
    house: &House,
    kind: Kind,
    mut stream: Box<dyn Stream>,
    peer: Option<IpAddr>,
) -> Result<(), Failure> {
    let room = house.rooms.of(kind).try_acquire();
    let place = if kind == Kind::Lmtp { house.crowd.enter(None) } else { house.crowd.enter(peer) };
    let (Ok(_room), Some(_place)) = (room, place) else {
        let words = format!("421 4.3.2 {} is busy; try again later\r\n", house.core.config.hostname());
        return Ok(in_haste(stream.write_all(words.as_bytes())).await?);
    };
    let visit = Visit {
        kind,
        peer,
        encrypted: false,
        can_encrypt: house.tls.is_some(),
        recipients: &house.recipients,
        crowd: &house.crowd,
        counter: &house.counter,
    };
    let (end, stream) = talk(&house.core, visit, stream, true).await?;
    if let (End::Encrypt, Some(tls)) = (end, &house.tls) {
        let stream = in_haste(tls.accept(stream)).await?;
        talk(&house.core, Visit { encrypted: true, ..visit }, stream, false).await?;
    }
    Ok(())
}
