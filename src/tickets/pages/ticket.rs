//! One ticket.

use rocket::http::Status;
use rocket::{Route, get, routes};
use serde_json::json;

use crate::accounts::guards::ReadTickets;
use crate::platform::config::RemoteImages;
use crate::platform::{Failure, pictures};
use crate::tickets::actions::look::Seen;
use crate::tickets::queries::conversation::{self, Conversation};
use crate::tickets::views::{AsHtml, around};
use crate::tickets::{queries, views};
use crate::web::frame::Signed;
use crate::web::{Answer, Frame, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![page, file, picture]
}

#[get("/tickets/<id>?<html>&<pictures>&<again>")]
async fn page(
    who: ReadTickets,
    id: i64,
    html: Option<i64>,
    pictures: Option<bool>,
    again: Option<i64>,
) -> Reply {
    let html = AsHtml { message: html, remote: pictures.unwrap_or_default() };
    let composer = Composer { html, again, ..Composer::default() };
    show(&who, &who.member, id, composer).await
}

#[get("/tickets/<id>/files/<file>", rank = 1)]
async fn file(who: ReadTickets, id: i64, file: i64) -> Reply {
    super::file(&who, conversation::file(&who.core, id, file).await?).await
}

/// A picture of a message that lies on another server: `at` counts those of the message, so that no address but
/// one that the mail itself names is ever asked.
#[get("/tickets/<id>/messages/<message>/pictures/<at>")]
async fn picture(who: ReadTickets, id: i64, message: i64, at: usize) -> Reply {
    let reach = who.core.config.remote_images;
    let html = conversation::html(&who.core, id, message).await?.unwrap_or_default();
    let asked = mailin::html::remote_images(&html).into_iter().nth(at);
    let Some(url) = asked.filter(|_| reach != RemoteImages::Never) else {
        return Ok(Answer::Error(Status::NotFound));
    };
    Ok(match pictures::fetch(&url, reach == RemoteImages::Everywhere).await? {
        Ok(found) => Answer::File {
            bytes: found.bytes,
            mime: found.mime.into(),
            name: format!("image-{at}"),
            inline: true,
        },
        Err(why) => {
            tracing::info!(message, at, ?why, "a picture of a mail could not be fetched");
            Answer::Error(Status::NotFound)
        }
    })
}

/// What the page shows besides the ticket.
#[derive(Debug, Default)]
pub struct Composer {
    /// Message shown as HTML.
    pub html: AsHtml,
    /// Message whose words are in the composer again.
    pub again: Option<i64>,
    /// What was typed, when it was refused.
    pub typed: Option<String>,
    /// People in copy who were chosen.
    pub copies: Vec<i64>,
    /// Why.
    pub error: Option<String>,
    /// What a look at the gifts showed.
    pub seen: Option<Vec<Seen>>,
}

/// The page of a ticket, with what the composer holds.
pub async fn show(frame: &Frame, me: &Signed, id: i64, composer: Composer) -> Reply {
    let Some(found) = conversation::conversation(&frame.core, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let view = view(frame, me, &found, &composer).await?;
    let title = format!("{} · {}", found.ticket.subject, views::named(frame, &found.person));
    let status = if composer.error.is_some() { Status::UnprocessableEntity } else { Status::Ok };
    frame.page_with(status, "staff", "pages/tickets/ticket", &title, &view)
}

async fn view(
    frame: &Frame,
    me: &Signed,
    found: &Conversation,
    composer: &Composer,
) -> Result<serde_json::Value, Failure> {
    let ticket = &found.ticket;
    let services = queries::services(&frame.core, true).await?;
    let starter = views::starter(&found.person);
    let again = composer.again.and_then(|id| found.messages.iter().find(|m| m.id == id && m.kind == "reply"));
    let text =
        composer.typed.clone().or_else(|| again.map(|m| m.text.clone())).unwrap_or_else(|| starter.clone());
    let shown = views::messages(frame, found, composer.html);
    let waiting = shown.iter().rev().find(|m| m.until.is_some());
    let others: Vec<serde_json::Value> = found
        .others
        .iter()
        .map(|t| json!({ "id": t.id, "subject": t.subject, "at": t.last_at, "open": t.state == "open" }))
        .collect();
    let merged: Vec<serde_json::Value> =
        found.merged.iter().map(|m| json!({ "id": m.from_ticket, "at": m.merged_at })).collect();
    let looked = composer.seen.as_ref().map(|seen| {
        let donors = seen.iter().map(|d| {
            let receipts = d.receipts.iter();
            let receipts: Vec<_> = receipts.map(|(n, live)| json!({ "number": n, "live": live })).collect();
            json!({ "name": d.name, "has_address": d.has_address, "receipts": receipts })
        });
        donors.collect::<Vec<_>>()
    });
    Ok(json!({
        "id": ticket.id,
        "crumbs": [
            { "href": "/tickets", "label": frame.word("tickets-queue") },
            { "href": null, "label": format!("#{}", ticket.id) },
        ],
        "draft": format!("ticket-{}", ticket.id),
        "looked_nobody": composer.seen.as_ref().is_some_and(Vec::is_empty),
        "subject": ticket.subject,
        "who": views::named(frame, &found.person),
        "email": found.person.email,
        "promise": views::promise(frame, found),
        "owed": ticket.promise == "owed",
        "answering": ticket.promise == "answering",
        "closed": ticket.state == "closed",
        "merged_into": ticket.merged_into,
        "linked": around::linked(&found.around.linked),
        "copies": around::copies(frame, &found.around, &composer.copies),
        "unreachable": around::unreachable(frame, &found.around.unreachable),
        "suspicion": around::suspicion(frame, found),
        "separable": around::separable(frame, found),
        "about_gifts": ticket.about == "gift_receipt",
        "looked": looked,
        "messages": shown,
        "waiting": waiting.map(|m| json!({ "until": m.until, "take_back": m.take_back })),
        "seconds": frame.core.config.take_back_seconds,
        "others": others,
        "merged": merged,
        "menus": views::menus(frame, found, &services, me.id),
        "holder": ticket.assignee_id,
        "mine": ticket.assignee_id == Some(me.id),
        "me": me.id,
        "may_answer": rules::roles::may(me.role, rules::roles::Permission::AnswerTickets),
        "text": text,
        "template": starter,
        "error": composer.error,
        "errors": composer.error.iter().map(|e| json!({ "field": "text", "text": e })).collect::<Vec<_>>(),
    }))
}
