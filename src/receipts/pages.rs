//! The register, the dry run, runs under way, one receipt and its paper.

use chrono::Datelike;
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

use super::actions::{self, IssueOne, StartRun};
use super::forms::{OneForm, ReasonForm, RunForm};
use super::queries::register::{self, Wanted};
use super::queries::survey;
use super::views::{DryRun, LeftPage, Parts, ReceiptView, Register, RunLine};
use crate::accounts::guards::{IssueReceipts, ReadReceipts};
use crate::platform::{Failure, Say, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Frame, Reply};

/// People on a page of the dry run.
const PEOPLE: usize = 50;

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![
        register_page,
        dry_run,
        run_asked,
        run_page,
        one_asked,
        receipt,
        cancelled,
        replaced,
        copied,
        sent
    ]
}

#[get("/receipts?<q>&<year>&<show>&<after>&<before>")]
async fn register_page(
    who: ReadReceipts,
    q: Option<&str>,
    year: Option<i32>,
    show: Option<&str>,
    after: Option<&str>,
    before: Option<&str>,
) -> Reply {
    let core = &who.core;
    let state = show.filter(|s| ["issued", "cancelled"].contains(s));
    let wanted = Wanted { q: q.unwrap_or_default().trim(), year, state, to_print: show == Some("print") };
    let parts = Parts {
        years: register::years(core).await?,
        series: register::series(core).await?,
        runs: register::runs(core).await?,
        rows: register::page(core, &wanted, &Way::read(after, before)).await?,
        wanted,
    };
    who.page("pages/receipts/register", &who.word("receipts-title"), &Register::new(&who, parts))
}

#[get("/receipts/run?<year>&<reason>&<after>")]
async fn dry_run(who: ReadReceipts, year: Option<i32>, reason: Option<&str>, after: Option<i64>) -> Reply {
    let core = &who.core;
    let year = year.unwrap_or_else(|| core.clock.today().year() - 1);
    if super::queries::batch::days(year).is_err() {
        return Ok(Answer::Error(Status::NotFound));
    }
    let after = after.unwrap_or_default();
    if let Some(code) = reason {
        let wanted = |one: &survey::Someone| one.reasons.iter().any(|why| why.code() == code);
        let found = survey::some(core, year, after, PEOPLE, wanted).await?;
        let view = LeftPage::new(&who, year, code, found);
        return who.page("pages/receipts/left", &who.word("receipts-left-title"), &view);
    }
    let found = survey::kept(core, year).await?;
    let people = survey::some(core, year, after, PEOPLE, |one| one.receipts > 0).await?;
    let running = register::under_way(core, year).await?.map(|run| run.id);
    let title = who.say(&Say::new("receipts-run-title").count("year", year));
    who.page("pages/receipts/run", &title, &DryRun::new(&who, &found, people, running))
}

#[post("/receipts/run", data = "<form>")]
async fn run_asked(who: IssueReceipts, form: Form<RunForm>) -> Reply {
    let tx = who.tx().await?;
    let command = StartRun { year: form.year, planned: form.planned };
    match Stop::split(actions::ask_run(&tx, command, form.mails).await)? {
        Ok(id) => {
            tx.commit().await?;
            who.core.bell.notify_one();
            Ok(Answer::go(format!("/receipts/runs/{id}")))
        }
        Err(refusal) => {
            let back = format!("/receipts/run?year={}", form.year);
            Ok(Answer::refused(back, refusal.sentence(&who.core, who.lang)))
        }
    }
}

