//! `/contact`: anybody may write, without an account and without scripts.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;

use crate::accounts::Visitor;
use crate::platform::Failure;
use crate::tickets::actions::acknowledge::{self, ticket_of, token};
use crate::tickets::actions::digest::{Outcome, digest};
use crate::tickets::actions::intake::{Arrival, Note, Raw, Way, compose, store};
use crate::tickets::forms::{ContactForm, Typed, Written, read_contact};
use crate::tickets::queries::{self, own};
use crate::tickets::views::Choice;
use crate::web::limits::CONTACT_ADDRESS;
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![contact, write, thanks]
}

#[get("/contact")]
async fn contact(visitor: Visitor) -> Reply {
    page(&visitor, Status::Ok, Typed::blank()).await
}

async fn page(visitor: &Visitor, status: Status, typed: Typed) -> Reply {
    let services = queries::services(visitor.core(), false).await?;
    let mut choices: Vec<Choice> = vec![Choice {
        value: String::new(),
        label: visitor.word("contact-service-none"),
        selected: typed.service.is_empty(),
    }];
    choices.extend(services.into_iter().map(|s| Choice {
        selected: typed.service == s.id.to_string(),
        value: s.id.to_string(),
        label: s.name,
    }));
    let view = json!({ "form": typed, "services": choices });
    visitor.public_page(status, "pages/tickets/contact", &visitor.word("contact-title"), &view)
}

#[post("/contact", data = "<form>")]
async fn write(visitor: Visitor, form: Form<ContactForm<'_>>) -> Reply {
    let written = match read_contact(&visitor, form).await? {
        Ok(written) => written,
        Err(typed) => return page(&visitor, Status::UnprocessableEntity, *typed).await,
    };
    if !CONTACT_ADDRESS.allows(visitor.core(), &visitor.address).await? {
        let mut typed = again(&written);
        typed.errors.push(crate::tickets::forms::Wrong {
            field: "message",
            text: visitor.word("contact-refused-too-many"),
        });
        return page(&visitor, Status::TooManyRequests, typed).await;
    }
    let ticket = keep(&visitor, written).await?;
    let to = ticket.map(|id| format!("?t={}", token(visitor.core(), id))).unwrap_or_default();
    Ok(Answer::go(format!("/contact/thanks{to}")))
}

/// What was typed, shown again.
fn again(written: &Written) -> Typed {
    Typed {
        name: written.name.clone(),
        email: written.email.clone(),
        service: written.service_id.map(|id| id.to_string()).unwrap_or_default(),
        subject: written.subject.clone(),
        message: written.text.clone(),
        ..Typed::blank()
    }
}

/// The form is a mail like any other: raw bytes first, then the ticket. A robot's is kept with its reason.
async fn keep(visitor: &Visitor, written: Written) -> Result<Option<i64>, Failure> {
    let core = visitor.core();
    let (service_id, trapped) = (written.service_id, written.trapped);
    let services = queries::services(core, false).await?;
    let note = Note {
        name: written.name,
        email: written.email,
        to: core.config.mail_from.clone(),
        subject: written.subject,
        text: written.text,
        files: written.files,
    };
    let id = store(
        core,
        Arrival {
            service_id: service_id.filter(|id| services.iter().any(|s| s.id == *id)),
            language: Some(visitor.lang),
            refused: trapped.then_some("trap"),
            ..Arrival::new(Raw::bytes(compose(core, note)?), Way::Form)
        },
    )
    .await?;
    if trapped {
        return Ok(None);
    }
    match digest(core, id).await {
        Ok(Outcome::Ticketed(ticket)) => Ok(Some(ticket)),
        Ok(_) => Ok(None),
        Err(failure) => {
            tracing::error!(mail = id, %failure, "a message of the form is kept and will be digested later");
            Ok(None)
        }
    }
}

#[get("/contact/thanks?<t>")]
async fn thanks(visitor: Visitor, t: Option<&str>) -> Reply {
    let core = visitor.core();
    let found = match t.and_then(|token| ticket_of(core, token)) {
        Some(id) => own::own(core, id).await?,
        None => None,
    };
    let link = found.as_ref().map(|o| acknowledge::link(core, o.ticket.id));
    let figures = found.as_ref().and_then(|o| o.figures);
    let view = json!({
        "link": link,
        "email": found.as_ref().map(|o| o.person.email.clone()),
        "place": figures.map(|f| f.place),
        "many": figures.is_some_and(|f| f.many),
        "wait": figures.and_then(|f| f.usual).map(|w| rules::dates::duration(w, visitor.lang)),
    });
    visitor.public_page(Status::Ok, "pages/tickets/thanks", &visitor.word("contact-thanks-title"), &view)
}
