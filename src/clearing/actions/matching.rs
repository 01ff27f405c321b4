//! Payouts and the lines of the bank that they became.

use entities::{bank_rule, movement, payout_match};
use rules::clearing::{Received, Sent, pairs};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Refusal;
use crate::clearing::queries;
use crate::platform::{Failure, Stop, Tx};

/// Matches what is beyond doubt; gives how many.
pub async fn run(tx: &Tx) -> Result<u64, Failure> {
    tx.alone("payout_match", &["all".into()]).await?;
    let payouts = queries::payouts::open(tx.conn()).await?;
    let mut amounts: Vec<i64> =
        payouts.iter().filter_map(|payout| payout.sums().expected()).map(|cents| cents.0).collect();
    amounts.sort_unstable();
    amounts.dedup();
    let Some(first) = payouts.iter().map(|payout| payout.day).min().and_then(|day| day.pred_opt()) else {
        return Ok(0);
    };
    let lines = queries::lines::open(tx.conn(), &amounts, first).await?;
    let words = queries::words(tx.conn()).await?;
    let sent: Vec<Sent> = payouts
        .iter()
        .map(|payout| Sent {
            amount: payout.sums().expected().unwrap_or_default(),
            day: payout.day,
            reference: payout.payout.clone(),
            words: words.get(&payout.account_id).cloned().unwrap_or_default(),
        })
        .collect();
    let received: Vec<Received> = lines.iter().map(queries::lines::received).collect();
    let mut matched = 0;
    for (out, line) in pairs(&sent, &received) {
        if let (Some(payout), Some(line)) = (payouts.get(out), lines.get(line)) {
            write(tx, payout.account_id, &payout.payout, line.id, "rule").await?;
            matched += 1;
        }
    }
    Ok(matched)
}

/// Writes a match.
pub(super) async fn write(
    tx: &Tx,
    account_id: i64,
    payout: &str,
    movement_id: i64,
    how: &str,
) -> Result<(), Failure> {
    let row = payout_match::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        account_id: Set(account_id),
        payout: Set(payout.to_owned()),
        movement_id: Set(movement_id),
        how: Set(how.into()),
        matched_by: Set(tx.actor.name()),
        matched_at: Set(tx.at),
    };
    let id = payout_match::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let detail = json!({ "account": account_id, "payout": payout, "line": movement_id, "how": how });
    tx.audit("payout.match", ("payout_match", id), detail).await
}

/// A person says that a payout is this line of the bank.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Matched`], [`Refusal::OtherAmount`].
pub async fn choose(tx: &Tx, account_id: i64, payout: &str, line_id: i64) -> Result<(), Stop<Refusal>> {
    tx.alone("payout_match", &["all".into()]).await?;
    let found = queries::payouts::one(tx.conn(), account_id, payout).await?;
    let found = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    let line = movement::Entity::find_by_id(line_id).one(tx.conn()).await?;
    let line = line.filter(|line| line.kind == "bank").ok_or(Stop::Refused(Refusal::Unknown))?;
    let taken = payout_match::Entity::find()
        .filter(payout_match::Column::MovementId.eq(line_id))
        .one(tx.conn())
        .await?;
    if taken.is_some() || found.line.is_some() {
        return Err(Stop::Refused(Refusal::Matched));
    }
    if found.sums().expected().is_none_or(|cents| cents.0 != line.net_cents) {
        return Err(Stop::Refused(Refusal::OtherAmount));
    }
    Ok(write(tx, account_id, payout, line_id, "person").await?)
}

/// A match is taken back.
///
/// # Errors
/// [`Refusal::Unknown`].
pub async fn forget(tx: &Tx, account_id: i64, payout: &str) -> Result<(), Stop<Refusal>> {
    let found = payout_match::Entity::find()
        .filter(payout_match::Column::AccountId.eq(account_id))
        .filter(payout_match::Column::Payout.eq(payout))
        .one(tx.conn())
        .await?;
    let found = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    payout_match::Entity::delete_by_id(found.id).exec(tx.conn()).await?;
    let detail = json!({ "account": account_id, "payout": payout, "line": found.movement_id });
    Ok(tx.audit("payout.unmatch", ("payout_match", found.id), detail).await?)
}

/// Words of bank lines that tell a payment tool, kept for the lines to come.
///
/// # Errors
/// [`Refusal::BadWords`].
pub async fn add_rule(tx: &Tx, account_id: i64, words: &str) -> Result<(), Stop<Refusal>> {
    let words: String = rules::fold::one_line(words).chars().take(80).collect();
    let there = bank_rule::Entity::find()
        .filter(bank_rule::Column::AccountId.eq(account_id))
        .filter(bank_rule::Column::Words.eq(words.as_str()))
        .one(tx.conn())
        .await?;
    if rules::fold::search_key(&words).len() < 3 || there.is_some() {
        return Err(Stop::Refused(Refusal::BadWords));
    }
    let row = bank_rule::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        account_id: Set(account_id),
        words: Set(words.clone()),
        created_by: Set(tx.actor.name()),
        created_at: Set(tx.at),
    };
    let id = bank_rule::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("rule.add", ("bank_rule", id), json!({ "account": account_id, "words": words })).await?;
    run(tx).await?;
    Ok(())
}

/// A rule is given up; what it matched stays.
///
/// # Errors
/// [`Refusal::Unknown`].
pub async fn drop_rule(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let done = bank_rule::Entity::delete_by_id(id).exec(tx.conn()).await?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    Ok(tx.audit("rule.drop", ("bank_rule", id), json!({})).await?)
}
