//! Stripe's reports and PayPal's activity: exact readings, and broken bytes.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::io::Cursor;

use common::{edits, read_whole, spoiled};
use moneyin::any::{self, Format};
use moneyin::{Entry, FileRefusal, Gift, Kind, MovementKind, Piece, Reading, Seen, Statement, Why};
use proptest::prelude::*;
use rules::gift::Method;
use rules::money::Cents;

type Read = (Seen, Vec<Entry>, Option<Statement>);

fn read(format: Format, bytes: &[u8]) -> Result<Read, FileRefusal> {
    let (seen, pieces) = read_whole(format, bytes)?;
    let (mut lines, mut told) = (Vec::new(), None);
    for piece in pieces {
        match piece {
            Piece::Line(entry) => lines.push(entry),
            Piece::Statement(statement) => told = Some(statement),
        }
    }
    Ok((seen, lines, told))
}

#[test]
fn a_file_tells_itself_what_it_is() {
    let guess = |text: &str| any::guess(Cursor::new(text.as_bytes().to_vec())).unwrap();
    assert_eq!(guess(BALANCE), Some(Format::Stripe));
    assert_eq!(guess(PAYMENTS), Some(Format::Stripe));
    assert_eq!(guess(&english()), Some(Format::PayPal));
    assert_eq!(guess("Date;Libellé;Débit;Crédit\n01/02/2026;X;;1,00\n"), Some(Format::BankCsv));
    let helloasso =
        "Référence paiement;Montant total;Date du paiement;Statut du paiement;Type;Nom payeur\n1;2;3;4;5;6\n";
    assert_eq!(guess(helloasso), Some(Format::HelloAsso));
    assert_eq!(guess("!Type:Bank\n"), Some(Format::Qif));
    assert_eq!(guess("OFXHEADER:100\n<OFX>"), Some(Format::Ofx));
    assert_eq!(guess("<?xml version=\"1.0\"?><?OFX OFXHEADER=\"200\"?><OFX>"), Some(Format::Ofx));
    assert_eq!(
        guess("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"),
        Some(Format::Camt)
    );
    for other in ["", "a;b\n1;2\n", "<html></html>", "%PDF-1.7", "PK\u{3}\u{4}"] {
        assert_eq!(guess(other), None, "{other:?}");
    }
}

fn gift(entry: &Entry) -> &Gift {
    match &entry.reading {
        Reading::Gift(gift) => gift,
        other => panic!("{other:?}"),
    }
}

fn moves(lines: &[Entry]) -> Vec<(&str, MovementKind, i64)> {
    let moving = lines.iter().filter_map(|line| Some((line.key.as_str(), line.movement.as_ref()?)));
    moving.map(|(key, m)| (key, m.kind, m.net.0)).collect()
}

const BALANCE: &str = "\u{feff}balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,charge_id,description,customer_email,customer_name,payment_metadata[campagne],payment_metadata[ref],automatic_payout_id,automatic_payout_effective_at_utc\r\n\
    txn_1,2025-12-31 23:30:05,2026-01-05 00:00:00,eur,\"1,050.00\",15.10,\"1,034.90\",charge,ch_1,ch_1,\"Don, annuel\",Zoe@Example.org,Zoé MODÈLE,Hiver,R-7,po_9,2026-01-05 00:00:00\r\n\
    txn_2,2026-01-02 09:00:00,2026-01-02 09:00:00,eur,-50.00,0.00,-50.00,refund,re_1,ch_1,REFUND,zoe@example.org,,,,po_9,2026-01-05 00:00:00\r\n\
    txn_3,2026-01-03 09:00:00,2026-01-03 09:00:00,eur,-2.00,0.00,-2.00,fee,,,Radar,,,,,po_9,2026-01-05 00:00:00\r\n\
    txn_4,2026-01-05 00:00:00,2026-01-05 00:00:00,eur,-982.90,0.00,-982.90,payout,po_9,,STRIPE PAYOUT,,,,,po_9,2026-01-05 00:00:00\r\n\
    txn_5,2026-01-06 00:00:00,2026-01-09 00:00:00,eur,10.00,1.00,8.00,charge,ch_5,ch_5,x,,,,,,\r\n\
    txn_6,2026-01-06 00:00:00,2026-01-09 00:00:00,usd,10.00,1.00,9.00,charge,ch_6,ch_6,x,,,,,,\r\n";

