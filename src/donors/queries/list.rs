//! The list of donors, by name, and the search in it.

use std::collections::HashMap;

use entities::{donor, donor_mail};
use sea_orm::sea_query::{Cond, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::platform::{Failure, search};
use crate::web::paging::{PAGE, Slice, Way};

/// Names a row of the list.
pub type Key = (String, i64);

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The donor.
    pub donor: donor::Model,
    /// Main mail address, if any.
    pub mail: Option<String>,
}

impl Line {
    /// What names it.
    pub fn key(&self) -> Key {
        (self.donor.sort_key.clone(), self.donor.id)
    }
}

/// A page of the donors that `typed` finds: every word somewhere in names, mails, postal code, city;
/// `#123` is donor 123; nothing typed is everybody.
pub async fn page(conn: &impl ConnectionTrait, typed: &str, way: &Way<Key>) -> Result<Slice<Line>, Failure> {
    let matching = match exact(typed) {
        Some(one) => one,
        None => search::every_word_in_order(conn, search::DONORS, &search::words(typed)).await?,
    };
    let stands = donor::Column::MergedInto.is_null();
    let mut found = donor::Entity::find().filter(matching).filter(stands).limit(PAGE + 1);
    let key = || Expr::tuple([Expr::col(donor::Column::SortKey), Expr::col(donor::Column::Id)]);
    let row = |(sort, id): &Key| Expr::tuple([Expr::value(sort.clone()), Expr::value(*id)]);
    found = match way {
        Way::First => found,
        Way::After(at) => found.filter(key().gt(row(at))),
        Way::Before(at) => found.filter(key().lt(row(at))),
    };
    found = match way {
        Way::Before(_) => found.order_by_desc(donor::Column::SortKey).order_by_desc(donor::Column::Id),
        _ => found.order_by_asc(donor::Column::SortKey).order_by_asc(donor::Column::Id),
    };
    let donors = Slice::cut(found.all(conn).await?, way);
    let mut mails = main_mails(conn, donors.rows.iter().map(|d| d.id).collect()).await?;
    let line = |donor: donor::Model| Line { mail: mails.remove(&donor.id), donor };
    Ok(Slice {
        rows: donors.rows.into_iter().map(line).collect(),
        before: donors.before,
        after: donors.after,
    })
}

/// Holds for the donors that `typed` finds.
pub fn matching(conn: &impl ConnectionTrait, typed: &str) -> Cond {
    exact(typed).unwrap_or_else(|| search::every_word(conn, search::DONORS, &search::words(typed)))
}

/// `#123`.
fn exact(typed: &str) -> Option<Cond> {
    let id: i64 = typed.trim().strip_prefix('#')?.trim().parse().ok()?;
    Some(Cond::all().add(donor::Column::Id.eq(id)))
}

async fn main_mails(conn: &impl ConnectionTrait, donors: Vec<i64>) -> Result<HashMap<i64, String>, Failure> {
    let rows = donor_mail::Entity::find()
        .filter(donor_mail::Column::DonorId.is_in(donors))
        .filter(donor_mail::Column::IsMain.eq(true))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|m| (m.donor_id, m.address)).collect())
}
