//! Signing in and out; the other pages of this room in files of their own.

mod audit;
mod identity;
mod mail;
mod members;
mod own;
mod set_up;

use rocket::form::Form;
use rocket::http::{CookieJar, SameSite, Status};
use rocket::{FromForm, Route, get, post, routes};
use serde::Serialize;

use super::Visitor;
use super::actions::{self, Browser, Refusal};
use super::guards::Member;
use crate::platform::{Core, Stop};
use crate::web::request::own_path;
use crate::web::{Answer, Reply, cookies};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    [
        routes![sign_in, sign_in_now, link_asked, link_page, link_used, sign_out],
        set_up::routes(),
        identity::routes(),
        members::routes(),
        mail::routes(),
        own::routes(),
        audit::routes(),
    ]
    .concat()
}

#[derive(Serialize, Default)]
struct SignIn {
    email: String,
    next: String,
    error: Option<String>,
}

#[get("/sign-in?<next>")]
fn sign_in(visitor: Visitor, next: Option<&str>) -> Reply {
    if visitor.member.is_some() {
        return Ok(Answer::go("/home"));
    }
    let view = SignIn { next: next.and_then(own_path).unwrap_or("/").to_owned(), ..Default::default() };
    visitor.public_page(Status::Ok, "pages/accounts/sign-in", &visitor.word("accounts-sign-in"), &view)
}

#[derive(FromForm)]
struct SignInForm<'r> {
    email: &'r str,
    password: &'r str,
    next: Option<&'r str>,
}

#[post("/sign-in", data = "<form>")]
async fn sign_in_now(visitor: Visitor, jar: &CookieJar<'_>, form: Form<SignInForm<'_>>, from: From) -> Reply {
    let next = form.next.and_then(own_path).unwrap_or("/");
    match Stop::split(actions::sign_in(&visitor.core, form.email, form.password, &from.0).await)? {
        Ok(token) => Ok(enter(&visitor.core, jar, token, next)),
        Err(refusal) => {
            let error = Some(visitor.say(&refusal.say()));
            let view = SignIn { email: form.email.into(), next: next.into(), error };
            let status = if refusal == Refusal::TooMany {
                Status::TooManyRequests
            } else {
                Status::UnprocessableEntity
            };
            visitor.public_page(status, "pages/accounts/sign-in", &visitor.word("accounts-sign-in"), &view)
        }
    }
}

/// A new session means new tokens: the visit begins again.
fn enter(core: &Core, jar: &CookieJar<'_>, token: String, next: &str) -> Answer {
    cookies::set(jar, &core.config, cookies::session(&core.config), token, SameSite::Lax);
    cookies::forget(jar, &core.config, cookies::visit(&core.config));
    Answer::go(if next == "/" { "/home" } else { next })
}

#[derive(FromForm)]
struct LinkForm<'r> {
    email: &'r str,
}

#[post("/sign-in/link", data = "<form>")]
async fn link_asked(visitor: Visitor, form: Form<LinkForm<'_>>, from: From) -> Reply {
    match Stop::split(actions::send_link(&visitor.core, form.email, &from.0).await)? {
        Ok(()) => Ok(Answer::done("/sign-in", visitor.word("accounts-link-sent"))),
        Err(refusal) => Ok(Answer::refused("/sign-in", visitor.say(&refusal.say()))),
    }
}

/// Opening a link does nothing yet: mail programs open links by themselves. The button uses it.
#[get("/sign-in/<token>")]
fn link_page(visitor: Visitor, token: &str) -> Reply {
    let view = serde_json::json!({ "token": token });
    visitor.public_page(Status::Ok, "pages/accounts/link", &visitor.word("accounts-sign-in"), &view)
}

#[post("/sign-in/<token>", rank = 2)]
async fn link_used(visitor: Visitor, jar: &CookieJar<'_>, token: &str, from: From) -> Reply {
    match Stop::split(actions::sign_in_by_link(&visitor.core, token, &from.0).await)? {
        Ok(session) => Ok(enter(&visitor.core, jar, session, "/")),
        Err(refusal) => Ok(Answer::refused("/sign-in", visitor.say(&refusal.say()))),
    }
}

#[post("/sign-out")]
async fn sign_out(who: Member, jar: &CookieJar<'_>) -> Reply {
    let tx = who.tx().await?;
    actions::sign_out(&tx, who.member.id, who.member.session_id).await?;
    tx.commit().await?;
    cookies::forget(jar, &who.core.config, cookies::session(&who.core.config));
    Ok(Answer::go("/sign-in"))
}

/// Where a request comes from.
struct From(Browser);

#[rocket::async_trait]
impl<'r> rocket::request::FromRequest<'r> for From {
    type Error = std::convert::Infallible;
    async fn from_request(req: &'r rocket::Request<'_>) -> rocket::request::Outcome<Self, Self::Error> {
        let agent = req.headers().get_one("User-Agent").unwrap_or_default().to_owned();
        rocket::request::Outcome::Success(Self(Browser { address: crate::web::request::address(req), agent }))
    }
}
