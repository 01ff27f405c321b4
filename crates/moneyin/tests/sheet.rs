//! A table written anew says what it said, save for what a person put right.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use common::{edits, spoiled};
use moneyin::any::{Format, Named, open};
use moneyin::line::{Entry, Piece};
use moneyin::sheet::{Again, again, rewrite, sheet};
use proptest::prelude::*;

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
    assert_eq!(amounts, [Some(1200), None, Some(500), Some(1200), Some(400)]);
    let label = &after[4].movement.as_ref().unwrap().label;
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
    assert_eq!(sheet(Format::Sepa, Cursor::new(b"<x/>"), &Named::default(), &BTreeSet::new()).unwrap(), None);
}

const QIF: &str = "!Type:Bank\nD02/03/2026\nT12,00\nPVIR un\n^\nD02/03/2026\nTdouze\nPVIR <deux> & co\nNR2\n^\n\
    D02/03/2026\nT-3,00\nPFRAIS\n^\nD32/03/2026\nT-4,50\nPFRAIS quatre\n^\n";

const OFX: &str = "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30004\
    <BRANCHID>00003<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\
    <STMTTRN><DTPOSTED>20260302<TRNAMT>12.00<FITID>F1<NAME>VIR un</STMTTRN>\
    <STMTTRN><DTPOSTED>20260302<TRNAMT>douze<FITID>R2<NAME>VIR &lt;deux&gt; &amp; co</STMTTRN>\
    <STMTTRN><DTPOSTED>20260302<TRNAMT>-3.00<NAME>FRAIS</STMTTRN>\
    <STMTTRN><DTPOSTED>20260332<TRNAMT>-4.50<NAME>FRAIS quatre</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS>\
    </BANKMSGSRSV1></OFX>";

fn camt() -> String {
    let entry = |amount: &str, side: &str, day: &str, words: &str, named: &str| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt>\
             </BookgDt><AcctSvcrRef>{named}</AcctSvcrRef><AddtlNtryInf>{words}</AddtlNtryInf></Ntry>"
        )
    };
    let all = [
        entry("12.00", "CRDT", "2026-03-02", "VIR un", ""),
        entry("douze", "CRDT", "2026-03-02", "VIR &lt;deux&gt; &amp; co", "R2"),
        entry("3.00", "DBIT", "2026-03-02", "FRAIS", ""),
        entry("4.50", "DBIT", "2026-03-32", "FRAIS quatre", ""),
    ];
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.02\"><BkToCstmrAcctRpt><Rpt><Acct><Id>\
         <IBAN>FR7630004000031234567890143</IBAN></Id><Ccy>EUR</Ccy></Acct>{}</Rpt></BkToCstmrAcctRpt></Document>",
        all.concat()
    )
}

