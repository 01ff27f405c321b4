//! What an agent does on a ticket: each verb is a POST of its own.

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, post, routes};

use super::ticket::{Composer, show};
use super::told;
use crate::accounts::guards::AnswerTickets;
use crate::platform::{Say, Stop};
use crate::tickets::actions::reply::{self, Reply as Letter};
use crate::tickets::actions::{Refusal, look, merge, services, settle, split, suspicion, take};
use crate::tickets::forms::{
    AssignForm, MergeForm, NoteForm, ReplyForm, ServiceForm, SplitForm, SuspectedForm, WaiveForm, number,
};
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![
        replies, take_back, notes, assignment, waiver, closure, reopening, merge_into, unmerge, split_off,
        suspected, service, looked
    ]
}

fn at(id: i64) -> String {
    format!("/tickets/{id}")
}

#[post("/tickets/<id>/replies", data = "<form>")]
async fn replies(who: AnswerTickets, id: i64, form: Form<ReplyForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let letter = Letter {
        ticket_id: id,
        text: form.text.to_owned(),
        template: form.template.map(str::to_owned),
        then_close: form.then == Some("close"),
        copies: form.copies.clone(),
    };
    match Stop::split(reply::reply(&who.core, &tx, who.member.id, letter).await)? {
        Ok(message) => {
            tx.commit().await?;
            Ok(Answer::go(format!("/tickets/{id}?sent={message}#m{message}")))
        }
        Err(refusal) => {
            drop(tx);
            let error = Some(who.say(&refusal.say(who.lang)));
            let typed = Some(form.text.to_owned());
            let composer = Composer { typed, copies: form.copies.clone(), error, ..Composer::default() };
            show(&who, &who.member, id, composer).await
        }
    }
}

#[post("/tickets/<id>/replies/<message>/take-back")]
async fn take_back(who: AnswerTickets, id: i64, message: i64) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(reply::take_back(&tx, id, message).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/tickets/{id}?again={message}#f-text"), who.word("tickets-taken-back")))
        }
        Err(refusal) => Ok(Answer::refused(at(id), who.say(&refusal.say(who.lang)))),
    }
}

#[post("/tickets/<id>/notes", data = "<form>")]
async fn notes(who: AnswerTickets, id: i64, form: Form<NoteForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = settle::note(&tx, id, who.member.id, form.text).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-note-kept", done)
}

#[post("/tickets/<id>/assignment", data = "<form>")]
async fn assignment(who: AnswerTickets, id: i64, form: Form<AssignForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = take::assign(&tx, id, number(form.member), number(form.seen)).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-assigned", done)
}

#[post("/tickets/<id>/waiver", data = "<form>")]
async fn waiver(who: AnswerTickets, id: i64, form: Form<WaiveForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = match form.reason() {
        Some(reason) => settle::waive(&tx, id, who.member.id, reason, form.note).await,
        None => Err(Stop::Refused(Refusal::Gone)),
    };
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-waived", done)
}

#[post("/tickets/<id>/closure")]
async fn closure(who: AnswerTickets, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = settle::close(&tx, id).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-closed", done)
}

#[post("/tickets/<id>/reopening")]
async fn reopening(who: AnswerTickets, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = settle::reopen(&tx, id).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-reopened", done)
}

#[post("/tickets/<id>/merge", data = "<form>")]
async fn merge_into(who: AnswerTickets, id: i64, form: Form<MergeForm<'_>>) -> Reply {
    let Some(into) = form.target() else {
        return Ok(Answer::refused(at(id), who.say(&Refusal::Gone.say(who.lang))));
    };
    let tx = who.tx().await?;
    let done = merge::merge(&tx, id, into).await;
    let to = if done.is_ok() {
        tx.commit().await?;
        at(into)
    } else {
        at(id)
    };
    told(&who, to, "tickets-merged", done)
}

#[post("/tickets/<id>/unmerge")]
async fn unmerge(who: AnswerTickets, id: i64) -> Reply {
    let tx = who.tx().await?;
    let done = merge::unmerge(&tx, id).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-unmerged", done)
}

#[post("/tickets/<id>/split", data = "<form>")]
async fn split_off(who: AnswerTickets, id: i64, form: Form<SplitForm<'_>>) -> Reply {
    let Some(message) = number(form.message) else {
        return Ok(Answer::refused(at(id), who.say(&Refusal::Gone.say(who.lang))));
    };
    let tx = who.tx().await?;
    let done = split::split(&tx, id, message).await;
    let mut to = at(id);
    if let Ok(new) = &done {
        to = at(*new);
        tx.commit().await?;
    }
    told(&who, to, "tickets-split-done", done)
}

/// What mail filters suspect: unwanted, or somebody's words after all. One ticket, or all that were ticked.
#[post("/tickets/suspected", data = "<form>")]
async fn suspected(who: AnswerTickets, form: Form<SuspectedForm<'_>>) -> Reply {
    let verdict = match form.verdict {
        "spam" => suspicion::Verdict::Spam { by: who.member.id },
        "not-spam" => suspicion::Verdict::NotSpam,
        _ => return Ok(Answer::Error(Status::UnprocessableEntity)),
    };
    let tx = who.tx().await?;
    let to = match (verdict, form.ids.as_slice()) {
        (suspicion::Verdict::NotSpam, [one]) => at(*one),
        _ => "/tickets?list=suspected".into(),
    };
    match Stop::split(suspicion::settle(&who.core, &tx, &form.ids, verdict).await)? {
        Ok(0) => Ok(Answer::refused("/tickets?list=suspected", who.word("tickets-suspected-none"))),
        Ok(many) => {
            tx.commit().await?;
            let said = match verdict {
                suspicion::Verdict::Spam { .. } => "tickets-suspected-emptied",
                suspicion::Verdict::NotSpam => "tickets-suspected-freed",
            };
            Ok(Answer::done(to, who.say(&Say::new(said).count("count", many))))
        }
        Err(refusal) => Ok(Answer::refused(to, who.say(&refusal.say(who.lang)))),
    }
}

#[post("/tickets/<id>/service", data = "<form>")]
async fn service(who: AnswerTickets, id: i64, form: Form<ServiceForm<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = services::change_service(&tx, id, number(form.service)).await;
    if done.is_ok() {
        tx.commit().await?;
    }
    told(&who, at(id), "tickets-service-changed", done)
}

/// Law P7: what is needed to help, on demand, and the look is written down.
#[post("/tickets/<id>/look")]
async fn looked(who: AnswerTickets, id: i64) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(look::look(&tx, id).await)? {
        Ok(seen) => {
            tx.commit().await?;
            show(&who, &who.member, id, Composer { seen: Some(seen), ..Composer::default() }).await
        }
        Err(refusal) => Ok(Answer::refused(at(id), who.say(&refusal.say(who.lang)))),
    }
}
