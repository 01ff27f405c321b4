//! Taking mail out of the outbox to the mail server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use entities::outbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::{AsyncSmtpTransport, PoolConfig};
use lettre::{AsyncTransport, Message, Tokio1Executor};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest, Sha256};

use super::core::Core;
use super::failure::Failure;
use super::outbox::Enclosure;
use super::tx::{Actor, Tx};

/// Mails that leave at once: one connection does about 22 a second.
const AT_ONCE: u64 = 8;
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Days before a mail that never gets through is given up.
const GIVE_UP_DAYS: i64 = 5;

/// What a feature does when the fate of a mail is known, in the transaction that writes it.
#[async_trait::async_trait]
pub trait Delivery: Send + Sync {
    /// The mail server took it.
    async fn accepted(&self, core: &Core, tx: &Tx, mail: &outbox::Model) -> Result<(), Failure>;
    /// It will not be sent.
    async fn given_up(&self, core: &Core, tx: &Tx, mail: &outbox::Model, why: &str) -> Result<(), Failure>;
    /// A person asked to send it once more.
    async fn tried_again(&self, core: &Core, tx: &Tx, mail: &outbox::Model) -> Result<(), Failure>;
}

/// Makes an enclosed file when its mail leaves, where the file is a pure function of a row and need not be
/// stored. What it gives is checked against the hash that the mail names.
#[async_trait::async_trait]
pub trait Maker: Send + Sync {
    /// The bytes, or none if this file is not of its making.
    async fn make(
        &self,
        core: &Core,
        mail: &outbox::Model,
        file: &Enclosure,
    ) -> Result<Option<Vec<u8>>, Failure>;
}

/// The bytes of an enclosed file.
async fn enclosed(core: &Core, mail: &outbox::Model, file: &Enclosure) -> Result<Vec<u8>, Failure> {
    for maker in core.makers.iter() {
        if let Some(bytes) = maker.make(core, mail, file).await? {
            if hex::encode(Sha256::digest(&bytes)) != file.hash {
                return Err(Failure::new(format!("{}: not the bytes that were announced", file.name)));
            }
            return Ok(bytes);
        }
    }
    core.blobs.get(&file.hash).await
}

/// Where mail goes.
pub enum Carrier {
    /// A mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// A folder: one `.eml` a mail.
    Folder(PathBuf),
    /// Nowhere yet: mail waits.
    None,
}

/// What became of one try.
enum Fate {
    Taken(String),
    TryLater(String),
    Refused(String),
    Unknown(String),
}

impl Carrier {
    /// From `smtp_url`.
    pub fn open(core: &Core) -> Result<Self, Failure> {
        let Some(url) = core.config.smtp_url.as_deref() else { return Ok(Self::None) };
        if let Some(dir) = url.strip_prefix("file:") {
            std::fs::create_dir_all(dir)?;
            return Ok(Self::Folder(PathBuf::from(dir)));
        }
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|e| Failure::new(format!("smtp_url: {e}")))?
            .timeout(Some(Duration::from_secs(60)))
            .pool_config(PoolConfig::new().max_size(8).idle_timeout(Duration::from_secs(20)))
            .build();
        Ok(Self::Smtp(smtp))
    }

    async fn carry(&self, message: &Message, row: &outbox::Model) -> Fate {
        match self {
            Self::None => Fate::TryLater("no mail server is configured (smtp_url)".into()),
            Self::Folder(dir) => {
                let name = row.message_id.trim_matches(['<', '>']).replace(['/', '\\'], "_");
                let file = dir.join(format!("{name}.eml"));
                match tokio::fs::write(&file, message.formatted()).await {
                    Ok(()) => Fate::Taken(format!("written to {}", file.display())),
                    Err(error) => Fate::TryLater(error.to_string()),
                }
            }
            Self::Smtp(smtp) => match smtp.send(message.clone()).await {
                Ok(answer) => Fate::Taken(answer.message().collect::<Vec<_>>().join(" ")),
                Err(error) => fate_of(&error),
            },
        }
    }
}

fn fate_of(error: &lettre::transport::smtp::Error) -> Fate {
    let words =
        std::error::Error::source(error).map_or_else(|| error.to_string(), |why| format!("{error}: {why}"));
    if error.is_permanent() || error.is_client() {
        Fate::Refused(words)
    } else if error.is_transient() || error.is_tls() || error.to_string().starts_with("Connection error") {
        // Answered "not now", or never connected: nothing was handed over.
        Fate::TryLater(words)
    } else {
        // The line broke in the middle: the server may or may not have it (law M5).
        Fate::Unknown(words)
    }
}

/// Sends what is due, up to eight mails at once. Gives how many were tried.
pub async fn send_due(core: &Core, carrier: &Arc<Carrier>) -> Result<usize, Failure> {
    if matches!(**carrier, Carrier::None) {
        return Ok(0);
    }
    let mine = claim(core).await?;
    let tried = mine.len();
    let sends = mine.into_iter().map(|row| send_one(core, carrier, row));
    for done in futures::future::join_all(sends).await {
        done?;
    }
    Ok(tried)
}

