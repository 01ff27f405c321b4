//! The list of campaigns, and the form of one.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::dates::paris_day;
use rules::roles::{Permission, may};

use super::forms::CampaignForm;
use super::{actions, queries, views};
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::platform::Stop;
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    routes![campaigns, new, create, edit, change]
}

#[get("/campaigns")]
async fn campaigns(who: ReadMoney) -> Reply {
    let lines = queries::all(who.core.db.read()).await?;
    let writes = may(who.member.role, Permission::WriteMoney);
    let today = paris_day(who.core.clock.now());
    who.page("pages/campaigns/list", &who.word("campaigns-title"), &views::list(&who, &lines, today, writes))
}

#[get("/campaigns/new?<name>", rank = 1)]
async fn new(who: WriteMoney, name: Option<&str>) -> Reply {
    let form = CampaignForm { name: name.unwrap_or_default().to_owned(), ..CampaignForm::default() };
    who.page("pages/campaigns/form", &who.word("campaigns-new"), &views::form(&who, None, &form, &[]))
}

#[post("/campaigns", data = "<form>")]
async fn create(who: WriteMoney, form: Form<CampaignForm>) -> Reply {
    keep(&who, None, &form).await
}

#[get("/campaigns/<id>", rank = 2)]
async fn edit(who: WriteMoney, id: i64) -> Reply {
    let Some(row) = queries::one(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let view = views::form(&who, Some(id), &CampaignForm::of(&row), &[]);
    who.page("pages/campaigns/form", &row.name, &view)
}

#[post("/campaigns/<id>", data = "<form>")]
async fn change(who: WriteMoney, id: i64, form: Form<CampaignForm>) -> Reply {
    keep(&who, Some(id), &form).await
}

async fn keep(who: &WriteMoney, id: Option<i64>, form: &CampaignForm) -> Reply {
    let (campaign, mut why) = form.campaign();
    if why.is_empty() {
        let tx = who.tx().await?;
        match Stop::split(actions::save(&tx, id, &campaign).await)? {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Answer::done("/campaigns", who.word("campaigns-kept")));
            }
            Err(refusals) => why = refusals,
        }
    }
    if why.contains(&actions::Refusal::Unknown) {
        return Ok(Answer::Error(Status::NotFound));
    }
    let view = views::form(who, id, form, &why);
    who.refused_page("pages/campaigns/form", &who.word("campaigns-new"), &view)
}
