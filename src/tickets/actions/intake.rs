//! Law M1: a mail is ours once its bytes are on disk and its row is committed. All ways share it: the
//! pipe of the mail server, the contact form, a person's own page.

use chrono::TimeDelta;
use entities::mail_in;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use rules::lang::Lang;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tokio::sync::Semaphore;

use super::mailbox;
use crate::platform::{Actor, Core, Failure, Tx, jobs};

/// Kind of the job that digests a mail whose process died in between.
pub const DIGEST: &str = "mail.digest";
/// How long the process that stored a mail has to digest it.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// How a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Piped by the mail server.
    Pipe,
    /// Written on the contact form.
    Form,
    /// Written on the person's own page.
    Page,
    /// Brought by our own mail server.
    Lmtp,
    /// Brought by anybody's mail server.
    Smtp,
    /// Fetched from a mailbox.
    Imap,
}

impl Way {
    /// Code in the ledger.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pipe => "pipe",
            Self::Form => "form",
            Self::Page => "page",
            Self::Lmtp => "lmtp",
            Self::Smtp => "smtp",
            Self::Imap => "imap",
        }
    }
}

/// The bytes of a mail, as they came.
#[derive(Debug)]
pub enum Raw {
    /// In memory.
    Bytes(Vec<u8>),
    /// In a file, gone once it is stored.
    File(tempfile::TempPath),
}

/// A mail at the door.
#[derive(Debug)]
pub struct Arrival {
    /// Its bytes.
    pub raw: Raw,
    /// How it came.
    pub way: Way,
    /// Where the mail server says it came in.
    pub to: Option<String>,
    /// Sender on the envelope; empty for a report (RFC 5321 4.5.5).
    pub envelope_from: Option<String>,
    /// Address of whoever brought it.
    pub peer: Option<String>,
    /// What it called itself.
    pub hello: Option<String>,
    /// Names the mail where it came from: what bears the same name is the same mail.
    pub source_key: Option<String>,
    /// Service chosen on the form.
    pub service_id: Option<i64>,
    /// Language of the form.
    pub language: Option<Lang>,
    /// Why it is not digested (the trap of the form), else nothing.
    pub refused: Option<&'static str>,
}

impl Arrival {
    /// A mail of which nothing else is known.
    pub fn new(raw: Raw, way: Way) -> Self {
        Self {
            raw,
            way,
            to: None,
            envelope_from: None,
            peer: None,
            hello: None,
            source_key: None,
            service_id: None,
            language: None,
            refused: None,
        }
    }
}

/// Name of the job that looks after mail `id`.
pub fn job_key(id: i64) -> String {
    format!("{DIGEST} {id}")
}

