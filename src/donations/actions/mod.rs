//! What writes in the ledger. A line is never changed: a correction is a reversal and a new line (G2).

pub mod caps;
mod given_back;
pub mod handing;
pub mod proofs;

pub(super) use given_back::take;
pub use given_back::{GiveBack, GivenBack, give_back, rest_of};

use entities::{gift, receipt, receipt_line};
use rules::dates::paris_day;
use rules::fold::paragraphs;
use rules::gift::{Cause, DateBasis, Form, GiftLine, Method, Nature, Purpose};
use rules::money::Cents;
use sea_orm::sea_query::{Cond, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, TryInsertResult};
use serde_json::json;

use super::line::{HAND, NewGift, Refusal};
use crate::accounts::association::Policies;
use crate::donations::queries::chain::{first_name, instead_of};
use crate::donors;
use crate::platform::failure::is_unique_violation;
use crate::platform::keys::token;
use crate::platform::{Core, Failure, Stop, Tx};

/// Lines written by one statement: well under the variables that either engine takes.
const AT_ONCE: usize = 500;

/// Writes a gift; gives the line's id.
///
/// # Errors
/// [`Refusal::Known`] when the ledger has this source and name; [`Refusal::PeriodClosed`]; else every refusal of
/// [`NewGift::check`].
pub async fn record(_core: &Core, tx: &Tx, new: &NewGift) -> Result<i64, Stop<Vec<Refusal>>> {
    let policy = Policies::get(tx.conn()).await?.for_source(new.dated_as.as_deref().unwrap_or(&new.source));
    let (mut kept, line) = new.check(policy, paris_day(tx.at)).map_err(Stop::Refused)?;
    if let Some(donor_id) = kept.donor_id {
        let Some(donor) = donors::queries::get(tx.conn(), donor_id).await? else {
            return Err(Stop::Refused(vec![Refusal::NoDonor]));
        };
        // Merged since the form was opened: the gift is of the record that was kept.
        if donor.merged_into.is_some() {
            kept.donor_id = donors::queries::standing(tx.conn(), &[donor_id]).await?.remove(&donor_id);
        }
    }
    let closed = super::queries::periods::closed_through(tx.conn()).await?;
    if let Some(through) = closed.filter(|through| line.resolved.date <= *through) {
        return Err(Stop::Refused(vec![Refusal::PeriodClosed { through }]));
    }
    let row = row(tx, &kept, &line);
    let name = row.external_id.clone().take().unwrap_or_default();
    let id = match insert(tx, row).await? {
        Some(id) => id,
        None => return Err(Stop::Refused(vec![known(tx, &kept.source, &name).await?])),
    };
    let detail = json!({
        "donor": kept.donor_id, "source": kept.source, "external_id": name, "gross": line.gross, "fee": line.fee,
        "method": kept.method.map(Method::code), "nature": line.nature.code(), "gift_date": line.resolved.date,
        "date_basis": line.resolved.basis.code(), "purpose": kept.purpose.code(), "counterpart": kept.counterpart,
    });
    tx.audit("gift.record", ("gift", id), detail).await?;
    Ok(id)
}

/// Writes many gifts, in order; gives the lines' ids in the same order. No audit line: the caller keeps
/// one for the whole (law S2). Donors must exist.
///
/// # Errors
/// The place of the first gift that is refused, and why; or `None` and [`Refusal::Known`] when one of them
/// is in the ledger already. Nothing of the transaction may then be kept.
pub async fn record_many(
    _core: &Core,
    tx: &Tx,
    gifts: &[NewGift],
) -> Result<Vec<i64>, Stop<(Option<usize>, Vec<Refusal>)>> {
    let policies = Policies::get(tx.conn()).await?;
    let closed = super::queries::periods::closed_through(tx.conn()).await?;
    let today = paris_day(tx.at);
    let mut ids = Vec::with_capacity(gifts.len());
    for (n, chunk) in gifts.chunks(AT_ONCE).enumerate() {
        let mut rows = Vec::with_capacity(chunk.len());
        for (at, new) in chunk.iter().enumerate() {
            let refused = |why| Stop::Refused((Some(n * AT_ONCE + at), why));
            let (kept, line) = new.check(policies.for_source(&new.source), today).map_err(refused)?;
            if let Some(through) = closed.filter(|through| line.resolved.date <= *through) {
                return Err(refused(vec![Refusal::PeriodClosed { through }]));
            }
            rows.push(row(tx, &kept, &line));
        }
        let mut new = match gift::Entity::insert_many(rows).exec_with_returning_keys(tx.conn()).await {
            Ok(new) => new,
            Err(error) if is_unique_violation(&error) => {
                return Err(Stop::Refused((None, vec![Refusal::Known { gift_id: 0 }])));
            }
            Err(error) => return Err(error.into()),
        };
        new.sort_unstable(); // ids rise in the order of the rows; RETURNING promises no order
        ids.append(&mut new);
    }
    Ok(ids)
}

