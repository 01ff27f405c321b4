//! Every field that `expected.json` states of 990 mails and texts of other projects comes out the same,
//! or stands with its reason in `tests/differences.tsv`. Without the corpus the tests say so and pass.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod bounces;
mod compare;
mod texts;
mod trees;

use std::collections::BTreeMap;

#[test]
fn every_difference_is_listed_with_its_reason() {
    let Some(dir) = compare::corpus() else { return };
    #[allow(clippy::disallowed_methods)] // a developer's switch, not configuration
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (file, (_, outcomes)) in compare::all(&dir) {
        for o in outcomes {
            let count = counts.entry(o.field.clone()).or_default();
            if o.same {
                count.0 += 1
            } else {
                count.1 += 1
            }
            if !o.same && (only == o.field || file.starts_with(&only) && !only.is_empty()) {
                eprintln!("{file} {}\n   WANT {}\n   GOT  {}", o.field, cut(&o.want), cut(&o.got));
            }
        }
    }
    for (field, (same, other)) in counts {
        eprintln!("{field:28} {same:4} equal {other:4} different");
    }
}

fn cut(text: &str) -> String {
    text.chars().take(600).collect()
}
