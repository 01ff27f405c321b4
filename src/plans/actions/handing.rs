//! Plans made by hand and mandates follow their donor along a merge of two records. Plans that gifts show are found anew
//! for both.

use entities::{mandate, plan};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::platform::{Failure, Tx, handing};

/// Every plan made by hand and every mandate of donor `from` becomes one of donor `to`; gives both.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<(Vec<i64>, Vec<i64>), Failure> {
    plan::Entity::delete_many()
        .filter(plan::Column::DonorId.eq(from))
        .filter(plan::Column::Origin.eq("found"))
        .exec(tx.conn())
        .await?;
    let plans = handing::owned::<plan::Entity>(tx, (plan::Column::Id, plan::Column::DonorId), from).await?;
    let mandates =
        handing::owned::<mandate::Entity>(tx, (mandate::Column::Id, mandate::Column::DonorId), from).await?;
    hand_over(tx, from, to, (&plans, &mandates)).await?;
    Ok((plans, mandates))
}

/// These plans and mandates of donor `from` become those of donor `to`.
pub async fn hand_over(
    tx: &Tx,
    from: i64,
    to: i64,
    (plans, mandates): (&[i64], &[i64]),
) -> Result<(), Failure> {
    let way = (from, to);
    handing::hand_over::<plan::Entity>(tx, &[plan::Column::Id], plan::Column::DonorId, way, plans).await?;
    let (id, owner) = (mandate::Column::Id, mandate::Column::DonorId);
    handing::hand_over::<mandate::Entity>(tx, &[id], owner, way, mandates).await?;
    for donor in [from, to] {
        super::found::note(tx, donor).await?;
    }
    Ok(())
}
