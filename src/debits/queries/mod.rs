//! What is due, what was announced, collections, and what came back.

mod dues;
mod facts;
pub mod proof;

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{debit_collection, instalment, mandate, movement, plan};
use moneyin::Part;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

pub use dues::{Batch, Due, Waiting, announced, dues, setup, waiting};
pub use facts::{Facts, FrozenDebit};

use dues::mandates;

use crate::imports;
use crate::platform::Failure;
use crate::web::paging::{PAGE, Slice, Way};

/// A collection with the state of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its row.
    pub row: debit_collection::Model,
    /// As it was frozen.
    pub facts: Facts,
    /// State of its file in the ledger of files; empty when it was not brought.
    pub state: String,
    /// Debits of it that came back.
    pub returned: i64,
}

impl Found {
    /// Whether its file is there: being looked at or taken.
    pub fn stands(&self) -> bool {
        imports::queries::stands(&self.state)
    }
}

async fn with_state(
    conn: &impl ConnectionTrait,
    rows: Vec<debit_collection::Model>,
) -> Result<Vec<Found>, Failure> {
    let states = imports::queries::states(conn, rows.iter().filter_map(|row| row.import_id)).await?;
    let returned: Vec<(Option<i64>, i64)> = instalment::Entity::find()
        .select_only()
        .column(instalment::Column::CollectionId)
        .column_as(instalment::Column::Id.count(), "n")
        .filter(instalment::Column::CollectionId.is_in(rows.iter().map(|row| row.id)))
        .filter(instalment::Column::State.eq("returned"))
        .group_by(instalment::Column::CollectionId)
        .into_tuple()
        .all(conn)
        .await?;
    let returned: HashMap<i64, i64> = returned.into_iter().filter_map(|(id, n)| Some((id?, n))).collect();
    rows.into_iter()
        .map(|row| {
            let facts = serde_json::from_str(&row.facts)?;
            let state = row.import_id.and_then(|id| states.get(&id).cloned()).unwrap_or_default();
            Ok(Found { facts, state, returned: returned.get(&row.id).copied().unwrap_or(0), row })
        })
        .collect()
}

/// A collection.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Found>, Failure> {
    let row = debit_collection::Entity::find_by_id(id).one(conn).await?;
    Ok(with_state(conn, row.into_iter().collect()).await?.pop())
}

/// A page of collections, newest first.
pub async fn page(conn: &impl ConnectionTrait, way: &Way<i64>) -> Result<Slice<Found>, Failure> {
    use debit_collection::Column;
    let mut found = debit_collection::Entity::find().limit(PAGE + 1);
    found = match way {
        Way::First => found.order_by_desc(Column::Id),
        Way::After(id) => found.filter(Column::Id.lt(*id)).order_by_desc(Column::Id),
        Way::Before(id) => found.filter(Column::Id.gt(*id)).order_by_asc(Column::Id),
    };
    let slice = Slice::cut(found.all(conn).await?, way);
    Ok(Slice { rows: with_state(conn, slice.rows).await?, before: slice.before, after: slice.after })
}

/// Debits of a collection.
pub async fn debits(
    conn: &impl ConnectionTrait,
    id: i64,
) -> Result<HashMap<i64, instalment::Model>, Failure> {
    let rows = instalment::Entity::find().filter(instalment::Column::CollectionId.eq(id)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The sealed accounts of a collection, by instalment.
pub async fn sealed(conn: &impl ConnectionTrait, id: i64) -> Result<HashMap<i64, String>, Failure> {
    let rows = debits(conn, id).await?;
    Ok(rows.into_iter().filter_map(|(id, row)| Some((id, row.iban_sealed?))).collect())
}

/// Who gives each debit of a collection, by its name for the bank.
pub async fn givers(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<(String, i64)>, Failure> {
    let rows = debits(conn, id).await?;
    let of = mandates(conn, rows.values().map(|row| row.mandate_id).collect()).await?;
    Ok(rows
        .into_values()
        .filter_map(|row| Some((row.end_to_end, of.get(&row.mandate_id)?.donor_id)))
        .collect())
}

/// Whether the plan and the mandate of an instalment go on.
pub async fn goes_on(conn: &impl ConnectionTrait, one: &instalment::Model) -> Result<bool, Failure> {
    let plan = plan::Entity::find_by_id(one.plan_id).one(conn).await?;
    let mandate = mandate::Entity::find_by_id(one.mandate_id).one(conn).await?;
    Ok(plan.is_some_and(|plan| plan.ended_on.is_none())
        && mandate.is_some_and(|mandate| mandate.state == "active"))
}

/// The last day a mandate was used on.
pub async fn last_use(conn: &impl ConnectionTrait, mandate_id: i64) -> Result<Option<NaiveDate>, Failure> {
    let sql = "SELECT MAX(c.collect_on) AS last FROM instalment i JOIN debit_collection c ON c.id = i.collection_id \
               WHERE i.mandate_id = $1 AND c.cancelled_at IS NULL";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [mandate_id.into()]);
    match conn.query_one_raw(asked).await? {
        Some(row) => Ok(row.try_get("", "last")?),
        None => Ok(None),
    }
}

/// A debit that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Its instalment.
    pub instalment_id: i64,
    /// The day the bank took it back.
    pub on: NaiveDate,
    /// Why, as the statement says it.
    pub code: Option<String>,
}

/// Debits that a statement says came back and whose instalment does not know it.
pub async fn came_back(conn: &impl ConnectionTrait) -> Result<Vec<Back>, Failure> {
    let sql = "SELECT i.id AS id, i.end_to_end AS name, m.booked_on AS day, b.id AS line \
               FROM instalment i JOIN movement m ON m.about = i.end_to_end AND m.kind = 'dispute' AND m.net_cents < 0 \
               JOIN money_account a ON a.id = m.account_id AND a.source = 'sepa' \
               LEFT JOIN payout_match p ON p.account_id = m.account_id AND p.payout = m.payout \
               LEFT JOIN movement b ON b.id = p.movement_id WHERE i.state = 'collected' LIMIT 500";
    let mut found = Vec::new();
    for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await? {
        let name: String = row.try_get("", "name")?;
        let line: Option<i64> = row.try_get("", "line")?;
        let line = match line {
            Some(id) => movement::Entity::find_by_id(id).one(conn).await?,
            None => None,
        };
        let parts: Vec<Part> = match line.and_then(|line| line.parts) {
            Some(text) => serde_json::from_str(&text)?,
            None => Vec::new(),
        };
        let code = parts
            .into_iter()
            .find(|part| part.end_to_end == name)
            .map(|part| part.returned)
            .filter(|code| !code.is_empty());
        found.push(Back { instalment_id: row.try_get("", "id")?, on: row.try_get("", "day")?, code });
    }
    Ok(found)
}
