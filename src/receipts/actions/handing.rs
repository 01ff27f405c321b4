//! Receipts follow their donor along a merge of two records. What they say is frozen; only whose they are moves.

use entities::{receipt, receipt_line};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::platform::{Failure, Tx, handing};

const AT_ONCE: usize = 1000;

/// Every receipt of donor `from` becomes one of donor `to`; gives the receipts.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<Vec<i64>, Failure> {
    let columns = (receipt::Column::Id, receipt::Column::DonorId);
    let ids = handing::owned::<receipt::Entity>(tx, columns, from).await?;
    hand_over(tx, from, to, &ids).await?;
    Ok(ids)
}

/// These receipts of donor `from` become receipts of donor `to`.
pub async fn hand_over(tx: &Tx, from: i64, to: i64, ids: &[i64]) -> Result<(), Failure> {
    let (id, owner) = (receipt::Column::Id, receipt::Column::DonorId);
    handing::hand_over::<receipt::Entity>(tx, &[id], owner, (from, to), ids).await
}

/// Number of a live receipt on which some of these lines stand, other than these receipts.
pub async fn standing_on_others(tx: &Tx, gifts: &[i64], but: &[i64]) -> Result<Option<String>, Failure> {
    for some in gifts.chunks(AT_ONCE) {
        let on = Query::select()
            .column(receipt_line::Column::ReceiptId)
            .from(receipt_line::Entity)
            .and_where(receipt_line::Column::Live.eq(true))
            .and_where(receipt_line::Column::GiftId.is_in(some.iter().copied()))
            .to_owned();
        let found: Vec<(i64, String)> = receipt::Entity::find()
            .select_only()
            .columns([receipt::Column::Id, receipt::Column::Number])
            .filter(receipt::Column::Id.in_subquery(on))
            .into_tuple()
            .all(tx.conn())
            .await?;
        if let Some((_, number)) = found.into_iter().find(|(id, _)| !but.contains(id)) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}
