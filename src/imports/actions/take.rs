//! A preview becomes gifts: whole or not at all.

use std::collections::HashMap;

use entities::{import_file, import_row};
use rules::gift::Cause;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use serde_json::json;

use super::again::{as_judged, by_the_file, gifts, judge_again, rows, still_stands};
use super::judge::{Bench, as_new};
use super::moves::Accounts;
use super::walk::Walk;
use super::{Refusal, file};
use crate::clearing;
use crate::clearing::actions::refunds::{self, Tool};
use crate::donations::{self, Origin};
use crate::donors::{self, DonorFacts};
use crate::imports::reading::{Gift, Source, Verdict, Why, donor_of};
use crate::platform::{Core, Failure, Say, Stop, Tx};

/// Lines after which the tables are counted anew, and again at eight times as many.
const FIRST_COUNT: usize = 4000;

/// What a file became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Gifts written.
    pub gifts: u64,
    /// Movements written or completed.
    pub movements: u64,
    /// Gifts taken back because their money was.
    pub refunds: u64,
    /// Payouts matched to their bank line.
    pub matched: u64,
}

impl Taken {
    /// What is told to the person.
    pub fn say(&self) -> Say {
        Say::new("imports-taken")
            .count("n", self.gifts)
            .count("movements", self.movements)
            .count("refunds", self.refunds)
            .count("matched", self.matched)
    }
}

/// Writes the new and the changed lines of a preview, and what they do to accounts; then takes back the gifts whose
/// money went back, and matches payouts to bank lines where that is beyond doubt. Lines in conflict and refused ones
/// stay in the ledger of files with their reasons.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`]; [`Refusal::Stale`] when a verdict is another one now.
/// Nothing of the transaction may then be kept.
pub async fn take(
    core: &Core,
    tx: &Tx,
    id: i64,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Taken, Stop<Refusal>> {
    let locked = import_file::Entity::update_many()
        .col_expr(import_file::Column::State, Expr::value("taken"))
        .col_expr(import_file::Column::TakenAt, Expr::value(tx.at))
        .filter(import_file::Column::Id.eq(id))
        .filter(import_file::Column::State.eq("previewed"))
        .exec(tx.conn())
        .await?;
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if locked.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    let source = Source::parse(&found.source).ok_or(Stop::Refused(Refusal::Unknown))?;
    refunds::alone(tx, &[source.code(), Source::SEPA.code()]).await?;
    let stands = still_stands(tx, &found).await?;
    let bench = Bench::set(tx, source).await?;
    let mut taking = Taking { core, tx, id, bench, stands, made: HashMap::new() };
    tx.keep_more_pages(true).await?;
    let mut accounts = Accounts::open(tx, source, id).await?;
    let (mut walk, mut taken) = (Walk::over(tx, id).await?, Taken::default());
    let (mut lines, mut counted) = (0, FIRST_COUNT);
    loop {
        let rows = rows(tx, &mut walk).await?;
        if rows.is_empty() {
            break;
        }
        lines += rows.len();
        if lines >= counted {
            tx.count_anew(&["donor", "donor_mail", "gift", "movement", "import_row"]).await?;
            counted *= 8;
        }
        let moving = rows.iter().filter(|(row, _)| !by_the_file(row));
        let moving = moving.map(|(row, facts)| (row.row_key.as_str(), facts));
        taken.movements += accounts.put(tx, id, moving).await?;
        taken.gifts += taking.some(&gifts(rows)).await?;
        progress(taken.gifts.max(taken.movements));
    }
    tx.keep_more_pages(false).await?;
    taken.refunds = refunds::settle(core, tx, id, tool(source)).await?;
    // A bank's statement tells of direct debits that came back.
    if source != Source::SEPA {
        taken.refunds += refunds::settle(core, tx, id, tool(Source::SEPA)).await?;
    }
    taken.matched = clearing::actions::matching::run(tx).await?;
    let detail = json!({ "gifts": taken.gifts, "movements": taken.movements, "refunds": taken.refunds,
        "matched": taken.matched, "new": found.rows_new, "changed": found.rows_changed,
        "conflict": found.rows_conflict, "refused": found.rows_refused, "cents_new": found.cents_new });
    tx.audit("import.take", ("import", id), detail).await?;
    Ok(taken)
}

const fn tool(source: Source) -> Tool<'static> {
    Tool { code: source.code(), name: source.name() }
}

