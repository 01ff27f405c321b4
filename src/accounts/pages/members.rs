//! The people on staff, and the services, in the settings.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{FromForm, Route, get, post, routes};
use rules::roles::{Permission, Role, may};
use serde_json::json;

use crate::accounts::actions::services::{self, About};
use crate::accounts::actions::{NewMember, Refusal, members};
use crate::accounts::forms::Wrong;
use crate::accounts::guards::{Configure, ReadSettings};
use crate::accounts::{queries, views};
use crate::platform::{Failure, Stop, Tx};
use crate::web::{Answer, Frame, Reply};

/// Pages of the people and the services.
pub fn routes() -> Vec<Route> {
    routes![
        list,
        invited,
        person,
        changed,
        closed,
        reopened,
        invited_again,
        service_list,
        service_added,
        service_changed,
        service_moved
    ]
}

/// What the form of a new person says.
#[derive(FromForm, Default, serde::Serialize)]
struct NewPerson<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    email: &'r str,
    #[field(default = "")]
    role: &'r str,
    #[field(default = "fr")]
    language: &'r str,
}

#[get("/settings/members")]
async fn list(who: ReadSettings) -> Reply {
    show_list(&who, Status::Ok, &NewPerson { language: "fr", ..Default::default() }, &[]).await
}

async fn show_list(frame: &Frame, status: Status, typed: &NewPerson<'_>, wrongs: &[Wrong]) -> Reply {
    let all = queries::members(&frame.core).await?;
    let rows: Vec<_> = all.iter().map(|m| views::MemberRow::new(frame, m)).collect();
    let (errors, mut error) = views::told(frame, wrongs);
    for field in ["name", "email", "role"] {
        error.entry(field).or_insert(None);
    }
    let view = json!({
        "tabs": views::tabs(frame, "/settings/members"),
        "members": rows,
        "may_change": may_configure(frame),
        "typed": typed,
        "roles": views::roles(frame, Some(typed.role)),
        "languages": views::languages(typed.language),
        "errors": errors,
        "error": error,
    });
    frame.page_with(status, "staff", "pages/accounts/members", &frame.word("members-title"), &view)
}

fn may_configure(frame: &Frame) -> bool {
    frame.member.as_ref().is_some_and(|m| may(m.role, Permission::Configure))
}

#[post("/settings/members", data = "<form>")]
async fn invited(who: Configure, form: Form<NewPerson<'_>>) -> Reply {
    let Some(role) = Role::parse(form.role) else {
        let wrong = Wrong { field: "role", say: crate::platform::Say::new("members-wrong-role") };
        return show_list(&who, Status::UnprocessableEntity, &form, &[wrong]).await;
    };
    let new =
        NewMember { email: form.email.into(), name: form.name.into(), role, language: form.language.into() };
    let tx = who.tx().await?;
    match Stop::split(members::invite(&who.core, &tx, new).await)? {
        Ok(_) => {
            tx.commit().await?;
            let say =
                crate::platform::Say::new("members-invited").with("email", form.email.trim().to_owned());
            Ok(Answer::done("/settings/members", who.say(&say)))
        }
        Err(refusal) => {
            drop(tx);
            let field = if refusal == Refusal::NoName { "name" } else { "email" };
            let wrong = Wrong { field, say: refusal.say() };
            show_list(&who, Status::UnprocessableEntity, &form, &[wrong]).await
        }
    }
}

#[get("/settings/members/<id>")]
async fn person(who: ReadSettings, id: i64) -> Reply {
    show_person(&who, Status::Ok, id, None, &[]).await
}

async fn show_person(
    frame: &Frame,
    status: Status,
    id: i64,
    typed: Option<(&str, &str)>,
    wrongs: &[Wrong],
) -> Reply {
    let Some(row) = queries::member(&frame.core, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let (name, role) = typed.unwrap_or((&row.name, &row.role));
    let (errors, _) = views::told(frame, wrongs);
    let view = json!({
        "member": views::MemberRow::new(frame, &row),
        "name": name,
        "roles": views::roles(frame, Some(role)),
        "may_change": may_configure(frame),
        "errors": errors,
    });
    frame.page_with(status, "staff", "pages/accounts/member", &row.name, &view)
}

#[derive(FromForm)]
struct Change<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    role: &'r str,
}

