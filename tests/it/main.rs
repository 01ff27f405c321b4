//! The only integration binary: the real routes over a real database, one database per test.
//!
//! `SOUTIEN_TEST_DATABASE` names a PostgreSQL cluster (`postgres://…/postgres`); without it: SQLite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    dead_code
)]

mod accounts;
mod campaigns;
mod clearing;
mod debits;
mod deposits;
mod donations;
mod donors;
mod hooks;
mod house;
mod imports;
mod laws;
mod lines;
mod merging;
mod periods;
mod plans;
mod platform;
mod portal;
mod receipts;
mod routes;
mod tickets;
mod treasury;
