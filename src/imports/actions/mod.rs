//! What changes the ledger of files: preview, take, undo, abandon, choose.

mod again;
mod alike;
mod archive;
mod corrections;
mod judge;
mod known;
mod moves;
mod own;
mod preview;
mod stage;
mod tables;
mod take;
mod undo;
mod walk;

use entities::import_file;
use sea_orm::{ConnectionTrait, EntityTrait};

pub use again::refresh;
pub use corrections::{cells, correct};
pub use own::{Own, bring};
pub use preview::{Brought, Outcome, accept, guess, lay_out, preview};
pub use tables::{map_table, name_table};
pub use take::{Taken, take};
pub use undo::{abandon, assign, choose, undo};

use super::reading;
use crate::clearing;
use crate::platform::{Failure, Say};
use moneyin::FileRefusal;

/// Why a verb did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The whole file.
    File(FileRefusal),
    /// The account that the file is of.
    Account(clearing::Refusal),
    /// A table needs a name of its own.
    TableName,
    /// There is no such file, or no such line of one.
    Unknown,
    /// Only a preview is taken or abandoned.
    NotPreviewed {
        /// What it is.
        state: String,
    },
    /// Only a taken file is undone.
    NotTaken {
        /// What it is.
        state: String,
    },
    /// The ledger changed since the preview.
    Stale {
        /// Lines whose verdict is another one now.
        lines: u64,
    },
    /// Gifts of the file stand on receipts.
    OnReceipts {
        /// How many.
        count: i64,
        /// The first numbers.
        numbers: Vec<String>,
    },
    /// Gifts were recorded from bank lines of the file.
    GiftsOfLines {
        /// How many.
        count: i64,
    },
    /// Gifts or movements of the file are in a closed period.
    PeriodClosed {
        /// Its last day.
        through: chrono::NaiveDate,
    },
    /// The file was written anew with what was put right of it: what is left is put right there.
    WrittenAnew {
        /// The number of that file.
        id: i64,
    },
    /// Proofs are kept with gifts of the file.
    Proven {
        /// How many.
        gifts: u64,
    },
    /// Gifts of the file were corrected since.
    CorrectedSince {
        /// How many.
        count: i64,
    },
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::File(refusal) => reading::say(refusal.sentence()),
            Self::Account(refusal) => refusal.say(),
            Self::TableName => Say::new("imports-refused-table-name"),
            Self::Unknown => Say::new("imports-refused-unknown"),
            Self::NotPreviewed { state } => {
                Say::new("imports-refused-not-previewed").with("state", state.clone())
            }
            Self::NotTaken { state } => Say::new("imports-refused-not-taken").with("state", state.clone()),
            Self::Stale { lines } => Say::new("imports-refused-stale").count("lines", lines),
            Self::OnReceipts { count, numbers } => Say::new("imports-refused-on-receipts")
                .count("count", count)
                .with("numbers", numbers.join(", ")),
            Self::GiftsOfLines { count } => Say::new("imports-refused-gifts-of-lines").count("count", count),
            Self::PeriodClosed { through } => {
                Say::new("imports-refused-period-closed").with("day", rules::dates::short_fr(*through))
            }
            Self::Proven { gifts } => Say::new("imports-refused-proven").count("count", gifts),
            Self::WrittenAnew { id } => Say::new("imports-refused-written-anew").count("id", id),
            Self::CorrectedSince { count } => Say::new("imports-refused-corrected").count("count", count),
        }
    }
}

/// The file, if there is one.
pub(super) async fn file(
    conn: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<import_file::Model>, Failure> {
    Ok(import_file::Entity::find_by_id(id).one(conn).await?)
}
