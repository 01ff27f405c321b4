//! Passwords: argon2id, off the async threads.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::platform::Failure;

/// Shortest password, in characters (ANSSI and CNIL ask for length before signs).
pub const SHORTEST: usize = 12;

/// The hash to keep.
pub async fn hash(password: String) -> Result<String, Failure> {
    blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|e| Failure::new(e.to_string()))
    })
    .await?
}

/// Whether `password` gives `hash`. Without a hash the same work is done, so that the answer's time does
/// not tell who has an account.
pub async fn fits(password: String, hash: Option<String>) -> Result<bool, Failure> {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$0000000000000000000000000000000000000000000";
    blocking(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.into());
        let fits = Argon2::default().verify_password(password.as_bytes(), text.as_str()).is_ok();
        fits && known
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Failure::new(e.to_string()))
}
