//! The shape of the database: one frozen file per change, for SQLite and PostgreSQL.
//!
//! A change that has shipped is never edited; a new file follows it. Each change is one text of SQL
//! with a few words that differ between the engines (see [`sql`]), run in one transaction.

pub mod lock;
mod m0001_platform;
mod m0002_staff;
mod m0003_donors;
mod m0004_gifts;
mod m0005_receipts;
mod m0006_tickets;
mod m0007_mail;
mod m0008_outbox;
mod m0009_money;
mod m0010_merging;
mod m0011_tables;
mod m0012_periods;
mod m0013_deposits;
mod m0014_plans;
mod m0015_date_policies;
mod m0016_corrections;
mod m0017_campaigns;
mod m0018_hooks;
mod m0019_lines;
mod m0020_later_lines;
mod sql;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All changes, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_platform::Change),
            Box::new(m0002_staff::Change),
            Box::new(m0003_donors::Change),
            Box::new(m0004_gifts::Change),
            Box::new(m0005_receipts::Change),
            Box::new(m0006_tickets::Change),
            Box::new(m0007_mail::Change),
            Box::new(m0008_outbox::Change),
            Box::new(m0009_money::Change),
            Box::new(m0010_merging::Change),
            Box::new(m0011_tables::Change),
            Box::new(m0012_periods::Change),
            Box::new(m0013_deposits::Change),
            Box::new(m0014_plans::Change),
            Box::new(m0015_date_policies::Change),
            Box::new(m0016_corrections::Change),
            Box::new(m0017_campaigns::Change),
            Box::new(m0018_hooks::Change),
            Box::new(m0019_lines::Change),
            Box::new(m0020_later_lines::Change),
        ]
    }
}
