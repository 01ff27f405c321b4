//! The register of receipts: years, pages of it, one receipt, runs.

use std::collections::BTreeMap;

use entities::{donor, receipt, receipt_line, receipt_run, receipt_series};
use rules::fold::escape_like;
use rules::receipt::facts::ReceiptFacts;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LikeExpr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use crate::donors;
use crate::platform::{Core, Failure};
use crate::web::paging::{self, Slice, Way};

/// The only kind built so far: form 11580*05.
pub const INDIVIDUAL: &str = "individual";

/// A year of gifts in the register.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Year {
    /// Calendar year of the gifts.
    pub gift_year: i32,
    /// `issued` or `cancelled`.
    pub state: String,
    /// Receipts.
    pub receipts: i64,
    /// Cents.
    pub cents: i64,
}

/// What to show of the register.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// A number or a name.
    pub q: &'a str,
    /// Year of the gifts.
    pub year: Option<i32>,
    /// `issued`, `cancelled` or all.
    pub state: Option<&'a str>,
    /// To be printed only: the donor's route is the post.
    pub to_print: bool,
}

/// A row of the register with its donor.
#[derive(Debug, Clone)]
pub struct Row {
    /// The receipt.
    pub receipt: receipt::Model,
    /// Who gave.
    pub donor: Option<donor::Model>,
}

/// A donor's name as said to people.
pub fn name_of(donor: &donor::Model) -> String {
    donors::record::name_of(&donor.kind, &donor.organisation, &donor.first_names, &donor.last_name)
}

/// Sums by year of gifts and state, latest first.
pub async fn years(core: &Core) -> Result<Vec<Year>, Failure> {
    let rows = receipt::Entity::find()
        .select_only()
        .column(receipt::Column::GiftYear)
        .column(receipt::Column::State)
        .expr_as(receipt::Column::Id.count(), "receipts")
        .expr_as(Expr::expr(receipt::Column::AmountCents.sum()).cast_as(Alias::new("bigint")), "cents")
        .group_by(receipt::Column::GiftYear)
        .group_by(receipt::Column::State)
        .order_by_desc(receipt::Column::GiftYear)
        .into_model::<Year>()
        .all(core.db.read())
        .await?;
    Ok(rows)
}

/// The counters, latest first: one row a year.
pub async fn series(core: &Core) -> Result<Vec<receipt_series::Model>, Failure> {
    let all = receipt_series::Entity::find().order_by_desc(receipt_series::Column::Year);
    Ok(all.all(core.db.read()).await?)
}

/// A page of the register, latest first.
pub async fn page(core: &Core, wanted: &Wanted<'_>, way: &Way<i64>) -> Result<Slice<Row>, Failure> {
    let conn = core.db.read();
    let mut query = receipt::Entity::find().filter(receipt::Column::Kind.eq(INDIVIDUAL));
    if let Some(year) = wanted.year {
        query = query.filter(receipt::Column::GiftYear.eq(year));
    }
    if let Some(state) = wanted.state {
        query = query.filter(receipt::Column::State.eq(state));
    }
    if wanted.to_print {
        let by_post = Condition::all().add(donor::Column::ReceiptRoute.eq("post"));
        query = query.filter(receipt::Column::DonorId.in_subquery(ids_of(by_post)));
    }
    let q = wanted.q.trim();
    if !q.is_empty() {
        let number = LikeExpr::new(format!("{}%", escape_like(&q.to_uppercase()))).escape('\\');
        let named = ids_of(donors::queries::list::matching(conn, q));
        query = query.filter(
            Condition::any()
                .add(receipt::Column::Number.like(number))
                .add(receipt::Column::DonorId.in_subquery(named)),
        );
    }
    query = match way {
        Way::First => query.order_by_desc(receipt::Column::Id),
        Way::After(id) => query.filter(receipt::Column::Id.lt(*id)).order_by_desc(receipt::Column::Id),
        Way::Before(id) => query.filter(receipt::Column::Id.gt(*id)).order_by_asc(receipt::Column::Id),
    };
    let found = Slice::cut(query.limit(paging::PAGE + 1).all(conn).await?, way);
    let known = rows_of(conn, found.rows.iter().map(|r| r.donor_id)).await?;
    let row = |receipt: receipt::Model| Row { donor: known.get(&receipt.donor_id).cloned(), receipt };
    Ok(Slice { rows: found.rows.into_iter().map(row).collect(), before: found.before, after: found.after })
}

