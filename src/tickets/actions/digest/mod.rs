//! From the raw mail to the ticket: read, decide (law M4), write everything in one transaction. What
//! cannot be digested is kept, becomes a visible ticket and can be replayed (law M1).

mod aside;
mod ready;
mod returned;
mod sender;
mod twin;
mod write;

use entities::mail_in;
use futures::future::join_all;
use mailin::{Decision, Via, Why};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{merge, people, threads};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::words;
use ready::Ready;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in this ticket.
    Ticketed(i64),
    /// It stays a line of the ledger, with its reason.
    Refused,
    /// It could not be read: this ticket shows it.
    Undigested(i64),
    /// It had been accounted for before.
    Already,
}

/// Digests mail `id` of the ledger. A failure of ours leaves it stored, to be tried again; one that comes
/// from the mail itself makes it a ticket to be seen.
pub async fn digest(core: &Core, id: i64) -> Result<Outcome, Failure> {
    let failure = match attempt(core, id).await {
        Ok(outcome) => return Ok(outcome),
        Err(failure) => failure,
    };
    tracing::error!(mail = id, %failure, "a mail could not be digested");
    let passing = matches!(failure, Failure::Db(_) | Failure::Io(_));
    aside::lay_aside(core, id, failure, passing).await
}

async fn attempt(core: &Core, id: i64) -> Result<Outcome, Failure> {
    let found = mail_in::Entity::find_by_id(id).one(core.db.read()).await?;
    let row = found.ok_or_else(|| Failure::new(format!("the ledger has no mail {id}")))?;
    if !is_waiting(&row) {
        return Ok(Outcome::Already);
    }
    let page = crate::accounts::mail_page(core, core.db.read()).await?;
    let ready = ready::prepare(core, row, page).await?;
    let tx = Tx::begin(core, writer_of(&ready)).await?;
    one_after_the_other(core, &tx, std::slice::from_ref(&ready)).await?;
    let now = mail_in::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    if !now.is_some_and(|row| is_waiting(&row)) {
        return Ok(Outcome::Already);
    }
    let outcome = place(core, &tx, &ready).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Digests several mails in one transaction, oldest first: when many come, what costs most is to write to disk.
/// If one of them cannot be digested, each is tried by itself.
pub async fn digest_many(core: &Core, ids: &[i64]) {
    if let [_, _, ..] = ids {
        match attempt_many(core, ids).await {
            Ok(()) => return,
            Err(failure) => tracing::warn!(%failure, "mails are digested one by one"),
        }
    }
    for id in ids {
        if let Err(failure) = digest(core, *id).await {
            tracing::error!(mail = id, %failure, "a mail waits to be digested");
        }
    }
}

async fn attempt_many(core: &Core, ids: &[i64]) -> Result<(), Failure> {
    let found = mail_in::Entity::find().filter(mail_in::Column::Id.is_in(ids.iter().copied()));
    let rows = found.order_by_asc(mail_in::Column::Id).all(core.db.read()).await?;
    let page = crate::accounts::mail_page(core, core.db.read()).await?;
    let reading = rows.into_iter().filter(is_waiting).map(|row| ready::prepare(core, row, page.clone()));
    let all = join_all(reading).await.into_iter().collect::<Result<Vec<Ready>, _>>()?;
    let mut tx = Tx::begin(core, Actor::System).await?;
    one_after_the_other(core, &tx, &all).await?;
    let still = mail_in::Entity::find()
        .filter(mail_in::Column::Id.is_in(all.iter().map(|ready| ready.row.id)))
        .order_by_asc(mail_in::Column::Id)
        .lock_exclusive()
        .all(tx.conn())
        .await?;
    for ready in &all {
        if still.iter().any(|row| row.id == ready.row.id && is_waiting(row)) {
            tx.actor = writer_of(ready);
            place(core, &tx, ready).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Two processes that read the same mail, or two mails of one thread, in the same instant decide one after the
/// other: neither opens a ticket that the other is opening. So do two mails that name the same people: each would add
/// one of them first and wait for the other's.
async fn one_after_the_other(core: &Core, tx: &Tx, all: &[Ready]) -> Result<(), Failure> {
    let threads =
        all.iter().flat_map(|ready| ready.mail.thread_ids().into_iter().chain([ready.row.raw_blob.clone()]));
    tx.alone("threads", &some_of(threads)).await?;
    let people = all.iter().flat_map(|ready| {
        let copied = write::copied(core, ready).into_iter().map(|mailbox| mailbox.address);
        copied.chain([ready.writer.email.clone()])
    });
    Ok(tx.alone("writers", &some_of(people)).await?)
}

fn some_of(keys: impl Iterator<Item = String>) -> Vec<String> {
    let mut keys: Vec<String> = keys.take(10_000).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A mail of the ledger, read once more.
pub async fn read_again(core: &Core, row: &mail_in::Model) -> Result<mailin::Mail, Failure> {
    Ok(ready::prepare(core, row.clone(), serde_json::Value::Null).await?.mail)
}

fn writer_of(ready: &Ready) -> Actor {
    match ready.writer.email.as_str() {
        "" => Actor::System,
        email => Actor::Requester { email: email.to_owned() },
    }
}

fn is_waiting(row: &mail_in::Model) -> bool {
    matches!(row.state.as_str(), "stored" | "undigested")
}

/// Puts the mail where it belongs and says so in the ledger.
async fn place(core: &Core, tx: &Tx, ready: &Ready) -> Result<Outcome, Failure> {
    if ready.mail.notes.contains(&mailin::Note::Empty) {
        return account(core, tx, ready, Line::refused(None, "empty", None)).await;
    }
    if let Some(first) = twin::same_mail(core, tx, ready).await? {
        if let (Some(shown), Some(ticket)) = (ready.row.ticket_id, first) {
            aside::release_placeholder(tx, ready.row.id, shown).await?;
            merge::settle_placeholder(tx, shown, ticket).await?;
        }
        return account(core, tx, ready, Line::refused(Some("duplicate"), "duplicate", first)).await;
    }
    if ready.is_loop(core) {
        let about = returned::whose(core, tx, ready).await?.unwrap_or("own");
        return account(core, tx, ready, Line::refused(Some("own"), about, None)).await;
    }
    let to = ready.row.envelope_to.as_deref();
    let facts = threads::facts(core, tx, &ready.mail, to, ready.auth.clone()).await?;
    let decision = trusted(ready, mailin::decide(&ready.mail, &facts));
    if let (Decision::New { .. }, Some(about)) =
        (&decision, returned::not_of_the_desk(core, tx, ready).await?)
    {
        return account(core, tx, ready, Line::refused(Some("report"), about, None)).await;
    }
    let person = people::find_or_add(tx, &ready.writer).await?;
    if let Some(shown) = ready.row.ticket_id {
        aside::release_placeholder(tx, ready.row.id, shown).await?;
    }
    let (ticket_id, disposition, reason) = match &decision {
        Decision::Join { ticket_id, via, offers_split } => {
            write::join(core, tx, ready, *ticket_id, person.id, *offers_split).await?;
            (*ticket_id, "follow_up", Some(via_code(*via)))
        }
        Decision::Report { ticket_id, via } => {
            write::join(core, tx, ready, *ticket_id, person.id, false).await?;
            (*ticket_id, "report", Some(via_code(*via)))
        }
        Decision::New { linked_to, why } => {
            let id = write::open(core, tx, ready, &person, *linked_to).await?;
            (id, if linked_to.is_some() { "linked" } else { "new" }, why_code(*why))
        }
    };
    threads::remember(core, tx, &ready.mail, ticket_id).await?;
    threads::link(tx, ticket_id, &mailin::related(&facts, &decision)).await?;
    if let Some(shown) = ready.row.ticket_id {
        merge::settle_placeholder(tx, shown, ticket_id).await?;
    }
    let reason = in_words(ready, reason);
    account(
        core,
        tx,
        ready,
        Line { state: "ticketed", disposition: Some(disposition), reason, ticket: Some(ticket_id) },
    )
    .await
}

/// A writer whom Reply-To alone names joins by the address that only the people of a ticket know, and by nothing that
/// others can guess or quote.
fn trusted(ready: &Ready, decision: Decision) -> Decision {
    match decision {
        Decision::Join { ticket_id, via: Via::Reference | Via::Tag, .. } if ready.is_said => {
            Decision::New { linked_to: Some(ticket_id), why: Why::SenderTakesNoPart }
        }
        other => other,
    }
}

fn via_code(via: Via) -> &'static str {
    match via {
        Via::PlusAddress => "plus_address",
        Via::Reference => "reference",
        Via::Tag => "tag",
    }
}

fn why_code(why: Why) -> Option<&'static str> {
    match why {
        Why::NoTicketNamed => None,
        Why::SenderTakesNoPart => Some("stranger"),
        Why::NoSender => Some("no_sender"),
        Why::SenderForged => Some("forged"),
    }
}

/// Codes and, for a machine's mail, the header that gave it away.
fn in_words(ready: &Ready, code: Option<&str>) -> Option<String> {
    let machine = ready.mail.machine.as_ref().map(|m| format!("{}: {}", m.kind.as_str(), m.reason));
    let parts: Vec<String> = code.map(str::to_owned).into_iter().chain(machine).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// A line of the ledger.
struct Line<'a> {
    state: &'a str,
    disposition: Option<&'a str>,
    reason: Option<String>,
    ticket: Option<i64>,
}

impl<'a> Line<'a> {
    fn refused(disposition: Option<&'a str>, reason: &str, ticket: Option<i64>) -> Self {
        Self { state: "refused", disposition, reason: Some(reason.into()), ticket }
    }
}

async fn account(core: &Core, tx: &Tx, ready: &Ready, line: Line<'_>) -> Result<Outcome, Failure> {
    let hash = ready.mail.message_id.as_deref().map(|id| core.mail_ids().hash(id));
    let row = mail_in::ActiveModel {
        state: Set(line.state.into()),
        disposition: Set(line.disposition.map(Into::into)),
        reason: Set(line.reason),
        from_addr: Set(ready.mail.from.as_ref().map(|f| words::shortened(&f.address, 320))),
        subject: Set(Some(words::shortened(&ready.mail.subject, 300))),
        message_id_hash: Set(hash),
        ticket_id: Set(line.ticket),
        auth: Set(ready.auth.as_ref().map(serde_json::to_string).transpose()?),
        spam: Set(ready.mail.spam.as_ref().map(|spam| spam_code(spam.verdict).into())),
        spam_why: Set(ready.mail.spam.as_ref().map(|spam| words::shortened(&spam.words, 300))),
        attempts: Set(ready.row.attempts + 1),
        digested_at: Set(Some(tx.at)),
        ..Default::default()
    };
    change_line(tx, ready.row.id, row).await?;
    Ok(match (line.state, line.ticket) {
        ("ticketed", Some(ticket)) => Outcome::Ticketed(ticket),
        _ => Outcome::Refused,
    })
}

fn spam_code(verdict: mailin::Verdict) -> &'static str {
    match verdict {
        mailin::Verdict::Spam => "spam",
        mailin::Verdict::Ham => "ham",
        mailin::Verdict::Unsure => "unsure",
    }
}

async fn change_line(tx: &Tx, id: i64, row: mail_in::ActiveModel) -> Result<(), Failure> {
    mail_in::Entity::update_many().set(row).filter(mail_in::Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}
