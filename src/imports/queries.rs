//! Reads of the ledger of files.

use std::collections::HashMap;

use entities::{import_file, import_row};
use rules::money::Cents;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use super::reading::{Facts, Source, Verdict, Why};
use crate::platform::{Core, Failure};

/// Lines and money of one verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Lines.
    pub rows: i64,
    /// What they amount to.
    pub cents: Cents,
}

/// Lines and money of a file by verdict.
pub async fn sums(conn: &impl ConnectionTrait, id: i64) -> Result<HashMap<Verdict, Sum>, Failure> {
    let sql = "SELECT verdict, CAST(COUNT(*) AS BIGINT) AS n, CAST(COALESCE(SUM(cents), 0) AS BIGINT) AS cents \
               FROM import_row WHERE import_id = $1 GROUP BY verdict";
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id)]);
    let mut sums = HashMap::new();
    for row in conn.query_all_raw(statement).await? {
        let verdict: String = row.try_get("", "verdict")?;
        let sum = Sum { rows: row.try_get("", "n")?, cents: Cents(row.try_get("", "cents")?) };
        sums.extend(Verdict::parse(&verdict).map(|verdict| (verdict, sum)));
    }
    Ok(sums)
}

/// The file with these very bytes that is in the ledger, if any, when nothing of it is left to do: no line
/// waits for a person, and no gift that it knew has left the ledger since.
pub async fn taken_with(core: &Core, source: Source, hash: &str) -> Result<Option<i64>, Failure> {
    let found = import_file::Entity::find()
        .filter(import_file::Column::FileHash.eq(hash))
        .filter(import_file::Column::Source.eq(source.code()))
        .filter(import_file::Column::State.eq("taken"))
        .order_by_desc(import_file::Column::Id)
        .one(core.db.read())
        .await?;
    let Some(file) = found.filter(|file| file.rows_conflict + file.rows_refused == 0) else {
        return Ok(None);
    };
    let gone = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(file.id))
        .filter(import_row::Column::Verdict.is_in(["new", "changed", "known"]))
        .filter(import_row::Column::GiftId.is_null())
        .one(core.db.read())
        .await?;
    Ok(gone.is_none().then_some(file.id))
}

/// A file.
pub async fn file(core: &Core, id: i64) -> Result<Option<import_file::Model>, Failure> {
    Ok(import_file::Entity::find_by_id(id).one(core.db.read()).await?)
}

/// A line of a file as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Row.
    pub id: i64,
    /// Line of the file.
    pub line: i64,
    /// Name of the gift.
    pub key: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub why: Option<Why>,
    /// What the file says.
    pub facts: Facts,
    /// The donor, if known.
    pub donor_id: Option<i64>,
    /// A donor who resembles.
    pub proposed_id: Option<i64>,
    /// Whether a person chose.
    pub chosen: bool,
    /// The ledger's line, if known.
    pub gift_id: Option<i64>,
}

/// Lines of a file with one of `verdicts`, after row `after`, `limit` at most.
pub async fn lines(
    core: &Core,
    id: i64,
    verdicts: &[Verdict],
    after: i64,
    limit: u64,
) -> Result<Vec<Line>, Failure> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Verdict.is_in(verdicts.iter().map(|v| v.code())))
        .filter(import_row::Column::Id.gt(after))
        .order_by_asc(import_row::Column::Id)
        .limit(limit)
        .all(core.db.read())
        .await?;
    rows.into_iter().map(line).collect()
}

fn line(row: import_row::Model) -> Result<Line, Failure> {
    Ok(Line {
        id: row.id,
        line: row.line,
        key: row.row_key,
        verdict: Verdict::parse(&row.verdict).unwrap_or(Verdict::Refused),
        why: row.reason.as_deref().map(serde_json::from_str).transpose()?,
        facts: serde_json::from_str(&row.facts)?,
        donor_id: row.donor_id,
        proposed_id: row.proposed_id,
        chosen: row.chosen,
        gift_id: row.gift_id,
    })
}
