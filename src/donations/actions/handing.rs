//! Lines follow their donor along a merge of two records, and in no other way (the tables refuse).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::gift::{self, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::donations::queries::chain;
use crate::platform::{Failure, Tx, handing};

/// Every line of donor `from` becomes one of donor `to`; gives the lines.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<Vec<i64>, Failure> {
    let lines = handing::owned::<Entity>(tx, (Column::Id, Column::DonorId), from).await?;
    hand_over(tx, from, to, &lines).await?;
    Ok(lines)
}

/// These lines of donor `from`, and what took them back since, become lines of donor `to`.
pub async fn hand_over(tx: &Tx, from: i64, to: i64, lines: &[i64]) -> Result<(), Failure> {
    let names = [Column::Id, Column::ReversesId];
    handing::hand_over::<Entity>(tx, &names, Column::DonorId, (from, to), lines).await
}

/// These lines, and those that took their place since: what is left of a gift, a correction, another date.
pub async fn with_later(tx: &Tx, lines: &[i64], since: DateTime<Utc>) -> Result<Vec<i64>, Failure> {
    let mut named: Vec<gift::Model> = Vec::new();
    for some in lines.chunks(1000) {
        let found = Entity::find().filter(Column::Id.is_in(some.iter().copied()));
        named.extend(found.filter(Column::ReversesId.is_null()).all(tx.conn()).await?);
    }
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in &named {
        names.entry(line.source.clone()).or_default().push(chain::first_name(&line.external_id).to_owned());
    }
    for (source, mut names) in names {
        names.sort_unstable();
        names.dedup();
        named.extend(chain::later(tx.conn(), &source, &names).await?.into_values().flatten());
    }
    let named = chain::with_instead(tx.conn(), named).await?;
    let mut all = lines.to_vec();
    all.extend(named.iter().filter(|line| line.created_at >= since).map(|line| line.id));
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
