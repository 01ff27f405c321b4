//! What is closed, what may be closed next, and what is still to do before.

use chrono::{Datelike, Months, NaiveDate};
use entities::{gift, import_file, period_close};
use rules::clearing::Clearing;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::clearing::queries as clearing;
use crate::donations::queries::{periods::closed_through, straddling};
use crate::platform::Failure;

/// Months offered at once.
const OFFERED: usize = 24;

/// What is looked at before a period is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Files that were brought and neither taken nor given up.
    Previews,
    /// Money at the bank that became nothing yet.
    BankLines,
    /// Bank accounts without a statement to the end of the period, or with lines missing.
    Statements,
    /// Payouts that do not sum, or are not at the bank.
    Payouts,
    /// Money that went back while the gift stands.
    Refunds,
    /// Gifts whose days fall in two years, undecided.
    Straddling,
}

impl What {
    /// Text kept with a closing.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Previews => "previews",
            Self::BankLines => "bank-lines",
            Self::Statements => "statements",
            Self::Payouts => "payouts",
            Self::Refunds => "refunds",
            Self::Straddling => "straddling",
        }
    }
}

/// A line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub what: What,
    /// How many are still to do.
    pub count: u64,
    /// Where that is done.
    pub href: String,
}

/// The checklist of a period that ends on this day.
pub async fn checklist(conn: &impl ConnectionTrait, through: NaiveDate) -> Result<Vec<Item>, Failure> {
    let previews = import_file::Entity::find()
        .filter(import_file::Column::State.is_in(["reading", "previewed"]))
        .count(conn)
        .await?;
    let lines = clearing::lines::open_until(conn, through).await?;
    let mut statements = 0;
    for account in clearing::accounts::all(conn).await?.iter().filter(|account| account.kind == "bank") {
        let balance = clearing::accounts::balance(conn, account.id).await?;
        let reaches = balance.now.is_some_and(|(day, _)| day >= through);
        let whole = balance.gap.is_none_or(|(day, _)| day > through);
        statements += u64::from(!reaches || !whole);
    }
    let payouts = clearing::payouts::open(conn).await?;
    let payouts =
        payouts.iter().filter(|payout| payout.day <= through && payout.clearing() != Some(Clearing::Clear));
    let refunds = clearing::refunds::to_settle(conn).await?;
    let refunds = refunds.iter().filter(|one| one.refund.booked_on <= through);
    // The year that the period ends or began in, and its first of January.
    let year = if through.month() == 12 { through.year() } else { through.year() - 1 };
    let item = |what, count, href: &str| Item { what, count, href: href.to_owned() };
    Ok(vec![
        item(What::Previews, previews, "/imports"),
        item(What::Statements, statements, "/treasury/accounts"),
        item(What::Payouts, payouts.count() as u64, "/treasury/accounts"),
        item(What::BankLines, u64::try_from(lines).unwrap_or(0), "/treasury/accounts"),
        item(What::Refunds, refunds.count() as u64, "/treasury/accounts"),
        item(
            What::Straddling,
            straddling::count(conn, year).await?,
            &format!("/gifts/straddling?year={year}"),
        ),
    ])
}

/// The last day of a month.
pub fn month_end(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Ends of months that may be closed next, oldest first: after the last closed day, or from the first gift on.
pub async fn offered(conn: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<NaiveDate>, Failure> {
    let from = match closed_through(conn).await? {
        Some(closed) => closed.succ_opt(),
        None => {
            gift::Entity::find()
                .select_only()
                .column(gift::Column::GiftDate)
                .order_by_asc(gift::Column::GiftDate)
                .into_tuple::<NaiveDate>()
                .one(conn)
                .await?
        }
    };
    let mut ends = Vec::new();
    let mut end = from.and_then(month_end);
    while let Some(day) = end.filter(|day| *day < today) {
        ends.push(day);
        end = day.succ_opt().and_then(month_end);
    }
    // The latest ones, when years were never closed: closing a month closes all before it.
    Ok(ends.split_off(ends.len().saturating_sub(OFFERED)))
}

/// Closings, latest first.
pub async fn closings(conn: &impl ConnectionTrait) -> Result<Vec<period_close::Model>, Failure> {
    Ok(period_close::Entity::find().order_by_desc(period_close::Column::Id).limit(200).all(conn).await?)
}
