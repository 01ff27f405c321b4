//! What the database says of lines that are gifts: the ledger, orders, receipts, donors.

use std::collections::{HashMap, HashSet};

use entities::{donor, gift, import_row};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::alike::Alike;
use super::judge::{Bench, Candidate, differs};
use crate::donations;
use crate::donations::queries::chain;
use crate::donors;
use crate::imports::reading::Source;
use crate::platform::Failure;

/// Everything that the database says of a few lines.
pub(super) struct Known {
    /// What went back of each gift that stands in part, in cents above zero: the file tells the whole.
    pub(super) went_back: HashMap<String, i64>,
    /// The live line of each key, or the last one taken back.
    pub(super) ledger: HashMap<String, gift::Model>,
    /// Lines that were taken back.
    pub(super) taken_back: HashSet<i64>,
    /// Live lines of each order.
    pub(super) orders: HashMap<String, Vec<gift::Model>>,
    /// Numbers of the live receipts that lines stand on.
    pub(super) receipts: HashMap<i64, String>,
    /// Donors of each mail address.
    pub(super) mails: HashMap<String, Vec<i64>>,
    /// Those donors.
    pub(super) donors: HashMap<i64, donor::Model>,
    /// Donors who may be those of lines whose mail address nobody has.
    pub(super) alike: Alike,
    /// Chosen donors who were merged into another record since.
    pub(super) merged: HashMap<i64, i64>,
}

/// Looks a few lines up, many at once.
pub(super) async fn look_up(
    conn: &impl ConnectionTrait,
    bench: Bench,
    lines: &[Candidate],
) -> Result<Known, Failure> {
    let Ledger { live: ledger, taken_back, went_back } = ledger(conn, bench.source, lines).await?;
    let orders = by_order(conn, bench.source, lines).await?;
    let differing = lines
        .iter()
        .filter_map(|line| ledger.get(&line.key).filter(|g| differs(g, &line.gift).is_some()).map(|g| g.id));
    let may_change = differing.chain(orders.values().flatten().map(|line| line.id)).collect();
    let receipts = donations::queries::on_receipts(conn, may_change).await?;
    let norms: HashSet<String> = lines.iter().filter_map(|line| line.gift.giver.mail.clone()).collect();
    let norms: Vec<String> = norms.into_iter().collect();
    let mails = donors::find_by_mails(conn, &norms).await?;
    let ids: HashSet<i64> = mails.values().flatten().copied().collect();
    let donors = donor::Entity::find().filter(donor::Column::Id.is_in(ids)).all(conn).await?;
    let donors = donors.into_iter().map(|row| (row.id, row)).collect();
    let strangers = lines.iter().map(|line| &line.gift.giver);
    let strangers =
        strangers.filter(|giver| !giver.mail.as_ref().is_some_and(|mail| mails.contains_key(mail)));
    let alike = Alike::find(conn, strangers).await?;
    let chosen: Vec<i64> = lines.iter().filter_map(|line| line.chosen.flatten()).collect();
    let merged = donors::queries::standing(conn, &chosen).await?;
    Ok(Known { went_back, ledger, taken_back, orders, receipts, mails, donors, alike, merged })
}

/// What the ledger holds of some keys.
struct Ledger {
    /// The live line of each, or the last one taken back.
    live: HashMap<String, gift::Model>,
    /// Lines that were taken back.
    taken_back: HashSet<i64>,
    /// What went back of each that stands in part, in cents above zero.
    went_back: HashMap<String, i64>,
}

/// The ledger's live line of each key, or the last one taken back.
async fn ledger(conn: &impl ConnectionTrait, source: Source, lines: &[Candidate]) -> Result<Ledger, Failure> {
    let keys = lines.iter().map(|line| line.key.as_str());
    let found = gift::Entity::find()
        .filter(gift::Column::Source.eq(source.code()))
        .filter(gift::Column::ReversesId.is_null())
        .filter(gift::Column::ExternalId.is_in(keys))
        .all(conn)
        .await?;
    let mut taken_back = chain::taken_back(conn, &found).await?;
    let mut ledger: HashMap<String, gift::Model> =
        found.into_iter().map(|line| (line.external_id.clone(), line)).collect();
    let mut went_back = HashMap::new();
    let corrected: Vec<String> =
        ledger.values().filter(|g| taken_back.contains(&g.id)).map(|g| g.external_id.clone()).collect();
    let chains = chain::later(conn, source.code(), &corrected).await?;
    let gone = chain::taken_back(conn, chains.values().flatten()).await?;
    for (key, chain) in chains {
        let first = ledger.get(&key).map_or(0, |first| first.gross_cents);
        let back = gone_of(first, &chain);
        if let Some(stands) = chain.into_iter().find(|line| !gone.contains(&line.id)) {
            if back > 0 {
                went_back.insert(key.clone(), back);
            }
            ledger.insert(key, stands);
        }
    }
    taken_back.extend(gone);
    Ok(Ledger { live: ledger, taken_back, went_back })
}

/// What went back of a gift of `first` cents whose later lines are these, oldest first: what is left after a refund is
/// smaller than the line before it; a correction tells the whole amount anew.
fn gone_of(first: i64, chain: &[gift::Model]) -> i64 {
    let (mut before, mut back) = (first, 0);
    for line in chain {
        let name = line.external_id.split_once('#').map_or("", |(_, name)| name);
        // `#left-7` by hand, `#3-12` by a refund in file 3; `#date-7` is the same line on another day; `#3` is told anew.
        back = match name.split_once('-') {
            Some(("date", _)) => back,
            Some((by, _)) if by == "left" || by.parse::<i64>().is_ok() => back + before - line.gross_cents,
            _ => 0,
        };
        before = line.gross_cents;
    }
    back
}

/// Live gifts of the same orders, whichever export they came by.
async fn by_order(
    conn: &impl ConnectionTrait,
    source: Source,
    lines: &[Candidate],
) -> Result<HashMap<String, Vec<gift::Model>>, Failure> {
    let orders: HashSet<&str> = lines.iter().filter_map(|line| line.order.as_deref()).collect();
    let mut found: HashMap<String, Vec<gift::Model>> = HashMap::new();
    if orders.is_empty() {
        return Ok(found);
    }
    let pairs: Vec<(Option<String>, Option<i64>)> = import_row::Entity::find()
        .select_only()
        .columns([import_row::Column::OrderRef, import_row::Column::GiftId])
        .filter(import_row::Column::OrderRef.is_in(orders))
        .filter(import_row::Column::GiftId.is_not_null())
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    let of_gift: HashMap<i64, String> =
        pairs.into_iter().filter_map(|(order, gift)| Some((gift?, order?))).collect();
    for ids in of_gift.keys().copied().collect::<Vec<_>>().chunks(1000) {
        let gifts = gift::Entity::find()
            .filter(gift::Column::Id.is_in(ids.iter().copied()))
            .filter(gift::Column::Source.eq(source.code()))
            .filter(gift::Column::ReversesId.is_null())
            .all(conn)
            .await?;
        let gone = chain::taken_back(conn, &gifts).await?;
        for line in gifts.into_iter().filter(|line| !gone.contains(&line.id)) {
            if let Some(order) = of_gift.get(&line.id) {
                found.entry(order.clone()).or_default().push(line);
            }
        }
    }
    Ok(found)
}
