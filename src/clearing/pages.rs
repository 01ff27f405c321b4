//! Accounts, payouts and bank lines, and the buttons that place them.

mod refunds;

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use rules::roles::{Permission, may};

use super::actions::lines::NoGift;
use super::actions::{self, Refusal, matching};
use super::forms::{Columns, Giver, Match, Words};
use super::queries::{self, accounts, lines, payouts};
use super::views;
use crate::accounts::guards::{ReadMoney, WriteMoney};
use crate::donors;
use crate::platform::{Failure, Say, Stop};
use crate::web::paging::{PAGE, Way, has_more};
use crate::web::{Answer, Reply};

/// Pages of this feature.
pub fn routes() -> Vec<Route> {
    let mut all = routes![
        overview,
        open,
        columns,
        map,
        account,
        payout,
        line,
        match_again,
        place,
        rename,
        add_rule,
        drop_rule,
        give,
        set_aside
    ];
    all.extend(refunds::routes());
    all
}

#[get("/treasury/accounts")]
async fn overview(who: ReadMoney) -> Reply {
    let conn = who.core.db.read();
    let all = accounts::all(conn).await?;
    let mut balances = std::collections::HashMap::new();
    for account in all.iter().filter(|account| account.kind == "bank") {
        balances.insert(account.id, accounts::balance(conn, account.id).await?);
    }
    let known = views::Known {
        standings: accounts::standings(conn).await?,
        balances,
        payouts: payouts::all(conn).await?,
        open: lines::counts(conn).await?,
        refunds: queries::refunds::to_settle(conn).await?,
    };
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::overview(&who, &all, &known, writes);
    who.page("pages/clearing/overview", &who.word("clearing-title"), &view)
}

#[post("/treasury/accounts", data = "<form>")]
async fn open(who: WriteMoney, form: Form<Words<'_>>) -> Reply {
    let tx = who.tx().await?;
    match Stop::split(actions::accounts::open(&tx, form.words).await)? {
        Ok(id) => {
            tx.commit().await?;
            Ok(Answer::go(format!("/treasury/accounts/{id}/columns")))
        }
        Err(refusal) => Ok(Answer::refused("/treasury/accounts", who.say(&refusal.say()))),
    }
}

#[get("/treasury/accounts/<id>/columns")]
async fn columns(who: WriteMoney, id: i64) -> Reply {
    let conn = who.core.db.read();
    let Some(account) = accounts::one(conn, id).await?.filter(|account| account.kind == "bank") else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let mapping = accounts::mapping(conn, Some(id)).await?.unwrap_or_default();
    let view = views::columns(&who, &account, &mapping, None);
    who.page("pages/clearing/columns", &who.word("clearing-columns"), &view)
}

#[post("/treasury/accounts/<id>/columns", data = "<form>")]
async fn map(who: WriteMoney, id: i64, form: Form<Columns<'_>>) -> Reply {
    let Some(account) = accounts::one(who.core.db.read(), id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let tx = who.tx().await?;
    let mapping = form.mapping();
    match Stop::split(actions::accounts::map(&tx, id, &mapping).await)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/treasury/accounts/{id}"), who.word("clearing-columns-kept")))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => {
            let view = views::columns(&who, &account, &mapping, Some(who.say(&refusal.say())));
            who.refused_page("pages/clearing/columns", &who.word("clearing-columns"), &view)
        }
    }
}

