//! A file is read, judged and laid out: nothing is in the ledger yet.

use std::path::{Path, PathBuf};

use entities::{import_file, import_row};
use moneyin::{Broken, FileRefusal, Seen, helloasso};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::mpsc;

use super::again::settle;
use super::stage::stage;
use super::{Refusal, file};
use crate::imports::queries;
use crate::imports::reading::{Entry, Piece as Read, Source};
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Lines judged and written at once.
pub(super) const AT_ONCE: usize = 1000;

/// What a preview gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A preview to look at.
    Previewed {
        /// The file.
        id: i64,
    },
    /// The very same file is in the ledger: nothing to do.
    AlreadyTaken {
        /// The file.
        id: i64,
    },
}

/// What the reading thread sends.
enum Piece {
    Entries(Vec<Entry>),
    Failed(Broken),
}

/// Keeps the file at `path` and lays it out; `progress` hears the number of lines done.
///
/// # Errors
/// As [`accept`].
pub async fn preview(
    core: &Core,
    actor: &Actor,
    source: Source,
    name: &str,
    path: &Path,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Outcome, Stop<Refusal>> {
    let outcome = accept(core, actor, source, name, path).await?;
    if let Outcome::Previewed { id } = outcome {
        lay_out(core, actor, id, progress).await?;
    }
    Ok(outcome)
}

/// Looks at the file at `path` and keeps its bytes; [`lay_out`] does the rest.
///
/// # Errors
/// [`Refusal::File`] when the whole file cannot be read; nothing is kept then.
pub async fn accept(
    core: &Core,
    actor: &Actor,
    source: Source,
    name: &str,
    path: &Path,
) -> Result<Outcome, Stop<Refusal>> {
    let seen = match look(source, path.to_owned()).await? {
        Ok(seen) => seen,
        Err(refusal) => return Err(Stop::Refused(Refusal::File(refusal))),
    };
    let stored = core.blobs.put_file(path.to_owned()).await?;
    if let Some(id) = queries::taken_with(core, source, &stored.hash).await? {
        return Ok(Outcome::AlreadyTaken { id });
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    core.blobs.name_in(&tx, &stored).await?;
    let row = import_file::ActiveModel {
        source: Set(source.code().into()),
        file_name: Set(name.chars().filter(|c| !c.is_control()).take(200).collect()),
        file_hash: Set(stored.hash),
        size: Set(stored.size),
        state: Set("reading".into()),
        rows_new: Set(0),
        rows_known: Set(0),
        rows_changed: Set(0),
        rows_conflict: Set(0),
        rows_refused: Set(0),
        rows_ignored: Set(0),
        cents_new: Set(0),
        notes: Set(serde_json::to_string(&seen)?),
        created_by: Set(actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = import_file::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.commit().await?;
    Ok(Outcome::Previewed { id })
}

/// Reads a kept file and judges each line. It may be asked again: what was laid out is laid out anew.
///
/// # Errors
/// [`Refusal::Unknown`].
pub async fn lay_out(
    core: &Core,
    actor: &Actor,
    id: i64,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<(), Stop<Refusal>> {
    let tx = Tx::begin(core, actor.clone()).await?;
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "reading" {
        return Ok(());
    }
    import_row::Entity::delete_many().filter(import_row::Column::ImportId.eq(id)).exec(tx.conn()).await?;
    tx.commit().await?;
    let mut pieces = read(source, core.blobs.file(&found.file_hash));
    let mut lines = 0;
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Entries(entries) => {
                lines += entries.len() as u64;
                stage(core, actor, source, id, entries).await?;
                progress(lines);
            }
            Piece::Failed(Broken::Disk(error)) => return Err(Failure::from(error).into()),
            Piece::Failed(Broken::File(refusal)) => return Err(Stop::Refused(Refusal::File(refusal))),
        }
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    settle(&tx, id).await?;
    Ok(tx.commit().await?)
}

async fn look(source: Source, path: PathBuf) -> Result<Result<Seen, FileRefusal>, Failure> {
    let looking = tokio::task::spawn_blocking(move || {
        let Source::HelloAsso = source;
        helloasso::open(std::fs::File::open(path)?).map(|entries| entries.seen)
    });
    match looking.await.map_err(|error| Failure::new(error.to_string()))? {
        Ok(seen) => Ok(Ok(seen)),
        Err(Broken::File(refusal)) => Ok(Err(refusal)),
        Err(Broken::Disk(error)) => Err(error.into()),
    }
}

/// Reads on a thread of its own, a few pieces ahead.
fn read(source: Source, path: PathBuf) -> mpsc::Receiver<Piece> {
    let (to, from) = mpsc::channel(3);
    tokio::task::spawn_blocking(move || {
        let Source::HelloAsso = source;
        let opened = std::fs::File::open(path).map_err(Broken::Disk).and_then(helloasso::open);
        let entries = match opened {
            Ok(entries) => entries,
            Err(broken) => return to.blocking_send(Piece::Failed(broken)),
        };
        let mut some = Vec::with_capacity(AT_ONCE);
        for piece in entries {
            match piece {
                Ok(Read::Line(entry)) => some.push(entry),
                Ok(Read::Statement(_)) => {}
                Err(broken) => return to.blocking_send(Piece::Failed(broken)),
            }
            if some.len() == AT_ONCE {
                to.blocking_send(Piece::Entries(std::mem::take(&mut some)))?;
            }
        }
        to.blocking_send(Piece::Entries(some))
    });
    from
}
