//! Reports about mails of ours that are not the desk's: a receipt that came back is the treasurer's affair, and
//! says that somebody gives (law P7).

use entities::outbox;
use mailin::MachineKind;

use super::super::{delivery, threads};
use super::ready::Ready;
use crate::platform::{Core, Failure, Tx};

/// When a machine speaks of such a mail: what is written down, in place of a ticket.
pub async fn not_of_the_desk(core: &Core, tx: &Tx, ready: &Ready) -> Result<Option<&'static str>, Failure> {
    let kind = ready.mail.machine.as_ref().map(|m| m.kind);
    let Some(MachineKind::Bounce | MachineKind::AutoReply | MachineKind::Report) = kind else {
        return Ok(None);
    };
    let ours = threads::our_mails(core, tx, &ready.mail.answers()).await?;
    let Some(mail) = ours.iter().find(|mail| mail.ticket_id.is_none()) else { return Ok(None) };
    delivery::came_back(core, tx, &ready.mail).await?;
    Ok(Some(about(mail)))
}

fn about(mail: &outbox::Model) -> &'static str {
    if mail.kind == "receipt" { "of_a_receipt" } else { "of_our_mail" }
}

/// A mail of ours that came back as it left: whether it is one that says that somebody gives.
pub async fn whose(core: &Core, tx: &Tx, ready: &Ready) -> Result<Option<&'static str>, Failure> {
    let own: Vec<String> = ready.mail.message_id.iter().cloned().collect();
    let ours = threads::our_mails(core, tx, &own).await?;
    Ok(ours.iter().find(|mail| mail.ticket_id.is_none()).map(about))
}