#[test]
fn the_balance_gives_gifts_movements_and_payouts_that_sum() {
    let (seen, lines, _) = read(Format::Stripe, BALANCE.as_bytes()).unwrap();
    assert_eq!((seen.kind, seen.unknown), (Kind::StripeBalance, vec!["payment_metadata[ref]".to_owned()]));
    let first = gift(&lines[0]);
    assert_eq!((lines[0].key.as_str(), first.gross, first.fee), ("ch_1", Cents(105_000), Cents(1510)));
    assert_eq!(first.paid_at.unwrap().to_rfc3339(), "2025-12-31T23:30:05+00:00");
    assert_eq!(first.provider_credited_on, Some("2026-01-05".parse().unwrap()));
    assert_eq!((first.campaign.as_str(), first.giver.name().as_str()), ("Hiver", "Zoé MODÈLE"));
    assert_eq!(
        (first.giver.last_name.as_str(), first.giver.mail.as_deref()),
        ("MODÈLE", Some("zoe@example.org"))
    );
    assert_eq!(first.extra.get("payment_metadata[ref]").map(String::as_str), Some("R-7"));
    assert_eq!(
        moves(&lines),
        [
            ("ch_1", MovementKind::Payment, 103_490),
            ("txn_2", MovementKind::Refund, -5000),
            ("txn_3", MovementKind::Fee, -200),
            ("txn_4", MovementKind::Payout, -98_290),
        ]
    );
    let movement = |at: usize| lines[at].movement.as_deref().unwrap();
    assert_eq!(movement(0).booked_on.to_string(), "2026-01-01", "23:30 in UTC is of the next year in Paris");
    assert_eq!(movement(1).about.as_deref(), Some("ch_1"));
    assert!((0..4).all(|at| movement(at).payout.as_deref() == Some("po_9")));
    assert_eq!(movement(3).paid_out_on, Some("2026-01-05".parse().unwrap()));
    assert_eq!(lines[4].reading, Reading::Refused(Why::NetOff { told: "9,00".into(), net: "8,00".into() }));
    assert_eq!(lines[5].reading, Reading::Refused(Why::Currency { typed: "usd".into() }));
}

const PAYMENTS: &str = "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,Converted Currency,Fee,Mode,Payment Source Type,Status,Description,Customer Email,Transfer\n\
    ch_1,2025-12-31 23:30:05,\"1,050.00\",50.00,eur,true,1050.00,50.00,eur,15.10,Live,card,Paid,Don,zoe@example.org,po_9\n\
    ch_2,2025-12-30 10:00:00,10.00,10.00,eur,true,10.00,10.00,eur,0.40,Live,sepa_debit,Refunded,Don,ana@example.org,\n\
    ch_3,2025-12-30 10:00:00,10.00,0.00,eur,false,,,,0.00,Live,card,Failed,Don,,\n\
    ch_4,2025-12-30 10:00:00,10.00,0.00,eur,true,,,,0.00,Test,card,Paid,Don,,\n\
    ch_5,2025-12-30 10:00:00,10.00,0.00,usd,true,8.70,0.00,eur,0.50,Live,card,Paid,Don,léo@,\n\
    ch_6,2025-12-30 10:00:00,10.00,0.00,usd,true,,,,0.50,Live,card,Paid,Don,,\n\
    ch_7,2025-12-30 10:00:00,10.00,0.00,eur,true,,,,0.50,Live,card,Inconnu,Don,,\n";

#[test]
fn the_export_of_payments_gives_the_same_gifts_and_moves_nothing() {
    let (seen, lines, _) = read(Format::Stripe, PAYMENTS.as_bytes()).unwrap();
    assert_eq!((seen.kind, moves(&lines)), (Kind::StripePayments, vec![]));
    let balance = read(Format::Stripe, BALANCE.as_bytes()).unwrap().1;
    let (here, there) = (gift(&lines[0]), gift(&balance[0]));
    assert_eq!(lines[0].key, balance[0].key);
    assert_eq!((here.gross, here.fee, here.paid_at), (there.gross, there.fee, there.paid_at));
    assert!(matches!(here.left_out.as_slice(), [Why::PartRefunded { .. }]));
    assert_eq!((gift(&lines[1]).refunded, gift(&lines[1]).method), (true, Method::DirectDebit));
    assert_eq!(lines[2].reading, Reading::Ignored(Why::NeverPaid { typed: "Failed".into() }));
    assert_eq!(lines[3].reading, Reading::Ignored(Why::TestMode));
    assert_eq!((gift(&lines[4]).gross, gift(&lines[4]).giver.mail.clone()), (Cents(870), None));
    assert!(matches!(lines[5].reading, Reading::Refused(Why::Currency { .. })));
    assert!(matches!(lines[6].reading, Reading::Refused(Why::UnknownStatus { .. })));
}

fn activity(head: &[&str], lines: &[&[&str]]) -> String {
    let quoted =
        |cells: &[&str]| cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",");
    let lines: Vec<String> =
        std::iter::once(&head).chain(&mut lines.iter()).map(|cells| quoted(cells)).collect();
    format!("\u{feff}{}\n", lines.join("\n"))
}

