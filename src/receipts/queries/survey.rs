//! What a run would give, and the bridge from the ledger of a year to its receipts (law R1).

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use entities::{audit, gift};
use rules::receipt::{Mention, missing_in_association};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::batch::{self, Batch, How, Planned};
use crate::accounts::association;
use crate::platform::{Core, Failure};
use crate::receipts::why::Why;

/// Donors read at once.
const AT_ONCE: u64 = 1000;
/// Donors shown under each reason.
pub const SHOWN: usize = 20;

/// Lines and their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub lines: i64,
    /// Cents.
    pub cents: i64,
}

impl Sum {
    fn add(&mut self, cents: i64) {
        self.lines += 1;
        self.cents += cents;
    }
}

/// A donor who would get receipts, or none.
#[derive(Debug, Clone)]
pub struct Someone {
    /// `donor.id`.
    pub donor_id: i64,
    /// Name as said to people.
    pub name: String,
    /// Amount to be receipted, or left out.
    pub cents: i64,
    /// Receipts to issue.
    pub receipts: usize,
    /// Gifts on them.
    pub lines: usize,
    /// Why there is none.
    pub reasons: Vec<Why>,
    /// Leaves by mail, by post, or has no address to send to.
    pub route: Route,
}

/// How a receipt reaches the donor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// By mail.
    Mail,
    /// To be printed: the donor asked for it, or has no mail address.
    Post,
}

/// What stands behind one reason.
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// Donors concerned.
    pub donors: i64,
    /// Their lines left out for it.
    pub sum: Sum,
    /// The first of them.
    pub first: Vec<Someone>,
}

/// The whole.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Calendar year of the gifts.
    pub year: i32,
    /// What the association lacks; nothing can be issued until it is empty.
    pub lacks: Vec<Mention>,
    /// Donors who get receipts.
    pub donors: i64,
    /// Receipts to issue.
    pub receipts: i64,
    /// Gifts on them.
    pub to_issue: Sum,
    /// Of the receipts, how many are to be printed.
    pub to_print: i64,
    /// Gifts that stand on live receipts already.
    pub done: Sum,
    /// By code of reason.
    pub left: BTreeMap<&'static str, Left>,
    /// Gifts without a donor.
    pub anonymous: Sum,
    /// Every line of the year.
    pub ledger: Sum,
}

impl Survey {
    /// Cents of the ledger that stand nowhere: always zero, or the bridge is broken.
    pub fn gap(&self) -> i64 {
        let left: i64 = self.left.values().map(|left| left.sum.cents).sum();
        self.ledger.cents - self.to_issue.cents - self.done.cents - left - self.anonymous.cents
    }
}

/// How a donor's receipt reaches them.
pub fn route(batch: &Batch, donor_id: i64) -> Route {
    let by_mail = batch.donors.get(&donor_id).is_some_and(|donor| donor.receipt_route == "mail");
    if by_mail && batch.mails.contains_key(&donor_id) { Route::Mail } else { Route::Post }
}

/// A donor's name as said to people.
pub fn name(batch: &Batch, donor_id: i64) -> String {
    batch.donors.get(&donor_id).map(crate::receipts::queries::register::name_of).unwrap_or_default()
}

/// Surveys kept, by installation and year, with the last line of the audit when they were made.
type Kept = HashMap<(PathBuf, i32), ((i64, NaiveDate), Arc<Survey>)>;

/// The survey for a page. Every change leaves an audit line (law S2): while the last line is the same, so is the
/// survey, and a page does not walk 100,000 donors again.
pub async fn kept(core: &Core, year: i32) -> Result<Arc<Survey>, Failure> {
    static KEPT: Mutex<Option<Kept>> = Mutex::new(None);
    let last: Option<Option<i64>> = audit::Entity::find()
        .select_only()
        .expr(audit::Column::Id.max())
        .into_tuple()
        .one(core.db.read())
        .await?;
    let key = (core.config.data_dir.clone(), year);
    let stamp = (last.flatten().unwrap_or_default(), core.clock.today());
    let same = |kept: &Kept| kept.get(&key).filter(|(at, _)| *at == stamp).map(|(_, survey)| survey.clone());
    if let Some(found) = KEPT.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(same) {
        return Ok(found);
    }
    let fresh = Arc::new(survey(core, year, |_| {}).await?);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if kept.len() > 16 {
        kept.clear();
    }
    kept.insert(key, (stamp, fresh.clone()));
    Ok(fresh)
}

