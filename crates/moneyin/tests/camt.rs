//! Bank statements of ISO 20022: two versions, reports of a part of a day, and broken bytes.

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

fn read(bytes: &[u8]) -> Result<Read, FileRefusal> {
    let (seen, pieces) = read_whole(Format::Camt, bytes)?;
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

fn balance(code: &str, amount: &str, day: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )
}

fn entry(amount: &str, side: &str, day: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>\
         <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{more}</Ntry>\n"
    )
}

fn document(version: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made for tests -->\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{version}\">\n<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n\
         <Stmt><Id>RELEVE-7</Id><Acct><Id><IBAN>FR76 3000 4000 0312 3456 7890 143</IBAN></Id><Ccy>EUR</Ccy></Acct>\n\
         {inside}</Stmt></BkToCstmrStmt></Document>\n"
    )
}

fn statement() -> String {
    let batch = "<AcctSvcrRef>B9</AcctSvcrRef><NtryDtls><Btch><PmtInfId>LOT-3</PmtInfId></Btch>\
        <TxDtls><Refs><EndToEndId>LOT-3-1</EndToEndId><MndtId>RUM-1</MndtId></Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">10.00</Amt></TxAmt></AmtDtls></TxDtls>\
        <TxDtls><Refs><EndToEndId>LOT-3-2</EndToEndId><MndtId>RUM-2</MndtId></Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">15.5</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls>\
        <AddtlNtryInf>REMISE PRLV &amp; C&#xED;e</AddtlNtryInf>";
    let back = "<NtryDtls><TxDtls><Refs><EndToEndId>LOT-3-2</EndToEndId><MndtId>RUM-2</MndtId></Refs>\
        <RltdPties><Dbtr><Nm>Ana Rejet</Nm></Dbtr></RltdPties><RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf></TxDtls></NtryDtls>";
    let gift = "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Zo\u{eb} Essai</Nm></Dbtr></RltdPties>\
        <RmtInf><Ustrd>DON</Ustrd><Ustrd>MERCI</Ustrd></RmtInf></TxDtls></NtryDtls>";
    let inside = [
        balance("OPBD", "100.00", "2026-03-02"),
        entry("25.50", "CRDT", "2026-03-02", batch),
        entry("15.50", "DBIT", "2026-03-04", back),
        entry("40.00000", "CRDT", "2026-03-04", gift),
        entry("40.00", "CRDT", "2026-03-04", gift),
        entry("7.00", "CRDT", "2026-03-05", "").replace("BOOK", "PDNG"),
        balance("CLBD", "190.00", "2026-03-05"),
    ];
    document("camt.053.001.02", &inside.concat())
}

#[test]
fn a_statement_is_read_whole_and_sums() {
    let read = read(statement().as_bytes()).unwrap();
    assert_eq!(read.version, "camt.053.001.02");
    let keys: Vec<&str> = read.lines.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["2026-03-02/2550/1", "2026-03-04/-1550/1", "2026-03-04/4000/1", "2026-03-04/4000/2"]);
    let batch = &read.lines[0].1;
    assert_eq!((batch.label.as_str(), batch.reference.as_str()), ("REMISE PRLV & C\u{ed}e", "B9"));
    let parts: Vec<(&str, i64)> = batch.parts.iter().map(|p| (p.mandate.as_str(), p.amount.0)).collect();
    assert_eq!(parts, [("RUM-1", 1000), ("RUM-2", 1550)]);
    let back = &read.lines[1].1;
    let part = &back.parts[0];
    assert_eq!(
        (part.returned.as_str(), part.amount, part.end_to_end.as_str()),
        ("MD06", Cents(-1550), "LOT-3-2")
    );
    let gift = &read.lines[2].1;
    assert_eq!(
        (gift.party.as_str(), gift.label.as_str(), gift.reference.as_str()),
        ("Zo\u{eb} Essai", "DON MERCI", "")
    );
    assert_eq!(read.ignored, [Why::NotBooked { typed: "PDNG".into() }]);
    let told = &read.statements[0];
    assert_eq!(told.account.iban.as_deref(), Some("FR7630004000031234567890143"));
    assert_eq!((told.lines, told.sum, told.gap()), (4, Cents(9000), Some(Cents::ZERO)));
}

#[test]
fn a_newer_version_puts_codes_and_parties_deeper() {
    let text = statement()
        .replace("camt.053.001.02", "camt.053.001.08")
        .replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
        .replace("<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>")
        .replace("<Dbtr><Nm>", "<Dbtr><Pty><Nm>")
        .replace("</Nm></Dbtr>", "</Nm></Pty></Dbtr>");
    let (new, old) = (read(text.as_bytes()).unwrap(), read(statement().as_bytes()).unwrap());
    assert_eq!(new.version, "camt.053.001.08");
    assert_eq!((new.lines, new.ignored, new.statements), (old.lines, old.ignored, old.statements));
}

