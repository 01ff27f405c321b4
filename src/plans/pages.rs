//! Plans of everybody, and plans and mandates of one donor.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::dates::paris_day;
use rules::roles::{Permission, may};

use super::actions::{self, Refusal};
use super::forms::{AmountForm, MandateForm, PlanForm, ReasonForm};
use super::queries::{self, Show};
use super::views::{self, Typed};
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donors;
use crate::platform::{Failure, Say, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Frame, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![plans, of_donor, sign, make, change, end, end_mandate, unmask]
}

#[get("/plans?<show>&<after>&<before>")]
async fn plans(who: ReadMoney, show: Option<&str>, after: Option<&str>, before: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let today = paris_day(who.core.clock.now());
    let show = show.and_then(Show::parse).unwrap_or(Show::Active);
    let slice = queries::page(conn, show, today, &Way::read(after, before)).await?;
    let links = slice.links("/plans", &[("show", show.code())], |row| row.id);
    let donors: Vec<i64> = slice.rows.iter().map(|row| row.donor_id).collect();
    let names = donors::queries::names(conn, &donors).await?;
    let sums = queries::sums(conn, today).await?;
    let waiting = queries::waiting(conn).await?;
    let view = views::list(&who, (show, today, waiting), (&slice.rows, &names), &sums, links);
    who.page("pages/plans/list", &who.word("plans-title"), &view)
}

/// The page of a donor's plans and mandates; none when there is no such donor.
async fn donor_page(
    frame: &Frame,
    donor_id: i64,
    writes: bool,
    typed: Typed<'_>,
    shown: Option<(i64, String)>,
) -> Result<Option<serde_json::Value>, Failure> {
    let conn = frame.core.db.read();
    let Some(donor) = donors::queries::get(conn, donor_id).await? else { return Ok(None) };
    let plans = queries::of_donor(conn, donor_id).await?;
    let mandates = queries::mandates(conn, donor_id).await?;
    let ids: Vec<i64> = mandates.iter().map(|row| row.id).collect();
    let debits = queries::instalments(conn, &ids).await?;
    let writes = writes && donor.merged_into.is_none();
    let today = paris_day(frame.core.clock.now());
    Ok(Some(views::of_donor(frame, &donor, today, (&plans, &mandates, &debits), writes, typed, shown)))
}

const PAGE: &str = "pages/plans/donor";

#[get("/donors/<id>/plans")]
async fn of_donor(who: ReadMoney, id: i64) -> Reply {
    let writes = may(who.member.role, Permission::WriteMoney);
    match donor_page(&who, id, writes, Typed::default(), None).await? {
        Some(view) => who.page(PAGE, &who.word("plans-of-donor"), &view),
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

async fn refused(who: &WriteMoney, id: i64, typed: Typed<'_>) -> Reply {
    match donor_page(who, id, true, typed, None).await? {
        Some(view) => who.refused_page(PAGE, &who.word("plans-of-donor"), &view),
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/donors/<id>/mandates", data = "<form>")]
async fn sign(who: WriteMoney, id: i64, form: Form<MandateForm>) -> Reply {
    let (new, mut why) = form.mandate(id);
    if why.is_empty() {
        let tx = who.tx().await?;
        match Stop::split(actions::sign(&who.core, &tx, &new).await)? {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Answer::done(format!("/donors/{id}/plans"), who.word("plans-mandate-kept")));
            }
            Err(refusals) => why = refusals,
        }
    }
    refused(&who, id, Typed { mandate: Some(&form), why: &why, ..Typed::default() }).await
}

#[post("/donors/<id>/plans", data = "<form>")]
async fn make(who: WriteMoney, id: i64, form: Form<PlanForm>) -> Reply {
    let (new, mut why) = form.plan(id);
    if why.is_empty() {
        let tx = who.tx().await?;
        match Stop::split(actions::make(&tx, &new).await)? {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Answer::done(format!("/donors/{id}/plans"), who.word("plans-made")));
            }
            Err(refusals) => why = refusals,
        }
    }
    refused(&who, id, Typed { plan: Some(&form), why: &why, ..Typed::default() }).await
}

fn of(donor_id: i64) -> String {
    format!("/donors/{donor_id}/plans")
}

fn not_done(who: &WriteMoney, why: &Refusal, back: String) -> Reply {
    match why {
        Refusal::Unknown => Ok(Answer::Error(Status::NotFound)),
        why => Ok(Answer::refused(back, who.say(&why.say()))),
    }
}

#[post("/plans/<id>/amount", data = "<form>")]
async fn change(who: WriteMoney, id: i64, form: Form<AmountForm>) -> Reply {
    let tx = who.tx().await?;
    let done = match form.amount() {
        Ok(amount) => Stop::split(actions::change(&tx, id, amount).await)?,
        Err(why) => Err(why),
    };
    match done {
        Ok(donor) => {
            tx.commit().await?;
            Ok(Answer::done(of(donor), who.word("plans-changed")))
        }
        Err(why) => not_done(&who, &why, "/plans".into()),
    }
}

#[post("/plans/<id>/end")]
async fn end(who: WriteMoney, id: i64) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::end(&tx, id).await)? {
        Ok(donor) => {
            tx.commit().await?;
            Ok(Answer::done(of(donor), who.word("plans-ended")))
        }
        Err(why) => not_done(&who, &why, "/plans".into()),
    }
}

#[post("/mandates/<id>/end", data = "<form>")]
async fn end_mandate(who: WriteMoney, id: i64, form: Form<ReasonForm>) -> Reply {
    let Some(found) = queries::mandate(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::end_mandate(&tx, id, &form.reason).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(of(found.donor_id), who.word("plans-mandate-ended")))
        }
        Err(why) => not_done(&who, &why, of(found.donor_id)),
    }
}

/// The account in the answer itself: nothing of it stays in an address or a cookie.
#[post("/mandates/<id>/account")]
async fn unmask(who: WriteMoney, id: i64) -> Reply {
    let Some(found) = queries::mandate(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let tx = who.tx().await?;
    let iban = match Stop::split(actions::unmask(&who.core, &tx, id).await)? {
        Ok(iban) => iban,
        Err(why) => return not_done(&who, &why, of(found.donor_id)),
    };
    tx.commit().await?;
    let shown = Some((id, rules::sepa::spaced(&iban)));
    match donor_page(&who, found.donor_id, true, Typed::default(), shown).await? {
        Some(view) => {
            let title = who.say(&Say::new("plans-of-donor"));
            who.page(PAGE, &title, &view)
        }
        None => Ok(Answer::Error(Status::NotFound)),
    }
}
