//! What is due, what waits, collections, and who collects.

use chrono::{Days, NaiveDate};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::dates::{paris_day, parse_typed};
use rules::roles::{Permission, may};

use super::actions::{self, Refusal};
use super::forms::{DayForm, ReasonForm, SetupForm};
use super::setup::NOTICE;
use super::{queries, views};
use crate::accounts::association;
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::clearing;
use crate::platform::{Actor, Say, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Reply};

/// Days ahead that are offered to be announced.
const AHEAD: u64 = 30;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![debits, setup, set_up, announce, collect, collection, file, cancel, bring]
}

#[get("/debits?<through>&<after>&<before>")]
async fn debits(who: ReadMoney, through: Option<&str>, after: Option<&str>, before: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let today = paris_day(who.core.clock.now());
    let setup = queries::setup(conn).await?;
    let notice = setup.as_ref().map_or(NOTICE, |setup| setup.notice_days);
    let default = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    let through: NaiveDate =
        through.and_then(|typed| parse_typed(typed).ok()).map_or(default, |read| read.day);
    let due = queries::dues(conn, today, through, notice).await?;
    let waiting = queries::waiting(conn).await?;
    let ever = NaiveDate::from_ymd_opt(9000, 1, 1).unwrap_or(today);
    let mut letters = queries::announced(conn, ever, 1000).await?;
    letters.retain(|one| one.instalment.announced_by == "letter");
    let slice = queries::page(conn, &Way::read(after, before)).await?;
    let links = slice.links("/debits", &[], |found| found.row.id);
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::debits(
        &who,
        (today, through),
        (setup.as_ref(), &due, &waiting, &letters),
        &slice.rows,
        links,
        writes,
    );
    who.page("pages/debits/debits", &who.word("debits-title"), &view)
}

#[get("/debits/setup", rank = 1)]
async fn setup(who: WriteMoney) -> Reply {
    let conn = who.core.db.read();
    let form = match queries::setup(conn).await? {
        Some(setup) => SetupForm::of(&setup),
        None => {
            let accounts = clearing::queries::accounts::all(conn).await?;
            let iban = accounts.into_iter().find_map(|account| account.iban).unwrap_or_default();
            SetupForm {
                name: association::get(conn).await?.map(|identity| identity.name).unwrap_or_default(),
                iban: rules::sepa::spaced(&iban),
                notice: NOTICE.to_string(),
                ..SetupForm::default()
            }
        }
    };
    who.page("pages/debits/setup", &who.word("debits-setup"), &views::setup(&who, &form, &[]))
}

#[post("/debits/setup", data = "<form>", rank = 1)]
async fn set_up(who: WriteMoney, form: Form<SetupForm>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::set_up(&tx, &form.setup()).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/debits", who.word("debits-setup-kept")))
        }
        Err(why) => {
            let view = views::setup(&who, &form, &why);
            who.refused_page("pages/debits/setup", &who.word("debits-setup"), &view)
        }
    }
}

#[post("/debits/announcements", data = "<form>", rank = 1)]
async fn announce(who: WriteMoney, form: Form<DayForm<'_>>) -> Reply {
    let Ok(through) = parse_typed(form.day) else {
        return Ok(Answer::refused("/debits", who.say(&Refusal::BadDay.say())));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::announce(&who.core, &tx, through.day).await)? {
        Ok(told) => {
            tx.commit().await?;
            let say = Say::new("debits-announced").count("mails", told.mails).count("letters", told.letters);
            Ok(Answer::done("/debits", who.say(&say)))
        }
        Err(why) => Ok(Answer::refused("/debits", who.say(&why.say()))),
    }
}

#[post("/debits", data = "<form>")]
async fn collect(who: WriteMoney, form: Form<DayForm<'_>>) -> Reply {
    let Ok(on) = parse_typed(form.day) else {
        return Ok(Answer::refused("/debits", who.say(&Refusal::BadDay.say())));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::collect(&who.core, &tx, on.day).await)? {
        Ok(id) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/debits/{id}"), who.word("debits-collected")))
        }
        Err(why) => Ok(Answer::refused("/debits", who.say(&why.say()))),
    }
}

#[get("/debits/<id>", rank = 2)]
async fn collection(who: ReadMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(found) = queries::one(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let debits = queries::debits(conn, id).await?;
    let givers = queries::givers(conn, id).await?.into_iter().collect();
    let payout = match clearing::actions::accounts::find_provider(conn, "sepa").await? {
        Some(account) if found.state == "taken" => {
            clearing::queries::payouts::one(conn, account, &found.row.number).await?
        }
        _ => None,
    };
    let today = paris_day(who.core.clock.now());
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::collection(&who, (&found, today), (&debits, &givers), payout.as_ref(), writes);
    let title = who.say(&Say::new("debits-one-title").with("number", found.row.number.clone()));
    who.page("pages/debits/collection", &title, &view)
}

#[get("/debits/<id>/file.xml")]
async fn file(who: WriteMoney, id: i64) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::file(&who.core, &tx, id).await)? {
        Ok((name, bytes)) => {
            tx.commit().await?;
            Ok(Answer::File { bytes, mime: "application/xml".into(), name, inline: false })
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(format!("/debits/{id}"), who.say(&why.say()))),
    }
}

#[post("/debits/<id>/cancellation", data = "<form>")]
async fn cancel(who: WriteMoney, id: i64, form: Form<ReasonForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let here = format!("/debits/{id}");
    match Stop::split(actions::cancel(&tx, id, form.reason).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(here, who.word("debits-cancelled")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(here, who.say(&why.say()))),
    }
}

#[post("/debits/<id>/gifts")]
async fn bring(who: WriteMoney, id: i64) -> Reply {
    let actor = Actor::Member { id: who.member.id, name: who.member.name.clone() };
    match Stop::split(actions::bring(&who.core, &actor, id).await)? {
        Ok(import) => Ok(Answer::go(format!("/imports/{import}"))),
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(format!("/debits/{id}"), who.say(&why.say()))),
    }
}
