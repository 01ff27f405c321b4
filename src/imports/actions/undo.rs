//! A taken file is taken back; a preview is given up or completed by a person.

use std::collections::HashSet;

use entities::{donor, donor_mail, gift, import_file, import_row, mandate, plan, receipt, receipt_line};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    Value,
};
use serde_json::json;

use super::again::settle;
use super::walk::Walk;
use super::{Refusal, file};
use crate::clearing;
use crate::donations;
use crate::imports::reading::{Facts, Verdict, Why};
use crate::platform::{Failure, Stop, Tx};

/// Takes a file back: its gifts go, and the donors that it made and that nothing else names; gives how many
/// gifts went. The file and its lines stay, so that it is known what was there.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotTaken`], [`Refusal::OnReceipts`], [`Refusal::CorrectedSince`],
/// [`Refusal::PeriodClosed`], [`Refusal::Proven`].
pub async fn undo(tx: &Tx, id: i64) -> Result<u64, Stop<Refusal>> {
    let locked = import_file::Entity::update_many()
        .col_expr(import_file::Column::State, Expr::value("undone"))
        .col_expr(import_file::Column::UndoneAt, Expr::value(tx.at))
        .filter(import_file::Column::Id.eq(id))
        .filter(import_file::Column::State.eq("taken"))
        .exec(tx.conn())
        .await?;
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if locked.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::NotTaken { state: found.state }));
    }
    in_the_open(tx, id).await?;
    stands_on_nothing(tx, id).await?;
    let proven = donations::queries::proofs::of_file(tx.conn(), id).await?;
    if proven > 0 {
        return Err(Stop::Refused(Refusal::Proven { gifts: proven }));
    }
    let back = delete(tx, id, true).await?; // before what they reverse
    let gifts = delete(tx, id, false).await?;
    donations::forget_payouts(tx, id).await?;
    let movements = clearing::actions::movements::take_back(tx, id).await?;
    let donors = forget_donors(tx, id).await?;
    let detail = json!({ "gifts": gifts, "movements": movements, "reversals": back, "donors": donors });
    tx.audit("import.undo", ("import", id), detail).await?;
    Ok(gifts)
}

/// Deletes the file's gifts, or only its reversals, and gives how many. By pieces: one statement over everything
/// keeps in memory what it undoes.
async fn delete(tx: &Tx, id: i64, reversals: bool) -> Result<u64, Failure> {
    let mut gone = 0;
    loop {
        let mut mine = gift::Entity::find()
            .select_only()
            .column(gift::Column::Id)
            .filter(gift::Column::ImportId.eq(id))
            .order_by_asc(gift::Column::Id)
            .limit(1000);
        if reversals {
            mine = mine.filter(gift::Column::ReversesId.is_not_null());
        }
        let ids: Vec<i64> = mine.into_tuple().all(tx.conn()).await?;
        if ids.is_empty() {
            return Ok(gone);
        }
        import_row::Entity::update_many()
            .col_expr(import_row::Column::GiftId, Expr::value(Option::<i64>::None))
            .filter(import_row::Column::GiftId.is_in(ids.iter().copied()))
            .exec(tx.conn())
            .await?;
        gone += gift::Entity::delete_many()
            .filter(gift::Column::Id.is_in(ids))
            .exec(tx.conn())
            .await?
            .rows_affected;
    }
}

/// Nothing of the file is in a closed period.
async fn in_the_open(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let Some(through) = donations::queries::periods::closed_through(tx.conn()).await? else { return Ok(()) };
    let gifts = donations::queries::periods::closed_of_file(tx.conn(), id, through).await?;
    let movements = clearing::queries::closed_of_file(tx.conn(), id, through).await?;
    if gifts + movements > 0 {
        return Err(Stop::Refused(Refusal::PeriodClosed { through }));
    }
    Ok(())
}

/// Nothing was built upon the file: no receipt, live or cancelled, no correction, no gift recorded from a bank line.
async fn stands_on_nothing(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let backend = tx.conn().get_database_backend();
    let count = |sql: &'static str| Statement::from_sql_and_values(backend, sql, [Value::from(id)]);
    let receipted =
        "SELECT COUNT(*) AS n FROM receipt_line l JOIN gift g ON g.id = l.gift_id WHERE g.import_id = $1";
    let n = number(tx.conn().query_one_raw(count(receipted)).await?)?;
    if n > 0 {
        let gifts = sea_orm::sea_query::Query::select()
            .column(gift::Column::Id)
            .from(gift::Entity)
            .and_where(sea_orm::sea_query::ExprTrait::eq(Expr::col(gift::Column::ImportId), id))
            .to_owned();
        let lines = receipt_line::Entity::find()
            .filter(receipt_line::Column::GiftId.in_subquery(gifts))
            .order_by_asc(receipt_line::Column::ReceiptId)
            .limit(5)
            .all(tx.conn())
            .await?;
        let receipts = receipt::Entity::find()
            .filter(receipt::Column::Id.is_in(lines.iter().map(|l| l.receipt_id)))
            .order_by_asc(receipt::Column::Id)
            .all(tx.conn())
            .await?;
        let numbers = receipts.into_iter().map(|r| r.number).collect();
        return Err(Stop::Refused(Refusal::OnReceipts { count: n, numbers }));
    }
    let corrected = "SELECT COUNT(*) AS n FROM gift r JOIN gift g ON g.id = r.reverses_id \
                     WHERE g.import_id = $1 AND (r.import_id IS NULL OR r.import_id <> $1)";
    let given = clearing::queries::lines::gifts_of_file(tx.conn(), id).await?;
    if given > 0 {
        return Err(Stop::Refused(Refusal::GiftsOfLines { count: given }));
    }
    let n = number(tx.conn().query_one_raw(count(corrected)).await?)?;
    if n > 0 {
        return Err(Stop::Refused(Refusal::CorrectedSince { count: n }));
    }
    Ok(())
}

