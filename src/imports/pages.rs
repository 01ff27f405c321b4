//! The ledger of files, a preview with its lines, and the buttons that take it, give it up or undo it.

mod corrections;
mod tables;

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};

use super::actions::{self, Brought, Outcome, Refusal};
use super::forms::{Choice, Upload};
use super::queries;
use super::reading::{Source, Verdict};
use super::views::{FileView, ListView, Parts, Show};
use super::work;
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::clearing;
use crate::platform::{Actor, Failure, Say, Stop};
use crate::web::paging::{self, PAGE, Way};
use crate::web::{Answer, Frame, Reply};

/// What is chosen for a file that tells itself where it comes from.
const BY_ITSELF: &str = "auto";

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    [
        routes![files, bring, file, take, abandon, undo_page, undo, choose],
        corrections::routes(),
        tables::routes(),
    ]
    .concat()
}

#[get("/imports?<after>&<before>")]
async fn files(who: ReadMoney, after: Option<&str>, before: Option<&str>) -> Reply {
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = list(&who, Way::read(after, before), writes, None).await?;
    who.page("pages/imports/list", &who.word("imports-title"), &view)
}

async fn list(
    frame: &Frame,
    way: Way<i64>,
    writes: bool,
    refused: Option<String>,
) -> Result<ListView, Failure> {
    let slice = queries::files(&frame.core, &way).await?;
    let accounts = clearing::queries::accounts::all(frame.core.db.read()).await?;
    let tables = queries::tables::all(frame.core.db.read()).await?;
    let links = slice.links("/imports", &[], |file| file.id);
    Ok(ListView::new(frame, &slice.rows, (&accounts, &tables), links, (writes, refused)))
}

#[post("/imports", data = "<form>")]
async fn bring(who: WriteMoney, form: Form<Upload<'_>>) -> Reply {
    let path = form.file.as_ref().and_then(|file| file.path());
    let source = match (form.source, path) {
        (BY_ITSELF, Some(path)) => match actions::guess(path).await? {
            Some(source) => Some(source),
            None => {
                let refused = who.word("imports-source-unknown");
                let view = list(&who, Way::First, true, Some(refused)).await?;
                return who.refused_page("pages/imports/list", &who.word("imports-title"), &view);
            }
        },
        (BY_ITSELF, None) => Some(Source::HELLOASSO), // the file is what lacks
        (code, _) => Source::parse(code),
    };
    let refused = match (source, path) {
        (None, _) => Say::new("imports-source-needed"),
        (_, None) => Say::new("imports-file-needed"),
        (Some(source), Some(path)) => {
            let name = form.name();
            let account = form.account.parse().ok().filter(|_| source.is_bank());
            let table = form.table.parse().ok().filter(|_| source == Source::GENERIC);
            match look(&who, Brought { source, name: &name, path, account, table }).await? {
                Ok(answer) => return Ok(answer),
                Err(refusal) => refusal.say(),
            }
        }
    };
    let view = list(&who, Way::First, true, Some(who.say(&refused))).await?;
    who.refused_page("pages/imports/list", &who.word("imports-title"), &view)
}

/// A small file is laid out at once, a large one behind the pages.
async fn look(who: &WriteMoney, brought: Brought<'_>) -> Result<Result<Answer, Refusal>, Failure> {
    match Stop::split(actions::accept(&who.core, &actor(who), brought).await)? {
        Err(refusal) => Ok(Err(refusal)),
        Ok(outcome) => lay_out(who, outcome, "").await,
    }
}

fn actor(who: &WriteMoney) -> Actor {
    Actor::Member { id: who.member.id, name: who.member.name.clone() }
}

/// What follows once a file is kept; with what is said then.
async fn lay_out(
    who: &WriteMoney,
    outcome: Outcome,
    done: &'static str,
) -> Result<Result<Answer, Refusal>, Failure> {
    let id = match outcome {
        Outcome::AlreadyTaken { id } => {
            return Ok(Ok(Answer::done(format!("/imports/{id}"), who.word("imports-already-taken"))));
        }
        Outcome::Previewed { id } => id,
    };
    let size = queries::file(&who.core, id).await?.map_or(0, |file| file.size);
    if size > work::LARGE {
        let tx = who.tx().await?;
        work::ask_lay_out(&tx, id).await?;
        tx.commit().await?;
        who.core.bell.notify_waiters();
    } else if let Err(refusal) = Stop::split(actions::lay_out(&who.core, &actor(who), id, &|_| {}).await)? {
        return Ok(Err(refusal));
    }
    let there = format!("/imports/{id}");
    Ok(Ok(if done.is_empty() { Answer::go(there) } else { Answer::done(there, who.word(done)) }))
}

