//! What mail filters take for unwanted is a list that a person empties (law M3): either nothing is owed for it, by
//! name, or it joins the queue like any other mail.

use entities::{mail_in, message, ticket};
use mailin::AuthVerdict;
use rules::promise::WaiveReason;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::{Refusal, acknowledge, desk, digest, people, settle};
use crate::platform::{Core, Failure, Stop, Tx};

/// What a person says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Unwanted: no reply is due, by this member.
    Spam {
        /// Who says so.
        by: i64,
    },
    /// Somebody's words: into the queue, with the acknowledgement it would have had.
    NotSpam,
}

/// Applies the verdict to those of `tickets` that are still suspected. Gives how many there were.
pub async fn settle(core: &Core, tx: &Tx, tickets: &[i64], verdict: Verdict) -> Result<u64, Stop<Refusal>> {
    let mut done = 0;
    let mut sorted = tickets.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for id in sorted {
        let Some(row) = ticket::Entity::find_by_id(id).one(tx.conn()).await? else { continue };
        if !row.suspected || row.promise != "owed" || row.merged_into.is_some() {
            continue;
        }
        match verdict {
            Verdict::Spam { by } => {
                settle::waive(tx, id, by, WaiveReason::Spam, None).await?;
                settle::close(tx, id).await?;
            }
            Verdict::NotSpam => not_spam(core, tx, id).await?,
        }
        done += 1;
    }
    Ok(done)
}

async fn not_spam(core: &Core, tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, id).await?;
    let (same, row) = (held.law.machine_wrote(), held.row.clone());
    let cleared = ticket::ActiveModel { suspected: Set(false), ..Default::default() };
    desk::keep(tx, held, &same, desk::About::default(), cleared).await?;
    tx.audit("ticket.not_spam", ("ticket", id), json!({})).await?;
    Ok(thank(core, tx, &row).await?)
}

/// The acknowledgement that waited for a person's eyes.
async fn thank(core: &Core, tx: &Tx, row: &ticket::Model) -> Result<(), Failure> {
    let first = message::Entity::find()
        .filter(message::Column::TicketId.eq(row.id))
        .filter(message::Column::Kind.eq("inbound"))
        .order_by_asc(message::Column::Id)
        .one(tx.conn())
        .await?;
    let Some((message, mail)) = first.and_then(|m| m.mail_in_id.map(|mail| (m, mail))) else { return Ok(()) };
    let Some(line) = mail_in::Entity::find_by_id(mail).one(tx.conn()).await? else { return Ok(()) };
    let Some(person) = people::by_id(tx, row.requester_id).await? else { return Ok(()) };
    let page = crate::accounts::mail_page(core, tx.conn()).await?;
    let forged = line.auth.as_deref().and_then(|text| serde_json::from_str::<AuthVerdict>(text).ok());
    if forged.is_some_and(|auth| auth.is_forged()) {
        return Ok(());
    }
    let mail = digest::read_again(core, &line).await?;
    let thanks = acknowledge::Thanks { ticket: row, person: &person, message: &message, mail: &mail };
    acknowledge::acknowledge(core, tx, thanks, page).await?;
    Ok(())
}
