//! Pages of the desk, and those of the people who write to it.

mod contact;
mod ledger;
mod outbox;
mod own;
mod queue;
mod ticket;
mod verbs;

use rocket::Route;

use super::actions::Refusal;
use crate::platform::{Failure, Stop};
use crate::web::{Answer, Frame, Reply, files};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    [
        queue::routes(),
        ticket::routes(),
        verbs::routes(),
        ledger::routes(),
        outbox::routes(),
        contact::routes(),
        own::routes(),
    ]
    .concat()
}

/// Back to the page with what was done, or why not.
fn told<T>(
    frame: &Frame,
    to: String,
    done: &'static str,
    result: Result<T, Stop<Refusal>>,
) -> Result<Answer, Failure> {
    Ok(match Stop::split(result)? {
        Ok(_) => Answer::done(to, frame.word(done)),
        Err(refusal) => Answer::refused(to, frame.say(&refusal.say(frame.lang))),
    })
}

/// A file that people sent.
async fn file(frame: &Frame, found: Option<entities::attachment::Model>) -> Reply {
    files::answer(frame, found.map(|file| (file.blob, file.name, file.mime))).await
}
