//! Slips, the grid, and what is handed to the bank.

use reports::csv::Flavour;
use rocket::form::Form;
use rocket::http::{ContentType, Status};
use rocket::{Route, get, post, routes};
use rules::dates::paris_day;
use rules::roles::{Permission, may};
use serde_json::json;

use super::actions::{self, Refusal};
use super::forms::{Grid, LineForm};
use super::{queries, views};
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::clearing;
use crate::donors::queries::list;
use crate::platform::{Actor, Failure, Say, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Reply};

/// Names offered while one is typed.
const OFFERED: usize = 8;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![slips, grid, create, drawers, slip, bring]
}

#[get("/deposits?<after>&<before>", rank = 1)]
async fn slips(who: ReadMoney, after: Option<&str>, before: Option<&str>) -> Reply {
    let slice = queries::page(who.core.db.read(), &Way::read(after, before)).await?;
    let links = slice.links("/deposits", &[], |found| found.id);
    let writes = may(who.member.role, Permission::WriteMoney);
    who.page(
        "pages/deposits/list",
        &who.word("deposits-title"),
        &views::list(&who, &slice.rows, links, writes),
    )
}

#[get("/deposits/new", rank = 1)]
async fn grid(who: WriteMoney) -> Reply {
    let today = rules::dates::short_fr(paris_day(who.core.clock.now()));
    let typed = Grid { deposited_on: today.clone(), ..Grid::default() };
    page(&who, &typed, &[], Status::Ok).await
}

async fn page(who: &WriteMoney, typed: &Grid, refused: &[Refusal], status: Status) -> Reply {
    let accounts = clearing::queries::accounts::all(who.core.db.read()).await?;
    let today = rules::dates::short_fr(paris_day(who.core.clock.now()));
    let view = views::grid(who, typed, refused, &accounts, &today);
    who.page_with(status, "staff", "pages/deposits/grid", &who.word("deposits-new"), &view)
}

#[post("/deposits", data = "<form>", rank = 1)]
async fn create(who: WriteMoney, form: Form<Grid>) -> Reply {
    if form.more {
        let mut typed = form.into_inner();
        typed.lines.extend((0..5).map(|_| LineForm::default()));
        return page(&who, &typed, &[], Status::Ok).await;
    }
    let (new, mut refused, places) = form.slip();
    if refused.is_empty() {
        let actor = Actor::Member { id: who.member.id, name: who.member.name.clone() };
        match Stop::split(actions::create(&who.core, &actor, &new).await)? {
            Ok((_, import)) => {
                return Ok(Answer::done(format!("/imports/{import}"), who.word("deposits-created")));
            }
            Err(why) => refused = why,
        }
    }
    let refused: Vec<Refusal> = refused.into_iter().map(|why| why.placed(&places)).collect();
    page(&who, &form, &refused, Status::UnprocessableEntity).await
}

/// Donors whose name begins to be typed, for the grid.
#[get("/deposits/drawers?<q>", rank = 1)]
async fn drawers(who: WriteMoney, q: Option<&str>) -> Reply {
    let q = q.unwrap_or_default().trim();
    let found = match q.chars().count() {
        0 | 1 => Vec::new(),
        _ => list::page(who.core.db.read(), q, &Way::First).await?.rows,
    };
    let offered: Vec<_> = found.iter().take(OFFERED).map(|line| views::drawer(&line.donor)).collect();
    Ok(Answer::Data(Status::Ok, ContentType::JSON, serde_json::to_vec(&json!(offered))?))
}

/// `/deposits/3` is a slip's page, `/deposits/3.pdf` its paper, `/deposits/3.csv` its table.
#[get("/deposits/<file>", rank = 3)]
async fn slip(who: ReadMoney, file: &str) -> Reply {
    let (id, kind) = file.split_once('.').unwrap_or((file, ""));
    let conn = who.core.db.read();
    let found = match id.parse() {
        Ok(id) => queries::one(conn, id).await?,
        Err(_) => None,
    };
    let Some(found) = found else { return Ok(Answer::Error(Status::NotFound)) };
    let name = format!("{}.{kind}", found.slip.number);
    let whole =
        |bytes: Vec<u8>, mime: &str, inline| Ok(Answer::File { bytes, mime: mime.into(), name, inline });
    match kind {
        "" => {
            let payout = match found.state.as_str() {
                "taken" => queries::payout(conn, &found.slip.number).await?,
                _ => None,
            };
            let writes = may(who.member.role, Permission::WriteMoney);
            let title = who.say(&Say::new("deposits-one-title").with("number", found.slip.number.clone()));
            who.page("pages/deposits/slip", &title, &views::slip(&who, &found, payout.as_ref(), writes))
        }
        "pdf" => {
            let slip = found.slip.clone();
            let drawing = rocket::tokio::task::spawn_blocking(move || reports::slip::render(&slip));
            let drawn = drawing.await.map_err(|error| Failure::new(error.to_string()))?;
            whole(drawn.map_err(|error| Failure::new(error.to_string()))?, "application/pdf", true)
        }
        "csv" => whole(actions::table(&found.slip, Flavour::French)?, "text/csv; charset=utf-8", false),
        _ => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/deposits/<id>/file")]
async fn bring(who: WriteMoney, id: i64) -> Reply {
    let actor = Actor::Member { id: who.member.id, name: who.member.name.clone() };
    match Stop::split(actions::bring(&who.core, &actor, id).await)? {
        Ok(import) => Ok(Answer::go(format!("/imports/{import}"))),
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(why) => Ok(Answer::refused(format!("/deposits/{id}"), who.say(&why.say()))),
    }
}
