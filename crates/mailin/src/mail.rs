//! What a mail says once it is read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Bounce, Event, Folded, Forward, Machine, Mailbox, Spam};

/// A mail as people see it. Every string is valid Unicode without NUL; Message-IDs are without `<>`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mail {
    /// Message-ID without brackets.
    pub message_id: Option<String>,
    /// In-Reply-To, in the order written.
    pub in_reply_to: Vec<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// First author.
    pub from: Option<Mailbox>,
    /// Sender, when it is given.
    pub sender: Option<Mailbox>,
    /// Where answers are wanted.
    pub reply_to: Vec<Mailbox>,
    /// Envelope sender; `Some("")` is the null sender `<>`.
    pub return_path: Option<String>,
    /// Recipients.
    pub to: Vec<Mailbox>,
    /// Recipients of a copy.
    pub cc: Vec<Mailbox>,
    /// Delivered-To, X-Original-To, Envelope-To: where the mail really came in.
    pub delivered_to: Vec<String>,
    /// Decoded subject on one line; empty when there is none.
    pub subject: String,
    /// Date header.
    pub date: Option<DateTime<Utc>>,
    /// The whole readable text, lines ended by LF.
    pub text: String,
    /// The text split in new, quoted and signature.
    pub parts: Folded,
    /// Sanitised HTML, when the mail has any (see [`crate::html`]).
    pub html: Option<String>,
    /// Everything that is not text, and nested mails.
    pub attachments: Vec<Attachment>,
    /// Set when a program wrote it (law M3: a label, never a reason to drop).
    pub machine: Option<Machine>,
    /// What a delivery report says of our mail.
    pub bounce: Option<Bounce>,
    /// What spam filters on the way said (law M3: a label, never a reason to drop).
    pub spam: Option<Spam>,
    /// A mail copied into the text with its headers.
    pub forward: Option<Forward>,
    /// Invitations and answers to them, from calendar files.
    pub events: Vec<Event>,
    /// Authentication-Results, topmost first, undecoded: read by [`crate::auth::verdict`].
    pub authentication_results: Vec<String>,
    /// Received-SPF, topmost first.
    pub received_spf: Vec<String>,
    /// Our own seal, when the mail bears one: read by [`crate::own::find`].
    pub own_mark: Option<String>,
    /// What was cut, guessed or repaired.
    pub notes: Vec<Note>,
}

impl Mail {
    /// The Message-IDs this mail answers, nearest first: In-Reply-To, References from the last, then
    /// (for a delivery report) the mail it speaks of. No doubles.
    #[must_use]
    pub fn answers(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        let originals = self.bounce.iter().flat_map(|b| b.originals.iter());
        for id in self.in_reply_to.iter().chain(self.references.iter().rev()).chain(originals) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    /// Every Message-ID by which this mail may belong to a thread: those it answers, then its own, for an
    /// answer to it may have come first.
    #[must_use]
    pub fn thread_ids(&self) -> Vec<String> {
        let mut ids = self.answers();
        ids.extend(self.message_id.clone().filter(|id| !ids.contains(id)));
        ids
    }

    /// Every address the mail was sent to, as written: delivered-to first, then To and Cc.
    #[must_use]
    pub fn recipients(&self) -> Vec<String> {
        let shown = self.to.iter().chain(&self.cc).map(|m| m.address.clone());
        self.delivered_to.iter().cloned().chain(shown).collect()
    }
}

/// A file that came with the mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Safe to write on any disk, never empty, at most 120 bytes.
    pub name: String,
    /// `type/subtype`, lower case.
    pub mime: String,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// Shown inside the text (a picture of the HTML) rather than joined to it.
    pub inline: bool,
    /// Decoded content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// What had to be cut, guessed or repaired. The raw mail always keeps the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
#[allow(missing_docs)] // the line above each variant says what its fields are
pub enum Note {
    /// Nothing at all was received.
    Empty,
    /// Larger than the limit: the end was not read (bytes kept, bytes received).
    MailCut { kept: usize, of: usize },
    /// Lines ended by CR alone.
    LineEndsRepaired,
    /// A mailbox separator ("From …") stood before the headers.
    EnvelopeLineRemoved,
    /// No header was found: the whole is taken as text.
    NoHeaders,
    /// The text began without the blank line that ends the headers.
    HeaderEndRepaired,
    /// Headers beyond the limit were left out (bytes kept, bytes received).
    HeadersCut { kept: usize, of: usize },
    /// Headers held bytes that were neither ASCII nor UTF-8, read as windows-1252.
    HeaderCharsetGuessed,
    /// The text's charset was missing or wrong (as declared, as used).
    CharsetGuessed { declared: String, used: String },
    /// The text was longer than the limit (bytes kept, bytes received).
    TextCut { kept: usize, of: usize },
    /// The HTML was longer than the limit: only its start is read (bytes received).
    HtmlTooLong { size: usize },
    /// More recipients than the limit.
    RecipientsCut { kept: usize, of: usize },
    /// More references than the limit; the newest are kept.
    ReferencesCut { kept: usize, of: usize },
    /// More files than the limit; the rest is only in the raw mail.
    AttachmentsCut { kept: usize, of: usize },
    /// The MIME structure could not be followed: the body is kept as text.
    StructureUnreadable,
    /// This many pictures were on other servers and are not loaded.
    RemoteImages { count: usize },
}

/// Bounds that keep one mail from eating the machine. All in bytes unless said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The whole mail.
    pub mail: usize,
    /// The header block.
    pub headers: usize,
    /// The readable text.
    pub text: usize,
    /// The HTML, before sanitising.
    pub html: usize,
    /// Number of files.
    pub attachments: usize,
    /// Number of To, of Cc, of Reply-To.
    pub recipients: usize,
    /// Number of References.
    pub references: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mail: 50 << 20,
            headers: 256 << 10,
            text: 1 << 20,
            html: 2 << 20,
            attachments: 200,
            recipients: 500,
            references: 100,
        }
    }
}
