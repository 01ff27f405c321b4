//! Lines follow their donor along a merge of two records, and in no other way (the tables refuse).

use entities::gift;
use sea_orm::sea_query::{Cond, Expr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::platform::{Failure, Tx};

/// Lines asked for by one statement.
const AT_ONCE: usize = 1000;

/// Every line of donor `from` becomes one of donor `to`; gives the lines.
pub async fn hand_over_all(tx: &Tx, from: i64, to: i64) -> Result<Vec<i64>, Failure> {
    let lines: Vec<i64> = gift::Entity::find()
        .select_only()
        .column(gift::Column::Id)
        .filter(gift::Column::DonorId.eq(from))
        .into_tuple()
        .all(tx.conn())
        .await?;
    hand_over(tx, from, to, &lines).await?;
    Ok(lines)
}

/// These lines of donor `from`, and what took them back since, become lines of donor `to`.
pub async fn hand_over(tx: &Tx, from: i64, to: i64, lines: &[i64]) -> Result<(), Failure> {
    for some in lines.chunks(AT_ONCE) {
        let ids = || some.iter().copied();
        let these = Cond::any().add(gift::Column::Id.is_in(ids())).add(gift::Column::ReversesId.is_in(ids()));
        gift::Entity::update_many()
            .col_expr(gift::Column::DonorId, Expr::value(to))
            .filter(gift::Column::DonorId.eq(from))
            .filter(these)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}
