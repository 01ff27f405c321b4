//! A run: the receipts of a year, a page of donors in each transaction. It can be stopped anywhere: run again,
//! it issues what is left. Two at once wait for each other at the series and never give a line twice.

use chrono::Datelike;
use entities::receipt_run;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::press::{Issued, Press, Style, complete};
use super::{Refusal, mails};
use crate::accounts::association;
use crate::platform::failure::is_unique_violation;
use crate::platform::{Actor, Core, Failure, Stop, Tx, jobs};
use crate::receipts::queries::batch::{self, How};
use crate::receipts::queries::register::{self, INDIVIDUAL};

/// Donors of one transaction: short enough that other writers get their turn.
const AT_ONCE: u64 = 250;
/// Tries of one transaction when another issuer took a line first.
const TRIES: u32 = 5;
/// Kind of the job.
pub const JOB: &str = "receipts.run";

/// A run to begin, or to go on with.
#[derive(Debug, Clone, Copy)]
pub struct StartRun {
    /// Calendar year of the gifts.
    pub year: i32,
    /// Receipts expected, for the progress; 0 if not known.
    pub planned: i64,
}

/// What one transaction of a run did.
#[derive(Debug)]
pub struct Step {
    /// Receipts issued.
    pub issued: Vec<Issued>,
    /// Donors with gifts in the year who got none in it, and are not done.
    pub left_out: i64,
    /// Where the next begins.
    last: i64,
}

/// What a whole run did.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// `receipt_run.id`.
    pub run_id: i64,
    /// Receipts issued.
    pub issued: i64,
    /// Their sum, cents.
    pub cents: i64,
    /// Donors left out.
    pub left_out: i64,
    /// First number.
    pub first: Option<String>,
    /// Last number.
    pub last: Option<String>,
}

/// Begins a run, or goes on with the one of that year that did not end.
pub async fn start_run(tx: &Tx, command: StartRun) -> Result<i64, Stop<Refusal>> {
    complete(association::get(tx.conn()).await?)?;
    if command.year > rules::dates::paris_day(tx.at).year() {
        return Err(Stop::Refused(Refusal::FutureYear(command.year)));
    }
    batch::days(command.year).map_err(|_| Stop::Refused(Refusal::FutureYear(command.year)))?;
    let under_way = receipt_run::Entity::find()
        .filter(receipt_run::Column::Kind.eq(INDIVIDUAL))
        .filter(receipt_run::Column::GiftYear.eq(command.year))
        .filter(receipt_run::Column::State.eq("running"));
    if let Some(run) = under_way.one(tx.conn()).await? {
        return Ok(run.id);
    }
    let row = receipt_run::ActiveModel {
        kind: Set(INDIVIDUAL.into()),
        gift_year: Set(command.year),
        state: Set("running".into()),
        planned: Set(Ord::max(command.planned, 0)),
        issued: Set(0),
        left_out: Set(0),
        cents: Set(0),
        started_by: Set(tx.actor.name()),
        started_at: Set(tx.at),
        ..Default::default()
    };
    let id = receipt_run::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("receipt.run", ("receipt_run", id), json!({ "gift_year": command.year })).await?;
    Ok(id)
}

/// Begins a run and leaves it to the worker. Gives the run.
pub async fn ask_run(tx: &Tx, command: StartRun, with_mails: bool) -> Result<i64, Stop<Refusal>> {
    let run_id = start_run(tx, command).await?;
    let by = match &tx.actor {
        Actor::Member { id, name } => json!({ "id": id, "name": name }),
        _ => json!(null),
    };
    let payload = json!({ "run": run_id, "mails": with_mails, "by": by });
    jobs::ask(tx, JOB, &payload, Some(&format!("{JOB} {run_id}"))).await?;
    Ok(run_id)
}

