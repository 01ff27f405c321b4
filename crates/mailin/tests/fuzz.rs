//! The fuzz targets on the stable compiler: the committed mails and seeds, bent by a generator with a
//! fixed start, for a bounded number of inputs (`FUZZ_INPUTS` each target, `FUZZ_SEED`).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A small generator (xorshift64*): the same start gives the same inputs anywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % most.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Pieces that reach the odd corners.
#[rustfmt::skip]
const PIECES: &[&[u8]] = &[
    b"\r\n", b"\n", b"\n\n", b"\r", b"\0", b"\xe9", b"\xc3", b"\xff\xfe", b"\x1b$B", b"\x1b(B", b"=?utf-8?Q?", b"?=", b"=?iso-8859-1?B?6Q==?=",
    b"=", b"=3D", b"=\n", b"--b", b"--b--", b"\n--=_b\n", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    b"Content-Type: multipart/alternative; boundary=\"=_b\"\n", b"Content-Type: text/html; charset=utf-7\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Type: text/calendar\n", b"Content-Type: application/ms-tnef\n", b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%C3%A9; filename*1=../x\n", b"charset=", b"format=flowed; delsp=yes", b"> ", b">> ", b"-- \n",
    b"Le 3 mai 2025 \xc3\xa0 10:00, x@y.fr a \xc3\xa9crit :\n", b"De : x <x@y.fr>\nEnvoy\xc3\xa9 : lundi\nObjet : z\n", b"---------- Forwarded message ---------\n",
    b"Envoy\xc3\xa9 de mon iPhone\n", b"begin 644 a.txt\n#0V%T\n`\nend\n", b"<table><tr><td>", b"<blockquote type=cite>", b"<img src=\"cid:x\">", b"<a href='javascript:x'>",
    b"<!--", b"-->", b"<![CDATA[", b"&#x0;", b"&lt;", b"\"", b"<", b">", b"<script>", b"<style>", b"<svg onload=x>", b"<img src=x onerror=y width=1>",
    b"BEGIN:VEVENT\nDTSTART:20250303T100000Z\n", b"END:VEVENT\n", b"DTSTART;VALUE=DATE:20250230\n", b"Auto-Submitted: auto-replied\n", b"Return-Path: <>\n",
    b"Authentication-Results: mx.asso.example; dmarc=fail; spf=pass smtp.mailfrom=x\n", b"References: <a@b> <c@d>\n", b"In-Reply-To: <reply.1.x@asso.example>\n",
    b"Subject: Re: [#1] x\n", b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"From nobody\n", b": ", b"\t",
];

fn files(dir: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.retain(|p| p.extension().is_none_or(|e| e != "json"));
    paths.iter().map(|p| std::fs::read(p).unwrap()).collect()
}

fn bent(dice: &mut Dice, starts: &[Vec<u8>]) -> Vec<u8> {
    let mut input = dice.one(starts).clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(input.len() + 1);
        let to = (at + dice.below(40)).min(input.len());
        match dice.below(8) {
            0 if !input.is_empty() => {
                let at = at.min(input.len() - 1);
                input[at] ^= 1 << dice.below(8);
            }
            1 => drop(input.drain(at..to)),
            2 => {
                let piece = input[at..to].to_vec();
                for _ in 0..=dice.below(4) {
                    input.splice(at..at, piece.iter().copied());
                }
            }
            3 => input.truncate(at),
            4 => {
                let other = dice.one(starts);
                let from = dice.below(other.len() + 1);
                let end = (from + dice.below(400)).min(other.len());
                input.splice(at..at, other[from..end].iter().copied());
            }
            5 => {
                let byte = u8::try_from(dice.below(256)).unwrap();
                input.insert(at, byte);
            }
            _ => {
                let piece = *dice.one(PIECES);
                input.splice(at..at, piece.iter().copied());
            }
        }
        input.truncate(200_000);
    }
    input
}

#[allow(clippy::disallowed_methods)] // a developer's switch, not configuration
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

fn run(name: &str, target: fn(&[u8]), usual: u64) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = files(&root.join("fuzz/seeds").join(name));
    let mut starts = seeds;
    starts.extend(files(&root.join("corpus")));
    let mut dice = Dice(number("FUZZ_SEED", 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let whole = starts.clone().into_iter();
    let count = number("FUZZ_INPUTS", usual);
    let inputs = whole.chain((0..count).map(|_| bent(&mut dice, &starts)));
    let mut tried = 0u64;
    for input in inputs {
        if let Err(why) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
            let dir = root.join("../../target/fuzz-failures");
            std::fs::create_dir_all(&dir).unwrap();
            let file = dir.join(format!("{name}-{tried}"));
            std::fs::write(&file, &input).unwrap();
            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
            panic!("input {tried} of {name} fails ({why}); it lies in {}", file.display());
        }
        tried += 1;
    }
    eprintln!("{name}: {tried} inputs");
}

#[test]
fn headers_of_any_shape_are_read() {
    run("headers", targets::headers, 1_500);
}

#[test]
fn mails_of_any_shape_are_read() {
    run("mime", targets::mime, 800);
}

#[test]
fn pages_of_any_shape_are_harmless() {
    run("html", targets::html, 1_000);
}

#[test]
fn mails_of_any_shape_are_decided() {
    run("deciding", targets::deciding, 1_500);
}
