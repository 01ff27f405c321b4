//! Mailboxes fetched by IMAP (RFC 3501, 9051): by UID and UIDVALIDITY, marked only after the commit, history
//! never touched unless told, each mail accounted for.

mod compare;
mod connect;
mod fetch;
mod follow;
mod look;

pub use fetch::{Told, fetch_all, tell_all};
pub use follow::run;
