//! The treasury's page and its files.

mod outbox;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use chrono::{Datelike, NaiveDate};
use rocket::http::{Header, Status};
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::{AsyncRead, ReadBuf};
use rocket::tokio::sync::mpsc::{Receiver, channel};
use rocket::{FromForm, Request, Route, get, routes};
use serde_json::json;

use super::queries::sums;
use super::views::{Counted, Year};
use super::{Asked, Export, actions, export};
use crate::accounts::guards::{self, ReadMoney};
use crate::platform::Failure;
use crate::web::answer::file_name;
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    [routes![treasury, exported], outbox::routes()].concat()
}

#[get("/treasury?<year>")]
async fn treasury(who: ReadMoney, year: Option<i32>) -> Reply {
    let today = rules::dates::paris_day(who.core.clock.now());
    let year = year.filter(|y| (1900..=2200).contains(y)).unwrap_or_else(|| today.year());
    let ends = sums::ends(&who.core).await?.unwrap_or((today, today));
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(today);
    let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(today);
    let rows = sums::months(&who.core, first, last).await?;
    let newest = Ord::max(ends.1.year(), today.year());
    let years: Vec<_> = (Ord::max(ends.0.year(), newest - 11)..=newest)
        .rev()
        .map(|y| json!({ "href": format!("/treasury?year={y}"), "label": y.to_string(), "count": null, "current": y == year }))
        .collect();
    let view = json!({
        "years": years,
        "sums": Year::new(&who, year, (first, last), &rows),
        "issued": Counted::from(sums::receipts(&who.core, year, "issued").await?),
        "cancelled": Counted::from(sums::receipts(&who.core, year, "cancelled").await?),
        "without": Counted::from(sums::without_receipt(&who.core, first, last).await?),
        "exports": Export::ALL.into_iter().filter(|e| e.is_for(who.member.role)).map(|e| json!({
            "name": e.name(), "label": who.word(label(e)), "text": who.word(text(e)),
        })).collect::<Vec<_>>(),
    });
    who.page("pages/treasury/treasury", &who.word("treasury-title"), &view)
}

fn label(export: Export) -> &'static str {
    match export {
        Export::Gifts => "treasury-export-gifts",
        Export::Donors => "treasury-export-donors",
        Export::Receipts => "treasury-export-receipts",
        Export::Tickets => "treasury-export-tickets",
        Export::Deposits => "treasury-export-deposits",
    }
}

fn text(export: Export) -> &'static str {
    match export {
        Export::Gifts => "treasury-export-gifts-text",
        Export::Donors => "treasury-export-donors-text",
        Export::Receipts => "treasury-export-receipts-text",
        Export::Tickets => "treasury-export-tickets-text",
        Export::Deposits => "treasury-export-deposits-text",
    }
}

/// What the address of a file asks for.
#[derive(FromForm)]
struct Period<'r> {
    from: Option<&'r str>,
    to: Option<&'r str>,
    year: Option<&'r str>,
    plain: Option<&'r str>,
}

impl Period<'_> {
    /// Days and year; empty fields of a form ask for nothing, a day that is none is not guessed.
    fn read(&self, export: Export) -> Option<Asked> {
        let given = |text: Option<&str>| text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let day = |text: Option<&str>| match given(text) {
            None => Some(None),
            Some(text) => rules::dates::parse_typed(&text).ok().map(|typed| Some(typed.day)),
        };
        let plain = given(self.plain).is_some_and(|p| p != "0");
        let asked = Asked { from: day(self.from)?, to: day(self.to)?, plain, ..Asked::all(export) };
        match given(self.year) {
            None => Some(asked),
            Some(year) => year.parse().ok().map(|year| asked.in_year(year)),
        }
    }
}

#[get("/treasury/exports/<name>?<period..>")]
async fn exported(
    who: guards::Export,
    name: &str,
    period: Period<'_>,
) -> Result<Result<Csv, Answer>, Failure> {
    let Some(export) = name.strip_suffix(".csv").and_then(Export::parse) else {
        return Ok(Err(Answer::Error(Status::NotFound)));
    };
    if !export.is_for(who.member.role) {
        return Ok(Err(Answer::Error(Status::Forbidden)));
    }
    let Some(asked) = period.read(export) else {
        return Ok(Err(Answer::Error(Status::UnprocessableEntity)));
    };
    let tx = who.tx().await?;
    actions::note_export(&tx, &asked).await?;
    tx.commit().await?;
    let (give, take) = channel(4);
    let core = who.core.clone();
    let cut = who.word("treasury-export-cut");
    rocket::tokio::spawn(async move {
        if let Err(failure) = export::run(&core, &asked, give.clone()).await {
            tracing::error!(%failure, "an export broke off");
            // An answer that has begun cannot become an error: the file itself must say so.
            let _gone = give.send(format!("\r\n{cut}\r\n").into_bytes()).await;
        }
    });
    Ok(Ok(Csv { name: asked.file_name(), body: Chunks { take, rest: Vec::new(), at: 0 } }))
}

/// A table on its way.
struct Csv {
    name: String,
    body: Chunks,
}

impl<'r> Responder<'r, 'static> for Csv {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build()
            .header(Header::new("Content-Type", "text/csv; charset=utf-8"))
            .header(Header::new("Content-Disposition", format!("attachment; {}", file_name(&self.name))))
            .streamed_body(self.body)
            .max_chunk_size(64 * 1024)
            .ok()
    }
}

/// Chunks as they are written, read as one file.
struct Chunks {
    take: Receiver<Vec<u8>>,
    rest: Vec<u8>,
    at: usize,
}

impl AsyncRead for Chunks {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.at >= this.rest.len() {
            match this.take.poll_recv(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Ready(Some(chunk)) => {
                    this.rest = chunk;
                    this.at = 0;
                }
            }
        }
        let left = this.rest.get(this.at..).unwrap_or_default();
        let now = left.get(..Ord::min(left.len(), buf.remaining())).unwrap_or_default();
        buf.put_slice(now);
        this.at += now.len();
        Poll::Ready(Ok(()))
    }
}
