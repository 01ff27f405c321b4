//! From a day on, what goods given in return may be worth.

use chrono::NaiveDate;
use entities::counterpart_cap;
use rules::fold::one_line;
use rules::money::Cents;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use crate::platform::{Failure, Stop, Tx};

/// Why a cap is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapRefusal {
    /// Not an amount above zero.
    Amount,
    /// It does not say which text sets it.
    Law,
}

/// Keeps a cap from a day on; one of the same day is replaced. Receipts that were issued stay as they are.
///
/// # Errors
/// [`CapRefusal`].
pub async fn set(tx: &Tx, from: NaiveDate, most: Cents, law: &str) -> Result<(), Stop<CapRefusal>> {
    let law: String = one_line(law).chars().take(300).collect();
    if most <= Cents::ZERO || most > super::super::line::LARGEST {
        return Err(Stop::Refused(CapRefusal::Amount));
    }
    if law.is_empty() {
        return Err(Stop::Refused(CapRefusal::Law));
    }
    let was = super::super::queries::caps::caps(tx.conn()).await?.on(from);
    let row = counterpart_cap::ActiveModel {
        from_day: Set(from),
        cents: Set(most.0),
        law: Set(law.clone()),
        set_by: Set(tx.actor.name()),
        set_at: Set(tx.at),
    };
    use counterpart_cap::Column::{Cents as Most, FromDay, Law, SetAt, SetBy};
    let again = OnConflict::column(FromDay).update_columns([Most, Law, SetBy, SetAt]).to_owned();
    counterpart_cap::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(tx.conn())
        .await
        .map_err(Failure::from)?;
    let detail = json!({ "from": from, "most": most, "law": law, "was": was });
    Ok(tx.audit("cap.set", ("cap", 0), detail).await?)
}
