//! Sums of a year, and tables that people take out.

use std::process::Command;

use rocket::http::Status;
use rules::roles::Role;
use sea_orm::{ConnectionTrait, EntityTrait};
use soutien::accounts::actions::services::{self, About};
use soutien::platform::Core;
use soutien::treasury::{Asked, Export, export};

use crate::house::House;
use crate::receipts::{keep, line, person};

/// The whole table as bytes.
async fn taken(core: &Core, asked: Asked) -> Vec<u8> {
    let (give, mut take) = tokio::sync::mpsc::channel(4);
    let core = core.clone();
    let running = tokio::spawn(async move { export::run(&core, &asked, give).await });
    let mut all = Vec::new();
    while let Some(bytes) = take.recv().await {
        all.extend(bytes);
    }
    running.await.unwrap().unwrap();
    all
}

/// Header and rows of a plain table.
fn parsed(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The value of a column in a row of a table.
fn cell<'a>(table: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = table[0].iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"));
    &table[row][at]
}

async fn gift(house: &House, row: entities::gift::ActiveModel) -> i64 {
    let tx = house.tx().await;
    let id = entities::gift::Entity::insert(row).exec(tx.conn()).await.unwrap().last_insert_id;
    tx.commit().await.unwrap();
    id
}

/// A donor who could harm a spreadsheet, two gifts, one of them in 2024.
async fn some_gifts(house: &House) {
    let id = keep(house, person("=cmd|' /C calc'!A0", "Zoë; \"d’Œ\""), Some("zoe@exemple.fr")).await;
    gift(house, line(Some(id), "2025-12-31", 123_456)).await;
    gift(house, line(Some(id), "2025-03-01", 2_500)).await;
    gift(house, line(None, "2024-07-14", 1_000)).await;
}

fn plain(export: Export) -> Asked {
    Asked { plain: true, ..Asked::all(export) }
}

#[tokio::test]
async fn what_is_taken_out_reads_back() {
    let house = House::new().await;
    some_gifts(&house).await;
    let table = parsed(&taken(&house.core, plain(Export::Gifts)).await);
    assert_eq!(table.len(), 4);
    let dates: Vec<_> = (1..4).map(|n| cell(&table, n, "gift_date")).collect();
    assert_eq!(dates, ["2024-07-14", "2025-03-01", "2025-12-31"], "by date");
    assert_eq!(cell(&table, 3, "gross"), "1234.56");
    assert_eq!(cell(&table, 3, "last_name"), "=cmd|' /C calc'!A0", "texts are written as they are");
    assert_eq!(cell(&table, 3, "first_names"), "Zoë; \"d’Œ\"");
    assert_eq!(cell(&table, 1, "donor_id"), "");
    let year = parsed(&taken(&house.core, plain(Export::Gifts).in_year(2025)).await);
    assert_eq!(year.len(), 3);
    let donors = parsed(&taken(&house.core, plain(Export::Donors).in_year(2025)).await);
    assert_eq!((cell(&donors, 1, "gifts"), cell(&donors, 1, "total")), ("2", "1259.56"));
    assert_eq!(cell(&donors, 1, "email"), "zoe@exemple.fr");
    assert_eq!(parsed(&taken(&house.core, plain(Export::Donors).in_year(2023)).await).len(), 1);
}

#[tokio::test]
async fn the_french_flavour_is_harmless_and_french() {
    let house = House::new().await;
    some_gifts(&house).await;
    let bytes = taken(&house.core, Asked::all(Export::Gifts)).await;
    assert!(bytes.starts_with(b"\xEF\xBB\xBF"));
    let text = String::from_utf8(bytes).unwrap();
    for words in
        ["Date du don;", "31/12/2025;", ";1234,56;", ";Carte bancaire;", "Déclaration de don manuel", "\r\n"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains(";=cmd"), "no cell runs: {text}");
}

#[tokio::test]
async fn every_row_comes_once_however_many_there_are() {
    let house = House::new().await;
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11001) \
        INSERT INTO gift (source, external_id, gross_cents, fee_cents, net_cents, method, nature, form, campaign, \
        gift_date, date_basis, note, created_at) SELECT 'many', CAST(i AS TEXT), 100, 0, 100, 'card', 'money', \
        'manual_gift', '', DAY, 'paid_at', '', NOW FROM n";
    let (day, now) = if house.core.db.is_sqlite() {
        ("'2025-01-0' || (1 + i % 3)", "'2026-03-02T09:00:00+00:00'")
    } else {
        ("DATE '2025-01-01' + (i % 3)", "TIMESTAMPTZ '2026-03-02T09:00:00+00:00'")
    };
    let tx = house.tx().await;
    tx.conn().execute_unprepared(&many.replace("DAY", day).replace("NOW", now)).await.unwrap();
    tx.commit().await.unwrap();
    let table = parsed(&taken(&house.core, plain(Export::Gifts)).await);
    let ids: std::collections::BTreeSet<_> = (1..table.len()).map(|n| cell(&table, n, "gift_id")).collect();
    assert_eq!((table.len(), ids.len()), (11_002, 11_001));
}