#[post("/settings/members/<id>", data = "<form>")]
async fn changed(who: Configure, id: i64, form: Form<Change<'_>>) -> Reply {
    let Some(role) = Role::parse(form.role) else { return Ok(Answer::Error(Status::UnprocessableEntity)) };
    let tx = who.tx().await?;
    match Stop::split(members::change(&tx, id, form.name, role).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/settings/members", who.word("members-changed")))
        }
        Err(refusal) => {
            drop(tx);
            let field = if refusal == Refusal::NoName { "name" } else { "role" };
            let wrong = Wrong { field, say: refusal.say() };
            show_person(&who, Status::UnprocessableEntity, id, Some((form.name, form.role)), &[wrong]).await
        }
    }
}

/// Ends a verb on a person or a service: done with its sentence, or told why not.
async fn settle(
    who: &Configure,
    tx: Tx,
    done: Result<(), Stop<Refusal>>,
    back: &str,
    word: &'static str,
) -> Result<Answer, Failure> {
    match Stop::split(done)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(back, who.word(word)))
        }
        Err(Refusal::Nobody) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(back, who.say(&refusal.say()))),
    }
}

#[post("/settings/members/<id>/closure")]
async fn closed(who: Configure, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = members::close(&tx, id).await;
    settle(&who, tx, done, &format!("/settings/members/{id}"), "members-closed").await
}

#[post("/settings/members/<id>/reopening")]
async fn reopened(who: Configure, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = members::reopen(&tx, id).await;
    settle(&who, tx, done, &format!("/settings/members/{id}"), "members-reopened").await
}

#[post("/settings/members/<id>/link")]
async fn invited_again(who: Configure, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = members::send_invitation(&who.core, &tx, id).await;
    settle(&who, tx, done, &format!("/settings/members/{id}"), "members-link-sent").await
}

#[get("/settings/services")]
async fn service_list(who: ReadSettings) -> Reply {
    show_services(&who, Status::Ok, "", &[]).await
}

async fn show_services(frame: &Frame, status: Status, name: &str, wrongs: &[Wrong]) -> Reply {
    let (errors, _) = views::told(frame, wrongs);
    let view = json!({
        "tabs": views::tabs(frame, "/settings/services"),
        "services": views::services(queries::services(&frame.core).await?),
        "may_change": may_configure(frame),
        "name": name,
        "errors": errors,
        "error": errors.first(),
    });
    frame.page_with(status, "staff", "pages/accounts/services", &frame.word("services-title"), &view)
}

#[derive(FromForm)]
struct ServiceForm<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = false)]
    gifts: bool,
    #[field(default = false)]
    active: bool,
}

impl ServiceForm<'_> {
    fn about(&self) -> About {
        if self.gifts { About::GiftReceipt } else { About::Support }
    }
}

#[post("/settings/services", data = "<form>")]
async fn service_added(who: Configure, form: Form<ServiceForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(services::add_service(&tx, form.name, form.about()).await)? {
        Ok(_) => {
            tx.commit().await?;
            Ok(Answer::done("/settings/services", who.word("services-added")))
        }
        Err(refusal) => {
            drop(tx);
            let wrong = Wrong { field: "name", say: refusal.say() };
            show_services(&who, Status::UnprocessableEntity, form.name, &[wrong]).await
        }
    }
}

#[post("/settings/services/<id>", data = "<form>")]
async fn service_changed(who: Configure, id: i64, form: Form<ServiceForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = services::change_service(&tx, id, form.name, form.about(), form.active).await;
    settle(&who, tx, done, "/settings/services", "services-changed").await
}

#[derive(FromForm)]
struct Move<'r> {
    way: &'r str,
}

#[post("/settings/services/<id>/place", data = "<form>")]
async fn service_moved(who: Configure, id: i64, form: Form<Move<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = services::move_service(&tx, id, form.way == "up").await;
    settle(&who, tx, done, "/settings/services", "services-moved").await
}
