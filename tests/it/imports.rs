//! Files of payment tools: what they say, what becomes of it, and back.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use moneyin::text::{Encoding, NotText};
use moneyin::{Broken, FileRefusal, Kind, Seen, helloasso};
use rules::gift::Method;
use soutien::imports::reading::{Entry, Gift, Piece, Reading, Why};

mod corrections;
mod pages;
mod tables;
pub mod verbs;

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/helloasso").join(name)
}

fn read(bytes: Vec<u8>) -> Result<(Seen, Vec<Entry>), FileRefusal> {
    let entries = match helloasso::open(Cursor::new(bytes)) {
        Ok(entries) => entries,
        Err(Broken::File(refusal)) => return Err(refusal),
        Err(Broken::Disk(error)) => panic!("{error}"),
    };
    let seen = entries.seen.clone();
    let line = |piece| match piece {
        Piece::Line(entry) => entry,
        Piece::Statement(_) => unreachable!(),
    };
    Ok((seen, entries.map(Result::unwrap).map(line).collect()))
}

fn read_file(name: &str) -> (Seen, Vec<Entry>) {
    read(std::fs::read(fixture(name)).unwrap()).unwrap()
}

fn gifts(entries: &[Entry]) -> Vec<(&str, &Gift)> {
    let gift = |entry: &'_ Entry| matches!(entry.reading, Reading::Gift(_));
    let found = entries.iter().filter(|e| gift(e));
    found
        .map(|e| match &e.reading {
            Reading::Gift(gift) => (e.key.as_str(), &**gift),
            _ => unreachable!(),
        })
        .collect()
}

fn reasons(entries: &[Entry]) -> Vec<(u64, Why)> {
    let why = |entry: &Entry| match &entry.reading {
        Reading::Gift(_) | Reading::Movement => None,
        Reading::Ignored(why) | Reading::Refused(why) => Some((entry.line, why.clone())),
    };
    entries.iter().filter_map(why).collect()
}

#[test]
fn every_line_of_a_file_is_a_gift_or_has_its_reason() {
    let (seen, entries) = read_file("payments-31.csv");
    assert_eq!(
        (seen.kind, seen.separator, seen.encoding),
        (Kind::HelloAssoPayments, Some(';'), Encoding::Utf8)
    );
    let found = gifts(&entries);
    let keys: Vec<_> = found.iter().map(|(key, gift)| (*key, gift.gross.0, gift.method)).collect();
    let expected = [
        ("5001", 1500, Method::Card),
        ("5002", 25_000, Method::Card),
        ("5003", 3000, Method::Card),
        ("5003+don", 500, Method::Card),
        ("5004", 6000, Method::Cheque),
        ("5008", 1000, Method::Card),
        ("5011", 800, Method::Card),
    ];
    assert_eq!(keys, expected);
    let company = found[1].1;
    assert_eq!(company.giver.organisation, "Atelier d'Œuvre <b>");
    assert_eq!(company.giver.siren.as_deref(), Some("732829320"));
    assert_eq!(company.giver.address.street, ["12, \"La Cour\"; escalier B"]);
    assert_eq!(company.comment, "=SOMME(A1) merci\npour tout");
    assert_eq!(company.receipted_elsewhere.as_deref(), Some("HA-2025-77"));
    assert_eq!(company.paid_at.unwrap().to_rfc3339(), "2025-12-31T22:59:30+00:00");
    assert_eq!(found.iter().filter(|(_, gift)| gift.dues).map(|(key, _)| *key).collect::<Vec<_>>(), ["5003"]);
    let cheque = found[4].1;
    assert_eq!(cheque.received_on.unwrap().to_string(), "2026-02-12");
    assert_eq!((cheque.giver.mail.as_deref(), cheque.giver.address.country.as_str()), (None, "BE"));
    assert!(found[5].1.refunded && found[6].1.giver.is_nobody());
    let bad = |column: &str, typed: &str| (column.to_owned(), typed.to_owned());
    let (amount, day) = (bad("Montant total", "douze"), bad("Date du paiement", "31/02/2026 08:31:00"));
    assert_eq!(
        reasons(&entries),
        [
            (7, Why::NotYetPaid { typed: "En attente".into() }),
            (8, Why::Ticket),
            (9, Why::Free),
            (11, Why::BadAmount { column: amount.0, typed: amount.1 }),
            (12, Why::BadDate { column: day.0, typed: day.1 }),
        ]
    );
}

