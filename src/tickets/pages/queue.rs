//! The queue, and "take the next".

use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::accounts::guards::{AnswerTickets, ReadTickets};
use crate::platform::Stop;
use crate::tickets::actions::take;
use crate::tickets::queries::ledger;
use crate::tickets::queries::queue::{self, Counts, List, Row};
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
    suspected: bool,
    next: Option<String>,
    prev: Option<String>,
    may_answer: bool,
    unseen: u64,
    unaccounted: u64,
}

#[get("/tickets?<list>&<after>")]
async fn list(who: ReadTickets, list: Option<&str>, after: Option<&str>) -> Reply {
    let name = list.unwrap_or("owed");
    let which = match name {
        "mine" => List::Mine(who.member.id),
        "free" => List::Free,
        "suspected" => List::Suspected,
        "open" => List::Open,
        "closed" => List::Closed,
        _ => List::Owed,
    };
    let page = queue::page(&who.core, which, after).await?;
    let counts = queue::counts(&who.core, who.member.id).await?;
    let view = View {
        tabs: tabs(&who, which, counts),
        longest: queue::longest(&who.core, which, &page, after.is_none()).await?,
        owed_list: matches!(which, List::Owed | List::Mine(_) | List::Free),
        suspected: which == List::Suspected,
        next: page.next.map(|cursor| format!("/tickets?list={name}&after={cursor}")),
        prev: after.map(|_| format!("/tickets?list={name}")),
        rows: page.rows,
        may_answer: rules::roles::may(who.member.role, rules::roles::Permission::AnswerTickets),
        unseen: ledger::unseen(&who.core).await?,
        unaccounted: ledger::unaccounted(&who.core).await?.all(),
    };
    who.page("pages/tickets/queue", &who.word("tickets-queue"), &view)
}

fn tabs(who: &ReadTickets, which: List, counts: Counts) -> Vec<Tab> {
    let of = [
        ("/tickets", "tickets-tab-owed", List::Owed, counts.owed),
        ("/tickets?list=mine", "tickets-tab-mine", List::Mine(who.member.id), counts.mine),
        ("/tickets?list=free", "tickets-tab-free", List::Free, counts.free),
        ("/tickets?list=suspected", "tickets-tab-suspected", List::Suspected, counts.suspected),
        ("/tickets?list=open", "tickets-tab-open", List::Open, 0),
        ("/tickets?list=closed", "tickets-tab-closed", List::Closed, 0),
    ];
    let tab = |(href, word, list, count): (&str, &'static str, List, i64)| Tab {
        href: href.into(),
        label: who.word(word),
        count: (count > 0).then(|| if count >= MANY { format!("{MANY}+") } else { count.to_string() }),
        current: list == which,
    };
    let shown = |tab: &Tab| tab.current || tab.count.is_some() || !tab.href.ends_with("suspected");
    of.into_iter().map(tab).filter(shown).collect()
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
