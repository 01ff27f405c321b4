//! Writes receipts to look at: `cargo run -p reports --example sample_receipts -- FOLDER`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]

#[allow(missing_docs, dead_code)]
#[path = "../tests/it/sample.rs"]
mod sample;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use reports::image::flatten_signature;
use reports::receipt::ReceiptRenderer;
use rules::receipt::facts::ReceiptFacts;
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let renderer = ReceiptRenderer::new()?;
    let png = flatten_signature(&sample::signature_upload(900, 360))?;
    fs::write(folder.join("signature.png"), &png)?;
    let signed = |mut facts: ReceiptFacts| {
        facts.signer.image_sha256 = Some(hex::encode(Sha256::digest(&png)));
        facts
    };
    let many = |count, words| {
        let mut facts = sample::ordinary();
        sample::pay(&mut facts, count, 1_000, words);
        facts
    };
    let mut replacing = sample::ordinary();
    replacing.replaces = Some("RF-2026-000098".into());
    let copy = Some(sample::day(2027, 3, 3));
    let receipts = [
        ("ordinary", sample::ordinary(), None, None),
        ("single", sample::single(), None, None),
        ("hostile", sample::hostile(), copy, Some("montant erroné ".repeat(12))),
        ("sixty", many(60, "six cents euros"), None, None),
        ("four-hundred", many(400, "quatre mille euros"), None, None),
        ("duplicate", sample::ordinary(), copy, None),
        ("cancelled", sample::ordinary(), None, Some("le prélèvement du 5 mars a été rejeté".to_owned())),
        ("replacing", replacing, None, None),
    ];
    for (name, facts, duplicate, cancelled) in receipts {
        let pdf = renderer.render(&signed(facts), Some(&png), duplicate, cancelled.as_deref())?;
        println!("{name}: {} bytes", pdf.len());
        fs::write(folder.join(name).with_extension("pdf"), pdf)?;
    }
    Ok(())
}
