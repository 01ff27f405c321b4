//! The outbox of the desk (law M5): replies and acknowledgements. Receipts and donors' mails are not the desk's
//! (law P7).

use rocket::form::Form;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, Role, may};

use crate::accounts::guards::{AnswerTickets, ReadTickets};
use crate::platform::outbox::list::Shelf;
use crate::web::Reply;
use crate::web::outbox::{DecisionForm, Place, decided, page};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![outbox, decision]
}

fn place(role: Role) -> Place {
    Place {
        shelf: Shelf::Desk,
        path: "/tickets/outbox",
        may_act: may(role, Permission::AnswerTickets),
        may_configure: may(role, Permission::Configure),
    }
}

#[get("/tickets/outbox?<list>&<after>")]
async fn outbox(who: ReadTickets, list: Option<&str>, after: Option<&str>) -> Reply {
    page(&who, place(who.member.role), list, after).await
}

#[post("/tickets/outbox/<id>/decision", data = "<form>")]
async fn decision(who: AnswerTickets, id: i64, form: Form<DecisionForm<'_>>) -> Reply {
    decided(&who, place(who.member.role), who.tx().await?, id, &form).await
}