fn ids_of(which: Condition) -> SelectStatement {
    donor::Entity::find().select_only().column(donor::Column::Id).filter(which).into_query()
}

async fn rows_of(
    conn: &impl ConnectionTrait,
    ids: impl Iterator<Item = i64>,
) -> Result<BTreeMap<i64, donor::Model>, Failure> {
    let rows = donor::Entity::find().filter(donor::Column::Id.is_in(ids)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A receipt by its number.
pub async fn by_number(conn: &impl ConnectionTrait, number: &str) -> Result<Option<receipt::Model>, Failure> {
    Ok(receipt::Entity::find().filter(receipt::Column::Number.eq(number)).one(conn).await?)
}

/// A receipt by its row.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Option<receipt::Model>, Failure> {
    Ok(receipt::Entity::find_by_id(id).one(conn).await?)
}

/// The receipt that replaces this one, if any.
pub async fn replacement(conn: &impl ConnectionTrait, id: i64) -> Result<Option<receipt::Model>, Failure> {
    Ok(receipt::Entity::find().filter(receipt::Column::ReplacesId.eq(id)).one(conn).await?)
}

/// Where a donor's mail goes.
pub async fn main_mail(conn: &impl ConnectionTrait, donor_id: i64) -> Result<Option<String>, Failure> {
    let mails = donors::queries::mails_of(conn, donor_id).await?;
    Ok(mails.into_iter().find(|row| row.is_main).map(|row| row.address))
}

/// The lines of a receipt.
pub async fn lines(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<receipt_line::Model>, Failure> {
    let lines = receipt_line::Entity::find()
        .filter(receipt_line::Column::ReceiptId.eq(id))
        .order_by_asc(receipt_line::Column::Id);
    Ok(lines.all(conn).await?)
}

/// The live receipts of a donor for a year of gifts: number, cents, lines.
pub async fn standing(
    conn: &impl ConnectionTrait,
    (donor_id, year): (i64, i32),
) -> Result<Vec<(String, i64, Vec<i64>)>, Failure> {
    let receipts = receipt::Entity::find()
        .filter(receipt::Column::DonorId.eq(donor_id))
        .filter(receipt::Column::GiftYear.eq(year))
        .filter(receipt::Column::State.eq("issued"))
        .order_by_asc(receipt::Column::Id)
        .all(conn)
        .await?;
    let on = receipt_line::Entity::find()
        .filter(receipt_line::Column::ReceiptId.is_in(receipts.iter().map(|row| row.id)))
        .all(conn)
        .await?;
    let gifts = |id| on.iter().filter(|line| line.receipt_id == id).map(|line| line.gift_id).collect();
    Ok(receipts.into_iter().map(|row| (row.number, row.amount_cents, gifts(row.id))).collect())
}

/// Every receipt of these donors, latest first: what a person sees of their own.
pub async fn of_donors(core: &Core, donors: &[i64]) -> Result<Vec<receipt::Model>, Failure> {
    let found = receipt::Entity::find()
        .filter(receipt::Column::DonorId.is_in(donors.iter().copied()))
        .order_by_desc(receipt::Column::GiftYear)
        .order_by_desc(receipt::Column::Id)
        .limit(500);
    Ok(found.all(core.db.read()).await?)
}

/// The facts frozen with a receipt.
pub fn facts(receipt: &receipt::Model) -> Result<ReceiptFacts, Failure> {
    serde_json::from_str(&receipt.facts)
        .map_err(|e| Failure::new(format!("the facts of {} do not read: {e}", receipt.number)))
}

/// A run.
pub async fn run(conn: &impl ConnectionTrait, id: i64) -> Result<Option<receipt_run::Model>, Failure> {
    Ok(receipt_run::Entity::find_by_id(id).one(conn).await?)
}

/// The latest runs.
pub async fn runs(core: &Core) -> Result<Vec<receipt_run::Model>, Failure> {
    let all = receipt_run::Entity::find().order_by_desc(receipt_run::Column::Id).limit(5);
    Ok(all.all(core.db.read()).await?)
}

/// A run of that year that did not end, if any.
pub async fn under_way(core: &Core, year: i32) -> Result<Option<receipt_run::Model>, Failure> {
    let running = receipt_run::Entity::find()
        .filter(receipt_run::Column::GiftYear.eq(year))
        .filter(receipt_run::Column::State.eq("running"));
    Ok(running.one(core.db.read()).await?)
}
