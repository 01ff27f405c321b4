//! What a process holds: configuration, connections, clock, secret, words and pages.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use super::blobs::Blobs;
use super::clock::Clock;
use super::config::Config;
use super::db::Db;
use super::dns::Dns;
use super::failure::Failure;
use super::jobs::Work;
use super::keys::Keys;
use super::registrar::Registrar;
use super::render::Render;
use super::sending::{Delivery, Maker};
use super::worker::Tick;

/// A live number beside an entry of the navigation.
#[async_trait::async_trait]
pub trait Counter: Send + Sync {
    /// Address of the entry.
    fn place(&self) -> &'static str;
    /// The number, or none to show nothing.
    async fn count(&self, core: &Core) -> Result<Option<i64>, Failure>;
}

/// What features plug into a core.
#[derive(Default)]
pub struct Parts {
    /// What is done when a mail was taken or given up.
    pub deliveries: Vec<Box<dyn Delivery>>,
    /// Counters of the navigation.
    pub counters: Vec<Box<dyn Counter>>,
    /// Makers of enclosed files.
    pub makers: Vec<Box<dyn Maker>>,
    /// Kinds of jobs.
    pub work: Vec<Box<dyn Work>>,
    /// What is done every so often.
    pub ticks: Vec<Box<dyn Tick>>,
    /// The keeper of receipts.
    pub registrar: Option<Arc<dyn Registrar>>,
}

/// Shared by every request and every job of a process.
#[derive(Clone)]
pub struct Core {
    /// What the administrator set.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// Files.
    pub blobs: Blobs,
    /// The secret's parts.
    pub keys: Keys,
    /// Templates and words.
    pub render: Arc<Render>,
    /// Rings when there is a mail to send or a job to do.
    pub bell: Arc<Notify>,
    /// What features do when a mail was taken or given up.
    pub deliveries: Arc<Vec<Box<dyn Delivery>>>,
    /// Counters of the navigation.
    pub counters: Arc<Vec<Box<dyn Counter>>>,
    /// What makes enclosed files that are not stored.
    pub makers: Arc<Vec<Box<dyn Maker>>>,
    /// Kinds of jobs that this process knows.
    pub work: Arc<Vec<Box<dyn Work>>>,
    /// What is done every so often.
    pub ticks: Arc<Vec<Box<dyn Tick>>>,
    /// The keeper of receipts.
    pub registrar: Option<Arc<dyn Registrar>>,
    dns: Arc<OnceLock<Dns>>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Core {
    /// Migrates, connects and reads the secret. Features are plugged in by `app`.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, Failure> {
        std::fs::create_dir_all(&config.data_dir)?;
        Db::migrate(&config.database(), &config.data_dir).await?;
        Self::open_migrated(config, clock).await
    }

    /// The same on a database that is known to be up to date.
    pub async fn open_migrated(config: Config, clock: Clock) -> Result<Self, Failure> {
        let db = Db::connect(&config.database(), config.connections).await?;
        Self::over(db, config, clock, Render::shared()?)
    }

    /// The same for a command that takes one mail: one connection, no pages.
    pub async fn open_for_mail(config: Config, clock: Clock) -> Result<Self, Failure> {
        let db = Db::connect_single(&config.database()).await?;
        Self::over(db, config, clock, Render::of_acknowledgement()?)
    }

    fn over(db: Db, config: Config, clock: Clock, render: Arc<Render>) -> Result<Self, Failure> {
        Ok(Self {
            db,
            blobs: Blobs::open(&config.blobs())?,
            keys: Keys::load(config.secret_key.as_deref(), &config.data_dir)?,
            render,
            bell: Arc::new(Notify::new()),
            deliveries: Arc::new(Vec::new()),
            counters: Arc::new(Vec::new()),
            makers: Arc::new(Vec::new()),
            work: Arc::new(Vec::new()),
            ticks: Arc::new(Vec::new()),
            registrar: None,
            dns: Arc::new(OnceLock::new()),
            config: Arc::new(config),
            clock,
        })
    }

    /// The name servers of the configuration; what they say is remembered as long as they allow.
    pub fn dns(&self) -> Result<&Dns, Failure> {
        if self.dns.get().is_none() {
            let _another_was_first = self.dns.set(Dns::of(&self.config)?);
        }
        self.dns.get().ok_or_else(|| Failure::new("no name server"))
    }

    /// The keeper of receipts, plugged in by `app`.
    pub fn registrar(&self) -> Result<&dyn Registrar, Failure> {
        self.registrar.as_deref().ok_or_else(|| Failure::new("nobody keeps receipts"))
    }

    /// Keys for our Message-IDs and plus-addresses.
    pub fn mail_ids(&self) -> mailin::Keys {
        let domain = self.config.mail_from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        mailin::Keys::new(&self.keys.part("mail ids"), domain)
    }
}
