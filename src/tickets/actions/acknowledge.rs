//! The one automatic mail a person gets: we have your words, here is your place and the usual wait
//! (law M6: never to machines, never to ourselves, within a budget per address and in all).

use entities::{message, outbox, requester, ticket};
use mailin::Mail;
use rules::lang::Lang;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::platform::outbox::{Kind, NewMail, post};
use crate::platform::rates::Limit;
use crate::platform::{Core, Failure, Tx};
use crate::tickets::queries::wait;
use crate::tickets::words;

/// Acknowledgements to one address in a day.
const PER_ADDRESS: u64 = 3;
/// Acknowledgements in an hour, to everybody together.
const IN_ALL: Limit = Limit { name: "acknowledgements", hits: 500, seconds: 3600 };

/// What an acknowledgement is about.
#[derive(Debug, Clone, Copy)]
pub struct Thanks<'a> {
    /// The new ticket.
    pub ticket: &'a ticket::Model,
    /// Its person.
    pub person: &'a requester::Model,
    /// Their message.
    pub message: &'a message::Model,
    /// The mail as it was read.
    pub mail: &'a Mail,
}

/// Whether the address is one of ours.
pub fn is_ours(core: &Core, address: &str) -> bool {
    let ours = mailin::normalise(&core.config.mail_from);
    let Some((local, domain)) = ours.rsplit_once('@') else { return false };
    let same_domain = address.rsplit_once('@').filter(|(_, d)| *d == domain);
    same_domain.is_some_and(|(l, _)| l == local || l.split_once('+').is_some_and(|(base, _)| base == local))
}

/// The person's private link.
pub fn link(core: &Core, ticket: i64) -> String {
    format!("{}/t/{}", core.config.public(), token(core, ticket))
}

/// What stands in the private link: number and seal. No secret is stored.
pub fn token(core: &Core, ticket: i64) -> String {
    format!("{ticket}.{}", core.keys.seal("ticket", &ticket.to_string()))
}

/// The ticket of a private link; `None` when it is none of ours.
pub fn ticket_of(core: &Core, token: &str) -> Option<i64> {
    let (number, seal) = token.split_once('.')?;
    let id: i64 = number.parse().ok().filter(|id: &i64| id.to_string() == number)?;
    core.keys.is_seal("ticket", number, seal).then_some(id)
}

/// Sends the acknowledgement, unless a rule says no. True when it was sent.
pub async fn acknowledge(core: &Core, tx: &Tx, thanks: Thanks<'_>, page: Value) -> Result<bool, Failure> {
    let address = thanks.person.email.as_str();
    let silent = thanks.mail.machine.is_some()
        || rules::address::normalise_mail(address).is_err()
        || address.parse::<lettre::Address>().is_err()
        || is_ours(core, address)
        || mailin::participants::takes_no_answer(address);
    if silent || !within_budget(tx, address).await? {
        return Ok(false);
    }
    let lang = Lang::parse(&thanks.person.language).unwrap_or_default();
    let figures = wait::figures(tx.conn(), tx.at, thanks.ticket.id, thanks.ticket.opened_at).await?;
    let view = json!({
        "name": shown_name(thanks.person),
        "subject": thanks.ticket.subject,
        "number": thanks.ticket.id,
        "place": figures.place,
        "many": figures.many,
        "wait": figures.usual.map(|w| rules::dates::duration(w, lang)),
        "link": link(core, thanks.ticket.id),
        "said": words::paragraphs(&words::shortened(&thanks.message.text, 2000)),
    });
    let written = core.render.mail("acknowledgement", lang, page, view)?;
    let row = message::ActiveModel {
        ticket_id: Set(thanks.ticket.id),
        kind: Set("automatic".into()),
        requester_id: Set(Some(thanks.person.id)),
        at: Set(tx.at),
        subject: Set(written.subject.clone()),
        text: Set(written.text.clone()),
        quoted: Set(String::new()),
        state: Set("sending".into()),
        ..Default::default()
    };
    let message = message::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    let answers = thanks.mail.message_id.as_deref().map(|id| mailin::outgoing::references_for(&[id.into()]));
    let answers = answers.filter(|a| !a.is_empty());
    let mut mail = NewMail::new(Kind::Acknowledgement, address, &thanks.person.name, written);
    mail.reply_to = Some(core.mail_ids().plus_address(&core.config.mail_from, thanks.ticket.id));
    mail.in_reply_to = answers.clone();
    mail.refs = answers;
    mail.ticket_id = Some(thanks.ticket.id);
    mail.ticket_message_id = Some(message.id);
    let sent = post(core, tx, mail).await?;
    bears(core, tx, message.id, &sent.message_id).await?;
    Ok(true)
}

/// The message bears the Message-ID of the mail that carries it.
pub async fn bears(core: &Core, tx: &Tx, message: i64, message_id: &str) -> Result<(), Failure> {
    let row = message::ActiveModel {
        message_id: Set(Some(message_id.trim_matches(['<', '>']).to_owned())),
        message_id_hash: Set(Some(core.mail_ids().hash(message_id))),
        ..Default::default()
    };
    message::Entity::update_many().set(row).filter(message::Column::Id.eq(message)).exec(tx.conn()).await?;
    Ok(())
}

/// Name to greet, or the address.
pub fn shown_name(person: &requester::Model) -> String {
    name_of(&person.name, &person.email)
}

/// The same from a name and an address.
pub fn name_of(name: &str, email: &str) -> String {
    match name.trim() {
        "" => email.split('@').next().unwrap_or_default().to_owned(),
        name => name.to_owned(),
    }
}

async fn within_budget(tx: &Tx, address: &str) -> Result<bool, Failure> {
    let today = outbox::Entity::find()
        .filter(outbox::Column::ToAddr.eq(address))
        .filter(outbox::Column::CreatedAt.gt(tx.at - chrono::TimeDelta::days(1)))
        .filter(outbox::Column::Kind.eq("acknowledgement"))
        .count(tx.conn())
        .await?;
    Ok(today < PER_ADDRESS && IN_ALL.allows_in(tx, "everybody").await?)
}
