//! A preview judged again: the ledger may have changed since.

use entities::{import_file, import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;

use super::judge::{Bench, Candidate, Judged, judge};
use super::walk::Walk;
use super::{Refusal, file};
use crate::imports::queries;
use crate::imports::reading::{Facts, Gift, Notes, Source, Verdict};
use crate::platform::{Failure, Stop, Tx};

/// Counts a file that is laid out.
pub(super) async fn settle(tx: &Tx, id: i64) -> Result<(), Failure> {
    let sums = queries::sums(tx.conn(), id).await?;
    let rows = |verdict: Verdict| sums.get(&verdict).map_or(0, |sum| sum.rows);
    let new = sums.get(&Verdict::New).map_or(0, |sum| sum.cents.0);
    import_file::Entity::update_many()
        .col_expr(import_file::Column::State, Expr::value("previewed"))
        .col_expr(import_file::Column::RowsNew, Expr::value(rows(Verdict::New)))
        .col_expr(import_file::Column::RowsKnown, Expr::value(rows(Verdict::Known)))
        .col_expr(import_file::Column::RowsChanged, Expr::value(rows(Verdict::Changed)))
        .col_expr(import_file::Column::RowsConflict, Expr::value(rows(Verdict::Conflict)))
        .col_expr(import_file::Column::RowsRefused, Expr::value(rows(Verdict::Refused)))
        .col_expr(import_file::Column::RowsIgnored, Expr::value(rows(Verdict::Ignored)))
        .col_expr(import_file::Column::CentsNew, Expr::value(new))
        .filter(import_file::Column::Id.eq(id))
        .filter(import_file::Column::State.is_in(["reading", "previewed"]))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "new": rows(Verdict::New), "known": rows(Verdict::Known), "changed": rows(Verdict::Changed),
        "conflict": rows(Verdict::Conflict), "refused": rows(Verdict::Refused), "ignored": rows(Verdict::Ignored),
        "cents_new": new });
    tx.audit("import.preview", ("import", id), detail).await
}

/// The next lines that are gifts or move an account.
pub(super) async fn rows(tx: &Tx, walk: &mut Walk) -> Result<Vec<(import_row::Model, Facts)>, Failure> {
    let says = Condition::any()
        .add(import_row::Column::Cents.is_not_null())
        .add(import_row::Column::Moves.is_not_null());
    let read = walk.next(tx, says).await?.into_iter().map(|row| {
        let facts = serde_json::from_str(&row.facts)?;
        Ok((row, facts))
    });
    read.collect()
}

/// Those of them that are gifts.
pub(super) fn gifts(rows: Vec<(import_row::Model, Facts)>) -> Vec<(import_row::Model, Gift)> {
    rows.into_iter().filter_map(|(row, facts)| Some((row, facts.gift?))).collect()
}

/// Whether the file itself decided, whatever the ledger says.
pub(super) fn by_the_file(row: &import_row::Model) -> bool {
    row.reason.as_deref().is_some_and(|reason| reason.contains("\"why\":\"twice"))
}

/// Judges lines again; lines that the file itself decided keep their verdict (none is given for them).
pub(super) async fn judge_again(
    tx: &Tx,
    bench: Bench,
    rows: &[(import_row::Model, Gift)],
) -> Result<Vec<Option<Judged>>, Failure> {
    let again = |(row, gift): &(import_row::Model, Gift)| Candidate {
        key: row.row_key.clone(),
        order: row.order_ref.clone(),
        gift: gift.clone(),
        chosen: row.chosen.then_some(row.donor_id),
    };
    let lines: Vec<Candidate> = rows.iter().filter(|(row, _)| !by_the_file(row)).map(again).collect();
    let mut judged = judge(tx.conn(), bench, &lines).await?.into_iter();
    Ok(rows.iter().map(|(row, _)| if by_the_file(row) { None } else { judged.next() }).collect())
}

/// Whether nothing that a verdict stands on changed since the lines were judged. Every change leaves a line in the audit
/// (law S2); what is about tickets, mails and sessions touches neither gifts nor donors.
pub(super) async fn still_stands(tx: &Tx, file: &import_file::Model) -> Result<bool, Failure> {
    let notes: Notes = serde_json::from_str(&file.notes)?;
    match notes.judged_at {
        Some(judged_at) => Ok(!queries::changed_since(tx.conn(), judged_at, file.id).await?),
        None => Ok(false),
    }
}

/// The verdict that a line was given.
pub(super) fn as_judged(row: &import_row::Model) -> Result<Option<Judged>, Failure> {
    if by_the_file(row) {
        return Ok(None);
    }
    let odd = || Failure::new(format!("line {} has the verdict {}", row.id, row.verdict));
    Ok(Some(Judged {
        verdict: Verdict::parse(&row.verdict).ok_or_else(odd)?,
        reason: row.reason.as_deref().map(serde_json::from_str).transpose()?,
        donor_id: row.donor_id,
        proposed_id: row.proposed_id,
        gift_id: row.gift_id,
    }))
}

/// Judges a preview again, after the ledger changed; gives how many lines have another verdict now.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`].
pub async fn refresh(tx: &Tx, id: i64) -> Result<u64, Stop<Refusal>> {
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "previewed" {
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    let bench = Bench::set(tx, source).await?;
    let (mut walk, mut changed) = (Walk::over(tx, id).await?, 0);
    loop {
        let rows = rows(tx, &mut walk).await?;
        if rows.is_empty() {
            break;
        }
        let rows = gifts(rows);
        for ((row, _), judged) in rows.iter().zip(judge_again(tx, bench, &rows).await?) {
            let Some(judged) = judged else { continue };
            let reason = judged.reason.as_ref().map(serde_json::to_string).transpose()?;
            let same = row.verdict == judged.verdict.code() && row.reason == reason;
            if same && row.donor_id == judged.donor_id && row.proposed_id == judged.proposed_id {
                continue;
            }
            changed += u64::from(row.verdict != judged.verdict.code());
            rewrite(tx, row.id, &judged, reason).await?;
        }
    }
    settle(tx, id).await?;
    Ok(changed)
}

pub(super) async fn rewrite(
    tx: &Tx,
    row_id: i64,
    judged: &Judged,
    reason: Option<String>,
) -> Result<(), Failure> {
    import_row::Entity::update_many()
        .col_expr(import_row::Column::Verdict, Expr::value(judged.verdict.code()))
        .col_expr(import_row::Column::Reason, Expr::value(reason))
        .col_expr(import_row::Column::DonorId, Expr::value(judged.donor_id))
        .col_expr(import_row::Column::ProposedId, Expr::value(judged.proposed_id))
        .col_expr(import_row::Column::GiftId, Expr::value(judged.gift_id))
        .filter(import_row::Column::Id.eq(row_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}
