//! `soutien check`: re-proves the laws on the live data and names each breach.

use std::process::ExitCode;

use serde::Serialize;

use crate::platform::{Core, Failure};
use crate::{clearing, debits, deposits, donations, imports, merging, receipts, tickets};

/// A law that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Law, e.g. `P2`.
    pub law: &'static str,
    /// What it is about, e.g. `ticket 12`.
    pub subject: String,
    /// What is wrong, in English, for the administrator.
    pub what: String,
}

/// Every breach of every law built so far, law by law.
pub async fn all(core: &Core) -> Result<Vec<Breach>, Failure> {
    let mut found = donations::check(core).await?;
    found.extend(imports::check(core).await?);
    found.extend(clearing::check(core).await?);
    found.extend(deposits::check(core).await?);
    found.extend(debits::check(core).await?);
    found.extend(receipts::check(core, true).await?);
    found.extend(merging::check(core).await?);
    found.extend(tickets::check(core).await?);
    Ok(found)
}

/// `soutien check`
pub async fn command(core: &Core, json: bool) -> Result<ExitCode, Failure> {
    let found = all(core).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        for breach in &found {
            println!("{}  {}: {}", breach.law, breach.subject, breach.what);
        }
    }
    match found.len() {
        0 => eprintln!("Every law holds."),
        n => eprintln!("{n} breaches."),
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