#[test]
fn prefixes_other_encodings_and_reports_say_the_same() {
    let old = read(statement().as_bytes()).unwrap();
    let prefixed = statement()
        .replace("</", "</d:")
        .replace("<d:", "<#")
        .replace('<', "<d:")
        .replace("<d:#", "<d:")
        .replace("<d:/d:", "</d:")
        .replace("<d:?", "<?")
        .replace("<d:!", "<!")
        .replace("xmlns=", "xmlns:d=");
    assert_eq!(read(prefixed.as_bytes()).unwrap().lines, old.lines);
    let latin: Vec<u8> = statement()
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    assert_eq!(read(&latin).unwrap().lines, old.lines);
    let euro = statement().replace("UTF-8", "ISO-8859-15").replace("DON</Ustrd>", "DON 5 € ŒUVRE</Ustrd>");
    let latin9: Vec<u8> = euro
        .chars()
        .map(|c| match c {
            '€' => 0xA4,
            'Œ' => 0xBC,
            other => u8::try_from(u32::from(other)).unwrap(),
        })
        .collect();
    assert_eq!(read(&latin9).unwrap().lines[2].1.label, "DON 5 € ŒUVRE MERCI");
    let lie: Vec<u8> = statement().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(read(&lie).unwrap().lines, old.lines, "it says UTF-8 and is not: its bytes count");
    let odd = statement().replace("UTF-8", "ISO-8859-2");
    assert_eq!(read(odd.as_bytes()).unwrap_err(), FileRefusal::Encoding { found: "ISO-8859-2".into() });
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(statement().encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read(&wide).unwrap().lines, old.lines);
    let report = statement()
        .replace("camt.053", "camt.052")
        .replace("BkToCstmrStmt", "BkToCstmrAcctRpt")
        .replace("Stmt>", "Rpt>");
    assert_eq!(read(report.as_bytes()).unwrap().lines, old.lines);
}

#[test]
fn the_day_before_opens_and_equal_days_of_two_statements_count_on() {
    let one = [
        balance("PRCD", "10.00", "2026-03-01"),
        entry("1.00", "CRDT", "2026-03-02", ""),
        balance("CLBD", "11.00", "2026-03-02"),
    ];
    let two = [entry("1.00", "CRDT", "2026-03-02", "")];
    let text = document("camt.053.001.02", &one.concat());
    let again = text
        .split_once("<Stmt>")
        .unwrap()
        .1
        .split_once("</Stmt>")
        .unwrap()
        .0
        .replace(&one.concat(), &two.concat());
    let text = text.replace("</Stmt>", &format!("</Stmt><Stmt>{again}</Stmt>"));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!(read.statements[0].opening, Some(("2026-03-02".parse().unwrap(), Cents(1000))));
    let keys: Vec<&str> = read.lines.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!((keys, read.statements.len()), (vec!["2026-03-02/100/1", "2026-03-02/100/2"], 2));
}

#[test]
fn what_is_no_statement_is_refused_by_name() {
    let refused = |text: &str| read(text.as_bytes()).unwrap_err();
    let whole = statement();
    assert!(
        matches!(refused("<html><body>x</body></html>"), FileRefusal::OtherKind { found, .. } if found == "html")
    );
    let pain = whole.replace("camt.053.001.02", "pain.008.001.02");
    assert!(
        matches!(refused(&pain), FileRefusal::OtherKind { found, .. } if found.ends_with("pain.008.001.02"))
    );
    assert_eq!(
        refused(&document("camt.053.001.02", "").replace("<Stmt>", "<X>").replace("</Stmt>", "</X>")),
        FileRefusal::NoLine
    );
    let bomb = whole.replace(
        "<!-- made for tests -->",
        "<!DOCTYPE Document [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
    );
    assert_eq!(refused(&bomb), FileRefusal::Doctype);
    assert!(matches!(refused(&whole.replace("MERCI", "&merci;")), FileRefusal::Malformed { .. }));
    assert!(matches!(refused(&whole.replace("<Ccy>EUR", "<Ccy>CHF")), FileRefusal::Currency { .. }));
    let bad = whole.replace("<!-- made for tests -->", "<!wrong>");
    let bad = refused(&bad);
    assert!(matches!(bad, FileRefusal::Malformed { .. }), "{bad:?}");
    let half = whole.len() / 2;
    assert_eq!(refused(&whole[..half]), FileRefusal::Truncated);
    let deep = document("camt.053.001.02", &"<A>".repeat(100));
    assert_eq!(refused(&deep), FileRefusal::TooLarge);
    let long = whole.replace("MERCI", &"M".repeat(200_000));
    assert_eq!(refused(&long), FileRefusal::TooLarge);
    assert!(matches!(read(b"PK\x03\x04xxxx"), Err(FileRefusal::NotText(_))));
}

#[test]
fn a_bad_entry_is_refused_alone() {
    let inside = [
        entry("1.005", "CRDT", "2026-03-02", ""),
        entry("1.00", "XXXX", "2026-03-02", ""),
        entry("1.00", "CRDT", "hier", ""),
        entry("2.00", "CRDT", "2026-03-02", "").replace("EUR", "USD"),
        entry("3.00", "CRDT", "2026-03-02", ""),
    ];
    let read = read(document("camt.053.001.02", &inside.concat()).as_bytes()).unwrap();
    assert_eq!((read.lines.len(), read.refused.len(), read.statements[0].sum), (1, 4, Cents(300)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn broken_bytes_never_panic_and_sums_are_those_of_the_lines(edits in edits()) {
        let bytes = spoiled(statement().as_bytes(), &edits);
        if let Ok(read) = read(&bytes) {
            let sum: i64 = read.lines.iter().map(|(_, m)| m.net.0).sum();
            prop_assert_eq!(read.statements.iter().map(|s| s.sum.0).sum::<i64>(), sum);
            for (_, movement) in &read.lines {
                let parts: i64 = movement.parts.iter().map(|p| p.amount.0).sum();
                prop_assert!(parts == 0 || parts == movement.net.0);
            }
        }
    }
}

#[test]
fn white_space_between_entries_counts_for_nothing() {
    let gap = format!("\n{}", " ".repeat(60_000));
    let entries: Vec<String> = (0..4).map(|_| entry("1.00", "CRDT", "2026-01-05", "")).collect();
    let inside = format!(
        "{}{}{gap}{}",
        balance("OPBD", "10.00", "2026-01-05"),
        balance("CLBD", "14.00", "2026-01-05"),
        entries.join(&gap)
    );
    assert_eq!(read(document("camt.053.001.02", &inside).as_bytes()).unwrap().lines.len(), 4);
}
