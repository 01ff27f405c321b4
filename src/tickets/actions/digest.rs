//! From the raw mail to the ticket: read, decide (law M4), write everything in one transaction. What
//! cannot be digested is kept, becomes a visible ticket and can be replayed (law M1).

use entities::{attachment, mail_in, message, ticket};
use mailin::{Decision, MachineKind, Mail, Via};
use rules::lang::Lang;
use rules::promise;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::people::{self, Writer};
use super::{acknowledge, delivery, desk, intake, threads};
use crate::platform::blobs::Stored;
use crate::platform::{Actor, Core, Failure, Tx, jobs};
use crate::tickets::words;

/// Tries before a failure of the database is taken for the mail's own.
const TRIES: i32 = 3;

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

/// A mail read, with its files already on disk.
struct Ready {
    row: mail_in::Model,
    mail: Mail,
    files: Vec<Stored>,
    writer: Writer,
    page: serde_json::Value,
}

impl Ready {
    /// Written by a person, as far as anybody can tell: lists and bulk mail may be, reports never are.
    fn by_person(&self) -> bool {
        let kind = self.mail.machine.as_ref().map(|m| m.kind);
        !matches!(kind, Some(MachineKind::Bounce | MachineKind::AutoReply | MachineKind::Report))
    }
}

/// Digests mail `id` of the ledger. A failure of ours leaves it stored, to be tried again; one that comes
/// from the mail itself makes it a ticket to be seen.
pub async fn digest(core: &Core, id: i64) -> Result<Outcome, Failure> {
    let failure = match attempt(core, id).await {
        Ok(outcome) => return Ok(outcome),
        Err(failure) => failure,
    };
    tracing::error!(mail = id, %failure, "a mail could not be digested");
    let passing = matches!(failure, Failure::Db(_));
    lay_aside(core, id, failure, passing).await
}

async fn attempt(core: &Core, id: i64) -> Result<Outcome, Failure> {
    let found = mail_in::Entity::find_by_id(id).one(core.db.read()).await?;
    let row = found.ok_or_else(|| Failure::new(format!("the ledger has no mail {id}")))?;
    if !is_waiting(&row) {
        return Ok(Outcome::Already);
    }
    let ready = prepare(core, row).await?;
    let actor = match ready.writer.email.as_str() {
        "" => Actor::System,
        email => Actor::Requester { email: email.to_owned() },
    };
    let tx = Tx::begin(core, actor).await?;
    let now = mail_in::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    if !now.is_some_and(|row| is_waiting(&row)) {
        return Ok(Outcome::Already);
    }
    let outcome = place(core, &tx, &ready).await?;
    jobs::withdraw(&tx, &intake::job_key(id)).await?;
    tx.commit().await?;
    Ok(outcome)
}

fn is_waiting(row: &mail_in::Model) -> bool {
    matches!(row.state.as_str(), "stored" | "undigested")
}

async fn prepare(core: &Core, row: mail_in::Model) -> Result<Ready, Failure> {
    let raw = core.blobs.get(&row.raw_blob).await?;
    let read = tokio::task::spawn_blocking(move || mailin::read(&raw, &mailin::Limits::default()));
    let mut mail = read.await.map_err(|e| Failure::new(format!("the mail could not be read: {e}")))?;
    if let Some(author) = true_author(core, &mail) {
        mail.from = Some(author);
    }
    let mut files = Vec::new();
    for file in &mut mail.attachments {
        files.push(core.blobs.put(std::mem::take(&mut file.bytes)).await?);
    }
    let language = row.language.as_deref().and_then(Lang::parse);
    let writer = writer(&mail, language);
    Ok(Ready { row, mail, files, writer, page: crate::accounts::mail_page(core).await? })
}

/// Web forms of other sites write to us from our own address, or from one that takes no answer, and name
/// the person in Reply-To.
fn true_author(core: &Core, mail: &Mail) -> Option<mailin::Mailbox> {
    let from = mailin::normalise(&mail.from.as_ref()?.address);
    let silent = acknowledge::is_ours(core, &from) || acknowledge::takes_no_answer(&from);
    let other = |m: &&mailin::Mailbox| {
        let address = mailin::normalise(&m.address);
        address.contains('@') && !acknowledge::is_ours(core, &address)
    };
    if silent && mail.machine.is_none() { mail.reply_to.iter().find(other).cloned() } else { None }
}

fn writer(mail: &Mail, language: Option<Lang>) -> Writer {
    let from = mail.from.as_ref();
    let address = from.map(|f| mailin::normalise(&f.address)).filter(|a| a.contains('@'));
    Writer {
        email: address.unwrap_or_default(),
        name: from.and_then(|f| f.name.clone()).unwrap_or_default().trim().to_owned(),
        language: language.unwrap_or_else(|| words::language(&mail.text)),
    }
}

