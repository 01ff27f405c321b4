//! A link, a session, a corrected address: one transaction each.

use chrono::TimeDelta;
use entities::donor_session;
use rules::lang::Lang;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::forms::Correction;
use super::queries;
use crate::accounts::actions::{LINK, LinkFor, make_link, use_link};
use crate::accounts::mail_page;
use crate::donors;
use crate::platform::keys::{token, token_hash};
use crate::platform::outbox::{Kind, NewMail, post};
use crate::platform::{Actor, Core, Failure, Say, Stop, Tx, jobs};
use crate::web::limits;

/// A donor's session ends after this, used or not.
const SESSION: TimeDelta = TimeDelta::hours(2);
/// Kind of the job that sends a link, if somebody has the address.
pub const JOB: &str = "my.link";

/// Why a donor did not get further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not a mail address.
    BadAddress,
    /// Too many tries.
    TooMany,
    /// The link was used, is too old, or is none of ours.
    DeadLink,
    /// Not a record of theirs.
    NotYours,
    /// The record refuses it.
    Record(Vec<donors::Refusal>),
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::BadAddress => Say::new("accounts-refused-address"),
            Self::TooMany => Say::new("accounts-refused-too-many"),
            Self::DeadLink => Say::new("accounts-refused-link"),
            Self::NotYours => Say::new("my-refused-yours"),
            Self::Record(why) => why.first().map_or(Say::new("my-refused-yours"), donors::Refusal::say),
        }
    }
}

/// Asks for a link. What is done and answered is the same whether or not somebody has that address.
pub async fn ask_link(core: &Core, typed: &str, address: &str) -> Result<(), Stop<Refusal>> {
    let email = rules::address::normalise_mail(typed).map_err(|_| Stop::Refused(Refusal::BadAddress))?;
    let by_account = limits::LINK_ACCOUNT.allows(core, &format!("my {email}")).await?;
    let by_address = limits::LINK_ADDRESS.allows(core, address).await?;
    if !by_account || !by_address {
        return Err(Stop::Refused(Refusal::TooMany));
    }
    let tx = Tx::begin(core, Actor::System).await?;
    jobs::ask(&tx, JOB, &json!({ "email": email }), None).await?;
    tx.commit().await?;
    core.bell.notify_one();
    Ok(())
}

/// Sends the link, if somebody has that address.
pub async fn send_link(core: &Core, email: &str) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    let Some(donor) = donors::find_by_mail(tx.conn(), email).await?.into_iter().next() else { return Ok(()) };
    let token = make_link(&tx, LinkFor::Donor(email), tx.at + LINK).await?;
    let name =
        donors::record::name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name);
    let lang = Lang::parse(&donor.language).unwrap_or_default();
    let link = format!("{}/my/link/{token}", core.config.public());
    let words = core.render.mail(
        "my-link",
        lang,
        mail_page(core, tx.conn()).await?,
        json!({ "name": name, "link": link }),
    )?;
    let mut mail = NewMail::new(Kind::Link, email, &name, words);
    mail.donor_id = Some(donor.id);
    post(core, &tx, mail).await?;
    tx.audit("donor.send_link", ("donor", donor.id), json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Uses a link up; gives the new session's token.
pub async fn enter(core: &Core, link: &str) -> Result<String, Stop<Refusal>> {
    let mut tx = Tx::begin(core, Actor::System).await?;
    let Some(email) = use_link(&tx, link, "donor").await?.and_then(|link| link.email) else {
        return Err(Stop::Refused(Refusal::DeadLink));
    };
    tx.actor = Actor::Donor { email: email.clone() };
    let secret = token();
    let row = donor_session::ActiveModel {
        token_hash: Set(token_hash(&secret)),
        email: Set(email),
        created_at: Set(tx.at),
        expires_at: Set(tx.at + SESSION),
        ..Default::default()
    };
    let id = donor_session::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let old = donor_session::Entity::delete_many().filter(donor_session::Column::ExpiresAt.lt(tx.at));
    old.exec(tx.conn()).await?;
    tx.audit("donor.sign_in", ("donor_session", id), json!({})).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Ends the session.
pub async fn leave(tx: &Tx, token: &str) -> Result<(), Failure> {
    donor_session::Entity::delete_many()
        .filter(donor_session::Column::TokenHash.eq(token_hash(token)))
        .exec(tx.conn())
        .await?;
    tx.audit_key("donor.sign_out", ("donor_session", "own"), json!({})).await
}

/// A donor corrects where receipts go and which they want; receipts already issued stay as they are.
pub async fn correct(
    core: &Core,
    tx: &Tx,
    email: &str,
    donor_id: i64,
    correction: &Correction<'_>,
) -> Result<(), Stop<Refusal>> {
    let own = queries::own(tx.conn(), email).await?;
    let Some(row) = own.into_iter().find(|row| row.id == donor_id) else {
        return Err(Stop::Refused(Refusal::NotYours));
    };
    let mails = donors::queries::mails_of(tx.conn(), donor_id).await?;
    let before = donors::queries::facts_of(&row, mails.into_iter().map(|mail| mail.address).collect());
    let facts = correction.applied(before);
    match donors::update(core, tx, donor_id, correction.version, &facts).await {
        Ok(()) => Ok(()),
        Err(Stop::Refused(why)) => Err(Stop::Refused(Refusal::Record(why))),
        Err(Stop::Failed(failure)) => Err(Stop::Failed(failure)),
    }
}
