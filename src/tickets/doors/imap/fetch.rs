//! `soutien mail fetch`: every mailbox once, or what it would bring.

use chrono::{DateTime, Utc};

use super::connect::{Mailbox, sign_in, told};
use super::look::{self, Brought, all_uids, arrivals, beyond, folder_name, since};
use crate::platform::config::{First, ImapAccount};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::actions::mailbox;
use crate::tickets::queries::mailboxes;

/// One visit to a mailbox, over a line of its own: all that is new becomes ours.
pub async fn fetch(core: &Core, account: &ImapAccount) -> Result<Brought, Failure> {
    let mut taken = 0;
    let mut careful = false;
    loop {
        let before = troubles(core, account).await?;
        match visit(core, account, careful).await {
            Ok(brought) => {
                taken += brought.taken;
                let troubled = troubles(core, account).await?.len();
                return Ok(Brought { taken, troubled });
            }
            // One by one the mail that breaks the line is found and noted; then the others come.
            Err(_) if !careful => careful = true,
            Err(failure) if troubles(core, account).await? == before => return Err(failure),
            Err(_) => {}
        }
    }
}

/// These mails, each over a line that holds: one that breaks it is noted and does not stop the others.
pub async fn fetch_these(core: &Core, account: &ImapAccount, uids: &[u32]) -> Result<(), Failure> {
    let mut session = sign_in(account).await?;
    for uid in uids {
        let mut looking = look::open(core, account, &mut session).await?;
        looking.careful = true;
        if let Err(failure) = looking.take(&mut session, &[*uid]).await {
            tracing::warn!(account = account.name, uid, %failure, "a missing mail could not be fetched");
            session = sign_in(account).await?;
        }
    }
    let _bye = session.logout().await;
    Ok(())
}

/// UIDs in trouble and how often each was tried.
async fn troubles(core: &Core, account: &ImapAccount) -> Result<Vec<(u32, i32)>, Failure> {
    let place = look::place(account);
    let Some(row) = mailboxes::folder(core, &place).await? else { return Ok(Vec::new()) };
    let uidvalidity = u32::try_from(row.uidvalidity).unwrap_or_default();
    mailboxes::troubles(core, &place, uidvalidity).await
}

async fn visit(core: &Core, account: &ImapAccount, careful: bool) -> Result<Brought, Failure> {
    let mut session = sign_in(account).await?;
    let mut looking = look::open(core, account, &mut session).await?;
    looking.careful = careful;
    let wanted = looking.wanted(&mut session, true).await?;
    let brought = looking.take(&mut session, &wanted).await?;
    let _bye = session.logout().await;
    let tx = Tx::begin(core, Actor::System).await?;
    mailbox::looked(&tx, &looking.place, None).await?;
    tx.commit().await?;
    Ok(brought)
}

/// Every mailbox of the configuration, once. Gives each one's name with what came of it.
pub async fn fetch_all(core: &Core) -> Vec<(String, Result<Brought, Failure>)> {
    let mut all = Vec::new();
    for account in &core.config.imap {
        let done = fetch(core, account).await;
        if let Err(failure) = &done {
            let noted = note(core, account, failure).await;
            if let Err(failure) = noted {
                tracing::error!(%failure, "the trouble with a mailbox could not be noted");
            }
        }
        all.push((account.name.clone(), done));
    }
    all
}

/// Writes down that a mailbox could not be read.
pub async fn note(core: &Core, account: &ImapAccount, failure: &Failure) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    mailbox::looked(&tx, &look::place(account), Some(&failure.to_string())).await?;
    Ok(tx.commit().await?)
}

/// What a mailbox holds and what a first look would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Mails in the folder.
    pub there: usize,
    /// Of them, those that would become ours now.
    pub would_take: usize,
    /// First and last day among those.
    pub days: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether it has been read before.
    pub begun: bool,
}

/// Looks without taking, marking or writing anything.
pub async fn tell_all(core: &Core) -> Vec<(String, Result<Told, Failure>)> {
    let mut all = Vec::new();
    for account in &core.config.imap {
        all.push((account.name.clone(), tell(core, account).await));
    }
    all
}

async fn tell(core: &Core, account: &ImapAccount) -> Result<Told, Failure> {
    let mut session = sign_in(account).await?;
    let opened = session.examine(folder_name(&account.folder)).await;
    opened.map_err(|e| told(&format!("the folder `{}` cannot be opened", account.folder), e))?;
    let there = all_uids(&mut session, "ALL").await?.len();
    let row = mailboxes::folder(core, &look::place(account)).await?;
    let wanted = match (&row, account.first()) {
        (Some(row), _) => {
            let last = u32::try_from(row.last_uid).unwrap_or(u32::MAX);
            beyond(&mut session, last, mailbox::history(row)).await?
        }
        (None, Some(First::All)) => all_uids(&mut session, "ALL").await?,
        (None, Some(First::Since(day))) => {
            let from = rules::dates::paris_midnight(day).unwrap_or_default();
            all_uids(&mut session, &since(from)).await?
        }
        (None, _) => Vec::new(),
    };
    let days = days(&mut session, &wanted).await?;
    let _bye = session.logout().await;
    Ok(Told { there, would_take: wanted.len(), days, begun: row.is_some() })
}

async fn days(
    session: &mut Mailbox,
    uids: &[u32],
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, Failure> {
    let ends: Vec<String> = [uids.first(), uids.last()].into_iter().flatten().map(u32::to_string).collect();
    if ends.is_empty() {
        return Ok(None);
    }
    let days: Vec<_> =
        arrivals(session, &ends.join(",")).await?.into_iter().filter_map(|(_, at)| at).collect();
    Ok(days.iter().min().copied().zip(days.iter().max().copied()))
}
