//! Writes docs/MAIL-CORPUS.md: what became of the mails of other projects.
//! `cargo run --release -p mailin --example corpus_report > docs/MAIL-CORPUS.md`
#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/expected/bounces.rs"]
mod bounces;
#[path = "../tests/expected/compare.rs"]
mod compare;
#[path = "../tests/expected/listed.rs"]
mod listed;
#[path = "../tests/expected/texts.rs"]
mod texts;
#[path = "../tests/expected/trees.rs"]
mod trees;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What happened to the files of a category.
#[derive(Default)]
struct Tried {
    files: usize,
    compared: usize,
    equal: usize,
}

fn main() {
    let Some(dir) = compare::corpus() else { return };
    let index = compare::objects(&dir.join("index.json"));
    let compared = compare::all(&dir);
    let mut by_category: BTreeMap<String, Tried> = BTreeMap::new();
    let mut by_source: BTreeMap<String, Tried> = BTreeMap::new();
    let (mut panics, mut losses, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
    for (file, about) in &index {
        match catch_unwind(AssertUnwindSafe(|| compare::case(&dir, file, about, None))) {
            Ok(case) => {
                if !keeps_its_lines(&case.mail) {
                    losses.push(file.clone());
                }
                if !shows_every_text(&case) {
                    unseen.push(file.clone());
                }
            }
            Err(_) => panics.push(file.clone()),
        }
        let all_equal = compared.get(file).map(|(_, outcomes)| outcomes.iter().all(|o| o.same));
        let names = about["categories"].as_array().into_iter().flatten().filter_map(|c| c.as_str());
        let source = file.split('/').next().unwrap_or_default();
        count(&mut by_source, source, all_equal);
        for name in names.collect::<BTreeSet<_>>() {
            count(&mut by_category, name, all_equal);
        }
    }
    head(index.len(), compared.len(), &panics, &losses, &unseen);
    fields(&compared);
    reasons();
    table("Source", "By source", &by_source);
    table("Category", "By category", &by_category);
}

fn count(tried: &mut BTreeMap<String, Tried>, name: &str, all_equal: Option<bool>) {
    let line = tried.entry(name.to_owned()).or_default();
    line.files += 1;
    line.compared += usize::from(all_equal.is_some());
    line.equal += usize::from(all_equal == Some(true));
}

/// Every line of the text is in the new text, the quotes or the signature.
fn keeps_its_lines(mail: &mailin::Mail) -> bool {
    let said = |text: &str| {
        let mut all: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
        all.sort();
        all
    };
    let folded = format!("{}\n{}\n{}", mail.parts.new_text, mail.parts.quoted, mail.parts.signature);
    said(&mail.text) == said(&folded)
}

/// The words of every plain text part of the mail are in its text, or the part is one of its files.
fn shows_every_text(case: &compare::Case) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let shown = letters(&case.mail.text);
    let nodes = mailin::outline(&case.as_mail, &mailin::Limits::default());
    let texts = nodes.iter().filter(|n| n.within == 0 && n.is_leaf() && n.mime == "text/plain");
    texts.into_iter().all(|node| {
        let is_file = case.mail.attachments.iter().any(|f| f.bytes == node.bytes);
        let ascii: Vec<u8> = node.bytes.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        let ascii = String::from_utf8(ascii).unwrap();
        let shown_ascii: String = shown.chars().filter(char::is_ascii_alphanumeric).collect();
        let words = mailin::decode_text(&node.bytes, None);
        // Letters of Chinese charsets hold ASCII bytes that are no letters.
        let wide = shown.chars().any(|c| ('\u{3000}'..'\u{a000}').contains(&c));
        // Files in the text leave their names; escapes of Japanese and UTF-7 are no letters.
        let packed = words.contains("begin ")
            || node.bytes.contains(&0x1b)
            || words.contains('+')
            || node.bytes.contains(&0);
        is_file || packed || wide || shown_ascii.contains(&ascii)
    })
}

fn head(files: usize, compared: usize, panics: &[String], losses: &[String], unseen: &[String]) {
    println!(
        "# The mails of other projects\n\n\
        Other mail programs publish the mails they test with, and some say what must come out. We read them all.\n\
        This page is written by `crates/mailin/examples/corpus_report.rs`; the mails are not part of this repository.\n\n\
        | | |\n|---|---|\n\
        | files read | {files} |\n| panics | {} |\n| lines of text lost in folding quotes and signatures | {} |\n\
        | mails with a text part that is neither shown nor a file | {} |\n\
        | files with expectations, every field compared | {compared} |\n",
        panics.len(),
        losses.len(),
        unseen.len()
    );
    for file in panics.iter().chain(losses).chain(unseen) {
        println!("- {file}");
    }
    println!(
        "\nThe same on each test run: `crates/mailin/tests/expected` compares all fields and fails for a difference that\n\
        `crates/mailin/tests/differences.tsv` does not list with its reason, and for a listed one that is gone. The chains of\n\
        mails, the answers to a mail that is missing and the mails that share a Message-ID hang together in the same way in\n\
        whatever order they come (`crates/mailin/tests/threading.rs`).\n"
    );
}

fn fields(compared: &BTreeMap<String, (compare::Case, Vec<compare::Outcome>)>) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in compared.values().flat_map(|(_, outcomes)| outcomes) {
        let count = counts.entry(&outcome.field).or_default();
        if outcome.same { count.0 += 1 } else { count.1 += 1 }
    }
    println!(
        "## By field\n\nThe causes of bounces are compared in our words, of which there are fewer (`cause_of` in\n\
        `tests/expected/bounces.rs`); names of files as made safe; texts without regard to white space.\n"
    );
    println!("| field | equal | different |\n|---|---|---|");
    for (field, (same, other)) in &counts {
        println!("| `{field}` | {same} | {other} |");
    }
    let total = counts.values().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
    println!("| **all** | **{}** | **{}** |\n", total.0, total.1);
}

fn reasons() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for difference in listed::differences() {
        *counts.entry(difference.reason).or_default() += 1;
    }
    let words = listed::reasons();
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    println!("## Reasons for the differences\n\n| count | reason | |\n|---|---|---|");
    for (code, count) in sorted {
        let said = words.get(&code).cloned().unwrap_or_default();
        println!("| {count} | {code} | {said} |");
    }
    println!();
}

fn table(what: &str, title: &str, tried: &BTreeMap<String, Tried>) {
    println!(
        "## {title}\n\n| {what} | files read | with expectations | of these equal in every field |\n|---|---|---|---|"
    );
    for (name, line) in tried {
        println!("| {name} | {} | {} | {} |", line.files, line.compared, line.equal);
    }
    println!();
}