const HEAD: [&str; 20] = [
    "Date",
    "Time",
    "TimeZone",
    "Name",
    "Type",
    "Status",
    "Currency",
    "Gross",
    "Fee",
    "Net",
    "From Email Address",
    "Transaction ID",
    "Item Title",
    "Reference Txn ID",
    "Balance",
    "Address Line 1",
    "Town/City",
    "Zip/Postal Code",
    "Country",
    "Balance Impact",
];

const LINES: [[&str; 20]; 6] = [
    [
        "28/12/2025",
        "21:15:00",
        "CET",
        "Zoé Modèle",
        "Donation Payment",
        "Completed",
        "EUR",
        "1.030,00",
        "-1,22",
        "1.028,78",
        "zoe@example.org",
        "AAA1",
        "Don d'hiver",
        "",
        "1.028,78",
        "3 place du Test",
        "Nantes",
        "44000",
        "France",
        "Credit",
    ],
    [
        "30/12/2025",
        "08:00:00",
        "CET",
        "",
        "Account Hold for Open Authorization",
        "Completed",
        "EUR",
        "-5,00",
        "0,00",
        "-5,00",
        "",
        "AAA2",
        "",
        "",
        "1.028,78",
        "",
        "",
        "",
        "",
        "Memo",
    ],
    [
        "31/12/2025",
        "15:30:00",
        "PST",
        "Ana Essai",
        "Subscription Payment",
        "Completed",
        "EUR",
        "10,00",
        "0,00",
        "10,00",
        "ana@example.org",
        "AAA3",
        "",
        "",
        "1.038,78",
        "",
        "",
        "",
        "",
        "Credit",
    ],
    [
        "02/01/2026",
        "11:00:00",
        "CET",
        "Ana Essai",
        "Payment Refund",
        "Completed",
        "EUR",
        "-10,00",
        "0,00",
        "-10,00",
        "dons@asso.example",
        "AAA4",
        "",
        "AAA3",
        "1.028,78",
        "",
        "",
        "",
        "",
        "Debit",
    ],
    [
        "03/01/2026",
        "11:00:00",
        "CET",
        "Luc",
        "Donation Payment",
        "Pending",
        "EUR",
        "10,00",
        "0,00",
        "10,00",
        "",
        "AAA5",
        "",
        "",
        "1.028,78",
        "",
        "",
        "",
        "",
        "Credit",
    ],
    [
        "06/01/2026",
        "09:00:00",
        "CET",
        "",
        "General Withdrawal",
        "Completed",
        "EUR",
        "-1.028,78",
        "0,00",
        "-1.028,78",
        "",
        "AAA6",
        "",
        "",
        "0,00",
        "",
        "",
        "",
        "",
        "Debit",
    ],
];

fn english() -> String {
    activity(&HEAD, &LINES.each_ref().map(|line| &line[..]))
}

#[test]
fn an_activity_gives_gifts_refunds_and_a_balance_that_sums() {
    let (_, lines, told) = read(Format::PayPal, english().as_bytes()).unwrap();
    let first = gift(&lines[0]);
    assert_eq!(
        (first.gross, first.fee, first.campaign.as_str()),
        (Cents(103_000), Cents(122), "Don d'hiver")
    );
    assert_eq!(first.paid_at.unwrap().to_rfc3339(), "2025-12-28T20:15:00+00:00");
    assert_eq!((first.giver.last_name.as_str(), first.giver.address.city.as_str()), ("Modèle", "Nantes"));
    assert_eq!(gift(&lines[2]).paid_at.unwrap().to_rfc3339(), "2025-12-31T23:30:00+00:00");
    let day = lines[2].movement.as_ref().unwrap().booked_on.to_string();
    assert_eq!(day, "2026-01-01", "15:30 in Los Angeles is of the next year in Paris");
    assert!(matches!(lines[1].reading, Reading::Ignored(Why::MovesNothing { .. })));
    assert!(matches!(lines[4].reading, Reading::Ignored(Why::NotYetPaid { .. })));
    assert_eq!(
        moves(&lines),
        [
            ("AAA1", MovementKind::Payment, 102_878),
            ("AAA3", MovementKind::Payment, 1000),
            ("AAA4", MovementKind::Refund, -1000),
            ("AAA6", MovementKind::Payout, -102_878),
        ]
    );
    assert_eq!(lines[3].movement.as_ref().unwrap().about.as_deref(), Some("AAA3"));
    let payout = lines[5].movement.as_ref().unwrap();
    assert_eq!((payout.payout.as_deref(), payout.paid_out_on), (Some("AAA6"), "2026-01-06".parse().ok()));
    let told = told.unwrap();
    assert_eq!(
        (told.opening.unwrap().1, told.closing.unwrap().1, told.gap()),
        (Cents(0), Cents(0), Some(Cents(0)))
    );
    let newest_first: Vec<&[&str]> = LINES.iter().rev().map(|line| &line[..]).collect();
    let (_, _, told) = read(Format::PayPal, activity(&HEAD, &newest_first).as_bytes()).unwrap();
    assert_eq!(told.unwrap().gap(), Some(Cents(0)));
}

