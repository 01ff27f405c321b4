//! Writes sample collections of direct debits into a folder, to be held against the schemas of ISO 20022:
//! `cargo run --example sample_debits -- DIR`.
#![allow(clippy::unwrap_used, missing_docs)]

use reports::debits::{Account, Collection, Creditor, Debit, Version, render};

fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    std::fs::create_dir_all(&dir).unwrap();
    for version in Version::ALL {
        for (name, debits) in [("one", vec![plain(1)]), ("many", (1..=500).map(hostile).collect())] {
            for bic in ["", "PSSTFRPPXXX"] {
                let creditor = Creditor {
                    name: "Les Ateliers du Commun & <Cie> — Œuvre à l’été, qui a un nom bien trop long pour une banque".into(),
                    iban: "FR1420041010050500013M02606".into(),
                    bic: bic.into(),
                    id: "FR72ZZZ123456".into(),
                };
                let collection = Collection {
                    number: "PRLV-2026-0001".into(),
                    created_at: "2026-03-02T08:30:00Z".parse().unwrap(),
                    version,
                    creditor,
                    collect_on: "2026-03-10".parse().unwrap(),
                    debits: debits.clone(),
                };
                let with = if bic.is_empty() { "without" } else { "with" };
                let file = dir.join(format!("{name}-{with}-bic.pain.008.001.{}.xml", version.code()));
                std::fs::write(file, render(&collection)).unwrap();
            }
        }
    }
}

fn plain(n: i64) -> Debit {
    Debit {
        end_to_end: format!("SOUTIEN-M{n}-20260310"),
        cents: 1,
        mandate: format!("RUM-{n}"),
        signed_on: "2024-02-29".parse().unwrap(),
        name: "Zoë Modèle".into(),
        account: Account::Whole("FR7630006000011234567890189".into()),
        bic: String::new(),
        address: [const { String::new() }; 4],
        label: String::new(),
    }
}

/// Names, labels and addresses that break what is badly made.
fn hostile(n: i64) -> Debit {
    let names = ["<script>&\"'", "Œuvre\u{0}\u{7f} ß", "李 Lee", "a", "é\u{301}\u{202e}x", &"Ö".repeat(300)]
        .map(str::to_owned);
    let at = usize::try_from(n).unwrap_or(0);
    let name = names.iter().cycle().nth(at).cloned().unwrap();
    let address = match n % 3 {
        0 => [name.clone(), "CH-1201".into(), "Genève".into(), "CH".into()],
        1 => [String::new(), String::new(), "Ville".into(), "GB".into()],
        _ => [const { String::new() }; 4],
    };
    Debit {
        cents: n * 99_999,
        bic: if n % 2 == 0 { "AGRIFRPP".into() } else { String::new() },
        account: if n % 5 == 0 { Account::Masked("FR76 •••• 0189".into()) } else { plain(n).account },
        label: name.repeat(3),
        name,
        address,
        ..plain(n)
    }
}
