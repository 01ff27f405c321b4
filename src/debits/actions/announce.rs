//! What is due is announced: an instalment is born, and its donor is told.

use chrono::NaiveDate;
use entities::instalment;
use rules::dates::paris_day;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Refusal, mails};
use crate::debits::queries::{self, Due};
use crate::platform::{Core, Stop, Tx, outbox};

/// How donors were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Announced {
    /// By mail.
    pub mails: usize,
    /// Without a mail address: somebody writes a letter.
    pub letters: usize,
}

/// Name of an instalment for the bank: mandate and due day, the same whenever it is asked for.
fn end_to_end(mandate_id: i64, due_on: NaiveDate) -> String {
    format!("SOUTIEN-M{mandate_id}-{}", due_on.format("%Y%m%d"))
}

/// Announces every debit that is due through a day and was not announced yet.
///
/// # Errors
/// [`Refusal::NoSetup`], [`Refusal::NothingDue`].
pub async fn announce(core: &Core, tx: &Tx, through: NaiveDate) -> Result<Announced, Stop<Refusal>> {
    tx.alone("debits", &["all".into()]).await?;
    let setup = queries::setup(tx.conn()).await?.ok_or(Stop::Refused(Refusal::NoSetup))?;
    let due: Vec<Due> = queries::dues(tx.conn(), paris_day(tx.at), through, setup.notice_days).await?;
    if due.is_empty() {
        return Err(Stop::Refused(Refusal::NothingDue));
    }
    let rows = due.iter().map(|one| instalment::ActiveModel {
        mandate_id: Set(one.mandate.id),
        plan_id: Set(one.plan.id),
        due_on: Set(one.due_on),
        cents: Set(one.plan.cents),
        end_to_end: Set(end_to_end(one.mandate.id, one.due_on)),
        state: Set("announced".into()),
        announced_at: Set(tx.at),
        announced_by: Set(if one.mail.is_some() { "mail" } else { "letter" }.into()),
        collect_from: Set(one.collect_from),
        ..Default::default()
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(200) {
        instalment::Entity::insert_many(some.iter().cloned()).exec_without_returning(tx.conn()).await?;
    }
    let mut told = Announced::default();
    let mut letters = Vec::new();
    for one in &due {
        match &one.mail {
            Some(mail) => {
                letters.push(mails::announcement(core, tx, &setup, one, mail).await?);
                told.mails += 1;
            }
            None => told.letters += 1,
        }
    }
    outbox::post_many(core, tx, letters).await?;
    let cents: i64 = due.iter().map(|one| one.plan.cents).sum();
    let detail = json!({ "through": through, "debits": due.len(), "cents": cents, "mails": told.mails, "letters": told.letters });
    tx.audit("debit.announce", ("association", 1), detail).await?;
    Ok(told)
}
