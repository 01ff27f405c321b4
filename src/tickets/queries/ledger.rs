//! The inbound ledger (law M2).

use chrono::{DateTime, Utc};
use entities::mail_in;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use crate::platform::{Core, Failure};
use crate::web::paging::{PAGE, cursor, has_more, read};

/// A line of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Number.
    pub id: i64,
    /// When it came.
    pub at: DateTime<Utc>,
    /// `pipe`, `form`, `page`, `import`.
    pub way: String,
    /// `stored`, `ticketed`, `refused`, `undigested`.
    pub state: String,
    /// What it became.
    pub disposition: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Sender.
    pub from: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Ticket.
    pub ticket: Option<i64>,
    /// Bytes.
    pub size: i64,
    /// Can be digested again.
    pub waits: bool,
}

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// All.
    All,
    /// Stored or not digested: to be seen to.
    Waiting,
    /// Refused, with their reason.
    Refused,
}

/// How the ledger sums up: stored = ticketed + refused + undigested + not yet accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// All mails.
    pub all: u64,
    /// In tickets.
    pub ticketed: u64,
    /// Refused with a reason.
    pub refused: u64,
    /// Not read; shown as tickets.
    pub undigested: u64,
    /// Stored, not yet digested.
    pub unaccounted: u64,
}

/// A page of the ledger, latest first.
pub async fn lines(
    core: &Core,
    which: Lines,
    after: Option<&str>,
) -> Result<(Vec<Line>, Option<String>), Failure> {
    let mut found = mail_in::Entity::find();
    found = match which {
        Lines::All => found,
        Lines::Waiting => found.filter(mail_in::Column::State.is_in(["stored", "undigested"])),
        Lines::Refused => found.filter(mail_in::Column::State.eq("refused")),
    };
    if let Some(id) = read::<i64>(after) {
        found = found.filter(mail_in::Column::Id.lt(id));
    }
    let mut rows = found.order_by_desc(mail_in::Column::Id).limit(PAGE + 1).all(core.db.read()).await?;
    let more = has_more(&mut rows);
    let next = rows.last().filter(|_| more).map(|row| cursor(&row.id));
    let line = |m: mail_in::Model| Line {
        id: m.id,
        at: m.received_at,
        way: m.way,
        waits: matches!(m.state.as_str(), "stored" | "undigested"),
        state: m.state,
        disposition: m.disposition,
        reason: m.reason,
        from: m.from_addr,
        subject: m.subject,
        ticket: m.ticket_id,
        size: m.size,
    };
    Ok((rows.into_iter().map(line).collect(), next))
}

/// The sums of the ledger.
pub async fn sum(core: &Core) -> Result<Sum, Failure> {
    let of = async |state: &str| {
        mail_in::Entity::find().filter(mail_in::Column::State.eq(state)).count(core.db.read()).await
    };
    let (ticketed, refused) = (of("ticketed").await?, of("refused").await?);
    let (undigested, unaccounted) = (of("undigested").await?, of("stored").await?);
    Ok(Sum { all: ticketed + refused + undigested + unaccounted, ticketed, refused, undigested, unaccounted })
}

/// Mails that nobody has seen yet: stored and not digested, or not readable.
pub async fn unseen(core: &Core) -> Result<u64, Failure> {
    let waiting = mail_in::Entity::find().filter(mail_in::Column::State.is_in(["stored", "undigested"]));
    Ok(waiting.count(core.db.read()).await?)
}

/// A mail of the ledger, as it came: name of its blob.
pub async fn raw(core: &Core, id: i64) -> Result<Option<String>, Failure> {
    Ok(mail_in::Entity::find_by_id(id).one(core.db.read()).await?.map(|m| m.raw_blob))
}

/// Numbers of mails to digest again, at most a thousand, after `after`.
pub async fn waiting(core: &Core, after: i64) -> Result<Vec<i64>, Failure> {
    Ok(mail_in::Entity::find()
        .select_only()
        .column(mail_in::Column::Id)
        .filter(mail_in::Column::State.is_in(["stored", "undigested"]))
        .filter(mail_in::Column::Id.gt(after))
        .order_by_asc(mail_in::Column::Id)
        .limit(1000)
        .into_tuple()
        .all(core.db.read())
        .await?)
}
