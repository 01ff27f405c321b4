//! Notes, waivers, closing and opening again.

use entities::{message, ticket};
use rules::promise::WaiveReason;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Refusal, desk};
use crate::platform::{Stop, Tx};

/// Words among us: the person never sees them.
pub async fn note(tx: &Tx, ticket_id: i64, member: i64, text: &str) -> Result<i64, Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    if text.trim().is_empty() {
        return Err(Stop::Refused(Refusal::EmptyNote));
    }
    let row = message::ActiveModel {
        ticket_id: Set(ticket_id),
        kind: Set("note".into()),
        member_id: Set(Some(member)),
        at: Set(tx.at),
        subject: Set(held.row.subject.clone()),
        text: Set(text.trim().replace("\r\n", "\n").replace('\0', "")),
        quoted: Set(String::new()),
        state: Set("kept".into()),
        ..Default::default()
    };
    let id = message::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("ticket.note", ("ticket", ticket_id), json!({ "message": id })).await?;
    Ok(id)
}

/// Says by name that no reply is due (law P4).
pub async fn waive(
    tx: &Tx,
    ticket_id: i64,
    member: i64,
    reason: WaiveReason,
    note: Option<&str>,
) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let next = held.law.waive(reason, member, note).map_err(refused)?;
    let note = note.map(|n| n.trim().replace('\0', "")).filter(|n| !n.is_empty());
    let about = desk::About { note, member: Some(member), ..Default::default() };
    desk::keep(tx, held, &next, about, ticket::ActiveModel::default()).await?;
    Ok(tx.audit("ticket.waive", ("ticket", ticket_id), json!({ "reason": reason.code() })).await?)
}

/// Closes a ticket on which nothing is owed (law P2).
pub async fn close(tx: &Tx, ticket_id: i64) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let next = held.law.close().map_err(refused)?;
    desk::keep(tx, held, &next, desk::About::default(), ticket::ActiveModel::default()).await?;
    Ok(tx.audit("ticket.close", ("ticket", ticket_id), json!({})).await?)
}

/// Opens a closed ticket again; makes no promise.
pub async fn reopen(tx: &Tx, ticket_id: i64) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let next = held.law.reopen().map_err(refused)?;
    desk::keep(tx, held, &next, desk::About::default(), ticket::ActiveModel::default()).await?;
    Ok(tx.audit("ticket.reopen", ("ticket", ticket_id), json!({})).await?)
}

/// The law's word as a refusal of the verb.
pub fn refused(law: rules::promise::Refusal) -> Stop<Refusal> {
    Stop::Refused(Refusal::Law(law))
}
