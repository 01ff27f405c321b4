//! The checklist, the closings, and the buttons.

use chrono::NaiveDate;
use rocket::form::Form;
use rocket::{Route, get, post, routes};
use rules::dates::paris_day;
use rules::roles::{Permission, may};

use super::actions::{self, Refusal};
use super::forms::{Closing, Reason};
use super::{queries, views};
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::platform::{Failure, Stop};
use crate::web::{Answer, Frame, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![periods, close, reopen]
}

#[get("/treasury/periods?<through>")]
async fn periods(who: ReadMoney, through: Option<&str>) -> Reply {
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = page(&who, writes, through.and_then(|day| day.parse().ok()), None).await?;
    who.page("pages/periods/periods", &who.word("periods-title"), &view)
}

async fn page(
    frame: &Frame,
    writes: bool,
    through: Option<NaiveDate>,
    refused: Option<String>,
) -> Result<serde_json::Value, Failure> {
    let conn = frame.core.db.read();
    let offered = queries::offered(conn, paris_day(frame.core.clock.now())).await?;
    let chosen = through.filter(|day| offered.contains(day)).or(offered.first().copied());
    let items = match chosen {
        Some(day) => queries::checklist(conn, day).await?,
        None => Vec::new(),
    };
    let closings = queries::closings(conn).await?;
    Ok(views::page(frame, &offered, (chosen, &items), &closings, (writes, refused)))
}

#[post("/treasury/periods", data = "<form>")]
async fn close(who: WriteMoney, form: Form<Closing<'_>>) -> Reply {
    let through: Option<NaiveDate> = form.through.parse().ok();
    let tx = who.tx().await?;
    let done = match through {
        Some(day) => Stop::split(actions::close(&tx, day, form.anyway).await)?,
        None => Err(Refusal::NotMonthEnd),
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(Answer::done("/treasury/periods", who.word("periods-closed")))
        }
        Err(why) => {
            drop(tx);
            let view = page(&who, true, through, Some(who.say(&why.say()))).await?;
            who.refused_page("pages/periods/periods", &who.word("periods-title"), &view)
        }
    }
}

#[post("/treasury/periods/<id>/reopen", data = "<form>")]
async fn reopen(who: WriteMoney, id: i64, form: Form<Reason<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::reopen(&tx, id, form.reason).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/treasury/periods", who.word("periods-reopened")))
        }
        Err(why) => Ok(Answer::refused("/treasury/periods", who.say(&why.say()))),
    }
}
