//! Re-proves that mailboxes are accounted for (M2) and that the way to a ticket is kept (M4).

use std::collections::HashSet;

use chrono::TimeDelta;
use entities::{mail_in, mail_thread, ticket_link};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::mailboxes;
use super::{BATCH, breach};
use crate::check::Breach;
use crate::platform::{Core, Failure};

/// Time after which a mail that cannot be fetched is nobody's passing trouble any more.
const LASTING: TimeDelta = TimeDelta::days(1);

/// Mailboxes whose last comparison misses something, and mails that stay on their server.
pub async fn mailboxes(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    for row in mailboxes::comparisons(core).await?.into_iter().filter(|row| row.missing > 0) {
        let what = format!("{} mails on its server are not in the ledger", row.missing);
        breach(found, "M2", format!("mailbox {}, folder {}", row.account, row.folder), what);
    }
    let late = core.clock.now() - LASTING;
    for row in mailboxes::all_troubles(core).await?.into_iter().filter(|row| row.first_at < late) {
        let subject = format!("mailbox {}, mail {}", row.account, row.uid);
        breach(found, "M2", subject, format!("could not be fetched for more than a day: {}", row.why));
    }
    Ok(())
}

/// An answer to any mail of a ticket finds the ticket.
pub async fn ways_back(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows: Vec<(i64, String)> = mail_in::Entity::find()
            .select_only()
            .columns([mail_in::Column::Id, mail_in::Column::MessageIdHash])
            .filter(mail_in::Column::Id.gt(after))
            .filter(mail_in::Column::State.eq("ticketed"))
            .filter(mail_in::Column::MessageIdHash.is_not_null())
            .order_by_asc(mail_in::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(core.db.read())
            .await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        let known: Vec<String> = mail_thread::Entity::find()
            .select_only()
            .column(mail_thread::Column::Hash)
            .filter(mail_thread::Column::Hash.is_in(rows.iter().map(|(_, hash)| hash.clone())))
            .into_tuple()
            .all(core.db.read())
            .await?;
        let known: HashSet<String> = known.into_iter().collect();
        for (id, _) in rows.iter().filter(|(_, hash)| !known.contains(hash)) {
            breach(found, "M4", format!("mail {id}"), "an answer to it would not find its ticket");
        }
    }
}

/// Links between tickets are seen from both sides.
pub async fn links(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let mut after = (0, 0);
    loop {
        let same = Condition::all()
            .add(ticket_link::Column::TicketId.eq(after.0))
            .add(ticket_link::Column::OtherId.gt(after.1));
        let rest = Condition::any().add(ticket_link::Column::TicketId.gt(after.0)).add(same);
        let rows = ticket_link::Entity::find()
            .filter(rest)
            .order_by_asc(ticket_link::Column::TicketId)
            .order_by_asc(ticket_link::Column::OtherId)
            .limit(BATCH)
            .all(core.db.read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.ticket_id, last.other_id);
        let back: Vec<(i64, i64)> = ticket_link::Entity::find()
            .filter(ticket_link::Column::TicketId.is_in(rows.iter().map(|row| row.other_id)))
            .filter(ticket_link::Column::OtherId.is_in(rows.iter().map(|row| row.ticket_id)))
            .all(core.db.read())
            .await?
            .into_iter()
            .map(|row| (row.other_id, row.ticket_id))
            .collect();
        let back: HashSet<(i64, i64)> = back.into_iter().collect();
        for row in rows.iter().filter(|row| !back.contains(&(row.ticket_id, row.other_id))) {
            let what = format!("linked to ticket {}, which does not say so", row.other_id);
            breach(found, "M4", format!("ticket {}", row.ticket_id), what);
        }
    }
}
