//! Which records may be of one donor, and what each of two holds.

mod proof;

use std::collections::{BTreeSet, HashMap, HashSet};

use entities::{donor, donor_distinct, donor_mail, gift, receipt};
use rules::likeness::{Likeness, PERHAPS, likeness};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};

use crate::donors::{self, DonorFacts};
use crate::platform::Failure;

pub use proof::check;

/// Pairs looked at for each thing that two records may have in common.
const LOOKED_AT: u64 = 5_000;

/// A record among others: what it says, and what it holds.
#[derive(Debug, Clone)]
pub struct Held {
    /// The row.
    pub row: donor::Model,
    /// What it says.
    pub facts: DonorFacts,
    /// Lines of the ledger.
    pub gifts: i64,
    /// Their sum in cents.
    pub cents: i64,
    /// Receipts.
    pub receipts: i64,
}

/// Two records that may be of one donor; the one with more gifts first, then the older one.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Proposed to be kept.
    pub one: Held,
    /// Proposed to stand aside.
    pub other: Held,
    /// How alike they are.
    pub likeness: Likeness,
}

/// Pairs of living records by what they have in common: name and postal code, street, mail address, SIREN.
const TOGETHER: [&str; 4] = [
    "SELECT a.id AS one, b.id AS other FROM donor a JOIN donor b ON b.name_key = a.name_key AND b.id > a.id \
     WHERE a.merged_into IS NULL AND b.merged_into IS NULL AND a.name_key <> '' AND a.postal_code <> '' \
     AND b.postal_code = a.postal_code LIMIT $1",
    "SELECT a.id AS one, b.id AS other FROM donor a JOIN donor b ON b.address_key = a.address_key AND b.id > a.id \
     WHERE a.merged_into IS NULL AND b.merged_into IS NULL AND a.address_key <> '' LIMIT $1",
    "SELECT a.donor_id AS one, b.donor_id AS other FROM donor_mail a \
     JOIN donor_mail b ON b.norm = a.norm AND b.donor_id > a.donor_id LIMIT $1",
    "SELECT a.id AS one, b.id AS other FROM donor a JOIN donor b ON b.siren = a.siren AND b.id > a.id \
     WHERE a.siren IS NOT NULL AND a.merged_into IS NULL AND b.merged_into IS NULL LIMIT $1",
];

#[derive(FromQueryResult)]
struct Ids {
    one: i64,
    other: i64,
}

/// Pairs that may be one donor, the most alike first; those that a person told apart are left out. Gives at most `limit`,
/// and how many there are.
pub async fn pairs(conn: &impl ConnectionTrait, limit: usize) -> Result<(Vec<Pair>, usize), Failure> {
    let backend = conn.get_database_backend();
    let mut ids: BTreeSet<(i64, i64)> = BTreeSet::new();
    for sql in TOGETHER {
        let most = i64::try_from(LOOKED_AT).unwrap_or(i64::MAX);
        let query = Statement::from_sql_and_values(backend, sql, [most.into()]);
        let found = Ids::find_by_statement(query).all(conn).await?;
        ids.extend(found.into_iter().map(|pair| (pair.one, pair.other)));
    }
    let apart: Vec<(i64, i64)> = donor_distinct::Entity::find()
        .select_only()
        .columns([donor_distinct::Column::OneId, donor_distinct::Column::OtherId])
        .into_tuple()
        .all(conn)
        .await?;
    for pair in &apart {
        ids.remove(pair);
    }
    let named: BTreeSet<i64> = ids.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let records = records(conn, &named.into_iter().collect::<Vec<_>>()).await?;
    let mut scored: Vec<(Likeness, i64, i64)> = ids
        .into_iter()
        .filter_map(|(one, other)| {
            let (a, b) = (records.get(&one)?, records.get(&other)?);
            Some((likeness(&a.1.compared(), &b.1.compared()), one, other))
        })
        .filter(|(likeness, ..)| likeness.score >= PERHAPS)
        .collect();
    scored.sort_by_key(|(likeness, one, other)| (std::cmp::Reverse(likeness.score), *one, *other));
    let count = scored.len();
    scored.truncate(limit);
    let shown: Vec<i64> = scored.iter().flat_map(|(_, one, other)| [*one, *other]).collect();
    let held = held_among(conn, &shown, &records).await?;
    let pairs = scored.into_iter().filter_map(|(likeness, one, other)| {
        Some(in_order(held.get(&one)?.clone(), held.get(&other)?.clone(), likeness))
    });
    Ok((pairs.collect(), count))
}

