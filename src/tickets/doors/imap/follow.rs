//! Following mailboxes while the program runs: a look, then the server rings (IDLE, RFC 2177) or the interval
//! passes. Trouble is noted for the administrator and tried again, ever more rarely, at most every five minutes.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::connect::{Mailbox, PATIENCE, sign_in};
use super::{compare, fetch, look};
use crate::platform::config::ImapAccount;
use crate::platform::leases::{self, Lease, RENEW};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::actions::mailbox;

/// Longest pause after trouble.
const LONGEST: Duration = Duration::from_secs(300);
/// How often a folder and the ledger are compared.
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Longest wait for a bell (RFC 2177: a server may hang up after half an hour).
const DOZE: Duration = Duration::from_secs(28 * 60);

/// Follows every mailbox of the configuration until `stop` says true.
pub async fn run(core: Core, stop: watch::Receiver<bool>) {
    let mut all = JoinSet::new();
    for account in core.config.imap.clone() {
        all.spawn(follow(core.clone(), account, stop.clone()));
    }
    while all.join_next().await.is_some() {}
}

async fn follow(core: Core, account: ImapAccount, mut stop: watch::Receiver<bool>) {
    let name = format!("mailbox {}", account.name);
    let mut pause = Duration::from_secs(1);
    while !*stop.borrow() {
        match leases::take(&core, &name).await {
            Ok(Some(lease)) => {
                let mut ends = stop.clone();
                let (stay, lost) = tokio::select! {
                    renewed = renew(&core, &lease) => (renewed, true),
                    done = stay(&core, &account, &mut ends, &mut pause) => (done, false),
                };
                if lost {
                    pause = RENEW; // another process follows it now
                }
                if let Err(failure) = stay {
                    tracing::error!(account = account.name, %failure, "a mailbox cannot be read; it is tried again");
                    if let Err(failure) = fetch::note(&core, &account, &failure).await {
                        tracing::error!(%failure, "the trouble with a mailbox could not be noted");
                    }
                }
                if let Err(failure) = lease.give_back(&core).await {
                    tracing::error!(%failure, "the lease of a mailbox was not given back; it ends by itself");
                }
            }
            Ok(None) => pause = RENEW, // another process follows it
            Err(failure) => tracing::error!(%failure, "the lease of a mailbox cannot be asked for"),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
        pause = Ord::min(pause * 2, LONGEST);
    }
}

/// Ends only when the lease was lost, which is no trouble: somebody else follows the mailbox.
async fn renew(core: &Core, lease: &Lease) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(RENEW).await;
        if !lease.hold(core).await? {
            return Ok(());
        }
    }
}

/// Looks, waits, and looks again over one line, as long as it holds.
async fn stay(
    core: &Core,
    account: &ImapAccount,
    stop: &mut watch::Receiver<bool>,
    pause: &mut Duration,
) -> Result<(), Failure> {
    // Whatever broke a line before is taken first, with the care that finds the mail that did it.
    fetch::fetch(core, account).await?;
    compare::compare(core, account).await?;
    let mut compared = Instant::now();
    let mut session = sign_in(account).await?;
    let rings = account.idle && session.capabilities().await.is_ok_and(|can| can.has_str("IDLE"));
    let looking = look::open(core, account, &mut session).await?;
    while !*stop.borrow() {
        let wanted = looking.wanted(&mut session, true).await?;
        let brought = looking.take(&mut session, &wanted).await?;
        let tx = Tx::begin(core, Actor::System).await?;
        mailbox::looked(&tx, &looking.place, None).await?;
        tx.commit().await?;
        *pause = Duration::from_secs(1);
        if brought.taken > 0 {
            continue;
        }
        if compared.elapsed() > DAY {
            compare::compare(core, account).await?;
            compared = Instant::now();
        }
        session = rest(session, account, rings, stop).await?;
    }
    let _bye = session.logout().await;
    Ok(())
}

/// Waits for the bell, for the interval, or for the end.
async fn rest(
    mut session: Mailbox,
    account: &ImapAccount,
    rings: bool,
    stop: &mut watch::Receiver<bool>,
) -> Result<Mailbox, Failure> {
    let interval = Duration::from_secs(u64::from(account.every_seconds));
    let lost = |e: async_imap::error::Error| Failure::new(format!("the line broke while waiting: {e}"));
    if !rings {
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            _ = stop.changed() => {}
        }
        session.noop().await.map_err(lost)?;
        return Ok(session);
    }
    let mut idle = session.idle();
    idle.init().await.map_err(lost)?;
    let interval = Ord::min(interval, DOZE);
    idle.as_mut().limit = interval + PATIENCE;
    let (bell, _interrupt) = idle.wait_with_timeout(interval);
    tokio::select! {
        rung = tokio::time::timeout(interval, bell) => {
            if let Ok(rung) = rung {
                rung.map_err(lost)?;
            }
        }
        _ = stop.changed() => {}
    }
    drop(_interrupt);
    idle.as_mut().limit = PATIENCE;
    idle.done().await.map_err(lost)
}
