//! Writes a table of gifts with their donors into nothing and says how fast:
//! `cargo run --release -p reports --example rows_per_second -- [rows]`.

use std::io;
use std::time::Instant;

use chrono::{DateTime, NaiveDate};
use reports::csv::{Cell, Flavour, Table};

fn main() -> io::Result<()> {
    let rows: i64 = std::env::args().nth(1).and_then(|rows| rows.parse().ok()).unwrap_or(2_000_000);
    for flavour in [Flavour::French, Flavour::Plain] {
        let start = Instant::now();
        let columns = [
            "Date",
            "Enregistré le",
            "Montant",
            "Mode",
            "Nom",
            "Prénoms",
            "Adresse",
            "Code postal",
            "Commune",
            "Reçu",
        ];
        let mut table = Table::new(io::sink(), flavour, &columns)?;
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        for row in 0..rows {
            table.row(&[
                Cell::Date(first + chrono::Days::new(row.unsigned_abs() % 365)),
                Cell::Instant(
                    DateTime::from_timestamp(1_767_222_000 + row % 31_536_000, 0).unwrap_or_default(),
                ),
                Cell::Cents(row * 7919 % 1_000_000),
                Cell::Text("carte bancaire"),
                Cell::Text("O'Brien-Müller"),
                Cell::Text("Zoë, Éloïse"),
                Cell::Text("12 rue des Œillets ; bâtiment B"),
                Cell::Text("69001"),
                Cell::Text("Lyon"),
                Cell::Int(row),
            ])?;
        }
        table.finish()?;
        #[allow(clippy::cast_precision_loss)]
        let rate = rows as f64 / start.elapsed().as_secs_f64();
        println!("{flavour:?}: {rate:.0} rows/s of {} cells", columns.len());
    }
    Ok(())
}
