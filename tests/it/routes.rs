//! Who may open what: every mounted route, every role, against one table.

use std::collections::BTreeMap;

use rocket::http::{ContentType, Header, Method, Status};
use rules::roles::{Permission, Role, may};
use soutien::app;

use crate::house::{Browser, House, Page};

/// What a route asks of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Anybody: signed in or not. What a donor or a requester sees is behind a link of theirs, tested there.
    Anybody,
    /// Anybody on staff.
    Staff,
    /// Staff with this right.
    With(Permission),
    /// Nobody: it only says no.
    Nobody,
}

#[allow(unused_imports)] // some rooms are still to come
use Permission::{
    AnswerTickets, Configure, Export, IssueReceipts, ReadAudit, ReadDonors, ReadMoney, ReadReceipts,
    ReadSettings, ReadTickets, WriteDonors, WriteMoney,
};
use Who::{Anybody, Nobody, Staff, With};

/// Every route of the program. One that is missing here fails the test by its name.
const TABLE: &[(&str, Who)] = &[
    // the house
    ("GET /", Anybody),
    ("GET /home", Staff),
    ("GET /styleguide", Anybody), // in debug builds only
    ("GET /healthz", Anybody),
    ("GET /readyz", Anybody),
    ("GET /-/refused", Nobody),
    ("GET /assets/<path..>", Anybody),
    ("GET /favicon.ico", Anybody),
    // coming in
    ("GET /sign-in", Anybody),
    ("POST /sign-in", Anybody),
    ("POST /sign-in/link", Anybody),
    ("GET /sign-in/<token>", Anybody),
    ("POST /sign-in/<token>", Anybody),
    ("POST /sign-out", Staff),
    ("GET /set-up/<token>", Anybody),
    ("POST /set-up/<token>", Anybody),
    ("POST /lang/<lang>", Anybody),
    // one's own account
    ("GET /account", Staff),
    ("POST /account", Staff),
    ("POST /account/password", Staff),
    ("POST /account/sessions/<id>/end", Staff),
    ("POST /account/sessions/end-others", Staff),
    // settings
    ("GET /settings", With(ReadSettings)),
    ("POST /settings", With(Configure)),
    ("GET /settings/signature.png", With(ReadSettings)),
    ("GET /settings/next-steps", With(ReadSettings)),
    ("GET /settings/members", With(ReadSettings)),
    ("POST /settings/members", With(Configure)),
    ("GET /settings/members/<id>", With(ReadSettings)),
    ("POST /settings/members/<id>", With(Configure)),
    ("POST /settings/members/<id>/closure", With(Configure)),
    ("POST /settings/members/<id>/reopening", With(Configure)),
    ("POST /settings/members/<id>/link", With(Configure)),
    ("GET /settings/services", With(ReadSettings)),
    ("POST /settings/services", With(Configure)),
    ("POST /settings/services/<id>", With(Configure)),
    ("POST /settings/services/<id>/place", With(Configure)),
    ("GET /settings/mail", With(ReadSettings)),
    ("GET /settings/mail/check", With(ReadSettings)),
    ("POST /settings/mail/holding", With(Configure)),
    ("POST /settings/mail/retry", With(Configure)),
    ("GET /settings/outbox", With(ReadSettings)),
    ("POST /settings/outbox/<id>/decision", With(Configure)),
    ("GET /audit", With(ReadAudit)),
    ("GET /gifts/straddling", With(ReadMoney)),
    ("POST /gifts/<id>/date", With(WriteMoney)),
    // accounts of money
    ("GET /treasury/periods", With(ReadMoney)),
    ("POST /treasury/periods", With(WriteMoney)),
    ("POST /treasury/periods/<id>/reopen", With(WriteMoney)),
    ("GET /treasury/accounts", With(ReadMoney)),
    ("POST /treasury/accounts", With(WriteMoney)),
    ("GET /treasury/accounts/<id>/columns", With(WriteMoney)),
    ("POST /treasury/accounts/<id>/columns", With(WriteMoney)),
    ("GET /treasury/accounts/<id>", With(ReadMoney)),
    ("GET /treasury/accounts/<id>/payout", With(ReadMoney)),
    ("GET /treasury/lines/<id>", With(ReadMoney)),
    ("POST /treasury/accounts/matching", With(WriteMoney)),
    ("POST /treasury/accounts/<id>/match", With(WriteMoney)),
    ("POST /treasury/accounts/<id>/name", With(WriteMoney)),
    ("POST /treasury/accounts/<id>/rules", With(WriteMoney)),
    ("POST /treasury/accounts/<id>/rules/<rule>/removal", With(WriteMoney)),
    ("POST /treasury/lines/<id>/gift", With(WriteMoney)),
    ("POST /treasury/lines/<id>/aside", With(WriteMoney)),
    ("GET /treasury/refunds/<id>", With(ReadMoney)),
    ("POST /treasury/refunds/<id>/gift", With(WriteMoney)),
    ("POST /treasury/refunds/<id>/unnaming", With(WriteMoney)),
    ("POST /treasury/refunds/<id>/aside", With(WriteMoney)),
    // treasury
    ("GET /treasury", With(ReadMoney)),
    ("GET /treasury/exports/<name>", With(Export)),
    ("GET /treasury/outbox", With(ReadMoney)),
    ("POST /treasury/outbox/<id>/decision", With(IssueReceipts)),
    // donors
    ("GET /donors/duplicates", With(ReadDonors)),
    ("POST /donors/duplicates/apart", With(WriteDonors)),
    ("GET /donors/<id>/merge", With(WriteDonors)),
    ("GET /donors/<one>/merge/<other>", With(WriteDonors)),
    ("POST /donors/merges", With(WriteDonors)),
    ("POST /donors/<id>/merges/<merge>/undo", With(WriteDonors)),
    ("GET /donors", With(ReadDonors)),
    ("GET /donors/new", With(WriteDonors)),
    ("POST /donors", With(WriteDonors)),
    ("GET /donors/<id>", With(ReadDonors)),
    ("GET /donors/<id>/edit", With(WriteDonors)),
    ("POST /donors/<id>", With(WriteDonors)),
    // gifts
    ("GET /gifts", With(ReadMoney)),
    ("GET /gifts/new", With(WriteMoney)),
    ("POST /gifts", With(WriteMoney)),
    ("GET /gifts/<id>", With(ReadMoney)),
    ("GET /gifts/<id>/correct", With(WriteMoney)),
    ("POST /gifts/<id>/correct", With(WriteMoney)),
    ("GET /gifts/<id>/reverse", With(WriteMoney)),
    ("POST /gifts/<id>/reverse", With(WriteMoney)),
    ("GET /gifts/proofs", With(ReadMoney)),
    ("POST /gifts/<id>/proofs", With(WriteMoney)),
    ("GET /gifts/<id>/proofs/<proof>", With(ReadMoney)),
    ("POST /gifts/<id>/proofs/<proof>/withdraw", With(WriteMoney)),
    ("GET /gifts/counterparts", With(ReadMoney)),
    ("POST /gifts/counterparts", With(WriteMoney)),
    // receipts
    ("GET /receipts", With(ReadReceipts)),
    ("GET /receipts/run", With(ReadReceipts)),
    ("POST /receipts/run", With(IssueReceipts)),
    ("GET /receipts/runs/<id>", With(ReadReceipts)),
    ("POST /receipts/one", With(IssueReceipts)),
    ("GET /receipts/<file>", With(ReadReceipts)),
    ("POST /receipts/<number>/cancellation", With(IssueReceipts)),
    ("POST /receipts/<number>/replacement", With(IssueReceipts)),
    ("POST /receipts/<number>/duplicate", With(IssueReceipts)),
    ("POST /receipts/<number>/mail", With(IssueReceipts)),
    // donors behind a link of theirs
    ("GET /my", Anybody),
    ("POST /my/link", Anybody),
    ("GET /my/link/<token>", Anybody),
    ("POST /my/link/<token>", Anybody),
    ("GET /my/receipts/<file>", Anybody),
    ("GET /my/records/<id>", Anybody),
    ("POST /my/records/<id>", Anybody),
    ("POST /my/leave", Anybody),
    // the desk
    ("GET /tickets", With(ReadTickets)),
    ("POST /tickets/next", With(AnswerTickets)),
    ("GET /tickets/<id>", With(ReadTickets)),
    ("GET /tickets/<id>/files/<file>", With(ReadTickets)),
    ("POST /tickets/<id>/replies", With(AnswerTickets)),
    ("POST /tickets/<id>/replies/<message>/take-back", With(AnswerTickets)),
    ("POST /tickets/<id>/notes", With(AnswerTickets)),
    ("POST /tickets/<id>/assignment", With(AnswerTickets)),
    ("POST /tickets/<id>/waiver", With(AnswerTickets)),
    ("POST /tickets/<id>/closure", With(AnswerTickets)),
    ("POST /tickets/<id>/reopening", With(AnswerTickets)),
    ("POST /tickets/<id>/merge", With(AnswerTickets)),
    ("POST /tickets/<id>/unmerge", With(AnswerTickets)),
    ("POST /tickets/<id>/split", With(AnswerTickets)),
    ("POST /tickets/suspected", With(AnswerTickets)),
    ("POST /tickets/<id>/service", With(AnswerTickets)),
    ("POST /tickets/<id>/look", With(AnswerTickets)),
    ("GET /tickets/<id>/messages/<message>/pictures/<at>", With(ReadTickets)),
    ("GET /tickets/mail", With(ReadTickets)),
    ("GET /tickets/mail/<id>", With(ReadTickets)),
    ("GET /tickets/mail/<id>/raw", With(ReadTickets)),
    ("POST /tickets/mail/<id>/replay", With(AnswerTickets)),
    ("GET /tickets/outbox", With(ReadTickets)),
    ("POST /tickets/outbox/<id>/decision", With(AnswerTickets)),
    ("GET /contact", Anybody),
    ("POST /contact", Anybody),
    ("GET /contact/thanks", Anybody),
    ("GET /t/<token>", Anybody),
    ("POST /t/<token>", Anybody),
    ("GET /t/<token>/files/<id>", Anybody),
    // files of payment tools
    ("POST /hooks/<tool>", Nobody), // only a signature opens
    ("GET /imports/hooks", With(WriteMoney)),
    ("POST /imports/hooks", With(WriteMoney)),
    ("POST /imports/hooks/<tool>/secret", With(WriteMoney)),
    ("GET /campaigns", With(ReadMoney)),
    ("POST /campaigns", With(WriteMoney)),
    ("GET /campaigns/new", With(WriteMoney)),
    ("GET /campaigns/<id>", With(WriteMoney)),
    ("POST /campaigns/<id>", With(WriteMoney)),
    ("GET /plans", With(ReadMoney)),
    ("GET /donors/<id>/plans", With(ReadMoney)),
    ("POST /donors/<id>/plans", With(WriteMoney)),
    ("POST /donors/<id>/mandates", With(WriteMoney)),
    ("POST /plans/<id>/amount", With(WriteMoney)),
    ("POST /plans/<id>/end", With(WriteMoney)),
    ("POST /mandates/<id>/end", With(WriteMoney)),
    ("POST /mandates/<id>/account", With(WriteMoney)),
    ("GET /debits", With(ReadMoney)),
    ("POST /debits", With(WriteMoney)),
    ("GET /debits/setup", With(WriteMoney)),
    ("POST /debits/setup", With(WriteMoney)),
    ("POST /debits/announcements", With(WriteMoney)),
    ("GET /debits/<id>", With(ReadMoney)),
    ("GET /debits/<id>/file.xml", With(WriteMoney)),
    ("POST /debits/<id>/cancellation", With(WriteMoney)),
    ("POST /debits/<id>/gifts", With(WriteMoney)),
    ("GET /deposits", With(ReadMoney)),
    ("GET /deposits/new", With(WriteMoney)),
    ("POST /deposits", With(WriteMoney)),
    ("GET /deposits/drawers", With(WriteMoney)),
    ("GET /deposits/<file>", With(ReadMoney)),
    ("POST /deposits/<id>/file", With(WriteMoney)),
    ("GET /imports/tables", With(ReadMoney)),
    ("POST /imports/tables", With(WriteMoney)),
    ("GET /imports/tables/<id>", With(WriteMoney)),
    ("POST /imports/tables/<id>/columns", With(WriteMoney)),
    ("GET /imports/<id>/corrections", With(WriteMoney)),
    ("POST /imports/<id>/corrections", With(WriteMoney)),
    ("GET /imports", With(ReadMoney)),
    ("POST /imports", With(WriteMoney)),
    ("GET /imports/<id>", With(ReadMoney)),
    ("POST /imports/<id>/taking", With(WriteMoney)),
    ("POST /imports/<id>/abandonment", With(WriteMoney)),
    ("GET /imports/<id>/undo", With(WriteMoney)),
    ("POST /imports/<id>/undo", With(WriteMoney)),
    ("POST /imports/<id>/lines/<line>/donor", With(WriteMoney)),
];

