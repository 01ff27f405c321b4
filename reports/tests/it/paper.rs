//! Reading a PDF back with the tools that people have: poppler and qpdf.

use std::io::Write;
use std::process::Command;

/// What a tool prints about a file.
pub fn ask(tool: &str, before: &[&str], pdf: &[u8], after: &[&str]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let output =
        Command::new(tool).args(before).arg(file.path()).args(after).output().unwrap_or_else(|error| {
            panic!(
                "these tests read the receipts with {tool}, from the packages poppler-utils and qpdf: {error}"
            )
        });
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{tool}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The text layer, as it lies on the page.
pub fn text(pdf: &[u8]) -> String {
    ask("pdftotext", &["-layout"], pdf, &["-"])
}

/// The text layer in the order in which it is read, every run of white space one space.
pub fn read_aloud(pdf: &[u8]) -> String {
    one_space(&ask("pdftotext", &["-raw"], pdf, &["-"]))
}

/// Every run of white space one space.
pub fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Left, top, right and bottom edge of every word of every page, with the word.
pub fn words(pdf: &[u8]) -> Vec<([f64; 4], String)> {
    ask("pdftotext", &["-bbox"], pdf, &["-"])
        .lines()
        .filter_map(|line| line.trim().strip_prefix("<word "))
        .map(|line| {
            let mut parts = line.split('"');
            let mut edge = || {
                parts.next();
                parts.next().unwrap().parse::<f64>().unwrap()
            };
            let edges = [edge(), edge(), edge(), edge()];
            (edges, line.split_once('>').unwrap().1.replace("</word>", ""))
        })
        .collect()
}
