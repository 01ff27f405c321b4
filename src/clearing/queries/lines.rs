//! Lines of bank accounts: which payout or gift each became.

use entities::{movement, payout_match};
use rules::clearing::Received;
use rules::money::Cents;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::platform::Failure;

/// Source of the gifts that were recorded from bank lines.
pub const SOURCE: &str = "bank";

/// Name in the ledger of gifts of the gift that a bank line is.
pub fn gift_key(line: &movement::Model) -> String {
    format!("{}:{}", line.account_id, line.key)
}

/// The line as the rule of matching takes it.
pub fn received(line: &movement::Model) -> Received {
    let text = format!("{} {} {}", line.party, line.label, line.reference);
    Received { amount: Cents(line.net_cents), day: line.booked_on, text }
}

/// Bank lines that no payout is matched to and no gift is recorded from.
pub async fn open(conn: &impl ConnectionTrait) -> Result<Vec<movement::Model>, Failure> {
    let matched =
        Query::select().column(payout_match::Column::MovementId).from(payout_match::Entity).to_owned();
    let lines = movement::Entity::find()
        .filter(movement::Column::Kind.eq("bank"))
        .filter(movement::Column::NetCents.ne(0))
        .filter(Expr::col((movement::Entity, movement::Column::Id)).not_in_subquery(matched))
        .order_by_asc(movement::Column::BookedOn)
        .order_by_asc(movement::Column::Id)
        .all(conn)
        .await?;
    let gifts = super::accounts::gifts_of_lines(conn, &lines).await?;
    Ok(lines.into_iter().filter(|line| !gifts.contains_key(&gift_key(line))).collect())
}
