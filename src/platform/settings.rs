//! Named values of the house: one row each.

use entities::setting;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::failure::Failure;
use super::tx::Tx;

/// The value of `key`, if it was ever set.
pub async fn get(conn: &impl ConnectionTrait, key: &str) -> Result<Option<String>, Failure> {
    Ok(setting::Entity::find_by_id(key).one(conn).await?.map(|row| row.value))
}

/// Sets `key`.
pub async fn set(tx: &Tx, key: &str, value: &str) -> Result<(), Failure> {
    let row = setting::ActiveModel { key: Set(key.into()), value: Set(value.into()), updated_at: Set(tx.at) };
    let change = OnConflict::column(setting::Column::Key)
        .update_columns([setting::Column::Value, setting::Column::UpdatedAt])
        .to_owned();
    setting::Entity::insert(row).on_conflict(change).exec_without_returning(tx.conn()).await?;
    Ok(())
}