#[test]
fn a_statement_is_written_anew_with_what_was_put_right_last() {
    for (format, text) in
        [(Format::Qif, QIF.to_owned()), (Format::Ofx, OFX.to_owned()), (Format::Camt, camt())]
    {
        let bytes = text.into_bytes();
        let before = entries(format, &bytes);
        let refused: Vec<u64> = before.iter().filter(|e| e.movement.is_none()).map(|e| e.line).collect();
        let mut lines = cells(format, &bytes, &refused);
        let told: Vec<Vec<String>> = lines.values().cloned().collect();
        assert_eq!(told[0], ["02/03/2026", "douze", "VIR <deux> & co", "R2"], "{format:?}");
        assert_eq!(told[1][1..3], ["-4,50", "FRAIS quatre"], "{format:?}");
        assert!(told[1][0].contains("32"), "what cannot be read is there to be seen: {told:?}");
        let [second, fourth] = refused[..] else { panic!("{refused:?}") };
        lines.get_mut(&second).unwrap()[1] = "12".into();
        lines.get_mut(&fourth).unwrap()[0] = "le 3".into();
        let mut small = Vec::new();
        let open_it = || Ok(Cursor::new(bytes.clone()));
        assert_eq!(moneyin::apart::statement(format, open_it, &lines, &mut small).unwrap(), 2);
        let after = entries(Format::Camt, &small);
        let read: Vec<_> = after.iter().filter_map(|e| e.movement.as_ref()).collect();
        let labels: Vec<_> = read.iter().map(|line| (line.label.as_str(), line.net.0)).collect();
        let expected = [("VIR un", 1200), ("FRAIS", -300), ("VIR <deux> & co", 1200)];
        assert_eq!(labels, expected, "{format:?}: what was put right comes last");
        assert_eq!(after.iter().filter(|e| e.movement.is_none()).count(), 1, "not read, and not lost");
        let keys = |all: &[Entry]| -> Vec<String> {
            all.iter().filter(|e| e.movement.is_some()).map(|e| e.key.clone()).collect()
        };
        assert_eq!(keys(&after)[..2], keys(&before)[..], "what is known has the name it had");
        // What is left is put right in the new file.
        let left: Vec<u64> = after.iter().filter(|e| e.movement.is_none()).map(|e| e.line).collect();
        let mut lines = cells(Format::Camt, &small, &left);
        lines.get_mut(&left[0]).unwrap()[0] = "02/03/2026".into();
        lines.get_mut(&left[0]).unwrap()[1] = "12,00".into();
        let (mut last, open_it) = (Vec::new(), || Ok(Cursor::new(small.clone())));
        assert_eq!(moneyin::apart::statement(Format::Camt, open_it, &lines, &mut last).unwrap(), 1);
        let whole = entries(Format::Camt, &last);
        assert_eq!(keys(&whole)[..3], keys(&after)[..], "in as many goes as it takes");
        assert_eq!(keys(&whole).iter().collect::<BTreeSet<_>>().len(), 4);
        // The account is told as the file tells it.
        let account = |format, bytes: &[u8]| {
            let opened = open(format, Cursor::new(bytes.to_vec()), &Named::default()).unwrap();
            opened.pieces.map(Result::unwrap).find_map(|piece| match piece {
                Piece::Statement(statement) => Some(statement.account),
                Piece::Line(_) => None,
            })
        };
        assert_eq!(account(Format::Camt, &small), account(format, &bytes), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    /// Whatever happened to a file on its way: what a person puts right in it never panics, takes no line that was read
    /// away, and adds none but those put right.
    #[test]
    fn broken_files_put_right_keep_what_was_read(edits in edits(), at in any::<prop::sample::Index>()) {
        let texts = [(Format::BankCsv, BANK.to_owned()), (Format::PayPal, PAYPAL.to_owned()), (Format::Qif, QIF.to_owned()),
            (Format::Ofx, OFX.to_owned()), (Format::Camt, camt())];
        let (format, text) = &texts[at.index(texts.len())];
        let bytes = spoiled(text.as_bytes(), &edits);
        let Ok(opened) = open(*format, Cursor::new(bytes.clone()), &Named::default()) else { return Ok(()) };
        let Ok(pieces) = opened.pieces.collect::<Result<Vec<_>, _>>() else { return Ok(()) };
        let all: Vec<Entry> =
            pieces.into_iter().filter_map(|piece| if let Piece::Line(entry) = piece { Some(entry) } else { None }).collect();
        let refused: Vec<u64> =
            all.iter().filter(|e| matches!(e.reading, moneyin::Reading::Refused(_))).map(|e| e.line).collect();
        let lines = cells(*format, &bytes, &refused);
        if again(*format) == Some(Again::Statement) {
            let mut small = Vec::new();
            let found = moneyin::apart::statement(*format, || Ok(Cursor::new(bytes.clone())), &lines, &mut small).unwrap();
            prop_assert_eq!(found, lines.len());
            if let Ok(opened) = open(Format::Camt, Cursor::new(small), &Named::default()) {
                let read: Vec<String> = opened.pieces.filter_map(|piece| match piece {
                    Ok(Piece::Line(entry)) if entry.movement.is_some() => Some(entry.key),
                    _ => None,
                }).collect();
                let known = all.iter().filter(|e| e.movement.is_some()).map(|e| &e.key);
                prop_assert!(known.clone().all(|key| read.contains(key)), "{:?}", read);
                prop_assert!(read.len() <= known.count() + found);
            }
        } else {
            let (found, written) = anew(*format, &bytes, &lines);
            prop_assert_eq!(found, lines.len());
            let after = entries(*format, &written);
            let read = |all: &[Entry]| -> BTreeSet<String> {
                all.iter().filter(|e| e.movement.is_some()).map(|e| e.key.clone()).collect()
            };
            prop_assert!(read(&all).is_subset(&read(&after)), "{:?} {:?}", read(&all), read(&after));
        }
    }
}
