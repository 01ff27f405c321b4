//! Money given back undoes the gift that it is about, whichever of both came first and in whatever file.

use entities::{gift, money_account, movement};
use rules::fold::search_key;
use rules::gift::Cause;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::json;

use super::{Refusal, accounts, returns};
use crate::clearing::queries;
use crate::clearing::queries::refunds::Open;
use crate::donations::queries::chain;
use crate::donations::{self, NewGift, Origin};
use crate::platform::{Core, Failure, Stop, Tx};

/// The account of direct debits.
const SEPA: &str = "sepa";

/// A payment tool: its code in the ledger, and its name.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'a> {
    /// As gifts are stored under.
    pub code: &'a str,
    /// As a person reads it.
    pub name: &'a str,
}

/// Nobody else settles or names refunds of these tools until the end of this transaction; before any row is locked.
pub async fn alone(tx: &Tx, tools: &[&str]) -> Result<(), Failure> {
    let tools: Vec<String> = tools.iter().map(|tool| (*tool).to_owned()).collect();
    Ok(tx.alone("refunds", &tools).await?)
}

/// Reverses the gifts whose money went back, with the remainder written anew when only a part did; gives how many.
/// A gift that stands on a receipt is left as it is: the page of accounts shows it. Only who is [`alone`] does it.
pub async fn settle(core: &Core, tx: &Tx, import_id: i64, tool: Tool<'_>) -> Result<u64, Failure> {
    let Some(account_id) = accounts::find_provider(tx.conn(), tool.code).await? else { return Ok(0) };
    if tool.code == SEPA {
        returns::settle(tx, import_id, account_id).await?;
    }
    settle_told(core, tx, Some(import_id), account_id, tool).await
}

/// The same for every tool, when what stood in the way (a receipt, a closed period) is gone. What is written is of the file
/// that told the refund.
pub async fn settle_all(core: &Core, tx: &Tx) -> Result<u64, Failure> {
    let tools = queries::accounts::all(tx.conn()).await?;
    let tools: Vec<_> = tools.iter().filter(|account| account.kind == "provider").collect();
    let codes: Vec<&str> = tools.iter().map(|account| account.source.as_str()).collect();
    alone(tx, &codes).await?;
    let mut settled = 0;
    for account in tools {
        let tool = Tool { code: &account.source, name: &account.name };
        settled += settle_told(core, tx, None, account.id, tool).await?;
    }
    Ok(settled)
}

async fn settle_told(
    core: &Core,
    tx: &Tx,
    import_id: Option<i64>,
    account_id: i64,
    tool: Tool<'_>,
) -> Result<u64, Failure> {
    name_unnamed(tx, account_id, tool.code).await?;
    let mut settled = 0;
    for (refund, key) in waiting(tx, account_id, tool.code).await? {
        let import_id = import_id.unwrap_or(refund.import_id);
        settled += u64::from(one(core, tx, import_id, tool, &refund, &key).await?);
    }
    Ok(settled)
}

/// A refund, its account, and nobody else beside.
async fn hold(tx: &Tx, refund_id: i64) -> Result<(movement::Model, money_account::Model), Stop<Refusal>> {
    let unknown = || Stop::Refused(Refusal::Unknown);
    let told = queries::refunds::one(tx.conn(), refund_id).await?.ok_or_else(unknown)?;
    let account = queries::accounts::one(tx.conn(), told.account_id).await?.ok_or_else(unknown)?;
    alone(tx, &[&account.source]).await?;
    let refund = queries::refunds::one(tx.conn(), refund_id).await?.ok_or_else(unknown)?;
    Ok((refund, account))
}

