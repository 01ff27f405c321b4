//! Lines follow their donor along a merge of two records, and in no other way (the tables refuse).

use entities::gift::{Column, Entity};

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
