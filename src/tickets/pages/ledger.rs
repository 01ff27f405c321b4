//! The inbound ledger (law M2).

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;

use crate::accounts::guards::{AnswerTickets, ReadTickets};
use crate::tickets::actions::digest::{Outcome, digest};
use crate::tickets::queries::ledger::{self, Lines};
use crate::tickets::views::{Tab, size};
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![mail, raw, replay]
}

#[get("/tickets/mail?<list>&<after>")]
async fn mail(who: ReadTickets, list: Option<&str>, after: Option<&str>) -> Reply {
    let which = match list {
        Some("waiting") => Lines::Waiting,
        Some("refused") => Lines::Refused,
        _ => Lines::All,
    };
    let sum = ledger::sum(&who.core).await?;
    let (lines, next) = ledger::lines(&who.core, which, after).await?;
    let tab = |href: &str, word, count: u64, of| Tab {
        href: href.into(),
        label: who.word(word),
        count: (count > 0).then(|| count.to_string()),
        current: which == of,
    };
    let name = list.unwrap_or("all");
    let rows: Vec<_> = lines
        .iter()
        .map(|l| {
            let state = who.word(match (l.state.as_str(), l.disposition.as_deref()) {
                ("ticketed", Some("follow_up")) => "ledger-follow-up",
                ("ticketed", Some("report")) => "ledger-report",
                ("ticketed", Some("linked")) => "ledger-linked",
                ("ticketed", _) => "ledger-new",
                ("refused", _) => "ledger-refused",
                ("undigested", _) => "ledger-undigested",
                _ => "ledger-stored",
            });
            let reason = match l.reason.as_deref() {
                Some("trap") => Some(who.word("ledger-reason-trap")),
                Some("empty") => Some(who.word("ledger-reason-empty")),
                Some("duplicate") => Some(who.word("ledger-reason-duplicate")),
                other => other.map(str::to_owned),
            };
            json!({ "line": l, "state": state, "reason": reason, "size": size(l.size, who.lang) })
        })
        .collect();
    let view = json!({
        "tabs": [
            tab("/tickets/mail", "ledger-tab-all", sum.all, Lines::All),
            tab("/tickets/mail?list=waiting", "ledger-tab-waiting", sum.undigested + sum.unaccounted, Lines::Waiting),
            tab("/tickets/mail?list=refused", "ledger-tab-refused", sum.refused, Lines::Refused),
        ],
        "sum": sum,
        "rows": rows,
        "next": next.map(|c| format!("/tickets/mail?list={name}&after={c}")),
        "prev": after.map(|_| format!("/tickets/mail?list={name}")),
        "may_answer": rules::roles::may(who.member.role, rules::roles::Permission::AnswerTickets),
    });
    who.page("pages/tickets/mail", &who.word("ledger-title"), &view)
}

#[get("/tickets/mail/<id>/raw")]
async fn raw(who: ReadTickets, id: i64) -> Reply {
    let Some(hash) = ledger::raw(&who.core, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let bytes = who.core.blobs.get(&hash).await?;
    let name = format!("courriel-{id}.eml");
    Ok(Answer::File { bytes, mime: "application/octet-stream".into(), name, inline: false })
}

#[post("/tickets/mail/<id>/replay")]
async fn replay(who: AnswerTickets, id: i64) -> Reply {
    let to = "/tickets/mail?list=waiting";
    Ok(match digest(&who.core, id).await {
        Ok(Outcome::Ticketed(ticket)) => {
            Answer::done(format!("/tickets/{ticket}"), who.word("ledger-replayed"))
        }
        Ok(Outcome::Refused | Outcome::Already) => Answer::done(to, who.word("ledger-replayed")),
        Ok(Outcome::Undigested(_)) => Answer::refused(to, who.word("ledger-still-unread")),
        Err(failure) => {
            tracing::error!(mail = id, %failure, "a replay failed");
            Answer::refused(to, who.word("ledger-still-unread"))
        }
    })
}
