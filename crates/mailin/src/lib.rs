//! Raw bytes of a mail → what a person can read → which ticket it belongs to.
//!
//! Pure: no file, no clock, no database, no network. The steps, one per file:
//! `raw` (repair the bytes) → `head` (headers) → `parts` (text, HTML, attachments) → `html` (nothing
//! active, nothing remote) → `quote` (what is new) → `machine` and `bounce` (who wrote: a person or a
//! program) → `decide` (law M4). `ids` signs our own Message-IDs and addresses, `outgoing` says which
//! headers our mails carry.

mod address;
mod bounce;
mod charset;
mod clean;
mod decide;
mod flowed;
mod head;
pub mod html;
mod ids;
mod machine;
mod mail;
mod names;
pub mod outgoing;
mod parts;
mod quote;
mod raw;
mod read;

pub use address::{Mailbox, normalise};
pub use bounce::{Action, Bounce, FailedRecipient};
pub use decide::{Decision, Facts, TicketFacts, Via, Why, decide};
pub use ids::{Keys, subject_tag, tag_of};
pub use machine::{Machine, MachineKind};
pub use mail::{Attachment, Limits, Mail, Note};
pub use names::safe_name;
pub use quote::{Folded, fold};
pub use read::read;
