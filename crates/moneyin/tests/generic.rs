//! Tables of gifts of any tool: by the names of their columns, or by those that a person named.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use std::io::Cursor;

use common::{edits, read_whole, refusal, spoiled};
use moneyin::any::{Format, guess};
use moneyin::generic::{self, Field, Mapping};
use moneyin::{Entry, FileRefusal, Gift, Piece, Reading, Why};
use proptest::prelude::*;
use rules::gift::Method;

const FRENCH: &str = "Date;Montant;Nom;Prénom;Courriel;Mode de paiement;Adresse;Code postal;Ville;Pays;Campagne;Statut\r\n\
    31/12/2025;1 234,56;MODÈLE;Zoë;Zoe@Exemple.fr;Chèque;3 rue des Lilas;35000;Rennes;France;Hiver;Payé\r\n\
    02/01/2026;20,00;MAQUETTE;Ana;ana@exemple.fr;Virement;;;;;;Payé\r\n\
    02/01/2026;20,00;MAQUETTE;Ana;ana@exemple.fr;Virement;;;;;;Payé\r\n\
    03/01/2026;15,00;FICTIF;Paul;;Carte bancaire;;;;;;Annulé\r\n\
    hier;15,00;FICTIF;Paul;;Carte bancaire;;;;;;\r\n\
    03/01/2026;-5,00;FICTIF;Paul;;Carte bancaire;;;;;;\r\n\
    03/01/2026;12,00;FICTIF;Paul;;Carte bancaire;;;;;;Bizarre\r\n";

fn lines(pieces: Vec<Piece>) -> Vec<Entry> {
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Line(entry) => entry,
            Piece::Statement(statement) => panic!("{statement:?}"),
        })
        .collect()
}

fn gift(entry: &Entry) -> &Gift {
    match &entry.reading {
        Reading::Gift(gift) => gift,
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_that_speak_for_themselves_need_no_name() {
    let (_, pieces) = read_whole(Format::Generic, FRENCH.as_bytes()).unwrap();
    let lines = lines(pieces);
    let first = gift(&lines[0]);
    assert_eq!((first.gross.0, first.method, first.campaign.as_str()), (123_456, Method::Cheque, "Hiver"));
    assert_eq!(first.received_on.unwrap().to_string(), "2025-12-31", "a cheque counts on the day told");
    assert_eq!(
        (first.giver.name().as_str(), first.giver.mail.as_deref()),
        ("Zoë MODÈLE", Some("zoe@exemple.fr"))
    );
    assert_eq!((first.giver.address.city.as_str(), first.giver.address.country.as_str()), ("Rennes", "FR"));
    let keys: Vec<&str> = lines.iter().take(3).map(|line| line.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "2025-12-31/123456/zoe@exemple.fr/1",
            "2026-01-02/2000/ana@exemple.fr/1",
            "2026-01-02/2000/ana@exemple.fr/2"
        ],
        "two equal gifts on one day are two"
    );
    assert!(matches!(&lines[3].reading, Reading::Ignored(Why::NeverPaid { .. })));
    let refused: Vec<_> = lines[4..].iter().map(|line| &line.reading).collect();
    assert!(matches!(
        refused.as_slice(),
        [
            Reading::Refused(Why::BadDate { .. }),
            Reading::Refused(Why::Negative { .. }),
            Reading::Refused(Why::UnknownStatus { .. })
        ]
    ));
}

#[test]
fn english_names_and_points_are_read_too() {
    let text = "id,created at,donor name,email,amount,currency,payment method,receipt\n\
        tx 1,2026-01-02T10:30:00Z,Zoë Le Goff,zoe@example.org,25.50,EUR,card,R-7\n\
        tx 2,2026-01-02 23:59,,anon@example.org,5.00,USD,card,\n";
    let (seen, pieces) = read_whole(Format::Generic, text.as_bytes()).unwrap();
    let lines = lines(pieces);
    let first = gift(&lines[0]);
    assert_eq!(
        (lines[0].key.as_str(), first.gross.0, first.receipted_elsewhere.as_deref()),
        ("tx-1", 2550, Some("R-7"))
    );
    assert_eq!((first.giver.first_names.as_str(), first.giver.last_name.as_str()), ("Zoë Le", "Goff"));
    assert_eq!(first.paid_at.unwrap().to_rfc3339(), "2026-01-02T10:30:00+00:00");
    assert!(seen.unknown.is_empty());
    assert!(matches!(&lines[1].reading, Reading::Refused(Why::Currency { .. })));
    assert_eq!(guess(Cursor::new(text.as_bytes())).unwrap(), Some(Format::Generic));
}

#[test]
fn columns_that_a_person_named_are_read_and_missed_by_name() {
    let text = "Wann;Wieviel;Wer;Nummer\r\n12/31/2025;7,00;Ana MAQUETTE;a1\r\n";
    let bare = read_whole(Format::Generic, text.as_bytes());
    assert!(
        matches!(bare, Err(FileRefusal::Missing { missing, .. }) if missing == ["Date", "Montant", "Nom"])
    );
    let columns = [
        (Field::Date, "Wann"),
        (Field::Amount, "wieviel"),
        (Field::Name, "Wer"),
        (Field::Reference, "Nummer"),
    ];
    let mapping = Mapping {
        name: "Spenden-Tool".into(),
        columns: columns.map(|(field, name)| (field, name.to_owned())).into(),
        month_first: true,
    };
    let open = |mapping: &Mapping| generic::open(Cursor::new(text.as_bytes()), mapping).map_err(refusal);
    let lines = lines(open(&mapping).unwrap().map(|piece| piece.map_err(refusal).unwrap()).collect());
    assert_eq!(lines[0].key, "spenden-tool/a1");
    assert_eq!(gift(&lines[0]).paid_at.unwrap().date_naive().to_string(), "2025-12-31");
    let mut gone = mapping;
    gone.columns.insert(Field::Campaign, "Zweck".into());
    assert!(matches!(open(&gone), Err(FileRefusal::Unmapped { missing, .. }) if missing == ["Zweck"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn broken_bytes_never_panic_and_gifts_are_above_zero(edits in edits()) {
        if let Ok((_, pieces)) = read_whole(Format::Generic, &spoiled(FRENCH.as_bytes(), &edits)) {
            for line in lines(pieces) {
                if let Reading::Gift(gift) = &line.reading {
                    prop_assert!(gift.gross.0 > 0 && !line.key.is_empty());
                }
            }
        }
    }
}
