//! `soutien mail receive` beside a running server: the mail is handed over by a socket in the data folder, and
//! the command need not open a database of its own. Without a server it does.

use std::path::PathBuf;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::platform::Core;
use crate::platform::{Config, Failure};
use crate::tickets::actions::digest::{Outcome, digest};
use crate::tickets::actions::intake::{Arrival, Raw, Way, store};

/// How long the server may take; beyond, the command takes the mail itself.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest head of a request.
const HEAD: usize = 2048;

/// Where the server listens for the command.
pub fn socket(config: &Config) -> PathBuf {
    config.data_dir.join("mail.sock")
}

/// A server on another database is not ours.
fn house(config: &Config) -> String {
    hex::encode(Sha256::digest(config.database())).chars().take(32).collect()
}

/// What became of a mail that was handed over.
#[derive(Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is ours; words for standard error, if any.
    Ours(Option<String>),
    /// There is no server, or it could not take it: nothing was done.
    Not,
    /// The server has it or has it not: nobody knows, so the mail server must keep it and try again.
    Unknown(String),
}

/// Hands a mail to the running server, if there is one.
pub async fn hand(config: &Config, to: Option<&str>, raw: &[u8]) -> Handed {
    let Ok(mut stream) = UnixStream::connect(socket(config)).await else { return Handed::Not };
    let to = to.unwrap_or_default().replace(['\n', '\r', '\t'], " ");
    let head = format!("{}\t{}\t{}\n", house(config), raw.len(), to.chars().take(400).collect::<String>());
    let asked = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(raw).await?;
        stream.shutdown().await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) if answer.starts_with("ours") => {
            let words = answer.trim_end().split_once(' ').map(|(_, words)| words.to_owned());
            Handed::Ours(words)
        }
        Ok(Ok(answer)) if answer.starts_with("not") => Handed::Not,
        Ok(Ok(_)) => Handed::Unknown("the server stopped while it took the mail".into()),
        Ok(Err(error)) => Handed::Unknown(error.to_string()),
        Err(_) => Handed::Unknown("the server did not answer in time".into()),
    }
}

/// The server's side.
pub async fn answer<S: AsyncRead + AsyncWrite + Unpin>(core: &Core, mut stream: S) -> Result<(), Failure> {
    let words = match tokio::time::timeout(PATIENCE, take(core, &mut stream)).await {
        Ok(Ok(words)) => words,
        Ok(Err(failure)) => {
            tracing::error!(%failure, "a mail from the pipe could not be taken");
            "not\n".into()
        }
        Err(_) => "not\n".into(),
    };
    stream.write_all(words.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

async fn take<S: AsyncRead + Unpin>(core: &Core, stream: &mut S) -> Result<String, Failure> {
    let mut all = Vec::new();
    let most = core.config.mail_max_bytes.saturating_mul(4).saturating_add(HEAD);
    stream.take(most as u64).read_to_end(&mut all).await?;
    let end = all.iter().take(HEAD).position(|b| *b == b'\n').ok_or_else(|| Failure::new("no head"))?;
    let raw = all.split_off(end + 1);
    let head = String::from_utf8_lossy(&all).into_owned();
    let mut parts = head.trim_end_matches('\n').splitn(3, '\t');
    let (whose, size, to) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    let whole = size.and_then(|n| n.parse::<usize>().ok()) == Some(raw.len());
    if whose != Some(house(&core.config).as_str()) || !whole {
        return Ok("not\n".into());
    }
    let to = (!to.is_empty()).then(|| to.to_owned());
    let id = store(core, Arrival { to, ..Arrival::new(Raw::bytes(raw), Way::Pipe) }).await?;
    Ok(match digest(core, id).await {
        Ok(Outcome::Undigested(ticket)) => {
            format!("ours mail {id} is kept and could not be read: ticket {ticket} shows it\n")
        }
        Ok(_) => "ours\n".into(),
        Err(failure) => format!("ours mail {id} is kept and will be digested later: {failure}\n"),
    })
}
