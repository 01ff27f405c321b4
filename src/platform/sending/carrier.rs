//! Where mail goes: a mail server over several connections, or a folder.

use std::path::PathBuf;

use super::build::Letter;
use super::claim::Lane;
use super::fate::Fate;
use super::pool::Pool;
use super::server::Server;
use crate::platform::core::Core;
use crate::platform::dkim::Signer;
use crate::platform::failure::Failure;

/// Takes letters away, signed where the configuration says so.
pub struct Carrier {
    way: Way,
    /// Signs.
    pub(super) signer: Option<Signer>,
}

/// Where mail goes.
enum Way {
    /// A mail server.
    Smtp(Box<Pool>),
    /// A folder: one `.eml` a mail.
    Folder(PathBuf),
    /// Nowhere yet: mail waits.
    None,
}

impl Carrier {
    /// From the configuration.
    pub fn open(core: &Core) -> Result<Self, Failure> {
        let signer = Signer::of(&core.config)?;
        if let Some(dir) = core.config.smtp_url.as_deref().and_then(|url| url.strip_prefix("file:")) {
            std::fs::create_dir_all(dir)?;
            return Ok(Self { way: Way::Folder(PathBuf::from(dir)), signer });
        }
        let way = match Server::of(&core.config)? {
            Some(server) => Way::Smtp(Box::new(Pool::new(server, core.config.smtp_connections))),
            None => Way::None,
        };
        Ok(Self { way, signer })
    }

    /// Ways that mails go, side by side.
    pub fn lanes(&self) -> &'static [Lane] {
        match &self.way {
            Way::Smtp(pool) if pool.width() < 2 => &[Lane::All],
            Way::Smtp(_) => &[Lane::People, Lane::Batches],
            Way::Folder(_) => &[Lane::All],
            Way::None => &[],
        }
    }

    /// Mails that go one way at once.
    pub fn width(&self, lane: Lane) -> u64 {
        let pool = match &self.way {
            Way::Smtp(pool) => pool,
            Way::Folder(_) => return 8,
            Way::None => return 0,
        };
        let (all, people) = (u64::from(pool.width()), u64::from(pool.width() / 4).max(1));
        match lane {
            Lane::All => all,
            Lane::People => people,
            Lane::Batches => all.saturating_sub(people).max(1),
        }
    }

    /// The server answers, and only has no room for as many connections.
    pub fn is_only_crowded(&self) -> bool {
        matches!(&self.way, Way::Smtp(pool) if pool.is_only_crowded())
    }

    /// Carries one mail.
    pub async fn carry(&self, letter: &Letter) -> Fate {
        match &self.way {
            Way::None => Fate::Away("no mail server is configured (smtp_url)".into()),
            Way::Folder(dir) => {
                let name = letter.message_id.trim_matches(['<', '>']).replace(['/', '\\'], "_");
                let file = dir.join(format!("{name}.eml"));
                match tokio::fs::write(&file, &letter.bytes).await {
                    Ok(()) => Fate::Taken(format!("written to {}", file.display())),
                    Err(error) => Fate::Away(format!("{}: {error}", file.display())),
                }
            }
            Way::Smtp(pool) => pool.carry(letter).await,
        }
    }

    /// Says good-bye to the server.
    pub async fn end(&self) {
        if let Way::Smtp(pool) = &self.way {
            pool.end().await;
        }
    }

    /// Whether the pace of a domain matters here.
    pub fn is_paced(&self) -> bool {
        matches!(self.way, Way::Smtp(_))
    }
}
