//! Law M1: a mail is ours once its bytes are on disk and its row is committed. All ways share it: the
//! pipe of the mail server, the contact form, a person's own page.

use std::sync::Arc;

use chrono::TimeDelta;
use entities::mail_in;
use futures::future::join_all;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use rules::lang::Lang;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::mailbox;
use crate::platform::blobs::Stored;
use crate::platform::{Actor, Core, Failure, Tx};

/// How long whoever stored a mail has to digest it; then anybody does.
const GRACE: TimeDelta = TimeDelta::minutes(1);

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
    Bytes(Arc<Vec<u8>>),
    /// In a file, gone once it is stored.
    File(tempfile::TempPath),
}

impl Raw {
    /// Bytes in memory.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Arc::new(bytes))
    }
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

/// Makes the mail ours: bytes, then row. Gives its number in the ledger; a mail whose `source_key` is known
/// already is the one that is there.
pub async fn store(core: &Core, arrival: Arrival) -> Result<i64, Failure> {
    let stored = keep_bytes(core, &arrival).await?;
    let tx = Tx::begin(core, Actor::System).await?;
    let id = write_line(core, &tx, &arrival, stored).await?;
    tx.commit().await?;
    Ok(id)
}

/// The same for several that came at once, in one transaction: all are ours, or none is.
pub async fn store_many(core: &Core, arrivals: &[Arrival]) -> Result<Vec<i64>, Failure> {
    let keeping = join_all(arrivals.iter().map(|arrival| keep_bytes(core, arrival))).await;
    let stored = keeping.into_iter().collect::<Result<Vec<_>, _>>()?;
    let tx = Tx::begin(core, Actor::System).await?;
    let mut ids = Vec::new();
    for (arrival, stored) in arrivals.iter().zip(stored) {
        ids.push(write_line(core, &tx, arrival, stored).await?);
    }
    tx.commit().await?;
    Ok(ids)
}

async fn keep_bytes(core: &Core, arrival: &Arrival) -> Result<Stored, Failure> {
    match &arrival.raw {
        Raw::Bytes(bytes) => core.blobs.put(Arc::clone(bytes)).await,
        Raw::File(file) => core.blobs.put_file(file.to_path_buf()).await,
    }
}

async fn write_line(core: &Core, tx: &Tx, arrival: &Arrival, stored: Stored) -> Result<i64, Failure> {
    if let Some(key) = &arrival.source_key
        && let Some(known) = by_source(tx, key).await?
    {
        return Ok(known);
    }
    if let (Way::Imap, Some(key)) = (arrival.way, &arrival.source_key)
        && let Some(renamed) = mailbox::rename(tx, &stored.hash, key).await?
    {
        return Ok(renamed);
    }
    core.blobs.name_in(tx, &stored).await?;
    let peer = match (&arrival.peer, &arrival.hello) {
        (peer, None) => peer.clone(),
        (peer, Some(hello)) => {
            Some(format!("{} ({hello})", peer.as_deref().unwrap_or_default()).trim().into())
        }
    };
    let row = mail_in::ActiveModel {
        received_at: Set(tx.at),
        way: Set(arrival.way.code().into()),
        raw_blob: Set(stored.hash),
        size: Set(stored.size),
        envelope_to: Set(short(&arrival.to)),
        envelope_from: Set(short(&arrival.envelope_from)),
        peer: Set(short(&peer)),
        source_key: Set(arrival.source_key.clone()),
        state: Set(if arrival.refused.is_some() { "refused".into() } else { "stored".into() }),
        reason: Set(arrival.refused.map(Into::into)),
        service_id: Set(arrival.service_id),
        language: Set(arrival.language.map(|lang| lang.as_str().into())),
        attempts: Set(0),
        digested_at: Set(arrival.refused.map(|_| tx.at)),
        ..Default::default()
    };
    Ok(mail_in::Entity::insert(row).exec(tx.conn()).await?.last_insert_id)
}

/// What another machine said, cut to size and without what no table holds.
fn short(text: &Option<String>) -> Option<String> {
    text.as_ref().map(|t| t.chars().filter(|c| !c.is_control()).take(400).collect())
}

async fn by_source(tx: &Tx, key: &str) -> Result<Option<i64>, Failure> {
    let known = mail_in::Entity::find().filter(mail_in::Column::SourceKey.eq(key)).one(tx.conn()).await?;
    Ok(known.map(|row| row.id))
}

/// Mails that were stored and not digested for too long: whoever stored them died, or failed. Each try makes the
/// pause before the next one longer.
pub async fn left_lying(core: &Core) -> Result<Vec<i64>, Failure> {
    let now = core.clock.now();
    let rows = mail_in::Entity::find()
        .filter(mail_in::Column::State.eq("stored"))
        .order_by_asc(mail_in::Column::Id)
        .limit(500)
        .all(core.db.read())
        .await?;
    let is_due = |row: &mail_in::Model| {
        let tries = row.attempts.clamp(0, 15) + 1;
        let pause = GRACE * tries;
        now - row.received_at >= pause || row.received_at > now + GRACE // a clock that was set back
    };
    Ok(rows.into_iter().filter(is_due).map(|row| row.id).collect())
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
