//! The inbound ledger (law M2).

use chrono::{DateTime, TimeDelta, Utc};
use entities::mail_in;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::mailboxes;
use crate::platform::{Core, Failure};
use crate::web::paging::{PAGE, cursor, has_more, read};

/// A line of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Number.
    pub id: i64,
    /// When it came.
    pub at: DateTime<Utc>,
    /// `pipe`, `lmtp`, `smtp`, `imap`, `form`, `page`, `import`.
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
    /// Mailbox, or machine that brought it.
    pub from_where: Option<String>,
    /// Whether it says that somebody gives (law P7): sender, subject and original are not for everyone.
    pub of_a_donor: bool,
}

impl Line {
    fn of(m: mail_in::Model) -> Self {
        let mailbox = m.source_key.as_deref().and_then(|key| key.split('|').nth(1)).map(str::to_owned);
        Self {
            id: m.id,
            at: m.received_at,
            waits: matches!(m.state.as_str(), "stored" | "undigested"),
            of_a_donor: is_of_a_donor(m.reason.as_deref()),
            from_where: mailbox.filter(|name| m.way == "imap" && !name.is_empty()).or(m.peer),
            way: m.way,
            state: m.state,
            disposition: m.disposition,
            reason: m.reason,
            from: m.from_addr,
            subject: m.subject,
            ticket: m.ticket_id,
            size: m.size,
        }
    }
}

/// A report on a receipt, or on another mail of ours to a donor.
fn is_of_a_donor(reason: Option<&str>) -> bool {
    matches!(reason, Some("of_a_receipt" | "of_our_mail"))
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
    Ok((rows.into_iter().map(Line::of).collect(), next))
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

/// What nobody can answer for (law M2); all noughts, or somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Unaccounted {
    /// Stored a while ago, and not yet digested.
    pub stored: u64,
    /// Mails of a mailbox that cannot be fetched.
    pub unfetched: u64,
    /// Mails of a mailbox that the ledger should have and has not, at the last comparison.
    pub missing: u64,
}

impl Unaccounted {
    /// All of them.
    pub const fn all(self) -> u64 {
        self.stored + self.unfetched + self.missing
    }
}

/// Time within which a stored mail is digested, unless something is wrong.
const SOON: TimeDelta = TimeDelta::minutes(2);

/// Counts what nobody can answer for.
pub async fn unaccounted(core: &Core) -> Result<Unaccounted, Failure> {
    let late = mail_in::Entity::find()
        .filter(mail_in::Column::State.eq("stored"))
        .filter(mail_in::Column::ReceivedAt.lt(core.clock.now() - SOON));
    let compared = mailboxes::comparisons(core).await?;
    Ok(Unaccounted {
        stored: late.count(core.db.read()).await?,
        unfetched: mailboxes::trouble_count(core).await?,
        missing: compared.iter().filter_map(|row| u64::try_from(row.missing).ok()).sum(),
    })
}

/// A mail of the ledger.
pub async fn one(core: &Core, id: i64) -> Result<Option<(Line, mail_in::Model)>, Failure> {
    let row = mail_in::Entity::find_by_id(id).one(core.db.read()).await?;
    Ok(row.map(|row| (Line::of(row.clone()), row)))
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