/// A person says which gift a refund is about whose tool does not say it; the gift then goes back as if it had, unless a
/// receipt or a closed period keeps it. Gives whether it did.
///
/// # Errors
/// [`Refusal::Unknown`]; [`Refusal::Matched`] when it is said already, or nothing of the gift stands;
/// [`Refusal::OtherTool`] when the gift came in another way, [`Refusal::OtherAmount`] when less stands than went back.
pub async fn name(core: &Core, tx: &Tx, refund_id: i64, gift_id: i64) -> Result<bool, Stop<Refusal>> {
    let (mut refund, account) = hold(tx, refund_id).await?;
    let line = gift::Entity::find_by_id(gift_id).one(tx.conn()).await?;
    let line = line.filter(|line| line.reverses_id.is_none()).ok_or(Stop::Refused(Refusal::Unknown))?;
    if refund.about.is_some() || refund.aside.is_some() {
        return Err(Stop::Refused(Refusal::Matched));
    }
    if line.source != account.source {
        return Err(Stop::Refused(Refusal::OtherTool));
    }
    let about = chain::first_name(&line.external_id).to_owned();
    let stands = queries::refunds::standing(tx.conn(), &account.source, &about).await?;
    let stands = stands.ok_or(Stop::Refused(Refusal::GoneBack))?;
    if stands.gross_cents < -refund.gross_cents {
        return Err(Stop::Refused(Refusal::OtherAmount));
    }
    say_about(tx, refund_id, Some(&about), true).await?;
    refund.about = Some(about.clone());
    tx.audit("refund.name", ("line", refund_id), json!({ "gift": gift_id })).await?;
    let tool = Tool { code: &account.source, name: &account.name };
    Ok(one(core, tx, refund.import_id, tool, &refund, &about).await?)
}

/// A person takes back what a person said of a refund, as long as no gift went back for it.
///
/// # Errors
/// [`Refusal::Unknown`]; [`Refusal::Matched`] when the tool said it, or a gift went back.
pub async fn unname(tx: &Tx, refund_id: i64) -> Result<(), Stop<Refusal>> {
    let (refund, account) = hold(tx, refund_id).await?;
    let done = gift::Entity::find()
        .filter(gift::Column::Source.eq(account.source.as_str()))
        .filter(gift::Column::ExternalId.eq(refund.key.as_str()))
        .one(tx.conn())
        .await?;
    if refund.about_by.is_none() || done.is_some() {
        return Err(Stop::Refused(Refusal::Matched));
    }
    say_about(tx, refund_id, None, false).await?;
    Ok(tx.audit("refund.unname", ("line", refund_id), json!({ "about": refund.about })).await?)
}

/// A person says that a refund is about no gift of the ledger, and what it is; or takes that back, with no reason.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Matched`]; [`Refusal::BadWords`] for a reason of nothing but blanks.
pub async fn set_aside(tx: &Tx, refund_id: i64, reason: Option<&str>) -> Result<(), Stop<Refusal>> {
    let (refund, _) = hold(tx, refund_id).await?;
    if refund.about.is_some() {
        return Err(Stop::Refused(Refusal::Matched));
    }
    super::lines::keep_aside(tx, ("refund.aside", refund_id), reason).await
}

/// Refunds whose gift is in the ledger and was not taken back by them yet, oldest first; each with the name of the
/// gift.
async fn waiting(tx: &Tx, account_id: i64, source: &str) -> Result<Vec<(movement::Model, String)>, Failure> {
    let sql = "SELECT m.id AS id FROM movement m WHERE m.account_id = $1 AND m.kind IN ('refund', 'dispute') \
               AND m.net_cents < 0 AND m.about IS NOT NULL \
               AND EXISTS (SELECT 1 FROM gift g WHERE g.source = $2 AND g.external_id = m.about) \
               AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.source = $2 AND r.external_id = m.key)";
    let asked = Statement::from_sql_and_values(
        tx.conn().get_database_backend(),
        sql,
        [account_id.into(), source.into()],
    );
    let rows = tx.conn().query_all_raw(asked).await?;
    let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<i64>, _>>()?;
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let refunds = movement::Entity::find()
            .filter(movement::Column::Id.is_in(some.iter().copied()))
            .order_by_asc(movement::Column::BookedOn)
            .order_by_asc(movement::Column::Id)
            .all(tx.conn())
            .await?;
        found.extend(refunds.into_iter().filter_map(|refund| {
            let about = refund.about.clone()?;
            Some((refund, about))
        }));
    }
    Ok(found)
}

