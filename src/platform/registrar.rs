//! What the room of receipts does for the ledger, which is built before it: says what receipts would be, and lets a
//! receipt go together with a gift that is taken back.

use rules::lang::Lang;

use super::{Core, Failure, Tx};

/// A receipt that stands, or one that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its number; none for one to come.
    pub number: Option<String>,
    /// Cents.
    pub cents: i64,
    /// Lines of the ledger on it.
    pub gifts: Vec<i64>,
}

/// The receipts of a donor for a year, as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// Those that were issued and stand.
    pub standing: Vec<Paper>,
    /// Those that would be issued now.
    pub coming: Vec<Paper>,
    /// Lines on none of them, each with its reason as a sentence.
    pub left: Vec<(i64, String)>,
}

/// A donor and a calendar year.
pub type OfYear = (i64, i32);

/// The keeper of receipts.
#[async_trait::async_trait]
pub trait Registrar: Send + Sync {
    /// The receipts of a donor for a year, as this transaction sees the ledger; `asked` for by name, as a receipt that
    /// takes the place of another is. Nothing before the association was set up.
    async fn outlook(
        &self,
        core: &Core,
        tx: &Tx,
        of: OfYear,
        asked: bool,
        lang: Lang,
    ) -> Result<Outlook, Failure>;

    /// Cancels a receipt, so that its lines may be taken back; [`Registrar::renew`] follows in the same transaction.
    /// False when it does not stand.
    async fn free(&self, core: &Core, tx: &Tx, number: &str, reason: &str) -> Result<bool, Failure>;

    /// Issues what is left of a receipt that was freed, with the line that was written for the rest of a gift, and gives
    /// its number, or none when nothing is left. The donor is told of either.
    async fn renew(
        &self,
        core: &Core,
        tx: &Tx,
        number: &str,
        left: Option<i64>,
    ) -> Result<Option<String>, Failure>;
}
