//! A mail read: who wrote it, what it says, its files on disk.

use std::sync::Arc;

use entities::mail_in;
use mailin::{AuthVerdict, MachineKind, Mail, Verdict};
use rules::lang::Lang;

use super::super::acknowledge;
use super::super::people::Writer;
use super::sender;
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
    /// What is known of its sender.
    pub auth: Option<AuthVerdict>,
    /// The writer is named in Reply-To only, where anybody can write anybody.
    pub is_said: bool,
    /// What every mail of ours says of us.
    pub page: serde_json::Value,
}

impl Ready {
    /// A mail of ours that came back as it left, from ourselves to ourselves: reading it as somebody's would never
    /// end. What merely bears our mark is somebody's who passed it on.
    pub fn is_loop(&self, core: &Core) -> bool {
        self.is_own(core) && acknowledge::is_ours(core, &self.writer.email)
    }

    /// Whether it bears the mark of a mail of ours.
    pub fn is_own(&self, core: &Core) -> bool {
        mailin::own::find(&core.mail_ids(), &self.mail).is_some()
            && !matches!(self.row.way.as_str(), "form" | "page")
    }

    /// Whether its sender is proved not to be who it says.
    pub fn is_forged(&self) -> bool {
        self.auth.as_ref().is_some_and(AuthVerdict::is_forged)
    }

    /// What mail filters take for unwanted. A label, no more: people empty that list (law M3).
    pub fn is_probably_spam(&self) -> bool {
        self.mail.spam.as_ref().is_some_and(|spam| spam.verdict == Verdict::Spam)
    }

    /// Written by a person, as far as anybody can tell: lists and bulk mail may be, reports never are.
    pub fn by_person(&self) -> bool {
        let kind = self.mail.machine.as_ref().map(|m| m.kind);
        !matches!(kind, Some(MachineKind::Bounce | MachineKind::AutoReply | MachineKind::Report))
    }
}

/// Reads a mail of the ledger. `page`: see [`Ready`].
pub async fn prepare(core: &Core, row: mail_in::Model, page: serde_json::Value) -> Result<Ready, Failure> {
    let raw = core.blobs.get(&row.raw_blob).await?;
    let raw = Arc::new(raw);
    let bytes = Arc::clone(&raw);
    let read = tokio::task::spawn_blocking(move || mailin::read(&bytes, &mailin::Limits::default()));
    let mut mail = read.await.map_err(|e| Failure::new(format!("the mail could not be read: {e}")))?;
    let said = true_author(core, &mail);
    let is_said = said.is_some();
    if let Some(author) = said {
        mail.from = Some(author);
    }
    let mut files = Vec::new();
    for file in &mut mail.attachments {
        files.push(core.blobs.put(std::mem::take(&mut file.bytes)).await?);
    }
    let language = row.language.as_deref().and_then(Lang::parse);
    let writer = writer(&mail, language);
    let auth = origin(core, &row, &mail, &raw).await?;
    Ok(Ready { row, mail, files, writer, auth, is_said, page })
}

/// What is known of the sender: of a mail that came by SMTP we ask ourselves, once; of others the mail server that
/// took them in has its word. On our own pages nobody forges anything.
async fn origin(
    core: &Core,
    row: &mail_in::Model,
    mail: &Mail,
    raw: &[u8],
) -> Result<Option<AuthVerdict>, Failure> {
    match row.way.as_str() {
        "smtp" => {
            if let Some(known) = row.auth.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
                return Ok(Some(known));
            }
            Ok(Some(sender::check(core, row, raw).await))
        }
        "pipe" | "lmtp" | "imap" => {
            let trusted: Vec<&str> = core.config.auth_results_from.iter().map(String::as_str).collect();
            Ok(mailin::auth::verdict(mail, &trusted))
        }
        _ => Ok(None),
    }
}

/// Web forms of other sites write to us from our own address, or from one that takes no answer, and name
/// the person in Reply-To.
fn true_author(core: &Core, mail: &Mail) -> Option<mailin::Mailbox> {
    let from = mailin::normalise(&mail.from.as_ref()?.address);
    let silent = acknowledge::is_ours(core, &from) || mailin::participants::takes_no_answer(&from);
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
