//! Payouts: what a payment tool sent at once, summed from its movements.

use chrono::NaiveDate;
use rules::clearing::{Clearing, Sums};
use rules::money::Cents;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::platform::Failure;

/// A payout with its three sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The tool's account.
    pub account_id: i64,
    /// Its name at the tool.
    pub payout: String,
    /// The day it left.
    pub day: NaiveDate,
    /// Number of its parts.
    pub parts: i64,
    /// What they sum to; none when the tool does not name them.
    pub parts_sum: Option<Cents>,
    /// What the tool says it sent.
    pub announced: Option<Cents>,
    /// The bank line, if it is matched.
    pub line: Option<i64>,
    /// What the bank received.
    pub bank: Option<Cents>,
    /// Whether a rule or a person matched it.
    pub how: Option<String>,
}

impl Payout {
    /// Its sums, as the rule takes them.
    pub fn sums(&self) -> Sums {
        Sums { parts: self.parts_sum, announced: self.announced, bank: self.bank }
    }

    /// Whether they agree.
    pub fn clearing(&self) -> Option<Clearing> {
        self.sums().clearing()
    }
}

/// Each payout is summed along the index of payouts before anything is joined to it: nothing is sorted, however many
/// movements there are.
const SUMS: &str = "SELECT m.account_id AS account_id, m.payout AS payout, \
    MAX(COALESCE(m.paid_out_on, m.booked_on)) AS day, \
    CAST(COUNT(CASE WHEN m.kind <> 'payout' THEN 1 END) AS BIGINT) AS parts, \
    CAST(COALESCE(SUM(CASE WHEN m.kind <> 'payout' THEN m.net_cents END), 0) AS BIGINT) AS parts_sum, \
    CAST(SUM(CASE WHEN m.kind = 'payout' THEN -m.net_cents END) AS BIGINT) AS announced \
    FROM movement m WHERE m.payout IS NOT NULL";

/// Payouts of these movements (` AND …`), of which this holds (` WHERE …`). A tool names the parts of its payouts when at
/// least one of its movements tells one.
fn select(movements: &str, payouts: &str) -> String {
    format!(
        "SELECT g.account_id AS account_id, g.payout AS payout, g.day AS day, g.parts AS parts, \
         CASE WHEN g.account_id IN (SELECT t.id FROM money_account t WHERE EXISTS (SELECT 1 FROM movement n \
           WHERE n.account_id = t.id AND n.payout IS NOT NULL AND n.kind <> 'payout')) \
           THEN g.parts_sum END AS parts_sum, \
         g.announced AS announced, p.movement_id AS line, b.net_cents AS bank, p.how AS how \
         FROM ({SUMS}{movements} GROUP BY m.account_id, m.payout) g \
         JOIN money_account a ON a.id = g.account_id AND a.kind = 'provider' \
         LEFT JOIN payout_match p ON p.account_id = g.account_id AND p.payout = g.payout \
         LEFT JOIN movement b ON b.id = p.movement_id{payouts}"
    )
}

fn read(row: &QueryResult) -> Result<Payout, Failure> {
    let cents = |name: &str| Ok::<_, Failure>(row.try_get::<Option<i64>>("", name)?.map(Cents));
    Ok(Payout {
        account_id: row.try_get("", "account_id")?,
        payout: row.try_get("", "payout")?,
        day: row.try_get("", "day")?,
        parts: row.try_get("", "parts")?,
        parts_sum: cents("parts_sum")?,
        announced: cents("announced")?,
        line: row.try_get("", "line")?,
        bank: cents("bank")?,
        how: row.try_get("", "how")?,
    })
}

async fn ask(
    conn: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<Payout>, Failure> {
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    conn.query_all_raw(asked).await?.iter().map(read).collect()
}

/// Payouts that no bank line is matched to, oldest first.
pub async fn open(conn: &impl ConnectionTrait) -> Result<Vec<Payout>, Failure> {
    ask(conn, select("", " WHERE p.id IS NULL") + " ORDER BY 3, 1, 2", []).await
}

/// Every payout of every tool, newest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Payout>, Failure> {
    ask(conn, select("", "") + " ORDER BY 3 DESC, 1, 2", []).await
}

/// Those of one tool, newest first, `limit` at most, after `skip`.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    account_id: i64,
    skip: i64,
    limit: i64,
) -> Result<Vec<Payout>, Failure> {
    let sql = select(" AND m.account_id = $1", "") + " ORDER BY 3 DESC, 2 DESC LIMIT $2 OFFSET $3";
    ask(conn, sql, [account_id.into(), limit.into(), skip.into()]).await
}

/// One of them.
pub async fn one(
    conn: &impl ConnectionTrait,
    account_id: i64,
    payout: &str,
) -> Result<Option<Payout>, Failure> {
    let sql = select(" AND m.account_id = $1 AND m.payout = $2", "");
    Ok(ask(conn, sql, [account_id.into(), payout.into()]).await?.pop())
}
