//! Work as rows: written in the transaction that causes it, leased, tried again, or laid aside with its error.

use chrono::{DateTime, TimeDelta, Utc};
use entities::job;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;

use super::core::Core;
use super::failure::{Failure, is_unique_violation};
use super::tx::{Actor, Tx};

/// Tries before a job is laid aside as dead.
pub const TRIES: i32 = 8;
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// A kind of job. It may run more than once: it must look at what is already done.
#[async_trait::async_trait]
pub trait Work: Send + Sync {
    /// Name in the table.
    fn kind(&self) -> &'static str;
    /// Does it.
    async fn run(&self, core: &Core, payload: &Value) -> Result<(), Failure>;
}

/// Asks for work. With a `unique` key, a second ask while the first waits or runs is the same job (`None`).
pub async fn ask(tx: &Tx, kind: &str, payload: &Value, unique: Option<&str>) -> Result<Option<i64>, Failure> {
    ask_at(tx, kind, payload, unique, tx.at).await
}

/// Takes a wish for work back: what it was for is done.
pub async fn withdraw(tx: &Tx, unique: &str) -> Result<(), Failure> {
    job::Entity::delete_many()
        .filter(job::Column::UniqueKey.eq(unique))
        .filter(job::Column::State.eq("ready"))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The same as [`ask`], for not before `at`.
pub async fn ask_at(
    tx: &Tx,
    kind: &str,
    payload: &Value,
    unique: Option<&str>,
    at: DateTime<Utc>,
) -> Result<Option<i64>, Failure> {
    if let Some(key) = unique {
        let same = job::Entity::find()
            .filter(job::Column::UniqueKey.eq(key))
            .filter(job::Column::State.is_in(["ready", "leased"]))
            .one(tx.conn())
            .await?;
        if same.is_some() {
            return Ok(None);
        }
    }
    let row = job::ActiveModel {
        kind: Set(kind.into()),
        payload: Set(payload.to_string()),
        unique_key: Set(unique.map(Into::into)),
        state: Set("ready".into()),
        not_before: Set(at),
        attempts: Set(0),
        created_at: Set(tx.at),
        ..Default::default()
    };
    match job::Entity::insert(row).exec(tx.conn()).await {
        Ok(done) => Ok(Some(done.last_insert_id)),
        Err(error) if unique.is_some() && is_unique_violation(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes the next due job, if any, and runs it. True if there was one.
pub async fn run_one(core: &Core) -> Result<bool, Failure> {
    let Some(mine) = claim(core).await? else { return Ok(false) };
    let payload: Value = serde_json::from_str(&mine.payload)?;
    let result = match core.work.iter().find(|w| w.kind() == mine.kind) {
        Some(work) => {
            tokio::select! {
                done = work.run(core, &payload) => done,
                lost = keep_lease(core, &mine) => lost,
            }
        }
        None => Err(Failure::new(format!("no part of this program does `{}`", mine.kind))),
    };
    settle(core, &mine, result).await?;
    Ok(true)
}

async fn claim(core: &Core) -> Result<Option<job::Model>, Failure> {
    let now = core.clock.now();
    let free = Condition::any()
        .add(job::Column::State.eq("ready"))
        .add(Condition::all().add(job::Column::State.eq("leased")).add(job::Column::LeaseUntil.lt(now)));
    let due = job::Entity::find()
        .filter(job::Column::State.is_in(["ready", "leased"]))
        .filter(job::Column::NotBefore.lte(now))
        .filter(free)
        .order_by_asc(job::Column::NotBefore)
        .order_by_asc(job::Column::Id);
    // A look costs nobody the one writer.
    if due.clone().limit(1).one(core.db.read()).await?.is_none() {
        return Ok(None);
    }
    let tx = Tx::begin(core, Actor::System).await?;
    let found =
        due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked).limit(1).one(tx.conn()).await?;
    let Some(found) = found else { return Ok(None) };
    let attempts = found.attempts + 1;
    let died = found.state == "leased" && found.attempts >= TRIES;
    let mut row = found.into_active_model();
    if died {
        row.state = Set("dead".into());
        row.last_error = Set(Some("the program stopped each time while it did this".into()));
        row.ended_at = Set(Some(tx.at));
        job::Entity::update(row).exec(tx.conn()).await?;
        tx.commit().await?;
        return Ok(None);
    }
    row.state = Set("leased".into());
    row.attempts = Set(attempts);
    row.lease_until = Set(Some(tx.at + LEASE));
    row.lease_token = Set(Some(super::keys::token()));
    let mine = job::Entity::update(row).exec(tx.conn()).await?;
    tx.commit().await?;
    Ok(Some(mine))
}

/// Renews the lease while the job runs; ends, with an error, only when the lease was lost.
async fn keep_lease(core: &Core, mine: &job::Model) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        let tx = Tx::begin(core, Actor::System).await?;
        let renewed = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, sea_orm::sea_query::Expr::value(tx.at + LEASE))
            .filter(job::Column::Id.eq(mine.id))
            .filter(job::Column::LeaseToken.eq(mine.lease_token.clone()))
            .exec(tx.conn())
            .await?;
        tx.commit().await?;
        if renewed.rows_affected == 0 {
            return Err(Failure::new("the lease was lost to another worker"));
        }
    }
}

async fn settle(core: &Core, mine: &job::Model, result: Result<(), Failure>) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    let mut row = job::ActiveModel { lease_until: Set(None), lease_token: Set(None), ..Default::default() };
    match result {
        Ok(()) => {
            row.state = Set("done".into());
            row.ended_at = Set(Some(tx.at));
        }
        Err(failure) => {
            tracing::error!(job = mine.id, kind = mine.kind, attempts = mine.attempts, %failure, "a job failed");
            row.last_error = Set(Some(failure.to_string()));
            if mine.attempts >= TRIES {
                row.state = Set("dead".into());
                row.ended_at = Set(Some(tx.at));
            } else {
                row.state = Set("ready".into());
                row.not_before = Set(later(tx.at, mine.attempts));
            }
        }
    }
    // Only the holder of the lease settles it: a worker that was away too long says nothing.
    job::Entity::update_many()
        .set(row)
        .filter(job::Column::Id.eq(mine.id))
        .filter(job::Column::LeaseToken.eq(mine.lease_token.clone()))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(())
}

/// When to try again after `attempts`: 1 min, 4 min, 9 min … at most a day.
pub fn later(at: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let tries = i64::from(attempts.clamp(1, 38));
    at + TimeDelta::minutes(tries * tries).min(TimeDelta::days(1))
}
