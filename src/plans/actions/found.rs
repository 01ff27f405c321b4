//! Plans that gifts show: found anew for donors whose gifts changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::plan;
use rules::money::Cents;
use rules::plan::{Payment, Rhythm, find, limits};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use crate::platform::{Failure, Tx};

/// A gift may come so many days before the first day of a plan made by hand and be its first payment.
const EARLY: i64 = 10;

/// Looks again at donors whose gifts changed since, `most` at once; gives how many there were.
pub async fn find_due(tx: &Tx, most: u64) -> Result<usize, Failure> {
    // One process at a time: two would write the same plan.
    tx.alone("plans", &["all".into()]).await?;
    let backend = tx.conn().get_database_backend();
    let sql = format!("SELECT DISTINCT donor_id AS id FROM plan_due LIMIT {most}");
    let rows = tx.conn().query_all_raw(Statement::from_string(backend, sql)).await?;
    let donors = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<i64>, _>>()?;
    if donors.is_empty() {
        return Ok(0);
    }
    // First: what changes from here on is noted anew.
    let list = donors.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    tx.conn().execute_unprepared(&format!("DELETE FROM plan_due WHERE donor_id IN ({list})")).await?;
    let mut payments = read(tx, &list).await?;
    let all = plan::Entity::find().filter(plan::Column::DonorId.is_in(donors.iter().copied()));
    let mut there: BTreeMap<i64, Vec<plan::Model>> = BTreeMap::new();
    for row in all.all(tx.conn()).await? {
        there.entry(row.donor_id).or_default().push(row);
    }
    for donor_id in &donors {
        let paid = payments.remove(donor_id).unwrap_or_default();
        settle(tx, *donor_id, &paid, &there.remove(donor_id).unwrap_or_default()).await?;
    }
    Ok(donors.len())
}

/// The gifts of a donor are looked at again.
pub(super) async fn note(tx: &Tx, donor_id: i64) -> Result<(), Failure> {
    let sql = format!(
        "INSERT INTO plan_due (donor_id) SELECT d.id FROM donor d WHERE d.id = {donor_id} \
         AND NOT EXISTS (SELECT 1 FROM plan_due p WHERE p.donor_id = d.id)"
    );
    tx.conn().execute_unprepared(&sql).await?;
    Ok(())
}

type BySource = BTreeMap<String, Vec<Payment>>;

/// Gifts that stand, by donor and source.
async fn read(tx: &Tx, donors: &str) -> Result<BTreeMap<i64, BySource>, Failure> {
    let sql = format!(
        "SELECT g.donor_id AS donor_id, g.source AS source, g.gift_date AS day, g.gross_cents AS cents FROM gift g \
         WHERE g.donor_id IN ({donors}) AND g.reverses_id IS NULL AND g.purpose = 'gift' \
         AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.reverses_id = g.id)"
    );
    let mut found: BTreeMap<i64, BySource> = BTreeMap::new();
    for row in tx.conn().query_all_raw(Statement::from_string(tx.conn().get_database_backend(), sql)).await? {
        let payment = Payment { on: row.try_get("", "day")?, amount: Cents(row.try_get("", "cents")?) };
        let by_source = found.entry(row.try_get("", "donor_id")?).or_default();
        by_source.entry(row.try_get("", "source")?).or_default().push(payment);
    }
    Ok(found)
}

async fn settle(tx: &Tx, donor_id: i64, paid: &BySource, there: &[plan::Model]) -> Result<(), Failure> {
    let debited = there.iter().any(|row| row.mandate_id.is_some() && row.ended_on.is_none());
    for row in there.iter().filter(|row| row.origin == "hand" && row.ended_on.is_none()) {
        pay(tx, row, paid).await?;
    }
    let mut shown: BTreeMap<&str, rules::plan::Found> = BTreeMap::new();
    for (source, payments) in paid {
        // What is debited by a mandate of ours is the plan of that mandate.
        if debited && source == "sepa" {
            continue;
        }
        if let Some(found) = find(payments) {
            shown.insert(source, found);
        }
    }
    for row in there.iter().filter(|row| row.origin == "found") {
        match shown.remove(row.source.as_str()) {
            None => {
                plan::Entity::delete_by_id(row.id).exec(tx.conn()).await?;
            }
            Some(found) => {
                let mut model = active(donor_id, &row.source, &found, tx);
                model.id = Set(row.id);
                model.created_at = Set(row.created_at);
                plan::Entity::update(model).exec(tx.conn()).await?;
            }
        }
    }
    for (source, found) in shown {
        plan::Entity::insert(active(donor_id, source, &found, tx)).exec(tx.conn()).await?;
    }
    Ok(())
}

fn active(donor_id: i64, source: &str, found: &rules::plan::Found, tx: &Tx) -> plan::ActiveModel {
    let (active_until, late_until) = limits(found.last, found.rhythm);
    plan::ActiveModel {
        donor_id: Set(donor_id),
        origin: Set("found".into()),
        source: Set(source.to_owned()),
        rhythm: Set(found.rhythm.code().into()),
        cents: Set(found.amount.0),
        first_on: Set(found.first),
        last_on: Set(Some(found.last)),
        payments: Set(i64::try_from(found.payments).unwrap_or(i64::MAX)),
        was_cents: Set(found.changed.map(|raised| raised.from.0)),
        changed_on: Set(found.changed.map(|raised| raised.on)),
        active_until: Set(active_until),
        late_until: Set(late_until),
        mandate_id: Set(None),
        ended_on: Set(None),
        created_by: Set("Soutien".into()),
        created_at: Set(tx.at),
        ..Default::default()
    }
}

/// The payments of a plan made by hand: by direct debit where it has a mandate, else whatever came with its amount.
async fn pay(tx: &Tx, row: &plan::Model, paid: &BySource) -> Result<(), Failure> {
    let from = row.first_on.checked_sub_signed(chrono::TimeDelta::days(EARLY)).unwrap_or(row.first_on);
    let fits = |source: &str, payment: &Payment| {
        payment.on >= from
            && match row.mandate_id {
                Some(_) => source == "sepa",
                None => payment.amount.0 == row.cents || Some(payment.amount.0) == row.was_cents,
            }
    };
    let days: Vec<NaiveDate> = paid
        .iter()
        .flat_map(|(source, list)| {
            list.iter().filter(|payment| fits(source, payment)).map(|payment| payment.on)
        })
        .collect();
    let rhythm = Rhythm::parse(&row.rhythm).unwrap_or(Rhythm::Monthly);
    let last = days.iter().max().copied();
    let (active_until, late_until) = match last {
        Some(last) => limits(last, rhythm),
        None => super::plans::limits_unpaid(row.first_on, rhythm),
    };
    plan::Entity::update_many()
        .col_expr(plan::Column::LastOn, Expr::value(last))
        .col_expr(plan::Column::Payments, Expr::value(i64::try_from(days.len()).unwrap_or(i64::MAX)))
        .col_expr(plan::Column::ActiveUntil, Expr::value(active_until))
        .col_expr(plan::Column::LateUntil, Expr::value(late_until))
        .filter(plan::Column::Id.eq(row.id))
        .exec(tx.conn())
        .await?;
    Ok(())
}
