//! Encryption towards other servers: whom we trust.

use std::path::Path;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::failure::Failure;

/// The certificates of a PEM file.
pub fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let bad = |e: &dyn std::fmt::Display| Failure::new(format!("{} is no certificate: {e}", file.display()));
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).map_err(|e| bad(&e))?.collect();
    let found = found.map_err(|e| bad(&e))?;
    if found.is_empty() { Err(bad(&"it holds none")) } else { Ok(found) }
}

/// Encrypts towards servers whose certificate the system trusts, or `ca_file` signed.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, Failure> {
    Ok(TlsConnector::from(Arc::new(config(ca_file)?)))
}

/// The same, for a library that connects by itself.
pub fn config(ca_file: Option<&Path>) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        for cert in certificates(file)? {
            roots.add(cert).map_err(|e| Failure::new(format!("{}: {e}", file.display())))?;
        }
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| Failure::new(format!("encryption: {e}")))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
