//! The page of mail that has not left (law M5). Each shelf has its own address and its own people; the page is one.

use entities::outbox;
use rocket::FromForm;
use rocket::form::Form;
use rocket::http::Status;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{Answer, Reply};
use super::frame::Frame;
use super::paging::{PAGE, cursor, has_more, read};
use crate::platform::outbox::list::{List, Shelf, counts, is_on, rows};
use crate::platform::outbox::{Verdict, decide, hold, release};
use crate::platform::sending::Brake;
use crate::platform::{Failure, Say, Tx};

/// Rows of each list on the page of all.
const SOME: u64 = 20;

/// Whose outbox it is, where, and what the person may do there.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose.
    pub shelf: Shelf,
    /// Address of the page.
    pub path: &'static str,
    /// May decide, hold and release.
    pub may_act: bool,
    /// May hold everything and change the mail server.
    pub may_configure: bool,
}

/// A tab.
#[derive(Serialize)]
struct Tab {
    href: String,
    label: String,
    count: Option<String>,
    current: bool,
}

const fn name(list: List) -> &'static str {
    match list {
        List::Decide => "decide",
        List::Failed => "failed",
        List::Held => "held",
        List::Leaving => "leaving",
        List::Waiting => "waiting",
    }
}

const fn tab_word(list: List) -> &'static str {
    match list {
        List::Decide => "outbox-tab-decide",
        List::Failed => "outbox-tab-failed",
        List::Held => "outbox-tab-held",
        List::Leaving => "outbox-tab-leaving",
        List::Waiting => "outbox-tab-waiting",
    }
}

