//! Files that Soutien writes itself: a slip of cheques, a collection of debits, payments announced. They go the way of every
//! file (law G3).

use std::io::Write;

use super::preview::{Brought, Outcome, preview};
use super::{Refusal, assign};
use crate::imports::reading::Source;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// A file of our own.
#[derive(Debug)]
pub struct Own<'a> {
    /// What it is read as.
    pub source: Source,
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The bank account, the table of gifts that it belongs to.
    pub of: (Option<i64>, Option<i64>),
    /// Who gave which line, by its key: a person said so before.
    pub givers: &'a [(String, i64)],
}

/// Lays a file of our own out; gives it. Nothing is in the ledger before a person takes it.
///
/// # Errors
/// As [`preview`].
pub async fn bring(core: &Core, actor: &Actor, own: Own<'_>) -> Result<i64, Stop<Refusal>> {
    let mut file = tempfile::NamedTempFile::new().map_err(Failure::from)?;
    file.write_all(own.bytes).map_err(Failure::from)?;
    let (account, table) = own.of;
    let brought = Brought { source: own.source, name: own.name, path: file.path(), account, table };
    let outcome = preview(core, actor, brought, &|_| {}).await?;
    let (Outcome::Previewed { id } | Outcome::AlreadyTaken { id }) = outcome;
    if own.givers.is_empty() {
        return Ok(id);
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    match Stop::split(assign(&tx, id, own.givers).await)? {
        Ok(()) | Err(Refusal::NotPreviewed { .. }) => {}
        Err(why) => return Err(Stop::Refused(why)),
    }
    tx.commit().await?;
    Ok(id)
}
