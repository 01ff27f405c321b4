//! OFX and QIF: exact readings, and broken bytes.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{edits, read_whole, spoiled};
use moneyin::any::Format;
use moneyin::{FileRefusal, Movement, Piece, Reading, Statement, Why};
use proptest::prelude::*;
use rules::money::Cents;

#[derive(Debug, Default)]
struct Read {
    version: String,
    lines: Vec<(String, Movement)>,
    ignored: Vec<Why>,
    refused: Vec<Why>,
    statements: Vec<Statement>,
}

fn read(format: Format, bytes: &[u8]) -> Result<Read, FileRefusal> {
    let (seen, pieces) = read_whole(format, bytes)?;
    let mut read = Read { version: seen.version, ..Read::default() };
    for piece in pieces {
        match piece {
            Piece::Statement(statement) => read.statements.push(statement),
            Piece::Line(entry) => match (entry.reading, entry.movement) {
                (Reading::Movement, Some(movement)) => read.lines.push((entry.key, *movement)),
                (Reading::Ignored(why), None) => read.ignored.push(why),
                (Reading::Refused(why), None) => read.refused.push(why),
                other => panic!("{other:?}"),
            },
        }
    }
    Ok(read)
}

fn keys(read: &Read) -> Vec<&str> {
    read.lines.iter().map(|(key, _)| key.as_str()).collect()
}

const SGML: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX>\r\n\
    <SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><LANGUAGE>FRA</SONRS></SIGNONMSGSRSV1>\r\n\
    <BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>EUR\r\n\
    <BANKACCTFROM><BANKID>30004<BRANCHID>00003<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n\
    <BANKTRANLIST><DTSTART>20260301<DTEND>20260305\r\n\
    <STMTTRN>\r\n<TRNTYPE>CREDIT\r\n<DTPOSTED>20260302120000[+1:CET]\r\n<TRNAMT>+1250.00\r\n<FITID>F1\r\n<NAME>VIR MARTHE\r\n<MEMO>VIR MARTHE &amp; C\u{ed}e /MOTIF DON\r\n</STMTTRN>\r\n\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260304<DTAVAIL>20260305<TRNAMT>-4,50<FITID>F2<NAME>FRAIS</STMTTRN>\r\n\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260304<TRNAMT>-4.50000<CHECKNUM>77<NAME>FRAIS<MEMO>ENCORE<BANKACCTTO><BANKID>1<ACCTID>2</BANKACCTTO></STMTTRN>\r\n\
    <STMTTRN><TRNTYPE>DEBIT<DTPOSTED><TRNAMT>-4.50<FITID>F4<NAME>SANS JOUR</STMTTRN>\r\n\
    </BANKTRANLIST>\r\n<LEDGERBAL><BALAMT>12241.00<DTASOF>20260305</LEDGERBAL><AVAILBAL><BALAMT>1<DTASOF>20260305</AVAILBAL>\r\n\
    </STMTRS></STMTTRNRS></BANKMSGSRSV1>\r\n</OFX>\r\n";

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn the_older_ofx_never_closes_its_values() {
    let lost = SGML.replacen("</STMTTRN>\r\n    <STMTTRN>", "", 1).replacen("</STMTTRN>\r\n<STMTTRN>", "", 1);
    assert!(
        self::read(Format::Ofx, &latin(&lost)).unwrap().lines.len() < 3,
        "two lines without an end between are none"
    );
    let read = read(Format::Ofx, &latin(SGML)).unwrap();
    assert_eq!(read.version, "102");
    assert_eq!(keys(&read), ["2026-03-02/125000/1", "2026-03-04/-450/1", "2026-03-04/-450/2"]);
    let labels: Vec<&str> = read.lines.iter().map(|(_, m)| m.label.as_str()).collect();
    assert_eq!(labels, ["VIR MARTHE & C\u{ed}e /MOTIF DON", "FRAIS", "FRAIS ENCORE"]);
    let references: Vec<&str> = read.lines.iter().map(|(_, m)| m.reference.as_str()).collect();
    assert_eq!(references, ["F1", "F2", "77"]);
    assert_eq!(read.lines[1].1.value_on, "2026-03-05".parse().ok());
    assert_eq!(read.refused, [Why::BadDate { column: "DTPOSTED".into(), typed: String::new() }]);
    let told = &read.statements[0];
    assert_eq!(told.account.local.as_deref(), Some("300040000312345678901"), "what a French IBAN holds");
    assert_eq!(told.closing, Some(("2026-03-05".parse().unwrap(), Cents(1_224_100))));
    assert_eq!((told.opening, told.lines, told.sum), (None, 3, Cents(124_100)));
}

#[test]
fn the_newer_ofx_and_one_on_a_single_line_say_the_same() {
    let old = read(Format::Ofx, &latin(SGML)).unwrap();
    let (_, body) = SGML.split_once("<OFX>").unwrap();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\"?>\n<OFX>",
    );
    for piece in body.replace("\r\n", "").split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        xml.push_str(&format!("<{tag}>{text}"));
        if !text.is_empty() {
            xml.push_str(&format!("</{tag}>"));
        }
    }
    let new = read(Format::Ofx, xml.as_bytes()).unwrap();
    assert_eq!(new.version, "211");
    assert_eq!((new.lines, new.statements), (old.lines.clone(), old.statements.clone()));
    let line = latin(&SGML.replace("\r\n", ""));
    assert_eq!(read(Format::Ofx, &line).unwrap().lines, old.lines);
    let marked =
        SGML.replace("VIR MARTHE &amp; C\u{ed}e /MOTIF DON", "<![CDATA[VIR MARTHE & C\u{ed}e /MOTIF DON]]>");
    assert_eq!(read(Format::Ofx, marked.as_bytes()).unwrap().lines, old.lines, "letters only, in UTF-8");
}

