//! The doors through which mail servers bring mail: SMTP and LMTP listeners. Each mail ends in
//! [`super::actions::intake`]: the other side hears "250" once the mail is on disk and in the ledger (law M1).

mod body;
mod clerk;
pub mod imap;
mod listen;
pub mod pipe;
mod policy;
mod session;

pub use listen::{Open, open, run};
pub use policy::{Crowd, Recipients};
pub use session::{Kind, Visit};
