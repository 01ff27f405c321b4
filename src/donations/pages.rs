//! The ledger, a gift's page, and the forms that write lines.

use chrono::Datelike;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{FromForm, Route, get, post, routes};
use rules::dates::paris_day;
use rules::gift::DateBasis;
use rules::roles::{Permission, may};

use super::actions;
use super::forms::{GiftForm, LedgerForm};
use super::line::{HAND, NewGift, Refusal};
use super::queries::{self, ledger};
use super::views::{self, FormView, GiftView, LedgerView, PickView, ReverseView, Typed};
use crate::accounts::association::Policies;
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donors;
use crate::platform::keys::token;
use crate::platform::{Failure, Stop};
use crate::web::paging::{self, PAGE, Way};
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![gifts, straddling, decide, new_gift, record, gift, correct_page, correct, reverse_page, reverse]
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
    let view = LedgerView::new(&who, &form, &slice, (&back, &names), sum).with(&who, &refused, writes);
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

/// Without a donor: who gave? With one: the form.
#[get("/gifts/new?<donor>&<q>", rank = 1)]
async fn new_gift(who: WriteMoney, donor: Option<&str>, q: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let Some(donor) = donor else {
        let q = q.unwrap_or_default().trim();
        let found = match q {
            "" => None,
            q => Some(donors::queries::list::page(conn, q, &Way::First).await?),
        };
        return who.page("pages/donations/pick", &who.word("donations-new"), &PickView::new(q, found));
    };
    let key = token();
    let typed = Typed::of_new(donor, &key);
    let view = form_view(&who, &typed, &[]).await?;
    who.page("pages/donations/form", &who.word("donations-new"), &view)
}

async fn form_view(who: &WriteMoney, typed: &Typed, refused: &[Refusal]) -> Result<FormView, Failure> {
    let conn = who.core.db.read();
    let donor = typed.donor_id();
    let names = donors::queries::names(conn, donor.as_slice()).await?;
    let name = donor.and_then(|id| names.get(&id).cloned());
    Ok(FormView::new(who, typed, refused, Policies::get(conn).await?.for_source(HAND), name))
}

/// What is refused of a form: the fields that do not read, then the laws, each field once.
async fn refusals(
    who: &WriteMoney,
    new: &NewGift,
    mut unread: Vec<Refusal>,
) -> Result<Vec<Refusal>, Failure> {
    if unread.is_empty() {
        return Ok(unread);
    }
    let policy =
        Policies::get(who.core.db.read()).await?.for_source(new.dated_as.as_deref().unwrap_or(&new.source));
    let laws = new.check(policy, paris_day(who.core.clock.now())).err().unwrap_or_default();
    let seen: Vec<_> = unread.iter().map(|why| why.field(new.method)).collect();
    unread.extend(laws.into_iter().filter(|why| !seen.contains(&why.field(new.method))));
    Ok(unread)
}

#[post("/gifts", data = "<form>")]
async fn record(who: WriteMoney, form: Form<GiftForm<'_>>) -> Reply {
    let (new, unread) = form.gift();
    let mut why = refusals(&who, &new, unread).await?;
    if why.is_empty() {
        let tx = who.tx().await?;
        why = match Stop::split(actions::record(&who.core, &tx, &new).await)? {
            Ok(id) => {
                tx.commit().await?;
                return Ok(Answer::done(format!("/gifts/{id}"), who.word("donations-recorded")));
            }
            Err(why) => why,
        };
    }
    if let [known @ Refusal::Known { gift_id }] = why.as_slice() {
        return Ok(Answer::done(format!("/gifts/{gift_id}"), who.say(&known.say())));
    }
    let view = form_view(&who, &Typed::of_form(&form), &why).await?;
    who.refused_page("pages/donations/form", &who.word("donations-new"), &view)
}

#[get("/gifts/<id>", rank = 2)]
async fn gift(who: ReadMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(line) = queries::get(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let around = queries::around(conn, &line).await?;
    let names = donors::queries::names(conn, line.donor_id.as_slice()).await?;
    let name = line.donor_id.and_then(|id| names.get(&id).cloned());
    let view = GiftView::new(&who, &line, around, name, may(who.member.role, Permission::WriteMoney));
    who.page("pages/donations/gift", &view.title, &view)
}

#[get("/gifts/<id>/correct")]
async fn correct_page(who: WriteMoney, id: i64) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let key = token();
    let view = form_view(&who, &Typed::of_line(&line, &key), &[]).await?.correcting(&line, "");
    who.page("pages/donations/form", &who.word("donations-correct"), &view)
}

#[post("/gifts/<id>/correct", data = "<form>")]
async fn correct(who: WriteMoney, id: i64, form: Form<GiftForm<'_>>) -> Reply {
    let (mut new, unread) = form.gift();
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    new.receipted_elsewhere.clone_from(&line.receipted_elsewhere);
    new.dated_as = Some(line.source.clone());
    let mut why = refusals(&who, &new, unread).await?;
    if why.is_empty() {
        let tx = who.tx().await?;
        why = match Stop::split(actions::correct(&who.core, &tx, id, &new, form.reason).await)? {
            Ok(new) => {
                tx.commit().await?;
                return Ok(Answer::done(format!("/gifts/{new}"), who.word("donations-corrected")));
            }
            Err(why) => why,
        };
    }
    if let [why @ (Refusal::AlreadyReversed { .. } | Refusal::IsReversal | Refusal::OnReceipt { .. })] =
        why.as_slice()
    {
        return Ok(Answer::refused(format!("/gifts/{id}"), who.say(&why.say())));
    }
    let view = form_view(&who, &Typed::of_form(&form), &why).await?.correcting(&line, form.reason);
    who.refused_page("pages/donations/form", &who.word("donations-correct"), &view)
}

#[get("/gifts/<id>/reverse")]
async fn reverse_page(who: WriteMoney, id: i64) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let view = ReverseView::new(&who, &line, "", None);
    who.page("pages/donations/reverse", &who.word("donations-reverse"), &view)
}

#[derive(FromForm)]
struct Reason<'r> {
    #[field(default = "")]
    reason: &'r str,
}

#[post("/gifts/<id>/reverse", data = "<form>")]
async fn reverse(who: WriteMoney, id: i64, form: Form<Reason<'_>>) -> Reply {
    let Some(line) = queries::get(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::reverse(&who.core, &tx, id, form.reason).await)? {
        Ok(back) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/gifts/{back}"), who.word("donations-reversed")))
        }
        Err(why @ Refusal::NoReason) => {
            let view = ReverseView::new(&who, &line, form.reason, Some(&why));
            who.refused_page("pages/donations/reverse", &who.word("donations-reverse"), &view)
        }
        Err(why) => Ok(Answer::refused(format!("/gifts/{id}"), who.say(&why.say()))),
    }
}
