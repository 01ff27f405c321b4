//! Movements are written once; what changes later is written beside, and an undone file takes its own away.

use std::collections::{HashMap, HashSet};

use entities::{movement, payout_match, statement};
use moneyin::{Movement, Statement};
use rules::money::Cents;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Refusal;
use crate::clearing::queries;
use crate::platform::{Failure, Stop, Tx};

/// A movement on its way into an account.
#[derive(Debug, Clone)]
pub struct Coming {
    /// The account.
    pub account_id: i64,
    /// Its name there.
    pub key: String,
    /// What it is.
    pub movement: Movement,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// New ones.
    pub new: u64,
    /// Known ones that learned their payout.
    pub paid_out: u64,
    /// Known ones whose amount is another one now.
    pub corrected: u64,
}

/// Rows of one statement: well under the variables that either engine takes.
const ROWS: usize = 500;

/// Writes movements that are not there yet. A known one learns the payout it is part of; one whose amount is another
/// one now gets a line beside it that makes up the difference.
///
/// # Errors
/// [`Refusal::Stale`] when somebody else wrote one of them at the same moment: nothing may be kept then.
pub async fn put(tx: &Tx, import_id: i64, coming: &[Coming]) -> Result<Written, Stop<Refusal>> {
    let mut written = Written::default();
    for some in coming.chunks(ROWS) {
        let mut of_account: HashMap<i64, Vec<&Coming>> = HashMap::new();
        for one in some {
            of_account.entry(one.account_id).or_default().push(one);
        }
        for (account, some) in of_account {
            let keys: Vec<&str> = some.iter().map(|one| one.key.as_str()).collect();
            let known = queries::known(tx.conn(), account, &keys).await?;
            let (mut rows, mut here) = (Vec::new(), HashSet::new());
            for one in some {
                // Two exports in one file tell a line twice: it is one.
                if !here.insert(one.key.as_str()) {
                    continue;
                }
                let Some(was) = known.get(&one.key) else {
                    rows.push(row(import_id, one, &one.movement, None)?);
                    written.new += 1;
                    continue;
                };
                if was.payout.is_none() && one.movement.payout.is_some() {
                    pay_out(tx, import_id, was, &one.movement).await?;
                    written.paid_out += 1;
                }
                if let Some(difference) = difference(was, &one.movement) {
                    rows.push(row(import_id, one, &difference, Some(&one.key))?);
                    written.corrected += 1;
                }
            }
            insert(tx, rows).await?;
        }
    }
    Ok(written)
}

async fn insert(tx: &Tx, rows: Vec<movement::ActiveModel>) -> Result<(), Stop<Refusal>> {
    if rows.is_empty() {
        return Ok(());
    }
    let expected = rows.len() as u64;
    let once =
        OnConflict::columns([movement::Column::AccountId, movement::Column::Key]).do_nothing().to_owned();
    let done = movement::Entity::insert_many(rows)
        .on_conflict(once)
        .try_insert()
        .exec_without_returning(tx.conn())
        .await?;
    match done {
        sea_orm::TryInsertResult::Inserted(n) if n == expected => Ok(()),
        _ => Err(Stop::Refused(Refusal::Stale)),
    }
}

fn row(
    import_id: i64,
    one: &Coming,
    movement: &Movement,
    corrects: Option<&String>,
) -> Result<movement::ActiveModel, Failure> {
    let parts = if movement.parts.is_empty() { None } else { Some(serde_json::to_string(&movement.parts)?) };
    let key = match corrects {
        Some(key) => format!("{key}#{import_id}"),
        None => one.key.clone(),
    };
    Ok(movement::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        account_id: Set(one.account_id),
        key: Set(key),
        kind: Set(movement.kind.code().into()),
        gross_cents: Set(movement.gross.0),
        fee_cents: Set(movement.fee.0),
        net_cents: Set(movement.net.0),
        booked_on: Set(movement.booked_on),
        value_on: Set(movement.value_on),
        payout: Set(movement.payout.clone()),
        paid_out_on: Set(movement.paid_out_on),
        about: Set(movement.about.clone()),
        about_by: Set(None),
        party: Set(movement.party.clone()),
        label: Set(movement.label.clone()),
        reference: Set(movement.reference.clone()),
        parts: Set(parts),
        aside: Set(None),
        corrects: Set(corrects.cloned()),
        import_id: Set(import_id),
        payout_import_id: Set(None),
    })
}

