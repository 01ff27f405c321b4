//! Addresses whose mail comes back: told to whoever writes to them, forgotten once a mail comes from them.

use chrono::{DateTime, Utc};
use entities::unreachable;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::platform::{Failure, Tx};

/// Why a mail came back.
#[derive(Debug, Clone)]
pub struct Return<'r> {
    /// Address, normalised.
    pub address: &'r str,
    /// No such person or place: no other mail will arrive either.
    pub hard: bool,
    /// RFC 3463 code.
    pub status: Option<&'r str>,
    /// The other server's words.
    pub why: &'r str,
    /// Our mail.
    pub outbox_id: i64,
}

/// Marks the address. Once it was no good, a full mailbox does not make it good again.
pub async fn mark(tx: &Tx, back: Return<'_>) -> Result<(), Failure> {
    let at: DateTime<Utc> = tx.at;
    let kind = if back.hard { "hard" } else { "soft" };
    let why: String = back.why.chars().take(500).collect();
    let row = unreachable::ActiveModel {
        address: Set(back.address.to_owned()),
        kind: Set(kind.into()),
        since: Set(at),
        last_at: Set(at),
        times: Set(1),
        status: Set(back.status.map(|s| s.chars().take(20).collect())),
        why: Set(why.clone()),
        outbox_id: Set(Some(back.outbox_id)),
    };
    let was = |column| Expr::col((unreachable::Entity, column));
    let stays_hard =
        CaseStatement::new().case(was(unreachable::Column::Kind).eq("hard"), "hard").finally(kind);
    let again = OnConflict::column(unreachable::Column::Address)
        .value(unreachable::Column::Kind, Expr::expr(stays_hard))
        .value(unreachable::Column::LastAt, Expr::value(at))
        .value(unreachable::Column::Times, was(unreachable::Column::Times).add(1))
        .value(unreachable::Column::Why, Expr::value(why))
        .value(unreachable::Column::OutboxId, Expr::value(back.outbox_id))
        .to_owned();
    unreachable::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A mail came from there: whoever lives there can be written to.
pub async fn is_back(tx: &Tx, address: &str) -> Result<(), Failure> {
    if !address.is_empty() {
        unreachable::Entity::delete_by_id(address).exec(tx.conn()).await?;
    }
    Ok(())
}
