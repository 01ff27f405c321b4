//! What people may write to us about: a short list, in the order of the contact page.

use entities::service;
use rules::fold::search_key;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde_json::json;

use super::Refusal;
use crate::platform::{Failure, Stop, Tx};

/// What a ticket of a service is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Anything.
    Support,
    /// A gift or a receipt: the ticket shows what the ledger knows.
    GiftReceipt,
}

impl About {
    /// Code in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::GiftReceipt => "gift_receipt",
        }
    }

    /// Reads the code; anything else is [`About::Support`].
    pub fn parse(code: &str) -> Self {
        if code == Self::GiftReceipt.code() { Self::GiftReceipt } else { Self::Support }
    }
}

/// Makes the usual three services where there is none yet.
pub async fn ensure_services(tx: &Tx) -> Result<(), Failure> {
    if service::Entity::find().count(tx.conn()).await? > 0 {
        return Ok(());
    }
    let usual = [
        ("Question générale", About::Support),
        ("Aide technique", About::Support),
        ("Dons et reçus fiscaux", About::GiftReceipt),
    ];
    for (name, about) in usual {
        if let Err(Stop::Failed(failure)) = add_service(tx, name, about).await {
            return Err(failure);
        }
    }
    Ok(())
}

/// Adds a service at the end of the list. Gives its row.
pub async fn add_service(tx: &Tx, name: &str, about: About) -> Result<i64, Stop<Refusal>> {
    let name = checked(name)?;
    let all = service::Entity::find().order_by_asc(service::Column::Position).all(tx.conn()).await?;
    let row = service::ActiveModel {
        slug: Set(free_slug(&name, &all)),
        name: Set(name),
        about: Set(about.code().into()),
        position: Set(all.last().map_or(1, |last| last.position + 1)),
        active: Set(true),
        ..Default::default()
    };
    let id = service::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("service.add", ("service", id), json!({ "about": about.code() })).await?;
    Ok(id)
}

fn checked(name: &str) -> Result<String, Stop<Refusal>> {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
    if name.is_empty() { Err(Stop::Refused(Refusal::NoName)) } else { Ok(name) }
}

fn free_slug(name: &str, all: &[service::Model]) -> String {
    let folded = search_key(name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let stem = if words.is_empty() { "service".to_owned() } else { words.join("-") };
    let taken = |slug: &str| all.iter().any(|s| s.slug == slug);
    if !taken(&stem) {
        return stem;
    }
    (2..).map(|n| format!("{stem}-{n}")).find(|slug| !taken(slug)).unwrap_or(stem)
}

/// Changes a service's name, what it is about, and whether people may still choose it.
pub async fn change_service(
    tx: &Tx,
    id: i64,
    name: &str,
    about: About,
    active: bool,
) -> Result<(), Stop<Refusal>> {
    let name = checked(name)?;
    let found = service::Entity::find_by_id(id).one(tx.conn()).await?;
    let before = found.ok_or(Stop::Refused(Refusal::Nobody))?;
    let detail = json!({ "was": { "name": before.name, "about": before.about, "active": before.active } });
    let mut row = before.into_active_model();
    row.name = Set(name);
    row.about = Set(about.code().into());
    row.active = Set(active);
    service::Entity::update(row).exec(tx.conn()).await?;
    Ok(tx.audit("service.change", ("service", id), detail).await?)
}

/// Moves a service one place up or down in the list.
pub async fn move_service(tx: &Tx, id: i64, up: bool) -> Result<(), Stop<Refusal>> {
    let mut all = service::Entity::find()
        .order_by_asc(service::Column::Position)
        .order_by_asc(service::Column::Id)
        .all(tx.conn())
        .await?;
    let at = all.iter().position(|s| s.id == id).ok_or(Stop::Refused(Refusal::Nobody))?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < all.len()) };
    let Some(to) = to else { return Ok(()) };
    all.swap(at, to);
    for (place, row) in (1..).zip(all) {
        if row.position != place {
            service::Entity::update_many()
                .set(service::ActiveModel { position: Set(place), ..Default::default() })
                .filter(service::Column::Id.eq(row.id))
                .exec(tx.conn())
                .await?;
        }
    }
    Ok(tx.audit("service.move", ("service", id), json!({ "up": up })).await?)
}
