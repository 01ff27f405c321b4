//! Law P7: only on a ticket about a gift or a receipt, only on demand, and every look is written down.

use entities::{donor, donor_mail, receipt, requester};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{Refusal, desk};
use crate::platform::{Stop, Tx};

/// Receipts shown for one donor.
const RECEIPTS: u64 = 24;

/// What is needed to help with a receipt, and no more: no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Name on file.
    pub name: String,
    /// Whether street, code and town are all there.
    pub has_address: bool,
    /// Numbers of receipts, latest first, with whether each still counts.
    pub receipts: Vec<(String, bool)>,
}

/// Looks the person of the ticket up among donors, by their mail address.
pub async fn look(tx: &Tx, ticket_id: i64) -> Result<Vec<Seen>, Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    if held.row.about != "gift_receipt" {
        return Err(Stop::Refused(Refusal::Gone));
    }
    let person = requester::Entity::find_by_id(held.row.requester_id).one(tx.conn()).await?;
    let email = person.map(|p| p.email).filter(|e| !e.is_empty()).ok_or(Stop::Refused(Refusal::NoAddress))?;
    let mails =
        donor_mail::Entity::find().filter(donor_mail::Column::Norm.eq(email)).limit(5).all(tx.conn()).await?;
    let ids: Vec<i64> = mails.iter().map(|m| m.donor_id).collect();
    let donors =
        donor::Entity::find().filter(donor::Column::Id.is_in(ids.iter().copied())).all(tx.conn()).await?;
    let receipts = receipt::Entity::find()
        .filter(receipt::Column::DonorId.is_in(ids.iter().copied()))
        .order_by_desc(receipt::Column::Id)
        .limit(RECEIPTS)
        .all(tx.conn())
        .await?;
    tx.audit("donor.look", ("ticket", ticket_id), json!({ "donors": ids })).await?;
    let seen = donors.into_iter().map(|d| Seen {
        name: match d.kind.as_str() {
            "organisation" => d.organisation.clone(),
            _ => format!("{} {}", d.first_names, d.last_name).trim().to_owned(),
        },
        has_address: [&d.street, &d.postal_code, &d.city].iter().all(|part| !part.trim().is_empty()),
        receipts: receipts
            .iter()
            .filter(|r| r.donor_id == d.id)
            .map(|r| (r.number.clone(), r.state == "issued"))
            .collect(),
    });
    Ok(seen.collect())
}
