//! A file is read, judged and laid out: nothing is in the ledger yet.

use std::path::{Path, PathBuf};

use entities::{import_file, import_row};
use moneyin::any::{self, Examined, Named};
use moneyin::{Broken, FileRefusal};
use rules::money::Cents;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::mpsc;

use super::again::settle;
use super::stage::{Laying, stage};
use super::{Refusal, file};
use crate::clearing;
use crate::imports::queries;
use crate::imports::reading::{Entry, Notes, Piece as Read, Source};
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
    Entries(Vec<(usize, Entry)>),
    /// What lacks between the balances that a payment tool tells and its lines.
    Gap(Cents),
    Failed(Broken),
}

/// A file that somebody brings.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// Where it comes from.
    pub source: Source,
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub path: &'a Path,
    /// The bank account that was chosen, if one was.
    pub account: Option<i64>,
    /// The table of gifts that it is, if its columns were named.
    pub table: Option<i64>,
}

/// Keeps a file and lays it out; `progress` hears the number of lines done.
///
/// # Errors
/// As [`accept`].
pub async fn preview(
    core: &Core,
    actor: &Actor,
    brought: Brought<'_>,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Outcome, Stop<Refusal>> {
    let outcome = accept(core, actor, brought).await?;
    if let Outcome::Previewed { id } = outcome {
        lay_out(core, actor, id, progress).await?;
    }
    Ok(outcome)
}

/// What a file is, when nobody said so; an archive of one file is that file.
pub async fn guess(path: &Path) -> Result<Option<Source>, Failure> {
    let path = path.to_owned();
    let guessing = tokio::task::spawn_blocking(move || {
        let unpacked = super::archive::unpack(&path)?.ok().flatten();
        let path = unpacked.as_ref().map_or(path.as_path(), |file| file.path());
        any::guess(std::fs::File::open(path)?)
    });
    Ok(guessing.await.map_err(|error| Failure::new(error.to_string()))??.map(Source))
}

/// Looks at a file and keeps its bytes; [`lay_out`] does the rest. An archive of one file is that file.
///
/// # Errors
/// [`Refusal::File`] when the whole file cannot be read, [`Refusal::Account`] when it is not known which account it
/// is of; nothing is kept then.
pub async fn accept(core: &Core, actor: &Actor, brought: Brought<'_>) -> Result<Outcome, Stop<Refusal>> {
    let Brought { source, name, path, account, table } = brought;
    let unpacked = match unpack(path.to_owned()).await? {
        Ok(unpacked) => unpacked,
        Err(refusal) => return Err(Stop::Refused(Refusal::File(refusal))),
    };
    let path = unpacked.as_ref().map_or(path, |file| file.path());
    let named = named(core, account, table).await?;
    let Examined { seen, statements, .. } = match look(source, path.to_owned(), named).await? {
        Ok(examined) => examined,
        Err(refusal) => return Err(Stop::Refused(Refusal::File(refusal))),
    };
    for statement in &statements {
        let told = clearing::Told { told: statement.account.clone(), chosen: account };
        if let Err(refusal) = Stop::split(clearing::actions::accounts::find(core.db.read(), &told).await)? {
            return Err(Stop::Refused(Refusal::Account(refusal)));
        }
    }
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
        notes: Set(serde_json::to_string(&Notes { seen, statements, gap: None, judged_at: None })?),
        account_id: Set(account),
        table_id: Set(table),
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
    tx.hold_table("audit").await?; // who writes now has ended: what the audit tells next came after
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "reading" {
        return Ok(());
    }
    import_row::Entity::delete_many().filter(import_row::Column::ImportId.eq(id)).exec(tx.conn()).await?;
    let mut notes: Notes = serde_json::from_str(&found.notes).map_err(Failure::from)?;
    notes.judged_at = Some(queries::last_audited(tx.conn()).await?);
    keep_notes(&tx, id, &notes).await?;
    tx.commit().await?;
    let laying = Laying::begin(core, source, &found).await?;
    let named = named(core, found.account_id, found.table_id).await?;
    let mut pieces = read(source, core.blobs.file(&found.file_hash), named);
    let mut lines = 0;
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Entries(entries) => {
                lines += entries.len() as u64;
                stage(core, actor, &laying, entries).await?;
                progress(lines);
            }
            Piece::Gap(gap) => {
                notes.gap = Some(gap);
                let tx = Tx::begin(core, actor.clone()).await?;
                keep_notes(&tx, id, &notes).await?;
                tx.commit().await?;
            }
            Piece::Failed(Broken::Disk(error)) => return Err(Failure::from(error).into()),
            Piece::Failed(Broken::File(refusal)) => {
                // Nothing of a file that breaks in its middle stays.
                let tx = Tx::begin(core, actor.clone()).await?;
                Stop::split(super::abandon(&tx, id).await)?.ok();
                tx.commit().await?;
                return Err(Stop::Refused(Refusal::File(refusal)));
            }
        }
    }
    let tx = Tx::begin(core, actor.clone()).await?;
    settle(&tx, id).await?;
    Ok(tx.commit().await?)
}

