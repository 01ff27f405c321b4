//! Files that something happened to on their way, through the tables: each is taken whole or not at all, and goes whole.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};
use soutien::imports::actions::{self, Brought, Outcome};
use soutien::imports::reading::Source;
use soutien::platform::{Actor, Stop};

use super::story::{exported, files, later, movements, undo};

/// Variants of each file.
const VARIANTS: usize = 40;

fn spoiled(rng: &mut TestRng, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..rng.random_range(1..6) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.random_range(0..bytes.len());
        let end = (at + 40).min(bytes.len());
        match rng.random_range(0..6) {
            0 => bytes[at] = rng.random(),
            1 => bytes.insert(at, b'"'),
            2 => bytes.insert(at, rng.random()),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.truncate(at),
            _ => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

#[tokio::test]
async fn spoiled_files_of_every_source_are_taken_whole_or_not_at_all() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let (mut taken, mut refused) = (0, 0);
    for (format, text) in files() {
        let house = later().await;
        let nothing = (exported(&house).await, movements(&house).await.into_values().flatten().count());
        for variant in 0..VARIANTS {
            let path = house.dir.path().join("spoiled");
            std::fs::write(&path, spoiled(&mut rng, &text)).unwrap();
            let brought =
                Brought { source: Source(format), name: "f", path: &path, account: None, table: None };
            let seen = actions::preview(&house.core, &Actor::Command, brought, &|_| {}).await;
            let now =
                async || (exported(&house).await, movements(&house).await.into_values().flatten().count());
            let Ok(Outcome::Previewed { id }) = Stop::split(seen).unwrap() else {
                refused += 1;
                assert_eq!(now().await, nothing, "{format:?} {variant}: refused whole");
                continue;
            };
            assert_eq!(now().await, nothing, "{format:?} {variant}: looked at only");
            let tx = house.tx().await;
            let done = Stop::split(actions::take(&house.core, &tx, id, &|_| {}).await).unwrap();
            if let Err(why) = done {
                drop(tx);
                refused += 1;
                assert_eq!(now().await, nothing, "{format:?} {variant}: {why:?}");
                continue;
            }
            tx.commit().await.unwrap();
            taken += 1;
            let breaches = soutien::check::all(&house.core).await.unwrap();
            // A spoiled balance or a lost line is what the law of clearing is there to tell.
            assert!(breaches.iter().all(|breach| breach.law == "G4"), "{format:?} {variant}: {breaches:?}");
            undo(&house, id).await.unwrap();
            assert_eq!(now().await, nothing, "{format:?} {variant}: undone whole");
        }
    }
    assert!(taken > 100 && refused > 20, "both happen: {taken} {refused}");
}
