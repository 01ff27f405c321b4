//! Rows of one owner become rows of another: along a merge of two records, and in no other way (tables refuse).

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::failure::Failure;
use super::tx::Tx;

/// Rows named by one statement.
const AT_ONCE: usize = 1000;

/// Names of the rows of this owner, by the columns (name, owner).
pub async fn owned<E: EntityTrait>(
    tx: &Tx,
    (id, owner): (E::Column, E::Column),
    of: i64,
) -> Result<Vec<i64>, Failure> {
    Ok(E::find().select_only().column(id).filter(owner.eq(of)).into_tuple().all(tx.conn()).await?)
}

/// These rows become rows of `to`, as far as they are rows of `from`. A row is named by any of the columns.
pub async fn hand_over<E: EntityTrait>(
    tx: &Tx,
    names: &[E::Column],
    owner: E::Column,
    (from, to): (i64, i64),
    rows: &[i64],
) -> Result<(), Failure> {
    for some in rows.chunks(AT_ONCE) {
        let named = names
            .iter()
            .fold(sea_orm::Condition::any(), |any, name| any.add(name.is_in(some.iter().copied())));
        E::update_many()
            .col_expr(owner, Expr::value(to))
            .filter(owner.eq(from))
            .filter(named)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}
