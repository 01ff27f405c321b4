//! What happened with a donor: gifts, receipts, changes.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entities::{audit, donor_merge, gift, receipt};
use futures::TryStreamExt;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, StreamTrait};

use crate::platform::Failure;

/// Gifts shown on a donor's page; the ledger shows them all.
pub const SHOWN: u64 = 200;

/// What a donor gave in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Year {
    /// Lines, reversals included.
    pub lines: i64,
    /// Gross cents, reversals taken off.
    pub gross: i64,
}

/// Each year's sum, over every line of the donor.
pub async fn years(
    conn: &(impl ConnectionTrait + StreamTrait),
    donor_id: i64,
) -> Result<BTreeMap<i32, Year>, Failure> {
    let mut lines = gift::Entity::find()
        .select_only()
        .columns([gift::Column::GiftDate, gift::Column::GrossCents])
        .filter(gift::Column::DonorId.eq(donor_id))
        .into_tuple::<(NaiveDate, i64)>()
        .stream(conn)
        .await?;
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    while let Some((date, gross)) = lines.try_next().await? {
        let year = years.entry(date.year()).or_default();
        year.lines += 1;
        year.gross += gross;
    }
    Ok(years)
}

/// The latest gifts, newest first, and which of them were taken back.
pub async fn gifts(
    conn: &impl ConnectionTrait,
    donor_id: i64,
) -> Result<(Vec<gift::Model>, HashSet<i64>), Failure> {
    let lines = gift::Entity::find()
        .filter(gift::Column::DonorId.eq(donor_id))
        .order_by_desc(gift::Column::GiftDate)
        .order_by_desc(gift::Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await?;
    let back: Vec<i64> = gift::Entity::find()
        .select_only()
        .column(gift::Column::ReversesId)
        .filter(gift::Column::ReversesId.is_in(lines.iter().map(|g| g.id)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok((lines, back.into_iter().collect()))
}

/// The donor's receipts, latest first.
pub async fn receipts(conn: &impl ConnectionTrait, donor_id: i64) -> Result<Vec<receipt::Model>, Failure> {
    let rows = receipt::Entity::find()
        .filter(receipt::Column::DonorId.eq(donor_id))
        .order_by_desc(receipt::Column::GiftYear)
        .order_by_desc(receipt::Column::Id)
        .limit(100);
    Ok(rows.all(conn).await?)
}

/// The latest changes of the record, newest first.
pub async fn changes(conn: &impl ConnectionTrait, donor_id: i64) -> Result<Vec<audit::Model>, Failure> {
    let rows = audit::Entity::find()
        .filter(audit::Column::SubjectKind.eq("donor"))
        .filter(audit::Column::SubjectId.eq(donor_id.to_string()))
        .order_by_desc(audit::Column::Id)
        .limit(50);
    Ok(rows.all(conn).await?)
}

/// Merges into this record that stand, latest first, with the name of the other one.
pub async fn merges(
    conn: &impl ConnectionTrait,
    donor_id: i64,
) -> Result<Vec<(donor_merge::Model, String)>, Failure> {
    let merges = donor_merge::Entity::find()
        .filter(donor_merge::Column::KeptId.eq(donor_id))
        .filter(donor_merge::Column::UndoneAt.is_null())
        .order_by_desc(donor_merge::Column::Id)
        .limit(100)
        .all(conn)
        .await?;
    let ids: Vec<i64> = merges.iter().map(|merge| merge.absorbed_id).collect();
    let mut names = super::names(conn, &ids).await?;
    Ok(merges
        .into_iter()
        .map(|merge| {
            let name = names.remove(&merge.absorbed_id).unwrap_or_default();
            (merge, name)
        })
        .collect())
}
