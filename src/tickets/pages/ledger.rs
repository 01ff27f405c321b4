//! The inbound ledger (law M2).

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde_json::json;

use crate::accounts::guards::{AnswerTickets, ReadTickets};
use crate::platform::Say;
use crate::tickets::actions::digest::{Outcome, digest};
use crate::tickets::queries::ledger::{self, Lines};
use crate::tickets::queries::mailboxes;
use crate::tickets::views::{Tab, ledger as views};
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![mail, one, raw, replay]
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
    let gives = may_know_who_gives(&who);
    let rows: Vec<_> = lines.iter().map(|line| views::line(&who, line, gives)).collect();
    let (folders, compared) =
        (mailboxes::folders(&who.core).await?, mailboxes::comparisons(&who.core).await?);
    let troubles = mailboxes::all_troubles(&who.core).await?;
    let view = json!({
        "tabs": [
            tab("/tickets/mail", "ledger-tab-all", sum.all, Lines::All),
            tab("/tickets/mail?list=waiting", "ledger-tab-waiting", sum.undigested + sum.unaccounted, Lines::Waiting),
            tab("/tickets/mail?list=refused", "ledger-tab-refused", sum.refused, Lines::Refused),
        ],
        "sum": sum,
        "unaccounted": ledger::unaccounted(&who.core).await?.all(),
        "mailboxes": views::mailboxes(&who, &folders, &compared, &troubles),
        "rows": rows,
        "waiting": which == Lines::Waiting,
        "next": next.map(|c| format!("/tickets/mail?list={name}&after={c}")),
        "prev": after.map(|_| format!("/tickets/mail?list={name}")),
        "may_answer": rules::roles::may(who.member.role, rules::roles::Permission::AnswerTickets),
    });
    who.page("pages/tickets/mail", &who.word("ledger-title"), &view)
}

/// Agents do not see who gives (law P7): a mail about a receipt is for those who may read receipts.
fn may_know_who_gives(who: &ReadTickets) -> bool {
    rules::roles::may(who.member.role, rules::roles::Permission::ReadReceipts)
}

#[get("/tickets/mail/<id>")]
async fn one(who: ReadTickets, id: i64) -> Reply {
    let Some((line, row)) = ledger::one(&who.core, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let reader = views::Reader {
        gives: may_know_who_gives(&who),
        may_answer: rules::roles::may(who.member.role, rules::roles::Permission::AnswerTickets),
    };
    let open = reader.gives || !line.of_a_donor;
    let raw = if open { Some(who.core.blobs.get(&row.raw_blob).await?) } else { None };
    let view = views::one(&who, &line, &row, reader, raw.as_deref());
    who.page(
        "pages/tickets/one-mail",
        &who.say(&Say::new("ledger-one-title").with("id", id.to_string())),
        &view,
    )
}

#[get("/tickets/mail/<id>/raw")]
async fn raw(who: ReadTickets, id: i64) -> Reply {
    let Some((line, row)) = ledger::one(&who.core, id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    if line.of_a_donor && !may_know_who_gives(&who) {
        return Ok(Answer::Error(Status::Forbidden));
    }
    let bytes = who.core.blobs.get(&row.raw_blob).await?;
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