#[test]
fn the_order_of_day_and_month_comes_from_the_whole_file() {
    let days = |lines: &[[&str; 20]]| -> Vec<String> {
        let text = activity(&HEAD, &lines.iter().map(|line| &line[..]).collect::<Vec<_>>());
        let (_, lines, _) = read(Format::PayPal, text.as_bytes()).unwrap();
        lines.iter().filter_map(|line| line.movement.as_ref()).map(|m| m.booked_on.to_string()).collect()
    };
    let dated = |dates: &[&'static str]| -> Vec<[&str; 20]> {
        let keys = ["K1", "K2", "K3"];
        let line = |(date, key): (&&'static str, &&'static str)| {
            let mut line = LINES[0];
            (line[0], line[11]) = (date, key);
            line
        };
        dates.iter().zip(&keys).map(line).collect()
    };
    assert_eq!(days(&dated(&["28/12/2025", "03/01/2026"])), ["2025-12-28", "2026-01-03"]);
    assert_eq!(days(&dated(&["12/28/2025", "01/03/2026"])), ["2025-12-28", "2026-01-03"]);
    // No day above twelve: the lines follow each other in one of both orders only.
    let three = ["2026-01-03", "2026-01-05", "2026-02-02"];
    assert_eq!(days(&dated(&["03/01/2026", "05/01/2026", "02/02/2026"])), three);
    assert_eq!(days(&dated(&["01/03/2026", "01/05/2026", "02/02/2026"])), three);
}

#[test]
fn french_names_of_columns_and_words_say_the_same() {
    let head = [
        "Date",
        "Heure",
        "Fuseau horaire",
        "Nom",
        "Type",
        "État",
        "Devise",
        "Avant commission",
        "Commission",
        "Net",
        "De l'adresse email",
        "Numéro de transaction",
        "Numéro de la transaction de référence",
        "Solde",
        "Impact sur le solde",
    ];
    let gift = [
        "28/12/2025",
        "21:15:00",
        "CET",
        "Zoé Modèle",
        "Paiement d'un don",
        "Terminé",
        "EUR",
        "30,00",
        "-1,22",
        "28,78",
        "zoe@example.org",
        "AAA1",
        "",
        "28,78",
        "Crédit",
    ];
    let back = [
        "29/12/2025",
        "21:15:00",
        "Mars/Olympus",
        "Zoé Modèle",
        "Remboursement",
        "Terminé",
        "EUR",
        "-30,00",
        "1,22",
        "-28,78",
        "",
        "AAA2",
        "AAA1",
        "0,00",
        "Débit",
    ];
    let foreign = [
        "29/12/2025",
        "21:15:00",
        "CET",
        "",
        "Conversion de devise standard",
        "Terminé",
        "USD",
        "-30,00",
        "0,00",
        "-30,00",
        "",
        "AAA3",
        "",
        "",
        "Débit",
    ];
    let text = activity(&head, &[&gift, &back, &foreign]);
    let (_, lines, told) = read(Format::PayPal, text.as_bytes()).unwrap();
    assert_eq!(moves(&lines), [("AAA1", MovementKind::Payment, 2878), ("AAA2", MovementKind::Refund, -2878)]);
    assert!(matches!(lines[2].reading, Reading::Refused(Why::Currency { .. })));
    assert_eq!(told.unwrap().gap(), Some(Cents(0)));
    match read(Format::PayPal, b"\"Date\",\"Nom\"\n\"x\",\"y\"\n") {
        Err(FileRefusal::Missing { missing, .. }) => assert!(missing.contains(&"Net")),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn broken_bytes_never_panic_and_every_movement_sums(which in 0..3_usize, edits in edits()) {
        let (format, text) = match which {
            0 => (Format::Stripe, BALANCE.to_owned()),
            1 => (Format::Stripe, PAYMENTS.to_owned()),
            _ => (Format::PayPal, english()),
        };
        if let Ok((_, lines, told)) = read(format, &spoiled(text.as_bytes(), &edits)) {
            let mut sum = 0;
            for movement in lines.iter().filter_map(|line| line.movement.as_ref()) {
                prop_assert_eq!(movement.net.0, movement.gross.0 - movement.fee.0);
                sum += movement.net.0;
            }
            for line in &lines {
                if let Reading::Gift(gift) = &line.reading {
                    prop_assert!(gift.gross.0 > 0 && !line.key.is_empty());
                }
            }
            if let Some(told) = told {
                prop_assert_eq!(told.sum.0, sum);
            }
        }
    }
}
