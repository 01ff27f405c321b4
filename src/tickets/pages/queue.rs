//! The queue, and "take the next".

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::accounts::guards::{AnswerTickets, ReadTickets};
use crate::platform::{Failure, Stop};
use crate::tickets::actions::take;
use crate::tickets::queries::ledger;
use crate::tickets::queries::queue::{self, List, Row};
use crate::tickets::queries::wait::MANY;
use crate::tickets::views::Tab;
use crate::web::{Answer, Reply};

/// Pages.
pub fn routes() -> Vec<Route> {
    routes![list, next]
}

#[derive(Serialize)]
struct View {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    longest: Option<Row>,
    owed_list: bool,
    next: Option<String>,
    prev: Option<String>,
    may_answer: bool,
    unseen: u64,
}

#[get("/tickets?<list>&<after>")]
async fn list(who: ReadTickets, list: Option<&str>, after: Option<&str>) -> Reply {
    let name = list.unwrap_or("owed");
    let which = match name {
        "mine" => List::Mine(who.member.id),
        "free" => List::Free,
        "open" => List::Open,
        "closed" => List::Closed,
        _ => List::Owed,
    };
    let page = queue::page(&who.core, which, after).await?;
    let sum = ledger::sum(&who.core).await?;
    let view = View {
        tabs: tabs(&who, which).await?,
        longest: queue::longest(&who.core).await?,
        owed_list: matches!(which, List::Owed | List::Mine(_) | List::Free),
        next: page.next.map(|cursor| format!("/tickets?list={name}&after={cursor}")),
        prev: after.map(|_| format!("/tickets?list={name}")),
        rows: page.rows,
        may_answer: rules::roles::may(who.member.role, rules::roles::Permission::AnswerTickets),
        unseen: sum.undigested + sum.unaccounted,
    };
    who.page("pages/tickets/queue", &who.word("tickets-queue"), &view)
}

async fn tabs(who: &ReadTickets, which: List) -> Result<Vec<Tab>, Failure> {
    let of = [
        ("/tickets", "tickets-tab-owed", List::Owed, true),
        ("/tickets?list=mine", "tickets-tab-mine", List::Mine(who.member.id), true),
        ("/tickets?list=free", "tickets-tab-free", List::Free, true),
        ("/tickets?list=open", "tickets-tab-open", List::Open, false),
        ("/tickets?list=closed", "tickets-tab-closed", List::Closed, false),
    ];
    let mut tabs = Vec::new();
    for (href, word, list, counted) in of {
        let count = match counted {
            true => Some(queue::count(&who.core, list).await?).filter(|n| *n > 0),
            false => None,
        };
        let count = count.map(|n| if n >= MANY { format!("{MANY}+") } else { n.to_string() });
        tabs.push(Tab { href: href.into(), label: who.word(word), count, current: list == which });
    }
    Ok(tabs)
}

#[post("/tickets/next")]
async fn next(who: AnswerTickets) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(take::take_next(&tx, who.member.id).await)? {
        Ok(id) => {
            tx.commit().await?;
            Ok(Answer::go(format!("/tickets/{id}")))
        }
        Err(refusal) => Ok(Answer::refused("/tickets", who.say(&refusal.say(who.lang)))),
    }
}
