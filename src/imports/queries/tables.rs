//! Tables of gifts whose columns were named.

use entities::gift_table;
use moneyin::generic::Mapping;
use rules::fold::search_key;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::platform::Failure;

/// Every table, by name.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<gift_table::Model>, Failure> {
    Ok(gift_table::Entity::find().order_by_asc(gift_table::Column::Name).all(conn).await?)
}

/// One of them.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<gift_table::Model>, Failure> {
    Ok(gift_table::Entity::find_by_id(id).one(conn).await?)
}

/// The one of this name, whatever its case and accents.
pub async fn named(conn: &impl ConnectionTrait, name: &str) -> Result<Option<gift_table::Model>, Failure> {
    Ok(all(conn).await?.into_iter().find(|table| search_key(&table.name) == search_key(name)))
}

/// The columns of a table; those that speak for themselves when none was chosen.
pub async fn mapping(conn: &impl ConnectionTrait, id: Option<i64>) -> Result<Mapping, Failure> {
    let found = match id {
        Some(id) => one(conn, id).await?,
        None => None,
    };
    Ok(match found {
        Some(table) => serde_json::from_str(&table.mapping)?,
        None => Mapping::default(),
    })
}
