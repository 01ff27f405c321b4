//! Reads about members and sessions.

pub mod audit;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{member, one_time_link, service, session};
use rules::lang::Lang;
use rules::roles::Role;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    Statement,
};

use crate::platform::keys::token_hash;
use crate::platform::{Core, Failure, settings};
use crate::web::frame::Signed;

#[derive(FromQueryResult)]
struct SignedIn {
    session: i64,
    seen_at: DateTime<Utc>,
    id: i64,
    name: String,
    email: String,
    role: String,
    language: String,
}

/// The person behind a session's token, and their language. `seen_at` moves at most every five minutes.
pub async fn signed_in(core: &Core, token: &str) -> Result<Option<(Signed, Lang)>, Failure> {
    const SQL: &str = "SELECT s.id AS session, s.seen_at, m.id, m.name, m.email, m.role, m.language FROM session s \
        JOIN member m ON m.id = s.member_id WHERE s.token_hash = $1 AND s.expires_at > $2 AND m.active";
    let (conn, now) = (core.db.read(), core.clock.now());
    let values = [token_hash(token).into(), now.into()];
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), SQL, values);
    let Some(row) = SignedIn::find_by_statement(asked).one(conn).await? else { return Ok(None) };
    let Some(role) = Role::parse(&row.role) else { return Ok(None) };
    if now - row.seen_at > TimeDelta::minutes(5) {
        super::actions::saw(core, row.session).await?;
    }
    let lang = Lang::parse(&row.language).unwrap_or_default();
    let signed = Signed { id: row.id, name: row.name, email: row.email, role, session_id: row.session };
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

/// What every mail's templates may say of us: `page.association` and `page.public_url`. Within a transaction `conn` is its
/// own: who holds one connection and waits for another holds up those who wait for it.
pub async fn mail_page(core: &Core, conn: &impl ConnectionTrait) -> Result<serde_json::Value, Failure> {
    let name = settings::get(conn, "association.name").await?;
    let contact = core.config.mail_from.clone();
    Ok(serde_json::json!({
        "association": name.unwrap_or_else(|| "Soutien".into()),
        "public_url": core.config.public(),
        "contact": contact,
        "now": core.clock.now(),
    }))
}