#[tokio::test]
async fn tickets_leave_without_a_word_of_their_messages() {
    let house = House::new().await;
    let tx = house.tx().await;
    services::add_service(&tx, "Aide", About::Support).await.unwrap();
    let now = if house.core.db.is_sqlite() { "'2026-03-02T09:00:00+00:00'" } else { "now()" };
    for sql in [
        "INSERT INTO requester (email, name, language, created_at) VALUES ('lea@exemple.fr', 'Léa', 'fr', NOW)",
        "INSERT INTO ticket (subject, about, service_id, requester_id, state, promise, owed_since, close_when_sent, \
         last_words, last_at, opened_at, version) VALUES ('Œuf', 'support', 1, 1, 'open', 'owed', NOW, FALSE, \
         'des mots secrets', NOW, NOW, 1)",
    ] {
        tx.conn().execute_unprepared(&sql.replace("NOW", now)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let table = parsed(&taken(&house.core, plain(Export::Tickets)).await);
    assert_eq!((cell(&table, 1, "subject"), cell(&table, 1, "service")), ("Œuf", "Aide"));
    assert_eq!(cell(&table, 1, "promise"), "owed");
    assert!(!table.iter().flatten().any(|c| c.contains("secrets") || c.contains("lea@")));
}

#[tokio::test]
async fn the_page_gives_files_to_those_who_may() {
    let house = House::new().await;
    some_gifts(&house).await;
    let mut treasurer = house.staff(Role::Treasurer).await;
    let page = treasurer.get("/treasury?year=2025").await;
    page.says("1\u{202F}259,56").says("/treasury/exports/gifts.csv").says("Décembre").says("Carte bancaire");
    let file = treasurer.get("/treasury/exports/gifts.csv?year=2025&plain=1").await;
    assert_eq!(file.status, Status::Ok);
    assert_eq!(file.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert!(file.header("Content-Disposition").unwrap().contains("gifts-2025.csv"));
    assert_eq!(parsed(&file.bytes).len(), 3);
    let all = treasurer.get("/treasury/exports/gifts.csv?year=&from=&to=&plain=1").await;
    assert_eq!(parsed(&all.bytes).len(), 4, "empty fields of a form ask for nothing");
    assert_eq!(
        treasurer.get("/treasury/exports/gifts.csv?from=soon").await.status,
        Status::UnprocessableEntity
    );
    assert_eq!(treasurer.get("/treasury/exports/secrets.csv").await.status, Status::NotFound);
    let mut agent = house.staff(Role::Agent).await;
    assert_eq!(agent.get("/treasury/exports/tickets.csv").await.status, Status::Forbidden);
    let mut auditor = house.staff(Role::Auditor).await;
    auditor.get("/audit").await.says("a emporté un export");
}

#[tokio::test]
async fn an_empty_year_says_so() {
    let house = House::new().await;
    let mut treasurer = house.staff(Role::Treasurer).await;
    treasurer.get("/treasury?year=1999").await.says("Aucun don enregistré en 1999");
}

#[test]
fn the_documented_columns_are_the_columns() {
    let doc = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/EXPORTS.md")).unwrap();
    for export in Export::ALL {
        let part = doc.split("\n## ").find(|p| p.starts_with(&format!("`{}`", export.name()))).unwrap();
        let documented: Vec<(String, String)> = part
            .lines()
            .filter(|l| l.starts_with("| ") && l.contains(" | `"))
            .map(|l| {
                let cells: Vec<&str> = l.split('|').map(str::trim).collect();
                (cells[1].to_owned(), cells[2].trim_matches('`').to_owned())
            })
            .collect();
        let real: Vec<(String, String)> =
            export.columns().iter().map(|c| (c.fr.to_owned(), c.plain.to_owned())).collect();
        assert_eq!(documented, real, "{}", export.name());
    }
}

#[tokio::test]
async fn a_command_writes_a_whole_file() {
    let house = House::new().await;
    some_gifts(&house).await;
    let file = house.dir.path().join("dons.csv");
    let run = |args: &[&str]| house.command(args).output().unwrap();
    let done = run(&["export", "gifts", "--plain", "--year", "2025", "-o", file.to_str().unwrap()]);
    assert!(done.status.success(), "{done:?}");
    assert!(done.stdout.is_empty());
    assert_eq!(parsed(&std::fs::read(&file).unwrap()).len(), 3);
    let shown = run(&["export", "gifts", "--plain", "--from", "01/01/2024", "--to", "2024-12-31"]);
    assert_eq!(parsed(&shown.stdout).len(), 2, "standard output carries data only: {shown:?}");
    assert_eq!(run(&["export", "secrets"]).status.code(), Some(2));
    assert_eq!(run(&["export", "gifts", "--from", "soon"]).status.code(), Some(2));
}

#[allow(clippy::disallowed_methods)] // tests are told by the script where they run
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}

#[tokio::test]
async fn a_spreadsheet_opens_the_french_file_right() {
    if Command::new("soffice").arg("--version").output().is_err() {
        assert!(!in_ci(), "soffice is needed here: apt install libreoffice-calc-nogui");
        eprintln!("soffice was not found: the French file was not opened in a spreadsheet");
        return;
    }
    let house = House::new().await;
    some_gifts(&house).await;
    let dir = house.dir.path();
    std::fs::write(dir.join("dons.csv"), taken(&house.core, Asked::all(Export::Gifts)).await).unwrap();
    // As a double click in a French locale: `;`, UTF-8, French numbers and dates, formulas evaluated.
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", dir.join("profile").display()))
        .args(["--headless", "--infilter=CSV:59,34,76,1,,1036,false,true,false,true", "--convert-to", "fods"])
        .arg("--outdir")
        .arg(dir)
        .arg(dir.join("dons.csv"))
        .output()
        .unwrap();
    let sheet = std::fs::read_to_string(dir.join("dons.fods")).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    assert!(sheet.contains("office:value=\"1234.56\""), "an amount is a number");
    assert!(sheet.contains("office:date-value=\"2025-12-31"), "a day is a date");
    assert!(!sheet.contains("table:formula"), "no cell became a formula");
    assert!(sheet.contains("Déclaration de don manuel") && sheet.contains("d’Œ"));
}
