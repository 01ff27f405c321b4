//! What a person sees and changes of their own account, and the language of the pages.

use rocket::form::Form;
use rocket::http::{CookieJar, SameSite, Status};
use rocket::{FromForm, Route, get, post, routes};
use rules::lang::Lang;
use serde_json::json;

use crate::accounts::actions::{self, Refusal, own};
use crate::accounts::forms::Wrong;
use crate::accounts::guards::Member;
use crate::accounts::{Visitor, passwords, queries, views};
use crate::platform::{Actor, Say, Stop};
use crate::web::request::own_path;
use crate::web::{Answer, Reply, cookies};

/// Pages of one's own account.
pub fn routes() -> Vec<Route> {
    routes![account, about_changed, password_changed, session_ended, others_ended, language]
}

#[derive(FromForm)]
struct AboutForm<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "fr")]
    language: &'r str,
    #[field(default = "")]
    signature: &'r str,
}

#[get("/account")]
async fn account(who: Member) -> Reply {
    show(&who, Status::Ok, None, &[]).await
}

async fn show(who: &Member, status: Status, typed: Option<&AboutForm<'_>>, wrongs: &[Wrong]) -> Reply {
    let Some(row) = queries::member(&who.core, who.member.id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let (errors, mut error) = views::told(who, wrongs);
    for field in ["name", "current", "password"] {
        error.entry(field).or_insert(None);
    }
    let all = queries::sessions(&who.core, who.member.id).await?;
    let view = json!({
        "name": typed.map_or(row.name.as_str(), |t| t.name),
        "signature": typed.map_or(row.signature.as_str(), |t| t.signature),
        "languages": views::languages(typed.map_or(row.language.as_str(), |t| t.language)),
        "email": row.email,
        "has_password": row.password_hash.is_some(),
        "must_prove": own::must_prove(&who.core, &who.member).await?,
        "shortest": passwords::SHORTEST,
        "more": all.len() > 1,
        "sessions": views::sessions(who, all, who.member.session_id),
        "errors": errors,
        "error": error,
    });
    who.page_with(status, "staff", "pages/accounts/account", &who.word("account-title"), &view)
}

#[post("/account", data = "<form>")]
async fn about_changed(who: Member, form: Form<AboutForm<'_>>) -> Reply {
    let about = own::About {
        name: form.name.into(),
        language: Lang::parse(form.language).unwrap_or_default(),
        signature: form.signature.into(),
    };
    let tx = who.tx().await?;
    match Stop::split(own::change_about(&tx, who.member.id, about).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/account", who.word("account-saved")))
        }
        Err(refusal) => {
            drop(tx);
            let wrong = Wrong { field: "name", say: refusal.say() };
            show(&who, Status::UnprocessableEntity, Some(&form), &[wrong]).await
        }
    }
}

#[derive(FromForm)]
struct PasswordForm<'r> {
    #[field(default = "")]
    current: &'r str,
    #[field(default = "")]
    password: &'r str,
}

#[post("/account/password", data = "<form>")]
async fn password_changed(who: Member, form: Form<PasswordForm<'_>>) -> Reply {
    if let Err(refusal) = Stop::split(own::prove(&who.core, &who.member, form.current).await)? {
        let status = match refusal {
            Refusal::TooMany => Status::TooManyRequests,
            _ => Status::UnprocessableEntity,
        };
        return show(&who, status, None, &[Wrong { field: "current", say: refusal.say() }]).await;
    }
    let tx = who.tx().await?;
    match Stop::split(own::change_password(&tx, &who.member, form.password).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done("/account", who.word("account-password-saved")))
        }
        Err(refusal) => {
            drop(tx);
            let wrong = Wrong { field: "password", say: refusal.say() };
            show(&who, Status::UnprocessableEntity, None, &[wrong]).await
        }
    }
}

#[post("/account/sessions/<id>/end")]
async fn session_ended(who: Member, id: i64) -> Reply {
    let tx = who.tx().await?;
    let was_mine = actions::sign_out(&tx, who.member.id, id).await?;
    tx.commit().await?;
    if !was_mine {
        return Ok(Answer::Error(Status::NotFound));
    }
    Ok(Answer::done("/account", who.word("account-session-ended")))
}

#[post("/account/sessions/end-others")]
async fn others_ended(who: Member) -> Reply {
    let tx = who.tx().await?;
    let count = own::end_other_sessions(&tx, &who.member).await?;
    tx.commit().await?;
    Ok(Answer::done("/account", who.say(&Say::new("account-others-ended").count("count", count))))
}

#[derive(FromForm)]
struct Back<'r> {
    #[field(default = "/")]
    back: &'r str,
}

/// The language of the pages: a member's is kept, a visitor's lasts as long as the browser is open.
#[post("/lang/<lang>", data = "<form>")]
async fn language(visitor: Visitor, jar: &CookieJar<'_>, lang: &str, form: Form<Back<'_>>) -> Reply {
    let Some(lang) = Lang::parse(lang) else { return Ok(Answer::Error(Status::NotFound)) };
    if let Some(member) = &visitor.member {
        let tx = visitor.tx(Actor::Member { id: member.id, name: member.name.clone() }).await?;
        own::set_language(&tx, member.id, lang).await?;
        tx.commit().await?;
    }
    cookies::set(jar, &visitor.core.config, "lang", lang.as_str().to_owned(), SameSite::Lax);
    Ok(Answer::go(own_path(form.back).unwrap_or("/")))
}
