//! The worker: sends mail and does jobs, inside `serve` or alone, until asked to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::core::Core;
use super::failure::Failure;
use super::jobs;
use super::sending::{Carrier, Lane, send_due, send_lane, try_now};
use super::tx::{Actor, Tx};

/// How often rows are looked at when no bell rings (another process may have written one).
const LOOK: Duration = Duration::from_secs(1);

/// Something done every so often in each process that works: it looks whether there is anything to do, and
/// several processes may look at once.
#[async_trait::async_trait]
pub trait Tick: Send + Sync {
    /// Time between two looks.
    fn every(&self) -> Duration;
    /// Looks, and does what is to be done.
    async fn tick(&self, core: &Core) -> Result<(), Failure>;
}

async fn ticking(core: Core, mut stop: watch::Receiver<bool>) {
    let mut next: Vec<tokio::time::Instant> =
        core.ticks.iter().map(|_| tokio::time::Instant::now()).collect();
    while !*stop.borrow() {
        for (tick, due) in core.ticks.iter().zip(&mut next) {
            if *due <= tokio::time::Instant::now() {
                if let Err(failure) = tick.tick(&core).await {
                    tracing::error!(%failure, "what is done every so often could not be done; it is tried again");
                }
                *due = tokio::time::Instant::now() + tick.every();
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Works until `stop` says true. The mail and the job under way are finished first.
pub async fn run(core: Core, stop: watch::Receiver<bool>) -> Result<(), Failure> {
    let carrier = Arc::new(Carrier::open(&core)?);
    let tx = Tx::begin(&core, Actor::System).await?;
    try_now(&core, &tx).await?;
    tx.commit().await?;
    let way = |lane: Lane| {
        let carrier = carrier.clone();
        rounds(core.clone(), stop.clone(), move |core| {
            let carrier = carrier.clone();
            async move { Ok(send_lane(&core, &carrier, lane).await? > 0) }
        })
    };
    let mails = futures::future::join_all(carrier.lanes().iter().map(|lane| way(*lane)));
    let ticks = ticking(core.clone(), stop.clone());
    let work = rounds(core.clone(), stop.clone(), |core| async move { jobs::run_one(&core).await });
    tokio::join!(mails, work, ticks);
    carrier.end().await;
    Ok(())
}

async fn rounds<F, R>(core: Core, mut stop: watch::Receiver<bool>, round: F)
where
    F: Fn(Core) -> R,
    R: Future<Output = Result<bool, Failure>>,
{
    while !*stop.borrow() {
        match round(core.clone()).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(failure) => tracing::error!(%failure, "the worker could not go on; it tries again"),
        }
        tokio::select! {
            () = core.bell.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Everything that is due now, once: for commands and tests.
pub async fn drain(core: &Core) -> Result<(), Failure> {
    let carrier = Arc::new(Carrier::open(core)?);
    for tick in core.ticks.iter() {
        tick.tick(core).await?;
    }
    loop {
        let sent = send_due(core, &carrier).await?;
        let worked = jobs::run_one(core).await?;
        if sent == 0 && !worked {
            return Ok(());
        }
    }
}
