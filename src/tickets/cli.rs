//! `soutien mail …`: the door for the mail server.

use std::io::Read;
use std::process::ExitCode;

use clap::Subcommand;

use super::actions::digest::{Outcome, digest};
use super::actions::intake::{Arrival, Raw, Way, store};
use super::doors::imap;
use super::doors::pipe::{self, Handed};
use super::queries::ledger;
use crate::accounts::mail_check;
use crate::platform::{Clock, Config, Core, Failure};

/// `sysexits.h`: "try again later"; the mail server keeps the mail.
const TRY_AGAIN: u8 = 75;

/// `soutien mail`
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// One raw mail on standard input; 0 = durable and ours, 75 = try again (nothing lost).
    Receive {
        /// Address the mail came in at.
        #[arg(long)]
        to: Option<String>,
    },
    /// Fetches the mailboxes of the configuration once.
    Fetch {
        /// Says what would be fetched; nothing is taken, marked or written.
        #[arg(long)]
        dry_run: bool,
    },
    /// Digests kept mails again: one of the ledger, or all that wait.
    Replay {
        /// Number in the ledger.
        id: Option<i64>,
    },
    /// Checks what the world sees of our domain and whether the mail server lets us in: 0 nothing is wrong, 1
    /// something is, with the record to publish.
    Check,
    /// Makes the key that signs our mail (DKIM) and prints the record to publish.
    DkimKey {
        /// An Ed25519 key instead of RSA: shorter, and not yet read everywhere.
        #[arg(long)]
        ed25519: bool,
        /// File of the key; default: `dkim_key_file`, else `dkim.pem` in the data folder.
        file: Option<std::path::PathBuf>,
    },
}

/// Does it.
pub async fn mail(config: Config, command: Mail) -> Result<ExitCode, Failure> {
    match command {
        Mail::Receive { to } => Ok(receive(config, to).await),
        Mail::Fetch { dry_run } => fetch(&Core::open(config, Clock::system()).await?, dry_run).await,
        Mail::Check => mail_check::check(&Core::open(config, Clock::system()).await?).await,
        Mail::DkimKey { ed25519, file } => mail_check::dkim_key(&config, ed25519, file),
        Mail::Replay { id } => replay(&quick_core(config).await?, id).await,
    }
}

/// A core without migrating when nothing is to be migrated, with one connection.
async fn quick_core(config: Config) -> Result<Core, Failure> {
    std::fs::create_dir_all(&config.data_dir)?;
    let core = Core::open_for_mail(config.clone(), Clock::system()).await?;
    if core.db.is_up_to_date().await {
        return Ok(core);
    }
    core.db.close().await?;
    Core::open(config, Clock::system()).await
}

/// Never another code for bad mail: once the bytes are ours, whatever is wrong with them is our affair.
async fn receive(config: Config, to: Option<String>) -> ExitCode {
    let mut raw = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut raw) {
        return try_again(&error);
    }
    match pipe::hand(&config, to.as_deref(), &raw).await {
        Handed::Ours(words) => {
            words.into_iter().for_each(|words| eprintln!("soutien: {words}"));
            return ExitCode::SUCCESS;
        }
        Handed::Unknown(why) => return try_again(&why),
        Handed::Not => {}
    }
    let (core, id) = match take(config, to, raw).await {
        Ok(ours) => ours,
        Err(failure) => return try_again(&failure),
    };
    match digest(&core, id).await {
        Ok(Outcome::Undigested(ticket)) => {
            eprintln!("soutien: mail {id} is kept and could not be read: ticket {ticket} shows it");
        }
        Ok(_) => {}
        Err(failure) => eprintln!("soutien: mail {id} is kept and will be digested later: {failure}"),
    }
    if let Err(failure) = core.db.close().await {
        eprintln!("soutien: {failure}");
    }
    ExitCode::SUCCESS
}

fn try_again(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("soutien: the mail was not taken, try again: {why}");
    ExitCode::from(TRY_AGAIN)
}

async fn take(config: Config, to: Option<String>, raw: Vec<u8>) -> Result<(Core, i64), Failure> {
    let core = quick_core(config).await?;
    let id = store(&core, Arrival { to, ..Arrival::new(Raw::bytes(raw), Way::Pipe) }).await?;
    Ok((core, id))
}

async fn replay(core: &Core, id: Option<i64>) -> Result<ExitCode, Failure> {
    let (mut digested, mut left, mut after) = (0_u64, 0_u64, 0);
    loop {
        let ids = match id {
            Some(one) if after == 0 => vec![one],
            Some(_) => Vec::new(),
            None => ledger::waiting(core, after).await?,
        };
        let Some(last) = ids.last() else { break };
        after = (*last).max(1);
        for id in ids {
            match digest(core, id).await {
                Ok(Outcome::Ticketed(_) | Outcome::Refused) => digested += 1,
                Ok(Outcome::Already) => eprintln!("Mail {id} had been digested before."),
                Ok(Outcome::Undigested(ticket)) => {
                    left += 1;
                    eprintln!("Mail {id} still cannot be read; ticket {ticket} shows it.");
                }
                Err(failure) => {
                    left += 1;
                    eprintln!("Mail {id}: {failure}");
                }
            }
        }
    }
    eprintln!("{digested} digested, {left} left.");
    core.db.clone().close().await?;
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// 0 when every mailbox was read to its end; 1 says which was not.
async fn fetch(core: &Core, dry_run: bool) -> Result<ExitCode, Failure> {
    if core.config.imap.is_empty() {
        eprintln!("No mailbox is configured: add an `[[imap]]` table to soutien.toml.");
        return Ok(ExitCode::FAILURE);
    }
    let mut failed = 0;
    if dry_run {
        for (name, told) in imap::tell_all(core).await {
            match told {
                Ok(told) => eprintln!("{name}: {}", in_words(&told)),
                Err(failure) => {
                    failed += 1;
                    eprintln!("{name}: {failure}");
                }
            }
        }
    } else {
        for (name, done) in imap::fetch_all(core).await {
            match done {
                Ok(done) if done.troubled == 0 => eprintln!("{name}: {} mails taken.", done.taken),
                Ok(done) => {
                    failed += 1;
                    let (taken, troubled) = (done.taken, done.troubled);
                    eprintln!(
                        "{name}: {taken} mails taken, {troubled} could not be fetched (see the ledger)."
                    );
                }
                Err(failure) => {
                    failed += 1;
                    eprintln!("{name}: {failure}");
                }
            }
        }
    }
    core.db.clone().close().await?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_words(told: &imap::Told) -> String {
    let days = told.days.map(|(first, last)| {
        let day = |at| rules::dates::long(rules::dates::paris_day(at), rules::lang::Lang::En);
        format!(", from {} to {}", day(first), day(last))
    });
    let days = days.unwrap_or_default();
    match (told.begun, told.would_take) {
        (true, n) => format!("{} mails are there; {n} are new and would be taken{days}.", told.there),
        (false, 0) => format!(
            "{} mails are there; none would be taken now, only what comes from the first look on \
             (`first = \"all\"` or a day takes older ones).",
            told.there
        ),
        (false, n) => format!("{} mails are there; the first look would take {n}{days}.", told.there),
    }
}
