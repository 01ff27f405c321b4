//! What is due, what was announced, collections, and what came back.

pub mod proof;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use entities::{debit_collection, donor, donor_mail, instalment, mandate, movement, plan};
use moneyin::Part;
use reports::debits::{Account, Collection, Creditor, Debit, Version};
use rules::plan::{Rhythm, dues as due_days};
use rules::sepa::{settlement_day, usable_until};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};
use serde::{Deserialize, Serialize};

use super::setup::{KEY, Setup};
use crate::imports;
use crate::platform::{Failure, settings};
use crate::web::paging::{PAGE, Slice, Way};

/// A due day that nobody announced for so many days is let go: nobody pays arrears of what we forgot.
const FORGOTTEN: u64 = 15;
/// Countries of accounts for which no address of the debtor is needed: the European Economic Area.
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

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

async fn mandates(
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

/// A debit as it was frozen in its collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenDebit {
    /// Its instalment.
    pub instalment: i64,
    /// Its name for the bank.
    pub end_to_end: String,
    /// Its amount.
    pub cents: i64,
    /// Mandate.
    pub rum: String,
    /// The day the mandate was signed.
    pub signed_on: NaiveDate,
    /// Holder of the account.
    pub name: String,
    /// The account, masked.
    pub account: String,
    /// Its bank.
    pub bic: String,
    /// Street, postal code, town, country, where the bank asks for them.
    pub address: [String; 4],
}

/// A collection as it was frozen: everything of its file but the accounts, which stay sealed with the instalments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Who collects.
    pub creditor: Creditor,
    /// Version of the file.
    pub version: Version,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its debits.
    pub debits: Vec<FrozenDebit>,
}

impl Facts {
    /// What is frozen of what is collected.
    pub fn of(setup: &Setup, at: DateTime<Utc>, chosen: &[Waiting]) -> Self {
        let debit = |one: &Waiting| {
            let country = one.mandate.iban_shown.get(..2).unwrap_or_default();
            let donor = &one.donor;
            let address = if EEA.split(' ').any(|known| known == country) {
                [const { String::new() }; 4]
            } else {
                [
                    donor.street.replace('\n', ", "),
                    donor.postal_code.clone(),
                    donor.city.clone(),
                    donor.country.clone(),
                ]
            };
            FrozenDebit {
                instalment: one.instalment.id,
                end_to_end: one.instalment.end_to_end.clone(),
                cents: one.instalment.cents,
                rum: one.mandate.rum.clone(),
                signed_on: one.mandate.signed_on,
                name: one.mandate.holder.clone(),
                account: one.mandate.iban_shown.clone(),
                bic: one.mandate.bic.clone(),
                address,
            }
        };
        Self {
            creditor: setup.creditor.clone(),
            version: setup.version,
            created_at: at,
            debits: chosen.iter().map(debit).collect(),
        }
    }

    /// The file's content, with one account for each debit.
    pub fn collection(
        &self,
        number: &str,
        collect_on: NaiveDate,
        accounts: impl Iterator<Item = Account>,
    ) -> Collection {
        let debit = |(frozen, account): (&FrozenDebit, Account)| Debit {
            end_to_end: frozen.end_to_end.clone(),
            cents: frozen.cents,
            mandate: frozen.rum.clone(),
            signed_on: frozen.signed_on,
            name: frozen.name.clone(),
            account,
            bic: frozen.bic.clone(),
            address: frozen.address.clone(),
            label: format!("Don {}", self.creditor.name),
        };
        Collection {
            number: number.to_owned(),
            created_at: self.created_at,
            version: self.version,
            creditor: self.creditor.clone(),
            collect_on,
            debits: self.debits.iter().zip(accounts).map(debit).collect(),
        }
    }
}

/// A collection with the state of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its row.
    pub row: debit_collection::Model,
    /// As it was frozen.
    pub facts: Facts,
    /// State of its file in the ledger of files; empty when it was not brought.
    pub state: String,
    /// Debits of it that came back.
    pub returned: i64,
}

impl Found {
    /// Whether its file is there: being looked at or taken.
    pub fn stands(&self) -> bool {
        imports::queries::stands(&self.state)
    }
}

async fn with_state(
    conn: &impl ConnectionTrait,
    rows: Vec<debit_collection::Model>,
) -> Result<Vec<Found>, Failure> {
    let states = imports::queries::states(conn, rows.iter().filter_map(|row| row.import_id)).await?;
    let returned: Vec<(Option<i64>, i64)> = instalment::Entity::find()
        .select_only()
        .column(instalment::Column::CollectionId)
        .column_as(instalment::Column::Id.count(), "n")
        .filter(instalment::Column::CollectionId.is_in(rows.iter().map(|row| row.id)))
        .filter(instalment::Column::State.eq("returned"))
        .group_by(instalment::Column::CollectionId)
        .into_tuple()
        .all(conn)
        .await?;
    let returned: HashMap<i64, i64> = returned.into_iter().filter_map(|(id, n)| Some((id?, n))).collect();
    rows.into_iter()
        .map(|row| {
            let facts = serde_json::from_str(&row.facts)?;
            let state = row.import_id.and_then(|id| states.get(&id).cloned()).unwrap_or_default();
            Ok(Found { facts, state, returned: returned.get(&row.id).copied().unwrap_or(0), row })
        })
        .collect()
}

