//! Two records become one, or are said to be two for good.

mod undo;

use entities::{donor, donor_distinct, donor_merge, donor_merge_part};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::fill::fill;
use crate::donations::actions::handing as gifts;
use crate::donors::{self, DonorFacts};
use crate::plans::actions::handing as plans;
use crate::platform::{Core, Failure, Say, Stop, Tx, outbox};
use crate::receipts::actions::handing as receipts;

pub use undo::undo;

/// Why a merge does not happen, or is not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such record or merge.
    Unknown,
    /// A record with itself.
    Same,
    /// One of them stands aside for another record already.
    Merged,
    /// Somebody changed one of them since they were compared.
    Changed,
    /// Gifts of the record that would come back stand on a receipt made since.
    OnReceipt {
        /// Its number.
        number: String,
    },
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::Unknown => Say::new("donors-refused-unknown"),
            Self::Same => Say::new("merging-refused-same"),
            Self::Merged => Say::new("merging-refused-merged"),
            Self::Changed => Say::new("merging-refused-changed"),
            Self::OnReceipt { number } => Say::new("merging-refused-receipt").with("number", number.clone()),
        }
    }
}

/// Which record is kept, which stands aside, and the versions that were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// Kept, at this version.
    pub kept: (i64, i32),
    /// Stands aside, at this version.
    pub absorbed: (i64, i32),
}

/// What one side holds: its row and its record.
pub(super) struct Side {
    pub(super) row: donor::Model,
    pub(super) facts: DonorFacts,
}

/// Both records, held for this transaction.
pub(super) async fn hold(tx: &Tx, one: i64, other: i64) -> Result<(Side, Side), Stop<Refusal>> {
    let rows = donors::actions::hold(tx, [one, other]).await?;
    let mut sides = Vec::with_capacity(2);
    for id in [one, other] {
        let row = rows.iter().find(|row| row.id == id).ok_or(Stop::Refused(Refusal::Unknown))?.clone();
        let mails = donors::queries::mails_of(tx.conn(), id).await?;
        let facts = donors::queries::facts_of(&row, mails.into_iter().map(|mail| mail.address).collect());
        sides.push(Side { row, facts });
    }
    match (sides.pop(), sides.pop()) {
        (Some(second), Some(first)) => Ok((first, second)),
        _ => Err(Stop::Refused(Refusal::Unknown)),
    }
}

/// Makes one record of two; gives the merge. Gifts, receipts, mails and mail addresses follow; what the kept record lacked
/// is filled from the other.
///
/// # Errors
/// [`Refusal::Same`], [`Refusal::Unknown`], [`Refusal::Merged`], [`Refusal::Changed`].
pub async fn merge(core: &Core, tx: &Tx, command: Merge) -> Result<i64, Stop<Refusal>> {
    let (kept_id, absorbed_id) = (command.kept.0, command.absorbed.0);
    if kept_id == absorbed_id {
        return Err(Stop::Refused(Refusal::Same));
    }
    let (kept, absorbed) = hold(tx, kept_id, absorbed_id).await?;
    if kept.row.merged_into.is_some() || absorbed.row.merged_into.is_some() {
        return Err(Stop::Refused(Refusal::Merged));
    }
    if (kept.row.version, absorbed.row.version) != (command.kept.1, command.absorbed.1) {
        return Err(Stop::Refused(Refusal::Changed));
    }
    let (full, filled, mails) = fill(&kept.facts, &absorbed.facts);
    let row = donor_merge::ActiveModel {
        kept_id: Set(kept_id),
        absorbed_id: Set(absorbed_id),
        before: Set(serde_json::to_string(&filled)?),
        mails: Set(serde_json::to_string(&mails)?),
        done_by: Set(tx.actor.name()),
        done_at: Set(tx.at),
        undone_by: Set(None),
        undone_at: Set(None),
        ..Default::default()
    };
    let id = donor_merge::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let (plans, mandates) = plans::hand_over_all(tx, absorbed_id, kept_id).await?;
    let moved = [
        ("gift", gifts::hand_over_all(tx, absorbed_id, kept_id).await?),
        ("receipt", receipts::hand_over_all(tx, absorbed_id, kept_id).await?),
        ("mail", outbox::hand_over_all(tx, absorbed_id, kept_id).await?),
        ("plan", plans),
        ("mandate", mandates),
    ];
    for (kind, rows) in &moved {
        remember(tx, id, kind, rows).await?;
    }
    donors::actions::stand_aside(tx, absorbed_id, Some(kept_id), &[]).await?;
    // Even where nothing was filled: a record that took another one in is not the one that a file made.
    changed(donors::update(core, tx, kept_id, kept.row.version, &full).await)?;
    let counts: serde_json::Map<_, _> =
        moved.iter().map(|(kind, rows)| ((*kind).to_owned(), json!(rows.len()))).collect();
    tx.audit(
        "donor.merge",
        ("donor", kept_id),
        json!({ "merge": id, "absorbed": absorbed_id, "moved": counts }),
    )
    .await?;
    tx.audit("donor.merged", ("donor", absorbed_id), json!({ "merge": id, "kept": kept_id })).await?;
    Ok(id)
}

/// A record was held and checked: it cannot be refused now but by another hand.
pub(super) fn changed<T>(done: Result<T, Stop<Vec<donors::Refusal>>>) -> Result<T, Stop<Refusal>> {
    Stop::split(done)?.map_err(|_| Stop::Refused(Refusal::Changed))
}

async fn remember(tx: &Tx, merge_id: i64, kind: &str, rows: &[i64]) -> Result<(), Failure> {
    for some in rows.chunks(1000) {
        let parts = some.iter().map(|row_id| donor_merge_part::ActiveModel {
            merge_id: Set(merge_id),
            kind: Set(kind.to_owned()),
            row_id: Set(*row_id),
            ..Default::default()
        });
        donor_merge_part::Entity::insert_many(parts).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Two records are two donors: they are not shown as duplicates again.
///
/// # Errors
/// [`Refusal::Same`], [`Refusal::Unknown`].
pub async fn tell_apart(tx: &Tx, one: i64, other: i64) -> Result<(), Stop<Refusal>> {
    if one == other {
        return Err(Stop::Refused(Refusal::Same));
    }
    for id in [one, other] {
        donors::queries::get(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    }
    let row = donor_distinct::ActiveModel {
        one_id: Set(one.min(other)),
        other_id: Set(one.max(other)),
        said_by: Set(tx.actor.name()),
        said_at: Set(tx.at),
        ..Default::default()
    };
    let pair = [donor_distinct::Column::OneId, donor_distinct::Column::OtherId];
    let once = OnConflict::columns(pair).do_nothing().to_owned();
    donor_distinct::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
    Ok(tx.audit("donor.tell_apart", ("donor", one), json!({ "other": other })).await?)
}