/// A line of the ledger as it would be recorded again, under no name of its own.
pub fn as_new(line: &gift::Model) -> NewGift {
    let nature = Nature::parse(&line.nature).unwrap_or(Nature::Money);
    NewGift {
        donor_id: line.donor_id,
        source: line.source.clone(),
        external_id: String::new(),
        gross: Cents(line.gross_cents),
        fee: Cents(line.fee_cents),
        method: Method::parse(&line.method).filter(|_| nature == Nature::Money),
        nature,
        form: Form::parse(&line.form).unwrap_or(Form::ManualGift),
        campaign: line.campaign.clone(),
        paid_at: line.paid_at,
        provider_credited_on: line.provider_credited_on,
        bank_credited_on: line.bank_credited_on,
        received_on: line.received_on,
        decided: DateBasis::parse(&line.date_basis),
        receipted_elsewhere: line.receipted_elsewhere.clone(),
        dated_as: None,
        import_id: line.import_id,
        note: line.note.clone(),
        purpose: Purpose::parse(&line.purpose).unwrap_or(Purpose::Gift),
        counterpart: Cents(line.counterpart_cents),
        counterpart_what: line.counterpart.clone(),
    }
}

/// Gifts learn the day on which the payment tool paid them out, from a later file. The date of the gift stays what it
/// was resolved to (G1); a gift that knows the day, or that stands on a live receipt or in a closed period (G2), learns nothing. Gives how
/// many learned.
pub async fn learn_payouts(
    tx: &Tx,
    days: &[(i64, chrono::NaiveDate)],
    import_id: i64,
) -> Result<u64, Failure> {
    let closed = super::queries::periods::closed_through(tx.conn()).await?;
    let mut learned = 0;
    for some in days.chunks(AT_ONCE) {
        let ids = || some.iter().map(|(id, _)| *id);
        let standing: Vec<i64> = receipt_line::Entity::find()
            .select_only()
            .column(receipt_line::Column::GiftId)
            .filter(receipt_line::Column::GiftId.is_in(ids()))
            .filter(receipt_line::Column::Live.eq(true))
            .into_tuple()
            .all(tx.conn())
            .await?;
        for (id, day) in some.iter().filter(|(id, _)| !standing.contains(id)) {
            learned += gift::Entity::update_many()
                .col_expr(gift::Column::ProviderCreditedOn, Expr::value(*day))
                .col_expr(gift::Column::LearnedImportId, Expr::value(import_id))
                .filter(gift::Column::Id.eq(*id))
                .filter(gift::Column::ProviderCreditedOn.is_null())
                .filter(Cond::all().add_option(closed.map(|through| gift::Column::GiftDate.gt(through))))
                .exec(tx.conn())
                .await?
                .rows_affected;
        }
    }
    Ok(learned)
}

