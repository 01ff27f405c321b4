//! The worker: sends mail and does jobs, inside `serve` or alone, until asked to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::core::Core;
use super::failure::Failure;
use super::jobs;
use super::sending::{Carrier, send_due};

/// How often rows are looked at when no bell rings (another process may have written one).
const LOOK: Duration = Duration::from_secs(1);

/// Works until `stop` says true. The mail and the job under way are finished first.
pub async fn run(core: Core, stop: watch::Receiver<bool>) -> Result<(), Failure> {
    let carrier = Arc::new(Carrier::open(&core)?);
    let mails = rounds(core.clone(), stop.clone(), move |core| {
        let carrier = carrier.clone();
        async move { Ok(send_due(&core, &carrier).await? > 0) }
    });
    let work = rounds(core, stop, |core| async move { jobs::run_one(&core).await });
    tokio::join!(mails, work);
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
    loop {
        let sent = send_due(core, &carrier).await?;
        let worked = jobs::run_one(core).await?;
        if sent == 0 && !worked {
            return Ok(());
        }
    }
}
