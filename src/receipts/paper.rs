//! The paper of a receipt: drawn from its frozen facts, never from live data (law R3).

use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;
use reports::receipt::{ReceiptError, ReceiptRenderer};
use rules::receipt::facts::ReceiptFacts;
use sha2::{Digest, Sha256};

use super::why::Why;
use crate::platform::{Core, Failure};

/// The PNG of a signature, shared by a whole run.
pub type Signature = Option<Arc<Vec<u8>>>;

fn renderer() -> Result<&'static ReceiptRenderer, ReceiptError> {
    static ONCE: OnceLock<ReceiptRenderer> = OnceLock::new();
    if let Some(renderer) = ONCE.get() {
        return Ok(renderer);
    }
    let renderer = ReceiptRenderer::new()?;
    Ok(ONCE.get_or_init(|| renderer))
}

/// The PNG that the facts name, if they name one.
pub async fn signature(core: &Core, sha256: Option<&str>) -> Result<Signature, Failure> {
    match sha256 {
        Some(hash) => Ok(Some(Arc::new(core.blobs.get(hash).await?))),
        None => Ok(None),
    }
}

/// Draws it. `duplicate`: the day of a copy; `cancelled`: why it is no longer good.
pub fn draw(
    facts: &ReceiptFacts,
    signature: &Signature,
    duplicate: Option<NaiveDate>,
    cancelled: Option<&str>,
) -> Result<Vec<u8>, ReceiptError> {
    renderer()?.render(facts, signature.as_ref().map(|png| png.as_slice()), duplicate, cancelled)
}

/// The same off the async threads.
pub async fn drawn(
    facts: ReceiptFacts,
    signature: Signature,
    duplicate: Option<NaiveDate>,
    cancelled: Option<String>,
) -> Result<Vec<u8>, Failure> {
    let work = move || draw(&facts, &signature, duplicate, cancelled.as_deref());
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Failure::new(e.to_string()))?;
    done.map_err(|e| Failure::new(e.to_string()))
}

/// SHA-256 of the bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Why these facts cannot be put on paper, if they cannot. Texts in usual letters and of usual length
/// are not laid out to find out.
pub fn unprintable(facts: &ReceiptFacts) -> Option<Why> {
    let donor = &facts.donor;
    let texts = [&donor.last_name, &donor.first_names, &donor.postal_code, &donor.city, &donor.country];
    let all = || texts.into_iter().chain(&donor.street);
    let usual = |c: char| c < '\u{180}' || ('\u{2010}'..='\u{2026}').contains(&c) || c == '\u{202F}';
    if all().all(|text| text.len() <= 300 && text.chars().all(usual)) {
        return None;
    }
    match renderer().and_then(|renderer| renderer.missing_characters(facts)) {
        Ok(missing) if missing.is_empty() => None,
        Ok(missing) => Some(Why::NoSign(missing)),
        Err(error) => Some(Why::from(error)),
    }
}

/// Does `work` for every item on every core, in order, off the async threads.
pub async fn on_every_core<T, R, F>(items: Vec<T>, work: F) -> Result<Vec<R>, Failure>
where
    T: Send + Sync + 'static,
    R: Send + 'static,
    F: Fn(&T) -> R + Send + Sync + 'static,
{
    let all = move || {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = items.len().div_ceil(cores).max(1);
        std::thread::scope(|scope| {
            let work = &work;
            let shares: Vec<_> = items
                .chunks(share)
                .map(|some| scope.spawn(move || some.iter().map(work).collect::<Vec<R>>()))
                .collect();
            let mut done = Vec::with_capacity(items.len());
            for one in shares {
                done.extend(one.join().map_err(|_| Failure::new("a thread that drew receipts broke off"))?);
            }
            Ok(done)
        })
    };
    tokio::task::spawn_blocking(all).await.map_err(|e| Failure::new(e.to_string()))?
}
