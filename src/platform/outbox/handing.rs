//! Mails to a donor follow a merge of two records.

use entities::outbox;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Every mail to donor `from` becomes one to donor `to`; gives the mails. Where they went is not changed.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<Vec<i64>, Failure> {
    let ids: Vec<i64> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::DonorId.eq(from))
        .into_tuple()
        .all(tx.conn())
        .await?;
    hand_over(tx, from, to, &ids).await?;
    Ok(ids)
}

/// These mails to donor `from` become mails to donor `to`.
pub async fn hand_over(tx: &Tx, from: i64, to: i64, ids: &[i64]) -> Result<(), Failure> {
    for some in ids.chunks(1000) {
        outbox::Entity::update_many()
            .col_expr(outbox::Column::DonorId, Expr::value(to))
            .filter(outbox::Column::DonorId.eq(from))
            .filter(outbox::Column::Id.is_in(some.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}
