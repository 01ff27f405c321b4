//! What may be said of the wait (law P6): figures from the real queue, those still waiting included.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{promise, ticket};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::platform::Failure;

/// Days over which the usual wait is taken.
const DAYS: i64 = 90;
/// Waits looked at, answered and still waiting each; the latest and the oldest.
const SAMPLE: u64 = 300;
/// Fewest waits from which "usually" may be said.
const FEWEST: usize = 5;
/// A place beyond this is told as "more than".
pub const MANY: i64 = 1000;

/// Place and usual wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The first is 1; at most [`MANY`].
    pub place: u64,
    /// There are more before than we count.
    pub many: bool,
    /// `None` when too few waits are known to say.
    pub usual: Option<TimeDelta>,
}

/// The figures for a ticket owed since `since`.
pub async fn figures(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    ticket_id: i64,
    since: DateTime<Utc>,
) -> Result<Figures, Failure> {
    let earlier = Condition::any()
        .add(ticket::Column::OwedSince.lt(since))
        .add(Condition::all().add(ticket::Column::OwedSince.eq(since)).add(ticket::Column::Id.lt(ticket_id)));
    let owed = ticket::Entity::find()
        .filter(ticket::Column::Promise.eq("owed"))
        .filter(Expr::cust("NOT suspected"))
        .filter(earlier);
    let most = MANY.unsigned_abs();
    let before = owed.select_only().column(ticket::Column::Id).limit(most).count(conn).await?;
    let place = rules::queue::place(before).min(most);
    Ok(Figures { place, many: before >= most, usual: usual(conn, now).await? })
}

/// The usual wait of the last 90 days.
pub async fn usual(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<TimeDelta>, Failure> {
    let answered: Vec<(DateTime<Utc>, DateTime<Utc>)> = promise::Entity::find()
        .select_only()
        .columns([promise::Column::OwedSince, promise::Column::EndedAt])
        .filter(promise::Column::EndedAt.gt(now - TimeDelta::days(DAYS)))
        .filter(promise::Column::State.eq("answered"))
        .order_by_desc(promise::Column::EndedAt)
        .limit(SAMPLE)
        .into_tuple()
        .all(conn)
        .await?;
    let waiting: Vec<DateTime<Utc>> = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::OwedSince)
        .filter(ticket::Column::Promise.eq("owed"))
        .filter(Expr::cust("NOT suspected"))
        .order_by_asc(ticket::Column::OwedSince)
        .limit(SAMPLE)
        .into_tuple()
        .all(conn)
        .await?;
    if answered.len() < FEWEST {
        return Ok(None);
    }
    let long = |length: TimeDelta| length.to_std().unwrap_or_default();
    let answered: Vec<Duration> = answered.into_iter().map(|(since, end)| long(end - since)).collect();
    let waiting: Vec<Duration> = waiting.into_iter().map(|since| long(now - since)).collect();
    let usual = rules::queue::usual_wait(&answered, &waiting);
    Ok(usual.and_then(|length| TimeDelta::from_std(length).ok()))
}
