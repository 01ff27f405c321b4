//! What goods given in return may be worth, by day.

use entities::counterpart_cap;
use rules::gift::{Cap, Caps};
use rules::money::Cents;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::platform::Failure;

/// The treasurer's own caps, latest day first.
pub async fn own(conn: &impl ConnectionTrait) -> Result<Vec<counterpart_cap::Model>, Failure> {
    Ok(counterpart_cap::Entity::find().order_by_desc(counterpart_cap::Column::FromDay).all(conn).await?)
}

/// All of them: those that come with the program and the treasurer's own.
pub async fn caps(conn: &impl ConnectionTrait) -> Result<Caps, Failure> {
    let own = own(conn).await?;
    Ok(Caps::with(own.into_iter().map(|row| Cap { from: row.from_day, most: Cents(row.cents) })))
}
