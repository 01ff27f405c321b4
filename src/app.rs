//! The server: every route on one screen.

use std::sync::Arc;
use std::time::Duration;

use rocket::data::{ByteUnit, Limits};
use rocket::figment::Figment;
use rocket::http::Status;
use rocket::{Build, Rocket, Route, State, get, routes};
use tokio::sync::watch;

use crate::platform::core::Parts;
use crate::platform::{Clock, Config, Core, Failure, worker};
use crate::tickets::doors;
use crate::web::{Answer, Reply, assets, csrf, errors, headers};
use crate::{
    accounts, campaigns, clearing, dashboard, debits, deposits, donations, donors, hooks, imports, merging,
    periods, plans, portal, receipts, tickets, treasury,
};

/// Every route of the program.
pub fn all_routes() -> Vec<Route> {
    [
        routes![home, entrance, healthz, readyz, errors::refused, assets::file, assets::favicon],
        accounts::pages::routes(),
        donors::routes(),
        donations::routes(),
        campaigns::routes(),
        hooks::routes(),
        imports::routes(),
        deposits::routes(),
        plans::routes(),
        debits::routes(),
        receipts::routes(),
        merging::routes(),
        periods::routes(),
        tickets::routes(),
        portal::routes(),
        clearing::routes(),
        treasury::routes(),
        dashboard::routes(),
        for_developers(),
    ]
    .concat()
}

/// Pages of debug builds only.
fn for_developers() -> Vec<Route> {
    if cfg!(debug_assertions) { routes![styleguide] } else { Vec::new() }
}

/// A core with every feature plugged in.
pub async fn open(config: Config, clock: Clock) -> Result<Core, Failure> {
    Ok(plug(Core::open(config, clock).await?))
}

/// Plugs the features into a core.
pub fn plug(mut core: Core) -> Core {
    let mut parts = Parts::default();
    donors::plug(&mut parts);
    imports::plug(&mut parts);
    hooks::plug(&mut parts);
    plans::plug(&mut parts);
    debits::plug(&mut parts);
    receipts::plug(&mut parts);
    tickets::plug(&mut parts);
    portal::plug(&mut parts);
    core.deliveries = Arc::new(parts.deliveries);
    core.counters = Arc::new(parts.counters);
    core.makers = Arc::new(parts.makers);
    core.work = Arc::new(parts.work);
    core.ticks = Arc::new(parts.ticks);
    core.registrar = parts.registrar;
    core
}

/// The server over `core`, not yet listening.
pub fn build(core: Core) -> Result<Rocket<Build>, Failure> {
    let server = settings(&core)?;
    let rocket = rocket::custom(server)
        .mount("/", all_routes())
        .register("/", errors::catchers())
        .attach(csrf::Csrf)
        .attach(headers::Headers)
        .manage(core);
    Ok(rocket)
}

fn settings(core: &Core) -> Result<Figment, Failure> {
    let address = core.config.address().map_err(|e| Failure::new(e.to_string()))?;
    let mut secret = core.keys.part("cookies 1").to_vec();
    secret.extend(core.keys.part("cookies 2"));
    let limits = Limits::default()
        .limit("form", ByteUnit::Mebibyte(2))
        .limit("string", ByteUnit::Mebibyte(2))
        .limit("data-form", ByteUnit::Mebibyte(130))
        .limit("file", ByteUnit::Mebibyte(120));
    let shutdown = rocket::config::Shutdown { ctrlc: true, grace: 5, mercy: 3, ..Default::default() };
    let mut figment = Figment::from(rocket::Config {
        address: address.ip(),
        port: address.port(),
        limits,
        shutdown,
        log_level: rocket::config::LogLevel::Off,
        cli_colors: false,
        keep_alive: 15,
        temp_dir: std::env::temp_dir().into(),
        ..rocket::Config::release_default()
    })
    .merge(("secret_key", secret))
    .merge(("ident", false))
    .merge(("shutdown.signals", ["term", "hup"]));
    if let Some(header) = &core.config.client_ip_header {
        figment = figment.merge(("ip_header", header));
    } else {
        figment = figment.merge(("ip_header", false));
    }
    Ok(figment)
}

/// Serves and works until asked to stop: requests and the job under way finish first.
pub async fn serve(core: Core) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let rocket = build(core.clone())?;
    let doors = doors::open(&core.config).await?;
    let letting_in = tokio::spawn(doors::run(core.clone(), doors, stopped.clone()));
    let fetching = tokio::spawn(doors::imap::run(core.clone(), stopped.clone()));
    let working = tokio::spawn(worker::run(core.clone(), stopped));
    let served = rocket.launch().await.map_err(|error| {
        let words = format!("The server cannot start on {}: {error}", core.config.listen);
        std::mem::drop(error); // Rocket panics when an unread error is dropped
        Failure::new(words)
    });
    stop.send_replace(true);
    core.bell.notify_waiters();
    let _over = tokio::join!(letting_in, fetching);
    if tokio::time::timeout(Duration::from_secs(90), working).await.is_err() {
        tracing::error!("the worker did not finish in time; its lease will end by itself");
    }
    core.db.close().await?;
    served.map(|_| ())
}

/// Works without serving, until asked to stop.
pub async fn work(core: Core) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(worker::run(core.clone(), stopped));
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    stop.send_replace(true);
    core.bell.notify_waiters();
    let _finished = working.await;
    core.db.close().await
}

/// The public front door.
#[get("/")]
fn home(visitor: accounts::Visitor) -> Reply {
    let title = visitor.word("layout-home-title");
    visitor.public_page(Status::Ok, "pages/home", &title, &serde_json::json!({}))
}

/// Every part of the pages, in light and dark.
#[get("/styleguide")]
fn styleguide(visitor: accounts::Visitor) -> Reply {
    visitor.page("pages/styleguide", "Styleguide", &serde_json::json!({}))
}

/// Where a person on staff arrives: at the first entry they may open.
#[get("/home")]
fn entrance(who: accounts::guards::Member) -> Answer {
    Answer::go(who.nav.first().map_or("/", |item| item.href))
}

/// The process lives.
#[get("/healthz")]
fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: its database answers.
#[get("/readyz")]
async fn readyz(core: &State<Core>) -> (Status, &'static str) {
    match crate::platform::settings::get(core.db.read(), "association.name").await {
        Ok(_) => (Status::Ok, "ready\n"),
        Err(failure) => {
            tracing::error!(%failure, "not ready");
            (Status::ServiceUnavailable, "the database does not answer\n")
        }
    }
}
