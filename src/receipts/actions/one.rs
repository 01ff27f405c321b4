//! One receipt: issued to one donor, drawn again, copied, sent, cancelled, replaced.

use chrono::Datelike;
use entities::{receipt, receipt_line};
use rules::dates::paris_day;
use rules::receipt::plan::Draft;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::press::{Issued, Press, Style};
use super::{Refusal, mails};
use crate::accounts::association;
use crate::donors;
use crate::platform::{Core, Failure, Stop, Tx};
use crate::receipts::paper;
use crate::receipts::queries::batch::{self, Batch, How};
use crate::receipts::queries::register;

/// Longest reason kept, in characters.
const REASON: usize = 300;

/// Receipts for one donor.
#[derive(Debug, Clone, Copy)]
pub struct IssueOne {
    /// `donor.id`.
    pub donor_id: i64,
    /// Calendar year of the gifts.
    pub year: i32,
    /// The donor lives abroad and asked for it.
    pub abroad: bool,
    /// Send it by mail where that is the donor's route.
    pub mails: bool,
}

/// Issues what one donor has not yet had for a year; somebody asked for it, so "no receipt" does not count.
pub async fn issue_one(core: &Core, tx: &Tx, command: IssueOne) -> Result<Vec<Issued>, Stop<Refusal>> {
    if command.year > paris_day(tx.at).year() {
        return Err(Stop::Refused(Refusal::FutureYear(command.year)));
    }
    let press = Press::lock(tx).await?;
    let abroad = command.abroad || press.identity.receipts_abroad;
    let batch = page_of(tx, &press, command.donor_id, command.year, abroad).await?;
    let drafts = drafts_of(&batch)?;
    let (issued, refused) = press.issue(core, tx, drafts, &Style::default()).await?;
    if issued.is_empty() {
        return Err(Stop::Refused(Refusal::Nothing(refused.into_iter().map(|(_, why)| why).collect())));
    }
    if command.mails {
        mails::announce(core, tx, &batch, &issued).await?;
    }
    Ok(issued)
}

async fn page_of(
    tx: &Tx,
    press: &Press,
    donor_id: i64,
    year: i32,
    abroad: bool,
) -> Result<Batch, Stop<Refusal>> {
    let facts = association::for_receipts(&press.identity);
    let how = How { locked: true, abroad, asked: true };
    let batch = batch::of_donor(tx.conn(), year, &facts, donor_id, how).await?;
    batch.ok_or(Stop::Refused(Refusal::NoSuchDonor))
}

fn drafts_of(batch: &Batch) -> Result<Vec<Draft>, Stop<Refusal>> {
    let drafts: Vec<Draft> = batch.planned.iter().flat_map(|planned| planned.drafts.clone()).collect();
    if drafts.is_empty() {
        let reasons = batch.planned.iter().flat_map(|planned| planned.reasons.clone()).collect();
        return Err(Stop::Refused(Refusal::Nothing(reasons)));
    }
    Ok(drafts)
}

/// Cancels a receipt: the row stays, its lines are free again, the donor is told.
pub async fn cancel(core: &Core, tx: &Tx, number: &str, reason: &str) -> Result<(), Stop<Refusal>> {
    let old = take_back(tx, number, reason).await?;
    Ok(tell(core, tx, &old, reason.trim()).await?)
}

/// Tells the donor by mail that a receipt is cancelled.
async fn tell(core: &Core, tx: &Tx, old: &receipt::Model, reason: &str) -> Result<(), Failure> {
    let conn = tx.conn();
    let to_addr = register::main_mail(conn, old.donor_id).await?;
    if let (Some(donor), Some(to_addr)) = (donors::queries::get(conn, old.donor_id).await?, to_addr) {
        mails::tell_cancelled(core, tx, &donor, &to_addr, (old, reason)).await?;
    }
    Ok(())
}

/// Marks a receipt cancelled and frees its lines.
async fn take_back(tx: &Tx, number: &str, reason: &str) -> Result<receipt::Model, Stop<Refusal>> {
    let reason: String = reason.trim().chars().take(REASON).collect();
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    let old = known(tx, number).await?;
    let done = receipt::Entity::update_many()
        .col_expr(receipt::Column::State, Expr::value("cancelled"))
        .col_expr(receipt::Column::CancelledAt, Expr::value(tx.at))
        .col_expr(receipt::Column::CancelledBy, Expr::value(tx.actor.name()))
        .col_expr(receipt::Column::CancelReason, Expr::value(reason.clone()))
        .filter(receipt::Column::Id.eq(old.id))
        .filter(receipt::Column::State.eq("issued"))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::AlreadyCancelled(old.number)));
    }
    receipt_line::Entity::update_many()
        .col_expr(receipt_line::Column::Live, Expr::value(false))
        .filter(receipt_line::Column::ReceiptId.eq(old.id))
        .exec(tx.conn())
        .await?;
    let detail =
        json!({ "number": old.number, "reason": reason, "cents": old.amount_cents, "was": "issued" });
    tx.audit("receipt.cancel", ("receipt", old.id), detail).await?;
    Ok(old)
}

async fn known(tx: &Tx, number: &str) -> Result<receipt::Model, Stop<Refusal>> {
    let found = register::by_number(tx.conn(), number).await?;
    found.ok_or_else(|| Stop::Refused(Refusal::NoSuchNumber(number.to_owned())))
}

/// Cancels a receipt and issues another from the lines and the record as they stand now, in one transaction:
/// the new one says which it replaces. Of several that could be issued, the one that shares a gift with the
/// old one is taken.
pub async fn replace(core: &Core, tx: &Tx, number: &str, reason: &str) -> Result<Issued, Stop<Refusal>> {
    let press = Press::lock(tx).await?;
    let old = take_back(tx, number, reason).await?;
    renewed(core, tx, press, &old, None).await
}

