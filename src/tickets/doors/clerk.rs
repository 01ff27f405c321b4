//! Whoever brings mail by a door hands it to the clerk of this process, who writes what came at once in one
//! transaction, says "it is ours", and lets it be digested. Alone, a mail waits for nobody; when many come, each
//! costs a part of a write to disk.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::platform::{Core, Failure};
use crate::tickets::actions::digest::digest_many;
use crate::tickets::actions::intake::{Arrival, store_many};

/// Mails stored at once, at most; also the room before the counter.
const STORED: usize = 64;
/// Mails digested at once: other writers wait meanwhile, some tens of milliseconds.
const DIGESTED: usize = 12;

type Answer = oneshot::Sender<Result<i64, Failure>>;

/// Where mail is handed over.
#[derive(Debug, Clone)]
pub struct Counter {
    hand: mpsc::Sender<(Arrival, Answer)>,
}

impl Counter {
    /// Hands a mail over; its number in the ledger once it is ours.
    pub async fn take(&self, arrival: Arrival) -> Result<i64, Failure> {
        let gone = || Failure::new("the program is stopping");
        let (answer, answered) = oneshot::channel();
        self.hand.send((arrival, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Opens the counter. The clerk goes home when every [`Counter`] is gone and all is digested.
pub fn open(core: Core) -> (Counter, JoinHandle<()>) {
    let (hand, taken) = mpsc::channel(STORED);
    let (stored, waiting) = mpsc::unbounded_channel();
    let storing = tokio::spawn(store(core.clone(), taken, stored));
    let digesting = tokio::spawn(digest(core, waiting));
    let both = tokio::spawn(async move {
        let _done = tokio::join!(storing, digesting);
    });
    (Counter { hand }, both)
}

async fn store(core: Core, mut taken: mpsc::Receiver<(Arrival, Answer)>, stored: mpsc::UnboundedSender<i64>) {
    let mut lot = Vec::new();
    while taken.recv_many(&mut lot, STORED).await > 0 {
        let (arrivals, answers): (Vec<Arrival>, Vec<Answer>) = lot.drain(..).unzip();
        let results = match store_many(&core, &arrivals).await {
            Ok(ids) => ids.into_iter().map(Ok).collect(),
            Err(failure) if arrivals.len() == 1 => vec![Err(failure)],
            Err(failure) => {
                tracing::warn!(%failure, "mails that came at once are taken one by one");
                one_by_one(&core, &arrivals).await
            }
        };
        for (answer, result) in answers.into_iter().zip(results) {
            if let Ok(id) = &result {
                let _stopping = stored.send(*id);
            }
            let _left = answer.send(result);
        }
    }
}

/// One that cannot be taken does not keep the others out.
async fn one_by_one(core: &Core, arrivals: &[Arrival]) -> Vec<Result<i64, Failure>> {
    let mut results = Vec::new();
    for arrival in arrivals {
        let stored = store_many(core, std::slice::from_ref(arrival)).await;
        results.push(stored.and_then(|ids| ids.first().copied().ok_or_else(|| Failure::new("no line"))));
    }
    results
}

async fn digest(core: Core, mut waiting: mpsc::UnboundedReceiver<i64>) {
    let mut lot = Vec::new();
    while waiting.recv_many(&mut lot, DIGESTED).await > 0 {
        digest_many(&core, &lot).await;
        lot.clear();
    }
}