/// Puts the mail where it belongs and says so in the ledger.
async fn place(core: &Core, tx: &Tx, ready: &Ready) -> Result<Outcome, Failure> {
    if ready.mail.notes.contains(&mailin::Note::Empty) {
        return account(core, tx, ready, Line::refused(None, "empty", None)).await;
    }
    if let Some(first) = same_mail(core, tx, ready).await? {
        return account(core, tx, ready, Line::refused(Some("duplicate"), "duplicate", first)).await;
    }
    let facts = threads::facts(core, tx, &ready.mail, ready.row.envelope_to.as_deref()).await?;
    let decision = mailin::decide(&ready.mail, &facts);
    let person = people::find_or_add(tx, &ready.writer).await?;
    if let Some(shown) = ready.row.ticket_id {
        release_placeholder(tx, ready.row.id, shown).await?;
    }
    let (ticket_id, disposition, via) = match decision {
        Decision::Join { ticket_id, via, .. } => {
            join(core, tx, ready, ticket_id, person.id).await?;
            (ticket_id, "follow_up", Some(via))
        }
        Decision::Report { ticket_id, via } => {
            join(core, tx, ready, ticket_id, person.id).await?;
            (ticket_id, "report", Some(via))
        }
        Decision::New { linked_to, .. } => {
            let id = open(core, tx, ready, &person, linked_to).await?;
            (id, if linked_to.is_some() { "linked" } else { "new" }, None)
        }
    };
    if let Some(shown) = ready.row.ticket_id {
        super::merge::settle_placeholder(tx, shown, ticket_id).await?;
    }
    let reason = reason(ready, via);
    account(
        core,
        tx,
        ready,
        Line { state: "ticketed", disposition: Some(disposition), reason, ticket: Some(ticket_id) },
    )
    .await
}