#[get("/imports/<id>?<show>&<after>", rank = 2)]
async fn file(who: ReadMoney, id: i64, show: Option<&str>, after: Option<&str>) -> Reply {
    let Some(file) = queries::file(&who.core, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let sums = queries::sums(who.core.db.read(), id).await?;
    let proposed = if file.state == "previewed" { queries::proposed(&who.core, id).await? } else { 0 };
    let fullest = || {
        if proposed > 0 {
            return Show::Proposed;
        }
        let first = Verdict::ALL.into_iter().find(|verdict| sums.contains_key(verdict));
        Show::Verdict(first.unwrap_or(Verdict::New))
    };
    let show = show.and_then(Show::parse).unwrap_or_else(fullest);
    let from: i64 = paging::read(after).unwrap_or(0);
    let mut lines = match show {
        Show::Proposed => queries::proposed_lines(&who.core, id, from, PAGE + 1).await?,
        Show::Verdict(verdict) => queries::lines(&who.core, id, &[verdict], from, PAGE + 1).await?,
    };
    let more = paging::has_more(&mut lines);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|line| format!("/imports/{id}?show={}&after={}", show.code(), paging::cursor(&line.id)));
    let (donors, owners) = queries::people(&who.core, &lines).await?;
    let parts = Parts {
        file: &file,
        sums: &sums,
        proposed,
        show,
        lines: &lines,
        donors: &donors,
        owners: &owners,
        working: queries::working(&who.core, &work::key(id)).await?,
        writes: may(who.member.role, Permission::WriteMoney),
        next,
        further: from > 0,
        corrected_in: &queries::corrected_in(who.core.db.read(), id).await?,
    };
    let title = who.say(&Say::new("imports-one-title").with("name", file.file_name.clone()));
    who.page("pages/imports/file", &title, &FileView::new(&who, &parts))
}

#[post("/imports/<id>/taking")]
async fn take(who: WriteMoney, id: i64) -> Reply {
    let here = format!("/imports/{id}");
    let Some(file) = queries::file(&who.core, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let tx = who.tx().await?;
    if file.state == "previewed" && file.rows_new + file.rows_changed > work::MANY {
        work::ask_take(&tx, id).await?;
        tx.commit().await?;
        who.core.bell.notify_waiters();
        return Ok(Answer::go(here));
    }
    match Stop::split(actions::take(&who.core, &tx, id, &|_| {}).await)? {
        Ok(taken) => {
            tx.commit().await?;
            Ok(Answer::done(here, who.say(&taken.say())))
        }
        Err(refusal @ Refusal::Stale { .. }) => {
            drop(tx);
            let tx = who.tx().await?;
            Stop::split(actions::refresh(&tx, id).await)?.ok();
            tx.commit().await?;
            Ok(Answer::refused(here, who.say(&refusal.say())))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(here, who.say(&refusal.say()))),
    }
}

#[post("/imports/<id>/abandonment")]
async fn abandon(who: WriteMoney, id: i64) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::abandon(&tx, id).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/imports", who.word("imports-abandoned")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(format!("/imports/{id}"), who.say(&refusal.say()))),
    }
}

#[get("/imports/<id>/undo")]
async fn undo_page(who: WriteMoney, id: i64) -> Reply {
    let Some(file) = queries::file(&who.core, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let view = serde_json::json!({
        "action": format!("/imports/{id}/undo"),
        "back": format!("/imports/{id}"),
        "name": file.file_name,
        "gifts": file.rows_new + file.rows_changed,
        "bank": Source::parse(&file.source).is_some_and(Source::is_bank),
        "cents": file.cents_new,
    });
    who.page("pages/imports/undo", &who.word("imports-undo-title"), &view)
}

#[post("/imports/<id>/undo")]
async fn undo(who: WriteMoney, id: i64) -> Reply {
    let tx = who.tx().await?;
    let here = format!("/imports/{id}");
    match Stop::split(actions::undo(&tx, id).await)? {
        Ok(gifts) => {
            tx.commit().await?;
            Ok(Answer::done(here, who.say(&Say::new("imports-undone").count("n", gifts))))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(here, who.say(&refusal.say()))),
    }
}

#[post("/imports/<id>/lines/<line>/donor", data = "<form>")]
async fn choose(who: WriteMoney, id: i64, line: i64, form: Form<Choice<'_>>) -> Reply {
    let here = format!("/imports/{id}");
    let Some(donor) = form.read() else {
        return Ok(Answer::refused(here, who.word("imports-choice-needed")));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::choose(&tx, id, line, donor).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(here, who.word("imports-chosen")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(here, who.say(&refusal.say()))),
    }
}
