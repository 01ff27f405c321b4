use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

/// Our own vectors: cents, traditional, 1990.
const VECTORS: &[(i64, &str, &str)] = &[
    (0, "zéro euro", "zéro euro"),
    (1, "un centime", "un centime"),
    (80, "quatre-vingts centimes", "quatre-vingts centimes"),
    (100, "un euro", "un euro"),
    (2_101, "vingt et un euros et un centime", "vingt-et-un euros et un centime"),
    (7_100, "soixante et onze euros", "soixante-et-onze euros"),
    (8_100, "quatre-vingt-un euros", "quatre-vingt-un euros"),
    (9_100, "quatre-vingt-onze euros", "quatre-vingt-onze euros"),
    (20_000, "deux cents euros", "deux-cents euros"),
    (20_100, "deux cent un euros", "deux-cent-un euros"),
    (100_000, "mille euros", "mille euros"),
    (8_000_000, "quatre-vingt mille euros", "quatre-vingt-mille euros"),
    (20_000_000, "deux cent mille euros", "deux-cent-mille euros"),
    (100_000_000, "un million d'euros", "un-million d'euros"),
    (100_000_001, "un million d'euros et un centime", "un-million d'euros et un centime"),
    (120_000_000, "un million deux cent mille euros", "un-million-deux-cent-mille euros"),
    (20_000_000_000, "deux cents millions d'euros", "deux-cents-millions d'euros"),
    (8_000_000_000_000, "quatre-vingts milliards d'euros", "quatre-vingts-milliards d'euros"),
];

#[test]
fn amounts_are_spelt_as_the_receipt_must() {
    for (cents, traditional, rectified) in VECTORS {
        assert_eq!(euros_in_words(Cents(*cents), Spelling::Traditional).as_deref(), Ok(*traditional));
        assert_eq!(euros_in_words(Cents(*cents), Spelling::Rectified1990).as_deref(), Ok(*rectified));
    }
}

#[test]
fn what_has_no_words_is_refused() {
    assert_eq!(euros_in_words(Cents(-1), Spelling::Traditional), Err(WordsError::Negative));
    assert_eq!(euros_in_words(Cents(MAX.0 + 1), Spelling::Traditional), Err(WordsError::TooLarge));
}

#[test]
fn misspelt_amounts_are_refused() {
    for text in
        ["deux cents un euros", "un mille euros", "quatre-vingt euros", "un million euros", "un euros"]
    {
        assert_eq!(parse_euros(text), Err(WordsError::Misspelt), "{text}");
    }
    for text in ["", "euros", "douze", "douze dollars", "un euro et", "un centime un euro"] {
        assert_eq!(parse_euros(text), Err(WordsError::NotAnAmount), "{text}");
    }
    assert_eq!(parse_euros("Vingt ET un euros"), Ok(Cents(2100)));
    assert_eq!(parse_euros("un million d’euros"), Ok(Cents(100_000_000)));
}

#[test]
fn greater_numbers_have_words_too() {
    assert_eq!(cardinal(1_000_000_000_000, Spelling::Traditional), "un billion");
    assert!(cardinal(u64::MAX, Spelling::Traditional).starts_with("dix-huit trillions"));
}

/// A file of the shared test data, if it is there.
fn shared(name: &str) -> Option<String> {
    let root = std::env::var_os("SOUTIEN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let read = std::fs::read_to_string(root.join("data").join(name)).ok();
    if read.is_none() {
        println!("skipped: data/{name} is not here");
    }
    read
}

#[test]
fn the_shared_amounts_in_words_are_ours() {
    let Some(text) = shared("samples/montants-en-lettres.csv") else { return };
    let mut checked = 0;
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.trim_start_matches('\u{FEFF}').split(';').collect();
        let cents = Cents(fields[0].parse().unwrap());
        assert_eq!(euros_in_words(cents, Spelling::Traditional).as_deref(), Ok(fields[1]));
        assert_eq!(euros_in_words(cents, Spelling::Rectified1990).as_deref(), Ok(fields[2]));
        assert_eq!((parse_euros(fields[1]), parse_euros(fields[2])), (Ok(cents), Ok(cents)));
        checked += 1;
    }
    assert!(checked >= 50, "{checked}");
}

#[test]
fn other_projects_number_words_are_ours_where_they_agree() {
    let Some(text) = shared("words-fr.tsv") else { return };
    let mut checked = 0;
    for (number, words) in text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
        // the lists disagree on decimals and on "cents mille"; below zero is not for receipts
        let Ok(number) = number.parse::<u64>() else { continue };
        if words.contains("cents mille") {
            continue;
        }
        // one list hyphenates 21 as the 1990 spelling does and nothing else
        let spaced = |s: &str| s.replace('-', " ");
        assert_eq!(spaced(&cardinal(number, Spelling::Traditional)), spaced(words), "{number}");
        checked += 1;
    }
    assert!(checked >= 250, "{checked}");
}

#[test]
fn other_projects_amounts_in_words_are_ours_where_they_agree() {
    let Some(text) = shared("words-fr-euros.tsv") else { return };
    let mut checked = 0;
    for (number, words) in text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
        // "et zéro centimes" and "un million euros" are where the lists disagree
        if number.starts_with('-') || words.contains("zéro centime") || words.contains("llion euros") {
            continue;
        }
        let amount = Cents::parse(number).unwrap();
        assert_eq!(euros_in_words(amount, Spelling::Traditional).as_deref(), Ok(words));
        checked += 1;
    }
    assert!(checked >= 30, "{checked}");
}

#[test]
fn the_first_two_hundred_euros_read_back_cent_by_cent() {
    for cents in (0..20_000).map(Cents) {
        assert_eq!(parse_euros(&euros_in_words(cents, Spelling::Traditional).unwrap()), Ok(cents));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn words_parse_back_to_the_cents(amount in prop_oneof![0..=MAX.0, 0..100_000_000i64, (0..=MAX.0 / 1_000_000).prop_map(|m| m * 1_000_000)]) {
        for spelling in [Spelling::Traditional, Spelling::Rectified1990] {
            let words = euros_in_words(Cents(amount), spelling).unwrap();
            prop_assert_eq!(parse_euros(&words), Ok(Cents(amount)), "{}", words);
        }
    }

    #[test]
    fn reading_words_never_panics(text in "((un|cents?|vingts?|mille|millions?|euros?|et|centimes?|x)( |-)?){0,12}|\\PC{0,30}") {
        let _ = parse_euros(&text);
    }
}
