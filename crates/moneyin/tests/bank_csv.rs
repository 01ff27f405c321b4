//! Statements as tables: what each French bank writes, what a person maps, and broken bytes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::io::Cursor;

use chrono::NaiveDate;
use common::{edits, refusal, spoiled};
use moneyin::bank_csv::{self, Mapping};
use moneyin::{Broken, FileRefusal, Kind, Movement, Piece, Reading, Seen, Statement, Why};
use proptest::prelude::*;
use rules::money::Cents;

type Read = (Seen, Vec<(String, Movement)>, Vec<(u64, Why)>, Statement);

fn gather<R: std::io::Read>(entries: bank_csv::Entries<R>) -> Result<Read, FileRefusal> {
    let seen = entries.seen.clone();
    let (mut lines, mut refused, mut last) = (Vec::new(), Vec::new(), None);
    for piece in entries {
        match piece {
            Ok(Piece::Line(entry)) => match (entry.reading, entry.movement) {
                (Reading::Movement, Some(movement)) => lines.push((entry.key, *movement)),
                (Reading::Refused(why), None) => refused.push((entry.line, why)),
                other => panic!("{other:?}"),
            },
            Ok(Piece::Statement(statement)) => last = Some(statement),
            Err(Broken::File(refusal)) => return Err(refusal),
            Err(Broken::Disk(error)) => panic!("{error}"),
        }
    }
    Ok((seen, lines, refused, last.expect("a statement at the end")))
}

fn read(bytes: &[u8]) -> Result<Read, FileRefusal> {
    gather(bank_csv::open(Cursor::new(bytes)).map_err(refusal)?)
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const BPCE: &str = "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\r\n\
    02/03/2026;VIR MARTHE;VIR SEPA RECU /DE MARTHE ÉPICÈNE /MOTIF DON;REF1;;Virement;;;;1250,00;02/03/2026;03/03/2026;0\r\n\
    04/03/2026;FRAIS;FRAIS TENUE DE COMPTE;REF2;;Frais;;;-4,50;;04/03/2026;04/03/2026;0\r\n\
    04/03/2026;FRAIS;FRAIS TENUE DE COMPTE;REF3;;Frais;;;-4,50;;04/03/2026;04/03/2026;0\r\n";

const AGRICOLE: &str = "\nTéléchargement du 09/03/2026;\n\nASSO DE TEST\nCompte de Dépôt n° 00012345678;\nSolde au 09/03/2026 12 241,00 \n\nListe des opérations du compte entre le 01/03/2026 et le 09/03/2026;\n\nDate;Libellé;Débit euros;Crédit euros;\n\
    04/03/2026;\"COTISATION          \nFRAIS TENUE DE COMPTE\n\n\n\";4,50;;\n\
    04/03/2026;\"COTISATION          \nFRAIS TENUE DE COMPTE\n\n\n\";4,50;;\n\
    02/03/2026;\"VIR MARTHE          \nVIR SEPA RECU /DE MARTHE\n\n\n\";;1\u{00A0}250,00;\n";

const BOURSO: &str = "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance\n\
    2026-03-02;2026-03-03;\"VIR SEPA MARTHE\";\"Virements reçus\";\"Virements\";\"marthe\";\"1 250,00\";;00040123456;Courant;12241.00\n\
    2026-03-04;2026-03-04;\"FRAIS\";\"Frais\";\"Frais\";\"frais\";\"-4,50\";;00040123456;Courant;12241.00\n\
    2026-03-05;2026-03-05;\"AUTRE COMPTE\";\"x\";\"x\";\"x\";\"-4,50\";;00049999999;Livret;1.00\n";

const GENERALE: &str = "Date opération;Libellé;Détail de l'écriture;Montant;Devise\n\
    02/03/2026;VIR RECU;VIR RECU 123 DE: MARTHE MOTIF: DON;1250,00;EUR\n\
    04/03/2026;FRAIS;FRAIS DE TENUE;-4,50;EUR\n";

const LYONNAIS: &str =
    "Date;Montant;Libellé;Détail\n02/03/2026;1250,00;VIREMENT MARTHE;DON\n04/03/2026;-4,50;FRAIS;\n";

#[test]
fn each_bank_says_the_same_with_other_columns() {
    let latin_bpce = latin(BPCE);
    let files: [(&[u8], Kind); 5] = [
        (&latin_bpce, Kind::BankBpce),
        (AGRICOLE.as_bytes(), Kind::BankCreditAgricole),
        (BOURSO.as_bytes(), Kind::BankBoursoBank),
        (GENERALE.as_bytes(), Kind::BankSocieteGenerale),
        (LYONNAIS.as_bytes(), Kind::BankLcl),
    ];
    for (bytes, kind) in files {
        let (seen, lines, _, statement) = read(bytes).unwrap();
        assert_eq!(seen.kind, kind);
        let mut keys: Vec<&str> = lines.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys.first().copied(), Some("2026-03-02/125000/1"), "{kind:?}");
        assert_eq!(keys.get(1).copied(), Some("2026-03-04/-450/1"), "{kind:?}");
        let sum = lines.iter().map(|(_, m)| m.net.0).sum::<i64>();
        assert_eq!((statement.sum, statement.lines), (Cents(sum), lines.len() as u64), "{kind:?}");
    }
}

