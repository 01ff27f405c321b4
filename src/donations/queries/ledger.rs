//! The list of the ledger, newest gift first, and the sum of what it shows.

use std::collections::HashSet;

use chrono::NaiveDate;
use entities::{donor, gift};
use rules::fold::escape_like;
use rules::gift::Method;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::donors;
use crate::platform::Failure;
use crate::web::paging::{PAGE, Slice, Way};

/// Names a row of the list.
pub type Key = (NaiveDate, i64);

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Way of payment.
    pub method: Option<Method>,
    /// Source, as stored.
    pub source: String,
    /// Part of the campaign's name.
    pub campaign: String,
    /// Words about the donor, as in the list of donors.
    pub donor: String,
}

/// Sums in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Sum {
    /// Lines, reversals included.
    pub lines: i64,
    /// Gross.
    pub gross: i64,
    /// Fees.
    pub fee: i64,
    /// Net.
    pub net: i64,
}

impl Filter {
    /// Whether anything is asked for.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }

    fn condition(&self, conn: &impl ConnectionTrait) -> Cond {
        let mut all = Cond::all()
            .add_option(self.from.map(|day| gift::Column::GiftDate.gte(day)))
            .add_option(self.to.map(|day| gift::Column::GiftDate.lte(day)))
            .add_option(self.method.map(|method| gift::Column::Method.eq(method.code())));
        if !self.source.is_empty() {
            all = all.add(gift::Column::Source.eq(self.source.as_str()));
        }
        if !self.campaign.is_empty() {
            let part =
                LikeExpr::new(format!("%{}%", escape_like(&self.campaign.to_lowercase()))).escape('\\');
            all = all.add(Expr::expr(Func::lower(Expr::col(gift::Column::Campaign))).like(part));
        }
        if !self.donor.is_empty() {
            let donors = donor::Entity::find()
                .select_only()
                .column(donor::Column::Id)
                .filter(donors::queries::list::matching(conn, &self.donor));
            all = all.add(gift::Column::DonorId.in_subquery(donors.into_query()));
        }
        all
    }
}

/// A page of the ledger.
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    way: &Way<Key>,
) -> Result<Slice<gift::Model>, Failure> {
    let mut found = gift::Entity::find().filter(filter.condition(conn)).limit(PAGE + 1);
    let key = || Expr::tuple([Expr::col(gift::Column::GiftDate), Expr::col(gift::Column::Id)]);
    let row = |(date, id): &Key| Expr::tuple([Expr::value(*date), Expr::value(*id)]);
    found = match way {
        Way::First => found,
        Way::After(at) => found.filter(key().lt(row(at))),
        Way::Before(at) => found.filter(key().gt(row(at))),
    };
    found = match way {
        Way::Before(_) => found.order_by_asc(gift::Column::GiftDate).order_by_asc(gift::Column::Id),
        _ => found.order_by_desc(gift::Column::GiftDate).order_by_desc(gift::Column::Id),
    };
    Ok(Slice::cut(found.all(conn).await?, way))
}

/// What the lines of the filter sum to; reversals are taken off.
pub async fn sum(conn: &impl ConnectionTrait, filter: &Filter) -> Result<Sum, Failure> {
    // PostgreSQL sums BIGINT to NUMERIC.
    let cents = |column: gift::Column| {
        Expr::expr(Func::coalesce([Expr::col(column).sum(), Expr::val(0)])).cast_as(Alias::new("BIGINT"))
    };
    let found: Option<(i64, i64, i64, i64)> = gift::Entity::find()
        .select_only()
        .expr_as(Expr::col(gift::Column::Id).count(), "lines")
        .expr_as(cents(gift::Column::GrossCents), "gross")
        .expr_as(cents(gift::Column::FeeCents), "fee")
        .expr_as(cents(gift::Column::NetCents), "net")
        .filter(filter.condition(conn))
        .into_tuple()
        .one(conn)
        .await?;
    let (lines, gross, fee, net) = found.unwrap_or_default();
    Ok(Sum { lines, gross, fee, net })
}

/// Which of these lines were taken back.
pub async fn taken_back(conn: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashSet<i64>, Failure> {
    let back: Vec<i64> = gift::Entity::find()
        .select_only()
        .column(gift::Column::ReversesId)
        .filter(gift::Column::ReversesId.is_in(ids))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(back.into_iter().collect())
}
