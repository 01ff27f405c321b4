//! Reads about members and sessions.

pub mod audit;

use entities::{member, one_time_link, service, session};
use rules::lang::Lang;
use rules::roles::Role;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::platform::keys::token_hash;
use crate::platform::{Core, Failure};
use crate::web::frame::Signed;

/// The person behind a session's token, and their language. `seen_at` moves at most every five minutes.
pub async fn signed_in(core: &Core, token: &str) -> Result<Option<(Signed, Lang)>, Failure> {
    let found = session::Entity::find().filter(session::Column::TokenHash.eq(token_hash(token)));
    let Some(row) = found.one(core.db.read()).await? else { return Ok(None) };
    let now = core.clock.now();
    if row.expires_at <= now {
        return Ok(None);
    }
    let Some(person) = member::Entity::find_by_id(row.member_id).one(core.db.read()).await? else {
        return Ok(None);
    };
    let Some(role) = Role::parse(&person.role).filter(|_| person.active) else { return Ok(None) };
    if now - row.seen_at > chrono::TimeDelta::minutes(5) {
        super::actions::saw(core, row.id).await?;
    }
    let lang = Lang::parse(&person.language).unwrap_or_default();
    let signed = Signed { id: person.id, name: person.name, email: person.email, role, session_id: row.id };
    Ok(Some((signed, lang)))
}

/// A member by mail address, whatever its case.
pub async fn by_email(core: &Core, email: &str) -> Result<Option<member::Model>, Failure> {
    let Ok(norm) = rules::address::normalise_mail(email) else { return Ok(None) };
    Ok(member::Entity::find().filter(member::Column::Email.eq(norm)).one(core.db.read()).await?)
}

/// A link that may still be used, by its token.
pub async fn live_link(
    core: &Core,
    token: &str,
    kind: &str,
) -> Result<Option<one_time_link::Model>, Failure> {
    let found = one_time_link::Entity::find()
        .filter(one_time_link::Column::TokenHash.eq(token_hash(token)))
        .filter(one_time_link::Column::Kind.eq(kind))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(core.clock.now()));
    Ok(found.one(core.db.read()).await?)
}

/// Whether anybody is on staff yet.
pub async fn is_empty(core: &Core) -> Result<bool, Failure> {
    Ok(member::Entity::find().count(core.db.read()).await? == 0)
}

/// Everybody on staff, by name. A staff is small.
pub async fn members(core: &Core) -> Result<Vec<member::Model>, Failure> {
    Ok(member::Entity::find().order_by_asc(member::Column::Name).all(core.db.read()).await?)
}

/// The browsers in which a person is signed in, latest first.
pub async fn sessions(core: &Core, member_id: i64) -> Result<Vec<session::Model>, Failure> {
    let live = session::Entity::find()
        .filter(session::Column::MemberId.eq(member_id))
        .filter(session::Column::ExpiresAt.gt(core.clock.now()))
        .order_by_desc(session::Column::SeenAt);
    Ok(live.all(core.db.read()).await?)
}

/// A person on staff.
pub async fn member(core: &Core, id: i64) -> Result<Option<member::Model>, Failure> {
    Ok(member::Entity::find_by_id(id).one(core.db.read()).await?)
}

/// Every service, in the order of the contact page. The list is short.
pub async fn services(core: &Core) -> Result<Vec<service::Model>, Failure> {
    let all =
        service::Entity::find().order_by_asc(service::Column::Position).order_by_asc(service::Column::Id);
    Ok(all.all(core.db.read()).await?)
}
