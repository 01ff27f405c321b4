//! A gift goes back, whole or in part, with the receipt that it stands on.

use entities::gift;
use rules::fold::paragraphs;
use rules::gift::Cause;
use rules::money::Cents;
use sea_orm::EntityTrait;
use serde_json::json;

use super::proofs::{self, NewProof};
use super::{Origin, as_new, record, reverse_from};
use crate::donations::line::{NewGift, Refusal};
use crate::donations::queries::chain::first_name;
use crate::donations::queries::on_receipts;
use crate::platform::{Core, Stop, Tx};

/// What goes back, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBack {
    /// The line.
    pub gift_id: i64,
    /// Why.
    pub cause: Cause,
    /// How much, above zero; none for the whole.
    pub back: Option<Cents>,
    /// The reason in words.
    pub reason: String,
    /// The live receipt that goes with it, as the person saw it.
    pub receipt: Option<String>,
    /// The letter or the notice that tells it.
    pub proof: NewProof,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// The line that takes it back.
    pub reversal: i64,
    /// The line of what is left, when only a part went back.
    pub left: Option<i64>,
    /// The receipt that was cancelled.
    pub cancelled: Option<String>,
    /// The receipt that replaces it, once issued by [`renew`].
    pub replaced_by: Option<String>,
}

/// Takes a gift back by a reversal, writes what is left of it as a line of its own under the same date, and cancels the
/// receipt that it stands on and issues what remains of it, together or not at all. The donor is told of the receipt.
///
/// # Errors
/// As [`super::reverse`]; [`Refusal::OnReceipt`] when the person did not see the receipt that stands,
/// [`Refusal::OtherReceipt`] when another one stands by now, [`Refusal::BackOutOfBounds`], [`Refusal::PeriodClosed`] when
/// what is left would be written in a closed period.
pub async fn give_back(core: &Core, tx: &Tx, command: &GiveBack) -> Result<GivenBack, Stop<Refusal>> {
    let mut done = take(core, tx, command).await?;
    if let Some(number) = &done.cancelled {
        done.replaced_by = core.registrar()?.renew(core, tx, number, done.left).await?;
    }
    Ok(done)
}

/// The same without the new receipt: what is shown before it is done.
pub(in crate::donations) async fn take(
    core: &Core,
    tx: &Tx,
    command: &GiveBack,
) -> Result<GivenBack, Stop<Refusal>> {
    let GiveBack { gift_id, cause, .. } = *command;
    let reason = paragraphs(&command.reason);
    let line = gift::Entity::find_by_id(gift_id).one(tx.conn()).await?;
    let line = line.ok_or(Stop::Refused(Refusal::Unknown))?;
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    let gross = Cents(line.gross_cents);
    let back = command.back.unwrap_or(gross);
    if line.reverses_id.is_none() && (back <= Cents::ZERO || back > gross) {
        return Err(Stop::Refused(Refusal::BackOutOfBounds { gross }));
    }
    // The receipt first: who issues receipts holds their series before the lines.
    let standing = on_receipts(tx.conn(), vec![gift_id]).await?.remove(&gift_id);
    let cancelled = match (standing, &command.receipt) {
        (Some(number), Some(seen)) if number == *seen => {
            if !core.registrar()?.free(core, tx, &number, &reason).await? {
                return Err(Stop::Refused(Refusal::OtherReceipt));
            }
            Some(number)
        }
        (Some(number), None) => return Err(Stop::Refused(Refusal::OnReceipt { number })),
        (_, Some(_)) => return Err(Stop::Refused(Refusal::OtherReceipt)),
        (None, None) => None,
    };
    let reversal = reverse_from(core, tx, gift_id, &reason, Origin::hand(gift_id, cause)).await?;
    let left = if back < gross { Some(keep_the_rest(core, tx, &line, back).await?) } else { None };
    if !command.proof.is_empty() {
        proofs::add(core, tx, reversal, &command.proof).await?;
    }
    let detail = json!({ "reversal": reversal, "left": left, "back": back, "receipt": cancelled });
    tx.audit("gift.give_back", ("gift", gift_id), detail).await?;
    Ok(GivenBack { reversal, left, cancelled, replaced_by: None })
}

async fn keep_the_rest(core: &Core, tx: &Tx, line: &gift::Model, back: Cents) -> Result<i64, Stop<Refusal>> {
    let name = first_name(&line.external_id);
    let rest = NewGift {
        external_id: format!("{name}#left-{}", line.id),
        import_id: None,
        dated_as: Some(line.source.clone()),
        ..rest_of(line, back)
    };
    match Stop::split(record(core, tx, &rest).await)? {
        Ok(id) => {
            proofs::carry(tx, line.id, id).await?;
            Ok(id)
        }
        Err(why) => Err(Stop::Refused(why.into_iter().next().unwrap_or(Refusal::Unknown))),
    }
}

/// What is left of a line when `back` of it went back: the same gift, smaller. A fee is kept as far as it fits; so is what
/// was given in return.
pub fn rest_of(line: &gift::Model, back: Cents) -> NewGift {
    let gross = Cents(line.gross_cents - back.0);
    NewGift {
        gross,
        fee: gross.min(Cents(line.fee_cents)),
        counterpart: gross.min(Cents(line.counterpart_cents)),
        ..as_new(line)
    }
}
