//! What is due, and what was announced and waits.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use entities::{donor, donor_mail, instalment, mandate, plan};
use rules::plan::{Rhythm, dues as due_days};
use rules::sepa::{settlement_day, usable_until};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use crate::debits::setup::{KEY, Setup};
use crate::platform::{Failure, settings};

/// A due day that nobody announced for so many days is let go: nobody pays arrears of what we forgot.
const FORGOTTEN: u64 = 15;
/// Who collects, if it was said.
pub async fn setup(conn: &impl ConnectionTrait) -> Result<Option<Setup>, Failure> {
    let kept = settings::get(conn, KEY).await?;
    Ok(kept.as_deref().map(serde_json::from_str).transpose()?)
}

/// A debit to announce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The plan.
    pub plan: plan::Model,
    /// Its mandate.
    pub mandate: mandate::Model,
    /// Who gives.
    pub donor: donor::Model,
    /// Their main mail address.
    pub mail: Option<String>,
    /// The day of the plan.
    pub due_on: NaiveDate,
    /// The first day on which it may be debited, once it is announced today.
    pub collect_from: NaiveDate,
}

/// Debits that are due through a day and not announced, by due day. A mandate that is dead by then has none.
pub async fn dues(
    conn: &impl ConnectionTrait,
    today: NaiveDate,
    through: NaiveDate,
    notice_days: u32,
) -> Result<Vec<Due>, Failure> {
    let from = today.checked_sub_days(Days::new(FORGOTTEN)).unwrap_or(today);
    let told = today.checked_add_days(Days::new(u64::from(notice_days))).unwrap_or(today);
    let plans = plan::Entity::find()
        .filter(plan::Column::MandateId.is_not_null())
        .filter(plan::Column::EndedOn.is_null())
        .order_by_asc(plan::Column::Id)
        .all(conn)
        .await?;
    let born: HashSet<(i64, NaiveDate)> = instalment::Entity::find()
        .select_only()
        .columns([instalment::Column::MandateId, instalment::Column::DueOn])
        .filter(instalment::Column::DueOn.gte(from))
        .into_tuple()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    let mut waiting = Vec::new();
    for plan in plans {
        let rhythm = Rhythm::parse(&plan.rhythm).unwrap_or(Rhythm::Monthly);
        let Some(mandate_id) = plan.mandate_id else { continue };
        for due_on in due_days(plan.first_on, rhythm, from, through) {
            if !born.contains(&(mandate_id, due_on)) {
                waiting.push((plan.clone(), mandate_id, due_on));
            }
        }
    }
    let mandates = mandates(conn, waiting.iter().map(|(_, id, _)| *id).collect()).await?;
    let donors = donors(conn, waiting.iter().map(|(plan, ..)| plan.donor_id).collect()).await?;
    let mails = main_mails(conn, donors.keys().copied().collect()).await?;
    let mut found = Vec::new();
    for (plan, mandate_id, due_on) in waiting {
        let (Some(mandate), Some(donor)) = (mandates.get(&mandate_id), donors.get(&plan.donor_id)) else {
            continue;
        };
        let collect_from = settlement_day(due_on.max(told));
        let alive = usable_until(mandate.signed_on, mandate.last_used_on) >= collect_from;
        if mandate.state != "active" || !alive {
            continue;
        }
        let mail = mails.get(&donor.id).cloned();
        found.push(Due { plan, mandate: mandate.clone(), donor: donor.clone(), mail, due_on, collect_from });
    }
    found.sort_by_key(|one| (one.due_on, one.mandate.id));
    Ok(found)
}

pub(super) async fn mandates(
    conn: &impl ConnectionTrait,
    ids: HashSet<i64>,
) -> Result<HashMap<i64, mandate::Model>, Failure> {
    let mut found = HashMap::new();
    for some in ids.into_iter().collect::<Vec<_>>().chunks(500) {
        let rows = mandate::Entity::find().filter(mandate::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.all(conn).await?.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

async fn donors(
    conn: &impl ConnectionTrait,
    ids: HashSet<i64>,
) -> Result<HashMap<i64, donor::Model>, Failure> {
    let mut found = HashMap::new();
    for some in ids.into_iter().collect::<Vec<_>>().chunks(500) {
        let rows = donor::Entity::find().filter(donor::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.all(conn).await?.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

async fn main_mails(conn: &impl ConnectionTrait, donors: Vec<i64>) -> Result<HashMap<i64, String>, Failure> {
    let mut found = HashMap::new();
    for some in donors.chunks(500) {
        let rows = donor_mail::Entity::find()
            .filter(donor_mail::Column::DonorId.is_in(some.iter().copied()))
            .filter(donor_mail::Column::IsMain.eq(true));
        found.extend(rows.all(conn).await?.into_iter().map(|row| (row.donor_id, row.address)));
    }
    Ok(found)
}

/// An instalment that waits, with its mandate and its donor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// It.
    pub instalment: instalment::Model,
    /// Its mandate.
    pub mandate: mandate::Model,
    /// Who gives.
    pub donor: donor::Model,
}

/// What was announced and may be debited on a day, oldest due day first.
pub async fn announced(
    conn: &impl ConnectionTrait,
    collect_on: NaiveDate,
    most: u64,
) -> Result<Vec<Waiting>, Failure> {
    let rows = instalment::Entity::find()
        .filter(instalment::Column::State.eq("announced"))
        .filter(instalment::Column::CollectFrom.lte(collect_on))
        .order_by_asc(instalment::Column::DueOn)
        .order_by_asc(instalment::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    let mandates = mandates(conn, rows.iter().map(|row| row.mandate_id).collect()).await?;
    let donors = donors(conn, mandates.values().map(|row| row.donor_id).collect()).await?;
    let with = |instalment: instalment::Model| {
        let mandate = mandates.get(&instalment.mandate_id)?.clone();
        let donor = donors.get(&mandate.donor_id)?.clone();
        Some(Waiting { instalment, mandate, donor })
    };
    Ok(rows.into_iter().filter_map(with).collect())
}

/// Debits that wait for one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The first day on which they may be debited.
    pub day: NaiveDate,
    /// How many.
    pub debits: i64,
    /// What they sum to.
    pub cents: i64,
    /// How many of them are told by a letter that somebody writes.
    pub letters: i64,
}

/// What waits, by the first day on which it may be debited.
pub async fn waiting(conn: &impl ConnectionTrait) -> Result<Vec<Batch>, Failure> {
    let sql = "SELECT collect_from AS day, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(cents) AS BIGINT) AS cents, \
               CAST(COUNT(CASE WHEN announced_by = 'letter' THEN 1 END) AS BIGINT) AS letters \
               FROM instalment WHERE state = 'announced' GROUP BY collect_from ORDER BY collect_from";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter()
        .map(|row| {
            Ok(Batch {
                day: row.try_get("", "day")?,
                debits: row.try_get("", "n")?,
                cents: row.try_get("", "cents")?,
                letters: row.try_get("", "letters")?,
            })
        })
        .collect()
}
