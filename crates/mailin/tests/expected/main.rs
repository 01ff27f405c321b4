//! Every field that `expected.json` states of 990 mails and texts of other projects comes out the same,
//! or stands with its reason in `tests/differences.tsv`. Without the corpus the tests say so and pass.
//! `SHOW=field` or `SHOW=file` prints the differences of a field or of files.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod bounces;
mod compare;
mod listed;
mod texts;
mod trees;

use std::collections::BTreeSet;

#[test]
fn every_difference_is_listed_with_its_reason() {
    let Some(dir) = compare::corpus() else { return };
    #[allow(clippy::disallowed_methods)] // a developer's switch, not configuration
    let show = std::env::var("SHOW").unwrap_or_default();
    let mut found = BTreeSet::new();
    for (file, (_, outcomes)) in compare::all(&dir) {
        for o in outcomes.iter().filter(|o| !o.same) {
            found.insert((file.clone(), o.field.clone()));
            if !show.is_empty() && (show == o.field || file.starts_with(&show)) {
                eprintln!("{file}\t{}\n   WANT {}\n   GOT  {}", o.field, cut(&o.want), cut(&o.got));
            }
        }
    }
    let listed: BTreeSet<_> = listed::differences().into_iter().map(|d| (d.file, d.field)).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(new.is_empty(), "{} differences are not listed: {new:#?}", new.len());
    assert!(gone.is_empty(), "{} listed differences are no more: {gone:#?}", gone.len());
}

#[test]
fn every_reason_is_explained_and_used() {
    let reasons = listed::reasons();
    let used: BTreeSet<String> = listed::differences().into_iter().map(|d| d.reason).collect();
    let known: BTreeSet<String> = reasons.keys().cloned().collect();
    assert_eq!(used, known);
    assert!(reasons.values().all(|words| words.len() > 20));
}

fn cut(text: &str) -> String {
    text.chars().take(600).collect()
}