async fn one(
    core: &Core,
    tx: &Tx,
    import_id: i64,
    tool: Tool<'_>,
    refund: &movement::Model,
    key: &str,
) -> Result<bool, Failure> {
    let Some(Open { line, cents: back }) = queries::refunds::open(tx.conn(), tool.code, refund, key).await?
    else {
        return Ok(false);
    };
    let left = line.gross_cents - back.0;
    if line.source != tool.code {
        return Ok(false); // a person wrote it instead of the tool's: a person looks
    }
    if left < 0 {
        return Ok(false); // more went back than was given: a person looks
    }
    let closed = donations::queries::periods::closed_through(tx.conn()).await?;
    if left > 0 && closed.is_some_and(|through| line.gift_date <= through) {
        return Ok(false); // what is left cannot be written in a closed period: a person looks
    }
    let why = format!("{}, remboursement {}", tool.name, refund.key);
    let cause = match (tool.code, refund.kind.as_str()) {
        (SEPA, _) => Cause::Unpaid,
        (_, "dispute") => Cause::Chargeback,
        _ => Cause::Refund,
    };
    let origin = Origin {
        source: tool.code.into(),
        external_id: refund.key.clone(),
        import_id: Some(import_id),
        cause,
    };
    if Stop::split(donations::reverse_from(core, tx, line.id, &why, origin).await)?.is_err() {
        return Ok(false); // on a receipt
    }
    if left > 0 {
        let remainder = NewGift {
            external_id: format!("{key}#{import_id}-{}", refund.id),
            import_id: Some(import_id),
            note: why,
            ..donations::rest_of(&line, back)
        };
        if let Err(refusals) = Stop::split(donations::record(core, tx, &remainder).await)? {
            return Err(Failure::new(format!("what is left of a gift was refused: {refusals:?}")));
        }
    }
    Ok(true)
}

/// Whether a refund's description, `REFUND FOR CHARGE (…)`, holds that of a charge; it may be cut short.
fn holds(refund: &str, charge: &str) -> bool {
    let (refund, charge) = (search_key(refund), search_key(charge));
    let inside = refund.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    !charge.is_empty() && (refund.contains(&charge) || (!inside.is_empty() && charge.starts_with(inside)))
}

/// Stripe's report may leave out which charge a refund is about. It is the one charge of the same person and amount
/// before it that nothing else took back; of several, the one whose description it holds; else a person looks.
async fn name_unnamed(tx: &Tx, account_id: i64, source: &str) -> Result<(), Failure> {
    let unnamed = movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Kind.eq("refund"))
        .filter(movement::Column::NetCents.lt(0))
        .filter(movement::Column::About.is_null())
        .filter(movement::Column::Aside.is_null())
        .filter(movement::Column::Party.ne(""))
        .order_by_asc(movement::Column::Id)
        .all(tx.conn())
        .await?;
    for refund in unnamed {
        let payments = movement::Entity::find()
            .filter(movement::Column::AccountId.eq(account_id))
            .filter(movement::Column::Kind.eq("payment"))
            .filter(movement::Column::GrossCents.eq(-refund.gross_cents))
            .filter(movement::Column::Party.eq(refund.party.as_str()))
            .filter(movement::Column::BookedOn.lte(refund.booked_on))
            .all(tx.conn())
            .await?;
        let (mut fitting, mut named) = (Vec::new(), Vec::new());
        let keys: Vec<&str> = payments.iter().map(|payment| payment.key.as_str()).collect();
        let chains = chain::lines(tx.conn(), source, &keys).await?;
        let gone = chain::taken_back(tx.conn(), chains.values().flatten()).await?;
        for payment in payments {
            let told = holds(&refund.label, &payment.label);
            let taken = movement::Entity::find()
                .filter(movement::Column::AccountId.eq(account_id))
                .filter(movement::Column::About.eq(payment.key.as_str()))
                .one(tx.conn())
                .await?;
            let lines = chains.get(&payment.key).map_or(&[][..], Vec::as_slice);
            if taken.is_none() && lines.iter().any(|line| !gone.contains(&line.id)) {
                if told {
                    named.push(payment.key.clone());
                }
                fitting.push(payment.key);
            }
        }
        let only = match (fitting.as_slice(), named.as_slice()) {
            ([only], _) | (_, [only]) => Some(only),
            _ => None,
        };
        if let Some(only) = only {
            say_about(tx, refund.id, Some(only), false).await?;
        }
    }
    Ok(())
}

async fn say_about(tx: &Tx, refund_id: i64, name: Option<&str>, person: bool) -> Result<(), Failure> {
    let by = person.then(|| tx.actor.name());
    movement::Entity::update_many()
        .col_expr(movement::Column::About, Expr::value(name))
        .col_expr(movement::Column::AboutBy, Expr::value(by))
        .filter(movement::Column::Id.eq(refund_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}
