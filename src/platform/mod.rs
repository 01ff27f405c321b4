//! What every feature stands on: configuration, database and [`Tx`], clock, audit, outbox, jobs,
//! blobs, words and pages. No feature in it, and no web.

pub mod audit;
pub mod blobs;
pub mod clock;
pub mod config;
pub mod core;
pub mod db;
pub mod dkim;
pub mod dns;
pub mod failure;
pub mod handing;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod locales;
pub mod log;
pub mod mail_setup;
pub mod outbox;
pub mod pictures;
pub mod rates;
pub mod registrar;
pub mod render;
pub mod say;
pub mod sealing;
pub mod search;
pub mod sending;
pub mod settings;
pub mod tls;
pub mod tx;
pub mod worker;

pub use self::core::Core;
pub use clock::Clock;
pub use config::Config;
pub use failure::{Failure, Stop};
pub use say::Say;
pub use tx::{Actor, Tx};
