//! Texts that the database must not give away by itself: sealed with a key made from the installation's secret, which is
//! not in the database (AES-256-GCM).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::failure::Failure;
use super::keys::{Keys, random};

/// What a sealed text begins with.
const FORM: &str = "s1.";

fn key(keys: &Keys, usage: &str) -> Result<LessSafeKey, Failure> {
    let part = keys.part(&format!("sealed {usage}"));
    let key = UnboundKey::new(&AES_256_GCM, &part).map_err(|_| Failure::new("a key was not accepted"))?;
    Ok(LessSafeKey::new(key))
}

/// Seals a text for one usage and one place, such as `mandate` and its reference: it opens nowhere else.
pub fn seal(keys: &Keys, usage: &str, place: &str, text: &str) -> Result<String, Failure> {
    let nonce = random::<NONCE_LEN>();
    let mut bytes = text.as_bytes().to_vec();
    key(keys, usage)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.as_bytes()),
            &mut bytes,
        )
        .map_err(|_| Failure::new("a text could not be sealed"))?;
    Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &bytes].concat())))
}

/// Opens a sealed text.
///
/// # Errors
/// When it was sealed with another secret or for another place, or was changed.
pub fn open(keys: &Keys, usage: &str, place: &str, sealed: &str) -> Result<String, Failure> {
    let refused =
        || Failure::new("a sealed text does not open: it was sealed with another secret.key, or changed");
    let bytes =
        sealed.strip_prefix(FORM).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok()).ok_or_else(refused)?;
    let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
    let mut rest = rest.to_vec();
    let plain = key(keys, usage)?
        .open_in_place(nonce, Aad::from(place.as_bytes()), &mut rest)
        .map_err(|_| refused())?;
    String::from_utf8(plain.to_vec()).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_in_its_place_with_its_secret_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::load(Some(&"ab".repeat(32)), dir.path()).unwrap();
        let other = Keys::load(Some(&"cd".repeat(32)), dir.path()).unwrap();
        let sealed = seal(&keys, "mandate", "RUM-1", "FR7630006000011234567890189").unwrap();
        assert!(!sealed.contains("FR76"));
        assert_ne!(sealed, seal(&keys, "mandate", "RUM-1", "FR7630006000011234567890189").unwrap());
        assert_eq!(open(&keys, "mandate", "RUM-1", &sealed).unwrap(), "FR7630006000011234567890189");
        for (keys, usage, place) in
            [(&other, "mandate", "RUM-1"), (&keys, "other", "RUM-1"), (&keys, "mandate", "RUM-2")]
        {
            assert!(open(keys, usage, place, &sealed).is_err());
        }
        let changed = format!("{}A", sealed.get(..sealed.len() - 1).unwrap());
        assert!(changed == sealed || open(&keys, "mandate", "RUM-1", &changed).is_err());
        for text in ["", "s1.", "s1.AAAA", "plain"] {
            assert!(open(&keys, "mandate", "RUM-1", text).is_err());
        }
    }
}
