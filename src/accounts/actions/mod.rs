//! What changes members, sessions, links, services and the association: one transaction each.

pub mod identity;
pub mod members;
pub mod own;
pub mod services;
pub mod set_up;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{member, one_time_link, session};
use rules::roles::Role;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{passwords, queries};
use crate::platform::failure::is_unique_violation;
use crate::platform::keys::{token, token_hash};
use crate::platform::outbox::{Kind, NewMail, post};
use crate::platform::{Actor, Core, Failure, Say, Stop, Tx};
use crate::web::limits;

/// A session ends after this, used or not.
const SESSION: TimeDelta = TimeDelta::days(14);
/// A link by mail lives this long.
pub const LINK: TimeDelta = TimeDelta::minutes(30);

/// Why somebody did not come in, or was not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Unknown address, wrong password, or an account that was closed: one answer for all.
    WrongPair,
    /// Too many tries.
    TooMany,
    /// The link was used, is too old, or is none of ours.
    DeadLink,
    /// Not a mail address.
    BadAddress,
    /// Somebody has that address already.
    TakenAddress,
    /// A name is needed.
    NoName,
    /// The password is too short.
    ShortPassword,
    /// The last admin stays admin.
    LastAdmin,
    /// The password in use was typed wrong.
    WrongPassword,
    /// Somebody else changed the same thing meanwhile.
    Changed,
    /// The picture of the signature cannot be used.
    BadPicture,
    /// There is no such person or service.
    Nobody,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::WrongPair => Say::new("accounts-refused-pair"),
            Self::TooMany => Say::new("accounts-refused-too-many"),
            Self::DeadLink => Say::new("accounts-refused-link"),
            Self::BadAddress => Say::new("accounts-refused-address"),
            Self::TakenAddress => Say::new("accounts-refused-taken"),
            Self::NoName => Say::new("accounts-refused-name"),
            Self::ShortPassword => Say::new("accounts-refused-short").count("length", passwords::SHORTEST),
            Self::LastAdmin => Say::new("accounts-refused-last-admin"),
            Self::WrongPassword => Say::new("accounts-refused-password"),
            Self::Changed => Say::new("accounts-refused-changed"),
            Self::BadPicture => Say::new("accounts-refused-picture"),
            Self::Nobody => Say::new("accounts-refused-nobody"),
        }
    }
}

/// Where a person signs in from.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Address.
    pub address: String,
    /// What the browser says it is, shortened.
    pub agent: String,
}

/// A person to add.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// `fr` or `en`.
    pub language: String,
}

/// Adds a person to the staff. Gives the row's id.
pub async fn add_member(tx: &Tx, new: NewMember) -> Result<i64, Stop<Refusal>> {
    let email = rules::address::normalise_mail(&new.email).map_err(|_| Stop::Refused(Refusal::BadAddress))?;
    let name = new.name.trim();
    if name.is_empty() {
        return Err(Stop::Refused(Refusal::NoName));
    }
    let row = member::ActiveModel {
        email: Set(email.to_string()),
        name: Set(name.chars().take(200).collect()),
        role: Set(new.role.code().into()),
        language: Set(if new.language == "en" { "en".into() } else { "fr".into() }),
        signature: Set(String::new()),
        active: Set(true),
        created_at: Set(tx.at),
        version: Set(1),
        ..Default::default()
    };
    let id = match member::Entity::insert(row).exec(tx.conn()).await {
        Ok(done) => done.last_insert_id,
        Err(error) if is_unique_violation(&error) => return Err(Stop::Refused(Refusal::TakenAddress)),
        Err(error) => return Err(error.into()),
    };
    tx.audit("member.add", ("member", id), json!({ "role": new.role.code() })).await?;
    Ok(id)
}

/// Sets a person's password and ends their other sessions.
pub async fn set_password(
    tx: &Tx,
    member_id: i64,
    password: &str,
    keep: Option<i64>,
) -> Result<(), Stop<Refusal>> {
    if password.chars().count() < passwords::SHORTEST {
        return Err(Stop::Refused(Refusal::ShortPassword));
    }
    let hash = passwords::hash(password.to_owned()).await?;
    member::Entity::update_many()
        .col_expr(member::Column::PasswordHash, Expr::value(hash))
        .filter(member::Column::Id.eq(member_id))
        .exec(tx.conn())
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::MemberId.eq(member_id))
        .filter(session::Column::Id.ne(keep.unwrap_or_default()))
        .exec(tx.conn())
        .await?;
    tx.audit("member.set_password", ("member", member_id), json!({})).await?;
    Ok(())
}

/// Signs in by password; gives the new session's token.
pub async fn sign_in(
    core: &Core,
    email: &str,
    password: &str,
    from: &Browser,
) -> Result<String, Stop<Refusal>> {
    let account = email.trim().to_lowercase();
    let by_account = limits::SIGN_IN_ACCOUNT.allows(core, &account).await?;
    let by_address = limits::SIGN_IN_ADDRESS.allows(core, &from.address).await?;
    if !by_account || !by_address {
        return Err(Stop::Refused(Refusal::TooMany));
    }
    let person = queries::by_email(core, email).await?.filter(|p| p.active);
    let hash = person.as_ref().and_then(|p| p.password_hash.clone());
    let fits = passwords::fits(password.to_owned(), hash).await?;
    match person {
        Some(person) if fits => {
            let tx = Tx::begin(core, Actor::Member { id: person.id, name: person.name }).await?;
            let token = open_session(&tx, person.id, from, "password").await?;
            tx.commit().await?;
            Ok(token)
        }
        _ => Err(Stop::Refused(Refusal::WrongPair)),
    }
}

