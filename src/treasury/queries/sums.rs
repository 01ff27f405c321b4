//! Sums of a calendar year.

use chrono::NaiveDate;
use sea_orm::FromQueryResult;

use crate::platform::{Core, Failure};

/// Gifts of a month by one way of payment; reversals are taken off.
#[derive(Debug, FromQueryResult)]
#[allow(missing_docs)] // cents; `month` is `01` to `12`
pub struct MonthMethod {
    pub month: String,
    pub method: String,
    pub lines: i64,
    pub gross: i64,
    pub fee: i64,
    pub net: i64,
}

/// A count and its sum.
#[derive(Debug, FromQueryResult, Default)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Cents.
    pub cents: i64,
}

#[derive(FromQueryResult)]
struct Ends {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
}

const MONTHS: &str = "SELECT SUBSTR(CAST(gift_date AS TEXT), 6, 2) AS month, method, \
    CAST(SUM(CASE WHEN reverses_id IS NULL THEN 1 ELSE -1 END) AS BIGINT) AS lines, \
    CAST(SUM(gross_cents) AS BIGINT) AS gross, CAST(SUM(fee_cents) AS BIGINT) AS fee, \
    CAST(SUM(net_cents) AS BIGINT) AS net FROM gift WHERE gift_date >= $1 AND gift_date <= $2 \
    GROUP BY 1, 2 ORDER BY 1, 2";
const RECEIPTS: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS count, CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) AS cents \
    FROM receipt WHERE gift_year = $1 AND state = $2";
const WITHOUT: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS count, CAST(COALESCE(SUM(g.gross_cents), 0) AS BIGINT) AS cents \
    FROM gift g WHERE g.gift_date >= $1 AND g.gift_date <= $2 AND g.reverses_id IS NULL \
    AND g.receipted_elsewhere IS NULL AND NOT EXISTS (SELECT 1 FROM gift v WHERE v.reverses_id = g.id) \
    AND NOT EXISTS (SELECT 1 FROM receipt_line l WHERE l.gift_id = g.id AND l.live)";

/// Sums of the year by month and way of payment.
pub async fn months(core: &Core, first: NaiveDate, last: NaiveDate) -> Result<Vec<MonthMethod>, Failure> {
    super::rows(core, MONTHS, [first.into(), last.into()]).await
}

/// Receipts for gifts of `year` in this state.
pub async fn receipts(core: &Core, year: i32, state: &str) -> Result<Sum, Failure> {
    Ok(super::rows(core, RECEIPTS, [year.into(), state.into()]).await?.pop().unwrap_or_default())
}

/// Gifts that stand, on no live receipt of ours or of a payment tool.
pub async fn without_receipt(core: &Core, first: NaiveDate, last: NaiveDate) -> Result<Sum, Failure> {
    Ok(super::rows(core, WITHOUT, [first.into(), last.into()]).await?.pop().unwrap_or_default())
}

/// Days of the oldest and the newest gift.
pub async fn ends(core: &Core) -> Result<Option<(NaiveDate, NaiveDate)>, Failure> {
    let sql = "SELECT MIN(gift_date) AS first, MAX(gift_date) AS last FROM gift";
    let ends: Option<Ends> = super::rows(core, sql, []).await?.pop();
    Ok(ends.and_then(|ends| ends.first.zip(ends.last)))
}
