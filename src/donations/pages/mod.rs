//! The ledger, a gift's page, and the forms that write lines.

mod back;
mod caps;
mod proofs;
mod write;

use chrono::Datelike;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{FromForm, Route, get, post, routes};
use rules::dates::paris_day;
use rules::gift::DateBasis;
use rules::roles::{Permission, may};

use super::actions;
use super::forms::LedgerForm;
use super::line::Refusal;
use super::queries::{self, ledger};
use super::views::{self, GiftView, LedgerView};
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donors;
use crate::platform::{Failure, Stop};
use crate::web::paging::{self, PAGE, Way};
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    [
        routes![gifts, straddling, decide, gift],
        write::routes(),
        back::routes(),
        proofs::routes(),
        caps::routes(),
    ]
    .concat()
}

#[get("/gifts?<form..>")]
async fn gifts(who: ReadMoney, form: LedgerForm<'_>) -> Reply {
    let conn = who.core.db.read();
    let (filter, refused) = form.filter();
    let slice = ledger::page(conn, &filter, &Way::read(form.after, form.before)).await?;
    let back = ledger::taken_back(conn, slice.rows.iter().map(|l| l.id).collect()).await?;
    let donors: Vec<i64> = slice.rows.iter().filter_map(|l| l.donor_id).collect();
    let names = donors::queries::names(conn, &donors).await?;
    let sum = if filter.is_any() { Some(ledger::sum(conn, &filter).await?) } else { None };
    let writes = may(who.member.role, Permission::WriteMoney);
    let lacking = queries::proofs::count_lacking(conn).await?;
    let view =
        LedgerView::new(&who, &form, &slice, (&back, &names), sum).with(&who, &refused, (writes, lacking));
    if refused.is_empty() {
        who.page("pages/donations/ledger", &who.word("donations-title"), &view)
    } else {
        who.refused_page("pages/donations/ledger", &who.word("donations-title"), &view)
    }
}

/// Gifts whose days fall on both sides of a first of January.
#[get("/gifts/straddling?<year>&<after>", rank = 1)]
async fn straddling(who: ReadMoney, year: Option<i32>, after: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let today = paris_day(who.core.clock.now()).year();
    let year = year.filter(|year| (1990..=2200).contains(year)).unwrap_or(today - 1);
    let mut lines = queries::straddling::page(conn, year, paging::read(after).unwrap_or(0), PAGE + 1).await?;
    let more = paging::has_more(&mut lines);
    let next = lines.last().filter(|_| more);
    let next = next.map(|line| format!("/gifts/straddling?year={year}&after={}", paging::cursor(&line.id)));
    let count = queries::straddling::count(conn, year).await?;
    let donors: Vec<i64> = lines.iter().filter_map(|line| line.donor_id).collect();
    let names = donors::queries::names(conn, &donors).await?;
    let receipts = queries::on_receipts(conn, lines.iter().map(|line| line.id).collect()).await?;
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::straddling(&who, (year, today), (&lines, count, next), &names, &receipts, writes);
    who.page("pages/donations/straddling", &who.word("straddling-title"), &view)
}

#[derive(FromForm)]
struct Decision<'r> {
    #[field(default = "")]
    basis: &'r str,
    #[field(default = 0)]
    year: i32,
}

#[post("/gifts/<id>/date", data = "<form>")]
async fn decide(who: WriteMoney, id: i64, form: Form<Decision<'_>>) -> Reply {
    let back = format!("/gifts/straddling?year={}", form.year);
    let Some(basis) = DateBasis::parse(form.basis) else {
        return Ok(Answer::refused(back, who.word("straddling-needed")));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::decide_date(&who.core, &tx, id, basis).await)? {
        Ok(_) => {
            tx.commit().await?;
            Ok(Answer::done(back, who.word("straddling-decided")))
        }
        Err(why) if why.contains(&Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => {
            let first = why.first().ok_or_else(|| Failure::new("a date was refused for nothing"))?;
            Ok(Answer::refused(back, who.say(&first.say())))
        }
    }
}

#[get("/gifts/<id>", rank = 2)]
async fn gift(who: ReadMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(line) = queries::get(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let around = queries::around(conn, &line).await?;
    let names = donors::queries::names(conn, line.donor_id.as_slice()).await?;
    let name = line.donor_id.and_then(|id| names.get(&id).cloned());
    let proofs = queries::proofs::of(conn, id).await?;
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = GiftView::new(&who, &line, around, (&proofs, name), writes);
    who.page("pages/donations/gift", &view.title, &view)
}
