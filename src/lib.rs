//! Soutien: donors, gifts, tax receipts, and a support queue in which every person gets a human reply.
//!
//! Imports run one way: `platform < web < accounts < donors < donations < campaigns < clearing < imports < hooks < deposits < plans < debits < receipts < merging < periods <
//! tickets < portal < treasury < dashboard < app`.

pub mod accounts;
pub mod app;
pub mod campaigns;
pub mod check;
pub mod clearing;
pub mod dashboard;
pub mod debits;
pub mod demo;
pub mod deposits;
pub mod donations;
pub mod donors;
pub mod hooks;
pub mod imports;
pub mod merging;
pub mod periods;
pub mod plans;
pub mod platform;
pub mod portal;
pub mod receipts;
pub mod tickets;
pub mod treasury;
pub mod web;