/// Issues what is left of a run's year, in the name of `by`; tells `told` after each transaction.
pub async fn issue_run(
    core: &Core,
    by: &Actor,
    run_id: i64,
    with_mails: bool,
    told: &mut (dyn FnMut(&Step) + Send),
) -> Result<Done, Stop<Refusal>> {
    let run = register::run(core.db.read(), run_id).await?.ok_or(Stop::Refused(Refusal::NoSuchRun))?;
    let mut done = Done { run_id, ..Default::default() };
    let mut after = 0;
    loop {
        let step = match step(core, by, &run, after, with_mails).await {
            Err(Stop::Refused(refusal)) => {
                end(core, by, &done, "stopped").await?;
                return Err(Stop::Refused(refusal));
            }
            other => other?,
        };
        let Some(step) = step else { break };
        after = step.last;
        done.issued += i64::try_from(step.issued.len()).unwrap_or_default();
        done.cents += step.issued.iter().map(|one| one.cents).sum::<i64>();
        done.left_out += step.left_out;
        done.first = done.first.or_else(|| step.issued.first().map(|one| one.number.clone()));
        done.last = step.issued.last().map(|one| one.number.clone()).or(done.last);
        told(&step);
    }
    end(core, by, &done, "done").await?;
    Ok(done)
}

/// One transaction, tried again when somebody else was first with one of its lines.
async fn step(
    core: &Core,
    by: &Actor,
    run: &receipt_run::Model,
    after: i64,
    with_mails: bool,
) -> Result<Option<Step>, Stop<Refusal>> {
    let mut tries = 0;
    loop {
        tries += 1;
        let tx = Tx::begin(core, by.clone()).await?;
        match try_step(core, &tx, run, after, with_mails).await {
            Err(Stop::Failed(Failure::Db(error))) if is_unique_violation(&error) && tries < TRIES => {}
            Err(stop) => return Err(stop),
            Ok(done) => {
                tx.commit().await?;
                return Ok(done);
            }
        }
    }
}

async fn try_step(
    core: &Core,
    tx: &Tx,
    run: &receipt_run::Model,
    after: i64,
    with_mails: bool,
) -> Result<Option<Step>, Stop<Refusal>> {
    let press = Press::lock(tx).await?;
    let facts = association::for_receipts(&press.identity);
    let how = How { locked: true, abroad: press.identity.receipts_abroad, asked: false };
    let page = batch::after(tx.conn(), run.gift_year, &facts, (after, AT_ONCE), how).await?;
    let Some(page) = page else { return Ok(None) };
    let drafts = page.planned.iter().flat_map(|planned| planned.drafts.clone()).collect();
    let style = Style { run_id: Some(run.id), replaces: None };
    let (issued, refused) = press.issue(core, tx, drafts, &style).await?;
    if with_mails {
        mails::announce(core, tx, &page, &issued).await?;
    }
    let waiting =
        |reasons: &[crate::receipts::why::Why]| !reasons.is_empty() && !reasons.iter().all(|w| w.is_done());
    let left = page.planned.iter().filter(|planned| waiting(&planned.reasons)).count() + refused.len();
    count(tx, run.id, &issued).await?;
    Ok(Some(Step { issued, left_out: i64::try_from(left).unwrap_or_default(), last: page.last }))
}

async fn count(tx: &Tx, run_id: i64, issued: &[Issued]) -> Result<(), Failure> {
    if issued.is_empty() {
        return Ok(());
    }
    let receipts = i64::try_from(issued.len()).unwrap_or_default();
    let cents: i64 = issued.iter().map(|one| one.cents).sum();
    receipt_run::Entity::update_many()
        .col_expr(receipt_run::Column::Issued, Expr::col(receipt_run::Column::Issued).add(receipts))
        .col_expr(receipt_run::Column::Cents, Expr::col(receipt_run::Column::Cents).add(cents))
        .filter(receipt_run::Column::Id.eq(run_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn end(core: &Core, by: &Actor, done: &Done, state: &str) -> Result<(), Failure> {
    let tx = Tx::begin(core, by.clone()).await?;
    let ended = receipt_run::Entity::update_many()
        .col_expr(receipt_run::Column::State, Expr::value(state))
        .col_expr(receipt_run::Column::LeftOut, Expr::value(done.left_out))
        .col_expr(receipt_run::Column::EndedAt, Expr::value(tx.at))
        .filter(receipt_run::Column::Id.eq(done.run_id))
        .filter(receipt_run::Column::State.eq("running"))
        .exec(tx.conn())
        .await?;
    if ended.rows_affected == 1 {
        let detail =
            json!({ "state": state, "issued": done.issued, "cents": done.cents, "left_out": done.left_out });
        tx.audit("receipt.run_end", ("receipt_run", done.run_id), detail).await?;
    }
    tx.commit().await?;
    Ok(())
}
