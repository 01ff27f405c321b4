//! Writing a table, five thousand rows at a time.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use chrono::{Datelike, NaiveDate};
use reports::csv::{Cell, Flavour, Table};
use rules::roles::{Permission, Role, may};
use tokio::sync::mpsc::Sender;

use super::columns::{Column, DEPOSITS, DONORS, GIFTS, RECEIPTS, TICKETS};
use super::sheets;
use crate::platform::{Core, Failure};

/// Rows read at once.
pub const PAGE: u64 = 5000;

/// A table that can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The ledger.
    Gifts,
    /// Donors with their sums.
    Donors,
    /// The register of receipts.
    Receipts,
    /// Tickets, without messages.
    Tickets,
    /// Cheques of deposit slips.
    Deposits,
}

impl Export {
    /// Every table.
    pub const ALL: [Self; 5] = [Self::Gifts, Self::Donors, Self::Receipts, Self::Deposits, Self::Tickets];

    /// Name on the command line and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gifts => "gifts",
            Self::Donors => "donors",
            Self::Receipts => "receipts",
            Self::Tickets => "tickets",
            Self::Deposits => "deposits",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|export| export.name() == name)
    }

    /// Its columns, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Gifts => GIFTS,
            Self::Donors => DONORS,
            Self::Receipts => RECEIPTS,
            Self::Tickets => TICKETS,
            Self::Deposits => DEPOSITS,
        }
    }

    /// Whether `role` may take it out: the right to take files out, and that to see what is in them.
    pub fn is_for(self, role: Role) -> bool {
        let see = match self {
            Self::Gifts | Self::Deposits => Permission::ReadMoney,
            Self::Donors => Permission::ReadDonors,
            Self::Receipts => Permission::ReadReceipts,
            Self::Tickets => Permission::ReadTickets,
        };
        may(role, Permission::Export) && may(role, see)
    }
}

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Which table.
    pub export: Export,
    /// First day, in Europe/Paris.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Calendar year of the gifts, for receipts; for the others [`Asked::in_year`] sets the days.
    pub year: Option<i32>,
    /// RFC 4180 instead of the French spreadsheet's way.
    pub plain: bool,
}

impl Asked {
    /// Everything of `export`.
    pub fn all(export: Export) -> Self {
        Self { export, from: None, to: None, year: None, plain: false }
    }

    /// Only what belongs to `year`. A year that no date can name changes nothing.
    #[must_use]
    pub fn in_year(mut self, year: i32) -> Self {
        if self.export == Export::Receipts {
            self.year = Some(year);
        } else if let (Some(first), Some(last)) =
            (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31))
        {
            self.from = Some(self.from.map_or(first, |from| Ord::max(from, first)));
            self.to = Some(self.to.map_or(last, |to| Ord::min(to, last)));
        }
        self
    }

    /// First and last day, far away where none was asked for.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let far = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        (self.from.unwrap_or_else(|| far(1000)), self.to.unwrap_or_else(|| far(9000)))
    }

    /// Name of the file: `gifts-2025.csv`.
    pub fn file_name(&self) -> String {
        let year = self.year.or(match (self.from, self.to) {
            (Some(from), Some(to)) if from.year() == to.year() => Some(from.year()),
            _ => None,
        });
        match year {
            Some(year) => format!("{}-{year}.csv", self.export.name()),
            None => format!("{}.csv", self.export.name()),
        }
    }
}

/// Where rows go: a table over a buffer that is handed on after each page.
pub struct Pen {
    table: Table<Shared>,
    shared: Shared,
    out: Sender<Vec<u8>>,
    /// Rows written.
    pub rows: u64,
    /// Whether this is the French flavour.
    pub french: bool,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().map_err(|_| io::Error::other("a writer panicked"))?.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pen {
    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Failure> {
        self.rows += 1;
        Ok(self.table.row(cells)?)
    }

    /// Hands on what was written. False when nobody takes it any more.
    pub async fn give(&mut self) -> Result<bool, Failure> {
        self.table.flush()?;
        let bytes = match self.shared.0.lock() {
            Ok(mut buffer) => std::mem::take(&mut *buffer),
            Err(_) => return Err(Failure::new("a writer panicked")),
        };
        Ok(bytes.is_empty() || self.out.send(bytes).await.is_ok())
    }
}

/// Writes the table that was asked for into `out`. Gives the number of rows. The header comes first, even
/// when there is no row.
pub async fn run(core: &Core, asked: &Asked, out: Sender<Vec<u8>>) -> Result<u64, Failure> {
    let flavour = if asked.plain { Flavour::Plain } else { Flavour::French };
    let names: Vec<&str> =
        asked.export.columns().iter().map(|c| if asked.plain { c.plain } else { c.fr }).collect();
    let shared = Shared::default();
    let table = Table::new(shared.clone(), flavour, &names)?;
    let mut pen = Pen { table, shared, out, rows: 0, french: !asked.plain };
    let done = match asked.export {
        Export::Gifts => sheets::gifts(core, asked, &mut pen).await,
        Export::Donors => sheets::donors(core, asked, &mut pen).await,
        Export::Receipts => sheets::receipts(core, asked, &mut pen).await,
        Export::Tickets => sheets::tickets(core, asked, &mut pen).await,
        Export::Deposits => sheets::deposits(core, asked, &mut pen).await,
    };
    done?;
    pen.give().await?;
    Ok(pen.rows)
}