/// Walks every donor; each one that gets or lacks receipts is told to `each` as well.
pub async fn survey(core: &Core, year: i32, mut each: impl FnMut(&Someone)) -> Result<Survey, Failure> {
    let conn = core.db.read();
    let mut found = Survey { year, ..Default::default() };
    let Some(identity) = association::get(conn).await? else {
        found.lacks = missing_in_association(&rules::receipt::input::Association::default());
        return Ok(found);
    };
    let facts = association::for_receipts(&identity);
    found.lacks = missing_in_association(&facts);
    found.ledger = sum(core, year, Condition::all()).await?;
    found.anonymous = sum(core, year, Condition::all().add(gift::Column::DonorId.is_null())).await?;
    let how = How { abroad: identity.receipts_abroad, ..Default::default() };
    let mut at = 0;
    while let Some(batch) = batch::after(conn, year, &facts, (at, AT_ONCE), how).await? {
        at = batch.last;
        for planned in &batch.planned {
            let someone = someone(&batch, planned);
            count(&mut found, &batch, planned, &someone);
            each(&someone);
        }
    }
    Ok(found)
}

/// A page of donors for whom `wanted` holds, after `after`; the last id to go on from, if there are more.
pub async fn some(
    core: &Core,
    year: i32,
    after: i64,
    size: usize,
    wanted: impl Fn(&Someone) -> bool,
) -> Result<(Vec<Someone>, Option<i64>), Failure> {
    let conn = core.db.read();
    let Some(identity) = association::get(conn).await? else { return Ok((Vec::new(), None)) };
    let facts = association::for_receipts(&identity);
    let how = How { abroad: identity.receipts_abroad, ..Default::default() };
    let (mut at, mut found) = (after, Vec::new());
    while let Some(batch) = batch::after(conn, year, &facts, (at, AT_ONCE), how).await? {
        at = batch.last;
        for planned in &batch.planned {
            let one = someone(&batch, planned);
            if !wanted(&one) {
                continue;
            }
            if found.len() == size {
                return Ok((found.clone(), found.last().map(|one| one.donor_id)));
            }
            found.push(one);
        }
    }
    Ok((found, None))
}

fn someone(batch: &Batch, planned: &Planned) -> Someone {
    let to_issue: i64 = planned.drafts.iter().map(|draft| draft.amount().0).sum();
    let left = || planned.left_lines.iter().filter_map(|(id, _)| batch.cents.get(id)).sum::<i64>();
    Someone {
        donor_id: planned.donor_id,
        name: name(batch, planned.donor_id),
        cents: if planned.drafts.is_empty() { left() } else { to_issue },
        receipts: planned.drafts.len(),
        lines: planned.drafts.iter().map(|draft| draft.gift_ids().count()).sum(),
        reasons: planned.reasons.clone(),
        route: route(batch, planned.donor_id),
    }
}

fn count(found: &mut Survey, batch: &Batch, planned: &Planned, someone: &Someone) {
    if !planned.drafts.is_empty() {
        let receipts = i64::try_from(planned.drafts.len()).unwrap_or(i64::MAX);
        found.donors += 1;
        found.receipts += receipts;
        found.to_issue.lines += i64::try_from(someone.lines).unwrap_or(i64::MAX);
        found.to_issue.cents += someone.cents;
        if someone.route == Route::Post {
            found.to_print += receipts;
        }
    }
    let mut codes: Vec<&'static str> = Vec::new();
    for (id, why) in &planned.left_lines {
        let cents = batch.cents.get(id).copied().unwrap_or_default();
        if matches!(why.code(), "already_receipted" | "reversed_after_receipt") {
            found.done.add(cents);
        }
        if why.is_done() {
            continue;
        }
        let left = found.left.entry(why.code()).or_default();
        if why.code() != "reversed_after_receipt" {
            left.sum.add(cents);
        }
        if !codes.contains(&why.code()) {
            codes.push(why.code());
            left.donors += 1;
            if left.first.len() < SHOWN {
                let reasons =
                    if planned.reasons.is_empty() { vec![why.clone()] } else { planned.reasons.clone() };
                left.first.push(Someone { reasons, ..someone.clone() });
            }
        }
    }
}

async fn sum(core: &Core, year: i32, which: Condition) -> Result<Sum, Failure> {
    let cents = Func::coalesce([gift::Column::GrossCents.sum(), Expr::value(0i64)]);
    let found: Option<(i64, i64)> = gift::Entity::find()
        .select_only()
        .expr(gift::Column::Id.count())
        .expr(Expr::expr(cents).cast_as(Alias::new("bigint")))
        .filter(batch::in_year(year)?)
        .filter(which)
        .into_tuple()
        .one(core.db.read())
        .await?;
    let (lines, cents) = found.unwrap_or_default();
    Ok(Sum { lines, cents })
}
