//! One record becomes two again.

use std::collections::HashMap;

use entities::{donor_merge, donor_merge_part};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Refusal, changed, hold};
use crate::donations::actions::handing as gifts;
use crate::donors;
use crate::merging::fill::{Filled, Mails, empty};
use crate::plans::actions::handing as plans;
use crate::platform::{Core, Stop, Tx, outbox};
use crate::receipts::actions::handing as receipts;

/// Undoes a merge: what it moved goes back, with what took such gifts back since or took their place: what is left of
/// them, corrections, other dates. What else was recorded since for the kept record stays with it.
///
/// # Errors
/// [`Refusal::Unknown`] when there is no such merge or it is undone; [`Refusal::Merged`] when the kept record itself
/// stands aside for another now; [`Refusal::OnReceipt`].
pub async fn undo(core: &Core, tx: &Tx, merge_id: i64) -> Result<(i64, i64), Stop<Refusal>> {
    let found = donor_merge::Entity::find_by_id(merge_id).one(tx.conn()).await?;
    let found = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    let (kept_id, absorbed_id) = (found.kept_id, found.absorbed_id);
    let (kept, absorbed) = hold(tx, kept_id, absorbed_id).await?;
    if kept.row.merged_into.is_some() {
        return Err(Stop::Refused(Refusal::Merged));
    }
    // Whoever else undid it held the records first.
    let open = donor_merge::Entity::find_by_id(merge_id).one(tx.conn()).await?;
    if absorbed.row.merged_into != Some(kept_id) || open.is_none_or(|merge| merge.undone_at.is_some()) {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    let mut moved: HashMap<String, Vec<i64>> = HashMap::new();
    let parts = donor_merge_part::Entity::find().filter(donor_merge_part::Column::MergeId.eq(merge_id));
    for part in parts.all(tx.conn()).await? {
        moved.entry(part.kind).or_default().push(part.row_id);
    }
    let of = |kind: &str| moved.get(kind).map_or(&[][..], Vec::as_slice);
    let lines = gifts::with_later(tx, of("gift"), found.done_at).await?;
    if let Some(number) = receipts::standing_on_others(tx, &lines, of("receipt")).await? {
        return Err(Stop::Refused(Refusal::OnReceipt { number }));
    }
    let filled: Filled = serde_json::from_str(&found.before)?;
    let mails: Mails = serde_json::from_str(&found.mails)?;
    donors::actions::stand_aside(tx, absorbed_id, None, &mails.absorbed).await?;
    gifts::hand_over(tx, kept_id, absorbed_id, &lines).await?;
    receipts::hand_over(tx, kept_id, absorbed_id, of("receipt")).await?;
    outbox::hand_over(tx, kept_id, absorbed_id, of("mail")).await?;
    plans::hand_over(tx, kept_id, absorbed_id, (of("plan"), of("mandate"))).await?;
    let back = empty(&kept.facts, &filled, &mails);
    if back != kept.facts {
        changed(donors::update(core, tx, kept_id, kept.row.version, &back).await)?;
    }
    donor_merge::Entity::update_many()
        .col_expr(donor_merge::Column::UndoneAt, Expr::value(tx.at))
        .col_expr(donor_merge::Column::UndoneBy, Expr::value(tx.actor.name()))
        .filter(donor_merge::Column::Id.eq(merge_id))
        .exec(tx.conn())
        .await?;
    for (id, other) in [(kept_id, absorbed_id), (absorbed_id, kept_id)] {
        tx.audit("donor.unmerge", ("donor", id), json!({ "merge": merge_id, "other": other })).await?;
    }
    Ok((kept_id, absorbed_id))
}
