//! Through which day the ledger is closed (law G2).

use chrono::NaiveDate;
use entities::{gift, period_close};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, Statement,
};

use crate::check::Breach;
use crate::platform::Failure;

/// The last day that is closed; none when nothing is.
pub async fn closed_through(conn: &impl ConnectionTrait) -> Result<Option<NaiveDate>, Failure> {
    let last = period_close::Entity::find()
        .filter(period_close::Column::ReopenedAt.is_null())
        .order_by_desc(period_close::Column::Through)
        .one(conn)
        .await?;
    Ok(last.map(|closed| closed.through))
}

/// Gifts of closed days that a file brought or told something: it cannot be undone.
pub async fn closed_of_file(
    conn: &impl ConnectionTrait,
    import_id: i64,
    through: NaiveDate,
) -> Result<u64, Failure> {
    let of_file = Condition::any()
        .add(gift::Column::ImportId.eq(import_id))
        .add(gift::Column::LearnedImportId.eq(import_id));
    Ok(gift::Entity::find().filter(of_file).filter(gift::Column::GiftDate.lte(through)).count(conn).await?)
}

#[derive(FromQueryResult)]
struct Late {
    id: i64,
    through: NaiveDate,
}

/// Lines that came into a period after it was closed.
pub(super) async fn check(conn: &impl ConnectionTrait) -> Result<Vec<Breach>, Failure> {
    let sql = "SELECT g.id AS id, p.through AS through FROM gift g JOIN period_close p ON p.through >= g.gift_date \
               AND p.reopened_at IS NULL AND g.created_at > p.closed_at LIMIT 1000";
    let late = Statement::from_string(conn.get_database_backend(), sql);
    let late = Late::find_by_statement(late).all(conn).await?;
    Ok(late
        .into_iter()
        .map(|line| Breach {
            law: "G2",
            subject: format!("gift {}", line.id),
            what: format!("was written after its period was closed (through {})", line.through),
        })
        .collect())
}
