//! Reads every file of some folders, and says of each what it is and what is in it, or why it is refused.
//!
//! `cargo run -p moneyin --example survey -- FOLDER…`
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr)]

use std::fs::File;
use std::path::{Path, PathBuf};

use moneyin::any::{self, Format, Opened};
use moneyin::{Broken, Piece, Reading};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        found.push(folder.to_owned());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn by_name(path: &Path) -> Vec<Format> {
    let text = path.to_string_lossy().to_lowercase();
    let all = [
        (Format::Camt, &["camt", "releve-camt"][..]),
        (Format::Ofx, &[".ofx", "/ofx/"]),
        (Format::Sepa, &["pain"]),
        (Format::Cheques, &["cheques"]),
        (Format::Qif, &[".qif", "/qif/"]),
        (Format::Stripe, &["stripe"]),
        (Format::PayPal, &["paypal"]),
        (Format::HelloAsso, &["helloasso"]),
        (Format::BankCsv, &[".csv"]),
    ];
    all.into_iter()
        .filter(|(_, marks)| marks.iter().any(|mark| text.contains(mark)))
        .map(|(f, _)| f)
        .collect()
}

fn say(path: &Path, format: Format) -> Result<String, Broken> {
    any::examine(format, File::open(path)?, &any::Named::default())?;
    let Opened { seen, pieces } = any::open(format, File::open(path)?, &any::Named::default())?;
    let (mut gifts, mut moves, mut ignored, mut refused, mut sum) = (0, 0, 0, 0, 0_i64);
    let (mut statements, mut first) = (Vec::new(), String::new());
    for piece in pieces {
        match piece? {
            Piece::Line(entry) => {
                if let Some(movement) = &entry.movement {
                    moves += 1;
                    sum += movement.net.0;
                }
                match entry.reading {
                    Reading::Gift(_) => gifts += 1,
                    Reading::Ignored(_) => ignored += 1,
                    Reading::Movement => {}
                    Reading::Refused(why) => {
                        refused += 1;
                        if first.is_empty() {
                            first = format!(" first: {why:?}");
                        }
                    }
                }
            }
            Piece::Statement(s) => statements.push(format!(
                "{} {:?} -> {:?} gap {:?}",
                s.account.iban.clone().or(s.account.local.clone()).unwrap_or_default(),
                s.opening.map(|(_, c)| c.0),
                s.closing.map(|(_, c)| c.0),
                s.gap().map(|c| c.0)
            )),
        }
    }
    Ok(format!(
        "{:?} {} {gifts} gifts, {moves} movements of {sum}, {ignored} ignored, {refused} refused{first}; {}",
        seen.kind,
        seen.version,
        statements.join(" | ")
    ))
}

fn main() {
    let mut found = Vec::new();
    for folder in std::env::args().skip(1) {
        files(Path::new(&folder), &mut found);
    }
    for path in found {
        for format in by_name(&path).into_iter().take(1) {
            match say(&path, format) {
                Ok(words) => println!("{}\tread\t{words}", path.display()),
                Err(Broken::File(refusal)) => {
                    println!("{}\trefused\t{format:?}: {refusal:?}", path.display());
                }
                Err(Broken::Disk(error)) => println!("{}\tDISK\t{error}", path.display()),
            }
        }
    }
}
