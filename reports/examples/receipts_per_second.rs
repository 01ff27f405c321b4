//! How many receipts a second, how large, in how much memory:
//! `cargo run --release -p reports --example receipts_per_second -- [receipts] [threads]`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]

#[allow(missing_docs, dead_code)]
#[path = "../tests/it/sample.rs"]
mod sample;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;
use std::{fs, thread};

use reports::image::flatten_signature;
use reports::receipt::ReceiptRenderer;
use sha2::{Digest, Sha256};

fn main() {
    let number = |at, usual| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (receipts, threads) = (number(1, 5_000), number(2, 2));
    let renderer = ReceiptRenderer::new().expect("the typefaces");
    let png = flatten_signature(&sample::signature_upload(900, 360)).expect("a signature");
    let sha256 = hex::encode(Sha256::digest(&png));
    let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= receipts {
                        break;
                    }
                    // Two single gifts for one year of monthly debits; one donor in twelve has letters
                    // that French does not know.
                    let mut facts = if index % 3 == 0 { sample::ordinary() } else { sample::single() };
                    let names = ["Léger", "O’Brien-Müller", "Nguyễn", "D’Œuvre", "Élouan", "Le Goff"];
                    facts.number = format!("RF-2026-{index:06}");
                    facts.donor.last_name =
                        names[index % 12 % names.len()].replace("ễ", if index % 12 == 2 { "ễ" } else { "e" });
                    facts.signer.image_sha256 = Some(sha256.clone());
                    let pdf = renderer.render(&facts, Some(&png), None, None).expect("a receipt");
                    bytes.fetch_add(pdf.len() as u64, Ordering::Relaxed);
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let mean = bytes.into_inner() as f64 / receipts as f64 / 1000.0;
    println!(
        "{receipts} receipts on {threads} threads in {seconds:.2} s: {:.0} a second",
        receipts as f64 / seconds
    );
    println!("{mean:.1} kB each, with a signature of {:.1} kB", png.len() as f64 / 1000.0);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("peak memory {}", peak.trim_start_matches("VmHWM:").trim());
}
