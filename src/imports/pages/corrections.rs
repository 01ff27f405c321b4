//! Lines that could not be read, to be put right one by one.

use std::collections::{BTreeMap, BTreeSet};

use moneyin::sheet::{Again, Sheet, again};
use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::{Value, json};

use crate::accounts::guards::WriteMoney;
use crate::imports::actions::{self, Refusal};
use crate::imports::forms::Corrections;
use crate::imports::queries;
use crate::imports::reading::{self, Source, Verdict};
use crate::platform::{Failure, Stop};
use crate::web::paging;
use crate::web::{Answer, Frame, Reply};

/// Lines on the page: each has as many fields as the file has columns.
const SHOWN: u64 = 20;

/// Pages of this room.
pub fn routes() -> Vec<Route> {
    routes![lines, correct]
}

/// The page; none when there is no such file or its lines cannot be put right.
async fn page(
    frame: &Frame,
    id: i64,
    from: i64,
    typed: Option<&Corrections>,
) -> Result<Option<Value>, Failure> {
    let Some(file) = queries::file(&frame.core, id).await? else { return Ok(None) };
    let lead = match Source::parse(&file.source).and_then(|source| again(source.0)) {
        Some(Again::Alone) => "imports-corrections-lead",
        Some(Again::Whole) => "imports-corrections-whole",
        Some(Again::Statement) => "imports-corrections-statement",
        None => return Ok(None),
    };
    let mut refused = queries::lines(&frame.core, id, &[Verdict::Refused], from, SHOWN + 1).await?;
    let more = refused.len() as u64 > SHOWN;
    refused.truncate(usize::try_from(SHOWN).unwrap_or(20));
    let wanted: BTreeSet<u64> = refused.iter().filter_map(|line| u64::try_from(line.line).ok()).collect();
    let sheet = match Stop::split(actions::cells(&frame.core, id, wanted).await)? {
        Ok(Some(sheet)) => sheet,
        Ok(None) | Err(_) => return Ok(None),
    };
    let by_line: BTreeMap<u64, &Vec<String>> =
        sheet.rows.iter().map(|(line, cells)| (*line, cells)).collect();
    let rows = refused.iter().enumerate().filter_map(|(at, line)| {
        let number = u64::try_from(line.line).ok()?;
        let typed = typed.and_then(|form| form.rows.iter().find(|row| row.line == number));
        let cells = typed.map_or_else(|| by_line.get(&number).copied(), |row| Some(&row.cells))?;
        let why = line.why.as_ref().map(|why| frame.say(&reading::say(why.sentence())));
        Some(json!({
            "at": at, "line": number, "why": why, "keep": typed.is_none_or(|row| row.keep),
            "cells": cells_of(&sheet, at, cells),
        }))
    });
    let next = refused.last().filter(|_| more);
    Ok(Some(json!({
        "crumbs": [{ "href": "/imports", "label": frame.word("imports-title") },
            { "href": format!("/imports/{id}"), "label": file.file_name }],
        "id": id, "lead": frame.word(lead), "after": paging::cursor(&from), "back": format!("/imports/{id}"), "rows": rows.collect::<Vec<_>>(),
        "next": next.map(|line| format!("/imports/{id}/corrections?after={}", paging::cursor(&line.id))),
        "prev": (from > 0).then(|| format!("/imports/{id}/corrections")),
    })))
}

async fn written_anew(frame: &Frame, id: i64) -> Result<Option<i64>, Failure> {
    let file = queries::file(&frame.core, id).await?;
    let way = file.and_then(|file| Source::parse(&file.source)).and_then(|source| again(source.0));
    if matches!(way, None | Some(Again::Alone)) {
        return Ok(None);
    }
    queries::written_anew_in(frame.core.db.read(), id).await
}

/// Filled cells first: those are what a person looks at.
fn cells_of(sheet: &Sheet, row: usize, cells: &[String]) -> Value {
    let cell = |(at, name): (usize, &String)| {
        let value = cells.get(at).cloned().unwrap_or_default();
        json!({ "at": at, "id": format!("c{row}-{at}"), "name": name, "value": value })
    };
    let all: Vec<Value> = sheet.names.iter().enumerate().map(cell).collect();
    json!(all)
}

#[get("/imports/<id>/corrections?<after>")]
async fn lines(who: WriteMoney, id: i64, after: Option<&str>) -> Reply {
    // What is left of a file that was written anew is put right there.
    if let Some(anew) = written_anew(&who, id).await? {
        return Ok(Answer::go(format!("/imports/{anew}?show=refused")));
    }
    match page(&who, id, paging::read(after).unwrap_or(0), None).await? {
        Some(view) => who.page("pages/imports/corrections", &who.word("imports-corrections"), &view),
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

#[post("/imports/<id>/corrections", data = "<form>")]
async fn correct(who: WriteMoney, id: i64, form: Form<Corrections>) -> Reply {
    let rows: Vec<(u64, Vec<String>)> =
        form.rows.iter().filter(|row| row.keep).map(|row| (row.line, row.cells.clone())).collect();
    let why = match Stop::split(actions::correct(&who.core, &super::actor(&who), id, &rows).await)? {
        Ok(outcome) => match super::lay_out(&who, outcome, "imports-corrected").await? {
            Ok(answer) => return Ok(answer),
            Err(why) => why,
        },
        Err(why) => why,
    };
    if let Refusal::WrittenAnew { id } = why {
        return Ok(Answer::refused(format!("/imports/{id}?show=refused"), who.say(&why.say())));
    }
    let from = paging::read(Some(&form.after)).unwrap_or(0);
    let Some(mut view) = page(&who, id, from, Some(&form)).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    if let Some(view) = view.as_object_mut() {
        view.insert("refused".into(), json!(who.say(&why.say())));
    }
    who.refused_page("pages/imports/corrections", &who.word("imports-corrections"), &view)
}
