//! Raw bytes of a mail → what a person can read → which ticket it belongs to.
//!
//! Pure: no file, no clock, no database, no network. The steps, one per file or folder:
//! `raw` (repair the bytes) → `head` with `encoded` (headers) → `headers` (who, to whom, about what) →
//! `mime` with `transfer` and `charset` (parts and their bytes) → `body` (text, HTML, files) with `html`
//! (nothing active, nothing remote), `tnef` (winmail.dat), `calendar` and `uuencode` → `quote` (what is
//! new) and `forward` (what is passed on) → `machine` and `bounce` (who wrote: a person or a program).
//!
//! Then [`decide`] (law M4) says where it goes: with [`auth`] (is the sender who it says?),
//! [`participants`] (who may join), [`subject`] (is it about something new?) and [`own`] (did we write it
//! ourselves?). `ids` signs our own Message-IDs and addresses, `outgoing` says which headers our mails
//! carry.

mod address;
pub mod auth;
mod body;
mod bounce;
pub mod calendar;
mod charset;
mod clean;
mod copied;
mod decide;
mod encoded;
mod flowed;
mod forward;
mod head;
mod headers;
pub mod html;
mod ids;
mod machine;
mod mail;
mod mime;
mod names;
pub mod outgoing;
pub mod own;
pub mod participants;
mod quote;
mod raw;
mod read;
mod spam;
pub mod subject;
pub mod tnef;
mod transfer;
mod uuencode;

pub use address::{Mailbox, normalise};
pub use auth::{AuthResult, AuthVerdict};
pub use bounce::{Action, Bounce, Cause, FailedRecipient, Severity, judge};
pub use calendar::Event;
pub use decide::{Decision, Facts, TicketFacts, Via, Why, decide, related};
pub use forward::Forward;
pub use ids::{Keys, subject_tag, tag_of};
pub use machine::{Machine, MachineKind};
pub use mail::{Attachment, Limits, Mail, Note};
pub use mime::{Node, body_texts, outline};
pub use names::safe_name;
pub use quote::{Folded, fold};
pub use read::read;
pub use spam::{Spam, Verdict};

/// Bytes as text, whatever they claim: with the charset given, else what they look like.
#[must_use]
pub fn decode_text(bytes: &[u8], charset: Option<&str>) -> String {
    charset::decode(bytes, charset).text
}
