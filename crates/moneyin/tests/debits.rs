//! Direct debits and cheque slips: exact readings, and broken bytes.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{edits, read_whole, spoiled};
use moneyin::any::Format;
use moneyin::{Entry, FileRefusal, Gift, Kind, Piece, Reading, Why};
use proptest::prelude::*;
use rules::gift::Method;
use rules::money::Cents;

fn read(format: Format, bytes: &[u8]) -> Result<(Kind, Vec<Entry>), FileRefusal> {
    let (seen, pieces) = read_whole(format, bytes)?;
    let mut lines = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Line(entry) => lines.push(entry),
            Piece::Statement(statement) => panic!("{statement:?}"),
        }
    }
    Ok((seen.kind, lines))
}

fn gift(entry: &Entry) -> &Gift {
    match &entry.reading {
        Reading::Gift(gift) => gift,
        other => panic!("{other:?}"),
    }
}

fn debit(reference: &str, amount: &str, name: &str) -> String {
    format!(
        "<DrctDbtTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId><InstdAmt Ccy=\"EUR\">{amount}</InstdAmt>\
         <DrctDbtTx><MndtRltdInf><MndtId>RUM-{reference}</MndtId></MndtRltdInf></DrctDbtTx>\
         <Dbtr><Nm>{name}</Nm><PstlAdr><StrtNm>1 rue du Test</StrtNm><PstCd>69001</PstCd><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry></PstlAdr></Dbtr>\
         <DbtrAcct><Id><IBAN>FR7630004000031234567890143</IBAN></Id></DbtrAcct><RmtInf><Ustrd>Don de mars</Ustrd></RmtInf></DrctDbtTxInf>"
    )
}

fn pain(count: usize, sum: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.08\"><CstmrDrctDbtInitn>\
         <GrpHdr><MsgId>M7</MsgId><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum></GrpHdr>\
         <PmtInf><PmtInfId>LOT-A</PmtInfId><ReqdColltnDt><Dt>2026-03-17</Dt></ReqdColltnDt>{}{}</PmtInf>\
         <PmtInf><PmtInfId>LOT-B</PmtInfId><ReqdColltnDt>2026-04-17</ReqdColltnDt>{}</PmtInf></CstmrDrctDbtInitn></Document>",
        debit("E1", "10.00", "Ana ESSAI"),
        debit("E2", "15.50", "Luc Fictif"),
        debit("E3", "10.00", "Ana ESSAI"),
    )
    .replace("<ReqdColltnDt><Dt>2026-03-17</Dt></ReqdColltnDt>", "<ReqdColltnDt>2026-03-17</ReqdColltnDt>")
}

#[test]
fn each_instalment_is_a_gift_of_its_collection() {
    let (kind, lines) = read(Format::Sepa, pain(3, "35.50").as_bytes()).unwrap();
    assert_eq!((kind, lines.len()), (Kind::SepaDebits, 3));
    let first = gift(&lines[0]);
    assert_eq!((lines[0].key.as_str(), first.gross, first.method), ("E1", Cents(1000), Method::DirectDebit));
    assert_eq!((first.giver.last_name.as_str(), first.giver.address.city.as_str()), ("ESSAI", "Lyon"));
    let days: Vec<(String, Option<String>)> = lines
        .iter()
        .map(|line| line.movement.as_ref().unwrap())
        .map(|m| (m.booked_on.to_string(), m.payout.clone()))
        .collect();
    let expected = [("2026-03-17", "LOT-A"), ("2026-03-17", "LOT-A"), ("2026-04-17", "LOT-B")];
    assert_eq!(days, expected.map(|(day, lot)| (day.to_owned(), Some(lot.to_owned()))));
    assert!(lines.iter().all(|line| !format!("{line:?}").contains("FR7630004")), "an account is not kept");
}

#[test]
fn a_file_whose_count_or_sum_is_wrong_is_refused_whole() {
    let refused = |text: &str| read(Format::Sepa, text.as_bytes()).unwrap_err();
    assert_eq!(refused(&pain(3, "35.00")), FileRefusal::Unbalanced { name: "M7".into(), gap: Cents(-50) });
    assert_eq!(refused(&pain(4, "35.50")), FileRefusal::Truncated);
    let other = pain(3, "35.50").replace("pain.008.001.08", "pain.001.001.03");
    assert!(matches!(refused(&other), FileRefusal::OtherKind { expected: "pain.008", .. }));
    let whole = pain(3, "35.50");
    assert_eq!(refused(&whole[..whole.len() - 60]), FileRefusal::Truncated);
}

const SLIP: &str = "Bordereau;Date de remise;N° ligne;Émetteur;Banque;N° de chèque;Date du chèque;Date de réception;Montant\r\n\
    BRC 7;08/01/2026;1;Paul FICTIF;Banque;0000123;31/12/2025;02/01/2026;100,00\r\n\
    BRC 7;08/01/2026;2;Ana MAQUETTE;Banque;0000456;30/12/2025;31/12/2025;80,00\r\n\
    BRC 7;08/01/2026;3;X;Banque;;05/01/2026;06/01/2026;65,00\r\n\
    BRC 7;08/01/2026;4;X;Banque;789;05/01/2026;06/01/2026;-1,00\r\n\
    BRC 7;08/01/2026;5;X;Banque;790;05/01/2026;hier;1,00\r\n";

#[test]
fn a_cheque_counts_on_the_day_it_was_received() {
    let (kind, lines) = read(Format::Cheques, SLIP.as_bytes()).unwrap();
    assert_eq!(kind, Kind::ChequeSlip);
    let days: Vec<_> = lines.iter().take(2).map(|line| gift(line).received_on.unwrap().to_string()).collect();
    assert_eq!(days, ["2026-01-02", "2025-12-31"]);
    assert_eq!(
        (lines[0].key.as_str(), gift(&lines[0]).giver.last_name.as_str()),
        ("BRC-7/0000123", "FICTIF")
    );
    let movement = lines[1].movement.as_ref().unwrap();
    assert_eq!(movement.payout.as_deref(), Some("BRC 7"));
    assert_eq!(movement.paid_out_on.unwrap().to_string(), "2026-01-08");
    let reasons: Vec<_> = lines.iter().skip(2).map(|line| &line.reading).collect();
    assert!(matches!(
        reasons.as_slice(),
        [
            Reading::Refused(Why::NoKey { .. }),
            Reading::Refused(Why::Negative { .. }),
            Reading::Refused(Why::BadDate { .. })
        ]
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn broken_bytes_never_panic_and_gifts_are_above_zero(slip in any::<bool>(), edits in edits()) {
        let (format, text) =
            if slip { (Format::Cheques, SLIP.to_owned()) } else { (Format::Sepa, pain(3, "35.50")) };
        if let Ok((_, lines)) = read(format, &spoiled(text.as_bytes(), &edits)) {
            for line in &lines {
                if let Reading::Gift(gift) = &line.reading {
                    prop_assert!(gift.gross.0 > 0 && !line.key.is_empty());
                    prop_assert_eq!(line.movement.as_ref().map(|m| m.net), Some(gift.gross));
                }
            }
        }
    }
}
