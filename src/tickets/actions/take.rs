//! Who has a ticket. Two people who press "take the next" at once never get the same one.

use entities::{member, ticket};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{Refusal, desk};
use crate::platform::{Failure, Stop, Tx};

/// The person who has waited longest without anybody: their ticket is now `member`'s.
pub async fn take_next(tx: &Tx, member: i64) -> Result<i64, Stop<Refusal>> {
    let longest = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::Promise.eq("owed"))
        .filter(Expr::cust("NOT suspected"))
        .filter(ticket::Column::AssigneeId.is_null())
        .order_by_asc(ticket::Column::OwedSince)
        .order_by_asc(ticket::Column::Id)
        .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
        .limit(1)
        .into_tuple::<i64>()
        .one(tx.conn())
        .await?;
    let id = longest.ok_or(Stop::Refused(Refusal::NobodyWaits))?;
    let taken = ticket::Entity::update_many()
        .col_expr(ticket::Column::AssigneeId, Expr::value(member))
        .filter(ticket::Column::Id.eq(id))
        .filter(ticket::Column::AssigneeId.is_null())
        .exec(tx.conn())
        .await?;
    if taken.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::NobodyWaits));
    }
    tx.audit("ticket.take", ("ticket", id), json!({ "member": member })).await?;
    Ok(id)
}

/// Gives the ticket to `member`, or to nobody. `seen` is who had it on the page: refused when somebody
/// else took it meanwhile.
pub async fn assign(
    tx: &Tx,
    ticket_id: i64,
    member: Option<i64>,
    seen: Option<i64>,
) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    if held.row.assignee_id != seen && held.row.assignee_id != member {
        let holder = name_of(tx, held.row.assignee_id).await?;
        return Err(Stop::Refused(holder.map_or(Refusal::Changed, Refusal::TakenBy)));
    }
    if let Some(member) = member {
        let known = member::Entity::find_by_id(member).one(tx.conn()).await?;
        if !known.is_some_and(|m| m.active) {
            return Err(Stop::Refused(Refusal::Gone));
        }
    }
    ticket::Entity::update_many()
        .col_expr(ticket::Column::AssigneeId, Expr::value(member))
        .filter(ticket::Column::Id.eq(ticket_id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "was": held.row.assignee_id, "is": member });
    Ok(tx.audit("ticket.assign", ("ticket", ticket_id), detail).await?)
}

async fn name_of(tx: &Tx, member: Option<i64>) -> Result<Option<String>, Failure> {
    let Some(id) = member else { return Ok(None) };
    Ok(member::Entity::find_by_id(id).one(tx.conn()).await?.map(|m| m.name))
}