/// A route as it is mounted.
struct Mounted {
    method: Method,
    key: String,
    path: String,
}

async fn mounted(house: &House) -> Vec<Mounted> {
    let rocket = app::build(house.core.clone()).unwrap();
    let all: Vec<_> = rocket
        .routes()
        .map(|route| {
            let shape = route.uri.path().to_owned();
            let path = shape.split('/').map(sample).collect::<Vec<_>>().join("/");
            Mounted { method: route.method, key: format!("{} {shape}", route.method), path }
        })
        .collect();
    assert!(all.len() > 20, "the house has routes");
    all
}

/// A value for each dynamic part of a path.
fn sample(part: &str) -> &str {
    match part {
        "<path..>" => "css/app.css",
        "<token>" => "no-such-token",
        "<lang>" => "fr",
        "<id>" => "1",
        "<year>" => "2026",
        "<name>" => "gifts.csv",
        other if other.starts_with('<') => "1",
        other => other,
    }
}

async fn ask(browser: &mut Browser, route: &Mounted) -> Page {
    match route.method {
        Method::Get => browser.get(&route.path).await,
        Method::Post => browser.post(&route.path, &[]).await,
        other => panic!("a page uses GET and POST, not {other}: {}", route.key),
    }
}

fn is_sign_in(page: &Page) -> bool {
    page.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?next="))
}