#[test]
fn the_same_file_saved_by_any_program_says_the_same() {
    let told = |name: &str| {
        let (seen, entries) = read_file(name);
        let keys: Vec<_> = gifts(&entries)
            .into_iter()
            .map(|(key, g)| (key.to_owned(), g.gross, g.giver.name(), g.giver.mail.clone(), g.paid_at))
            .collect();
        (seen.encoding, seen.separator, keys)
    };
    let (encoding, separator, expected) = told("payments-cp1252.csv");
    assert_eq!((encoding, separator, expected.len()), (Encoding::Windows1252, Some(';'), 4));
    assert_eq!(expected[0].2, "Zoë O'BRIEN-MÜLLER");
    assert_eq!(told("payments-macroman.csv"), (Encoding::MacRoman, Some(';'), expected.clone()));
    assert_eq!(told("payments-utf16.csv"), (Encoding::Utf16Le, Some('\t'), expected.clone()));
    assert_eq!(told("payments-other-names.csv"), (Encoding::Utf8, Some(';'), expected));
}

#[test]
fn a_column_that_lacks_is_named_and_every_column_found_is_listed() {
    let refused = read(std::fs::read(fixture("payments-renamed.csv")).unwrap()).unwrap_err();
    let FileRefusal::Missing { missing, found } = refused else { panic!("{refused:?}") };
    assert_eq!((missing, found.len()), (vec!["Référence paiement"], 31));
    assert!(found.contains(&"Identifiant bancaire".to_owned()));
}

#[test]
fn older_exports_and_orders_are_read_by_their_names() {
    let (seen, entries) = read_file("payments-17.csv");
    assert_eq!(seen.unknown, ["Question libre"]);
    let found = gifts(&entries);
    assert_eq!((found.len(), found[0].0, found[1].0, found[1].1.dues), (2, "5001", "5003", true));
    assert_eq!(found[0].1.extra["Question libre"], "Par une amie ; merci");
    let (seen, entries) = read_file("orders.csv");
    assert_eq!(seen.kind, Kind::HelloAssoOrders);
    let keys: Vec<_> = gifts(&entries).iter().map(|(key, gift)| (key.to_string(), gift.gross.0)).collect();
    let expected = [("commande-100", 1500), ("commande-300", 2200), ("commande-300/2", 1000)];
    assert_eq!(keys, expected.map(|(key, cents)| (key.to_owned(), cents)));
    assert_eq!(
        reasons(&entries),
        [
            (5, Why::NotYetPaid { typed: "En attente".into() }),
            (6, Why::UnknownTariff { typed: "Tarif plein".into() }),
        ]
    );
    let (seen, entries) = read_file("before-2021.csv");
    assert_eq!((seen.kind, seen.encoding), (Kind::HelloAssoBefore2021, Encoding::Windows1252));
    let found = gifts(&entries);
    assert_eq!((found.len(), found[0].0, found[0].1.gross.0), (2, "avant-2021-900", 4500));
    assert_eq!((found[1].0, found[1].1.gross.0, found[1].1.dues), ("avant-2021-901", 1000, true));
    assert_eq!(
        (found[0].1.giver.name(), found[0].1.giver.address.city.as_str()),
        ("Ida Parent".into(), "Nantes")
    );
    assert_eq!(found[0].1.giver.mail, None, "another person's address in a free question is nobody's");
    assert_eq!(found[0].1.receipted_elsewhere.as_deref(), Some("R-2019-5"));
}

