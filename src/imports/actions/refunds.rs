//! Money given back undoes the gift that it is about, whichever of both came first and in whatever file.

use entities::movement;
use rules::fold::search_key;
use rules::gift::Cause;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};

use crate::clearing;
use crate::clearing::actions::accounts;
use crate::clearing::queries::refunds::{self, Open};
use crate::donations::queries::chain;
use crate::donations::{self, NewGift, Origin};
use crate::imports::reading::Source;
use crate::platform::{Core, Failure, Stop, Tx};

/// Reverses the gifts whose money went back, with the remainder written anew when only a part did; gives how many.
/// A gift that stands on a receipt is left as it is: the page of the account shows that a person must cancel the
/// receipt first.
pub(super) async fn settle(core: &Core, tx: &Tx, import_id: i64, source: Source) -> Result<u64, Failure> {
    let Some(account_id) = accounts::find_provider(tx.conn(), source.code()).await? else { return Ok(0) };
    if source == Source::SEPA {
        clearing::actions::returns::settle(tx, import_id, account_id).await?;
    }
    name_unnamed(tx, account_id, source).await?;
    let mut settled = 0;
    for (refund, key) in waiting(tx, account_id, source).await? {
        settled += u64::from(one(core, tx, import_id, source, &refund, &key).await?);
    }
    Ok(settled)
}

/// Refunds whose gift is in the ledger and was not taken back by them yet, oldest first; each with the name of the
/// gift.
async fn waiting(
    tx: &Tx,
    account_id: i64,
    source: Source,
) -> Result<Vec<(movement::Model, String)>, Failure> {
    let sql = "SELECT m.id AS id FROM movement m WHERE m.account_id = $1 AND m.kind IN ('refund', 'dispute') \
               AND m.net_cents < 0 AND m.about IS NOT NULL \
               AND EXISTS (SELECT 1 FROM gift g WHERE g.source = $2 AND g.external_id = m.about) \
               AND NOT EXISTS (SELECT 1 FROM gift r WHERE r.source = $2 AND r.external_id = m.key)";
    let asked = Statement::from_sql_and_values(
        tx.conn().get_database_backend(),
        sql,
        [account_id.into(), source.code().into()],
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
    source: Source,
    refund: &movement::Model,
    key: &str,
) -> Result<bool, Failure> {
    let Some(Open { line, cents: back }) = refunds::open(tx.conn(), source.code(), refund, key).await? else {
        return Ok(false);
    };
    let left = line.gross_cents - back.0;
    if left < 0 {
        return Ok(false); // more went back than was given: a person looks
    }
    let closed = donations::queries::periods::closed_through(tx.conn()).await?;
    if left > 0 && closed.is_some_and(|through| line.gift_date <= through) {
        return Ok(false); // what is left cannot be written in a closed period: a person looks
    }
    let why = format!("{}, remboursement {}", source.name(), refund.key);
    let cause = match (source, refund.kind.as_str()) {
        (Source::SEPA, _) => Cause::Unpaid,
        (_, "dispute") => Cause::Chargeback,
        _ => Cause::Refund,
    };
    let origin = Origin {
        source: source.code().into(),
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
async fn name_unnamed(tx: &Tx, account_id: i64, source: Source) -> Result<(), Failure> {
    let unnamed = movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Kind.eq("refund"))
        .filter(movement::Column::NetCents.lt(0))
        .filter(movement::Column::About.is_null())
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
        let chains = chain::lines(tx.conn(), source.code(), &keys).await?;
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
            movement::Entity::update_many()
                .col_expr(movement::Column::About, Expr::value(only.clone()))
                .filter(movement::Column::Id.eq(refund.id))
                .exec(tx.conn())
                .await?;
        }
    }
    Ok(())
}