#[get("/treasury/accounts/<id>?<show>&<from>")]
async fn account(who: ReadMoney, id: i64, show: Option<&str>, from: Option<i64>) -> Reply {
    let conn = who.core.db.read();
    let Some(account) = accounts::one(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let skip = from.unwrap_or(0).clamp(0, 100_000_000);
    let page = i64::try_from(PAGE).unwrap_or(50);
    let writes = may(who.member.role, Permission::WriteMoney);
    if account.kind == "bank" {
        let open = show != Some("all");
        let mut found = lines::page(conn, id, open, skip, page + 1).await?;
        let more = has_more(&mut found);
        let tools = accounts::all(conn).await?;
        let balance = accounts::balance(conn, id).await?;
        let count = lines::counts(conn).await?.get(&id).copied().unwrap_or(0);
        let place = views::Place { skip, more, writes };
        let view = views::bank(&who, (&account, &balance), &tools, (&found, open, count), &place);
        return who.page("pages/clearing/bank", &account.name, &view);
    }
    let mut found = payouts::of_account(conn, id, skip, page + 1).await?;
    let more = has_more(&mut found);
    let rules = accounts::rules_of(conn, id).await?;
    let standing = accounts::standings(conn).await?.get(&id).copied().unwrap_or_default();
    let place = views::Place { skip, more, writes };
    let view = views::tool(&who, &account, standing, (&found, &rules), &place);
    who.page("pages/clearing/tool", &account.name, &view)
}

#[get("/treasury/accounts/<id>/payout?<name>")]
async fn payout(who: ReadMoney, id: i64, name: &str) -> Reply {
    let conn = who.core.db.read();
    let (Some(account), Some(found)) = (accounts::one(conn, id).await?, payouts::one(conn, id, name).await?)
    else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let parts = accounts::parts_of(conn, id, name, 500).await?;
    let line = match found.line {
        Some(line) => lines::one(conn, line).await?,
        None => None,
    };
    let candidates = match (found.line, found.sums().expected()) {
        (None, Some(cents)) => lines::of_amount(conn, cents).await?,
        _ => Vec::new(),
    };
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::payout(&who, &account, &found, &parts, (line, candidates), writes);
    who.page("pages/clearing/payout", &view.title, &view)
}

#[get("/treasury/lines/<id>?<q>")]
async fn line(who: ReadMoney, id: i64, q: Option<&str>) -> Reply {
    let conn = who.core.db.read();
    let Some(found) = lines::one(conn, id).await? else { return Ok(Answer::Error(Status::NotFound)) };
    let Some(account) = accounts::one(conn, found.account_id).await? else {
        return Ok(Answer::Error(Status::NotFound));
    };
    let asked = q.map_or_else(|| views::payer(&found), |q| q.trim().to_owned());
    let people = if asked.is_empty() {
        Vec::new()
    } else {
        donors::queries::list::page(conn, &asked, &Way::First).await?.rows
    };
    let tools = accounts::all(conn).await?;
    let sent: Vec<_> =
        payouts::open(conn).await?.into_iter().filter(|p| p.sums().expected() == Some(found.net)).collect();
    let writes = may(who.member.role, Permission::WriteMoney);
    let view = views::line(&who, &account, &found, (&asked, &people), (&tools, &sent), writes);
    who.page("pages/clearing/line", &who.word("clearing-line"), &view)
}

/// What a verb said, told on the page `back`.
async fn told(
    who: &WriteMoney,
    tx: crate::platform::Tx,
    done: Result<(), Stop<Refusal>>,
    back: String,
    words: &'static str,
) -> Reply {
    match Stop::split(done)? {
        Ok(()) => {
            tx.commit().await?;
            Ok(Answer::done(back, who.word(words)))
        }
        Err(Refusal::Unknown) => Ok(Answer::Error(Status::NotFound)),
        Err(refusal) => Ok(Answer::refused(back, who.say(&refusal.say()))),
    }
}

#[post("/treasury/accounts/matching")]
async fn match_again(who: WriteMoney) -> Reply {
    let tx = who.tx().await?;
    let settled = actions::refunds::settle_all(&who.core, &tx).await?;
    let matched = matching::run(&tx).await?;
    tx.commit().await?;
    let said = Say::new("clearing-matched-n").count("n", matched).count("refunds", settled);
    Ok(Answer::done("/treasury/accounts", who.say(&said)))
}

#[post("/treasury/accounts/<id>/match", data = "<form>")]
async fn place(who: WriteMoney, id: i64, form: Form<Match<'_>>) -> Reply {
    let tx = who.tx().await?;
    let back = views::payout_path(id, form.payout);
    if form.line.is_empty() {
        let done = matching::forget(&tx, id, form.payout).await;
        return told(&who, tx, done, back, "clearing-unmatched").await;
    }
    let done = match form.line.parse() {
        Ok(line) => matching::choose(&tx, id, form.payout, line).await,
        Err(_) => Err(Stop::Refused(Refusal::Unknown)),
    };
    told(&who, tx, done, back, "clearing-matched").await
}

#[post("/treasury/accounts/<id>/name", data = "<form>")]
async fn rename(who: WriteMoney, id: i64, form: Form<Words<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = actions::accounts::rename(&tx, id, form.words).await;
    told(&who, tx, done, format!("/treasury/accounts/{id}"), "clearing-renamed").await
}

#[post("/treasury/accounts/<id>/rules", data = "<form>")]
async fn add_rule(who: WriteMoney, id: i64, form: Form<Words<'_>>) -> Reply {
    let tx = who.tx().await?;
    let done = matching::add_rule(&tx, id, form.words).await;
    told(&who, tx, done, format!("/treasury/accounts/{id}"), "clearing-rule-added").await
}

#[post("/treasury/accounts/<id>/rules/<rule>/removal")]
async fn drop_rule(who: WriteMoney, id: i64, rule: i64) -> Reply {
    let tx = who.tx().await?;
    let done = matching::drop_rule(&tx, rule).await;
    told(&who, tx, done, format!("/treasury/accounts/{id}"), "clearing-rule-dropped").await
}

#[post("/treasury/lines/<id>/gift", data = "<form>")]
async fn give(who: WriteMoney, id: i64, form: Form<Giver<'_>>) -> Reply {
    let back = format!("/treasury/lines/{id}");
    let donor = match (form.donor, form.donor.parse::<i64>()) {
        ("nobody", _) => None,
        (_, Ok(donor)) => Some(donor),
        _ => return Ok(Answer::refused(back, who.word("clearing-donor-needed"))),
    };
    let tx = who.tx().await?;
    match Stop::split(actions::lines::record(&who.core, &tx, id, donor).await)? {
        Ok(gift) => {
            tx.commit().await?;
            Ok(Answer::done(format!("/gifts/{gift}"), who.word("clearing-gift-recorded")))
        }
        Err(NoGift::Line(Refusal::Unknown)) => Ok(Answer::Error(Status::NotFound)),
        Err(NoGift::Line(refusal)) => Ok(Answer::refused(back, who.say(&refusal.say()))),
        Err(NoGift::Gift(why)) => {
            let first = why.first().ok_or_else(|| Failure::new("a gift was refused for nothing"))?;
            Ok(Answer::refused(back, who.say(&first.say())))
        }
    }
}

#[post("/treasury/lines/<id>/aside", data = "<form>")]
async fn set_aside(who: WriteMoney, id: i64, form: Form<Words<'_>>) -> Reply {
    let tx = who.tx().await?;
    let reason = (form.words != "back").then_some(form.words);
    let done = actions::lines::set_aside(&tx, id, reason).await;
    let words = if reason.is_some() { "clearing-aside-done" } else { "clearing-aside-back" };
    told(&who, tx, done, format!("/treasury/lines/{id}"), words).await
}
