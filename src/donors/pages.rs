//! The list of donors, a donor's page, and the form of the record.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};

use super::forms::DonorForm;
use super::queries::{self, list, story};
use super::record::{DonorFacts, Refusal};
use super::views::{DonorView, FormView, ListView};
use super::{actions, views};
use crate::accounts::guards::{ReadDonors, WriteDonors};
use crate::platform::{Failure, Stop};
use crate::web::paging::Way;
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![donors, new_donor, create, donor, edit, update]
}

#[get("/donors?<q>&<after>&<before>")]
async fn donors(who: ReadDonors, q: Option<&str>, after: Option<&str>, before: Option<&str>) -> Reply {
    let q = q.unwrap_or_default().trim();
    let slice = list::page(who.core.db.read(), q, &Way::read(after, before)).await?;
    let view = ListView::new(q, &slice, may(who.member.role, Permission::WriteDonors));
    who.page("pages/donors/list", &who.word("donors-title"), &view)
}

#[get("/donors/new", rank = 1)]
fn new_donor(who: WriteDonors) -> Reply {
    let view = FormView::new(&who, &DonorFacts::default(), &[]);
    who.page("pages/donors/form", &who.word("donors-new"), &view)
}

#[post("/donors", data = "<form>")]
async fn create(who: WriteDonors, form: Form<DonorForm<'_>>) -> Reply {
    let facts = form.facts();
    let tx = who.tx().await?;
    match Stop::split(actions::create(&who.core, &tx, &facts).await)? {
        Ok(id) => {
            tx.commit().await?;
            saved(&who, id, ["donors-created", "donors-created-shared"]).await
        }
        Err(why) => {
            let view = FormView::new(&who, &facts, &why);
            who.refused_page("pages/donors/form", &who.word("donors-new"), &view)
        }
    }
}

#[get("/donors/<id>", rank = 2)]
async fn donor(who: ReadDonors, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(row) = queries::get(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    if let Some(kept) = row.merged_into {
        return Ok(Answer::go(format!("/donors/{kept}")));
    }
    let mails = queries::mails_of(conn, id).await?;
    let norms: Vec<String> = mails.iter().map(|m| m.norm.clone()).collect();
    let shared = queries::sharing(conn, id, &norms).await?;
    let others = queries::names(conn, &shared.iter().map(|(_, id)| *id).collect::<Vec<_>>()).await?;
    let parts = views::Parts {
        facts: queries::facts_of(&row, mails.into_iter().map(|m| m.address).collect()),
        shared,
        others,
        years: story::years(conn, id).await?,
        gifts: story::gifts(conn, id).await?,
        receipts: story::receipts(conn, id).await?,
        changes: story::changes(conn, id).await?,
        merges: story::merges(conn, id).await?,
        writes: may(who.member.role, Permission::WriteDonors),
        records: may(who.member.role, Permission::WriteMoney),
        row,
    };
    let view = DonorView::new(&who, parts);
    who.page("pages/donors/donor", &view.name, &view)
}

/// Says that it is done, and whether a mail address is somebody else's too.
async fn saved(who: &WriteDonors, id: i64, [alone, shared]: [&'static str; 2]) -> Reply {
    let conn = who.core.db.read();
    let norms: Vec<_> = queries::mails_of(conn, id).await?.into_iter().map(|m| m.norm).collect();
    let others = queries::sharing(conn, id, &norms).await?;
    Ok(Answer::done(format!("/donors/{id}"), who.word(if others.is_empty() { alone } else { shared })))
}

/// The record as it stands, with the version that a change must name.
async fn standing(who: &WriteDonors, id: i64) -> Result<Option<(i32, DonorFacts)>, Failure> {
    let conn = who.core.db.read();
    let Some(row) = queries::get(conn, id).await? else { return Ok(None) };
    let mails = queries::mails_of(conn, id).await?;
    Ok(Some((row.version, queries::facts_of(&row, mails.into_iter().map(|m| m.address).collect()))))
}

#[get("/donors/<id>/edit")]
async fn edit(who: WriteDonors, id: i64) -> Reply {
    let Some((version, facts)) = standing(&who, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let view = FormView::new(&who, &facts, &[]).of(id, version, &facts.name());
    who.page("pages/donors/form", &who.word("donors-edit"), &view)
}

#[post("/donors/<id>", data = "<form>")]
async fn update(who: WriteDonors, id: i64, form: Form<DonorForm<'_>>) -> Reply {
    let facts = form.facts();
    let tx = who.tx().await?;
    let why = match Stop::split(actions::update(&who.core, &tx, id, form.version, &facts).await)? {
        Ok(()) => {
            tx.commit().await?;
            return saved(&who, id, ["donors-updated", "donors-updated-shared"]).await;
        }
        Err(why) => why,
    };
    drop(tx);
    let Some((version, now)) = standing(&who, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let mut view = FormView::new(&who, &facts, &why).of(id, form.version, &now.name());
    if why.contains(&Refusal::Changed) {
        view = view.of(id, version, &now.name()).beside(&who, &now, &facts);
    }
    who.refused_page("pages/donors/form", &who.word("donors-edit"), &view)
}