/// A collection.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Found>, Failure> {
    let row = debit_collection::Entity::find_by_id(id).one(conn).await?;
    Ok(with_state(conn, row.into_iter().collect()).await?.pop())
}

/// A page of collections, newest first.
pub async fn page(conn: &impl ConnectionTrait, way: &Way<i64>) -> Result<Slice<Found>, Failure> {
    use debit_collection::Column;
    let mut found = debit_collection::Entity::find().limit(PAGE + 1);
    found = match way {
        Way::First => found.order_by_desc(Column::Id),
        Way::After(id) => found.filter(Column::Id.lt(*id)).order_by_desc(Column::Id),
        Way::Before(id) => found.filter(Column::Id.gt(*id)).order_by_asc(Column::Id),
    };
    let slice = Slice::cut(found.all(conn).await?, way);
    Ok(Slice { rows: with_state(conn, slice.rows).await?, before: slice.before, after: slice.after })
}

/// Debits of a collection.
pub async fn debits(
    conn: &impl ConnectionTrait,
    id: i64,
) -> Result<HashMap<i64, instalment::Model>, Failure> {
    let rows = instalment::Entity::find().filter(instalment::Column::CollectionId.eq(id)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The sealed accounts of a collection, by instalment.
pub async fn sealed(conn: &impl ConnectionTrait, id: i64) -> Result<HashMap<i64, String>, Failure> {
    let rows = debits(conn, id).await?;
    Ok(rows.into_iter().filter_map(|(id, row)| Some((id, row.iban_sealed?))).collect())
}

/// Who gives each debit of a collection, by its name for the bank.
pub async fn givers(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<(String, i64)>, Failure> {
    let rows = debits(conn, id).await?;
    let of = mandates(conn, rows.values().map(|row| row.mandate_id).collect()).await?;
    Ok(rows
        .into_values()
        .filter_map(|row| Some((row.end_to_end, of.get(&row.mandate_id)?.donor_id)))
        .collect())
}

/// Whether the plan and the mandate of an instalment go on.
pub async fn goes_on(conn: &impl ConnectionTrait, one: &instalment::Model) -> Result<bool, Failure> {
    let plan = plan::Entity::find_by_id(one.plan_id).one(conn).await?;
    let mandate = mandate::Entity::find_by_id(one.mandate_id).one(conn).await?;
    Ok(plan.is_some_and(|plan| plan.ended_on.is_none())
        && mandate.is_some_and(|mandate| mandate.state == "active"))
}

/// The last day a mandate was used on.
pub async fn last_use(conn: &impl ConnectionTrait, mandate_id: i64) -> Result<Option<NaiveDate>, Failure> {
    let sql = "SELECT MAX(c.collect_on) AS last FROM instalment i JOIN debit_collection c ON c.id = i.collection_id \
               WHERE i.mandate_id = $1 AND c.cancelled_at IS NULL";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [mandate_id.into()]);
    match conn.query_one_raw(asked).await? {
        Some(row) => Ok(row.try_get("", "last")?),
        None => Ok(None),
    }
}

/// A debit that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Its instalment.
    pub instalment_id: i64,
    /// The day the bank took it back.
    pub on: NaiveDate,
    /// Why, as the statement says it.
    pub code: Option<String>,
}

/// Debits that a statement says came back and whose instalment does not know it.
pub async fn came_back(conn: &impl ConnectionTrait) -> Result<Vec<Back>, Failure> {
    let sql = "SELECT i.id AS id, i.end_to_end AS name, m.booked_on AS day, b.id AS line \
               FROM instalment i JOIN movement m ON m.about = i.end_to_end AND m.kind = 'dispute' AND m.net_cents < 0 \
               JOIN money_account a ON a.id = m.account_id AND a.source = 'sepa' \
               LEFT JOIN payout_match p ON p.account_id = m.account_id AND p.payout = m.payout \
               LEFT JOIN movement b ON b.id = p.movement_id WHERE i.state = 'collected' LIMIT 500";
    let mut found = Vec::new();
    for row in conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await? {
        let name: String = row.try_get("", "name")?;
        let line: Option<i64> = row.try_get("", "line")?;
        let line = match line {
            Some(id) => movement::Entity::find_by_id(id).one(conn).await?,
            None => None,
        };
        let parts: Vec<Part> = match line.and_then(|line| line.parts) {
            Some(text) => serde_json::from_str(&text)?,
            None => Vec::new(),
        };
        let code = parts
            .into_iter()
            .find(|part| part.end_to_end == name)
            .map(|part| part.returned)
            .filter(|code| !code.is_empty());
        found.push(Back { instalment_id: row.try_get("", "id")?, on: row.try_get("", "day")?, code });
    }
    Ok(found)
}
