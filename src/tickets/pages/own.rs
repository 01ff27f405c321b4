//! `/t/<token>`: a person's own ticket, behind a link that only we can make.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;

use crate::accounts::Visitor;
use crate::platform::Failure;
use crate::tickets::actions::acknowledge::{shown_name, ticket_of};
use crate::tickets::actions::digest::digest;
use crate::tickets::actions::intake::{Arrival, Note, Raw, Way, compose, store};
use crate::tickets::forms::{OwnForm, Typed, Wrong, read_own};
use crate::tickets::queries::own::{self, Own};
use crate::tickets::{views, words};
use crate::web::limits::OWN_PAGE;
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![page, write, file]
}

async fn find(visitor: &Visitor, token: &str) -> Result<Option<Own>, Failure> {
    match ticket_of(visitor.core(), token) {
        Some(id) => own::own(visitor.core(), id).await,
        None => Ok(None),
    }
}

#[get("/t/<token>")]
async fn page(visitor: Visitor, token: &str) -> Reply {
    match find(&visitor, token).await? {
        Some(own) => show(&visitor, Status::Ok, token, &own, Typed::blank()),
        None => Ok(Answer::Error(Status::NotFound)),
    }
}

fn show(visitor: &Visitor, status: Status, token: &str, own: &Own, typed: Typed) -> Reply {
    let base = format!("/t/{token}");
    let messages: Vec<_> = own
        .messages
        .iter()
        .map(|m| {
            let files: Vec<_> = own.files.iter().filter(|f| f.message_id == m.id).cloned().collect();
            let ours = m.kind == "reply";
            json!({
                "id": m.id,
                "ours": ours,
                "at": m.at,
                "html": ours.then(|| words::light_markdown(&m.text)),
                "paragraphs": if ours { Vec::new() } else { words::paragraphs(&m.text) },
                "files": views::chips(&base, &files, visitor.lang),
            })
        })
        .collect();
    let view = json!({
        "token": token,
        "name": shown_name(&own.person),
        "subject": own.ticket.subject,
        "messages": messages,
        "owed_since": own.owed_since,
        "answering": own.lives_in.promise == "answering",
        "place": own.figures.map(|f| f.place),
        "many": own.figures.is_some_and(|f| f.many),
        "wait": own.figures.and_then(|f| f.usual).map(|w| rules::dates::duration(w, visitor.lang)),
        "form": typed,
    });
    visitor.public_page(status, "pages/tickets/own", &visitor.word("own-title"), &view)
}

#[post("/t/<token>", data = "<form>")]
async fn write(visitor: Visitor, token: &str, form: Form<OwnForm<'_>>) -> Reply {
    let Some(own) = find(&visitor, token).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let core = visitor.core();
    let (text, files) = match read_own(&visitor, form).await? {
        Ok(written) => written,
        Err(typed) => return show(&visitor, Status::UnprocessableEntity, token, &own, *typed),
    };
    if !OWN_PAGE.allows(core, &own.ticket.id.to_string()).await? {
        let too_many = Wrong { field: "message", text: visitor.word("contact-refused-too-many") };
        let typed = Typed { message: text, errors: vec![too_many], ..Typed::blank() };
        return show(&visitor, Status::TooManyRequests, token, &own, typed);
    }
    let note = Note {
        name: own.person.name.clone(),
        email: own.person.email.clone(),
        to: core.mail_ids().plus_address(&core.config.mail_from, own.ticket.id),
        subject: words::reply_subject(&own.ticket.subject, own.ticket.id),
        text,
        files,
    };
    let raw = Raw::bytes(compose(core, note)?);
    let arrival = Arrival { language: Some(visitor.lang), ..Arrival::new(raw, Way::Page) };
    let id = store(core, arrival).await?;
    if let Err(failure) = digest(core, id).await {
        tracing::error!(mail = id, %failure, "an answer of the own page is kept and will be digested later");
    }
    Ok(Answer::done(format!("/t/{token}"), visitor.word("own-sent")))
}

#[get("/t/<token>/files/<id>")]
async fn file(visitor: Visitor, token: &str, id: i64) -> Reply {
    let Some(own) = find(&visitor, token).await? else { return Ok(Answer::Error(Status::NotFound)) };
    super::file(&visitor, own.files.into_iter().find(|f| f.id == id)).await
}