fn in_order(a: Held, b: Held, likeness: Likeness) -> Pair {
    let more = |of: &Held| (of.receipts, of.gifts, std::cmp::Reverse(of.row.id));
    let (one, other) = if more(&a) >= more(&b) { (a, b) } else { (b, a) };
    Pair { one, other, likeness }
}

/// These two records, compared; none when one of them does not exist or stands aside.
pub async fn pair(conn: &impl ConnectionTrait, one: i64, other: i64) -> Result<Option<Pair>, Failure> {
    let records = records(conn, &[one, other]).await?;
    let mut held = held_among(conn, &[one, other], &records).await?;
    let (Some(a), Some(b)) = (held.remove(&one), held.remove(&other)) else { return Ok(None) };
    if a.row.merged_into.is_some() || b.row.merged_into.is_some() {
        return Ok(None);
    }
    let likeness = likeness(&a.facts.compared(), &b.facts.compared());
    Ok(Some(in_order(a, b, likeness)))
}

type Records = HashMap<i64, (donor::Model, DonorFacts)>;

async fn records(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<Records, Failure> {
    let mut found = HashMap::new();
    for some in ids.chunks(1000) {
        let mut mails: HashMap<i64, Vec<String>> = HashMap::new();
        let addresses = donor_mail::Entity::find()
            .filter(donor_mail::Column::DonorId.is_in(some.iter().copied()))
            .order_by_desc(donor_mail::Column::IsMain)
            .order_by_asc(donor_mail::Column::Id)
            .all(conn)
            .await?;
        for mail in addresses {
            mails.entry(mail.donor_id).or_default().push(mail.address);
        }
        let rows =
            donor::Entity::find().filter(donor::Column::Id.is_in(some.iter().copied())).all(conn).await?;
        found.extend(rows.into_iter().map(|row| {
            let facts = donors::queries::facts_of(&row, mails.remove(&row.id).unwrap_or_default());
            (row.id, (row, facts))
        }));
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Sum {
    donor_id: i64,
    lines: i64,
    cents: Option<i64>,
}

async fn held_among(
    conn: &impl ConnectionTrait,
    ids: &[i64],
    records: &Records,
) -> Result<HashMap<i64, Held>, Failure> {
    let ids: HashSet<i64> = ids.iter().copied().collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let (mut held, mut receipts) = (HashMap::new(), HashMap::new());
    let mut sums: HashMap<i64, Sum> = HashMap::new();
    for some in ids.chunks(1000) {
        let given = gift::Entity::find()
            .select_only()
            .column(gift::Column::DonorId)
            .column_as(gift::Column::Id.count(), "lines")
            .column_as(Expr::expr(Func::sum(Expr::col(gift::Column::GrossCents))).cast_as("BIGINT"), "cents")
            .filter(gift::Column::DonorId.is_in(some.iter().copied()))
            .group_by(gift::Column::DonorId)
            .into_model::<Sum>()
            .all(conn)
            .await?;
        sums.extend(given.into_iter().map(|sum| (sum.donor_id, sum)));
        let counted: Vec<(i64, i64)> = receipt::Entity::find()
            .select_only()
            .column(receipt::Column::DonorId)
            .column_as(receipt::Column::Id.count(), "n")
            .filter(receipt::Column::DonorId.is_in(some.iter().copied()))
            .group_by(receipt::Column::DonorId)
            .into_tuple()
            .all(conn)
            .await?;
        receipts.extend(counted);
    }
    for id in ids {
        let Some((row, facts)) = records.get(&id) else { continue };
        let (gifts, cents) = sums.get(&id).map_or((0, 0), |sum| (sum.lines, sum.cents.unwrap_or(0)));
        let receipts = receipts.get(&id).copied().unwrap_or(0);
        held.insert(id, Held { row: row.clone(), facts: facts.clone(), gifts, cents, receipts });
    }
    Ok(held)
}

/// How many records are not compared yet.
pub async fn without_keys(conn: &impl ConnectionTrait) -> Result<u64, Failure> {
    let without = Cond::all().add(donor::Column::NameKey.is_null()).add(donor::Column::MergedInto.is_null());
    Ok(donor::Entity::find().filter(without).count(conn).await?)
}