async fn open_session(tx: &Tx, member_id: i64, from: &Browser, way: &str) -> Result<String, Failure> {
    let secret = token();
    let row = session::ActiveModel {
        token_hash: Set(token_hash(&secret)),
        member_id: Set(member_id),
        created_at: Set(tx.at),
        seen_at: Set(tx.at),
        expires_at: Set(tx.at + SESSION),
        address: Set(from.address.clone()),
        browser: Set(from.agent.chars().take(200).collect()),
        ..Default::default()
    };
    session::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    session::Entity::delete_many().filter(session::Column::ExpiresAt.lt(tx.at)).exec(tx.conn()).await?;
    tx.audit("member.sign_in", ("member", member_id), json!({ "way": way })).await?;
    Ok(secret)
}

/// Ends a session; `false` if it was not this person's.
pub async fn sign_out(tx: &Tx, member_id: i64, session_id: i64) -> Result<bool, Failure> {
    let gone = session::Entity::delete_many()
        .filter(session::Column::Id.eq(session_id))
        .filter(session::Column::MemberId.eq(member_id))
        .exec(tx.conn())
        .await?;
    if gone.rows_affected == 1 {
        tx.audit("member.sign_out", ("member", member_id), json!({ "session": session_id })).await?;
    }
    Ok(gone.rows_affected == 1)
}

/// Moves `seen_at`.
pub async fn saw(core: &Core, session_id: i64) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(tx.at))
        .filter(session::Column::Id.eq(session_id))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Whom a link is for.
#[derive(Debug, Clone, Copy)]
pub enum LinkFor<'a> {
    /// The wizard of the first start.
    SetUp,
    /// A member.
    Member(i64),
    /// A donor's mail address.
    Donor(&'a str),
}

/// Makes a link that works once until `until`; gives its token, of which only the hash is kept.
pub async fn make_link(tx: &Tx, whom: LinkFor<'_>, until: DateTime<Utc>) -> Result<String, Failure> {
    let secret = token();
    let (kind, member_id, email) = match whom {
        LinkFor::SetUp => ("setup", None, None),
        LinkFor::Member(id) => ("sign_in", Some(id), None),
        LinkFor::Donor(email) => ("donor", None, Some(email.to_owned())),
    };
    let row = one_time_link::ActiveModel {
        token_hash: Set(token_hash(&secret)),
        kind: Set(kind.into()),
        member_id: Set(member_id),
        email: Set(email),
        created_at: Set(tx.at),
        expires_at: Set(until),
        ..Default::default()
    };
    one_time_link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(secret)
}

/// Uses a link up; `None` when it was used, is too old, or was never made.
pub async fn use_link(tx: &Tx, token: &str, kind: &str) -> Result<Option<one_time_link::Model>, Failure> {
    let hash = token_hash(token);
    let used = one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(tx.at))
        .filter(one_time_link::Column::TokenHash.eq(hash.clone()))
        .filter(one_time_link::Column::Kind.eq(kind))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(tx.at))
        .exec(tx.conn())
        .await?;
    if used.rows_affected == 0 {
        return Ok(None);
    }
    let found = one_time_link::Entity::find().filter(one_time_link::Column::TokenHash.eq(hash));
    Ok(found.one(tx.conn()).await?)
}

/// Sends a sign-in link, if somebody has that address. The answer is the same either way.
pub async fn send_link(core: &Core, email: &str, from: &Browser) -> Result<(), Stop<Refusal>> {
    let account = email.trim().to_lowercase();
    let by_account = limits::LINK_ACCOUNT.allows(core, &account).await?;
    let by_address = limits::LINK_ADDRESS.allows(core, &from.address).await?;
    if !by_account || !by_address {
        return Err(Stop::Refused(Refusal::TooMany));
    }
    let Some(person) = queries::by_email(core, email).await?.filter(|p| p.active) else { return Ok(()) };
    let tx = Tx::begin(core, Actor::System).await?;
    let token = make_link(&tx, LinkFor::Member(person.id), tx.at + LINK).await?;
    let lang = rules::lang::Lang::parse(&person.language).unwrap_or_default();
    let page = super::mail_page(core, tx.conn()).await?;
    let link = format!("{}/sign-in/{token}", core.config.public());
    let words = core.render.mail("sign-in", lang, page, json!({ "name": person.name, "link": link }))?;
    post(core, &tx, NewMail::new(Kind::Link, &person.email, &person.name, words)).await?;
    tx.audit("member.send_link", ("member", person.id), json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs in by a link; gives the new session's token.
pub async fn sign_in_by_link(core: &Core, token: &str, from: &Browser) -> Result<String, Stop<Refusal>> {
    let mut tx = Tx::begin(core, Actor::System).await?;
    let link = use_link(&tx, token, "sign_in").await?;
    let Some(member_id) = link.and_then(|l| l.member_id) else {
        return Err(Stop::Refused(Refusal::DeadLink));
    };
    let person = member::Entity::find_by_id(member_id).one(tx.conn()).await?.filter(|p| p.active);
    let Some(person) = person else { return Err(Stop::Refused(Refusal::DeadLink)) };
    tx.actor = Actor::Member { id: person.id, name: person.name };
    let token = open_session(&tx, member_id, from, "link").await?;
    tx.commit().await?;
    Ok(token)
}