/// The page: one list, or some of each, those to decide about first.
pub async fn page(frame: &Frame, place: Place, list: Option<&str>, after: Option<&str>) -> Reply {
    let asked = list.and_then(|asked| List::ALL.into_iter().find(|list| name(*list) == asked));
    let counts = counts(&frame.core, place.shelf).await?;
    let mut tabs = vec![Tab {
        href: place.path.into(),
        label: frame.word("outbox-tab-all"),
        count: None,
        current: asked.is_none(),
    }];
    tabs.extend(List::ALL.into_iter().zip(counts).map(|(list, count)| Tab {
        href: format!("{}?list={}", place.path, name(list)),
        label: frame.word(tab_word(list)),
        count: (count > 0).then(|| count.to_string()),
        current: asked == Some(list),
    }));
    let brake = Brake::read(frame.core.db.read()).await?;
    let mut groups = Vec::new();
    let mut next = None;
    match asked {
        Some(list) => {
            let mut found = rows(&frame.core, place.shelf, list, read(after), PAGE + 1).await?;
            let more = has_more(&mut found);
            next = found.last().filter(|_| more).map(|row| cursor(&row.id));
            groups.push(group(frame, &brake, list, &found, None));
        }
        None => {
            for (list, count) in List::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
                let found = rows(&frame.core, place.shelf, list, None, SOME).await?;
                let all = (count > SOME).then(|| format!("{}?list={}", place.path, name(list)));
                groups.push(group(frame, &brake, list, &found, all));
            }
        }
    }
    groups.retain(|group| group["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
    let view = json!({
        "path": place.path,
        "lead": frame.word(match place.shelf {
            Shelf::Desk => "outbox-lead",
            Shelf::Treasury => "outbox-lead-treasury",
            Shelf::House => "outbox-lead-house",
        }),
        "tabs": tabs,
        "groups": groups,
        "brake": braked(frame, &brake, place.may_configure),
        "may_act": place.may_act,
        "may_configure": place.may_configure,
        "next": next.map(|at| format!("{}?list={}&after={at}", place.path, asked.map_or("", name))),
        "prev": after.map(|_| format!("{}?list={}", place.path, asked.map_or("", name))),
    });
    frame.page("pages/outbox", &frame.word("outbox-title"), &view)
}

/// Why nothing at all leaves, if that is so. `words`: the server's own words are shown; they may name somebody who
/// gives (law P7).
pub fn braked(frame: &Frame, brake: &Brake, words: bool) -> Value {
    let exact = |at| rules::dates::exact(at, frame.lang);
    if let Some(held) = &brake.held {
        let say = Say::new("outbox-all-held").with("who", held.by.clone()).with("when", exact(held.at));
        return json!({ "held": true, "title": frame.word("outbox-all-held-title"), "text": frame.say(&say) });
    }
    if frame.core.config.smtp_url.is_none() {
        let text = frame.word("outbox-no-server");
        return json!({ "title": frame.word("outbox-no-server-title"), "text": text });
    }
    let Some(pause) = &brake.pause else { return Value::Null };
    let say = Say::new(if pause.needs_somebody { "outbox-pause-setup" } else { "outbox-pause-away" })
        .with("since", exact(pause.since))
        .with("next", exact(pause.until));
    json!({
        "title": frame.word(if pause.needs_somebody { "outbox-pause-setup-title" } else { "outbox-pause-away-title" }),
        "text": frame.say(&say),
        "why": words.then_some(&pause.why),
        "retry": true,
    })
}

fn group(frame: &Frame, brake: &Brake, list: List, rows: &[outbox::Model], all: Option<String>) -> Value {
    let (title, text) = match list {
        List::Decide => ("outbox-tab-decide", Some("outbox-decide-text")),
        List::Failed => ("outbox-tab-failed", Some("outbox-failed-text")),
        List::Held => ("outbox-tab-held", Some("outbox-held-text")),
        List::Leaving => ("outbox-tab-leaving", None),
        List::Waiting => ("outbox-tab-waiting", Some("outbox-waiting-text")),
    };
    json!({
        "list": name(list),
        "title": frame.word(title),
        "text": text.map(|key| frame.word(key)),
        "rows": rows.iter().map(|row| shown(frame, brake, list, row)).collect::<Vec<_>>(),
        "all": all,
    })
}

fn shown(frame: &Frame, brake: &Brake, list: List, row: &outbox::Model) -> Value {
    let exact = |at| rules::dates::exact(at, frame.lang);
    let now = frame.core.clock.now();
    let state = frame.word(match list {
        List::Decide => "outbox-ambiguous",
        List::Failed => "outbox-dead",
        List::Held => "outbox-held",
        List::Leaving => "outbox-sending",
        List::Waiting => "outbox-waiting",
    });
    let kind = frame.word(match row.kind.as_str() {
        "reply" => "outbox-reply",
        "acknowledgement" => "outbox-acknowledgement",
        "receipt" => "outbox-receipt",
        "link" => "outbox-link",
        _ => "outbox-notice",
    });
    let why = match list {
        List::Held => {
            let by = row.held_by.clone().unwrap_or_default();
            let when = row.held_at.map(exact).unwrap_or_default();
            Some(frame.say(&Say::new("outbox-why-held").with("who", by).with("when", when)))
        }
        List::Waiting if brake.held.is_some() || brake.pause.is_some() => None,
        List::Waiting if row.attempts > 0 => Some(frame.say(
            &Say::new("outbox-why-again").count("count", row.attempts).with("when", exact(row.not_before)),
        )),
        List::Waiting if row.not_before > now => {
            Some(frame.say(&Say::new("outbox-why-wait").with("when", exact(row.not_before))))
        }
        List::Waiting => Some(frame.word("outbox-why-turn")),
        _ => None,
    };
    json!({
        "id": row.id,
        "state": state,
        "kind": kind,
        "to": row.to_addr,
        "subject": row.subject,
        "ticket": row.ticket_id,
        "at": row.created_at,
        "why": why,
        "said": row.last_error,
        "decide": list == List::Decide,
        "failed": list == List::Failed,
        "held": list == List::Held,
        "waits": list == List::Waiting,
    })
}

/// What a person decides.
#[derive(FromForm)]
pub struct DecisionForm<'r> {
    verdict: &'r str,
}

/// Writes what they decided.
pub async fn decided(frame: &Frame, place: Place, tx: Tx, id: i64, form: &Form<DecisionForm<'_>>) -> Reply {
    if !is_on(&frame.core, place.shelf, id).await? {
        return Ok(Answer::Error(Status::NotFound));
    }
    let (done, word) = match form.verdict {
        "left" => (decide(&frame.core, &tx, id, Verdict::Left).await?, "outbox-decided-left"),
        "again" => (decide(&frame.core, &tx, id, Verdict::SendAgain).await?, "outbox-decided-again"),
        "aside" => (decide(&frame.core, &tx, id, Verdict::SetAside).await?, "outbox-decided-aside"),
        "hold" => (hold(&tx, id).await?, "outbox-decided-hold"),
        "release" => (release(&frame.core, &tx, id).await?, "outbox-decided-release"),
        _ => return Ok(Answer::Error(Status::UnprocessableEntity)),
    };
    told(frame, place, tx, done, word).await
}

async fn told(
    frame: &Frame,
    place: Place,
    tx: Tx,
    done: bool,
    word: &'static str,
) -> Result<Answer, Failure> {
    if done {
        tx.commit().await?;
        return Ok(Answer::done(place.path, frame.word(word)));
    }
    Ok(Answer::refused(place.path, frame.word("outbox-nothing-to-decide")))
}
