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
use crate::web::{Answer, Frame, Reply};

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

/// A file that people sent: pictures that browsers show without risk may be shown, all else is kept.
async fn file(frame: &Frame, found: Option<entities::attachment::Model>) -> Reply {
    const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let Some(file) = found else { return Ok(Answer::Error(rocket::http::Status::NotFound)) };
    let bytes = frame.core.blobs.get(&file.blob).await?;
    let inline = PICTURES.contains(&file.mime.as_str());
    let mime = if inline { file.mime } else { "application/octet-stream".into() };
    Ok(Answer::File { bytes, mime, name: file.name, inline })
}
