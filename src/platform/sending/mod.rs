//! Taking mail out of the outbox to the mail server (law M5): [`claim`] what leaves next, [`build`] the letter,
//! hand it over in a [`talk`], and [`settle`] what is known of it then: its [`fate`].

mod brake;
mod build;
mod carrier;
mod claim;
mod fate;
mod pool;
pub mod probe;
mod server;
mod settle;
mod talk;

use std::sync::Arc;
use std::time::Duration;

use entities::outbox;
use tokio::task::JoinSet;

pub use brake::{Brake, Held, Pause, hold_all, try_now};
pub use carrier::Carrier;
pub use claim::Lane;

use claim::Room;
use fate::Fate;

use super::core::Core;
use super::failure::Failure;
use super::outbox::Enclosure;
use super::tx::Tx;

/// What becomes known within this time is written at once.
const GATHER: Duration = Duration::from_millis(5);

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

/// Sends what is due. Gives how many mails were tried.
pub async fn send_due(core: &Core, carrier: &Arc<Carrier>) -> Result<usize, Failure> {
    let mut tried = 0;
    for lane in carrier.lanes() {
        tried += send_lane(core, carrier, *lane).await?;
    }
    Ok(tried)
}

/// Sends what is due on one way, as many at once as it has room for. Gives how many mails were tried.
pub async fn send_lane(core: &Core, carrier: &Arc<Carrier>, lane: Lane) -> Result<usize, Failure> {
    if carrier.width(lane) == 0 {
        return Ok(0);
    }
    claim::find_lost(core).await?;
    let brake = Brake::read(core.db.read()).await?;
    let most = brake.lets_go(core.clock.now(), carrier.width(lane));
    let pace = if carrier.is_paced() { core.config.mail_pace } else { 0 };
    let mine = if most == 0 { Vec::new() } else { claim::claim(core, lane, Room { most, pace }).await? };
    let tried = mine.len();
    // Tasks of their own: they go on, and give their connections to the database back, while others are written down.
    let mut leaving = JoinSet::new();
    for row in mine {
        let (core, carrier) = (core.clone(), carrier.clone());
        leaving.spawn(async move {
            let fate = send_one(&core, &carrier, &row).await;
            (row, fate)
        });
    }
    let mut failed = None;
    while let Some(first) = leaving.join_next().await {
        let mut known = vec![first];
        while let Ok(Some(more)) = tokio::time::timeout(GATHER, leaving.join_next()).await {
            known.push(more);
        }
        // One that panicked is found by its lease: nobody knows what became of it.
        let (known, broken): (Vec<_>, Vec<_>) = known.into_iter().partition(Result::is_ok);
        let known: Vec<_> = known.into_iter().flatten().collect();
        for error in broken.into_iter().filter_map(Result::err) {
            tracing::error!(%error, "a mail broke off while it was leaving");
        }
        // What is known of these does not stop the others.
        let written = match settle::settle(core, &known).await {
            Ok(()) => brake_or_go_on(core, carrier, &brake, &known).await,
            Err(failure) => Err(failure),
        };
        failed = written.err().or(failed);
    }
    failed.map_or(Ok(tried), Err)
}

async fn send_one(core: &Core, carrier: &Carrier, row: &outbox::Model) -> Fate {
    match build::build(core, row, carrier.signer.as_ref()).await {
        Ok(letter) => carrier.carry(&letter).await,
        // A database or a disk that is away comes back; a letter that cannot be written does not.
        Err(failure @ (Failure::Db(_) | Failure::Io(_))) => Fate::Later(failure.to_string()),
        Err(failure) => Fate::Refused(failure.to_string()),
    }
}

/// A server that takes nothing is left alone for a while; one that answers again gets all.
async fn brake_or_go_on(
    core: &Core,
    carrier: &Carrier,
    before: &Brake,
    known: &[(outbox::Model, Fate)],
) -> Result<(), Failure> {
    let mut answers = false;
    for (_, fate) in known {
        match fate {
            Fate::Setup(why) => return brake::pause(core, true, why).await,
            Fate::Away(why) => {
                if !carrier.is_only_crowded() {
                    return brake::pause(core, false, why).await;
                }
            }
            Fate::Taken(_) | Fate::Later(_) | Fate::Refused(_) | Fate::Unknown(_) => answers = true,
        }
    }
    if answers && before.pause.is_some() {
        brake::go_on(core).await?;
    }
    Ok(())
}
