//! The facts of a page of donors, as the rules ask for them; 100,000 donors never stand in memory at once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use entities::{donor, donor_mail, gift, receipt, receipt_line};
use rules::address::PostalAddress;
use rules::gift::{Form, Method, Nature, Purpose};
use rules::money::Cents;
use rules::receipt::Reason;
use rules::receipt::input::{Association, Donor, DonorKind, Gift, Preference};
use rules::receipt::plan::{DonorPlan, Draft, Outcome, plan};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use crate::donations;
use crate::platform::Failure;
use crate::receipts::paper;
use crate::receipts::why::Why;

/// What a plan of a page of donors says, and what it was made from.
#[derive(Debug)]
pub struct Batch {
    /// The donors by id, with or without gifts in the year.
    pub donors: BTreeMap<i64, donor::Model>,
    /// Their main mail addresses.
    pub mails: BTreeMap<i64, String>,
    /// Amounts of the lines of the year.
    pub cents: BTreeMap<i64, i64>,
    /// Donors with lines in the year, by id.
    pub planned: Vec<Planned>,
    /// Where the next page begins.
    pub last: i64,
}

/// What is to be done for one donor.
#[derive(Debug, Clone)]
pub struct Planned {
    /// `donor.id`.
    pub donor_id: i64,
    /// Receipts to issue.
    pub drafts: Vec<Draft>,
    /// Why there is none; empty when there is one.
    pub reasons: Vec<Why>,
    /// Lines on none of the drafts, each with its reason.
    pub left_lines: Vec<(i64, Why)>,
}

/// How the lines are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct How {
    /// Inside the issuing transaction: no reversal can come between this read and the receipt.
    pub locked: bool,
    /// The donor asked for a receipt although they live abroad, or the association gives them to all.
    pub abroad: bool,
    /// The donor is asked about by name: "no receipt" does not count.
    pub asked: bool,
}

#[derive(FromQueryResult)]
struct Line {
    id: i64,
    donor_id: Option<i64>,
    gift_date: NaiveDate,
    gross_cents: i64,
    nature: String,
    form: String,
    method: String,
    receipted_elsewhere: Option<String>,
    reverses_id: Option<i64>,
    purpose: String,
    counterpart_cents: i64,
}

/// First and last day of a calendar year.
pub fn days(year: i32) -> Result<(NaiveDate, NaiveDate), Failure> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    let last = NaiveDate::from_ymd_opt(year, 12, 31);
    first.zip(last).ok_or_else(|| Failure::new(format!("{year} is not a year")))
}

/// The plan of the `size` donors after `after`, or none at the end.
pub async fn after(
    conn: &impl ConnectionTrait,
    year: i32,
    association: &Association,
    (after, size): (i64, u64),
    how: How,
) -> Result<Option<Batch>, Failure> {
    let donors = donor::Entity::find()
        .filter(donor::Column::Id.gt(after))
        .order_by_asc(donor::Column::Id)
        .limit(size)
        .all(conn)
        .await?;
    read(conn, year, association, donors, how).await
}

/// The plan of one donor, or none if there is no such donor.
pub async fn of_donor(
    conn: &impl ConnectionTrait,
    year: i32,
    association: &Association,
    donor_id: i64,
    how: How,
) -> Result<Option<Batch>, Failure> {
    let donor = donor::Entity::find_by_id(donor_id).one(conn).await?;
    read(conn, year, association, donor.into_iter().collect(), how).await
}

async fn read(
    conn: &impl ConnectionTrait,
    year: i32,
    association: &Association,
    donors: Vec<donor::Model>,
    how: How,
) -> Result<Option<Batch>, Failure> {
    let (Some(first), Some(last)) = (donors.first().map(|d| d.id), donors.last().map(|d| d.id)) else {
        return Ok(None);
    };
    let of_page = Condition::all().add(gift::Column::DonorId.between(first, last)).add(in_year(year)?);
    let mut gifts = lines(conn, of_page.clone(), how.locked).await?;
    let ids = ids_of(of_page);
    let reversals = gift::Column::ReversesId.in_subquery(ids.clone());
    let known: BTreeSet<i64> = gifts.iter().map(|gift| gift.id).collect();
    let later = lines(conn, Condition::all().add(reversals), false).await?;
    gifts.extend(later.into_iter().filter(|gift| !known.contains(&gift.id)));
    let receipted = receipted(conn, ids).await?;
    let mails = main_mails(conn, first, last).await?;
    let other = |line: &&Line| line.nature != Nature::Money.code();
    let to_prove = gifts.iter().filter(other).map(|line| line.id).collect();
    let proven = donations::queries::proofs::proven(conn, to_prove).await?;
    let gifts = gifts
        .into_iter()
        .map(|line| gift_of(line, &receipted, &proven))
        .collect::<Result<Vec<Gift>, Failure>>()?;
    let people = donors.iter().map(|row| donor_of(row, how)).collect::<Result<Vec<Donor>, Failure>>()?;
    let caps = donations::queries::caps::caps(conn).await?;
    let association = Association { caps, ..association.clone() };
    let planned = plan(year, &association, &people, &gifts).donors.into_iter().map(planned).collect();
    Ok(Some(Batch {
        cents: gifts.iter().map(|gift| (gift.id, gift.gross.0)).collect(),
        donors: donors.into_iter().map(|row| (row.id, row)).collect(),
        mails,
        planned,
        last,
    }))
}

