//! What the documents promise to the people who open them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]

mod csv;
mod images;
mod paper;
mod receipts;
mod sample;

use std::path::PathBuf;

/// Material kept beside the project, where somebody put it: `../shared`, or where
/// `SOUTIEN_SHARED` says. Tests that use it pass without it.
fn shared(path: &str) -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "tests ask where the material lies")]
    let root = match std::env::var("SOUTIEN_SHARED") {
        Ok(root) => PathBuf::from(root),
        Err(_) => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
    };
    Some(root.join(path)).filter(|path| path.exists())
}
