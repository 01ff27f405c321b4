//! Who is on staff: invited, changed, away, back.

use chrono::TimeDelta;
use entities::{member, one_time_link, session};
use rules::lang::Lang;
use rules::roles::Role;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::{LinkFor, NewMember, Refusal, add_member, make_link};
use crate::accounts::mail_page;
use crate::platform::outbox::{Kind, NewMail, post};
use crate::platform::{Core, Stop, Tx};

/// An invitation may wait for a person to come back from their holidays' first week.
const INVITATION: TimeDelta = TimeDelta::days(7);

/// Adds a person and sends them a link to come in.
pub async fn invite(core: &Core, tx: &Tx, new: NewMember) -> Result<i64, Stop<Refusal>> {
    let id = add_member(tx, new).await?;
    send_invitation(core, tx, id).await?;
    Ok(id)
}

/// Sends a person on staff a link to come in, within a week.
pub async fn send_invitation(core: &Core, tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let person = on_staff(tx, id).await?;
    if !person.active {
        return Err(Stop::Refused(Refusal::Nobody));
    }
    let token = make_link(tx, LinkFor::Member(id), tx.at + INVITATION).await?;
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let link = format!("{}/sign-in/{token}", core.config.public());
    let view = json!({ "name": person.name, "link": link, "by": tx.actor.name() });
    let words = core.render.mail("invitation", lang, mail_page(core, tx.conn()).await?, view)?;
    post(core, tx, NewMail::new(Kind::Link, &person.email, &person.name, words)).await?;
    tx.audit("member.invite", ("member", id), json!({})).await?;
    Ok(())
}

async fn on_staff(tx: &Tx, id: i64) -> Result<member::Model, Stop<Refusal>> {
    let found = member::Entity::find_by_id(id).one(tx.conn()).await?;
    found.ok_or(Stop::Refused(Refusal::Nobody))
}

/// Changes a person's name and role. The last admin stays admin.
pub async fn change(tx: &Tx, id: i64, name: &str, role: Role) -> Result<(), Stop<Refusal>> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Stop::Refused(Refusal::NoName));
    }
    let person = on_staff(tx, id).await?;
    if role != Role::Admin {
        another_admin_than(tx, &person).await?;
    }
    let row = member::ActiveModel {
        name: Set(name.chars().take(200).collect()),
        role: Set(role.code().into()),
        version: Set(person.version + 1),
        ..Default::default()
    };
    member::Entity::update_many().set(row).filter(member::Column::Id.eq(id)).exec(tx.conn()).await?;
    let detail = json!({ "role": role.code(), "was": person.role });
    Ok(tx.audit("member.change", ("member", id), detail).await?)
}

/// Closes a person's account: their sessions and links end now; what they did stays signed by them.
pub async fn close(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let person = on_staff(tx, id).await?;
    another_admin_than(tx, &person).await?;
    set_active(tx, id, false).await?;
    session::Entity::delete_many().filter(session::Column::MemberId.eq(id)).exec(tx.conn()).await?;
    one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(tx.at))
        .filter(one_time_link::Column::MemberId.eq(id))
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(tx.audit("member.close", ("member", id), json!({ "role": person.role })).await?)
}

/// Opens a closed account again.
pub async fn reopen(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let person = on_staff(tx, id).await?;
    set_active(tx, id, true).await?;
    Ok(tx.audit("member.reopen", ("member", id), json!({ "role": person.role })).await?)
}

async fn set_active(tx: &Tx, id: i64, active: bool) -> Result<(), Stop<Refusal>> {
    member::Entity::update_many()
        .col_expr(member::Column::Active, Expr::value(active))
        .filter(member::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Refuses when `person` is the only active admin. The rows are locked, so that two admins who leave at
/// the same moment do not both go.
async fn another_admin_than(tx: &Tx, person: &member::Model) -> Result<(), Stop<Refusal>> {
    if person.role != Role::Admin.code() || !person.active {
        return Ok(());
    }
    let admins = member::Entity::find()
        .filter(member::Column::Role.eq(Role::Admin.code()))
        .filter(member::Column::Active.eq(true))
        .lock(LockType::Update)
        .all(tx.conn())
        .await?;
    if admins.iter().any(|other| other.id != person.id) {
        return Ok(());
    }
    Err(Stop::Refused(Refusal::LastAdmin))
}
