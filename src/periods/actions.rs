//! A period is closed, or opened again with a reason.

use chrono::{Datelike, NaiveDate};
use entities::period_close;
use rules::dates::{paris_day, short_fr};
use rules::fold::paragraphs;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::queries::{self, Item};
use crate::donations::queries::periods::closed_through;
use crate::platform::{Say, Stop, Tx};

/// Why a period is not closed or not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not the last day of a month.
    NotMonthEnd,
    /// The period is not over.
    NotOver,
    /// It is closed already, and longer.
    Closed {
        /// Its last day.
        through: NaiveDate,
    },
    /// There is still something to do, and nobody said that it may wait.
    OpenItems,
    /// There is no such closing, or it was opened again.
    Unknown,
    /// A later period is closed: it is opened first.
    NotLast,
    /// Opening a period says why.
    NoReason,
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::NotMonthEnd => Say::new("periods-refused-month-end"),
            Self::NotOver => Say::new("periods-refused-not-over"),
            Self::Closed { through } => Say::new("periods-refused-closed").with("day", short_fr(*through)),
            Self::OpenItems => Say::new("periods-refused-open-items"),
            Self::Unknown => Say::new("periods-refused-unknown"),
            Self::NotLast => Say::new("periods-refused-not-last"),
            Self::NoReason => Say::new("periods-refused-no-reason"),
        }
    }
}

/// Closes everything through the last day of a month; gives the closing. What was still to do is kept with it.
///
/// # Errors
/// [`Refusal::NotMonthEnd`], [`Refusal::NotOver`], [`Refusal::Closed`]; [`Refusal::OpenItems`] when something is to do
/// and `anyway` was not said.
pub async fn close(tx: &Tx, through: NaiveDate, anyway: bool) -> Result<i64, Stop<Refusal>> {
    tx.alone("period", &["all".into()]).await?;
    if through.succ_opt().is_none_or(|next| next.day() != 1) {
        return Err(Stop::Refused(Refusal::NotMonthEnd));
    }
    if through >= paris_day(tx.at) {
        return Err(Stop::Refused(Refusal::NotOver));
    }
    if let Some(closed) = closed_through(tx.conn()).await?.filter(|closed| *closed >= through) {
        return Err(Stop::Refused(Refusal::Closed { through: closed }));
    }
    // Whoever is writing a gift ends first, whoever comes after sees the period closed.
    tx.hold_table("gift").await?;
    let open: Vec<Item> =
        queries::checklist(tx.conn(), through).await?.into_iter().filter(|item| item.count > 0).collect();
    if !open.is_empty() && !anyway {
        return Err(Stop::Refused(Refusal::OpenItems));
    }
    let items = json!(
        open.iter().map(|item| json!({ "what": item.what.code(), "count": item.count })).collect::<Vec<_>>()
    );
    let row = period_close::ActiveModel {
        through: Set(through),
        open_items: Set(items.to_string()),
        closed_by: Set(tx.actor.name()),
        closed_at: Set(tx.at),
        ..Default::default()
    };
    let id = period_close::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("period.close", ("period", id), json!({ "through": through, "open": items })).await?;
    Ok(id)
}

/// Opens the last closed period again.
///
/// # Errors
/// [`Refusal::NoReason`], [`Refusal::Unknown`], [`Refusal::NotLast`].
pub async fn reopen(tx: &Tx, id: i64, reason: &str) -> Result<(), Stop<Refusal>> {
    let reason: String = paragraphs(reason).chars().take(1000).collect();
    if reason.is_empty() {
        return Err(Stop::Refused(Refusal::NoReason));
    }
    tx.alone("period", &["all".into()]).await?;
    let found = period_close::Entity::find_by_id(id).one(tx.conn()).await?;
    let found = found.filter(|closed| closed.reopened_at.is_none()).ok_or(Stop::Refused(Refusal::Unknown))?;
    if closed_through(tx.conn()).await? != Some(found.through) {
        return Err(Stop::Refused(Refusal::NotLast));
    }
    period_close::Entity::update_many()
        .col_expr(period_close::Column::ReopenedBy, Expr::value(tx.actor.name()))
        .col_expr(period_close::Column::ReopenedAt, Expr::value(tx.at))
        .col_expr(period_close::Column::ReopenReason, Expr::value(reason.clone()))
        .filter(period_close::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    let detail = json!({ "through": found.through, "reason": reason });
    Ok(tx.audit("period.reopen", ("period", id), detail).await?)
}
