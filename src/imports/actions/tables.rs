//! Tables of gifts of other tools: their columns are named once and kept.

use entities::gift_table;
use moneyin::generic::Mapping;
use rules::fold::{one_line, search_key};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Refusal;
use crate::imports::queries::tables;
use crate::platform::{Stop, Tx};

/// A table of this name; gives its row.
///
/// # Errors
/// [`Refusal::TableName`] when it has no letter or digit, or another table is called the same.
pub async fn name_table(tx: &Tx, name: &str) -> Result<i64, Stop<Refusal>> {
    let name: String = one_line(name).chars().take(60).collect();
    let key = search_key(&name);
    let taken = tables::all(tx.conn()).await?.into_iter().any(|table| search_key(&table.name) == key);
    if taken || !name.chars().any(char::is_alphanumeric) {
        return Err(Stop::Refused(Refusal::TableName));
    }
    let mapping = Mapping { name: name.clone(), ..Mapping::default() };
    let row = gift_table::ActiveModel {
        name: Set(name.clone()),
        mapping: Set(serde_json::to_string(&mapping)?),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = gift_table::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("table.name", ("table", id), json!({ "name": name })).await?;
    Ok(id)
}

/// Keeps the columns of a table; its name stays, for its gifts are called by it.
///
/// # Errors
/// [`Refusal::Unknown`].
pub async fn map_table(tx: &Tx, id: i64, mapping: &Mapping) -> Result<(), Stop<Refusal>> {
    let found = tables::one(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let kept = Mapping { name: found.name, ..mapping.clone() };
    gift_table::Entity::update_many()
        .col_expr(gift_table::Column::Mapping, Expr::value(serde_json::to_string(&kept)?))
        .filter(gift_table::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(tx.audit("table.map", ("table", id), json!({})).await?)
}
