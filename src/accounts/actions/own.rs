//! What a person changes about themselves.

use chrono::TimeDelta;
use entities::{member, session};
use rules::lang::Lang;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Refusal, set_password};
use crate::accounts::passwords;
use crate::platform::{Core, Failure, Stop, Tx};
use crate::web::frame::Signed;
use crate::web::limits;

/// Whoever came in less long ago need not type the password in use: a link by mail stands for it.
pub const FRESH: TimeDelta = TimeDelta::minutes(15);

/// What a person says of themselves.
#[derive(Debug, Clone)]
pub struct About {
    /// Name.
    pub name: String,
    /// Language of pages and of mails to them.
    pub language: Lang,
    /// Words under their replies.
    pub signature: String,
}

/// Changes name, language and signature.
pub async fn change_about(tx: &Tx, member_id: i64, about: About) -> Result<(), Stop<Refusal>> {
    let name = about.name.trim();
    if name.is_empty() {
        return Err(Stop::Refused(Refusal::NoName));
    }
    let row = member::ActiveModel {
        name: Set(name.chars().take(200).collect()),
        language: Set(about.language.as_str().into()),
        signature: Set(about.signature.trim().replace("\r\n", "\n").chars().take(1000).collect()),
        ..Default::default()
    };
    member::Entity::update_many().set(row).filter(member::Column::Id.eq(member_id)).exec(tx.conn()).await?;
    Ok(tx.audit("member.change_own", ("member", member_id), json!({})).await?)
}

/// Sets the language of a person's pages.
pub async fn set_language(tx: &Tx, member_id: i64, language: Lang) -> Result<(), Failure> {
    member::Entity::update_many()
        .col_expr(member::Column::Language, Expr::value(language.as_str()))
        .filter(member::Column::Id.eq(member_id))
        .exec(tx.conn())
        .await?;
    tx.audit("member.set_language", ("member", member_id), json!({ "language": language.as_str() })).await
}

/// Whether this person must type the password in use before setting another.
pub async fn must_prove(core: &Core, who: &Signed) -> Result<bool, Failure> {
    let person = member::Entity::find_by_id(who.id).one(core.db.read()).await?;
    let session = session::Entity::find_by_id(who.session_id).one(core.db.read()).await?;
    let fresh = session.is_some_and(|s| core.clock.now() - s.created_at < FRESH);
    Ok(!fresh && person.is_some_and(|p| p.password_hash.is_some()))
}

/// Sets a person's own password; their other sessions end.
pub async fn change_password(tx: &Tx, who: &Signed, new: &str) -> Result<(), Stop<Refusal>> {
    set_password(tx, who.id, new, Some(who.session_id)).await
}

/// Checks the password in use where it must be typed. Outside any transaction: it takes time.
pub async fn prove(core: &Core, who: &Signed, current: &str) -> Result<(), Stop<Refusal>> {
    if !must_prove(core, who).await? {
        return Ok(());
    }
    if !limits::SIGN_IN_ACCOUNT.allows(core, &who.email).await? {
        return Err(Stop::Refused(Refusal::TooMany));
    }
    let hash = member::Entity::find_by_id(who.id).one(core.db.read()).await?.and_then(|p| p.password_hash);
    if passwords::fits(current.to_owned(), hash).await? {
        return Ok(());
    }
    Err(Stop::Refused(Refusal::WrongPassword))
}

/// Ends every other session of this person. Gives how many there were.
pub async fn end_other_sessions(tx: &Tx, who: &Signed) -> Result<u64, Failure> {
    let gone = session::Entity::delete_many()
        .filter(session::Column::MemberId.eq(who.id))
        .filter(session::Column::Id.ne(who.session_id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "sessions": gone.rows_affected });
    tx.audit("member.end_sessions", ("member", who.id), detail).await?;
    Ok(gone.rows_affected)
}