fn number(row: Option<sea_orm::QueryResult>) -> Result<i64, Failure> {
    let row = row.ok_or_else(|| Failure::new("a count gave nothing"))?;
    Ok(row.try_get("", "n")?)
}

/// Donors that the file made, that nobody changed since, and that nothing else names. Asked for by short
/// lists: one query over everything is planned badly on tables that were filled a moment ago.
async fn forget_donors(tx: &Tx, id: i64) -> Result<u64, Failure> {
    let made: Vec<Option<i64>> = import_row::Entity::find()
        .select_only()
        .column(import_row::Column::DonorId)
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::MadeDonor.eq(true))
        .into_tuple()
        .all(tx.conn())
        .await?;
    let made: Vec<i64> = made.into_iter().flatten().collect();
    let mut forgotten = 0;
    for some in made.chunks(1000) {
        let free = free_donors(tx, id, some).await?;
        let ids = || free.iter().copied();
        import_row::Entity::update_many()
            .col_expr(import_row::Column::DonorId, Expr::value(Option::<i64>::None))
            .filter(import_row::Column::DonorId.is_in(ids()))
            .exec(tx.conn())
            .await?;
        donor_mail::Entity::delete_many()
            .filter(donor_mail::Column::DonorId.is_in(ids()))
            .exec(tx.conn())
            .await?;
        forgotten += donor::Entity::delete_many()
            .filter(donor::Column::Id.is_in(ids()))
            .exec(tx.conn())
            .await?
            .rows_affected;
    }
    Ok(forgotten)
}

/// Those of `some` that nobody changed and that no gift, receipt or line of another taken file names.
async fn free_donors(tx: &Tx, id: i64, some: &[i64]) -> Result<Vec<i64>, Failure> {
    let ids = || some.iter().copied();
    let given: Vec<Option<i64>> = gift::Entity::find()
        .select_only()
        .column(gift::Column::DonorId)
        .filter(gift::Column::DonorId.is_in(ids()))
        .distinct()
        .into_tuple()
        .all(tx.conn())
        .await?;
    let receipted: Vec<i64> = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::DonorId)
        .filter(receipt::Column::DonorId.is_in(ids()))
        .distinct()
        .into_tuple()
        .all(tx.conn())
        .await?;
    // A plan that a person made, or a mandate. Plans that gifts show go with the record.
    let mut promised: Vec<i64> = mandate::Entity::find()
        .select_only()
        .column(mandate::Column::DonorId)
        .filter(mandate::Column::DonorId.is_in(ids()))
        .into_tuple()
        .all(tx.conn())
        .await?;
    let planned: Vec<i64> = plan::Entity::find()
        .select_only()
        .column(plan::Column::DonorId)
        .filter(plan::Column::DonorId.is_in(ids()))
        .filter(plan::Column::Origin.eq("hand"))
        .into_tuple()
        .all(tx.conn())
        .await?;
    promised.extend(planned);
    let named: Vec<(i64, Option<i64>)> = import_row::Entity::find()
        .select_only()
        .columns([import_row::Column::ImportId, import_row::Column::DonorId])
        .filter(import_row::Column::DonorId.is_in(ids()))
        .filter(import_row::Column::ImportId.ne(id))
        .distinct()
        .into_tuple()
        .all(tx.conn())
        .await?;
    let files: HashSet<i64> = named.iter().map(|(file, _)| *file).collect();
    let taken: HashSet<i64> = import_file::Entity::find()
        .filter(import_file::Column::Id.is_in(files))
        .filter(import_file::Column::State.eq("taken"))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(|file| file.id)
        .collect();
    let named = named.into_iter().filter(|(file, _)| taken.contains(file)).filter_map(|(_, donor)| donor);
    let kept = given.into_iter().flatten().chain(receipted).chain(promised).chain(named);
    let kept: HashSet<i64> = kept.collect();
    let untouched: Vec<i64> = donor::Entity::find()
        .select_only()
        .column(donor::Column::Id)
        .filter(donor::Column::Id.is_in(ids()))
        .filter(donor::Column::Version.eq(1))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(untouched.into_iter().filter(|id| !kept.contains(id)).collect())
}

