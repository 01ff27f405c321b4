//! What a ticket may be about.

use entities::{service, ticket};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Refusal, desk};
use crate::platform::{Failure, Stop, Tx};

/// The service of that number, if there is one.
pub async fn by_id(tx: &Tx, id: Option<i64>) -> Result<Option<service::Model>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(service::Entity::find_by_id(id).one(tx.conn()).await?)
}

/// Says what the ticket is about; the service decides whether gifts may be looked up (law P7).
pub async fn change_service(tx: &Tx, ticket_id: i64, service_id: Option<i64>) -> Result<(), Stop<Refusal>> {
    let held = desk::hold_live(tx, ticket_id).await?;
    let service = by_id(tx, service_id).await?;
    if service_id.is_some() && service.is_none() {
        return Err(Stop::Refused(Refusal::Gone));
    }
    let about = service.as_ref().map_or("support".to_owned(), |s| s.about.clone());
    let change = ticket::ActiveModel {
        service_id: Set(service.map(|s| s.id)),
        about: Set(about),
        version: Set(held.row.version + 1),
        ..Default::default()
    };
    ticket::Entity::update_many()
        .set(change)
        .filter(ticket::Column::Id.eq(ticket_id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "was": held.row.service_id, "is": service_id });
    Ok(tx.audit("ticket.service", ("ticket", ticket_id), detail).await?)
}
