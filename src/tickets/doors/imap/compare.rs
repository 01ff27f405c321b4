//! Once a day each folder and the ledger are compared: what the server has since we began must be ours.

use super::connect::sign_in;
use super::fetch;
use super::look::{self, arrivals, beyond};
use crate::platform::config::{After, ImapAccount};
use crate::platform::{Actor, Core, Failure, Tx};
use crate::tickets::actions::mailbox;
use crate::tickets::queries::mailboxes;

/// Compares, writes down what was found, and fetches what is missing (also what had been left aside).
pub async fn compare(core: &Core, account: &ImapAccount) -> Result<usize, Failure> {
    let mut session = sign_in(account).await?;
    let looking = look::open(core, account, &mut session).await?;
    let place = looking.place.clone();
    let Some(row) = mailboxes::folder(core, &place).await? else { return Ok(0) };
    let known = mailboxes::known(core, &place, looking.uidvalidity).await?;
    let history = mailbox::history(&row);
    let mut there = Vec::new();
    for batch in beyond(&mut session, 0, history).await?.chunks(1000) {
        let set = batch.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let came = arrivals(&mut session, &set).await?;
        there.extend(came.into_iter().filter(|(uid, at)| !history.holds(*uid, *at)).map(|(uid, _)| uid));
    }
    there.sort_unstable();
    let last = u32::try_from(row.last_uid).unwrap_or(u32::MAX);
    let missing: Vec<u32> =
        there.iter().copied().filter(|uid| *uid <= last && !known.contains(uid)).collect();
    let in_ledger = match account.after() {
        Some(After::Move(_)) => known.len(), // what is ours has left the folder
        _ => there.iter().filter(|uid| known.contains(uid)).count(),
    };
    let tx = Tx::begin(core, Actor::System).await?;
    mailbox::compared(&tx, &place, there.len(), in_ledger, &missing).await?;
    tx.commit().await?;
    let _bye = session.logout().await;
    if !missing.is_empty() {
        tracing::error!(
            account = place.account,
            ?missing,
            "mails of the server are not in the ledger; they are fetched"
        );
        fetch::fetch_these(core, account, &missing).await?;
    }
    Ok(missing.len())
}