struct Taking<'a> {
    core: &'a Core,
    tx: &'a Tx,
    id: i64,
    bench: Bench,
    /// Nothing changed since the lines were judged.
    stands: bool,
    /// Donors made by this file, by likeness.
    made: HashMap<String, i64>,
}

/// A line that becomes a gift.
struct Coming<'r> {
    row: &'r import_row::Model,
    gift: &'r Gift,
    donor_id: Option<i64>,
}

impl Taking<'_> {
    async fn some(&mut self, rows: &[(import_row::Model, Gift)]) -> Result<u64, Stop<Refusal>> {
        let judged = if self.stands {
            let chosen: Vec<i64> =
                rows.iter().filter(|(row, _)| row.chosen).filter_map(|(row, _)| row.donor_id).collect();
            let merged = donors::queries::standing(self.tx.conn(), &chosen).await?;
            let mut judged = rows.iter().map(|(row, _)| as_judged(row)).collect::<Result<Vec<_>, _>>()?;
            for one in judged.iter_mut().flatten() {
                one.donor_id = one.donor_id.map(|id| merged.get(&id).copied().unwrap_or(id));
            }
            judged
        } else {
            judge_again(self.tx, self.bench, rows).await?
        };
        let (mut coming, mut changed, mut learned, mut stale) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for ((row, gift), judged) in rows.iter().zip(judged) {
            let Some(judged) = judged else { continue };
            if judged.verdict.code() != row.verdict {
                stale += 1;
            } else if judged.verdict == Verdict::New {
                coming.push(Coming { row, gift, donor_id: judged.donor_id });
            } else if judged.verdict == Verdict::Changed {
                changed.push((row, gift, judged));
            } else if let (Some(Why::KnownPaidOut { .. }), Some(id), Some(day)) =
                (&judged.reason, judged.gift_id, gift.provider_credited_on)
            {
                learned.push((id, day));
            }
        }
        if stale > 0 {
            return Err(Stop::Refused(Refusal::Stale { lines: stale }));
        }
        donations::learn_payouts(self.tx, &learned, self.id).await?;
        self.make_donors(&mut coming).await?;
        let ids = self.record(&coming).await?;
        let mut links: Vec<Link> =
            coming.iter().zip(ids).map(|(line, gift)| (line.row.id, gift, line.donor_id)).collect();
        for (row, gift, judged) in &changed {
            let id = self.correct(row, gift, judged.gift_id.unwrap_or_default(), judged.donor_id).await?;
            links.push((row.id, id, judged.donor_id));
        }
        link(self.tx, &links).await?;
        Ok((coming.len() + changed.len()) as u64)
    }

    /// Finds or makes the donor of each line that has none yet.
    async fn make_donors(&mut self, coming: &mut [Coming<'_>]) -> Result<(), Stop<Refusal>> {
        let mut facts: Vec<DonorFacts> = Vec::new();
        let mut makers: Vec<i64> = Vec::new(); // the line that makes each of them
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut waiting: Vec<(usize, usize)> = Vec::new(); // (line, donor to be made)
        for (at, line) in coming.iter_mut().enumerate() {
            if line.donor_id.is_some() || line.gift.giver.is_nobody() {
                continue;
            }
            let likeness = line.gift.giver.likeness();
            if let Some(made) = likeness.as_ref().and_then(|like| self.made.get(like)) {
                line.donor_id = Some(*made);
                continue;
            }
            let place = match likeness.as_ref().and_then(|like| places.get(like)) {
                Some(place) => *place,
                None => {
                    facts.push(donor_of(&line.gift.giver));
                    makers.push(line.row.id);
                    let place = facts.len() - 1;
                    if let Some(like) = likeness {
                        places.insert(like, place);
                    }
                    place
                }
            };
            waiting.push((at, place));
        }
        if facts.is_empty() {
            return Ok(());
        }
        let ids = match Stop::split(donors::insert_many(self.core, self.tx, &facts).await)? {
            Ok(ids) => ids,
            Err((at, why)) => return Err(Failure::new(format!("donor {at} was refused: {why:?}")).into()),
        };
        for (at, place) in waiting {
            if let (Some(line), Some(id)) = (coming.get_mut(at), ids.get(place)) {
                line.donor_id = Some(*id);
            }
        }
        self.made.extend(places.into_iter().filter_map(|(like, place)| Some((like, *ids.get(place)?))));
        import_row::Entity::update_many()
            .col_expr(import_row::Column::MadeDonor, Expr::value(true))
            .filter(import_row::Column::Id.is_in(makers))
            .exec(self.tx.conn())
            .await?;
        Ok(())
    }

    async fn record(&self, coming: &[Coming<'_>]) -> Result<Vec<i64>, Stop<Refusal>> {
        let new: Vec<_> = coming
            .iter()
            .map(|line| as_new(self.bench.source, &line.row.row_key, line.gift, line.donor_id, self.id))
            .collect();
        match Stop::split(donations::record_many(self.core, self.tx, &new).await)? {
            Ok(ids) => Ok(ids),
            // Another file with the same line was taken at the same moment.
            Err((None, _)) => Err(Stop::Refused(Refusal::Stale { lines: 1 })),
            Err((at, why)) => Err(Failure::new(format!("gift {at:?} was refused: {why:?}")).into()),
        }
    }

    /// A changed line: the ledger's is taken back, and the right one written, under a name of its own.
    async fn correct(
        &self,
        row: &import_row::Model,
        gift: &Gift,
        old: i64,
        donor_id: Option<i64>,
    ) -> Result<i64, Stop<Refusal>> {
        let stale = || Stop::Refused(Refusal::Stale { lines: 1 });
        let source = self.bench.source;
        let back = Origin {
            source: source.code().into(),
            external_id: format!("{}!{}", row.row_key, self.id),
            import_id: Some(self.id),
            cause: Cause::Mistake,
        };
        let why = format!("{}, fichier {}", source.name(), self.id);
        if Stop::split(donations::reverse_from(self.core, self.tx, old, &why, back).await)?.is_err() {
            return Err(stale());
        }
        let name = format!("{}#{}", row.row_key, self.id);
        let new = as_new(source, &name, gift, donor_id, self.id);
        Stop::split(donations::record(self.core, self.tx, &new).await)?.map_err(|_| stale())
    }
}

/// A line, its gift and its donor.
type Link = (i64, i64, Option<i64>);

/// Ties lines to their gifts and donors, by number: a join is planned badly on tables that were filled a moment
/// ago.
async fn link(tx: &Tx, links: &[Link]) -> Result<(), Failure> {
    let backend = tx.conn().get_database_backend();
    for some in links.chunks(500) {
        let row = |(row, gift, donor): &Link| {
            let donor = donor.map_or_else(|| "CAST(NULL AS BIGINT)".to_owned(), |id| id.to_string());
            format!("({row}, {gift}, {donor})")
        };
        let rows: Vec<String> = some.iter().map(row).collect();
        let sql = format!(
            "UPDATE import_row SET gift_id = v.column2, donor_id = v.column3 FROM (VALUES {}) AS v \
             WHERE import_row.id = v.column1",
            rows.join(", ")
        );
        tx.conn().execute_raw(Statement::from_string(backend, sql)).await?;
    }
    Ok(())
}
