//! Gifts whose known days fall in two years: somebody decides once which one counts (BOI-IR-RICI-250-20).

use chrono::{Datelike, NaiveDate};
use entities::gift;
use rules::gift::{CandidateDates, Method};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::platform::Failure;

/// The days of a line that may count. The day written on a cheque never does.
pub fn candidates(line: &gift::Model) -> CandidateDates {
    let written = line.method == Method::Cheque.code();
    CandidateDates {
        paid_on: line.paid_at.map(rules::dates::paris_day).filter(|_| !written),
        provider_credited_on: line.provider_credited_on,
        bank_credited_on: line.bank_credited_on,
        received_on: line.received_on,
        handed_over_on: None,
    }
}

/// Live gifts of `year` or the next whose days lie on both sides of the first of January between them, and about whose
/// date nobody decided yet.
fn around(year: i32) -> Option<Select<gift::Entity>> {
    let next = NaiveDate::from_ymd_opt(year + 1, 1, 1)?;
    let midnight = rules::dates::paris_midnight(next)?;
    let (first, last) = (next.with_year(year)?, next.with_year(year + 2)?);
    let paid = || gift::Column::Method.ne(Method::Cheque.code()).and(gift::Column::PaidAt.is_not_null());
    let days = [gift::Column::ProviderCreditedOn, gift::Column::BankCreditedOn, gift::Column::ReceivedOn];
    let before =
        days.iter().fold(Cond::any().add(paid().and(gift::Column::PaidAt.lt(midnight))), |any, day| {
            any.add(day.lt(next))
        });
    let after =
        days.iter().fold(Cond::any().add(paid().and(gift::Column::PaidAt.gte(midnight))), |any, day| {
            any.add(day.gte(next))
        });
    let reversed = Query::select()
        .column(gift::Column::ReversesId)
        .from(gift::Entity)
        .and_where(Expr::col(gift::Column::ReversesId).is_not_null())
        .to_owned();
    Some(
        gift::Entity::find()
            .filter(gift::Column::GiftDate.gte(first))
            .filter(gift::Column::GiftDate.lt(last))
            .filter(before)
            .filter(after)
            .filter(gift::Column::ReversesId.is_null())
            .filter(gift::Column::DateDecidedAt.is_null())
            .filter(gift::Column::Id.not_in_subquery(reversed)),
    )
}

/// Those after line `after`, `limit` at most, oldest first.
pub async fn page(
    conn: &impl ConnectionTrait,
    year: i32,
    after: i64,
    limit: u64,
) -> Result<Vec<gift::Model>, Failure> {
    let Some(found) = around(year) else { return Ok(Vec::new()) };
    Ok(found.filter(gift::Column::Id.gt(after)).order_by_asc(gift::Column::Id).limit(limit).all(conn).await?)
}

/// How many there are.
pub async fn count(conn: &impl ConnectionTrait, year: i32) -> Result<u64, Failure> {
    match around(year) {
        Some(found) => Ok(found.count(conn).await?),
        None => Ok(0),
    }
}
