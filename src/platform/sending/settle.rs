//! Writing down what became of mails: several at a time, each with what its feature does about it.

use chrono::TimeDelta;
use entities::outbox;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::fate::Fate;
use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::jobs::later;
use crate::platform::tx::{Actor, Tx};

/// Days before a mail that never gets through is given up, from its first try.
const GIVE_UP: TimeDelta = TimeDelta::days(5);
/// A mail that the server had no room for lets others go first.
const AFTER_OTHERS: TimeDelta = TimeDelta::seconds(5);

/// Pauses between tries to write down what is known. Whoever forgets it leaves a person with a question, and maybe
/// somebody with the mail twice.
const PATIENCE: [u64; 6] = [1, 2, 4, 8, 16, 30];

/// Writes the fates of these mails, in one transaction; one by one, and again after a while, if that does not do.
pub async fn settle(core: &Core, mails: &[(outbox::Model, Fate)]) -> Result<(), Failure> {
    if write(core, mails).await.is_ok() {
        return Ok(());
    }
    let mut failed = None;
    for mail in mails {
        if let Err(failure) = insist(core, mail).await {
            tracing::error!(outbox = mail.0.id, %failure, "what became of a mail could not be written");
            failed = Some(failure);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn insist(core: &Core, mail: &(outbox::Model, Fate)) -> Result<(), Failure> {
    let mut written = write(core, std::slice::from_ref(mail)).await;
    for seconds in PATIENCE {
        let Err(failure) = &written else { break };
        tracing::warn!(outbox = mail.0.id, %failure, "what became of a mail is written once more");
        tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
        written = write(core, std::slice::from_ref(mail)).await;
    }
    written
}

async fn write(core: &Core, mails: &[(outbox::Model, Fate)]) -> Result<(), Failure> {
    let tx = Tx::begin(core, Actor::System).await?;
    for (row, fate) in mails {
        write_one(core, &tx, row, fate).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn write_one(core: &Core, tx: &Tx, row: &outbox::Model, fate: &Fate) -> Result<(), Failure> {
    let mut change =
        outbox::ActiveModel { lease_until: Set(None), lease_token: Set(None), ..Default::default() };
    let since = row.first_tried_at.unwrap_or(row.created_at);
    let mut given_up = None;
    match fate {
        Fate::Taken(answer) => {
            change.state = Set("sent".into());
            change.server_answer = Set(Some(answer.clone()));
            change.sent_at = Set(Some(tx.at));
        }
        Fate::Away(why) | Fate::Setup(why) => {
            change.state = Set("waiting".into());
            change.attempts = Set((row.attempts - 1).max(0));
            change.first_tried_at = Set(if row.attempts > 1 { row.first_tried_at } else { None });
            change.not_before = Set(tx.at + AFTER_OTHERS);
            change.last_error = Set(Some(why.clone()));
        }
        Fate::Later(why) if tx.at - since < GIVE_UP => {
            tracing::warn!(outbox = row.id, attempts = row.attempts, why, "a mail waits");
            change.state = Set("waiting".into());
            change.not_before = Set(later(tx.at, row.attempts));
            change.last_error = Set(Some(why.clone()));
        }
        Fate::Later(why) | Fate::Refused(why) => {
            tracing::error!(outbox = row.id, why, "a mail was given up");
            change.state = Set("dead".into());
            change.last_error = Set(Some(why.clone()));
            given_up = Some(why);
        }
        Fate::Unknown(why) => {
            tracing::error!(outbox = row.id, why, "a mail may or may not have left: a person must decide");
            change.state = Set("ambiguous".into());
            change.last_error = Set(Some(why.clone()));
        }
    }
    let settled = outbox::Entity::update_many()
        .set(change)
        .filter(outbox::Column::Id.eq(row.id))
        .filter(outbox::Column::LeaseToken.eq(row.lease_token.clone()))
        .exec(tx.conn())
        .await?;
    if settled.rows_affected == 1 {
        for delivery in core.deliveries.iter() {
            if matches!(fate, Fate::Taken(_)) {
                delivery.accepted(core, tx, row).await?;
            } else if let Some(why) = given_up {
                delivery.given_up(core, tx, row, why).await?;
            }
        }
    }
    Ok(())
}