/// What is wrong with this answer, if anything is.
fn judge(route: &Mounted, rule: Who, role: Option<Role>, page: &Page) -> Option<String> {
    let may_enter = match (rule, role) {
        (Anybody, _) => true,
        (Nobody, _) => false,
        (Staff | With(_), None) => {
            return (!is_sign_in(page)).then(|| told(route, role, page, "must be asked to sign in"));
        }
        (Staff, Some(_)) => true,
        (With(right), Some(role)) => may(role, right),
    };
    let refused = page.status == Status::Forbidden;
    if may_enter && (refused || is_sign_in(page)) {
        return Some(told(route, role, page, "may enter"));
    }
    if may_enter && page.status.code >= 500 {
        return Some(told(route, role, page, "must not break"));
    }
    (!may_enter && !refused).then(|| told(route, role, page, "may not enter"))
}

fn told(route: &Mounted, role: Option<Role>, page: &Page, rule: &str) -> String {
    let who = role.map_or("somebody not signed in", Role::code);
    format!("{}: {who} {rule}, but got {} {:?}", route.key, page.status, page.location)
}

#[tokio::test]
async fn every_route_opens_to_exactly_those_who_may() {
    let house = House::new().await;
    let table: BTreeMap<&str, Who> = TABLE.iter().copied().collect();
    let routes = mounted(&house).await;
    let mut wrong = Vec::new();
    for route in &routes {
        if !table.contains_key(route.key.as_str()) {
            wrong.push(format!("{} is mounted but not in the table of this test", route.key));
        }
    }
    for key in table.keys() {
        if !routes.iter().any(|route| route.key == *key) {
            wrong.push(format!("{key} is in the table but not mounted"));
        }
    }
    for role in std::iter::once(None).chain(Role::ALL.map(Some)) {
        let mut browser = entered(&house, role).await;
        for route in &routes {
            let Some(rule) = table.get(route.key.as_str()) else { continue };
            let page = ask(&mut browser, route).await;
            wrong.extend(judge(route, *rule, role, &page));
            let ended = role.is_some() && browser.get("/account").await.status != Status::Ok;
            if ended || (role.is_none() && page.status == Status::SeeOther) {
                browser = entered(&house, role).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn entered(house: &House, role: Option<Role>) -> Browser {
    match role {
        Some(role) => house.staff(role).await,
        None => {
            let mut browser = house.visitor().await;
            browser.get("/sign-in").await;
            browser
        }
    }
}

#[tokio::test]
async fn no_unsafe_request_passes_without_the_token_of_its_page() {
    let house = House::new().await;
    let admin = house.staff(Role::Admin).await;
    let mut wrong = Vec::new();
    for route in mounted(&house).await.iter().filter(|route| route.method != Method::Get) {
        let bare = admin.raw(route.method, &route.path, "name=x").await;
        let spoiled = admin.raw(route.method, &route.path, "csrf=AAAAAAAAAAAAAAAAAAAAAA&name=x").await;
        let body = format!("csrf={}", admin.token);
        let request =
            admin.client.req(route.method, route.path.clone()).header(ContentType::Form).body(&body);
        let elsewhere =
            Page::read(request.header(Header::new("Sec-Fetch-Site", "cross-site")).dispatch().await).await;
        for (what, page) in
            [("without a token", bare), ("with a wrong token", spoiled), ("from another site", elsewhere)]
        {
            if page.status != Status::Forbidden {
                wrong.push(format!("{} {what}: {}", route.key, page.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let house = House::new().await;
    let mut visitor = house.visitor().await;
    for path in ["/", "/sign-in", "/no-such-page", "/assets/css/app.css"] {
        let page = visitor.get(path).await;
        let policy = page.header("Content-Security-Policy").unwrap_or_default().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"), "{path}");
        assert_eq!(page.header("X-Frame-Options"), Some("DENY"), "{path}");
        assert!(page.header("X-Request-Id").is_some(), "{path}");
    }
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let house = House::with(|c| c.public_url = Some("https://asso.example".into())).await;
    let mut visitor = house.visitor().await;
    let page = visitor.get("/sign-in").await;
    let cookie = page.header("Set-Cookie").unwrap();
    assert!(cookie.starts_with("__Host-"), "{cookie}");
    for part in ["Secure", "HttpOnly", "Path=/"] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
    assert!(page.header("Strict-Transport-Security").is_some());
}
