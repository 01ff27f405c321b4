//! The queue: who has waited longest comes first (law P6). No donor data is read here (law P7).

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Statement, Value};
use serde::Serialize;

use super::wait::MANY;
use crate::platform::core::Counter;
use crate::platform::{Core, Failure};
use crate::tickets::actions::acknowledge::name_of;
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
    /// Owed, and taken for unwanted by mail filters, oldest first.
    Suspected,
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

impl List {
    /// The condition, with its words written out: a partial index serves only what it can read.
    fn is(self) -> &'static str {
        match self {
            Self::Owed => "t.promise = 'owed' AND NOT t.suspected",
            Self::Mine(_) => "t.promise = 'owed' AND NOT t.suspected AND t.assignee_id = $1",
            Self::Free => "t.promise = 'owed' AND NOT t.suspected AND t.assignee_id IS NULL",
            Self::Suspected => "t.promise = 'owed' AND t.suspected",
            Self::Open => "t.state = 'open' AND t.promise <> 'owed'",
            Self::Closed => "t.state = 'closed' AND t.merged_into IS NULL",
        }
    }

    /// Column it is ordered by, and whether the oldest comes first.
    fn order(self) -> (&'static str, bool) {
        match self {
            Self::Owed | Self::Mine(_) | Self::Free | Self::Suspected => ("owed_since", true),
            Self::Open => ("last_at", false),
            Self::Closed => ("closed_at", false),
        }
    }

    /// Value of `$1`.
    fn member(self) -> i64 {
        if let Self::Mine(member) = self { member } else { 0 }
    }
}

#[derive(FromQueryResult)]
struct Found {
    id: i64,
    subject: String,
    last_words: String,
    promise: String,
    place: DateTime<Utc>,
    email: String,
    name: String,
    service: Option<String>,
    holder: Option<String>,
}

async fn found(
    core: &Core,
    list: List,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<Found>, Failure> {
    let (column, oldest_first) = list.order();
    let (than, way) = if oldest_first { (">", "ASC") } else { ("<", "DESC") };
    let beyond =
        if after.is_some() { format!("AND (t.{column}, t.id) {than} ($2, $3)") } else { String::new() };
    // $1 is always there, whether the list names a member or not.
    let sql = format!(
        "SELECT t.id, t.subject, t.last_words, t.promise, t.{column} AS place, r.email, r.name, \
         s.name AS service, m.name AS holder FROM ticket t \
         JOIN requester r ON r.id = t.requester_id LEFT JOIN service s ON s.id = t.service_id \
         LEFT JOIN member m ON m.id = t.assignee_id WHERE $1 >= 0 AND {} {beyond} \
         ORDER BY t.{column} {way}, t.id {way} LIMIT {limit}",
        list.is(),
    );
    let mut values: Vec<Value> = vec![list.member().into()];
    if let Some((at, id)) = after {
        values.extend([at.into(), id.into()]);
    }
    let conn = core.db.read();
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Found::find_by_statement(asked).all(conn).await?)
}

/// A page of `list` after the row that `after` names.
pub async fn page(core: &Core, list: List, after: Option<&str>) -> Result<Page, Failure> {
    let mut rows = found(core, list, read(after), PAGE + 1).await?;
    let more = has_more(&mut rows);
    let next = rows.last().filter(|_| more).map(|row| cursor(&(row.place, row.id)));
    let now = core.clock.now();
    Ok(Page { rows: rows.into_iter().map(|row| shown(row, now)).collect(), next })
}

/// The person who has waited longest without anybody. `seen` is the page of `list` that is shown: often
/// they are on it.
pub async fn longest(core: &Core, list: List, seen: &Page, first: bool) -> Result<Option<Row>, Failure> {
    let whole = matches!(list, List::Owed | List::Free) && first;
    if let Some(row) = seen.rows.iter().find(|row| whole && row.holder.is_none()) {
        return Ok(Some(row.clone()));
    }
    let free = found(core, List::Free, None, 1).await?;
    let now = core.clock.now();
    Ok(free.into_iter().next().map(|row| shown(row, now)))
}

fn shown(row: Found, now: DateTime<Utc>) -> Row {
    Row {
        id: row.id,
        who: name_of(&row.name, &row.email),
        said: row.last_words,
        since: row.place,
        age: age(row.place, now),
        owed: row.promise == "owed",
        answering: row.promise == "answering",
        service: row.service,
        holder: row.holder,
        subject: row.subject,
    }
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

/// How many tickets the lists of those who wait have, each counted up to [`MANY`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// Owed.
    pub owed: i64,
    /// Of them, in this member's hands.
    pub mine: i64,
    /// Of them, in nobody's.
    pub free: i64,
    /// Taken for unwanted.
    pub suspected: i64,
}

/// The counts, for this member.
pub async fn counts(core: &Core, member: i64) -> Result<Counts, Failure> {
    let of = |list: List| {
        format!("(SELECT COUNT(*) FROM (SELECT 1 FROM ticket t WHERE {} LIMIT {MANY}) n)", list.is())
    };
    let sql = format!(
        "SELECT {} AS owed, {} AS mine, {} AS free, {} AS suspected",
        of(List::Owed),
        of(List::Mine(member)),
        of(List::Free),
        of(List::Suspected)
    );
    let conn = core.db.read();
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [member.into()]);
    let found = Counts::find_by_statement(asked).one(conn).await?;
    found.ok_or_else(|| Failure::new("the queue could not be counted"))
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
        let owed = counts(core, 0).await?.owed;
        Ok(Some(owed).filter(|n| *n > 0))
    }
}
