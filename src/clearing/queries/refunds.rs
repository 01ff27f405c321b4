//! Money that went back, and what the ledger knows of it.

use std::collections::BTreeMap;

use entities::{gift, movement};
use rules::gift::Cause;
use rules::money::Cents;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};

use crate::donations::queries::periods::closed_through;
use crate::donations::queries::{chain, on_receipts};
use crate::platform::Failure;

/// Most refunds that are listed.
const MOST: usize = 200;
/// Gifts that are offered for one refund.
const CANDIDATES: usize = 12;

/// A refund that the ledger does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSettle {
    /// What the tool told.
    pub refund: movement::Model,
    /// The gift that it is about; none when the tool did not say.
    pub of: Option<Open>,
    /// The receipt that the gift stands on.
    pub receipt: Option<String>,
    /// The gift is of a closed period, and what is left of it would be written there.
    pub closed: bool,
}

/// What of a refund is to be taken back yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The line of the gift that stands.
    pub line: gift::Model,
    /// How much of it, above zero.
    pub cents: Cents,
}

/// Refunds that the ledger does not know yet, oldest first: the gift or what is left of it is on a receipt or in a closed
/// period, more went back than it was, or nobody knows which it is.
pub async fn to_settle(conn: &impl ConnectionTrait) -> Result<Vec<ToSettle>, Failure> {
    let sql = "SELECT m.id AS id, a.source AS source FROM movement m JOIN money_account a ON a.id = m.account_id \
               WHERE m.kind IN ('refund', 'dispute') AND m.net_cents < 0 AND m.aside IS NULL \
               AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.source = a.source AND r.external_id = m.key) \
               AND (m.about IS NULL OR EXISTS (SELECT 1 FROM gift g WHERE g.source = a.source \
                 AND g.external_id = m.about))";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    let mut by_source: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in rows {
        by_source.entry(row.try_get("", "source")?).or_default().push(row.try_get("", "id")?);
    }
    let mut found = Vec::new();
    for (source, ids) in by_source {
        for some in ids.chunks(500) {
            let refunds =
                movement::Entity::find().filter(movement::Column::Id.is_in(some.iter().copied())).all(conn);
            found.extend(unknown(conn, &source, refunds.await?).await?);
        }
    }
    found.sort_unstable_by_key(|one| (one.refund.booked_on, one.refund.id));
    found.truncate(MOST);
    let standing = found.iter().filter_map(|one| one.of.as_ref()).map(|open| open.line.id).collect();
    let receipts = on_receipts(conn, standing).await?;
    let closed = closed_through(conn).await?;
    for one in &mut found {
        let left = |open: &Open| open.cents.0 < open.line.gross_cents;
        let in_closed = |open: &Open| closed.is_some_and(|through| open.line.gift_date <= through);
        one.closed = one.of.as_ref().is_some_and(|open| left(open) && in_closed(open));
        one.receipt = one.of.as_ref().and_then(|open| receipts.get(&open.line.id).cloned());
    }
    Ok(found)
}

/// Whether a movement is money that went back.
pub fn is_refund(movement: &movement::Model) -> bool {
    matches!(movement.kind.as_str(), "refund" | "dispute") && movement.net_cents < 0
}

/// One of them.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<movement::Model>, Failure> {
    Ok(movement::Entity::find_by_id(id).one(conn).await?.filter(is_refund))
}

async fn whole_chain(
    conn: &impl ConnectionTrait,
    source: &str,
    name: &str,
) -> Result<Vec<gift::Model>, Failure> {
    let lines = chain::lines(conn, source, &[name]).await?.remove(name).unwrap_or_default();
    chain::with_instead(conn, lines).await
}

/// The line of a gift that stands, by the name of its first line.
pub async fn standing(
    conn: &impl ConnectionTrait,
    source: &str,
    name: &str,
) -> Result<Option<gift::Model>, Failure> {
    let chain = whole_chain(conn, source, name).await?;
    let gone = chain::taken_back(conn, &chain).await?;
    Ok(chain::standing(&chain, &gone).cloned())
}

/// Gifts that a refund may be about whose tool does not say it, as they stand, with their payment: of the same tool, paid
/// before, as large at least; those of the same payer first, then those of the same amount, the latest first.
pub async fn candidates(
    conn: &impl ConnectionTrait,
    source: &str,
    refund: &movement::Model,
) -> Result<Vec<(gift::Model, movement::Model)>, Failure> {
    let gross = -refund.gross_cents;
    let payer = (!refund.party.is_empty()).then(|| movement::Column::Party.eq(refund.party.as_str()));
    let amount = movement::Column::GrossCents.eq(gross);
    let mut payments: Vec<movement::Model> = Vec::new();
    for like in payer.into_iter().chain([amount]) {
        let found = movement::Entity::find()
            .filter(movement::Column::AccountId.eq(refund.account_id))
            .filter(movement::Column::Kind.eq("payment"))
            .filter(movement::Column::GrossCents.gte(gross))
            .filter(movement::Column::BookedOn.lte(refund.booked_on))
            .filter(like)
            .order_by_desc(movement::Column::BookedOn)
            .order_by_desc(movement::Column::Id)
            .limit(5 * CANDIDATES as u64)
            .all(conn)
            .await?;
        payments.extend(
            found
                .into_iter()
                .filter(|one| payments.iter().all(|there| there.id != one.id))
                .collect::<Vec<_>>(),
        );
    }
    let keys: Vec<&str> = payments.iter().map(|payment| payment.key.as_str()).collect();
    let chains = chain::lines(conn, source, &keys).await?;
    let gone = chain::taken_back(conn, chains.values().flatten()).await?;
    let found = payments.into_iter().filter_map(|payment| {
        let lines = chains.get(&payment.key)?;
        let stands = chain::standing(lines, &gone)?;
        (stands.gross_cents >= gross).then(|| (stands.clone(), payment))
    });
    Ok(found.take(CANDIDATES).collect())
}

