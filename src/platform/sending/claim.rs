//! Which mails leave next: people's words first, then what somebody waits for, then batches; no domain gets more
//! automatic mail a minute than its pace, however many processes send.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::outbox;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LockBehavior, LockType, NullOrdering};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::brake::Brake;
use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::keys;
use crate::platform::outbox::Priority;
use crate::platform::tx::{Actor, Tx};

/// How long a mail may be on its way before nobody knows what became of it, besides what the server may take for
/// its answers.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Answers of the server that may all come late, for one mail.
const ANSWERS: i64 = 20;
/// The pace is so many in this time.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Who goes by which way: replies and links never stand behind a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// All, people's words first.
    All,
    /// Replies, and what somebody waits for.
    People,
    /// Batches.
    Batches,
}

/// How many leave at once, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Mails.
    pub most: u64,
    /// Automatic mails a minute to one domain; 0: any.
    pub pace: u32,
}

fn due(lane: Lane, now: DateTime<Utc>) -> Select<outbox::Entity> {
    let batch = Priority::Batch.code();
    let found = outbox::Entity::find()
        .filter(outbox::Column::State.eq("waiting"))
        .filter(outbox::Column::NotBefore.lte(now));
    match lane {
        Lane::All => found,
        Lane::People => found.filter(outbox::Column::Priority.lt(batch)),
        Lane::Batches => found.filter(outbox::Column::Priority.eq(batch)),
    }
}

/// What each domain got in the last minute.
struct Paces {
    pace: u32,
    asked: HashMap<String, u32>,
    all: HashMap<String, u32>,
}

impl Paces {
    async fn read(conn: &impl ConnectionTrait, now: DateTime<Utc>, pace: u32) -> Result<Self, Failure> {
        let mut this = Self { pace, asked: HashMap::new(), all: HashMap::new() };
        if pace == 0 {
            return Ok(this);
        }
        let rows: Vec<(String, i32, i64)> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::ToDomain)
            .column(outbox::Column::Priority)
            .column_as(outbox::Column::Id.count(), "many")
            .filter(outbox::Column::TriedAt.gt(now - MINUTE))
            .filter(outbox::Column::Priority.gt(Priority::Reply.code()))
            .group_by(outbox::Column::ToDomain)
            .group_by(outbox::Column::Priority)
            .into_tuple()
            .all(conn)
            .await?;
        for (domain, priority, many) in rows {
            this.add(&domain, priority, u32::try_from(many).unwrap_or(u32::MAX));
        }
        Ok(this)
    }

    fn add(&mut self, domain: &str, priority: i32, many: u32) {
        let count = |counts: &mut HashMap<String, u32>| {
            let count = counts.entry(domain.to_owned()).or_default();
            *count = count.saturating_add(many);
        };
        if priority < Priority::Batch.code() {
            count(&mut self.asked);
        }
        count(&mut self.all);
    }

    /// A link never waits for a batch: it is counted among its like; a batch waits for all.
    fn has_room(&self, domain: &str, priority: i32) -> bool {
        let counts = if priority < Priority::Batch.code() { &self.asked } else { &self.all };
        self.pace == 0
            || priority == Priority::Reply.code()
            || counts.get(domain).is_none_or(|count| *count < self.pace)
    }

    /// The same for the database.
    fn room(&self) -> Condition {
        let full = |counts: &HashMap<String, u32>| -> Vec<String> {
            let mut full: Vec<String> =
                counts.iter().filter(|(_, count)| **count >= self.pace).map(|(d, _)| d.clone()).collect();
            full.sort_unstable();
            full
        };
        let mut room = Condition::all();
        for (priority, counts) in [(Priority::Asked, &self.asked), (Priority::Batch, &self.all)] {
            let full = full(counts);
            if self.pace > 0 && !full.is_empty() {
                room = room.add(
                    Condition::any()
                        .add(outbox::Column::Priority.ne(priority.code()))
                        .add(outbox::Column::ToDomain.is_not_in(full)),
                );
            }
        }
        room
    }
}

/// Takes what leaves next: it is ours until its lease ends.
pub async fn claim(core: &Core, lane: Lane, room: Room) -> Result<Vec<outbox::Model>, Failure> {
    let now = core.clock.now();
    let paces = Paces::read(core.db.read(), now, room.pace).await?;
    // A look costs nobody the one writer.
    let anything = due(lane, now).filter(paces.room()).limit(1).one(core.db.read()).await?;
    if anything.is_none() || room.most == 0 {
        return Ok(Vec::new());
    }
    let tx = Tx::begin(core, Actor::System).await?;
    if room.pace > 0 {
        tx.alone("mail pace", &["all".into()]).await?;
    }
    let brake = Brake::read(tx.conn()).await?;
    let most = brake.lets_go(tx.at, room.most);
    let mut paces = Paces::read(tx.conn(), tx.at, room.pace).await?;
    let mut next = due(lane, tx.at).filter(paces.room());
    if brake.pause.is_some() {
        // One mail finds out whether the server takes any again: each time another, for it may be this one's fault.
        next = next.order_by_with_nulls(outbox::Column::TriedAt, Order::Asc, NullOrdering::First);
    }
    let rows = next
        .order_by_asc(outbox::Column::Priority)
        .order_by_asc(outbox::Column::NotBefore)
        .order_by_asc(outbox::Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .limit(most * 4)
        .all(tx.conn())
        .await?;
    let mut mine = Vec::new();
    for row in rows {
        if u64::try_from(mine.len()).unwrap_or(u64::MAX) < most
            && paces.has_room(&row.to_domain, row.priority)
        {
            paces.add(&row.to_domain, row.priority, 1);
            mine.push(row);
        }
    }
    if mine.is_empty() {
        return Ok(mine);
    }
    let late = TimeDelta::seconds(i64::from(core.config.smtp_timeout_seconds) * ANSWERS);
    let (until, token) = (tx.at + LEASE + late, keys::token());
    let first = Func::coalesce([Expr::col(outbox::Column::FirstTriedAt), Expr::value(tx.at)]);
    outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            state: Set("sending".into()),
            lease_until: Set(Some(until)),
            lease_token: Set(Some(token.clone())),
            tried_at: Set(Some(tx.at)),
            ..Default::default()
        })
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
        .col_expr(outbox::Column::FirstTriedAt, first.into())
        .filter(outbox::Column::Id.is_in(mine.iter().map(|row| row.id)))
        .exec(tx.conn())
        .await?;
    for row in &mut mine {
        row.state = "sending".into();
        row.attempts += 1;
        row.first_tried_at = row.first_tried_at.or(Some(tx.at));
        row.lease_token = Some(token.clone());
    }
    tx.commit().await?;
    Ok(mine)
}

/// Mails whose process died while they were leaving: a person must decide.
pub async fn find_lost(core: &Core) -> Result<(), Failure> {
    let lost = |now| {
        Condition::all().add(outbox::Column::State.eq("sending")).add(outbox::Column::LeaseUntil.lt(now))
    };
    let now = core.clock.now();
    if outbox::Entity::find().filter(lost(now)).limit(1).one(core.db.read()).await?.is_none() {
        return Ok(());
    }
    let tx = Tx::begin(core, Actor::System).await?;
    let found = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            state: Set("ambiguous".into()),
            last_error: Set(Some("nobody wrote down what became of this mail".into())),
            lease_until: Set(None),
            lease_token: Set(None),
            ..Default::default()
        })
        .filter(lost(tx.at))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    if found.rows_affected > 0 {
        tracing::error!(mails = found.rows_affected, "mails may or may not have left: a person must decide");
    }
    Ok(())
}
