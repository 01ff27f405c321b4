//! A table written anew says what it said, save for what a person put right.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use moneyin::any::{Format, Named, open};
use moneyin::line::{Entry, Piece};
use moneyin::sheet::{rewrite, sheet};

const BANK: &str = "Compte;04561234567;;\r\n\
    Solde (EUROS);1 234,56;;\r\n\
    \r\n\
    Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;\
    Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\r\n\
    02/03/2026;VIR;\"VIR de\nL\u{2019}ÉCOLE \"\"A\"\"\";;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;VIR deux;;;;;;;+douze;02/03/2026;02/03/2026;0\r\n\
    02/03/2026;VIR;\"VIR trois;;;;;;;+12,00;02/03/2026;02/03/2026;0\r\n\
    32/03/2026;VIR;\"VIR qua\ntre\";;;;;;;+4,00;02/03/2026;02/03/2026;0\r\n\
    03/03/2026;VIR;VIR cinq;;;;;;;+5,00;03/03/2026;03/03/2026;0\r\n";

const PAYPAL: &str = "\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\"From Email Address\",\"Transaction ID\",\"Reference Txn ID\",\"Balance\",\"Balance Impact\"\n\
    02/03/2026,20:00:00,CET,Zoé,Donation Payment,Completed,EUR,\"40,00\",\"-1,50\",\"38,50\",zoe@example.org,PAY1,,\"38,50\",Credit\n\
    02/03/2026,21:00:00,CET,Luc,Donation Payment,Completed,EUR,\"douze\",\"-0,60\",\"11,40\",luc@example.org,PAY2,,\"49,90\",Credit\n";

fn entries(format: Format, bytes: &[u8]) -> Vec<Entry> {
    let opened = open(format, Cursor::new(bytes.to_vec()), &Named::default()).unwrap();
    let lines = opened.pieces.map(Result::unwrap);
    lines.filter_map(|piece| if let Piece::Line(entry) = piece { Some(entry) } else { None }).collect()
}

fn told(entries: &[Entry]) -> Vec<(&str, Option<i64>)> {
    entries.iter().map(|e| (e.key.as_str(), e.movement.as_ref().map(|m| m.gross.0))).collect()
}

fn anew(format: Format, bytes: &[u8], lines: &BTreeMap<u64, Vec<String>>) -> (usize, Vec<u8>) {
    let mut written = Vec::new();
    let file = Cursor::new(bytes.to_vec());
    let found = rewrite(format, file, &Named::default(), lines, &mut written).unwrap();
    (found, written)
}

fn cells(format: Format, bytes: &[u8], lines: &[u64]) -> BTreeMap<u64, Vec<String>> {
    let wanted: BTreeSet<u64> = lines.iter().copied().collect();
    let found = sheet(format, Cursor::new(bytes.to_vec()), &Named::default(), &wanted).unwrap().unwrap();
    found.rows.into_iter().collect()
}

#[test]
fn a_statement_in_an_old_encoding_is_written_anew_with_what_was_put_right() {
    let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(BANK);
    assert!(!lost);
    let before = entries(Format::BankCsv, &bytes);
    let refused: Vec<u64> = before.iter().filter(|e| e.movement.is_none()).map(|e| e.line).collect();
    assert_eq!(refused, [7, 8, 9]);
    let mut lines = cells(Format::BankCsv, &bytes, &refused);
    assert_eq!(lines[&9][2], "VIR qua\ntre", "a cell over two lines is one");
    lines.get_mut(&7).unwrap()[9] = "+12,00".into();
    lines.get_mut(&9).unwrap()[0] = "03/03/2026".into();
    lines.get_mut(&9).unwrap()[2] = "VIR qua;tre \"4\"".into();
    lines.remove(&8);
    let (found, written) = anew(Format::BankCsv, &bytes, &lines);
    assert_eq!(found, 2);
    let text = String::from_utf8(written.clone()).unwrap();
    assert!(text.starts_with("Compte;04561234567;;\r\nSolde (EUROS);1 234,56;;\r\n"), "{text}");
    assert!(text.contains("VIR de\r\nL\u{2019}ÉCOLE \"\"A\"\"\""), "what was read stays as it stood");
    let after = entries(Format::BankCsv, &written);
    let amounts: Vec<Option<i64>> = told(&after).into_iter().map(|(_, cents)| cents).collect();
    assert_eq!(amounts, [Some(1200), Some(1200), None, Some(400), Some(500)]);
    let label = &after[3].movement.as_ref().unwrap().label;
    assert!(label.contains("VIR qua;tre \"4\""), "{label}");
    let known: BTreeSet<&str> =
        before.iter().filter(|e| e.movement.is_some()).map(|e| e.key.as_str()).collect();
    let keys: BTreeSet<&str> = after.iter().map(|e| e.key.as_str()).collect();
    assert!(known.is_subset(&keys), "{known:?} {keys:?}");
}

#[test]
fn nothing_to_correct_changes_nothing() {
    for (format, text) in [(Format::BankCsv, BANK), (Format::PayPal, PAYPAL)] {
        let (found, written) = anew(format, text.as_bytes(), &BTreeMap::new());
        assert_eq!(found, 0);
        assert_eq!(entries(format, &written), entries(format, text.as_bytes()));
        let all: Vec<u64> = entries(format, text.as_bytes()).iter().map(|e| e.line).collect();
        let (_, again) = anew(format, text.as_bytes(), &cells(format, text.as_bytes(), &all));
        let (after, before) = (entries(format, &again), entries(format, text.as_bytes()));
        let read = told(&before).into_iter().filter(|(_, cents)| cents.is_some());
        for line in read {
            assert!(told(&after).contains(&line), "{line:?}");
        }
    }
}

#[test]
fn a_line_that_is_not_there_is_not_written() {
    let strange = BTreeMap::from([(99, vec!["x".to_owned()])]);
    let (found, written) = anew(Format::PayPal, PAYPAL.as_bytes(), &strange);
    assert_eq!((found, entries(Format::PayPal, &written)), (0, entries(Format::PayPal, PAYPAL.as_bytes())));
    assert_eq!(sheet(Format::Camt, Cursor::new(b"<x/>"), &Named::default(), &BTreeSet::new()).unwrap(), None);
}