#[test]
fn a_spoiled_line_spoils_itself_only() {
    let (_, entries) = read_file("payments-broken.csv");
    let keys: Vec<_> = gifts(&entries).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["5001", "6002", "6006"]);
    assert_eq!(
        reasons(&entries),
        [
            (3, Why::Quotes),
            (5, Why::TooFew { found: "5".into(), expected: "31".into() }),
            (6, Why::TooMany { found: "33".into(), expected: "31".into() }),
            (7, Why::Quotes),
        ]
    );
}

#[test]
fn a_file_that_is_no_table_is_refused_by_its_name() {
    for (bytes, kind) in [
        (&b""[..], NotText::Empty),
        (b" \r\n ", NotText::Empty),
        (b"PK\x03\x04........[Content_Types].xml", NotText::Spreadsheet),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", NotText::Spreadsheet),
        (b"PK\x03\x04........payments.csv", NotText::Archive),
        (b"\x1F\x8B\x08\x00", NotText::Archive),
        (b"%PDF-1.7\n", NotText::Pdf),
        (b"{\"data\": []}", NotText::Json),
        (b"<!doctype html><title>Connexion</title>", NotText::Markup),
        (b"\x89PNG\r\n\x1A\n", NotText::Binary),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x01\x02\x03\x04", NotText::Binary),
    ] {
        assert_eq!(read(bytes.to_vec()).unwrap_err(), FileRefusal::NotText(kind), "{bytes:?}");
    }
    assert_eq!(read(b"bonjour\nmonde\n".to_vec()).unwrap_err(), FileRefusal::NoHeader);
    let twice: String =
        std::fs::read(fixture("payments-31.csv")).unwrap().iter().map(|b| char::from(*b)).collect();
    assert_eq!(read(twice.into_bytes()).unwrap_err(), FileRefusal::Garbled);
    let statement = "Date;Libellé;Débit euros;Crédit euros\n01/01/2026;x;;1,00\n";
    assert!(matches!(read(statement.into()).unwrap_err(), FileRefusal::Missing { .. }));
}

#[test]
fn a_quote_left_open_on_every_line_does_not_take_the_file_with_it() {
    let head = std::fs::read_to_string(fixture("payments-17.csv")).unwrap();
    let head = head.lines().next().unwrap().to_owned();
    let mut text = head + "\r\n";
    for n in 0..2000 {
        text.push_str(&format!("{n};{n};\"03/02/2026;Payé;15,00;A;B;a@b.fr;C;Don;CB;;;;;;;\r\n"));
    }
    let (_, entries) = read(text.into_bytes()).unwrap();
    assert_eq!(entries.len(), 2000);
    assert!(entries.iter().all(|e| matches!(e.reading, Reading::Refused(Why::Quotes))));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1000))]
    #[test]
    fn a_mangled_file_is_read_or_refused_and_never_grows(
        cuts in proptest::collection::vec((0usize..4000, 0usize..4, proptest::prelude::any::<u8>()), 1..12)
    ) {
        let mut bytes = std::fs::read(fixture("payments-31.csv")).unwrap();
        for (at, how, byte) in cuts {
            let at = at % bytes.len().max(1);
            match how {
                0 => { bytes.get_mut(at).into_iter().for_each(|b| *b = byte); }
                1 => bytes.truncate(at),
                2 => bytes.insert(at, byte),
                _ => bytes.insert(at, b'"'),
            }
        }
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() + 1;
        if let Ok((_, entries)) = read(bytes) {
            // A line gives at most an entry and an added gift.
            proptest::prop_assert!(entries.len() <= 2 * lines);
            for entry in entries.iter().filter(|e| matches!(e.reading, Reading::Gift(_))) {
                proptest::prop_assert!(!entry.key.is_empty());
            }
        }
    }
}
