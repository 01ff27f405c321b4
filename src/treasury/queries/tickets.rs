//! Tickets without their messages.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;

use super::super::Asked;
use super::super::export::PAGE;
use crate::platform::{Core, Failure};

/// A ticket as it is taken out.
#[derive(Debug, FromQueryResult)]
#[allow(missing_docs)] // named after the columns
pub struct Row {
    pub id: i64,
    pub subject: String,
    pub about: String,
    pub service: Option<String>,
    pub state: String,
    pub promise: String,
    pub opened_at: DateTime<Utc>,
    pub owed_since: Option<DateTime<Utc>>,
    pub first_answered_at: Option<DateTime<Utc>>,
    pub last_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub assignee: Option<String>,
    pub linked_to: Option<i64>,
    pub merged_into: Option<i64>,
}

const SQL: &str = "SELECT t.id, t.subject, t.about, s.name AS service, t.state, t.promise, t.opened_at, \
    t.owed_since, (SELECT MIN(p.ended_at) FROM promise p WHERE p.ticket_id = t.id AND p.state = 'answered') \
    AS first_answered_at, t.last_at, t.closed_at, m.name AS assignee, t.linked_to, t.merged_into \
    FROM ticket t LEFT JOIN service s ON s.id = t.service_id LEFT JOIN member m ON m.id = t.assignee_id \
    WHERE t.id > $1 AND t.opened_at >= $3 AND t.opened_at < $4 ORDER BY t.id LIMIT $2";

/// The next tickets after an id.
pub async fn page(core: &Core, asked: &Asked, after: i64) -> Result<Vec<Row>, Failure> {
    let (from, until) = super::midnights(asked);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    super::rows(core, SQL, [after.into(), limit.into(), from.into(), until.into()]).await
}