/// Gives a preview up. Its lines go, its bytes and its place in the ledger of files stay.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`].
pub async fn abandon(tx: &Tx, id: i64) -> Result<(), Stop<Refusal>> {
    let done = import_file::Entity::update_many()
        .col_expr(import_file::Column::State, Expr::value("abandoned"))
        .filter(import_file::Column::Id.eq(id))
        .filter(import_file::Column::State.is_in(["reading", "previewed"]))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    import_row::Entity::delete_many().filter(import_row::Column::ImportId.eq(id)).exec(tx.conn()).await?;
    Ok(tx.audit("import.abandon", ("import", id), json!({})).await?)
}

/// A person says who gave: the donor proposed for this line, or a new one. Every line of the file with the
/// same mail address, or the same name and address, follows.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`].
pub async fn choose(tx: &Tx, id: i64, row_id: i64, donor_id: Option<i64>) -> Result<(), Stop<Refusal>> {
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "previewed" {
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    let row = import_row::Entity::find_by_id(row_id).one(tx.conn()).await?;
    let row = row.filter(|row| row.import_id == id).ok_or(Stop::Refused(Refusal::Unknown))?;
    let exists = match donor_id {
        Some(donor_id) => donor::Entity::find_by_id(donor_id).one(tx.conn()).await?.is_some(),
        None => true,
    };
    let likeness = likeness(&row)?;
    if !exists || !is_open(&row) {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    let mut ids = Vec::new();
    let mut walk = Walk::over(tx, id).await?;
    loop {
        let proposed = Condition::all().add(import_row::Column::ProposedId.is_not_null());
        let some = walk.next(tx, proposed).await?;
        if some.is_empty() {
            break;
        }
        for other in some.iter().filter(|other| is_open(other)) {
            if other.id == row_id || (likeness.is_some() && self::likeness(other)? == likeness) {
                ids.push(other.id);
            }
        }
    }
    for some in ids.chunks(1000) {
        import_row::Entity::update_many()
            .col_expr(import_row::Column::DonorId, Expr::value(donor_id))
            .col_expr(import_row::Column::Chosen, Expr::value(true))
            .col_expr(import_row::Column::Verdict, Expr::value(Verdict::New.code()))
            .filter(import_row::Column::Id.is_in(some.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    settle(tx, id).await?;
    let detail = json!({ "row": row_id, "lines": ids.len(), "donor": donor_id });
    Ok(tx.audit("import.choose", ("import", id), detail).await?)
}

fn likeness(row: &import_row::Model) -> Result<Option<String>, Failure> {
    let facts: Facts = serde_json::from_str(&row.facts)?;
    Ok(facts.gift.and_then(|gift| gift.giver.likeness()))
}

/// Whether the line waits for a person to say who gave.
fn is_open(row: &import_row::Model) -> bool {
    let why: Option<Why> = row.reason.as_deref().and_then(|reason| serde_json::from_str(reason).ok());
    match Verdict::parse(&row.verdict) {
        Some(Verdict::New) => row.proposed_id.is_some(),
        Some(Verdict::Conflict) => matches!(why, Some(Why::SeveralDonors { .. })),
        _ => false,
    }
}

/// Who gave the lines of these keys is known already: a person said so before the file was made.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::NotPreviewed`].
pub async fn assign(tx: &Tx, id: i64, givers: &[(String, i64)]) -> Result<(), Stop<Refusal>> {
    let found = file(tx.conn(), id).await?.ok_or(Stop::Refused(Refusal::Unknown))?;
    if found.state != "previewed" {
        return Err(Stop::Refused(Refusal::NotPreviewed { state: found.state }));
    }
    for (key, donor_id) in givers {
        let rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(id))
            .filter(import_row::Column::RowKey.eq(key))
            .all(tx.conn())
            .await?;
        let fits = |row: &&import_row::Model| is_open(row) || row.verdict == Verdict::New.code();
        let ids: Vec<i64> = rows.iter().filter(fits).map(|row| row.id).collect();
        import_row::Entity::update_many()
            .col_expr(import_row::Column::DonorId, Expr::value(*donor_id))
            .col_expr(import_row::Column::ProposedId, Expr::value(None::<i64>))
            .col_expr(import_row::Column::Reason, Expr::value(None::<String>))
            .col_expr(import_row::Column::Chosen, Expr::value(true))
            .col_expr(import_row::Column::Verdict, Expr::value(Verdict::New.code()))
            .filter(import_row::Column::Id.is_in(ids))
            .exec(tx.conn())
            .await?;
    }
    Ok(settle(tx, id).await?)
}