#[get("/receipts/runs/<id>")]
async fn run_page(who: ReadReceipts, id: i64) -> Reply {
    match register::run(who.core.db.read(), id).await? {
        Some(run) => {
            let title = who.say(&Say::new("receipts-run-title").count("year", run.gift_year));
            who.page("pages/receipts/progress", &title, &RunLine::new(&run))
        }
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/receipts/one", data = "<form>")]
async fn one_asked(who: IssueReceipts, form: Form<OneForm>) -> Reply {
    let tx = who.tx().await?;
    let command = IssueOne { donor_id: form.donor, year: form.year, abroad: true, mails: true };
    match Stop::split(actions::issue_one(&who.core, &tx, command).await)? {
        Ok(issued) => {
            tx.commit().await?;
            let number = issued.first().map(|one| one.number.clone()).unwrap_or_default();
            let said = who.say(&Say::new("receipts-issued").with("number", number.clone()));
            Ok(Answer::done(format!("/receipts/{number}"), said))
        }
        Err(refusal) => {
            let back = format!("/receipts/run?year={}", form.year);
            Ok(Answer::refused(back, refusal.sentence(&who.core, who.lang)))
        }
    }
}

/// `/receipts/RF-2026-000001` is its page, `/receipts/RF-2026-000001.pdf` its paper.
#[get("/receipts/<file>", rank = 5)]
async fn receipt(who: ReadReceipts, file: &str) -> Reply {
    let number = file.strip_suffix(".pdf").unwrap_or(file);
    let Some(row) = register::by_number(who.core.db.read(), number).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    if file.ends_with(".pdf") {
        return Ok(paper(file, actions::paper_of(&who.core, &row).await?));
    }
    let view = view(&who, &row).await?;
    who.page("pages/receipts/receipt", number, &view)
}

fn paper(name: &str, bytes: Vec<u8>) -> Answer {
    Answer::File { bytes, mime: "application/pdf".into(), name: name.into(), inline: true }
}

async fn view(frame: &Frame, row: &entities::receipt::Model) -> Result<ReceiptView, Failure> {
    let replaced_by = register::replacement(frame.core.db.read(), row.id).await?;
    ReceiptView::new(frame, row, replaced_by.map(|new| new.number))
}

/// What was refused about a receipt, on its page.
async fn refused(who: &IssueReceipts, number: &str, reason: &str, why: actions::Refusal) -> Reply {
    let said = why.sentence(&who.core, who.lang);
    match register::by_number(who.core.db.read(), number).await? {
        Some(row) => {
            let view = view(who, &row).await?.refused(reason, said);
            who.refused_page("pages/receipts/receipt", number, &view)
        }
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/receipts/<number>/cancellation", data = "<form>")]
async fn cancelled(who: IssueReceipts, number: &str, form: Form<ReasonForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::cancel(&who.core, &tx, number, form.reason).await)? {
        Ok(()) => {
            tx.commit().await?;
            let said = who.say(&Say::new("receipts-cancelled-done").with("number", number.to_owned()));
            Ok(Answer::done(format!("/receipts/{number}"), said))
        }
        Err(why) => {
            drop(tx);
            refused(&who, number, form.reason, why).await
        }
    }
}

#[post("/receipts/<number>/replacement", data = "<form>")]
async fn replaced(who: IssueReceipts, number: &str, form: Form<ReasonForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::replace(&who.core, &tx, number, form.reason).await)? {
        Ok(new) => {
            tx.commit().await?;
            let said = Say::new("receipts-replaced-done").with("number", new.number.clone());
            Ok(Answer::done(
                format!("/receipts/{}", new.number),
                who.say(&said.with("old", number.to_owned())),
            ))
        }
        Err(why) => {
            drop(tx);
            refused(&who, number, form.reason, why).await
        }
    }
}

#[post("/receipts/<number>/duplicate")]
async fn copied(who: IssueReceipts, number: &str) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::duplicate(&who.core, &tx, number).await)? {
        Ok(pdf) => {
            tx.commit().await?;
            Ok(paper(&format!("{number}-duplicata.pdf"), pdf))
        }
        Err(_) => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/receipts/<number>/mail")]
async fn sent(who: IssueReceipts, number: &str) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::send(&who.core, &tx, number).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/receipts/{number}"), who.word("receipts-sent-done")))
        }
        Err(why) => {
            drop(tx);
            refused(&who, number, "", why).await
        }
    }
}
