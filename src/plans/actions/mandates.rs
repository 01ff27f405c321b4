//! Mandates: signed, ended, and the account behind them.

use chrono::NaiveDate;
use entities::{donor, instalment, mandate, plan};
use rules::dates::paris_day;
use rules::fold::{one_line, paragraphs};
use rules::sepa::{self, latin, mandate_reference, masked, usable_until};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::Refusal;
use crate::platform::{Core, Failure, Stop, Tx, sealing};

/// What accounts are sealed for.
const USAGE: &str = "mandate";

/// A mandate that somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMandate {
    /// Who signed.
    pub donor_id: i64,
    /// Its reference; empty for one that we give.
    pub rum: String,
    /// The day it was signed.
    pub signed_on: NaiveDate,
    /// Holder of the account.
    pub holder: String,
    /// The account.
    pub iban: String,
    /// The bank; empty when it is not told.
    pub bic: String,
}

/// Keeps a mandate; gives its row.
///
/// # Errors
/// Every [`Refusal`] at once.
pub async fn sign(core: &Core, tx: &Tx, new: &NewMandate) -> Result<i64, Stop<Vec<Refusal>>> {
    tx.alone("mandate", &["all".into()]).await?;
    let donor = donor::Entity::find_by_id(new.donor_id).one(tx.conn()).await?;
    if donor.is_none_or(|donor| donor.merged_into.is_some()) {
        return Err(Stop::Refused(vec![Refusal::Unknown]));
    }
    let mut refused = Vec::new();
    let iban = sepa::iban(&new.iban).map_err(|why| refused.push(Refusal::Iban(why))).ok();
    let bic = sepa::bic(&new.bic).map_err(|_| refused.push(Refusal::Bic)).ok();
    let today = paris_day(tx.at);
    let until = usable_until(new.signed_on, None);
    if new.signed_on > today {
        refused.push(Refusal::SignedLater);
    } else if until < today {
        refused.push(Refusal::Dead { until });
    }
    let holder: String = one_line(&new.holder).chars().take(200).collect();
    if latin(&holder, 70).is_empty() {
        refused.push(Refusal::Holder);
    }
    let rum = match new.rum.trim() {
        "" => next_reference(tx, new.donor_id).await?,
        typed => match mandate_reference(typed) {
            Ok(rum) => rum,
            Err(why) => {
                refused.push(Refusal::Rum(why));
                String::new()
            }
        },
    };
    let taken = mandate::Entity::find().filter(mandate::Column::Rum.eq(&rum)).count(tx.conn()).await?;
    if taken > 0 {
        refused.push(Refusal::RumTaken);
    }
    let (Some(iban), Some(bic), true) = (iban, bic, refused.is_empty()) else {
        return Err(Stop::Refused(refused));
    };
    let mark = core.keys.seal("account mark", &iban);
    // A button pressed twice: the same paper is one mandate.
    if new.rum.trim().is_empty() {
        let same = mandate::Entity::find()
            .filter(mandate::Column::DonorId.eq(new.donor_id))
            .filter(mandate::Column::IbanMark.eq(&mark))
            .filter(mandate::Column::SignedOn.eq(new.signed_on))
            .filter(mandate::Column::State.eq("active"))
            .one(tx.conn())
            .await?;
        if let Some(same) = same {
            return Ok(same.id);
        }
    }
    let row = mandate::ActiveModel {
        donor_id: Set(new.donor_id),
        iban_sealed: Set(sealing::seal(&core.keys, USAGE, &rum, &iban)?),
        iban_shown: Set(masked(&iban)),
        iban_mark: Set(mark),
        rum: Set(rum.clone()),
        signed_on: Set(new.signed_on),
        holder: Set(holder),
        bic: Set(bic),
        state: Set("active".into()),
        created_by: Set(tx.actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = mandate::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    let detail = json!({ "rum": rum, "signed_on": new.signed_on, "account": masked(&iban) });
    tx.audit("mandate.sign", ("donor", new.donor_id), detail).await?;
    Ok(id)
}

/// A reference that no other mandate has: the donor, and a number.
async fn next_reference(tx: &Tx, donor_id: i64) -> Result<String, Failure> {
    for n in 1..10_000 {
        let rum = format!("RUM-{donor_id}-{n}");
        if mandate::Entity::find().filter(mandate::Column::Rum.eq(&rum)).count(tx.conn()).await? == 0 {
            return Ok(rum);
        }
    }
    Err(Failure::new(format!("donor {donor_id} has ten thousand mandates")))
}

/// Ends a mandate, with its plan and what was announced of it and not collected. What the bank has been sent stays.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Ended`], [`Refusal::NoReason`].
pub async fn end_mandate(tx: &Tx, id: i64, reason: &str) -> Result<(), Stop<Refusal>> {
    let reason: String = paragraphs(reason).chars().take(1000).collect();
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    let found = mandate::Entity::find_by_id(id).lock_exclusive().one(tx.conn()).await?;
    let found = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state == "ended" {
        return Err(Stop::Refused(Refusal::Ended));
    }
    let today = paris_day(tx.at);
    mandate::Entity::update_many()
        .col_expr(mandate::Column::State, Expr::value("ended"))
        .col_expr(mandate::Column::EndedOn, Expr::value(today))
        .col_expr(mandate::Column::EndReason, Expr::value(reason.clone()))
        .filter(mandate::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    plan::Entity::update_many()
        .col_expr(plan::Column::EndedOn, Expr::value(today))
        .filter(plan::Column::MandateId.eq(id))
        .filter(plan::Column::EndedOn.is_null())
        .exec(tx.conn())
        .await?;
    let dropped = instalment::Entity::update_many()
        .col_expr(instalment::Column::State, Expr::value("cancelled"))
        .filter(instalment::Column::MandateId.eq(id))
        .filter(instalment::Column::State.eq("announced"))
        .exec(tx.conn())
        .await?;
    let detail =
        json!({ "rum": found.rum, "reason": reason, "instalments_cancelled": dropped.rows_affected });
    Ok(tx.audit("mandate.end", ("donor", found.donor_id), detail).await?)
}

/// The whole account, for a person who says that they need it: the look is logged.
///
/// # Errors
/// [`Refusal::Unknown`].
pub async fn unmask(core: &Core, tx: &Tx, id: i64) -> Result<String, Stop<Refusal>> {
    let found =
        mandate::Entity::find_by_id(id).one(tx.conn()).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    let iban = account(core, &found.rum, &found.iban_sealed)?;
    tx.audit("mandate.unmask", ("donor", found.donor_id), json!({ "rum": found.rum })).await?;
    Ok(iban)
}

/// The account of a mandate, for the bank's file.
pub fn account(core: &Core, rum: &str, sealed: &str) -> Result<String, Failure> {
    sealing::open(&core.keys, USAGE, rum, sealed)
}
