//! Mails of other projects, when they lie beside the project (`SOUTIEN_SHARED` or `../shared`). Absent,
//! this test says so and passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures::StreamExt;
use sea_orm::{EntityTrait, PaginatorTrait};
use soutien::tickets::queries::ledger;

use super::receive;
use crate::house::House;

pub fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    #[allow(clippy::disallowed_methods)] // tests have no configuration
    let base = std::env::var("SOUTIEN_SHARED").map_or_else(|_| root.join("../shared"), |v| root.join(v));
    let folder = base.join("data/mail");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("{} is not there: not tested", folder.display());
    None
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn every_mail_of_the_corpus_is_accounted_for() {
    let Some(folder) = shared() else { return };
    let mut all = Vec::new();
    files(&folder, &mut all);
    all.sort();
    let house = House::new().await;
    let mut became = BTreeMap::<String, usize>::new();
    let mut outcomes = futures::stream::iter(&all)
        .map(|file| receive(&house, std::fs::read(file).unwrap()))
        .buffer_unordered(8);
    while let Some((_, outcome)) = outcomes.next().await {
        let word = format!("{outcome:?}").split('(').next().unwrap().to_owned();
        *became.entry(word).or_default() += 1;
    }
    drop(outcomes);
    let sum = ledger::sum(&house.core).await.unwrap();
    eprintln!("{} mails: {became:?}, {sum:?}", all.len());
    assert_eq!(sum.all, all.len() as u64);
    assert_eq!((sum.unaccounted, sum.undigested), (0, 0));
    assert_eq!(sum.ticketed + sum.refused, all.len() as u64);
    let breaches = soutien::tickets::check(&house.core).await.unwrap();
    assert!(breaches.is_empty(), "{breaches:#?}");
    let lines = entities::mail_in::Entity::find().count(house.core.db.read()).await.unwrap();
    assert_eq!(lines, all.len() as u64);
}
