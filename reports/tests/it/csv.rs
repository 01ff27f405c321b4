//! Tables: what a spreadsheet and a program get.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use reports::csv::{Cell, Flavour, Table};

fn written(flavour: Flavour, columns: &[&str], rows: &[&[Cell<'_>]]) -> Vec<u8> {
    let mut table = Table::new(Vec::new(), flavour, columns).unwrap();
    for row in rows {
        table.row(row).unwrap();
    }
    table.finish().unwrap()
}

fn read_back(flavour: Flavour, bytes: &[u8]) -> Vec<Vec<String>> {
    let (bytes, delimiter) = match flavour {
        Flavour::French => (bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark"), b';'),
        Flavour::Plain => (bytes, b','),
    };
    csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(bytes)
        .into_records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn one_cell(flavour: Flavour, text: &str) -> String {
    let bytes = written(flavour, &["a", "b"], &[&[Cell::Text(text), Cell::Int(1)]]);
    read_back(flavour, &bytes)[1][0].clone()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_french_table_opens_right_in_a_french_spreadsheet() {
    let bytes = written(
        Flavour::French,
        &["Nom", "Montant", "Date", "Enregistré le", "Nombre", "Reçu", "Note"],
        &[&[
            Cell::Text("Zoë d'Œuvre; fille"),
            Cell::Cents(123_456),
            Cell::Date(day(2026, 1, 5)),
            Cell::Instant(instant("2026-07-31T22:30:05Z")),
            Cell::Int(-12),
            Cell::Bool(true),
            Cell::Empty,
        ]],
    );
    let expected = "\u{FEFF}Nom;Montant;Date;Enregistré le;Nombre;Reçu;Note\r\n\
        \"Zoë d'Œuvre; fille\";1234,56;05/01/2026;01/08/2026 00:30:05;-12;oui;\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn a_plain_table_follows_rfc_4180() {
    let bytes = written(
        Flavour::Plain,
        &["name", "amount", "date", "at", "count", "receipt", "note"],
        &[&[
            Cell::Text("O'Brien-Müller, \"Bob\"\nsecond line"),
            Cell::Cents(-5),
            Cell::Date(day(987, 12, 31)),
            Cell::Instant(instant("2026-07-31T22:30:05.999Z")),
            Cell::Int(i64::MIN),
            Cell::Bool(false),
            Cell::Empty,
        ]],
    );
    let expected = "name,amount,date,at,count,receipt,note\r\n\
        \"O'Brien-Müller, \"\"Bob\"\"\nsecond line\",-0.05,0987-12-31,2026-07-31T22:30:05Z,-9223372036854775808,false,\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn amounts_of_every_size_keep_their_two_decimals() {
    for (cents, french) in [
        (0, "0,00"),
        (1, "0,01"),
        (10, "0,10"),
        (-1, "-0,01"),
        (100, "1,00"),
        (i64::MIN, "-92233720368547758,08"),
    ] {
        let bytes = written(Flavour::French, &["a", "b"], &[&[Cell::Cents(cents), Cell::Empty]]);
        assert_eq!(read_back(Flavour::French, &bytes)[1][0], french);
    }
}

#[test]
fn negative_numbers_of_ours_are_not_taken_for_formulas() {
    let bytes = written(Flavour::French, &["a", "b"], &[&[Cell::Cents(-150), Cell::Int(-3)]]);
    assert_eq!(read_back(Flavour::French, &bytes)[1], ["-1,50", "-3"]);
}

#[test]
fn winter_and_summer_instants_are_told_in_paris_time() {
    let bytes = written(
        Flavour::French,
        &["a", "b"],
        &[&[Cell::Instant(instant("2026-12-31T23:00:00Z")), Cell::Instant(instant("2026-03-29T01:00:00Z"))]],
    );
    assert_eq!(read_back(Flavour::French, &bytes)[1], ["01/01/2027 00:00:00", "29/03/2026 03:00:00"]);
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_shown_as_text() {
    for hostile in include_str!("../fixtures/formulas.txt").lines().filter(|line| !line.is_empty()) {
        let hostile =
            hostile.replace("<TAB>", "\t").replace("<CR>", "\r").replace("<LF>", "\n").replace("<NUL>", "\0");
        let shown = one_cell(Flavour::French, &hostile);
        assert!(shown.starts_with('\''), "{hostile:?} became {shown:?}");
        assert_eq!(one_cell(Flavour::Plain, &hostile), hostile);
    }
    for name in
        ["O'Brien-Müller", "Zoë d'Œ", "a=b", "<b>", "12-34", "", " ", "'=already", "日本", "été 🎁", "a@b.fr"]
    {
        assert_eq!(one_cell(Flavour::French, name), name);
    }
}

#[test]
fn a_column_name_cannot_be_a_formula_either() {
    let bytes = written(Flavour::French, &["=1+1", "b"], &[]);
    assert_eq!(read_back(Flavour::French, &bytes)[0], ["'=1+1", "b"]);
}

#[test]
fn control_characters_are_dropped_and_line_breaks_kept() {
    assert_eq!(one_cell(Flavour::French, "a\0b\u{7}c\u{85}d\u{9f}e\u{7f}f"), "abcdef");
    assert_eq!(
        one_cell(Flavour::French, "12 rue\r\nBât. B\rescalier 2\nporte\t3"),
        "12 rue\nBât. B\nescalier 2\nporte\t3"
    );
}

#[test]
fn a_row_with_a_missing_cell_is_refused() {
    let mut table = Table::new(Vec::new(), Flavour::French, &["a", "b"]).unwrap();
    let error = table.row(&[Cell::Empty]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn an_error_of_the_writer_is_not_swallowed() {
    #[derive(Debug)]
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let table = Table::new(Full, Flavour::Plain, &["a"]).unwrap();
    assert_eq!(table.finish().unwrap_err().kind(), std::io::ErrorKind::StorageFull);
}

/// Lists of formulas gathered by others, beside the project when somebody put them there.
#[test]
fn formulas_gathered_by_others_are_shown_as_text_too() {
    for path in ["payloadbox/csv-payload.txt", "payloadsallthethings/payloads.txt"] {
        let Some(list) = super::shared("data/bad/csv-injection").map(|folder| folder.join(path)) else {
            return;
        };
        let Ok(list) = std::fs::read_to_string(list) else { continue };
        for hostile in list.lines() {
            let shown = one_cell(Flavour::French, hostile);
            assert!(!shown.trim_start().starts_with(['=', '+', '-', '@']), "{hostile:?} became {shown:?}");
        }
    }
}

/// What the French flavour makes of a text, said another way than the writer does.
fn expected_in_french(text: &str) -> String {
    let cleaned: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
        .collect();
    cleaned
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_reader_gets_back_what_was_written(
        rows in prop::collection::vec((any::<String>(), "[ =+@;,\"'\r\n\t\u{80}-\u{a0}a-e\u{0}-\u{1f}-]{0,12}", any::<i64>()), 0..20)
    ) {
        for flavour in [Flavour::French, Flavour::Plain] {
            let mut table = Table::new(Vec::new(), flavour, &["a", "b", "c"]).unwrap();
            for (one, two, three) in &rows {
                table.row(&[Cell::Text(one), Cell::Text(two), Cell::Int(*three)]).unwrap();
            }
            let read = read_back(flavour, &table.finish().unwrap());
            prop_assert_eq!(read.len(), rows.len() + 1);
            for (got, (one, two, three)) in read[1..].iter().zip(&rows) {
                prop_assert_eq!(&got[2], &three.to_string());
                for (got, text) in [(&got[0], one), (&got[1], two)] {
                    match flavour {
                        Flavour::Plain => prop_assert_eq!(got, text),
                        Flavour::French => {
                            let expected = expected_in_french(text);
                            prop_assert!(*got == expected || *got == format!("'{expected}"), "{:?} became {:?}", text, got);
                            prop_assert!(!got.trim_start().starts_with(['=', '+', '-', '@']));
                        }
                    }
                }
            }
        }
    }
}
