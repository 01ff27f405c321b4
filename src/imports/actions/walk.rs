//! The rows of a file, in their order, a thousand at a time.

use entities::import_row;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::preview::AT_ONCE;
use crate::platform::{Failure, Tx};

/// Where a walk through the rows of a file is.
///
/// It goes by the number of the row alone, between the first and the last one of the file: by an index of the file
/// either engine would sort all the rows that are left again for each thousand.
pub(super) struct Walk {
    file_id: i64,
    after: i64,
    last: i64,
}

impl Walk {
    /// Before the first row.
    pub(super) async fn over(tx: &Tx, file_id: i64) -> Result<Self, Failure> {
        let ends: Option<(Option<i64>, Option<i64>)> = import_row::Entity::find()
            .select_only()
            .column_as(import_row::Column::Id.min(), "first")
            .column_as(import_row::Column::Id.max(), "last")
            .filter(import_row::Column::ImportId.eq(file_id))
            .into_tuple()
            .one(tx.conn())
            .await?;
        let (first, last) = ends.unwrap_or_default();
        Ok(Self { file_id, after: first.unwrap_or(1) - 1, last: last.unwrap_or(0) })
    }

    /// The next rows of which this holds; none at the end.
    pub(super) async fn next(
        &mut self,
        tx: &Tx,
        holds: Condition,
    ) -> Result<Vec<import_row::Model>, Failure> {
        if self.after >= self.last {
            return Ok(Vec::new());
        }
        // A sum is in no index.
        let of_file = Expr::col(import_row::Column::ImportId).add(0).eq(self.file_id);
        let rows = import_row::Entity::find()
            .filter(import_row::Column::Id.gt(self.after))
            .filter(import_row::Column::Id.lte(self.last))
            .filter(of_file)
            .filter(holds)
            .order_by_asc(import_row::Column::Id)
            .limit(AT_ONCE as u64)
            .all(tx.conn())
            .await?;
        self.after = rows.last().map_or(self.last, |row| row.id);
        Ok(rows)
    }
}
