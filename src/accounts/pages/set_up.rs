//! The wizard of the first start.

use rocket::form::Form;
use rocket::http::{CookieJar, Status};
use rocket::{Route, get, post, routes};

use super::{From, enter};
use crate::accounts::actions::Refusal;
use crate::accounts::actions::set_up::set_up;
use crate::accounts::forms::{self, IdentityForm, Typed, Wrong};
use crate::accounts::guards::ReadSettings;
use crate::accounts::views::IdentityView;
use crate::accounts::{Visitor, queries};
use crate::platform::{Actor, Stop};
use crate::web::Reply;

/// Pages of the first start.
pub fn routes() -> Vec<Route> {
    routes![wizard, wizard_done, next_steps]
}

#[get("/set-up/<token>")]
async fn wizard(visitor: Visitor, token: &str) -> Reply {
    if queries::live_link(&visitor.core, token, "setup").await?.is_none()
        || !queries::is_empty(&visitor.core).await?
    {
        return used(&visitor);
    }
    show(&visitor, token, Typed::blank(), &[])
}

fn used(visitor: &Visitor) -> Reply {
    let title = visitor.word("set-up-used-title");
    visitor.page_with(Status::Gone, "bare", "pages/accounts/set-up-used", &title, &serde_json::json!({}))
}

fn show(visitor: &Visitor, token: &str, mut typed: Typed, wrongs: &[Wrong]) -> Reply {
    let status = if wrongs.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
    typed.admin_password.clear();
    let view = IdentityView::new(visitor, &format!("/set-up/{token}"), typed, wrongs);
    visitor.page_with(status, "bare", "pages/accounts/set-up", &visitor.word("set-up-title"), &view)
}

#[post("/set-up/<token>", data = "<form>")]
async fn wizard_done(
    visitor: Visitor,
    jar: &CookieJar<'_>,
    token: &str,
    mut form: Form<IdentityForm<'_>>,
    from: From,
) -> Reply {
    if queries::live_link(&visitor.core, token, "setup").await?.is_none() {
        return used(&visitor);
    }
    let mut typed = form.typed();
    let picture = super::identity::picture(&visitor.core, &mut form, &mut typed).await?;
    let (signature, mut wrongs) = picture.map_or_else(|wrong| (None, vec![wrong]), |kept| (kept, Vec::new()));
    let (identity, admin) =
        match (forms::identity(&typed, signature), forms::first_admin(&typed, visitor.lang)) {
            (Ok(identity), Ok(admin)) if wrongs.is_empty() => (identity, admin),
            (identity, admin) => {
                wrongs.extend(identity.err().unwrap_or_default());
                wrongs.extend(admin.err().unwrap_or_default());
                return show(&visitor, token, typed, &wrongs);
            }
        };
    let mut tx = visitor.tx(Actor::System).await?;
    match Stop::split(set_up(&visitor.core, &mut tx, token, identity, admin, &from.0).await)? {
        Ok(session) => {
            tx.commit().await?;
            Ok(enter(&visitor.core, jar, session, "/settings/next-steps"))
        }
        Err(Refusal::DeadLink) => used(&visitor),
        Err(refusal) => {
            let wrong = Wrong { field: "admin_email", say: refusal.say() };
            show(&visitor, token, typed, &[wrong])
        }
    }
}

/// What to do once the house stands.
#[get("/settings/next-steps")]
fn next_steps(who: ReadSettings) -> Reply {
    let view = serde_json::json!({
        "smtp": who.core.config.smtp_url.is_some(),
        "mail_from": who.core.config.mail_from,
        "public_url": who.core.config.public(),
    });
    who.page("pages/accounts/next-steps", &who.word("next-steps-title"), &view)
}
