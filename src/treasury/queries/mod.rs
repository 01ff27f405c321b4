//! Reads of the treasury: pages of exports, sums of a year.

pub mod donors;
pub mod gifts;
pub mod receipts;
pub mod sums;
pub mod tickets;

use sea_orm::{FromQueryResult, Statement, Value};

use crate::platform::{Core, Failure};

/// Rows of a text of SQL that both engines read (`$1`, `$2`…).
async fn rows<T: FromQueryResult>(
    core: &Core,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<T>, Failure> {
    let conn = core.db.read();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(T::find_by_statement(statement).all(conn).await?)
}

/// Midnights between which an instant falls on one of these days in Paris.
fn midnights(asked: &super::Asked) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
    let (from, to) = asked.days();
    let at = |day| rules::dates::paris_midnight(day).unwrap_or_default();
    (at(from), at(to.succ_opt().unwrap_or(to)))
}
