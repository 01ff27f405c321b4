//! What stands on each account.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use chrono::NaiveDate;
use entities::{gift, money_account, movement, statement};
use moneyin::bank_csv::Mapping;
use rules::money::Cents;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use super::lines::{SOURCE, gift_key};
use crate::platform::Failure;

/// Every account, banks first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<money_account::Model>, Failure> {
    Ok(money_account::Entity::find()
        .order_by_asc(money_account::Column::Kind)
        .order_by_asc(money_account::Column::Id)
        .all(conn)
        .await?)
}

/// One of them.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<money_account::Model>, Failure> {
    Ok(money_account::Entity::find_by_id(id).one(conn).await?)
}

/// The bank account of this name, IBAN or number.
pub async fn named(conn: &impl ConnectionTrait, name: &str) -> Result<Option<money_account::Model>, Failure> {
    let number: String = name.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let banks = all(conn).await?.into_iter().filter(|account| account.kind == "bank");
    let fits = |account: &money_account::Model| {
        account.name == name
            || account.iban.as_deref() == Some(number.as_str())
            || account.local.as_deref() == Some(number.as_str())
    };
    Ok(banks.into_iter().find(fits))
}

/// The columns that a person named for the tables of a bank account, if they did.
pub async fn mapping(conn: &impl ConnectionTrait, id: Option<i64>) -> Result<Option<Mapping>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let kept = one(conn, id).await?.and_then(|account| account.mapping);
    Ok(kept.as_deref().map(serde_json::from_str).transpose()?)
}

/// Sums of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Lines.
    pub lines: i64,
    /// What they sum to.
    pub sum: Cents,
    /// What is not part of a payout yet.
    pub waiting: Cents,
    /// The last day something moved.
    pub last: Option<NaiveDate>,
}

/// Sums of every account.
pub async fn standings(conn: &impl ConnectionTrait) -> Result<HashMap<i64, Standing>, Failure> {
    let sql = "SELECT account_id, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(net_cents) AS BIGINT) AS sum_cents, \
               CAST(COALESCE(SUM(CASE WHEN payout IS NULL THEN net_cents END), 0) AS BIGINT) AS waiting, \
               MAX(booked_on) AS last FROM movement GROUP BY account_id";
    let mut found = HashMap::new();
    for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await? {
        let standing = Standing {
            lines: row.try_get("", "n")?,
            sum: Cents(row.try_get("", "sum_cents")?),
            waiting: Cents(row.try_get("", "waiting")?),
            last: row.try_get("", "last")?,
        };
        found.insert(row.try_get("", "account_id")?, standing);
    }
    Ok(found)
}

/// What a bank account holds, and whether its statements and its lines agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// The balance that follows from the last statement that tells one, and the lines after it.
    pub now: Option<(NaiveDate, Cents)>,
    /// What lacks between an older balance plus the lines and a later one: lines are missing.
    pub gap: Option<(NaiveDate, Cents)>,
}

/// The balance of a bank account.
pub async fn balance(conn: &impl ConnectionTrait, account_id: i64) -> Result<Balance, Failure> {
    let told = statement::Entity::find()
        .filter(statement::Column::AccountId.eq(account_id))
        .order_by_asc(statement::Column::Id)
        .all(conn)
        .await?;
    let mut closings: Vec<(NaiveDate, Cents)> =
        told.iter().filter_map(|s| Some((s.closing_on?, Cents(s.closing_cents?)))).collect();
    // A statement opens with what the day before closed with.
    let openings = told.iter().filter_map(|s| Some((s.opening_on?.pred_opt()?, Cents(s.opening_cents?))));
    let opened: Vec<(NaiveDate, Cents)> = openings.collect();
    closings.extend(opened);
    closings.sort_unstable();
    closings.dedup();
    let Some((last_day, last)) = closings.last().copied() else { return Ok(Balance::default()) };
    let days = days(conn, account_id).await?;
    let moved = |after: NaiveDate, to: NaiveDate| {
        let within = days.range((Bound::Excluded(after), Bound::Included(to)));
        Cents(within.map(|(_, cents)| cents).sum())
    };
    let mut gap = None;
    for pair in closings.windows(2) {
        let [(from, before), (to, after)] = pair else { continue };
        let lacks = after.checked_sub(*before).and_then(|all| all.checked_sub(moved(*from, *to)));
        if let Some(lacks) = lacks.filter(|lacks| lacks.0 != 0) {
            gap = Some((*to, lacks));
        }
    }
    let now = last.checked_add(moved(last_day, NaiveDate::MAX)).map(|cents| (last_day, cents));
    Ok(Balance { now, gap })
}

/// What an account moved by on each day.
async fn days(conn: &impl ConnectionTrait, account_id: i64) -> Result<BTreeMap<NaiveDate, i64>, Failure> {
    let sql = "SELECT booked_on, CAST(SUM(net_cents) AS BIGINT) AS cents FROM movement WHERE account_id = $1 \
               GROUP BY booked_on";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [account_id.into()]);
    let rows = conn.query_all_raw(asked).await?;
    rows.iter().map(|row| Ok((row.try_get("", "booked_on")?, row.try_get("", "cents")?))).collect()
}

/// Live gifts recorded from these bank lines, by their name in the ledger.
pub async fn gifts_of_lines(
    conn: &impl ConnectionTrait,
    lines: &[movement::Model],
) -> Result<HashMap<String, i64>, Failure> {
    let mut found = HashMap::new();
    for some in lines.chunks(500) {
        let gifts = gift::Entity::find()
            .filter(gift::Column::Source.eq(SOURCE))
            .filter(gift::Column::ExternalId.is_in(some.iter().map(gift_key)))
            .filter(gift::Column::ReversesId.is_null())
            .all(conn)
            .await?;
        found.extend(gifts.into_iter().map(|gift| (gift.external_id, gift.id)));
    }
    Ok(found)
}

/// Movements of a payout, in the order of the account, `limit` at most.
pub async fn parts_of(
    conn: &impl ConnectionTrait,
    account_id: i64,
    payout: &str,
    limit: u64,
) -> Result<Vec<movement::Model>, Failure> {
    Ok(movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Payout.eq(payout))
        .order_by_asc(movement::Column::BookedOn)
        .order_by_asc(movement::Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Rules of an account.
pub async fn rules_of(
    conn: &impl ConnectionTrait,
    account_id: i64,
) -> Result<Vec<entities::bank_rule::Model>, Failure> {
    use entities::bank_rule;
    Ok(bank_rule::Entity::find()
        .filter(bank_rule::Column::AccountId.eq(account_id))
        .order_by_asc(bank_rule::Column::Id)
        .all(conn)
        .await?)
}
