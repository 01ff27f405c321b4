//! The letter: a row of the outbox as the bytes that leave. The same row gives the same letter at every try.

use entities::outbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};

use crate::platform::core::Core;
use crate::platform::dkim::Signer;
use crate::platform::failure::Failure;
use crate::platform::outbox::Enclosure;
use crate::platform::settings;

/// RFC 3834 5: our automatic mails say so; a person's words never do (law M6).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
/// Asks Exchange not to answer our automatic mails.
const NO_AUTO_ANSWER: HeaderName = HeaderName::new_from_ascii_str("X-Auto-Response-Suppress");

/// A mail ready to leave.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its Message-ID, with `<` and `>`.
    pub message_id: String,
    /// Who sends.
    pub from: Address,
    /// Who gets it.
    pub to: Address,
    /// What leaves.
    pub bytes: Vec<u8>,
}

/// The bytes of an enclosed file.
async fn enclosed(core: &Core, mail: &outbox::Model, file: &Enclosure) -> Result<Vec<u8>, Failure> {
    for maker in core.makers.iter() {
        if let Some(bytes) = maker.make(core, mail, file).await? {
            if hex::encode(Sha256::digest(&bytes)) != file.hash {
                return Err(Failure::new(format!("{}: not the bytes that were announced", file.name)));
            }
            return Ok(bytes);
        }
    }
    core.blobs.get(&file.hash).await
}

/// Writes the letter of `row`.
pub async fn build(core: &Core, row: &outbox::Model, signer: Option<&Signer>) -> Result<Letter, Failure> {
    let bad = |what: &str, why: String| Failure::new(format!("{what}: {why}"));
    let address = |text: &str| text.parse::<Address>().map_err(|e| bad(text, e.to_string()));
    // Ours as it is now: what waited for a wrong address to be corrected leaves under the right one.
    let ours = &core.config.mail_from;
    let (from, to) = (address(ours)?, address(&row.to_addr)?);
    let reply_to = match (&row.reply_to, row.ticket_id) {
        (Some(_), Some(ticket)) => Some(core.mail_ids().plus_address(ours, ticket)),
        (given, _) => given.clone(),
    };
    let sender = settings::get(core.db.read(), "association.name").await?;
    let name = (!row.to_name.is_empty()).then(|| row.to_name.clone());
    let (own, seal) = mailin::own::seal(&core.mail_ids(), &row.message_id);
    let mut mail = Message::builder()
        .message_id(Some(row.message_id.clone()))
        .date(row.created_at.into())
        .from(Mailbox::new(sender, from.clone()))
        .to(Mailbox::new(name, to.clone()))
        .subject(row.subject.replace(['\r', '\n'], " "))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(own), seal));
    if let Some(reply_to) = &reply_to {
        mail = mail.reply_to(Mailbox::new(None, address(reply_to)?));
    }
    if let Some(id) = &row.in_reply_to {
        mail = mail.in_reply_to(id.clone());
    }
    if let Some(refs) = &row.refs {
        mail = mail.references(refs.clone());
    }
    if row.automatic {
        mail = mail
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".into()))
            .raw_header(HeaderValue::new(NO_AUTO_ANSWER, "All".into()));
    }
    let part = |kind, name: &str| {
        // Drawn from the name of the mail, not at random: the same letter at every try.
        let hash = hex::encode(Sha256::digest(format!("{name} {}", row.message_id)));
        MultiPart::builder().kind(kind).boundary(hash.chars().take(40).collect::<String>())
    };
    let words = part(MultiPartKind::Alternative, "words")
        .singlepart(SinglePart::plain(row.text.clone()))
        .singlepart(SinglePart::html(row.html.clone()));
    let enclosures: Vec<Enclosure> = serde_json::from_str(&row.attachments)?;
    let body = if enclosures.is_empty() {
        words
    } else {
        let mut mixed = part(MultiPartKind::Mixed, "files").multipart(words);
        for file in enclosures {
            let kind = ContentType::parse(&file.mime).map_err(|e| bad(&file.mime, e.to_string()))?;
            let bytes = enclosed(core, row, &file).await?;
            mixed = mixed.singlepart(Attachment::new(file.name).body(bytes, kind));
        }
        mixed
    };
    let written = mail.multipart(body).map_err(|e| bad("mail", e.to_string()))?;
    let mut bytes = written.formatted();
    if let Some(signer) = signer {
        bytes = [signer.sign(&bytes)?.into_bytes(), bytes].concat();
    }
    Ok(Letter { message_id: row.message_id.clone(), from, to, bytes })
}
