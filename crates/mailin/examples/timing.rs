//! How long the heaviest mails take to read: a newsletter of 1 MB, 43 inline logos, a text of 1 MB, an
//! attachment of 25 MB, and each mail of a folder named on the command line.
//! `cargo run --release -p mailin --example timing [FOLDER]`

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use mailin::{Limits, read};

const ROUNDS: usize = 5;

fn main() -> std::io::Result<()> {
    show("newsletter of 1 MB", &newsletter(1 << 20));
    show("newsletter of 1 MB, nested tables", &nested(1 << 20));
    show("43 inline logos of 20 KB", &logos(43, 20 << 10));
    show("plain text of 1 MB", &text(1 << 20));
    show("reply with 20,000 quoted lines", &quoted(20_000));
    show("attachment of 25 MB", &logos(1, 25 << 20));
    for (what, line) in HOSTILE {
        show(
            &format!("1 MB of {what}"),
            &(head("text/plain; charset=utf-8") + &line.repeat((1 << 20) / line.len())).into_bytes(),
        );
    }
    for (what, tag) in HOSTILE_PAGES {
        show(
            &format!("1 MB of {what}"),
            &(head("text/html; charset=utf-8") + &tag.repeat((1 << 20) / tag.len())).into_bytes(),
        );
    }
    let bomb = |line: &str| format!("From: a@b.example\nX: {}\n\nx\n", line.repeat((200 << 10) / line.len()));
    show("200 KB of broken encoded words", bomb("=?utf-8?Q?a").as_bytes());
    show("200 KB of encoded words", bomb("=?utf-8?Q?a?= ").as_bytes());
    show("200 KB of recipients", bomb("a@b.example, ").replace("X:", "To:").as_bytes());
    show("200 KB of brackets", bomb("<").replace("X:", "References:").as_bytes());
    let parts = "\n--b\nContent-Type: text/plain\n\nx".repeat(20_000);
    show("20,000 parts", (head("multipart/mixed; boundary=b") + &parts).as_bytes());
    if let Some(folder) = std::env::args().nth(1) {
        slowest(Path::new(&folder))?;
    }
    Ok(())
}

/// Lines that might cost more than they should.
const HOSTILE: &[(&str, &str)] = &[
    ("empty lines", "\n"),
    ("dashes", "--\n"),
    ("quotes", "> \n"),
    ("labels", "De : x\n"),
    ("labels of one letter", "a:\n"),
    ("addresses with a colon", "Le 3 mai a@b.example :\n\n"),
    ("attributions", "Le 3 mai 2025 à 10:00, a@b.example a écrit :\n"),
    ("rules", "________\n"),
    ("begin", "begin 644 a\n"),
    ("forwards", "---------- Forwarded message ---------\n"),
    ("one line of words", "mot "),
    ("signatures", "-- \n"),
];
const HOSTILE_PAGES: &[(&str, &str)] = &[
    ("opening tags", "<b>"),
    ("tables", "<table>"),
    ("cells", "<td>"),
    ("angle brackets", "<"),
    ("entities", "&amp;"),
    ("comments", "<!--"),
    ("pictures", "<img src=cid:a>"),
    ("quotes", "<blockquote>"),
];

/// The median of a few rounds.
fn took(raw: &[u8]) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(read(raw, &Limits::default()));
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn show(what: &str, raw: &[u8]) {
    println!("{:8.1} ms  {what} ({} KB)", took(raw).as_secs_f64() * 1000.0, raw.len() >> 10);
}

fn head(mime: &str) -> String {
    format!("From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: {mime}\n\n")
}

fn newsletter(size: usize) -> Vec<u8> {
    let mut page = head("text/html; charset=utf-8");
    page.push_str("<html><head><style>td { color: red }</style></head><body>");
    while page.len() < size {
        page.push_str(
            "<table width=\"600\"><tr><td style=\"font-family:Arial;color:#333\"><a href=\"https://lettre.example/l?u=1&c=2\">\
            <img src=\"https://lettre.example/i.png\" width=\"300\" alt=\"Affiche\"></a><p style=\"margin:0\">Un article \
            d’une ligne ou deux, avec un <b>mot gras</b> et un <a href=\"https://exemple.fr\">lien</a>.</p></td></tr></table>\n",
        );
    }
    page.into_bytes()
}

fn nested(size: usize) -> Vec<u8> {
    let mut page = head("text/html; charset=utf-8");
    while page.len() < size {
        page.push_str(&"<table><tr><td>".repeat(12));
        page.push_str(
            "Un paragraphe de texte au fond de douze tableaux, comme les écrivent les outils d’envoi.",
        );
        page.push_str(&"</td></tr></table>".repeat(12));
    }
    page.into_bytes()
}

fn logos(count: usize, size: usize) -> Vec<u8> {
    let mut mail = head("multipart/related; boundary=b");
    mail.push_str("--b\nContent-Type: text/html; charset=utf-8\n\n<p>Bonjour</p>");
    for n in 0..count {
        mail.push_str(&format!("<img src=\"cid:logo{n}@exemple.fr\">"));
    }
    let picture: Vec<u8> = (0u8..=255).cycle().take(size).collect();
    let encoded = base64::engine::general_purpose::STANDARD.encode(&picture);
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / 76);
    for (at, letter) in encoded.chars().enumerate() {
        if at > 0 && at % 76 == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    for n in 0..count {
        mail.push_str(&format!(
            "\n--b\nContent-Type: image/png; name=logo{n}.png\nContent-ID: <logo{n}@exemple.fr>\n\
            Content-Transfer-Encoding: base64\n\n{lines}"
        ));
    }
    mail.push_str("\n--b--\n");
    mail.into_bytes()
}

fn text(size: usize) -> Vec<u8> {
    let mut mail = head("text/plain; charset=utf-8");
    while mail.len() < size {
        mail.push_str("Le 3 mai, une ligne de texte comme une autre : avec un deux-points et une date.\n");
    }
    mail.into_bytes()
}

fn quoted(lines: usize) -> Vec<u8> {
    let mut mail = head("text/plain; charset=utf-8") + "Merci !\n\nLe 03/02/2025 à 09:00, Aide a écrit :\n";
    mail.push_str(&"> une ligne citée, écrite il y a longtemps\n".repeat(lines));
    mail.into_bytes()
}

fn slowest(folder: &Path) -> std::io::Result<()> {
    let mut folders = vec![folder.to_owned()];
    let mut times = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                times.push((took(&std::fs::read(&path)?), path));
            }
        }
    }
    times.sort();
    let total: Duration = times.iter().map(|(t, _)| *t).sum();
    println!("{} files in {:.1} ms; the slowest:", times.len(), total.as_secs_f64() * 1000.0);
    for (time, path) in times.iter().rev().take(5) {
        println!("{:8.1} ms  {}", time.as_secs_f64() * 1000.0, path.display());
    }
    Ok(())
}
