//! Limits that hold across processes: hits of a key in a window of time.

use entities::rate;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::core::Core;
use super::failure::Failure;
use super::tx::{Actor, Tx};

/// At most `hits` within `seconds`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Name, part of the key.
    pub name: &'static str,
    /// Hits allowed.
    pub hits: i64,
    /// Length of the window.
    pub seconds: i64,
}

impl Limit {
    /// Counts a hit for `who`; false once there were too many.
    pub async fn allows(&self, core: &Core, who: &str) -> Result<bool, Failure> {
        let tx = Tx::begin(core, Actor::System).await?;
        let allowed = self.allows_in(&tx, who).await?;
        tx.commit().await?;
        Ok(allowed)
    }

    /// The same, counted in a transaction that is already open.
    pub async fn allows_in(&self, tx: &Tx, who: &str) -> Result<bool, Failure> {
        let bucket = tx.at.timestamp() / Ord::max(self.seconds, 1);
        let key = format!("{} {who}", self.name);
        let row = rate::ActiveModel { key: Set(key.clone()), bucket: Set(bucket), hits: Set(1) };
        let more = OnConflict::columns([rate::Column::Key, rate::Column::Bucket])
            .value(rate::Column::Hits, Expr::col((rate::Entity, rate::Column::Hits)).add(1))
            .to_owned();
        rate::Entity::insert(row).on_conflict(more).exec_without_returning(tx.conn()).await?;
        rate::Entity::delete_many()
            .filter(rate::Column::Key.eq(key.clone()))
            .filter(rate::Column::Bucket.lt(bucket))
            .exec(tx.conn())
            .await?;
        let row = rate::Entity::find_by_id((key, bucket)).one(tx.conn()).await?;
        Ok(row.is_none_or(|r| r.hits <= self.hits))
    }
}
