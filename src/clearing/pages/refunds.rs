//! A refund whose tool does not say which gift it is about: a person does.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};

use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::clearing::actions::{self, Refusal};
use crate::clearing::forms::{About, Words};
use crate::clearing::queries::{accounts, refunds};
use crate::clearing::views;
use crate::platform::Stop;
use crate::web::{Answer, Reply};

/// Pages of this room.
pub fn routes() -> Vec<Route> {
    routes![refund, name, unname, set_aside]
}

#[get("/treasury/refunds/<id>")]
async fn refund(who: ReadMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(found) = refunds::one(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let Some(account) = accounts::one(conn, found.account_id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let open = found.about.is_none() && found.aside.is_none();
    let candidates =
        if open { refunds::candidates(conn, &account.source, &found).await? } else { Vec::new() };
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::refund(&who, &account, &found, &candidates, writes);
    who.page("pages/clearing/refund", &who.word("clearing-refund"), &view)
}

#[post("/treasury/refunds/<id>/gift", data = "<form>")]
async fn name(who: WriteMoney, id: i64, form: Form<About<'_>>) -> Reply {
    let back = format!("/treasury/refunds/{id}");
    let typed = if form.gift.is_empty() { form.number } else { form.gift };
    let number = typed.trim().trim_start_matches(['n', 'N', 'º', 'ᵒ', '°', ' ']);
    let Ok(gift) = number.parse() else {
        return Ok(Answer::refused(back, who.word("clearing-refund-gift-needed")));
    };
    let tx = who.tx().await?;
    match Stop::split(actions::refunds::name(&who.core, &tx, id, gift).await)? {
        Ok(went_back) => {
            tx.commit().await?;
            let words = if went_back { "clearing-refund-went-back" } else { "clearing-refund-named" };
            Ok(Answer::done("/treasury/accounts", who.word(words)))
        }
        Err(Refusal::Unknown) => Ok(Answer::refused(back, who.word("clearing-refund-gift-needed"))),
        Err(Refusal::OtherAmount) => Ok(Answer::refused(back, who.word("clearing-refund-too-small"))),
        Err(refusal) => Ok(Answer::refused(back, who.say(&refusal.say()))),
    }
}

#[post("/treasury/refunds/<id>/unnaming")]
async fn unname(who: WriteMoney, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = actions::refunds::unname(&tx, id).await;
    super::told(&who, tx, done, format!("/treasury/refunds/{id}"), "clearing-refund-aside-back").await
}

#[post("/treasury/refunds/<id>/aside", data = "<form>")]
async fn set_aside(who: WriteMoney, id: i64, form: Form<Words<'_>>) -> Reply {
    let tx = who.tx().await?;
    let reason = (form.words != "back").then_some(form.words);
    let done = actions::refunds::set_aside(&tx, id, reason).await;
    let (back, words) = match reason {
        Some(_) if done.is_ok() => ("/treasury/accounts".to_owned(), "clearing-refund-aside-done"),
        _ => (format!("/treasury/refunds/{id}"), "clearing-refund-aside-back"),
    };
    super::told(&who, tx, done, back, words).await
}
