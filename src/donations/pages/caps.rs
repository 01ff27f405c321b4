//! What goods given in return may be worth, from a day on.

use rocket::form::Form;
use rocket::{Route, get, post, routes};
use rules::dates::parse_typed;
use rules::money::Cents;
use rules::roles::{Permission, may};

use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donations::actions::caps::{self, CapRefusal};
use crate::donations::forms::CapForm;
use crate::donations::queries;
use crate::donations::views::{CapTyped, CapsView};
use crate::platform::{Failure, Stop};
use crate::web::{Answer, Frame, Reply};

/// Pages of this subject.
pub(super) fn routes() -> Vec<Route> {
    routes![page, set]
}

async fn view(
    frame: &Frame,
    writes: bool,
    typed: CapTyped,
    wrong: &[(&'static str, &'static str)],
) -> Result<CapsView, Failure> {
    let conn = frame.core.db.read();
    let (own, all) = (queries::caps::own(conn).await?, queries::caps::caps(conn).await?);
    Ok(CapsView::new(frame, &own, &all, writes, (typed, wrong)))
}

#[get("/gifts/counterparts", rank = 1)]
async fn page(who: ReadMoney) -> Reply {
    let view = view(&who, may(who.member.role, Permission::WriteMoney), CapTyped::default(), &[]).await?;
    who.page("pages/donations/caps", &who.word("caps-title"), &view)
}

#[post("/gifts/counterparts", data = "<form>", rank = 1)]
async fn set(who: WriteMoney, form: Form<CapForm<'_>>) -> Reply {
    let mut wrong = Vec::new();
    let (from, most) = (parse_typed(form.from).ok(), Cents::parse(form.most).ok());
    if from.is_none() {
        wrong.push(("from", "donations-refused-day"));
    }
    if most.is_none() {
        wrong.push(("most", "donations-refused-amount"));
    }
    if let (Some(from), Some(most)) = (from, most) {
        let tx = who.tx().await?;
        match Stop::split(caps::set(&tx, from.day, most, form.law).await)? {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Answer::done("/gifts/counterparts", who.word("caps-kept")));
            }
            Err(CapRefusal::Amount) => wrong.push(("most", "donations-refused-above-zero")),
            Err(CapRefusal::Law) => wrong.push(("law", "caps-refused-law")),
        }
    }
    let view = view(&who, true, CapTyped::of_form(&form), &wrong).await?;
    who.refused_page("pages/donations/caps", &who.word("caps-title"), &view)
}
