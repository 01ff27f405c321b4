//! The same mail twice.

use entities::{attachment, mail_in, message};
use mailin::Mail;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::people;
use super::ready::Ready;
use crate::platform::{Core, Failure, Tx};
use crate::tickets::words;

/// The ticket of the same mail, if it came before: the very same bytes (a server that did not hear our yes
/// brings them again), or the same words from the same person under one Message-ID (two addresses of ours on
/// one mail).
pub async fn same_mail(core: &Core, tx: &Tx, ready: &Ready) -> Result<Option<Option<i64>>, Failure> {
    let twin = mail_in::Entity::find()
        .filter(mail_in::Column::RawBlob.eq(ready.row.raw_blob.clone()))
        .filter(mail_in::Column::State.eq("ticketed"))
        .filter(mail_in::Column::Id.ne(ready.row.id))
        .one(tx.conn())
        .await?;
    if let Some(twin) = twin {
        return Ok(Some(twin.ticket_id));
    }
    let Some(id) = ready.mail.message_id.as_deref() else { return Ok(None) };
    let hash = core.mail_ids().hash(id);
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
pub fn below(mail: &Mail) -> String {
    let parts = [mail.parts.signature.as_str(), mail.parts.quoted.as_str()];
    parts.into_iter().filter(|t| !t.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The subject as a message keeps it.
pub fn message_subject(mail: &Mail) -> String {
    words::shortened(&mail.subject, 300)
}