#[test]
fn what_is_no_statement_in_euros_is_refused_by_name() {
    let refused = |text: &str| read(Format::Ofx, text.as_bytes()).unwrap_err();
    assert_eq!(
        refused(&SGML.replace("<CURDEF>EUR", "<CURDEF>USD")),
        FileRefusal::Currency { found: "USD".into() }
    );
    assert!(matches!(refused("Date;Montant\n1;2\n"), FileRefusal::OtherKind { expected: "OFX", .. }));
    assert!(
        matches!(refused("<html><p>x</p></html>"), FileRefusal::OtherKind { found, .. } if found == "html")
    );
    assert_eq!(refused(&format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{SGML}")), FileRefusal::Doctype);
    assert_eq!(refused(&SGML[..SGML.len() / 2]), FileRefusal::Truncated);
    assert_eq!(refused(&SGML.replace("</OFX>", "")), FileRefusal::Truncated);
    assert_eq!(refused("OFXHEADER:100\n\n<OFX></OFX>"), FileRefusal::NoLine);
    let profile = "OFXHEADER:100\n\n<OFX><PROFMSGSRSV1><PROFRS><X>1</PROFRS></PROFMSGSRSV1></OFX>";
    assert!(matches!(refused(profile), FileRefusal::OtherKind { found, .. } if found == "PROFRS"));
    assert_eq!(
        refused(&SGML.replace("FRAIS<MEMO>", &format!("{}<MEMO>", "x".repeat(200_000)))),
        FileRefusal::TooLarge
    );
}

const QIF: &str = "!Account\nNCompte courant\nTBank\n^\n!Type:Bank\nD01/03/2026\nT10 000,00\nPSolde initial\n^\n\
    D02/03/2026\nT1.250,00\nPVIR MARTHE\nMDON\nN7\nLDons\n^\nD04/03/2026\nT-4,50\nPFRAIS\nSBanque\n$-4,50\n^\n\
    D04/03/2026\nT-4,50\nPFRAIS\n^\nD31/02/2026\nT1,00\nPX\n^\nD05/03/2026\nTdouze\nPY\n^\n!Type:Cat\nNDons\nI\n^\n";

#[test]
fn qif_is_read_with_the_marks_of_the_whole_file() {
    let french = read(Format::Qif, QIF.as_bytes()).unwrap();
    assert_eq!(keys(&french), ["2026-03-02/125000/1", "2026-03-04/-450/1", "2026-03-04/-450/2"]);
    let first = &french.lines[0].1;
    assert_eq!((first.label.as_str(), first.reference.as_str()), ("VIR MARTHE DON", "7"));
    assert_eq!((french.ignored, french.refused.len()), (vec![Why::OpeningBalance], 2));
    let told = &french.statements[0];
    assert_eq!(told.opening, Some(("2026-03-01".parse().unwrap(), Cents(1_000_000))));
    assert_eq!((told.account.local.as_deref(), told.sum), (None, Cents(124_100)));
    let american = QIF
        .replace("01/03/2026", "3/ 1'26")
        .replace("02/03/2026", "3/ 2'26")
        .replace("04/03/2026", "3/ 4'26")
        .replace("31/02/2026", "3/31'26")
        .replace("05/03/2026", "3/ 5'26")
        .replace("10 000,00", "10,000.00")
        .replace("1.250,00", "1,250.00")
        .replace("T1,00", "T1.00")
        .replace("-4,50", "-4.50");
    let read = read(Format::Qif, american.as_bytes()).unwrap();
    assert_eq!(
        keys(&read),
        ["2026-03-02/125000/1", "2026-03-04/-450/1", "2026-03-04/-450/2", "2026-03-31/100/1"]
    );
}

#[test]
fn qif_of_several_accounts_or_cut_is_refused() {
    let refused = |text: &str| read(Format::Qif, text.as_bytes()).unwrap_err();
    let two = format!("{QIF}!Account\nNLivret\n^\n!Type:Bank\nD02/03/2026\nT1,00\n^\n");
    assert_eq!(refused(&two), FileRefusal::SeveralAccounts { found: "Livret".into() });
    assert_eq!(refused("!Type:Bank\nD02/03/2026\nT1,00\n"), FileRefusal::Truncated);
    assert!(matches!(refused("D02/03/2026\nT1,00\n^\n"), FileRefusal::OtherKind { expected: "QIF", .. }));
    assert_eq!(refused("!Type:Cat\nNDons\n^\n"), FileRefusal::NoLine);
}

#[test]
fn a_statement_as_ofx_and_as_qif_names_its_lines_alike() {
    let (ofx, qif) = (read(Format::Ofx, &latin(SGML)).unwrap(), read(Format::Qif, QIF.as_bytes()).unwrap());
    assert_eq!(keys(&ofx), keys(&qif));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn broken_ofx_never_panics_and_sums_are_those_of_the_lines(edits in edits()) {
        sums(Format::Ofx, &spoiled(SGML.as_bytes(), &edits))?;
    }

    #[test]
    fn broken_qif_never_panics_and_sums_are_those_of_the_lines(edits in edits()) {
        sums(Format::Qif, &spoiled(QIF.as_bytes(), &edits))?;
    }
}

fn sums(format: Format, bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(read) = read(format, bytes) {
        let sum: i64 = read.lines.iter().map(|(_, m)| m.net.0).sum();
        prop_assert_eq!(read.statements.iter().map(|s| s.sum.0).sum::<i64>(), sum);
        prop_assert_eq!(read.statements.iter().map(|s| s.lines).sum::<u64>(), read.lines.len() as u64);
        prop_assert!(!read.statements.is_empty());
    }
    Ok(())
}
