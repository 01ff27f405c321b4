//! Lines that could not be read, put right by a person: they become a small file of their own, which goes the way of every
//! file. The file that they come from stays as it came.

use std::collections::BTreeSet;

use entities::import_file;
use moneyin::sheet::{Sheet, sheet, stands_alone};
use moneyin::{Broken, FileRefusal};
use reports::csv::{Cell, Flavour, Table};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::own::{Own, bring};
use super::preview::named;
use super::{Refusal, file};
use crate::imports::reading::Source;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Longest corrected cell.
const LONGEST: usize = 2000;

/// The cells of some lines of a kept file; none when its lines do not stand alone.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::File`].
pub async fn cells(core: &Core, id: i64, lines: BTreeSet<u64>) -> Result<Option<Sheet>, Stop<Refusal>> {
    let found = file(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    if !stands_alone(source.0) {
        return Ok(None);
    }
    let named = named(core, found.account_id, found.table_id).await?;
    let path = core.blobs.file(&found.file_hash);
    let reading =
        tokio::task::spawn_blocking(move || sheet(source.0, std::fs::File::open(path)?, &named, &lines));
    match reading.await.map_err(|error| Failure::new(error.to_string()))? {
        Ok(sheet) => Ok(sheet),
        Err(Broken::Disk(error)) => Err(Failure::from(error).into()),
        Err(Broken::File(refusal)) => Err(Stop::Refused(Refusal::File(refusal))),
    }
}

/// Brings corrected lines as a file to look at; gives that file.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::File`].
pub async fn correct(
    core: &Core,
    actor: &Actor,
    id: i64,
    rows: &[(u64, Vec<String>)],
) -> Result<i64, Stop<Refusal>> {
    let found = file(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    let lines: BTreeSet<u64> = rows.iter().map(|(line, _)| *line).collect();
    let sheet = cells(core, id, lines).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let known = |line: &u64| sheet.rows.iter().any(|(there, _)| there == line);
    let kept: Vec<&Vec<String>> =
        rows.iter().filter(|(line, _)| known(line)).map(|(_, cells)| cells).collect();
    if kept.is_empty() {
        return Err(Stop::Refused(Refusal::File(FileRefusal::NoLine)));
    }
    let bytes = table(&sheet.names, &kept)?;
    let name = format!("{} (lignes corrigées)", found.file_name);
    let of = (found.account_id, found.table_id);
    let own = Own { source, name: &name, bytes: &bytes, of, givers: &[] };
    let new = bring(core, actor, own).await?;
    let tx = Tx::begin(core, actor.clone()).await?;
    import_file::Entity::update_many()
        .col_expr(import_file::Column::CorrectsId, Expr::value(id))
        .filter(import_file::Column::Id.eq(new))
        .exec(tx.conn())
        .await?;
    let detail =
        serde_json::json!({ "file": id, "lines": rows.iter().map(|(line, _)| line).collect::<Vec<_>>() });
    tx.audit("import.correct", ("import", new), detail).await?;
    tx.commit().await?;
    Ok(new)
}

/// Texts as they are typed: nothing is made harmless for a spreadsheet on its way into the ledger.
fn table(names: &[String], rows: &[&Vec<String>]) -> Result<Vec<u8>, Failure> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut table = Table::new(Vec::new(), Flavour::Plain, &names)?;
    for cells in rows {
        let cut: Vec<String> = (0..names.len())
            .map(|at| cells.get(at).map(|cell| cell.chars().take(LONGEST).collect()).unwrap_or_default())
            .collect();
        let cells: Vec<Cell<'_>> = cut.iter().map(|cell| Cell::Text(cell)).collect();
        table.row(&cells)?;
    }
    Ok(table.finish()?)
}