/// Makes the mail ours: bytes, then row. Gives its number in the ledger; a mail whose `source_key` is known
/// already is the one that is there.
pub async fn store(core: &Core, arrival: Arrival) -> Result<i64, Failure> {
    let stored = match arrival.raw {
        Raw::Bytes(bytes) => core.blobs.put(bytes).await?,
        Raw::File(file) => core.blobs.put_file(file.to_path_buf()).await?,
    };
    let short = |text: Option<String>| text.map(|t| t.chars().take(400).collect::<String>());
    let tx = Tx::begin(core, Actor::System).await?;
    if let Some(key) = &arrival.source_key
        && let Some(known) = by_source(&tx, key).await?
    {
        return Ok(known);
    }
    if let (Way::Imap, Some(key)) = (arrival.way, &arrival.source_key)
        && let Some(renamed) = mailbox::rename(&tx, &stored.hash, key).await?
    {
        tx.commit().await?;
        return Ok(renamed);
    }
    core.blobs.name_in(&tx, &stored).await?;
    let peer = match (arrival.peer, arrival.hello) {
        (peer, None) => peer,
        (peer, Some(hello)) => Some(format!("{} ({hello})", peer.unwrap_or_default()).trim().to_owned()),
    };
    let row = mail_in::ActiveModel {
        received_at: Set(tx.at),
        way: Set(arrival.way.code().into()),
        raw_blob: Set(stored.hash),
        size: Set(stored.size),
        envelope_to: Set(short(arrival.to)),
        envelope_from: Set(short(arrival.envelope_from)),
        peer: Set(short(peer)),
        source_key: Set(arrival.source_key),
        state: Set(if arrival.refused.is_some() { "refused".into() } else { "stored".into() }),
        reason: Set(arrival.refused.map(Into::into)),
        service_id: Set(arrival.service_id),
        language: Set(arrival.language.map(|lang| lang.as_str().into())),
        attempts: Set(0),
        digested_at: Set(arrival.refused.map(|_| tx.at)),
        ..Default::default()
    };
    let id = mail_in::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    if arrival.refused.is_none() {
        let later = tx.at + GRACE;
        jobs::ask_at(&tx, DIGEST, &json!({ "mail": id }), Some(&job_key(id)), later).await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn by_source(tx: &Tx, key: &str) -> Result<Option<i64>, Failure> {
    let known = mail_in::Entity::find().filter(mail_in::Column::SourceKey.eq(key)).one(tx.conn()).await?;
    Ok(known.map(|row| row.id))
}

/// Mails digested at once beside what goes on.
const DIGESTS: u32 = 4;
static AT_ONCE: Semaphore = Semaphore::const_new(DIGESTS as usize);

/// Waits until the digests under way are done.
pub async fn settled() {
    let _all = AT_ONCE.acquire_many(DIGESTS).await;
}

/// Digests mail `id` beside what goes on. Should the program stop meanwhile, its job does.
pub fn digest_soon(core: &Core, id: i64) {
    let core = core.clone();
    tokio::spawn(async move {
        let _turn = AT_ONCE.acquire().await;
        if let Err(failure) = super::digest::digest(&core, id).await {
            tracing::error!(mail = id, %failure, "a mail waits to be digested");
        }
    });
}

/// A file that a person joins to their message.
#[derive(Debug, Clone)]
pub struct Enclosed {
    /// Safe name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// What a person wrote on a page of ours, on its way to become a mail like any other.
#[derive(Debug, Clone)]
pub struct Note {
    /// Name, or empty.
    pub name: String,
    /// Address.
    pub email: String,
    /// Ours, or the signed address of a ticket.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Words.
    pub text: String,
    /// Files.
    pub files: Vec<Enclosed>,
}

/// The note as a raw mail (RFC 5322).
pub fn compose(core: &Core, note: Note) -> Result<Vec<u8>, Failure> {
    let bad = |why: String| Failure::new(format!("a message cannot become a mail: {why}"));
    let address = |text: &str| text.parse::<lettre::Address>().map_err(|e| bad(e.to_string()));
    let unique = i64::from_be_bytes(crate::platform::keys::random::<8>()) & i64::MAX;
    let name = (!note.name.is_empty()).then_some(note.name);
    let mail = Message::builder()
        .message_id(Some(core.mail_ids().message_id("form", unique)))
        .date(core.clock.now().into())
        .from(Mailbox::new(name, address(&note.email)?))
        .to(Mailbox::new(None, address(&note.to)?))
        .subject(note.subject);
    let words = SinglePart::plain(note.text.replace("\r\n", "\n"));
    if note.files.is_empty() {
        return Ok(mail.singlepart(words).map_err(|e| bad(e.to_string()))?.formatted());
    }
    let mut parts = MultiPart::mixed().singlepart(words);
    for file in note.files {
        let plain = || ContentType::parse("application/octet-stream");
        let kind = ContentType::parse(&file.mime).or_else(|_| plain()).map_err(|e| bad(e.to_string()))?;
        parts = parts.singlepart(Attachment::new(file.name).body(file.bytes, kind));
    }
    Ok(mail.multipart(parts).map_err(|e| bad(e.to_string()))?.formatted())
}
