//! The signature of our domain under each mail (DKIM, RFC 6376 and RFC 8463).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{DkimSigner, Done};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use super::config::Config;
use super::failure::Failure;

/// What the signature vouches for; what a mail does not bear is left out.
const SIGNED: [&str; 12] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
    "X-Soutien-Mail",
];
/// Before the RSA key in its envelope: the algorithm, RFC 3279 2.3.1.
const RSA: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RSA with 2048 bits: every receiver reads it.
    Rsa,
    /// Ed25519: short; some receivers do not read it yet.
    Ed25519,
}

enum Key {
    Rsa(Box<DkimSigner<RsaKey<Sha256>, Done>>),
    Ed25519(Box<DkimSigner<Ed25519Key, Done>>),
}

/// Signs.
pub struct Signer {
    key: Key,
    /// Where the public key is published.
    pub name: String,
    /// What is published there.
    pub record: String,
}

impl Signer {
    /// From the configuration; none where mail is not signed.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        let Some(file) = &config.dkim_key_file else { return Ok(None) };
        Self::read(file, &domain(config), &selector(config)).map(Some)
    }

    /// With the key of this file.
    pub fn read(file: &Path, domain: &str, selector: &str) -> Result<Self, Failure> {
        let bad = |why: &dyn std::fmt::Display| {
            Failure::new(format!("{} is no key to sign mail with: {why}", file.display()))
        };
        let der = PrivateKeyDer::from_pem_file(file).map_err(|e| bad(&e))?;
        let name = format!("{selector}._domainkey.{domain}");
        if let Ok(key) = RsaKey::<Sha256>::from_key_der(der.clone_key()) {
            let record = format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(envelope(&key.public_key())));
            let signer = DkimSigner::from_key(key).domain(domain).selector(selector).headers(SIGNED);
            return Ok(Self { key: Key::Rsa(Box::new(signer)), name, record });
        }
        let PrivateKeyDer::Pkcs8(der) = der else { return Err(bad(&"it is neither RSA nor Ed25519")) };
        let key = Ed25519Key::from_pkcs8_maybe_unchecked_der(der.secret_pkcs8_der()).map_err(|e| bad(&e))?;
        let record = format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.public_key()));
        let signer = DkimSigner::from_key(key).domain(domain).selector(selector).headers(SIGNED);
        Ok(Self { key: Key::Ed25519(Box::new(signer)), name, record })
    }

    /// The header to put before this mail.
    pub fn sign(&self, mail: &[u8]) -> Result<String, Failure> {
        let signature = match &self.key {
            Key::Rsa(signer) => signer.sign(mail),
            Key::Ed25519(signer) => signer.sign(mail),
        };
        Ok(signature.map_err(|e| Failure::new(format!("the mail cannot be signed: {e}")))?.to_header())
    }
}

/// The domain that signs.
pub fn domain(config: &Config) -> String {
    let own = config.mail_from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    config.dkim_domain.as_deref().unwrap_or(own).to_ascii_lowercase()
}

/// The name of the key.
pub fn selector(config: &Config) -> String {
    config.dkim_selector.clone().unwrap_or_else(|| "soutien".into())
}

/// Makes a key in a new file that only we can read.
pub fn make(kind: Kind, file: &Path) -> Result<(), Failure> {
    let pem = match kind {
        Kind::Ed25519 => {
            let der = Ed25519Key::generate_pkcs8().map_err(|e| Failure::new(e.to_string()))?;
            let text = STANDARD.encode(der);
            let lines: Vec<&str> =
                text.as_bytes().chunks(64).filter_map(|l| std::str::from_utf8(l).ok()).collect();
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
                .into_bytes()
        }
        Kind::Rsa => rsa()?,
    };
    let mut new = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    new.write_all(&pem)?;
    new.sync_all()?;
    Ok(())
}

/// None of our libraries makes RSA keys; OpenSSL does, and is on every server.
fn rsa() -> Result<Vec<u8>, Failure> {
    let made = Command::new("openssl")
        .args(["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output();
    match made {
        Ok(made) if made.status.success() => Ok(made.stdout),
        Ok(made) => {
            let said = String::from_utf8_lossy(&made.stderr).trim().to_owned();
            Err(Failure::new(format!("openssl could not make a key: {said}")))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Failure::new(
            "openssl is needed to make an RSA key and is not installed: install it, or take --ed25519",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The record as a line of a zone file: no string in it is longer than 255 bytes.
pub fn zone_line(name: &str, record: &str) -> String {
    let parts: Vec<String> =
        record.as_bytes().chunks(250).map(|part| format!("\"{}\"", String::from_utf8_lossy(part))).collect();
    format!("{name}. IN TXT {}", parts.join(" "))
}

/// A public RSA key as it is published: in the envelope that names its algorithm.
fn envelope(key: &[u8]) -> Vec<u8> {
    let bits = [&[0_u8][..], key].concat();
    let inner = [&RSA[..], &tagged(0x03, &bits)].concat();
    tagged(0x30, &inner)
}

fn tagged(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().to_be_bytes();
    let length: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    if let ([one], true) = (length.as_slice(), bytes.len() < 128) {
        out.push(*one);
    } else {
        out.push(0x80 | u8::try_from(length.len()).unwrap_or_default());
        out.extend(&length);
    }
    out.extend(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_read_back_and_readable_by_us_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        for (kind, sign) in
            [(Kind::Rsa, "k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), (Kind::Ed25519, "k=ed25519; p=")]
        {
            let file = dir.path().join(format!("{kind:?}.pem"));
            make(kind, &file).unwrap();
            assert!(make(kind, &file).is_err(), "a key is not overwritten");
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            let signer = Signer::read(&file, "asso.example", "s1").unwrap();
            assert_eq!(signer.name, "s1._domainkey.asso.example");
            assert!(signer.record.contains(sign), "{}", signer.record);
            assert!(signer.sign(b"From: a@b.example\r\n\r\nx\r\n").unwrap().starts_with("DKIM-Signature: "));
        }
        let line = zone_line("s1._domainkey.asso.example", &"x".repeat(600));
        assert!(line.split('"').all(|part| part.len() <= 255), "{line}");
    }

    #[test]
    fn what_is_no_key_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key.pem");
        std::fs::write(&file, "nothing").unwrap();
        let told = Signer::read(&file, "asso.example", "s1").err().unwrap().to_string();
        assert!(told.contains("key.pem"), "{told}");
    }
}