async fn claim(core: &Core) -> Result<Vec<outbox::Model>, Failure> {
    let due = outbox::Entity::find()
        .filter(outbox::Column::State.is_in(["waiting", "sending"]))
        .filter(outbox::Column::NotBefore.lte(core.clock.now()));
    if due.clone().limit(1).one(core.db.read()).await?.is_none() {
        return Ok(Vec::new());
    }
    let tx = Tx::begin(core, Actor::System).await?;
    let stale =
        Condition::all().add(outbox::Column::State.eq("sending")).add(outbox::Column::LeaseUntil.lt(tx.at));
    let rows = due
        .filter(Condition::any().add(outbox::Column::State.eq("waiting")).add(stale))
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .limit(AT_ONCE)
        .all(tx.conn())
        .await?;
    let mut mine = Vec::new();
    for row in rows {
        let died_meanwhile = row.state == "sending";
        let (id, attempts) = (row.id, row.attempts);
        let mut change = row.into_active_model();
        if died_meanwhile {
            change.state = Set("ambiguous".into());
            change.last_error = Set(Some("the program stopped while this mail was leaving".into()));
            outbox::Entity::update(change).exec(tx.conn()).await?;
            tracing::error!(outbox = id, "a mail may or may not have left: a person must decide");
            continue;
        }
        change.state = Set("sending".into());
        change.attempts = Set(attempts + 1);
        change.lease_until = Set(Some(tx.at + LEASE));
        change.lease_token = Set(Some(super::keys::token()));
        mine.push(outbox::Entity::update(change).exec(tx.conn()).await?);
    }
    tx.commit().await?;
    Ok(mine)
}

async fn send_one(core: &Core, carrier: &Arc<Carrier>, row: outbox::Model) -> Result<(), Failure> {
    let fate = match build(core, &row).await {
        Ok(message) => carrier.carry(&message, &row).await,
        Err(failure) => Fate::Refused(failure.to_string()),
    };
    let tx = Tx::begin(core, Actor::System).await?;
    let mut change =
        outbox::ActiveModel { lease_until: Set(None), lease_token: Set(None), ..Default::default() };
    let mut given_up = None;
    let mut taken = false;
    match fate {
        Fate::Taken(answer) => {
            change.state = Set("sent".into());
            change.server_answer = Set(Some(answer));
            change.sent_at = Set(Some(tx.at));
            taken = true;
        }
        Fate::TryLater(why) if tx.at - row.created_at < TimeDelta::days(GIVE_UP_DAYS) => {
            tracing::warn!(outbox = row.id, attempts = row.attempts, why, "a mail waits");
            change.state = Set("waiting".into());
            change.not_before = Set(super::jobs::later(tx.at, row.attempts));
            change.last_error = Set(Some(why));
        }
        Fate::TryLater(why) | Fate::Refused(why) => {
            tracing::error!(outbox = row.id, why, "a mail was given up");
            change.state = Set("dead".into());
            change.last_error = Set(Some(why.clone()));
            given_up = Some(why);
        }
        Fate::Unknown(why) => {
            tracing::error!(outbox = row.id, why, "a mail may or may not have left: a person must decide");
            change.state = Set("ambiguous".into());
            change.last_error = Set(Some(why));
        }
    }
    let settled = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(row.id))
        .filter(outbox::Column::LeaseToken.eq(row.lease_token.clone()))
        .exec(tx.conn())
        .await?;
    if settled.rows_affected == 1 {
        for delivery in core.deliveries.iter() {
            if taken {
                delivery.accepted(core, &tx, &row).await?;
            } else if let Some(why) = &given_up {
                delivery.given_up(core, &tx, &row, why).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// RFC 3834 5: our automatic mails say so.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// Asks Exchange not to answer our automatic mails.
#[derive(Clone)]
struct NoAutoAnswer;

impl Header for NoAutoAnswer {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".into())
    }
}

async fn build(core: &Core, row: &outbox::Model) -> Result<Message, Failure> {
    let bad = |what: &str, why: String| Failure::new(format!("{what}: {why}"));
    let address = |text: &str| text.parse::<lettre::Address>().map_err(|e| bad(text, e.to_string()));
    let sender = super::settings::get(core.db.read(), "association.name").await?;
    let name = (!row.to_name.is_empty()).then(|| row.to_name.clone());
    let mut mail = Message::builder()
        .message_id(Some(row.message_id.clone()))
        .date(row.created_at.into())
        .from(Mailbox::new(sender, address(&row.from_addr)?))
        .to(Mailbox::new(name, address(&row.to_addr)?))
        .subject(row.subject.replace(['\r', '\n'], " "));
    if let Some(reply_to) = &row.reply_to {
        mail = mail.reply_to(Mailbox::new(None, address(reply_to)?));
    }
    if let Some(id) = &row.in_reply_to {
        mail = mail.in_reply_to(id.clone());
    }
    if let Some(refs) = &row.refs {
        mail = mail.references(refs.clone());
    }
    if row.automatic {
        mail = mail.header(AutoSubmitted).header(NoAutoAnswer);
    }
    let words = MultiPart::alternative()
        .singlepart(SinglePart::plain(row.text.clone()))
        .singlepart(SinglePart::html(row.html.clone()));
    let enclosures: Vec<Enclosure> = serde_json::from_str(&row.attachments)?;
    let body = if enclosures.is_empty() {
        words
    } else {
        let mut mixed = MultiPart::mixed().multipart(words);
        for file in enclosures {
            let kind = ContentType::parse(&file.mime).map_err(|e| bad(&file.mime, e.to_string()))?;
            let bytes = enclosed(core, row, &file).await?;
            mixed = mixed.singlepart(Attachment::new(file.name).body(bytes, kind));
        }
        mixed
    };
    mail.multipart(body).map_err(|e| bad("mail", e.to_string()))
}
