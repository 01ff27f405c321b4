//! `/my`: asking for a link, coming in, gifts and receipts, a corrected address.

use rocket::form::Form;
use rocket::http::{CookieJar, SameSite, Status};
use rocket::{Route, get, post, routes};

use super::actions::{self, Refusal};
use super::forms::{Correction, LinkForm};
use super::guards::Donor;
use super::views::{AskView, CorrectView, MyView, Parts};
use crate::accounts::Visitor;
use crate::donors::queries::{facts_of, story};
use crate::platform::{Failure, Stop};
use crate::receipts;
use crate::receipts::queries::register;
use crate::web::{Answer, Frame, Reply, cookies};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![my, link_asked, link_page, link_used, paper, record, corrected, leave]
}

fn page(frame: &Frame, status: Status, template: &str, title: &str, view: &impl serde::Serialize) -> Reply {
    frame.page_with(status, "donor", template, title, view)
}

#[get("/my")]
async fn my(donor: Option<Donor>, visitor: Visitor) -> Reply {
    let title = visitor.word("my-title");
    let Some(donor) = donor else {
        let view = AskView { email: String::new(), error: None };
        return page(&visitor, Status::Ok, "pages/portal/ask", &title, &view);
    };
    let mut parts = Vec::new();
    for row in &donor.records {
        parts.push(parts_of(&donor, row).await?);
    }
    let view = MyView::new(&donor, &donor.email, parts);
    page(&donor, Status::Ok, "pages/portal/my", &donor.word("my-title"), &view)
}

async fn parts_of(donor: &Donor, row: &entities::donor::Model) -> Result<Parts, Failure> {
    let conn = donor.core.db.read();
    Ok(Parts {
        years: story::years(conn, row.id).await?,
        gifts: story::gifts(conn, row.id).await?,
        receipts: register::of_donors(&donor.core, &[row.id]).await?,
        row: row.clone(),
    })
}

#[post("/my/link", data = "<form>")]
async fn link_asked(visitor: Visitor, form: Form<LinkForm<'_>>) -> Reply {
    match Stop::split(actions::ask_link(&visitor.core, form.email, &visitor.address).await)? {
        Ok(()) => Ok(Answer::done("/my", visitor.word("my-link-sent"))),
        Err(why) => {
            let status = match why {
                Refusal::TooMany => Status::TooManyRequests,
                _ => Status::UnprocessableEntity,
            };
            let view = AskView { email: form.email.into(), error: Some(visitor.say(&why.say())) };
            page(&visitor, status, "pages/portal/ask", &visitor.word("my-title"), &view)
        }
    }
}

/// Opening a link does nothing yet: mail programs open links by themselves. The button uses it.
#[get("/my/link/<token>")]
fn link_page(visitor: Visitor, token: &str) -> Reply {
    let view = serde_json::json!({ "token": token });
    page(&visitor, Status::Ok, "pages/portal/link", &visitor.word("my-title"), &view)
}

/// A new session means new tokens: the visit begins again.
#[post("/my/link/<token>")]
async fn link_used(visitor: Visitor, jar: &CookieJar<'_>, token: &str) -> Reply {
    let config = &visitor.core.config;
    match Stop::split(actions::enter(&visitor.core, token).await)? {
        Ok(session) => {
            cookies::set(jar, config, cookies::donor(config), session, SameSite::Lax);
            cookies::forget(jar, config, cookies::visit(config));
            Ok(Answer::go("/my"))
        }
        Err(why) => Ok(Answer::refused("/my", visitor.say(&why.say()))),
    }
}

/// A paper of theirs; anybody else's is not there.
#[get("/my/receipts/<file>")]
async fn paper(donor: Option<Donor>, file: &str) -> Reply {
    let Some(donor) = donor else { return Ok(Answer::go("/my")) };
    let missing = Ok(Answer::Error(Status::NotFound));
    let Some(number) = file.strip_suffix(".pdf") else { return missing };
    let Some(row) = register::by_number(donor.core.db.read(), number).await? else { return missing };
    if donor.record(row.donor_id).is_none() {
        return missing;
    }
    let bytes = receipts::paper_of(&donor.core, &row).await?;
    Ok(Answer::File { bytes, mime: "application/pdf".into(), name: file.into(), inline: true })
}

#[get("/my/records/<id>")]
fn record(donor: Option<Donor>, id: i64) -> Reply {
    let Some(donor) = donor else { return Ok(Answer::go("/my")) };
    let Some(row) = donor.record(id) else { return Ok(Answer::Error(Status::NotFound)) };
    let view = CorrectView::new(&donor, row, &facts_of(row, Vec::new()), &[]);
    page(&donor, Status::Ok, "pages/portal/record", &donor.word("my-correct"), &view)
}

#[post("/my/records/<id>", data = "<form>")]
async fn corrected(donor: Option<Donor>, id: i64, form: Form<Correction<'_>>) -> Reply {
    let Some(donor) = donor else { return Ok(Answer::go("/my")) };
    let tx = donor.tx().await?;
    let why = match Stop::split(actions::correct(&donor.core, &tx, &donor.email, id, &form).await)? {
        Ok(()) => {
            tx.commit().await?;
            return Ok(Answer::done("/my", donor.word("my-corrected")));
        }
        Err(Refusal::Record(why)) => why,
        Err(_) => return Ok(Answer::Error(Status::NotFound)),
    };
    drop(tx);
    let Some(row) = donor.record(id) else { return Ok(Answer::Error(Status::NotFound)) };
    let view = CorrectView::new(&donor, row, &form.applied(facts_of(row, Vec::new())), &why);
    page(&donor, Status::UnprocessableEntity, "pages/portal/record", &donor.word("my-correct"), &view)
}

#[post("/my/leave")]
async fn leave(donor: Option<Donor>, jar: &CookieJar<'_>) -> Reply {
    if let Some(donor) = donor {
        let tx = donor.tx().await?;
        actions::leave(&tx, &donor.token).await?;
        tx.commit().await?;
        cookies::forget(jar, &donor.core.config, cookies::donor(&donor.core.config));
    }
    Ok(Answer::go("/my"))
}