async fn pay_out(tx: &Tx, import_id: i64, was: &movement::Model, movement: &Movement) -> Result<(), Failure> {
    movement::Entity::update_many()
        .col_expr(movement::Column::Payout, Expr::value(movement.payout.clone()))
        .col_expr(movement::Column::PaidOutOn, Expr::value(movement.paid_out_on))
        .col_expr(movement::Column::PayoutImportId, Expr::value(import_id))
        .filter(movement::Column::AccountId.eq(was.account_id))
        .filter(movement::Column::Key.is_in([was.key.clone()]))
        .filter(movement::Column::Payout.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What a movement lacks to be what the file says now.
fn difference(was: &movement::Model, now: &Movement) -> Option<Movement> {
    let gross = now.gross.checked_sub(Cents(was.gross_cents))?;
    let fee = now.fee.checked_sub(Cents(was.fee_cents))?;
    let net = now.net.checked_sub(Cents(was.net_cents))?;
    (gross.0 != 0 || fee.0 != 0).then(|| Movement { gross, fee, net, parts: Vec::new(), ..now.clone() })
}

/// Keeps what a file says of an account as a whole.
pub async fn keep_statement(
    tx: &Tx,
    import_id: i64,
    account_id: i64,
    told: &Statement,
) -> Result<(), Failure> {
    let row = statement::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        account_id: Set(account_id),
        import_id: Set(import_id),
        name: Set(told.name.clone()),
        opening_on: Set(told.opening.map(|(day, _)| day)),
        opening_cents: Set(told.opening.map(|(_, cents)| cents.0)),
        closing_on: Set(told.closing.map(|(day, _)| day)),
        closing_cents: Set(told.closing.map(|(_, cents)| cents.0)),
        lines: Set(i64::try_from(told.lines).unwrap_or(i64::MAX)),
        sum_cents: Set(told.sum.0),
    };
    statement::Entity::insert(row).exec(tx.conn()).await?;
    Ok(())
}

/// Takes away what a file brought: its movements with their matches, the payouts it told of others, its statements.
pub async fn take_back(tx: &Tx, import_id: i64) -> Result<u64, Failure> {
    statement::Entity::delete_many()
        .filter(statement::Column::ImportId.eq(import_id))
        .exec(tx.conn())
        .await?;
    let mut gone = 0;
    loop {
        let some: Vec<(i64, i64, Option<String>)> = movement::Entity::find()
            .select_only()
            .columns([movement::Column::Id, movement::Column::AccountId, movement::Column::Payout])
            .filter(movement::Column::ImportId.eq(import_id))
            .order_by_asc(movement::Column::Id)
            .limit(1000)
            .into_tuple()
            .all(tx.conn())
            .await?;
        if some.is_empty() {
            break;
        }
        let ids = || some.iter().map(|(id, ..)| *id);
        payout_match::Entity::delete_many()
            .filter(payout_match::Column::MovementId.is_in(ids()))
            .exec(tx.conn())
            .await?;
        gone += movement::Entity::delete_many()
            .filter(movement::Column::Id.is_in(ids()))
            .exec(tx.conn())
            .await?
            .rows_affected;
    }
    movement::Entity::update_many()
        .col_expr(movement::Column::Payout, Expr::value(Option::<String>::None))
        .col_expr(movement::Column::PaidOutOn, Expr::value(Option::<chrono::NaiveDate>::None))
        .col_expr(movement::Column::PayoutImportId, Expr::value(Option::<i64>::None))
        .filter(movement::Column::PayoutImportId.eq(import_id))
        .exec(tx.conn())
        .await?;
    // Payouts that nothing tells of any more have no bank line either.
    for orphan in queries::orphans(tx.conn()).await? {
        payout_match::Entity::delete_by_id(orphan).exec(tx.conn()).await?;
    }
    Ok(gone)
}