async fn unknown(
    conn: &impl ConnectionTrait,
    source: &str,
    refunds: Vec<movement::Model>,
) -> Result<Vec<ToSettle>, Failure> {
    let names: Vec<&str> = refunds.iter().filter_map(|refund| refund.about.as_deref()).collect();
    let mut chains = chain::lines(conn, source, &names).await?;
    let mut gone = chain::taken_back(conn, chains.values().flatten()).await?;
    for lines in chains.values_mut().filter(|lines| lines.iter().all(|line| gone.contains(&line.id))) {
        *lines = chain::with_instead(conn, std::mem::take(lines)).await?;
    }
    gone.extend(chain::taken_back(conn, chains.values().flatten()).await?);
    let mut found = Vec::new();
    for refund in refunds {
        let of = match &refund.about {
            None => None,
            Some(name) => {
                let chain = chains.get(name).map_or(&[][..], Vec::as_slice);
                let Some(line) = chain::standing(chain, &gone) else { continue };
                let cents = cents_open(conn, &refund, name, chain).await?;
                if cents <= Cents::ZERO {
                    continue;
                }
                Some(Open { line: line.clone(), cents })
            }
        };
        found.push(ToSettle { refund, of, receipt: None, closed: false });
    }
    Ok(found)
}

/// What of this refund of a gift is to be taken back yet; none when nothing stands, or a person gave as much back before
/// the tool told of it.
pub async fn open(
    conn: &impl ConnectionTrait,
    source: &str,
    refund: &movement::Model,
    name: &str,
) -> Result<Option<Open>, Failure> {
    let chain = whole_chain(conn, source, name).await?;
    let gone = chain::taken_back(conn, &chain).await?;
    let Some(line) = chain::standing(&chain, &gone) else { return Ok(None) };
    let cents = cents_open(conn, refund, name, &chain).await?;
    Ok((cents > Cents::ZERO).then(|| Open { line: line.clone(), cents }))
}

async fn cents_open(
    conn: &impl ConnectionTrait,
    refund: &movement::Model,
    name: &str,
    chain: &[gift::Model],
) -> Result<Cents, Failure> {
    let open = told(conn, refund, name).await? - given_back(conn, chain).await?;
    Ok(Cents(open.min(-refund.gross_cents)))
}

/// What the tool told to have gone back of a payment, up to this refund.
async fn told(conn: &impl ConnectionTrait, refund: &movement::Model, name: &str) -> Result<i64, Failure> {
    let that_day = Condition::all()
        .add(movement::Column::BookedOn.eq(refund.booked_on))
        .add(movement::Column::Id.lte(refund.id));
    let until = Condition::any().add(movement::Column::BookedOn.lt(refund.booked_on)).add(that_day);
    let all: Vec<i64> = movement::Entity::find()
        .select_only()
        .column(movement::Column::GrossCents)
        .filter(movement::Column::AccountId.eq(refund.account_id))
        .filter(movement::Column::About.eq(name))
        .filter(movement::Column::Kind.is_in(["refund", "dispute"]))
        .filter(movement::Column::NetCents.lt(0))
        .filter(until)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(all.into_iter().map(|gross| -gross).sum())
}

/// What went back of a payment in the ledger, when a person gave a part of it back; else nothing. What was only written
/// down wrongly did not go back.
async fn given_back(conn: &impl ConnectionTrait, chain: &[gift::Model]) -> Result<i64, Failure> {
    if !chain.iter().any(|line| line.external_id.contains("#left-")) {
        return Ok(0);
    }
    let mistaken: Vec<Option<i64>> = gift::Entity::find()
        .select_only()
        .column(gift::Column::ReversesId)
        .filter(gift::Column::ReversesId.is_in(chain.iter().map(|line| line.id)))
        .filter(gift::Column::Cause.eq(Cause::Mistake.code()))
        .order_by_asc(gift::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let steps = chain.iter().zip(chain.iter().skip(1));
    let gone = steps.filter(|(before, _)| !mistaken.contains(&Some(before.id)));
    Ok(gone.map(|(before, after)| before.gross_cents - after.gross_cents).sum())
}
