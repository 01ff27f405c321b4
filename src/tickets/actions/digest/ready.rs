//! A mail read: who wrote it, what it says, its files on disk.

use entities::mail_in;
use mailin::{MachineKind, Mail};
use rules::lang::Lang;

use super::super::acknowledge;
use super::super::people::Writer;
use crate::platform::blobs::Stored;
use crate::platform::{Core, Failure};
use crate::tickets::words;

/// A mail read, with its files already on disk.
pub struct Ready {
    /// Its line of the ledger.
    pub row: mail_in::Model,
    /// What it says.
    pub mail: Mail,
    /// Its files, in their order.
    pub files: Vec<Stored>,
    /// Who wrote.
    pub writer: Writer,
    /// What every mail of ours says of us.
    pub page: serde_json::Value,
}

impl Ready {
    /// Written by a person, as far as anybody can tell: lists and bulk mail may be, reports never are.
    pub fn by_person(&self) -> bool {
        let kind = self.mail.machine.as_ref().map(|m| m.kind);
        !matches!(kind, Some(MachineKind::Bounce | MachineKind::AutoReply | MachineKind::Report))
    }
}

/// Reads a mail of the ledger. `page`: see [`Ready`].
pub async fn prepare(core: &Core, row: mail_in::Model, page: serde_json::Value) -> Result<Ready, Failure> {
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
    Ok(Ready { row, mail, files, writer, page })
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
