//! Lines that could not be read, put right by a person: they become a file of their own, which goes the way of every file.
//! The file that they come from stays as it came.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use entities::import_file;
use moneyin::sheet::{Again, Sheet, again, rewrite, sheet};
use moneyin::{Broken, FileRefusal, apart};
use reports::csv::{Cell, Flavour, Table};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::preview::{Brought, Outcome, accept, named};
use super::{Refusal, abandon, file};
use crate::imports::queries::written_anew_in;
use crate::imports::reading::Source;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Longest corrected cell.
const LONGEST: usize = 2000;

/// The cells of some lines of a kept file; none when they cannot be put right.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::File`].
pub async fn cells(core: &Core, id: i64, lines: BTreeSet<u64>) -> Result<Option<Sheet>, Stop<Refusal>> {
    let found = file(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    if !source.may_correct(&found.state) {
        return Ok(None);
    }
    let named = named(core, found.account_id, found.table_id).await?;
    let path = core.blobs.file(&found.file_hash);
    let reading =
        tokio::task::spawn_blocking(move || sheet(source.0, std::fs::File::open(path)?, &named, &lines));
    done(reading.await)
}

/// Keeps corrected lines as a file to lay out ([`super::lay_out`]), in the way that suits the file ([`Again`]).
///
/// # Errors
/// [`Refusal::Unknown`]; [`Refusal::File`] when no line is left, or the whole does not sum; [`Refusal::WrittenAnew`].
pub async fn correct(
    core: &Core,
    actor: &Actor,
    id: i64,
    rows: &[(u64, Vec<String>)],
) -> Result<Outcome, Stop<Refusal>> {
    let found = file(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    let lines: BTreeSet<u64> = rows.iter().map(|(line, _)| *line).collect();
    let way = again(source.0).ok_or(Stop::Refused(Refusal::Unknown))?;
    if way != Again::Alone
        && let Some(id) = written_anew_in(core.db.read(), id).await?
    {
        return Err(Stop::Refused(Refusal::WrittenAnew { id }));
    }
    let sheet = cells(core, id, lines).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let known = |line: &u64| sheet.rows.iter().any(|(there, _)| there == line);
    let width = sheet.names.len();
    let kept: BTreeMap<u64, Vec<String>> = rows
        .iter()
        .filter(|(line, _)| known(line))
        .map(|(line, cells)| (*line, (0..width).map(|at| tidy(cells.get(at))).collect()))
        .collect();
    if kept.is_empty() {
        return Err(Stop::Refused(Refusal::File(FileRefusal::NoLine)));
    }
    let mut anew = tempfile::NamedTempFile::new().map_err(Failure::from)?;
    if way == Again::Alone {
        anew.write_all(&table(&sheet.names, kept.values())?).map_err(Failure::from)?;
    } else {
        let named = named(core, found.account_id, found.table_id).await?;
        let (path, to) = (core.blobs.file(&found.file_hash), anew.reopen().map_err(Failure::from)?);
        let writing = move || {
            let (open, to) = (|| std::fs::File::open(&path), std::io::BufWriter::new(to));
            match way {
                Again::Statement => apart::statement(source.0, open, &kept, to),
                Again::Alone | Again::Whole => rewrite(source.0, open()?, &named, &kept, to),
            }
        };
        done(tokio::task::spawn_blocking(writing).await)?;
    }
    let source = if way == Again::Statement { Source::CAMT } else { source };
    let name = format!("{} (lignes corrigées)", found.file_name);
    let (account, table) = (found.account_id, found.table_id);
    let brought = Brought { source, name: &name, path: anew.path(), account, table };
    let outcome = accept(core, actor, brought).await?;
    let Outcome::Previewed { id: new } = outcome else { return Ok(outcome) };
    let tx = Tx::begin(core, actor.clone()).await?;
    tx.alone("correction", &[id.to_string()]).await?;
    let other = if way == Again::Alone { None } else { written_anew_in(tx.conn(), id).await? };
    if let Some(other) = other {
        // Somebody else was faster.
        Stop::split(abandon(&tx, new).await)?.ok();
        tx.commit().await?;
        return Err(Stop::Refused(Refusal::WrittenAnew { id: other }));
    }
    import_file::Entity::update_many()
        .col_expr(import_file::Column::CorrectsId, Expr::value(id))
        .filter(import_file::Column::Id.eq(new))
        .exec(tx.conn())
        .await?;
    let detail =
        serde_json::json!({ "file": id, "lines": rows.iter().map(|(line, _)| line).collect::<Vec<_>>() });
    tx.audit("import.correct", ("import", new), detail).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// What a reading thread gave.
fn done<T>(read: Result<Result<T, Broken>, tokio::task::JoinError>) -> Result<T, Stop<Refusal>> {
    match read.map_err(|error| Failure::new(error.to_string()))? {
        Ok(read) => Ok(read),
        Err(Broken::Disk(error)) => Err(Failure::from(error).into()),
        Err(Broken::File(refusal)) => Err(Stop::Refused(Refusal::File(refusal))),
    }
}

/// A cell as it is typed: on one line, and no longer than any.
fn tidy(cell: Option<&String>) -> String {
    cell.map(|cell| cell.chars().filter(|c| !c.is_control()).take(LONGEST).collect()).unwrap_or_default()
}

/// Texts as they are typed: nothing is made harmless for a spreadsheet on its way into the ledger.
fn table<'r>(names: &[String], rows: impl Iterator<Item = &'r Vec<String>>) -> Result<Vec<u8>, Failure> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut table = Table::new(Vec::new(), Flavour::Plain, &names)?;
    for cells in rows {
        let cells: Vec<Cell<'_>> = cells.iter().map(|cell| Cell::Text(cell)).collect();
        table.row(&cells)?;
    }
    Ok(table.finish()?)
}
