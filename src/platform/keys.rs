//! One secret of 32 bytes, and the keys made from it, one per use.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::failure::Failure;

/// The secret of this installation; its parts are made per use, never the secret itself.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// From the configuration (64 hexadecimal digits), or the file `secret.key` of the data folder,
    /// made at the first start and readable by us alone.
    pub fn load(configured: Option<&str>, data_dir: &Path) -> Result<Self, Failure> {
        let file = data_dir.join("secret.key");
        let text = match configured {
            Some(text) => text.to_owned(),
            None if file.exists() => std::fs::read_to_string(&file)?,
            None => {
                let text = hex::encode(random::<32>());
                write_secret(&file, &text)?;
                std::fs::read_to_string(&file)?
            }
        };
        let bytes = hex::decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
        let secret =
            bytes.ok_or_else(|| Failure::new(format!("{} is not 64 hexadecimal digits", file.display())))?;
        Ok(Self { secret })
    }

    /// The key of one use, e.g. `csrf`.
    pub fn part(&self, usage: &str) -> [u8; 32] {
        hmac(&self.secret, &[b"soutien ", usage.as_bytes()])
    }

    /// A short proof that `text` was written by us for `usage`: 128 bits, base64url.
    pub fn seal(&self, usage: &str, text: &str) -> String {
        let whole = hmac(&self.part(usage), &[text.as_bytes()]);
        URL_SAFE_NO_PAD.encode(whole.get(..16).unwrap_or_default())
    }

    /// Whether `seal` is the proof for `text`; takes the same time either way.
    pub fn is_seal(&self, usage: &str, text: &str, seal: &str) -> bool {
        self.seal(usage, text).as_bytes().ct_eq(seal.as_bytes()).into()
    }
}

fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut out) => {
            out.write_all(text.as_bytes())?;
            out.sync_all()?;
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()), // another process was first
        Err(error) => Err(error.into()),
    }
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of 32 bytes is always accepted by HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// `N` bytes of the system's randomness.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[allow(clippy::expect_used)] // without randomness nothing here is safe to go on with
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

/// A new token of 256 bits, base64url: for a link or a cookie.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What the database keeps of a token.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
