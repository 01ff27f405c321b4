//! Bytes of a payment tool's or a bank's file to gifts, movements of an account, and reasons.
//!
//! A reader takes a file that can be read and searched and gives its lines one after the other: memory does not
//! grow with the file. No database, no clock, no words: the sentences for people are keys of the catalogues
//! ([`why::Sentence`]). A line that cannot be read is refused with its reason and spoils no other; a file that is
//! not what it was said to be is refused as a whole ([`refusal::FileRefusal`]) before its first line, or at the
//! place where it breaks.
//!
//! - [`text`], [`records`], [`table`]: bytes to letters, letters to cells, cells under their names;
//! - [`helloasso`] and its like: one reader a source;
//! - [`sheet`], [`apart`]: lines that a person puts right;
//! - [`line`]: what they all give; [`why`], [`refusal`]: what is said when they cannot.

pub mod any;
pub mod apart;
pub mod bank_csv;
pub mod bank_key;
pub mod camt;
pub mod cheques;
pub mod events;
pub mod generic;
pub mod helloasso;
pub mod line;
mod named;
pub mod ofx;
pub mod paypal;
pub mod qif;
pub mod records;
pub mod refusal;
pub mod seen;
pub mod sepa;
pub mod sheet;
pub mod stripe;
pub mod table;
pub mod text;
pub mod why;
mod xml;

pub use line::{AccountRef, Entry, Gift, Giver, Movement, MovementKind, Part, Piece, Reading, Statement};
pub use refusal::{Broken, FileRefusal};
pub use seen::{Kind, Seen};
pub use why::{Sentence, Why};
