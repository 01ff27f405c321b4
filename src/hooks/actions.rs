//! Announcements are kept once, and brought as a file.

use std::collections::BTreeMap;

use entities::hook_event;
use moneyin::events::{self, Event, Unread};
use reports::csv::{Cell, Flavour, Table};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{queries, signature};
use crate::imports;
use crate::imports::actions::Own;
use crate::imports::reading::Source;
use crate::platform::tx::Actor;
use crate::platform::{Core, Failure, Say, Stop, Tx, sealing, settings};

/// A tool that announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// HelloAsso.
    HelloAsso,
    /// Stripe.
    Stripe,
}

impl Tool {
    /// Both.
    pub const ALL: [Self; 2] = [Self::HelloAsso, Self::Stripe];

    /// Source of the ledger.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HelloAsso => "helloasso",
            Self::Stripe => "stripe",
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HelloAsso => "HelloAsso",
            Self::Stripe => "Stripe",
        }
    }

    /// The header that holds its signature.
    pub const fn header(self) -> &'static str {
        match self {
            Self::HelloAsso => "x-ha-signature",
            Self::Stripe => "stripe-signature",
        }
    }

    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.code() == code)
    }

    fn setting(self) -> String {
        format!("hooks.{}.secret", self.code())
    }
}

/// Why an announcement is not heard, or not brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No secret was set, or the signature is not the tool's, or old.
    NotSigned,
    /// It is no event.
    NotAnEvent,
    /// A secret is needed.
    NoSecret,
    /// Nothing waits.
    Nothing,
    /// Its file is refused.
    Import(imports::actions::Refusal),
}

impl Refusal {
    /// The sentence for the person.
    pub fn say(&self) -> Say {
        match self {
            Self::NotSigned => Say::new("hooks-refused-signature"),
            Self::NotAnEvent => Say::new("hooks-refused-event"),
            Self::NoSecret => Say::new("hooks-refused-secret"),
            Self::Nothing => Say::new("hooks-refused-nothing"),
            Self::Import(why) => why.say(),
        }
    }
}

/// Keeps the secret that a tool signs with; it is sealed.
///
/// # Errors
/// [`Refusal::NoSecret`].
pub async fn set_secret(core: &Core, tx: &Tx, tool: Tool, secret: &str) -> Result<(), Stop<Refusal>> {
    let secret = secret.trim();
    if secret.is_empty() || secret.chars().count() > 500 {
        return Err(Stop::Refused(Refusal::NoSecret));
    }
    let sealed = sealing::seal(&core.keys, "hook", tool.code(), secret)?;
    settings::set(tx, &tool.setting(), &sealed).await?;
    Ok(tx.audit("hook.secret", ("association", 1), json!({ "tool": tool.code() })).await?)
}

/// Whether a secret is kept for a tool.
pub async fn has_secret(core: &Core, tool: Tool) -> Result<bool, Failure> {
    Ok(settings::get(core.db.read(), &tool.setting()).await?.is_some())
}

/// Hears an announcement: kept once, whatever is sent again.
///
/// # Errors
/// [`Refusal::NotSigned`], [`Refusal::NotAnEvent`].
pub async fn hear(core: &Core, tool: Tool, header: &str, body: &[u8]) -> Result<(), Stop<Refusal>> {
    let sealed = settings::get(core.db.read(), &tool.setting()).await?;
    let sealed = sealed.ok_or(Stop::Refused(Refusal::NotSigned))?;
    let secret = sealing::open(&core.keys, "hook", tool.code(), &sealed)?;
    let signed = match tool {
        Tool::HelloAsso => signature::helloasso(&secret, header, body),
        Tool::Stripe => signature::stripe(&secret, header, body, core.clock.now()),
    };
    if !signed {
        return Err(Stop::Refused(Refusal::NotSigned));
    }
    let no_event = |_: Unread| Stop::Refused(Refusal::NotAnEvent);
    let (key, event) = match tool {
        // A notification has no name of its own: the same bytes are the same one.
        Tool::HelloAsso => (hex::encode(Sha256::digest(body)), events::helloasso(body).map_err(no_event)?),
        Tool::Stripe => events::stripe(body).map_err(no_event)?,
    };
    let tx = Tx::begin(core, Actor::System).await?;
    let mut row = hook_event::ActiveModel {
        source: Set(tool.code().into()),
        event_key: Set(key),
        who: Set(String::new()),
        received_at: Set(tx.at),
        ..Default::default()
    };
    match event {
        Event::Payment(paid) => {
            row.kind = Set("payment".into());
            row.payment_key = Set(Some(paid.key));
            row.cents = Set(Some(paid.amount.0));
            row.paid_at = Set(Some(paid.at));
            row.who = Set(paid.who);
            row.cells = Set(paid.cells.map(|cells| json!(cells).to_string()));
            row.state = Set("waiting".into());
        }
        Event::Other(kind) => {
            row.kind = Set(kind.chars().take(100).collect());
            row.state = Set("ignored".into());
        }
    }
    let once = OnConflict::columns([hook_event::Column::Source, hook_event::Column::EventKey])
        .do_nothing()
        .to_owned();
    hook_event::Entity::insert(row).on_conflict(once).exec_without_returning(tx.conn()).await?;
    Ok(tx.commit().await?)
}