#[test]
fn a_line_is_read_whole() {
    let (seen, lines, refused, _) = read(&latin(BPCE)).unwrap();
    assert_eq!(refused, []);
    assert_eq!(seen.encoding.name(), "Windows-1252");
    let (_, first) = lines.first().unwrap();
    assert_eq!(
        (first.booked_on, first.value_on, first.reference.as_str()),
        (day("2026-03-02"), Some(day("2026-03-03")), "REF1")
    );
    assert_eq!(first.label, "VIR MARTHE VIR SEPA RECU /DE MARTHE ÉPICÈNE /MOTIF DON");
    let fees: Vec<&str> =
        lines.iter().filter(|(_, m)| m.net == Cents(-450)).map(|(k, _)| k.as_str()).collect();
    assert_eq!(fees, ["2026-03-04/-450/1", "2026-03-04/-450/2"], "two equal lines of a day are two facts");
}

#[test]
fn what_stands_before_the_columns_names_the_account_and_its_balance() {
    let (_, lines, refused, statement) = read(AGRICOLE.as_bytes()).unwrap();
    assert_eq!((lines.len(), refused), (3, vec![]));
    assert_eq!(statement.account.local.as_deref(), Some("00012345678"));
    assert_eq!(statement.closing, Some((day("2026-03-09"), Cents(1_224_100))));
    assert_eq!(statement.gap(), None, "a table does not say where it began");
    assert_eq!(lines.last().unwrap().1.label, "VIR MARTHE VIR SEPA RECU /DE MARTHE");
    let zeros = AGRICOLE.replace("00012345678", "00000000000");
    assert_eq!(read(zeros.as_bytes()).unwrap().3.account.local, None, "only zeros: no account");
}

#[test]
fn lines_of_a_second_account_are_refused_by_name() {
    let (_, lines, refused, statement) = read(BOURSO.as_bytes()).unwrap();
    assert_eq!((lines.len(), statement.account.local.as_deref()), (2, Some("00040123456")));
    assert_eq!(refused, [(4, Why::OtherAccount { typed: "00049999999".into() })]);
}

#[test]
fn bad_cells_spoil_their_own_line_only() {
    let text = "Date;Libellé;Débit;Crédit\n02/03/2026;A;;1 250,00\n31/02/2026;B;;3,00\n04/03/2026;C;x;\n\
        04/03/2026;D;1,00;2,00\n04/03/2026;E;;\n;Total;;\n05/03/26;F;-2,00;0,00\n";
    let (seen, lines, refused, statement) = read(text.as_bytes()).unwrap();
    assert_eq!(seen.kind, Kind::BankMapped);
    let kept: Vec<(&str, i64)> = lines.iter().map(|(_, m)| (m.label.as_str(), m.net.0)).collect();
    assert_eq!(kept, [("A", 125_000), ("F", -200)]);
    assert_eq!(statement.sum, Cents(124_800));
    let reasons: Vec<(u64, &Why)> = refused.iter().map(|(line, why)| (*line, why)).collect();
    assert_eq!(
        reasons,
        [
            (3, &Why::BadDate { column: "Date".into(), typed: "31/02/2026".into() }),
            (4, &Why::BadAmount { column: "Débit".into(), typed: "x".into() }),
            (5, &Why::BothSides),
            (6, &Why::BadAmount { column: "Crédit".into(), typed: String::new() }),
        ]
    );
}

#[test]
fn unknown_names_are_asked_for_and_a_mapping_reads_them() {
    let text =
        "Quand,Quoi,Combien,Reste\n03/25/2026,\"Don, merci\",\"1,250.00\",0\n03/26/2026,Frais,-4.50,0\n";
    match read(text.as_bytes()) {
        Err(FileRefusal::Missing { missing, found }) => {
            assert_eq!(missing, ["Date", "Libellé", "Montant"]);
            assert_eq!(found, ["Quand", "Quoi", "Combien", "Reste"]);
        }
        other => panic!("{other:?}"),
    }
    let mapping = Mapping {
        day: "QUAND".into(),
        labels: vec!["Quoi".into()],
        amount: "Combien".into(),
        month_first: true,
        ..Mapping::default()
    };
    let entries = bank_csv::open_mapped(Cursor::new(text.as_bytes()), &mapping).unwrap();
    let (seen, lines, refused, _) = gather(entries).unwrap();
    assert_eq!((seen.kind, seen.unknown, refused), (Kind::BankMapped, vec!["Reste".to_owned()], vec![]));
    let facts: Vec<(&str, &str)> = lines.iter().map(|(key, m)| (key.as_str(), m.label.as_str())).collect();
    assert_eq!(facts, [("2026-03-25/125000/1", "Don, merci"), ("2026-03-26/-450/1", "Frais")]);
    let gone = Mapping { reference: "Numéro".into(), ..mapping };
    match bank_csv::open_mapped(Cursor::new(text.as_bytes()), &gone) {
        Err(Broken::File(FileRefusal::Unmapped { missing, .. })) => assert_eq!(missing, ["Numéro"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_statement_is_refused_with_its_columns() {
    let text = "Référence paiement;Montant total;Nom payeur\n1;2,00;X\n";
    assert!(matches!(read(text.as_bytes()), Err(FileRefusal::Missing { .. })));
    assert!(matches!(read(b"%PDF-1.7 x"), Err(FileRefusal::NotText(_))));
    assert!(read(b"").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn broken_bytes_never_panic_and_sums_are_those_of_the_lines(which in 0..5_usize, edits in edits()) {
        let texts = [BPCE, AGRICOLE, BOURSO, GENERALE, LYONNAIS];
        let bytes = spoiled(texts[which].as_bytes(), &edits);
        if let Ok((_, lines, _, statement)) = read(&bytes) {
            prop_assert_eq!(statement.sum.0, lines.iter().map(|(_, m)| m.net.0).sum::<i64>());
            prop_assert_eq!(statement.lines, lines.len() as u64);
            let keys: std::collections::HashSet<&str> = lines.iter().map(|(key, _)| key.as_str()).collect();
            prop_assert_eq!(keys.len(), lines.len(), "no two lines have one name");
        }
    }
}