/// The rules' plan, and what cannot be put on paper taken out of it.
fn planned(plan: DonorPlan) -> Planned {
    let rule = |reason: Reason| Why::Rule(reason);
    let mut left_lines: Vec<(i64, Why)> =
        plan.left_lines.into_iter().map(|(id, why)| (id, rule(why))).collect();
    let (mut drafts, mut reasons) = (Vec::new(), Vec::new());
    match plan.outcome {
        Outcome::LeftOut(why) => reasons.extend(why.into_iter().map(rule)),
        Outcome::Issue(all) => {
            for draft in all {
                match paper::unprintable(draft.preview()) {
                    None => drafts.push(draft),
                    Some(why) => {
                        left_lines.extend(draft.gift_ids().map(|id| (id, why.clone())));
                        reasons.push(why);
                    }
                }
            }
        }
    }
    if !drafts.is_empty() {
        reasons.clear();
    }
    Planned { donor_id: plan.donor_id, drafts, reasons, left_lines }
}

/// Lines whose resolved date falls in `year`.
pub fn in_year(year: i32) -> Result<Condition, Failure> {
    let (first, last) = days(year)?;
    Ok(Condition::all().add(gift::Column::GiftDate.between(first, last)))
}

fn ids_of(which: Condition) -> SelectStatement {
    gift::Entity::find().select_only().column(gift::Column::Id).filter(which).into_query()
}

async fn lines(conn: &impl ConnectionTrait, which: Condition, locked: bool) -> Result<Vec<Line>, Failure> {
    use gift::Column::{
        CounterpartCents, DonorId, Form, GiftDate, GrossCents, Id, Method, Nature, Purpose,
        ReceiptedElsewhere, ReversesId,
    };
    let mut query = gift::Entity::find()
        .select_only()
        .columns([Id, DonorId, GiftDate, GrossCents, Nature, Form, Method, ReceiptedElsewhere, ReversesId])
        .columns([Purpose, CounterpartCents])
        .filter(which);
    if locked {
        query = query.lock(LockType::Update);
    }
    Ok(query.into_model::<Line>().all(conn).await?)
}

/// Numbers of the live receipts of these lines.
async fn receipted(
    conn: &impl ConnectionTrait,
    ids: SelectStatement,
) -> Result<BTreeMap<i64, String>, Failure> {
    let query = Query::select()
        .column((receipt_line::Entity, receipt_line::Column::GiftId))
        .column((receipt::Entity, receipt::Column::Number))
        .from(receipt_line::Entity)
        .inner_join(
            receipt::Entity,
            Expr::col((receipt::Entity, receipt::Column::Id))
                .equals((receipt_line::Entity, receipt_line::Column::ReceiptId)),
        )
        .and_where(receipt_line::Column::Live.eq(true))
        .and_where(receipt_line::Column::GiftId.in_subquery(ids))
        .to_owned();
    let rows = conn.query_all(&query).await?;
    rows.iter().map(|row| Ok((row.try_get("", "gift_id")?, row.try_get("", "number")?))).collect()
}

async fn main_mails(
    conn: &impl ConnectionTrait,
    first: i64,
    last: i64,
) -> Result<BTreeMap<i64, String>, Failure> {
    let rows = donor_mail::Entity::find()
        .filter(donor_mail::Column::DonorId.between(first, last))
        .filter(donor_mail::Column::IsMain.eq(true))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.donor_id, row.address)).collect())
}

fn gift_of(line: Line, receipted: &BTreeMap<i64, String>, proven: &HashSet<i64>) -> Result<Gift, Failure> {
    let odd = || Failure::new(format!("gift {} has a code that no rule knows", line.id));
    Ok(Gift {
        id: line.id,
        donor_id: line.donor_id,
        date: line.gift_date,
        gross: Cents(line.gross_cents),
        nature: Nature::parse(&line.nature).ok_or_else(odd)?,
        form: Form::parse(&line.form).ok_or_else(odd)?,
        method: Some(Method::parse(&line.method).ok_or_else(odd)?),
        receipted_elsewhere: line.receipted_elsewhere.filter(|number| !number.trim().is_empty()),
        live_receipt: receipted.get(&line.id).cloned(),
        reverses: line.reverses_id,
        purpose: Purpose::parse(&line.purpose).ok_or_else(odd)?,
        counterpart: Cents(line.counterpart_cents),
        proven: proven.contains(&line.id),
    })
}

fn donor_of(row: &donor::Model, how: How) -> Result<Donor, Failure> {
    let odd = || Failure::new(format!("donor {} has a code that no rule knows", row.id));
    let preference = Preference::parse(&row.receipt_pref).ok_or_else(odd)?;
    let street: Vec<&str> = row.street.lines().collect();
    Ok(Donor {
        id: row.id,
        kind: DonorKind::parse(&row.kind).ok_or_else(odd)?,
        last_name: row.last_name.clone(),
        first_names: row.first_names.clone(),
        address: PostalAddress::tidy(&street, &row.postal_code, &row.city, &row.country),
        preference: if how.asked && preference == Preference::None { Preference::Yearly } else { preference },
        wants_receipt_abroad: how.abroad,
        merged_into: None,
    })
}