/// Gifts forget what this file told them of their payouts.
pub async fn forget_payouts(tx: &Tx, import_id: i64) -> Result<(), Failure> {
    gift::Entity::update_many()
        .col_expr(gift::Column::ProviderCreditedOn, Expr::value(Option::<chrono::NaiveDate>::None))
        .col_expr(gift::Column::LearnedImportId, Expr::value(Option::<i64>::None))
        .filter(gift::Column::LearnedImportId.eq(import_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// A person decides which day of a gift counts, where its days fall in two years: the one that counts already, or
/// another, and then the gift is taken back and written anew. Gives the line that stands afterwards.
///
/// # Errors
/// As [`correct`]; [`Refusal::Unknown`] when there is no such gift.
pub async fn decide_date(
    core: &Core,
    tx: &Tx,
    gift_id: i64,
    basis: DateBasis,
) -> Result<i64, Stop<Vec<Refusal>>> {
    let one = |refusal| Stop::Refused(vec![refusal]);
    let line = gift::Entity::find_by_id(gift_id).one(tx.conn()).await?.ok_or(one(Refusal::Unknown))?;
    let stands = if line.date_basis == basis.code() {
        if let Err(refusal) = Stop::split(reversible(tx, gift_id).await)?
            && !matches!(refusal, Refusal::OnReceipt { .. })
        {
            return Err(one(refusal));
        }
        gift_id
    } else {
        let name = first_name(&line.external_id);
        let new = NewGift {
            external_id: format!("{name}#date-{gift_id}"),
            decided: Some(basis),
            import_id: None,
            ..as_new(&line)
        };
        let reason = format!("date décidée : {}", basis.code());
        correct(core, tx, gift_id, &new, &reason).await?
    };
    gift::Entity::update_many()
        .col_expr(gift::Column::DateDecidedBy, Expr::value(tx.actor.name()))
        .col_expr(gift::Column::DateDecidedAt, Expr::value(tx.at))
        .filter(gift::Column::Id.eq(stands))
        .exec(tx.conn())
        .await?;
    tx.audit("gift.decide_date", ("gift", stands), json!({ "basis": basis.code(), "was": line.date_basis }))
        .await?;
    Ok(stands)
}

/// Where a reversal comes from: by hand, or a refund in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Source of the line.
    pub source: String,
    /// Its name there.
    pub external_id: String,
    /// The file it came in.
    pub import_id: Option<i64>,
    /// Why.
    pub cause: Cause,
}

impl Origin {
    /// By hand.
    pub fn hand(gift_id: i64, cause: Cause) -> Self {
        Self { source: HAND.into(), external_id: format!("reversal-{gift_id}"), import_id: None, cause }
    }
}

/// Takes a gift back by a line of opposite amounts on the same date, or today when that date is closed (G2); gives
/// that line's id.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NoReason`], [`Refusal::IsReversal`], [`Refusal::AlreadyReversed`],
/// [`Refusal::OnReceipt`].
pub async fn reverse(core: &Core, tx: &Tx, gift_id: i64, reason: &str) -> Result<i64, Stop<Refusal>> {
    reverse_from(core, tx, gift_id, reason, Origin::hand(gift_id, Cause::Mistake)).await
}

/// The same with another origin: a refund that a payment tool tells of.
///
/// # Errors
/// As [`reverse`], and [`Refusal::Known`] when the ledger has this source and name.
pub async fn reverse_from(
    _core: &Core,
    tx: &Tx,
    gift_id: i64,
    reason: &str,
    from: Origin,
) -> Result<i64, Stop<Refusal>> {
    let line = reversible(tx, gift_id).await?;
    let reason = paragraphs(reason);
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    let closed = super::queries::periods::closed_through(tx.conn()).await?;
    let (gift_date, date_basis) = if closed.is_some_and(|through| line.gift_date <= through) {
        (paris_day(tx.at), DateBasis::Reversed.code().to_owned())
    } else {
        (line.gift_date, line.date_basis)
    };
    let back = gift::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        donor_id: Set(line.donor_id),
        source: Set(from.source.clone()),
        external_id: Set(from.external_id.clone()),
        gross_cents: Set(-line.gross_cents),
        fee_cents: Set(-line.fee_cents),
        net_cents: Set(-line.net_cents),
        method: Set(line.method),
        nature: Set(line.nature),
        form: Set(line.form),
        campaign: Set(line.campaign),
        paid_at: Set(line.paid_at),
        provider_credited_on: Set(line.provider_credited_on),
        bank_credited_on: Set(line.bank_credited_on),
        received_on: Set(line.received_on),
        gift_date: Set(gift_date),
        date_basis: Set(date_basis),
        receipted_elsewhere: Set(None),
        reverses_id: Set(Some(gift_id)),
        import_id: Set(from.import_id),
        note: Set(reason.clone()),
        created_at: Set(tx.at),
        learned_import_id: Set(None),
        date_decided_by: Set(None),
        date_decided_at: Set(None),
        purpose: Set(line.purpose),
        counterpart_cents: Set(-line.counterpart_cents),
        counterpart: Set(line.counterpart),
        cause: Set(Some(from.cause.code().into())),
    };
    let Some(id) = insert(tx, back).await? else {
        return Err(Stop::Refused(known(tx, &from.source, &from.external_id).await?));
    };
    let detail =
        json!({ "by": id, "gross": -line.gross_cents, "reason": reason, "cause": from.cause.code() });
    tx.audit("gift.reverse", ("gift", gift_id), detail).await?;
    Ok(id)
}

/// Corrects a gift: takes it back and writes the right one, together or not at all; gives the new line's id.
///
/// # Errors
/// As [`reverse`] and [`record`].
pub async fn correct(
    core: &Core,
    tx: &Tx,
    gift_id: i64,
    new: &NewGift,
    reason: &str,
) -> Result<i64, Stop<Vec<Refusal>>> {
    let back = match Stop::split(reverse(core, tx, gift_id, reason).await)? {
        Ok(back) => back,
        Err(refusal) => return Err(Stop::Refused(vec![refusal])),
    };
    let was = gift::Entity::find_by_id(gift_id).one(tx.conn()).await?;
    let external_id = if new.source == HAND { instead_of(gift_id) } else { new.external_id.clone() };
    let new = NewGift { external_id, dated_as: was.map(|line| line.source), ..new.clone() };
    let id = record(core, tx, &new).await?;
    proofs::carry(tx, gift_id, id).await?;
    tx.audit("gift.correct", ("gift", gift_id), json!({ "reversal": back, "new": id })).await?;
    Ok(id)
}

/// The line, held until the transaction ends, if it may be taken back.
async fn reversible(tx: &Tx, gift_id: i64) -> Result<gift::Model, Stop<Refusal>> {
    let found = gift::Entity::find_by_id(gift_id).lock_exclusive().one(tx.conn()).await?;
    let line = found.ok_or(Stop::Refused(Refusal::Unknown))?;
    if line.reverses_id.is_some() {
        return Err(Stop::Refused(Refusal::IsReversal));
    }
    let by = gift::Entity::find().filter(gift::Column::ReversesId.eq(gift_id)).one(tx.conn()).await?;
    if let Some(by) = by {
        return Err(Stop::Refused(Refusal::AlreadyReversed { by: by.id }));
    }
    let standing = receipt_line::Entity::find()
        .filter(receipt_line::Column::GiftId.eq(gift_id))
        .filter(receipt_line::Column::Live.eq(true))
        .one(tx.conn())
        .await?;
    if let Some(standing) = standing {
        let on = receipt::Entity::find_by_id(standing.receipt_id).one(tx.conn()).await?;
        let number = on.map(|r| r.number).unwrap_or_default();
        return Err(Stop::Refused(Refusal::OnReceipt { number }));
    }
    Ok(line)
}

/// The id, or none when another line has this source and name. A unique violation is not waited for: on
/// PostgreSQL it would end the transaction.
async fn insert(tx: &Tx, row: gift::ActiveModel) -> Result<Option<i64>, Failure> {
    let insert = gift::Entity::insert_many([row])
        .on_conflict_do_nothing_on([gift::Column::Source, gift::Column::ExternalId]);
    match insert.exec_with_returning_keys(tx.conn()).await? {
        TryInsertResult::Inserted(ids) => Ok(ids.first().copied()),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(None),
    }
}

async fn known(tx: &Tx, source: &str, external_id: &str) -> Result<Refusal, Failure> {
    let line = gift::Entity::find()
        .filter(gift::Column::Source.eq(source))
        .filter(gift::Column::ExternalId.eq(external_id))
        .one(tx.conn())
        .await?;
    Ok(Refusal::Known { gift_id: line.map(|l| l.id).unwrap_or_default() })
}

fn row(tx: &Tx, new: &NewGift, line: &GiftLine) -> gift::ActiveModel {
    let external_id = match (new.source.as_str(), new.external_id.as_str()) {
        (HAND, "") => format!("hand-{}", token()),
        (_, name) => name.to_owned(),
    };
    gift::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        donor_id: Set(new.donor_id),
        source: Set(new.source.clone()),
        external_id: Set(external_id),
        gross_cents: Set(line.gross.0),
        fee_cents: Set(line.fee.0),
        net_cents: Set(line.net.0),
        method: Set(line.method.unwrap_or(Method::Other).code().into()),
        nature: Set(line.nature.code().into()),
        form: Set(line.form.code().into()),
        campaign: Set(new.campaign.clone()),
        paid_at: Set(new.paid_at),
        provider_credited_on: Set(new.provider_credited_on),
        bank_credited_on: Set(new.bank_credited_on),
        received_on: Set(new.received_on),
        gift_date: Set(line.resolved.date),
        date_basis: Set(line.resolved.basis.code().into()),
        receipted_elsewhere: Set(new.receipted_elsewhere.clone()),
        reverses_id: Set(None),
        import_id: Set(new.import_id),
        note: Set(new.note.clone()),
        created_at: Set(tx.at),
        learned_import_id: Set(None),
        date_decided_by: Set(None),
        date_decided_at: Set(None),
        purpose: Set(new.purpose.code().into()),
        counterpart_cents: Set(line.counterpart.0),
        counterpart: Set(new.counterpart_what.clone()),
        cause: Set(None),
    }
}
