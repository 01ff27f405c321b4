//! Plans that a person makes.

use chrono::NaiveDate;
use entities::{donor, mandate, plan};
use rules::dates::paris_day;
use rules::money::Cents;
use rules::plan::{Rhythm, limits};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::Refusal;
use crate::donations::LARGEST;
use crate::platform::{Stop, Tx};

/// A plan to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Who gives.
    pub donor_id: i64,
    /// How much each time.
    pub amount: Cents,
    /// How often.
    pub rhythm: Rhythm,
    /// The first payment.
    pub first_on: NaiveDate,
    /// The mandate that it is debited by; none for a standing order or a promise.
    pub mandate_id: Option<i64>,
}

/// Until when a plan without a payment yet is active, and late: as if it had paid one rhythm before.
pub(super) fn limits_unpaid(first_on: NaiveDate, rhythm: Rhythm) -> (NaiveDate, NaiveDate) {
    let before = first_on.checked_sub_months(chrono::Months::new(rhythm.months())).unwrap_or(first_on);
    limits(before, rhythm)
}

/// Makes a plan; gives its row.
///
/// # Errors
/// Every [`Refusal`] at once.
pub async fn make(tx: &Tx, new: &NewPlan) -> Result<i64, Stop<Vec<Refusal>>> {
    tx.alone("plan", &[new.donor_id.to_string()]).await?;
    let donor = donor::Entity::find_by_id(new.donor_id).one(tx.conn()).await?;
    if donor.is_none_or(|donor| donor.merged_into.is_some()) {
        return Err(Stop::Refused(vec![Refusal::Unknown]));
    }
    // A button pressed twice: the same plan is one.
    let same = plan::Entity::find()
        .filter(plan::Column::DonorId.eq(new.donor_id))
        .filter(plan::Column::Origin.eq("hand"))
        .filter(plan::Column::EndedOn.is_null())
        .filter(plan::Column::Cents.eq(new.amount.0))
        .filter(plan::Column::Rhythm.eq(new.rhythm.code()))
        .filter(plan::Column::FirstOn.eq(new.first_on))
        .all(tx.conn())
        .await?;
    if let Some(same) = same.into_iter().find(|row| row.mandate_id == new.mandate_id) {
        return Ok(same.id);
    }
    let mut refused = Vec::new();
    if new.amount <= Cents::ZERO || new.amount > LARGEST {
        refused.push(Refusal::OutOfRange);
    }
    if let Some(id) = new.mandate_id {
        let found = mandate::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
        if found.is_none_or(|found| found.donor_id != new.donor_id || found.state != "active") {
            refused.push(Refusal::MandateOther);
        }
        let taken = plan::Entity::find()
            .filter(plan::Column::MandateId.eq(id))
            .filter(plan::Column::EndedOn.is_null())
            .count(tx.conn())
            .await?;
        if taken > 0 {
            refused.push(Refusal::MandateTaken);
        }
        if new.first_on < paris_day(tx.at) {
            refused.push(Refusal::FirstPast);
        }
    }
    if !refused.is_empty() {
        return Err(Stop::Refused(refused));
    }
    let (active_until, late_until) = limits_unpaid(new.first_on, new.rhythm);
    let row = plan::ActiveModel {
        donor_id: Set(new.donor_id),
        origin: Set("hand".into()),
        source: Set(if new.mandate_id.is_some() { "sepa" } else { "hand" }.into()),
        rhythm: Set(new.rhythm.code().into()),
        cents: Set(new.amount.0),
        first_on: Set(new.first_on),
        payments: Set(0),
        active_until: Set(active_until),
        late_until: Set(late_until),
        mandate_id: Set(new.mandate_id),
        created_by: Set(tx.actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = plan::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let detail =
        json!({ "plan": id, "cents": new.amount.0, "rhythm": new.rhythm.code(), "mandate": new.mandate_id });
    tx.audit("plan.make", ("donor", new.donor_id), detail).await?;
    super::found::note(tx, new.donor_id).await?;
    Ok(id)
}

/// Another amount from the next payment that is not announced yet on.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Ended`], [`Refusal::Found`], [`Refusal::OutOfRange`].
pub async fn change(tx: &Tx, id: i64, amount: Cents) -> Result<i64, Stop<Refusal>> {
    let found = held(tx, id).await?;
    if amount <= Cents::ZERO || amount > LARGEST {
        return Err(Stop::Refused(Refusal::OutOfRange));
    }
    if amount.0 == found.cents {
        return Ok(found.donor_id);
    }
    plan::Entity::update_many()
        .col_expr(plan::Column::Cents, Expr::value(amount.0))
        .col_expr(plan::Column::WasCents, Expr::value(found.cents))
        .col_expr(plan::Column::ChangedOn, Expr::value(paris_day(tx.at)))
        .filter(plan::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "plan": id, "was": found.cents, "cents": amount.0 });
    tx.audit("plan.change", ("donor", found.donor_id), detail).await?;
    Ok(found.donor_id)
}

/// Ends a plan: nothing of it is announced any more. What was announced and not collected is called off.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Ended`], [`Refusal::Found`].
pub async fn end(tx: &Tx, id: i64) -> Result<i64, Stop<Refusal>> {
    use entities::instalment;
    let found = held(tx, id).await?;
    plan::Entity::update_many()
        .col_expr(plan::Column::EndedOn, Expr::value(paris_day(tx.at)))
        .filter(plan::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    let dropped = instalment::Entity::update_many()
        .col_expr(instalment::Column::State, Expr::value("cancelled"))
        .filter(instalment::Column::PlanId.eq(id))
        .filter(instalment::Column::State.eq("announced"))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "plan": id, "instalments_cancelled": dropped.rows_affected });
    tx.audit("plan.end", ("donor", found.donor_id), detail).await?;
    Ok(found.donor_id)
}

/// A plan made by hand that goes on, held for this transaction.
async fn held(tx: &Tx, id: i64) -> Result<plan::Model, Stop<Refusal>> {
    let found = plan::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    let found = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.origin != "hand" {
        return Err(Stop::Refused(Refusal::Found));
    }
    if found.ended_on.is_some() {
        return Err(Stop::Refused(Refusal::Ended));
    }
    Ok(found)
}
