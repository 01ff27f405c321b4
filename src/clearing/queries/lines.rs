//! Lines of bank accounts: which payout or gift each became.

use chrono::NaiveDate;
use entities::{movement, payout_match};
use rules::clearing::Received;
use rules::money::Cents;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement, Value};

use crate::platform::Failure;

/// Source of the gifts that were recorded from bank lines.
pub const SOURCE: &str = "bank";

/// Name in the ledger of gifts of the gift that a bank line is.
pub fn gift_key(line: &movement::Model) -> String {
    format!("{}:{}", line.account_id, line.key)
}

/// The line as the rule of matching takes it.
pub fn received(line: &movement::Model) -> Received {
    let text = format!("{} {} {}", line.party, line.label, line.reference);
    Received { amount: Cents(line.net_cents), day: line.booked_on, text }
}

/// Bank lines of one of these amounts, from a day on, that no payout is matched to, no gift is recorded from, and
/// nobody set aside.
pub async fn open(
    conn: &impl ConnectionTrait,
    amounts: &[i64],
    from: NaiveDate,
) -> Result<Vec<movement::Model>, Failure> {
    let matched =
        || Query::select().column(payout_match::Column::MovementId).from(payout_match::Entity).to_owned();
    let mut lines = Vec::new();
    for some in amounts.chunks(500) {
        let found = movement::Entity::find()
            .filter(movement::Column::Kind.eq("bank"))
            .filter(movement::Column::NetCents.is_in(some.iter().copied()))
            .filter(movement::Column::BookedOn.gte(from))
            .filter(movement::Column::Aside.is_null())
            .filter(Expr::col((movement::Entity, movement::Column::Id)).not_in_subquery(matched()))
            .order_by_asc(movement::Column::BookedOn)
            .order_by_asc(movement::Column::Id)
            .all(conn)
            .await?;
        lines.extend(found);
    }
    let gifts = super::accounts::gifts_of_lines(conn, &lines).await?;
    Ok(lines.into_iter().filter(|line| !gifts.contains_key(&gift_key(line))).collect())
}

/// A line of a bank account with what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Row.
    pub id: i64,
    /// The account.
    pub account_id: i64,
    /// Booking day.
    pub booked_on: NaiveDate,
    /// Signed as the account sees it.
    pub net: Cents,
    /// Who is at the other end.
    pub party: String,
    /// What it says.
    pub label: String,
    /// The bank's reference.
    pub reference: String,
    /// The payout it is: the tool's account, and its name there.
    pub payout: Option<(i64, String)>,
    /// The live gift recorded from it.
    pub gift: Option<i64>,
    /// Why it was set aside.
    pub aside: Option<String>,
}

const SELECT: &str = "SELECT m.id AS id, m.account_id AS account_id, m.booked_on AS booked_on, \
    m.net_cents AS net, m.party AS party, m.label AS label, m.reference AS reference, m.aside AS aside, \
    p.account_id AS tool, p.payout AS payout, g.id AS gift FROM movement m \
    LEFT JOIN payout_match p ON p.movement_id = m.id \
    LEFT JOIN gift g ON g.source = 'bank' AND g.external_id = CAST(m.account_id AS TEXT) || ':' || m.key \
      AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.reverses_id = g.id) \
    WHERE m.kind = 'bank'";
/// Money that came and became nothing yet.
const OPEN: &str =
    " AND m.net_cents > 0 AND p.id IS NULL AND g.id IS NULL AND m.aside IS NULL AND m.corrects IS NULL";

async fn ask(
    conn: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Line>, Failure> {
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let mut lines = Vec::new();
    for row in conn.query_all_raw(asked).await? {
        let tool: Option<i64> = row.try_get("", "tool")?;
        let payout: Option<String> = row.try_get("", "payout")?;
        lines.push(Line {
            id: row.try_get("", "id")?,
            account_id: row.try_get("", "account_id")?,
            booked_on: row.try_get("", "booked_on")?,
            net: Cents(row.try_get("", "net")?),
            party: row.try_get("", "party")?,
            label: row.try_get("", "label")?,
            reference: row.try_get("", "reference")?,
            payout: tool.zip(payout),
            gift: row.try_get("", "gift")?,
            aside: row.try_get("", "aside")?,
        });
    }
    Ok(lines)
}

/// Lines of an account, newest first; `open` for money that came and became nothing yet.
pub async fn page(
    conn: &impl ConnectionTrait,
    account_id: i64,
    open: bool,
    skip: i64,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let only = if open { OPEN } else { "" };
    let sql = format!(
        "{SELECT} AND m.account_id = $1{only} ORDER BY m.booked_on DESC, m.id DESC LIMIT $2 OFFSET $3"
    );
    ask(conn, sql, [account_id.into(), limit.into(), skip.into()]).await
}

/// How many lines of each account are money that came and became nothing yet.
pub async fn counts(conn: &impl ConnectionTrait) -> Result<std::collections::HashMap<i64, i64>, Failure> {
    let sql = format!(
        "SELECT account_id, CAST(COUNT(*) AS BIGINT) AS n FROM ({SELECT}{OPEN}) AS open_lines GROUP BY account_id"
    );
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "account_id")?, row.try_get("", "n")?))).collect()
}

/// How many lines up to a day are money that came and became nothing yet.
pub async fn open_until(conn: &impl ConnectionTrait, day: chrono::NaiveDate) -> Result<i64, Failure> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM ({SELECT}{OPEN} AND m.booked_on <= $1) AS open_lines"
    );
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [day.into()]);
    let row = conn.query_one_raw(asked).await?.ok_or_else(|| Failure::new("a count gave nothing"))?;
    Ok(row.try_get("", "n")?)
}

/// One of them.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Line>, Failure> {
    Ok(ask(conn, format!("{SELECT} AND m.id = $1"), [id.into()]).await?.pop())
}

/// Open lines of this very amount around a day, nearest first.
pub async fn of_amount(conn: &impl ConnectionTrait, cents: Cents) -> Result<Vec<Line>, Failure> {
    let sql = format!(
        "{SELECT} AND p.id IS NULL AND g.id IS NULL AND m.net_cents = $1 ORDER BY m.booked_on DESC, m.id LIMIT 20"
    );
    ask(conn, sql, [cents.0.into()]).await
}

/// How many live gifts were recorded from lines that this file brought.
pub async fn gifts_of_file(conn: &impl ConnectionTrait, import_id: i64) -> Result<i64, Failure> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM ({SELECT} AND m.import_id = $1 AND g.id IS NOT NULL) AS given"
    );
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [import_id.into()]);
    let row = conn.query_one_raw(asked).await?.ok_or_else(|| Failure::new("a count gave nothing"))?;
    Ok(row.try_get("", "n")?)
}
