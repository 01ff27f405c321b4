//! The outbox of the treasury: receipts and donors' links (laws M5 and P7).

use rocket::form::Form;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, Role, may};

use crate::accounts::guards::{IssueReceipts, ReadMoney};
use crate::platform::outbox::list::Shelf;
use crate::web::Reply;
use crate::web::outbox::{DecisionForm, Place, decided, page};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![outbox, decision]
}

fn place(role: Role) -> Place {
    Place {
        shelf: Shelf::Treasury,
        path: "/treasury/outbox",
        may_act: may(role, Permission::IssueReceipts),
        may_configure: may(role, Permission::Configure),
    }
}

#[get("/treasury/outbox?<list>&<after>")]
async fn outbox(who: ReadMoney, list: Option<&str>, after: Option<&str>) -> Reply {
    page(&who, place(who.member.role), list, after).await
}

#[post("/treasury/outbox/<id>/decision", data = "<form>")]
async fn decision(who: IssueReceipts, id: i64, form: Form<DecisionForm<'_>>) -> Reply {
    decided(&who, place(who.member.role), who.tx().await?, id, &form).await
}
