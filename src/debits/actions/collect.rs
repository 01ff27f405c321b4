//! What was announced is collected: one file for the bank, frozen, and the gifts on the day it is debited.

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};
use entities::{debit_collection, instalment, mandate};
use reports::debits::{Account, Collection, render};
use rules::dates::paris_day;
use rules::fold::paragraphs;
use rules::sepa::{settlement_day, usable_until};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Refusal;
use crate::debits::queries::{self, Facts, Found};
use crate::imports;
use crate::imports::actions::Own;
use crate::imports::reading::Source;
use crate::plans;
use crate::platform::{Actor, Core, Failure, Stop, Tx};

/// Debits in one file at most: what bank portals take.
const MOST: u64 = 50_000;

/// Collects what was announced and may be debited on a day: at most one debit of a mandate. Gives the collection.
///
/// # Errors
/// [`Refusal::NoSetup`], [`Refusal::NotASettlementDay`], [`Refusal::TooSoon`], [`Refusal::TooFar`],
/// [`Refusal::NothingToCollect`].
pub async fn collect(core: &Core, tx: &Tx, collect_on: NaiveDate) -> Result<i64, Stop<Refusal>> {
    tx.alone("debits", &["all".into()]).await?;
    let setup = queries::setup(tx.conn()).await?.ok_or(Stop::Refused(Refusal::NoSetup))?;
    let today = paris_day(tx.at);
    if collect_on <= today {
        return Err(Stop::Refused(Refusal::TooSoon));
    }
    if today.checked_add_days(Days::new(92)).is_some_and(|far| collect_on > far) {
        return Err(Stop::Refused(Refusal::TooFar));
    }
    if settlement_day(collect_on) != collect_on {
        return Err(Stop::Refused(Refusal::NotASettlementDay(settlement_day(collect_on))));
    }
    let mut chosen = queries::announced(tx.conn(), collect_on, MOST).await?;
    let mut seen = HashSet::new();
    chosen.retain(|one| {
        let alive = usable_until(one.mandate.signed_on, one.mandate.last_used_on) >= collect_on;
        one.mandate.state == "active" && alive && seen.insert(one.mandate.id)
    });
    if chosen.is_empty() {
        return Err(Stop::Refused(Refusal::NothingToCollect));
    }
    let year = collect_on.year();
    let last: Option<Option<i64>> = debit_collection::Entity::find()
        .select_only()
        .column_as(debit_collection::Column::Seq.max(), "seq")
        .filter(debit_collection::Column::Year.eq(year))
        .into_tuple()
        .one(tx.conn())
        .await?;
    let seq = last.flatten().unwrap_or(0) + 1;
    let number = format!("PRLV-{year}-{seq:04}");
    let facts = Facts::of(&setup, tx.at, &chosen);
    let mut accounts = Vec::with_capacity(chosen.len());
    for one in &chosen {
        accounts.push(plans::actions::account(core, &one.mandate.rum, &one.mandate.iban_sealed)?);
    }
    let text = render(&facts.collection(&number, collect_on, accounts.into_iter().map(Account::Whole)));
    let cents: i64 = chosen.iter().map(|one| one.instalment.cents).sum();
    let row = debit_collection::ActiveModel {
        number: Set(number.clone()),
        year: Set(year),
        seq: Set(seq),
        collect_on: Set(collect_on),
        debits: Set(i64::try_from(chosen.len()).unwrap_or(i64::MAX)),
        cents: Set(cents),
        facts: Set(serde_json::to_string(&facts).map_err(Failure::from)?),
        sha256: Set(hex::encode(Sha256::digest(text.as_bytes()))),
        created_by: Set(tx.actor.name()),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = debit_collection::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    for one in &chosen {
        let done = instalment::Entity::update_many()
            .col_expr(instalment::Column::State, Expr::value("collected"))
            .col_expr(instalment::Column::CollectionId, Expr::value(id))
            .col_expr(instalment::Column::IbanSealed, Expr::value(one.mandate.iban_sealed.clone()))
            .filter(instalment::Column::Id.eq(one.instalment.id))
            .filter(instalment::Column::State.eq("announced"))
            .exec(tx.conn())
            .await?;
        if done.rows_affected != 1 {
            return Err(Failure::new("an instalment was collected or called off meanwhile").into());
        }
    }
    let used = chosen.iter().map(|one| one.mandate.id);
    mandate::Entity::update_many()
        .col_expr(mandate::Column::LastUsedOn, Expr::value(collect_on))
        .filter(mandate::Column::Id.is_in(used))
        .exec(tx.conn())
        .await?;
    let detail =
        json!({ "number": number, "collect_on": collect_on, "debits": chosen.len(), "cents": cents });
    tx.audit("debit.collect", ("collection", id), detail).await?;
    Ok(id)
}

/// The file for the bank, with every account: the look is logged. The same bytes each time.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Cancelled`].
pub async fn file(core: &Core, tx: &Tx, id: i64) -> Result<(String, Vec<u8>), Stop<Refusal>> {
    let found = queries::one(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.row.cancelled_at.is_some() {
        return Err(Stop::Refused(Refusal::Cancelled));
    }
    let sealed = queries::sealed(tx.conn(), id).await?;
    let mut accounts = Vec::with_capacity(sealed.len());
    for debit in &found.facts.debits {
        let sealed =
            sealed.get(&debit.instalment).ok_or_else(|| Failure::new("an account of a collection lacks"))?;
        accounts.push(plans::actions::account(core, &debit.rum, sealed)?);
    }
    let whole = accounts.into_iter().map(Account::Whole);
    let text = render(&found.facts.collection(&found.row.number, found.row.collect_on, whole));
    if hex::encode(Sha256::digest(text.as_bytes())) != found.row.sha256 {
        return Err(Failure::new(format!("the file of {} is not what it was", found.row.number)).into());
    }
    tx.audit("debit.file", ("collection", id), json!({ "number": found.row.number })).await?;
    Ok((format!("{}.xml", found.row.number), text.into_bytes()))
}

/// Calls a collection off that the bank did not take: its instalments wait again.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Cancelled`], [`Refusal::Brought`], [`Refusal::NoReason`].
pub async fn cancel(tx: &Tx, id: i64, reason: &str) -> Result<(), Stop<Refusal>> {
    let reason: String = paragraphs(reason).chars().take(1000).collect();
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    tx.alone("debits", &["all".into()]).await?;
    let found = queries::one(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    refuse_cancelled(&found)?;
    let returned = instalment::Entity::find()
        .filter(instalment::Column::CollectionId.eq(id))
        .filter(instalment::Column::State.eq("returned"))
        .one(tx.conn())
        .await?;
    if found.stands() || returned.is_some() {
        return Err(Stop::Refused(Refusal::Brought));
    }
    debit_collection::Entity::update_many()
        .col_expr(debit_collection::Column::CancelledAt, Expr::value(tx.at))
        .col_expr(debit_collection::Column::CancelledBy, Expr::value(tx.actor.name()))
        .col_expr(debit_collection::Column::CancelReason, Expr::value(reason.clone()))
        .filter(debit_collection::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    let used =
        instalment::Entity::find().filter(instalment::Column::CollectionId.eq(id)).all(tx.conn()).await?;
    // What was called off meanwhile (a plan that ended) does not wait again.
    for one in &used {
        let goes_on = queries::goes_on(tx.conn(), one).await?;
        instalment::Entity::update_many()
            .col_expr(instalment::Column::State, Expr::value(if goes_on { "announced" } else { "cancelled" }))
            .col_expr(instalment::Column::CollectionId, Expr::value(None::<i64>))
            .col_expr(instalment::Column::IbanSealed, Expr::value(None::<String>))
            .filter(instalment::Column::Id.eq(one.id))
            .exec(tx.conn())
            .await?;
        let last = queries::last_use(tx.conn(), one.mandate_id).await?;
        mandate::Entity::update_many()
            .col_expr(mandate::Column::LastUsedOn, Expr::value(last))
            .filter(mandate::Column::Id.eq(one.mandate_id))
            .exec(tx.conn())
            .await?;
    }
    let detail = json!({ "number": found.row.number, "reason": reason, "instalments": used.len() });
    Ok(tx.audit("debit.cancel", ("collection", id), detail).await?)
}

fn refuse_cancelled(found: &Found) -> Result<(), Stop<Refusal>> {
    if found.row.cancelled_at.is_some() { Err(Stop::Refused(Refusal::Cancelled)) } else { Ok(()) }
}

/// Brings a collection into the ledger of files, on its day or after, with accounts masked: nothing of them stays there.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Cancelled`], [`Refusal::NotYet`], [`Refusal::Import`].
pub async fn bring(core: &Core, actor: &Actor, id: i64) -> Result<i64, Stop<Refusal>> {
    let found = queries::one(core.db.read(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    refuse_cancelled(&found)?;
    if paris_day(core.clock.now()) < found.row.collect_on {
        return Err(Stop::Refused(Refusal::NotYet(found.row.collect_on)));
    }
    if let Some(import) = found.row.import_id.filter(|_| found.stands()) {
        return Ok(import);
    }
    let masked = found.facts.debits.iter().map(|debit| Account::Masked(debit.account.clone()));
    let collection: Collection = found.facts.collection(&found.row.number, found.row.collect_on, masked);
    let name = format!("{}.xml", found.row.number);
    let givers = queries::givers(core.db.read(), id).await?;
    let (text, of) = (render(&collection), (None, None));
    let own = Own { source: Source::SEPA, name: &name, bytes: text.as_bytes(), of, givers: &givers };
    let import = Stop::split(imports::actions::bring(core, actor, own).await)?;
    let import = import.map_err(|why| Stop::Refused(Refusal::Import(why)))?;
    let tx = Tx::begin(core, actor.clone()).await?;
    debit_collection::Entity::update_many()
        .col_expr(debit_collection::Column::ImportId, Expr::value(import))
        .filter(debit_collection::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(import)
}
