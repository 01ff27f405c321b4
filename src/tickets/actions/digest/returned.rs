//! Reports about mails of ours that are not the desk's: a receipt that came back is the treasurer's affair, and
//! says that somebody gives (law P7).

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
    Ok(Some(match mail.kind.as_str() {
        "receipt" => "of_a_receipt",
        _ => "of_our_mail",
    }))
}
