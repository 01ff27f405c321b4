//! What was announced and is in no file yet.

use entities::hook_event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use super::actions::Tool;
use crate::platform::Failure;

/// Lines of one file.
const MOST: u64 = 5000;

/// Announced payments of a tool that wait, oldest first.
pub async fn waiting(conn: &impl ConnectionTrait, tool: Tool) -> Result<Vec<hook_event::Model>, Failure> {
    Ok(hook_event::Entity::find()
        .filter(hook_event::Column::Source.eq(tool.code()))
        .filter(hook_event::Column::State.eq("waiting"))
        .order_by_asc(hook_event::Column::Id)
        .limit(MOST)
        .all(conn)
        .await?)
}

/// Announced payments of a tool that no gift of the ledger bears the name of: number and cents.
pub async fn missing(conn: &impl ConnectionTrait, tool: Tool) -> Result<(i64, i64), Failure> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) AS n, CAST(COALESCE(SUM(e.cents), 0) AS BIGINT) AS cents FROM hook_event e \
               WHERE e.source = $1 AND e.state = 'waiting' \
               AND NOT EXISTS (SELECT 1 FROM gift g WHERE g.source = e.source AND g.external_id = e.payment_key)";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [tool.code().into()]);
    match conn.query_one_raw(asked).await? {
        Some(row) => Ok((row.try_get("", "n")?, row.try_get("", "cents")?)),
        None => Ok((0, 0)),
    }
}

/// The last announcements, newest first.
pub async fn last(conn: &impl ConnectionTrait) -> Result<Vec<hook_event::Model>, Failure> {
    Ok(hook_event::Entity::find().order_by_desc(hook_event::Column::Id).limit(50).all(conn).await?)
}