/// Brings what waits of HelloAsso as a file to look at; gives that file. What people are called is then in the file only.
///
/// # Errors
/// [`Refusal::Nothing`], [`Refusal::Import`].
pub async fn bring(core: &Core, actor: &Actor) -> Result<i64, Stop<Refusal>> {
    let waiting = queries::waiting(core.db.read(), Tool::HelloAsso).await?;
    let rows: Vec<(i64, Vec<(String, String)>)> = waiting
        .iter()
        .filter_map(|event| Some((event.id, serde_json::from_str(event.cells.as_deref()?).ok()?)))
        .collect();
    // A payment that changed since is told twice: the last word stands.
    let mut last: BTreeMap<&str, &Vec<(String, String)>> = BTreeMap::new();
    for (event, (_, cells)) in waiting.iter().filter(|event| event.cells.is_some()).zip(&rows) {
        last.insert(event.payment_key.as_deref().unwrap_or_default(), cells);
    }
    let Some((_, first)) = rows.first() else { return Err(Stop::Refused(Refusal::Nothing)) };
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    let mut table = Table::new(Vec::new(), Flavour::Plain, &names).map_err(Failure::from)?;
    for cells in last.values() {
        let cells: Vec<Cell<'_>> = cells.iter().map(|(_, value)| Cell::Text(value)).collect();
        table.row(&cells).map_err(Failure::from)?;
    }
    let bytes = table.finish().map_err(Failure::from)?;
    let name = format!(
        "HelloAsso, annonces du {}",
        rules::dates::short_fr(rules::dates::paris_day(core.clock.now()))
    );
    let own = Own { source: Source::HELLOASSO, name: &name, bytes: &bytes, of: (None, None), givers: &[] };
    let import = Stop::split(imports::actions::bring(core, actor, own).await)?;
    let import = import.map_err(|why| Stop::Refused(Refusal::Import(why)))?;
    let tx = Tx::begin(core, actor.clone()).await?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    for some in ids.chunks(500) {
        hook_event::Entity::update_many()
            .col_expr(hook_event::Column::State, Expr::value("brought"))
            .col_expr(hook_event::Column::ImportId, Expr::value(import))
            .col_expr(hook_event::Column::Who, Expr::value(""))
            .col_expr(hook_event::Column::Cells, Expr::value(None::<String>))
            .filter(hook_event::Column::Id.is_in(some.iter().copied()))
            .filter(hook_event::Column::State.eq("waiting"))
            .exec(tx.conn())
            .await?;
    }
    tx.audit("hook.bring", ("import", import), json!({ "events": ids.len() })).await?;
    tx.commit().await?;
    Ok(import)
}

/// Announced payments that are in the ledger by a file are settled: their names are forgotten here.
pub async fn forget(core: &Core) -> Result<(), Failure> {
    use sea_orm::ConnectionTrait;
    let tx = Tx::begin(core, Actor::System).await?;
    let sql = "UPDATE hook_event SET state = 'ignored', who = '', cells = NULL WHERE state = 'waiting' AND EXISTS \
               (SELECT 1 FROM gift g WHERE g.source = hook_event.source AND g.external_id = hook_event.payment_key)";
    tx.conn().execute_unprepared(sql).await?;
    Ok(tx.commit().await?)
}
