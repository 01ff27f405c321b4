//! The first start: the association, its services and its first admin, all at once or not at all.

use entities::member;
use rules::lang::Lang;
use rules::roles::Role;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::identity::{self, Identity};
use super::{Browser, NewMember, Refusal, add_member, open_session, services, set_password, use_link};
use crate::platform::{Actor, Core, Stop, Tx};

/// The first person on staff.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Language of their pages.
    pub language: Lang,
}

/// Uses the link up, keeps the association and signs its first admin in; gives the session's token.
/// The link is dead once anybody is on staff.
pub async fn set_up(
    core: &Core,
    tx: &mut Tx,
    token: &str,
    identity: Identity,
    admin: FirstAdmin,
    from: &Browser,
) -> Result<String, Stop<Refusal>> {
    let link = use_link(tx, token, "setup").await?;
    if link.is_none() || member::Entity::find().count(tx.conn()).await? > 0 {
        return Err(Stop::Refused(Refusal::DeadLink));
    }
    let new = NewMember {
        email: admin.email,
        name: admin.name.clone(),
        role: Role::Admin,
        language: admin.language.as_str().into(),
    };
    let id = add_member(tx, new).await?;
    tx.actor = Actor::Member { id, name: admin.name };
    identity::save(core, tx, identity, 0).await?;
    services::ensure_services(tx).await?;
    set_password(tx, id, &admin.password, None).await?;
    tx.audit("association.set_up", ("association", 1), json!({ "admin": id })).await?;
    Ok(open_session(tx, id, from, "setup").await?)
}
