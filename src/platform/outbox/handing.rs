//! Mails to a donor follow a merge of two records.

use entities::outbox::{Column, Entity};

use crate::platform::failure::Failure;
use crate::platform::handing;
use crate::platform::tx::Tx;

/// Every mail to donor `from` becomes one to donor `to`; gives the mails. Where they went is not changed.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<Vec<i64>, Failure> {
    let mails = handing::owned::<Entity>(tx, (Column::Id, Column::DonorId), from).await?;
    hand_over(tx, from, to, &mails).await?;
    Ok(mails)
}

/// These mails to donor `from` become mails to donor `to`.
pub async fn hand_over(tx: &Tx, from: i64, to: i64, mails: &[i64]) -> Result<(), Failure> {
    handing::hand_over::<Entity>(tx, &[Column::Id], Column::DonorId, (from, to), mails).await
}
