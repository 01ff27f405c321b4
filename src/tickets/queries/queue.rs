//! The queue: who has waited longest comes first (law P6). No donor data is read here (law P7).

use chrono::{DateTime, Utc};
use entities::ticket;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::Serialize;

use super::wait::{MANY, capped};
use crate::platform::core::Counter;
use crate::platform::{Core, Failure};
use crate::tickets::actions::acknowledge::shown_name;
use crate::web::paging::{PAGE, cursor, has_more, read};

/// Which tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Owed, oldest first.
    Owed,
    /// Owed, in this member's hands.
    Mine(i64),
    /// Owed, in nobody's hands.
    Free,
    /// Open, nothing owed now: last moved first.
    Open,
    /// Closed, latest first.
    Closed,
}

/// A row of the queue.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Ticket.
    pub id: i64,
    /// Subject.
    pub subject: String,
    /// Who wrote.
    pub who: String,
    /// First line of what they said last.
    pub said: String,
    /// Since when they wait, or when it last moved.
    pub since: DateTime<Utc>,
    /// 0 (today) to 4 (oldest).
    pub age: u8,
    /// Whether somebody waits.
    pub owed: bool,
    /// A reply is on its way.
    pub answering: bool,
    /// Service.
    pub service: Option<String>,
    /// Who has it.
    pub holder: Option<String>,
}

/// A page of the queue.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Rows.
    pub rows: Vec<Row>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

fn of(list: List) -> Select<ticket::Entity> {
    let owed = ticket::Entity::find().filter(ticket::Column::Promise.eq("owed"));
    match list {
        List::Owed => owed,
        List::Mine(member) => owed.filter(ticket::Column::AssigneeId.eq(member)),
        List::Free => owed.filter(ticket::Column::AssigneeId.is_null()),
        List::Open => ticket::Entity::find()
            .filter(ticket::Column::State.eq("open"))
            .filter(ticket::Column::Promise.ne("owed")),
        List::Closed => ticket::Entity::find()
            .filter(ticket::Column::State.eq("closed"))
            .filter(ticket::Column::MergedInto.is_null()),
    }
}

fn key(list: List) -> (ticket::Column, bool) {
    match list {
        List::Owed | List::Mine(_) | List::Free => (ticket::Column::OwedSince, true),
        List::Open => (ticket::Column::LastAt, false),
        List::Closed => (ticket::Column::ClosedAt, false),
    }
}

fn place(list: List, row: &ticket::Model) -> DateTime<Utc> {
    let at = match list {
        List::Owed | List::Mine(_) | List::Free => row.owed_since,
        List::Open => Some(row.last_at),
        List::Closed => row.closed_at,
    };
    at.unwrap_or(row.last_at)
}

/// A page of `list` after the row that `after` names.
pub async fn page(core: &Core, list: List, after: Option<&str>) -> Result<Page, Failure> {
    let (column, oldest_first) = key(list);
    let mut found = of(list);
    if let Some((at, id)) = read::<(DateTime<Utc>, i64)>(after) {
        let beyond = if oldest_first {
            let same = Condition::all().add(column.eq(at)).add(ticket::Column::Id.gt(id));
            Condition::any().add(column.gt(at)).add(same)
        } else {
            let same = Condition::all().add(column.eq(at)).add(ticket::Column::Id.lt(id));
            Condition::any().add(column.lt(at)).add(same)
        };
        found = found.filter(beyond);
    }
    found = if oldest_first {
        found.order_by_asc(column).order_by_asc(ticket::Column::Id)
    } else {
        found.order_by_desc(column).order_by_desc(ticket::Column::Id)
    };
    let mut rows = found.limit(PAGE + 1).all(core.db.read()).await?;
    let more = has_more(&mut rows);
    let next = rows.last().filter(|_| more).map(|row| cursor(&(place(list, row), row.id)));
    Ok(Page { rows: shown(core, list, rows).await?, next })
}

/// The person who has waited longest without anybody.
pub async fn longest(core: &Core) -> Result<Option<Row>, Failure> {
    let found = of(List::Free)
        .order_by_asc(ticket::Column::OwedSince)
        .order_by_asc(ticket::Column::Id)
        .limit(1)
        .all(core.db.read())
        .await?;
    Ok(shown(core, List::Free, found).await?.into_iter().next())
}

async fn shown(core: &Core, list: List, rows: Vec<ticket::Model>) -> Result<Vec<Row>, Failure> {
    let people = super::people(core, rows.iter().map(|r| r.requester_id).collect()).await?;
    let services = super::services(core, true).await?;
    let members = super::members(core).await?;
    let now = core.clock.now();
    let row = |row: ticket::Model| Row {
        id: row.id,
        who: people.iter().find(|p| p.id == row.requester_id).map(shown_name).unwrap_or_default(),
        said: row.last_words.clone(),
        since: place(list, &row),
        age: age(place(list, &row), now),
        owed: row.promise == "owed",
        answering: row.promise == "answering",
        service: services.iter().find(|s| Some(s.id) == row.service_id).map(|s| s.name.clone()),
        holder: members.iter().find(|m| Some(m.id) == row.assignee_id).map(|m| m.name.clone()),
        subject: row.subject,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// 0 today, 1 since yesterday, 2 some days, 3 a week, 4 more than two weeks.
pub fn age(since: DateTime<Utc>, now: DateTime<Utc>) -> u8 {
    match (now - since).num_days() {
        ..1 => 0,
        1..3 => 1,
        3..7 => 2,
        7..14 => 3,
        _ => 4,
    }
}

/// How many tickets a list has, counted up to a thousand.
pub async fn count(core: &Core, list: List) -> Result<u64, Failure> {
    capped(core.db.read(), of(list), MANY).await
}

/// The number beside "Desk".
#[derive(Debug)]
pub struct Owed;

#[async_trait::async_trait]
impl Counter for Owed {
    fn place(&self) -> &'static str {
        "/tickets"
    }

    async fn count(&self, core: &Core) -> Result<Option<i64>, Failure> {
        let owed = count(core, List::Owed).await?;
        Ok(i64::try_from(owed).ok().filter(|n| *n > 0))
    }
}