/// Cancels a receipt whose gift goes back; [`renew`] follows. Who issues receipts waits from here on.
pub(super) async fn free(tx: &Tx, number: &str, reason: &str) -> Result<(), Stop<Refusal>> {
    // What lacks keeps it from being issued anew, not from being cancelled.
    let _held = Stop::split(Press::lock(tx).await)?;
    take_back(tx, number, reason).await.map(|_| ())
}

/// Issues what is left of a receipt that was freed, or tells the donor that it is cancelled.
pub(super) async fn renew(
    core: &Core,
    tx: &Tx,
    number: &str,
    left: Option<i64>,
) -> Result<Option<Issued>, Failure> {
    let Some(old) = register::by_number(tx.conn(), number).await? else { return Ok(None) };
    let again = match Stop::split(Press::lock(tx).await)? {
        Ok(press) => Stop::split(renewed(core, tx, press, &old, Some(left)).await)?,
        Err(lacks) => Err(lacks),
    };
    if let Ok(issued) = again {
        return Ok(Some(issued));
    }
    tell(core, tx, &old, old.cancel_reason.as_deref().unwrap_or_default()).await?;
    Ok(None)
}

/// Issues the receipt that takes the place of one. `went` is told when a gift of it went back, with the line of what is
/// left of that gift: then only a receipt for lines of the old one, or for what is left, takes its place.
async fn renewed(
    core: &Core,
    tx: &Tx,
    press: Press,
    old: &receipt::Model,
    went: Option<Option<i64>>,
) -> Result<Issued, Stop<Refusal>> {
    let facts = register::facts(old)?;
    let batch = page_of(tx, &press, old.donor_id, old.gift_year, true).await?;
    let mut drafts = drafts_of(&batch)?;
    drafts.retain(|draft| draft.preview().natures == facts.natures);
    let rest = went.flatten();
    let own = |id: i64| rest == Some(id) || facts.lines.iter().any(|line| line.gift_id == id);
    let mut at = drafts.iter().position(|draft| draft.gift_ids().any(own));
    if went.is_none() && !drafts.is_empty() {
        at = at.or(Some(0));
    }
    let Some(at) = at else { return Err(Stop::Refused(Refusal::Nothing(Vec::new()))) };
    let style = Style { run_id: None, replaces: Some((old.id, old.number.clone())) };
    let (issued, refused) = press.issue(core, tx, vec![drafts.swap_remove(at)], &style).await?;
    let Some(new) = issued.first().cloned() else {
        return Err(Stop::Refused(Refusal::Nothing(refused.into_iter().map(|(_, why)| why).collect())));
    };
    mails::announce(core, tx, &batch, &issued).await?;
    Ok(new)
}

/// Sends a receipt to its donor by mail (again), whatever their route.
pub async fn send(core: &Core, tx: &Tx, number: &str) -> Result<(), Stop<Refusal>> {
    let row = known(tx, number).await?;
    if row.state != "issued" {
        return Err(Stop::Refused(Refusal::AlreadyCancelled(row.number)));
    }
    let donor =
        donors::queries::get(tx.conn(), row.donor_id).await?.ok_or(Stop::Refused(Refusal::NoSuchDonor))?;
    let to_addr = register::main_mail(tx.conn(), row.donor_id).await?;
    let replaces = register::facts(&row)?.replaces;
    let one = Issued {
        id: row.id,
        number: row.number,
        donor_id: row.donor_id,
        cents: row.amount_cents,
        gift_year: row.gift_year,
        pdf_sha256: row.pdf_sha256,
        replaces,
    };
    mails::send_one(core, tx, &donor, to_addr, &one).await?;
    tx.audit("receipt.send", ("receipt", one.id), json!({ "number": one.number })).await?;
    Ok(())
}

/// A copy, marked DUPLICATA with today's date: the same number, never a new one.
pub async fn duplicate(core: &Core, tx: &Tx, number: &str) -> Result<Vec<u8>, Stop<Refusal>> {
    let row = known(tx, number).await?;
    original(core, &row).await?;
    let facts = register::facts(&row)?;
    let png = paper::signature(core, facts.signer.image_sha256.as_deref()).await?;
    let pdf = paper::drawn(facts, png, Some(paris_day(tx.at)), row.cancel_reason.clone()).await?;
    tx.audit("receipt.duplicate", ("receipt", row.id), json!({ "number": row.number })).await?;
    Ok(pdf)
}

/// The paper as it was issued, byte for byte.
///
/// # Errors
/// A failure that says so when today's program draws other bytes than those that were frozen (R3).
pub async fn original(core: &Core, row: &receipt::Model) -> Result<Vec<u8>, Failure> {
    let facts = register::facts(row)?;
    let png = paper::signature(core, facts.signer.image_sha256.as_deref()).await?;
    let pdf = paper::drawn(facts, png, None, None).await?;
    let sha256 = paper::sha256(&pdf);
    if sha256 != row.pdf_sha256 {
        return Err(Failure::new(format!(
            "{}: the paper drawn now ({sha256}) is not the one that was issued ({})",
            row.number, row.pdf_sha256
        )));
    }
    Ok(pdf)
}

/// The paper to hand out: the original, or the original marked ANNULÉ with the reason.
pub async fn paper_of(core: &Core, row: &receipt::Model) -> Result<Vec<u8>, Failure> {
    let plain = original(core, row).await?;
    let Some(reason) = row.cancel_reason.clone() else { return Ok(plain) };
    let facts = register::facts(row)?;
    let png = paper::signature(core, facts.signer.image_sha256.as_deref()).await?;
    paper::drawn(facts, png, None, Some(reason)).await
}