fn reason(ready: &Ready, via: Option<Via>) -> Option<String> {
    let via = via.map(|via| match via {
        Via::PlusAddress => "plus_address",
        Via::Reference => "reference",
        Via::Tag => "tag",
    });
    let machine = ready.mail.machine.as_ref().map(|m| format!("{}: {}", m.kind.as_str(), m.reason));
    let parts: Vec<String> = via.map(str::to_owned).into_iter().chain(machine).collect();
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

async fn change_line(tx: &Tx, id: i64, row: mail_in::ActiveModel) -> Result<(), Failure> {
    mail_in::Entity::update_many().set(row).filter(mail_in::Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// The ticket of the same mail, if it came before: same Message-ID and same bytes, or the same words from
/// the same person under one Message-ID (two addresses of ours on one mail).
async fn same_mail(core: &Core, tx: &Tx, ready: &Ready) -> Result<Option<Option<i64>>, Failure> {
    let Some(id) = ready.mail.message_id.as_deref() else { return Ok(None) };
    let hash = core.mail_ids().hash(id);
    let twin = mail_in::Entity::find()
        .filter(mail_in::Column::MessageIdHash.eq(hash.clone()))
        .filter(mail_in::Column::RawBlob.eq(ready.row.raw_blob.clone()))
        .filter(mail_in::Column::State.eq("ticketed"))
        .filter(mail_in::Column::Id.ne(ready.row.id))
        .one(tx.conn())
        .await?;
    if let Some(twin) = twin {
        return Ok(Some(twin.ticket_id));
    }
    let said = message::Entity::find()
        .filter(message::Column::MessageIdHash.eq(hash))
        .filter(message::Column::MailInId.is_not_null())
        .filter(message::Column::Subject.eq(message_subject(&ready.mail)))
        .filter(message::Column::Text.eq(ready.mail.parts.new_text.clone()))
        .order_by_asc(message::Column::Id)
        .one(tx.conn())
        .await?;
    let Some(said) = said else { return Ok(None) };
    let person = people::find_or_add(tx, &ready.writer).await?;
    let same_page = said.html == ready.mail.html && said.quoted == below(&ready.mail);
    if said.requester_id != Some(person.id) || !same_page {
        return Ok(None);
    }
    let files: Vec<String> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Blob)
        .filter(attachment::Column::MessageId.eq(said.id))
        .order_by_asc(attachment::Column::Id)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let same_files = files.iter().eq(ready.files.iter().map(|f| &f.hash));
    Ok(same_files.then_some(Some(said.ticket_id)))
}

/// Signature and quotes of a mail, folded below its words.
fn below(mail: &Mail) -> String {
    let parts = [mail.parts.signature.as_str(), mail.parts.quoted.as_str()];
    parts.into_iter().filter(|t| !t.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn message_subject(mail: &Mail) -> String {
    words::shortened(&mail.subject, 300)
}

/// Adds the mail to a ticket: a person's word makes or renews the promise, a machine's moves nothing,
/// a bounce of our reply owes again.
async fn join(core: &Core, tx: &Tx, ready: &Ready, ticket_id: i64, person: i64) -> Result<(), Failure> {
    let missing = || Failure::new(format!("ticket {ticket_id} is gone"));
    let held = desk::hold(tx, ticket_id).await?.ok_or_else(missing)?;
    let message = add_message(core, tx, ready, ticket_id, person).await?;
    let at = ready.row.received_at;
    let mut more = ticket::ActiveModel { last_at: Set(at), ..Default::default() };
    let next = if ready.by_person() {
        people::takes_part(tx, ticket_id, person).await?;
        more.last_words = Set(words::first_line(&message.text));
        held.law.person_wrote(at)
    } else {
        held.law.machine_wrote()
    };
    let about = desk::About { message: Some(message.id), requester: Some(person), ..Default::default() };
    desk::keep(tx, held, &next, about, more).await?;
    if !ready.by_person() && has_failed(&ready.mail) {
        delivery::came_back(core, tx, &ready.mail.answers()).await?;
    }
    tx.audit("ticket.message", ("ticket", ticket_id), json!({ "message": message.id, "kind": message.kind }))
        .await
}

/// Whether the report says that somebody did not get our mail. "Not yet" is no failure.
fn has_failed(mail: &Mail) -> bool {
    let is_bounce = mail.machine.as_ref().is_some_and(|m| m.kind == MachineKind::Bounce);
    is_bounce
        && mail.bounce.as_ref().is_some_and(|b| {
            b.recipients.is_empty() || b.recipients.iter().any(|r| r.action == mailin::Action::Failed)
        })
}

async fn open(
    core: &Core,
    tx: &Tx,
    ready: &Ready,
    person: &entities::requester::Model,
    linked_to: Option<i64>,
) -> Result<i64, Failure> {
    let at = ready.row.received_at;
    let service = super::services::by_id(tx, ready.row.service_id).await?;
    let subject = words::shortened(&ready.mail.subject, 300);
    let text = &ready.mail.parts.new_text;
    let row = ticket::ActiveModel {
        subject: Set(if subject.trim().is_empty() { words::first_line(text) } else { subject }),
        about: Set(service.as_ref().map_or("support".into(), |s| s.about.clone())),
        service_id: Set(service.map(|s| s.id)),
        requester_id: Set(person.id),
        state: Set("open".into()),
        promise: Set("none".into()),
        close_when_sent: Set(false),
        last_words: Set(words::first_line(text)),
        last_at: Set(at),
        opened_at: Set(at),
        linked_to: Set(linked_to),
        version: Set(1),
        ..Default::default()
    };
    let row = ticket::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    people::takes_part(tx, row.id, person.id).await?;
    let message = add_message(core, tx, ready, row.id, person.id).await?;
    let id = row.id;
    let opened = promise::Ticket::opened_by_machine(id);
    let next = if ready.by_person() { opened.person_wrote(at) } else { opened.machine_wrote() };
    let about = desk::About { message: Some(message.id), requester: Some(person.id), ..Default::default() };
    let held = desk::Held { row: row.clone(), live: None, law: opened };
    desk::keep(tx, held, &next, about, ticket::ActiveModel::default()).await?;
    tx.audit("ticket.open", ("ticket", id), json!({ "way": ready.row.way, "mail": ready.row.id })).await?;
    if ready.by_person() {
        let thanks = acknowledge::Thanks { ticket: &row, person, message: &message, mail: &ready.mail };
        acknowledge::acknowledge(core, tx, thanks, ready.page.clone()).await?;
    }
    Ok(id)
}

async fn add_message(
    core: &Core,
    tx: &Tx,
    ready: &Ready,
    ticket: i64,
    person: i64,
) -> Result<message::Model, Failure> {
    let mail = &ready.mail;
    let parts = &mail.parts;
    let row = message::ActiveModel {
        ticket_id: Set(ticket),
        kind: Set(if ready.by_person() { "inbound".into() } else { "machine".into() }),
        requester_id: Set(Some(person)),
        at: Set(ready.row.received_at),
        subject: Set(message_subject(mail)),
        text: Set(parts.new_text.clone()),
        quoted: Set(below(mail)),
        html: Set(mail.html.clone()),
        message_id: Set(mail.message_id.clone().filter(|id| id.len() <= 998)),
        message_id_hash: Set(mail.message_id.as_deref().map(|id| core.mail_ids().hash(id))),
        mail_in_id: Set(Some(ready.row.id)),
        state: Set("kept".into()),
        ..Default::default()
    };
    let message = message::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    for (file, stored) in mail.attachments.iter().zip(&ready.files) {
        core.blobs.name_in(tx, stored).await?;
        let row = attachment::ActiveModel {
            message_id: Set(message.id),
            name: Set(file.name.clone()),
            mime: Set(file.mime.clone()),
            size: Set(stored.size),
            content_id: Set(file.content_id.clone()),
            is_inline: Set(file.inline),
            blob: Set(stored.hash.clone()),
            ..Default::default()
        };
        attachment::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    }
    Ok(message)
}

/// The ticket that showed the unread mail no longer stands for it.
async fn release_placeholder(tx: &Tx, mail: i64, shown: i64) -> Result<(), Failure> {
    message::Entity::update_many()
        .set(message::ActiveModel { mail_in_id: Set(None), ..Default::default() })
        .filter(message::Column::MailInId.eq(mail))
        .filter(message::Column::TicketId.eq(shown))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Keeps what could not be digested where people see it. Passing troubles of the database are tried again
/// first, and the mail stays stored.
async fn lay_aside(core: &Core, id: i64, why: Failure, passing: bool) -> Result<Outcome, Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    let found = mail_in::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    let Some(row) = found.filter(is_waiting) else { return Err(why) };
    let mut line = mail_in::ActiveModel {
        attempts: Set(row.attempts + 1),
        reason: Set(Some(words::shortened(&why.to_string(), 500))),
        ..Default::default()
    };
    if passing && row.attempts + 1 < TRIES {
        change_line(&tx, id, line).await?;
        tx.commit().await?;
        return Err(why);
    }
    let ticket = match row.ticket_id {
        Some(ticket) => ticket,
        None => show_unread(core, &tx, &row).await?,
    };
    line.state = Set("undigested".into());
    line.disposition = Set(Some("undigested".into()));
    line.ticket_id = Set(Some(ticket));
    line.digested_at = Set(Some(tx.at));
    change_line(&tx, id, line).await?;
    jobs::withdraw(&tx, &intake::job_key(id)).await?;
    tx.commit().await?;
    Ok(Outcome::Undigested(ticket))
}

/// A ticket that says "a mail could not be read", with the raw mail joined. A person may have written it:
/// it is owed.
async fn show_unread(core: &Core, tx: &Tx, row: &mail_in::Model) -> Result<i64, Failure> {
    let person = people::find_or_add(tx, &Writer::default()).await?;
    let subject = core.render.locales.say(Lang::Fr, &crate::platform::Say::new("tickets-unread-subject"));
    let text = core.render.locales.say(Lang::Fr, &crate::platform::Say::new("tickets-unread-text"));
    let opened = ticket::ActiveModel {
        subject: Set(subject.clone()),
        about: Set("support".into()),
        requester_id: Set(person.id),
        state: Set("open".into()),
        promise: Set("none".into()),
        close_when_sent: Set(false),
        last_words: Set(words::first_line(&text)),
        last_at: Set(row.received_at),
        opened_at: Set(row.received_at),
        version: Set(1),
        ..Default::default()
    };
    let opened = ticket::Entity::insert(opened).exec_with_returning(tx.conn()).await?;
    let told = message::ActiveModel {
        ticket_id: Set(opened.id),
        kind: Set("inbound".into()),
        requester_id: Set(Some(person.id)),
        at: Set(row.received_at),
        subject: Set(subject),
        text: Set(text),
        quoted: Set(String::new()),
        mail_in_id: Set(Some(row.id)),
        state: Set("kept".into()),
        ..Default::default()
    };
    let told = message::Entity::insert(told).exec_with_returning(tx.conn()).await?;
    let file = attachment::ActiveModel {
        message_id: Set(told.id),
        name: Set(format!("courriel-{}.eml", row.id)),
        mime: Set("message/rfc822".into()),
        size: Set(row.size),
        is_inline: Set(false),
        blob: Set(row.raw_blob.clone()),
        ..Default::default()
    };
    attachment::Entity::insert(file).exec_without_returning(tx.conn()).await?;
    let law = promise::Ticket::opened_by_machine(opened.id);
    let next = law.person_wrote(row.received_at);
    let about = desk::About { message: Some(told.id), requester: Some(person.id), ..Default::default() };
    let id = opened.id;
    desk::keep(tx, desk::Held { row: opened, live: None, law }, &next, about, ticket::ActiveModel::default())
        .await?;
    tx.audit("ticket.open", ("ticket", id), json!({ "way": row.way, "mail": row.id, "unread": true }))
        .await?;
    Ok(id)
}