async fn keep_notes(tx: &Tx, id: i64, notes: &Notes) -> Result<(), Failure> {
    import_file::Entity::update_many()
        .col_expr(import_file::Column::Notes, Expr::value(serde_json::to_string(notes)?))
        .filter(import_file::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The columns that were named for this account or this table.
pub(super) async fn named(core: &Core, account: Option<i64>, table: Option<i64>) -> Result<Named, Failure> {
    let conn = core.db.read();
    let bank = clearing::queries::accounts::mapping(conn, account).await?;
    Ok(Named { bank, gifts: queries::tables::mapping(conn, table).await? })
}

/// The only file of an archive, in a temporary one; none when it is no archive.
async fn unpack(path: PathBuf) -> Result<Result<Option<tempfile::NamedTempFile>, FileRefusal>, Failure> {
    let unpacking = tokio::task::spawn_blocking(move || super::archive::unpack(&path));
    Ok(unpacking.await.map_err(|error| Failure::new(error.to_string()))??)
}

async fn look(source: Source, path: PathBuf, named: Named) -> Result<Result<Examined, FileRefusal>, Failure> {
    let looking =
        tokio::task::spawn_blocking(move || any::examine(source.0, std::fs::File::open(path)?, &named));
    match looking.await.map_err(|error| Failure::new(error.to_string()))? {
        Ok(examined) => Ok(Ok(examined)),
        Err(Broken::File(refusal)) => Ok(Err(refusal)),
        Err(Broken::Disk(error)) => Err(error.into()),
    }
}

/// Reads on a thread of its own, a few pieces ahead; each line with the statement that it is part of.
fn read(source: Source, path: PathBuf, named: Named) -> mpsc::Receiver<Piece> {
    let (to, from) = mpsc::channel(3);
    tokio::task::spawn_blocking(move || {
        let opened = std::fs::File::open(path)
            .map_err(Broken::Disk)
            .and_then(|file| any::open(source.0, file, &named));
        let pieces = match opened {
            Ok(opened) => opened.pieces,
            Err(broken) => return to.blocking_send(Piece::Failed(broken)),
        };
        let (mut some, mut statement) = (Vec::with_capacity(AT_ONCE), 0);
        for piece in pieces {
            match piece {
                Ok(Read::Line(entry)) => some.push((statement, entry)),
                Ok(Read::Statement(told)) => {
                    statement += 1;
                    // A bank's statement that does not sum was refused before; a tool's may be a part of its lines.
                    if let Some(gap) = told.gap().filter(|gap| !source.is_bank() && gap.0 != 0) {
                        to.blocking_send(Piece::Gap(gap))?;
                    }
                }
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
