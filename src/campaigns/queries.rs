//! What came in under each name.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use entities::campaign;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, Statement, Value};

use crate::platform::Failure;

/// Gifts under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// Gifts, what was taken back left out.
    pub gifts: i64,
    /// What they sum to.
    pub cents: i64,
    /// The last day.
    pub last: Option<NaiveDate>,
}

/// A campaign with what came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// What was asked for; none for a name that gifts bear and nobody described.
    pub campaign: Option<campaign::Model>,
    /// What came in within its days.
    pub came: Came,
}

/// What is summed of lines that stand: neither taken back nor what takes back.
const CAME: &str = "CAST(COUNT(*) AS BIGINT) AS gifts, CAST(COALESCE(SUM(g.gross_cents), 0) AS BIGINT) AS cents, \
                    MAX(g.gift_date) AS last";
const STANDS: &str = "g.campaign <> '' AND g.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.reverses_id = g.id)";

/// What came in under a name, within these days.
pub async fn came(
    conn: &impl ConnectionTrait,
    name: &str,
    begins_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
) -> Result<Came, Failure> {
    let far = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let sql = format!(
        "SELECT {CAME} FROM gift g WHERE g.campaign = $1 AND {STANDS} AND g.gift_date >= $2 AND g.gift_date <= $3"
    );
    let values: [Value; 3] = [
        name.into(),
        begins_on.unwrap_or_else(|| far(1000)).into(),
        ends_on.unwrap_or_else(|| far(9000)).into(),
    ];
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    match conn.query_one_raw(asked).await? {
        Some(row) => Ok(Came {
            gifts: row.try_get("", "gifts")?,
            cents: row.try_get("", "cents")?,
            last: row.try_get("", "last")?,
        }),
        None => Ok(Came::default()),
    }
}

/// Every campaign that was described, and every other name that gifts bear, largest last gifts first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Line>, Failure> {
    let described = campaign::Entity::find().order_by_desc(campaign::Column::Id).all(conn).await?;
    let names: HashSet<String> = described.iter().map(|row| row.name.clone()).collect();
    let mut lines = Vec::with_capacity(described.len());
    for row in described {
        let came = came(conn, &row.name, row.begins_on, row.ends_on).await?;
        lines.push(Line { name: row.name.clone(), campaign: Some(row), came });
    }
    let sql = format!(
        "SELECT g.campaign AS name, {CAME} FROM gift g WHERE {STANDS} GROUP BY g.campaign LIMIT 2000"
    );
    let mut others: BTreeMap<(std::cmp::Reverse<Option<NaiveDate>>, String), Came> = BTreeMap::new();
    for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await? {
        let name: String = row.try_get("", "name")?;
        let came = Came {
            gifts: row.try_get("", "gifts")?,
            cents: row.try_get("", "cents")?,
            last: row.try_get("", "last")?,
        };
        if !names.contains(&name) {
            others.insert((std::cmp::Reverse(came.last), name), came);
        }
    }
    lines.extend(others.into_iter().map(|((_, name), came)| Line { name, campaign: None, came }));
    Ok(lines)
}

/// One of those that were described.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<campaign::Model>, Failure> {
    Ok(campaign::Entity::find_by_id(id).one(conn).await?)
}
