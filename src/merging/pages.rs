//! The list of duplicates, two records side by side, and the way back.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};

use super::actions::{self, Refusal};
use super::forms::{MergeForm, Two};
use super::{queries, views};
use crate::accounts::guards::{ReadDonors, WriteDonors};
use crate::donors::queries::list;
use crate::platform::{Say, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Reply};

/// Pairs on the page; deciding about them brings the next ones.
const SHOWN: usize = 50;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![duplicates, apart, choose, compare, merge, take_back]
}

#[get("/donors/duplicates", rank = 1)]
async fn duplicates(who: ReadDonors) -> Reply {
    let conn = who.core.db.read();
    let (pairs, count) = queries::pairs(conn, SHOWN).await?;
    let waiting = queries::without_keys(conn).await?;
    let writes = may(who.member.role, Permission::WriteDonors);
    let view = views::duplicates(&who, &pairs, count, waiting, writes);
    who.page("pages/merging/duplicates", &who.word("merging-title"), &view)
}

#[post("/donors/duplicates/apart", data = "<form>")]
async fn apart(who: WriteDonors, form: Form<Two>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::tell_apart(&tx, form.one, form.other).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/donors/duplicates", who.word("merging-apart-done")))
        }
        Err(why) => Ok(Answer::refused("/donors/duplicates", who.say(&why.say()))),
    }
}

/// Another record, found by hand.
#[get("/donors/<id>/merge?<q>")]
async fn choose(who: WriteDonors, id: i64, q: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let q = q.unwrap_or_default().trim();
    let row = crate::donors::queries::get(conn, id).await?.filter(|row| row.merged_into.is_none());
    let Some(row) = row else { return Ok(Answer::Error(Status::NotFound)) };
    let found = if q.is_empty() { Vec::new() } else { list::page(conn, q, &Way::First).await?.rows };
    let view = views::choose(&who, &row, q, &found);
    who.page("pages/merging/choose", &who.word("merging-choose"), &view)
}

#[get("/donors/<one>/merge/<other>")]
async fn compare(who: WriteDonors, one: i64, other: i64) -> Reply {
    let pair = queries::pair(who.core.db.read(), one, other).await?;
    let Some(pair) = pair.filter(|_| one != other) else { return Ok(Answer::Error(Status::NotFound)) };
    let view = views::compare(&who, &pair);
    who.page("pages/merging/compare", &who.word("merging-compare"), &view)
}

#[post("/donors/merges", data = "<form>")]
async fn merge(who: WriteDonors, form: Form<MergeForm>) -> Reply {
    let tx = who.tx().await?;
    let command = form.merge();
    match Stop::split(actions::merge(&who.core, &tx, command).await)? {
        Ok(_) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/donors/{}", command.kept.0), who.word("merging-done")))
        }
        Err(why) => {
            let (one, other) = form.ids();
            let back = match why {
                Refusal::Changed => format!("/donors/{one}/merge/{other}"),
                _ => "/donors/duplicates".to_owned(),
            };
            Ok(Answer::refused(back, who.say(&why.say())))
        }
    }
}

#[post("/donors/<id>/merges/<merge>/undo")]
async fn take_back(who: WriteDonors, id: i64, merge: i64) -> Reply {
    let tx = who.tx().await?;
    let back = format!("/donors/{id}");
    match Stop::split(actions::undo(&who.core, &tx, merge).await)? {
        Ok((_, absorbed)) => {
            tx.commit().await?;
            let say = Say::new("merging-undone").with("id", absorbed.to_string());
            Ok(Answer::done(back, who.say(&say)))
        }
        Err(why) => Ok(Answer::refused(back, who.say(&why.say()))),
    }
}
