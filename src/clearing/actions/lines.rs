//! What a person says of a bank line: a gift, or nothing of ours.

use entities::movement;
use rules::gift::Method;
use rules::money::Cents;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::Refusal;
use crate::clearing::queries::lines::{self, SOURCE, gift_key};
use crate::donations::{self, NewGift};
use crate::platform::{Core, Stop, Tx};

/// Why a bank line did not become a gift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoGift {
    /// The line.
    Line(Refusal),
    /// The laws of gifts.
    Gift(Vec<donations::Refusal>),
}

/// Records the gift that a bank line is; its day is the one the bank credited. Gives the gift.
///
/// # Errors
/// [`NoGift::Line`] when the line is no money that came, or became something already; [`NoGift::Gift`].
pub async fn record(core: &Core, tx: &Tx, line_id: i64, donor_id: Option<i64>) -> Result<i64, Stop<NoGift>> {
    tx.alone("payout_match", &["all".into()]).await?;
    let refused = |why| Stop::Refused(NoGift::Line(why));
    let line = movement::Entity::find_by_id(line_id).one(tx.conn()).await?;
    let line =
        line.filter(|line| line.kind == "bank" && line.net_cents > 0).ok_or(refused(Refusal::Unknown))?;
    let shown = lines::one(tx.conn(), line_id).await?.ok_or(refused(Refusal::Unknown))?;
    if shown.payout.is_some() || shown.gift.is_some() || shown.aside.is_some() {
        return Err(refused(Refusal::Matched));
    }
    let new = NewGift {
        donor_id,
        source: SOURCE.into(),
        external_id: gift_key(&line),
        gross: Cents(line.net_cents),
        method: Some(Method::Transfer),
        bank_credited_on: Some(line.booked_on),
        note: line.label.clone(),
        ..NewGift::default()
    };
    match Stop::split(donations::record(core, tx, &new).await)? {
        Ok(id) => {
            tx.audit("line.gift", ("line", line_id), json!({ "gift": id })).await?;
            Ok(id)
        }
        Err(why) => Err(Stop::Refused(NoGift::Gift(why))),
    }
}

/// Says that a line is neither a payout nor a gift, and why; or takes that back, with no reason.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Matched`]; [`Refusal::BadWords`] for a reason of nothing but blanks.
pub async fn set_aside(tx: &Tx, line_id: i64, reason: Option<&str>) -> Result<(), Stop<Refusal>> {
    let line = lines::one(tx.conn(), line_id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if line.payout.is_some() || line.gift.is_some() {
        return Err(Stop::Refused(Refusal::Matched));
    }
    keep_aside(tx, ("line.aside", line_id), reason).await
}

/// Writes why a movement is none of ours, or takes that back.
pub(super) async fn keep_aside(
    tx: &Tx,
    (verb, line_id): (&'static str, i64),
    reason: Option<&str>,
) -> Result<(), Stop<Refusal>> {
    let reason = reason.map(|text| rules::fold::one_line(text).chars().take(200).collect::<String>());
    if reason.as_deref() == Some("") {
        return Err(Stop::Refused(Refusal::BadWords));
    }
    movement::Entity::update_many()
        .col_expr(movement::Column::Aside, Expr::value(reason.clone()))
        .filter(movement::Column::Id.eq(line_id))
        .exec(tx.conn())
        .await?;
    Ok(tx.audit(verb, ("line", line_id), json!({ "reason": reason })).await?)
}
