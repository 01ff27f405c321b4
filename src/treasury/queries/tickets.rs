//! Tickets without their messages.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::Asked;
use super::super::export::PAGE;
use super::Words;
use crate::platform::{Core, Failure};

/// A ticket as it is taken out.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
#[allow(missing_docs)] // named after the columns
pub struct Row<'a> {
    pub id: i64,
    pub subject: Words<'a>,
    pub about: Words<'a>,
    pub service: Words<'a>,
    pub state: Words<'a>,
    pub promise: Words<'a>,
    pub opened_at: DateTime<Utc>,
    pub owed_since: Option<DateTime<Utc>>,
    pub first_answered_at: Option<DateTime<Utc>>,
    pub last_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub assignee: Words<'a>,
    pub linked_to: Option<i64>,
    pub merged_into: Option<i64>,
}

const SQL: &str = "SELECT {array}(t.id, t.subject, t.about, s.name, t.state, t.promise, t.opened_at, \
    t.owed_since, (SELECT MIN(p.ended_at) FROM promise p WHERE p.ticket_id = t.id AND p.state = 'answered'), \
    t.last_at, t.closed_at, m.name, t.linked_to, t.merged_into){text} \
    FROM ticket t LEFT JOIN service s ON s.id = t.service_id LEFT JOIN member m ON m.id = t.assignee_id \
    WHERE t.id > $1 AND t.opened_at >= $3 AND t.opened_at < $4 ORDER BY t.id LIMIT $2";

/// The next tickets after an id, each handed to `take`. Gives how many.
pub async fn page(
    core: &Core,
    asked: &Asked,
    after: i64,
    mut take: impl FnMut(&Row<'_>) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let (from, until) = super::midnights(asked);
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let values = [after.into(), limit.into(), from.into(), until.into()];
    super::each(core, SQL, values, |text| take(&serde_json::from_str(text)?)).await
}
