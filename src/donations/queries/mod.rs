//! Reads of the ledger.

use std::collections::HashMap;

use entities::{gift, import_file, receipt, receipt_line};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::platform::Failure;

pub mod caps;
pub mod chain;
mod check;
pub mod ledger;
pub mod periods;
pub mod proofs;
pub mod straddling;

pub use check::check;

/// A line.
pub async fn get(conn: &impl ConnectionTrait, id: i64) -> Result<Option<gift::Model>, Failure> {
    Ok(gift::Entity::find_by_id(id).one(conn).await?)
}

/// Numbers of the live receipts that these lines stand on.
pub async fn on_receipts(
    conn: &impl ConnectionTrait,
    ids: Vec<i64>,
) -> Result<HashMap<i64, String>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let standing = receipt_line::Entity::find()
        .filter(receipt_line::Column::GiftId.is_in(ids))
        .filter(receipt_line::Column::Live.eq(true))
        .all(conn)
        .await?;
    let receipts = receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(standing.iter().map(|line| line.receipt_id)))
        .all(conn)
        .await?;
    let numbers: HashMap<i64, String> = receipts.into_iter().map(|r| (r.id, r.number)).collect();
    let named =
        standing.into_iter().filter_map(|line| Some((line.gift_id, numbers.get(&line.receipt_id)?.clone())));
    Ok(named.collect())
}

/// What stands around a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Around {
    /// The line that takes it back.
    pub reversed_by: Option<i64>,
    /// Receipts on which it stands or stood, latest first.
    pub receipts: Vec<receipt::Model>,
    /// Name of the file it came in.
    pub file: Option<String>,
}

/// Reversal, receipts and file of a line.
pub async fn around(conn: &impl ConnectionTrait, line: &gift::Model) -> Result<Around, Failure> {
    let back = gift::Entity::find().filter(gift::Column::ReversesId.eq(line.id)).one(conn).await?;
    let on: Vec<i64> = receipt_line::Entity::find()
        .select_only()
        .column(receipt_line::Column::ReceiptId)
        .filter(receipt_line::Column::GiftId.eq(line.id))
        .limit(50)
        .into_tuple()
        .all(conn)
        .await?;
    let receipts = receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(on))
        .order_by_desc(receipt::Column::Id)
        .all(conn)
        .await?;
    let file = match line.import_id {
        Some(id) => import_file::Entity::find_by_id(id).one(conn).await?.map(|f| f.file_name),
        None => None,
    };
    Ok(Around { reversed_by: back.map(|b| b.id), receipts, file })
}
