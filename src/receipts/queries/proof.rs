//! Re-proves laws R1, R2, R3 and R5 on the live register: what `soutien check` says of receipts.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entities::{gift, receipt, receipt_line, receipt_series};
use rules::receipt::chain::{self, GENESIS};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{register, survey};
use crate::check::Breach;
use crate::platform::{Core, Failure};
use crate::receipts::actions::original;

/// Receipts read at once.
const AT_ONCE: u64 = 500;
/// Papers drawn again when not all are: one in so many.
const SAMPLE: usize = 50;

/// What does not hold. `all_papers` draws every paper again; otherwise one in fifty.
pub async fn check(core: &Core, all_papers: bool) -> Result<Vec<Breach>, Failure> {
    let mut found = Vec::new();
    for series in register::series(core).await? {
        walk(core, &series, all_papers, &mut found).await?;
    }
    twice(core, &mut found).await?;
    bridge(core, &mut found).await?;
    Ok(found)
}

fn breach(law: &'static str, subject: impl Into<String>, what: impl Into<String>) -> Breach {
    Breach { law, subject: subject.into(), what: what.into() }
}

/// One series from its first receipt to its last: numbers, chain, facts, lines.
async fn walk(
    core: &Core,
    series: &receipt_series::Model,
    all_papers: bool,
    found: &mut Vec<Breach>,
) -> Result<(), Failure> {
    let name = format!("series {} {}", series.kind, series.year);
    let (mut seq, mut prev, mut place) = (None, Some(GENESIS), 0u64);
    loop {
        let page = receipt::Entity::find()
            .filter(receipt::Column::Kind.eq(series.kind.clone()))
            .filter(receipt::Column::Year.eq(series.year))
            .filter(receipt::Column::Seq.gt(seq.unwrap_or(i64::MIN)))
            .order_by_asc(receipt::Column::Seq)
            .limit(AT_ONCE)
            .all(core.db.read())
            .await?;
        if page.is_empty() {
            break;
        }
        lines(core, &page, found).await?;
        for (at, row) in page.iter().enumerate() {
            place += 1;
            if seq.is_some_and(|before| row.seq != before + 1) {
                found.push(breach("R2", &row.number, format!("a number is missing before it in the {name}")));
            }
            seq = Some(row.seq);
            prev = prev.and_then(|prev| link(&prev, row, place, found));
            frozen(row, found);
            if all_papers || at % SAMPLE == 0 {
                paper(core, row, found).await;
            }
        }
    }
    if seq.is_some_and(|last| last != series.last_number) {
        found.push(breach(
            "R2",
            &name,
            format!("its last number is {}, not that of its last receipt", series.last_number),
        ));
    }
    if prev.is_some_and(|link| hex::encode(link) != series.last_link) {
        found.push(breach(
            "R5",
            &name,
            "the chain ends elsewhere than the series says: receipts are missing at the end",
        ));
    }
    Ok(())
}

/// The link of this row, or none once the chain broke: it is told once.
fn link(prev: &[u8; 32], row: &receipt::Model, place: u64, found: &mut Vec<Breach>) -> Option<[u8; 32]> {
    let bytes = |text: &str| hex::decode(text).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    let (Some(commitment), Some(link)) = (bytes(&row.commitment), bytes(&row.link)) else {
        found.push(breach("R5", &row.number, "its link or commitment does not read"));
        return None;
    };
    let opening = match row.salt.as_str() {
        "" => None,
        salt => Some((hex::decode(salt).unwrap_or_default(), row.facts.clone().into_bytes())),
    };
    match chain::verify_next(
        prev,
        &chain::Row { number: row.number.clone(), commitment, link, opening },
        place,
    ) {
        Ok(link) => Some(link),
        Err(broken) => {
            found.push(breach("R5", &row.number, broken.to_string()));
            matches!(broken, chain::Break::Facts { .. }).then_some(link)
        }
    }
}

fn frozen(row: &receipt::Model, found: &mut Vec<Breach>) {
    if row.salt.is_empty() {
        return;
    }
    match register::facts(row) {
        Err(failure) => found.push(breach("R3", &row.number, failure.to_string())),
        Ok(facts) => {
            let same = facts.number == row.number
                && facts.amount_cents == row.amount_cents
                && facts.gift_year == row.gift_year;
            if !same {
                found.push(breach("R3", &row.number, "its row and its frozen facts differ"));
            }
            let lacks = rules::receipt::missing_mentions(&facts);
            if !lacks.is_empty() {
                found.push(breach("R4", &row.number, format!("it lacks {lacks:?}")));
            }
        }
    }
}

async fn paper(core: &Core, row: &receipt::Model, found: &mut Vec<Breach>) {
    if row.salt.is_empty() {
        return;
    }
    if let Err(failure) = original(core, row).await {
        found.push(breach("R3", &row.number, failure.to_string()));
    }
}

/// R1: a receipt is the sum of its lines, and each is a gift of that amount, live as the receipt is.
async fn lines(core: &Core, page: &[receipt::Model], found: &mut Vec<Breach>) -> Result<(), Failure> {
    let ids: Vec<i64> = page.iter().map(|row| row.id).collect();
    let lines = receipt_line::Entity::find()
        .filter(receipt_line::Column::ReceiptId.is_in(ids))
        .all(core.db.read())
        .await?;
    let mut gifts: BTreeMap<i64, i64> = BTreeMap::new();
    let named: Vec<i64> = lines.iter().map(|line| line.gift_id).collect();
    for some in named.chunks(1000) {
        let rows: Vec<(i64, i64)> = gift::Entity::find()
            .select_only()
            .column(gift::Column::Id)
            .column(gift::Column::GrossCents)
            .filter(gift::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(core.db.read())
            .await?;
        gifts.extend(rows);
    }
    let mut of_receipt: BTreeMap<i64, Vec<&receipt_line::Model>> = BTreeMap::new();
    for line in &lines {
        of_receipt.entry(line.receipt_id).or_default().push(line);
    }
    for row in page {
        let own = of_receipt.remove(&row.id).unwrap_or_default();
        if own.iter().map(|line| line.amount_cents).sum::<i64>() != row.amount_cents {
            found.push(breach("R1", &row.number, "its amount is not the sum of its lines"));
        }
        if own.iter().any(|line| gifts.get(&line.gift_id) != Some(&line.amount_cents)) {
            found.push(breach("R1", &row.number, "a line is not in the ledger with that amount"));
        }
        if own.iter().any(|line| line.live != (row.state == "issued")) {
            found.push(breach(
                "R1",
                &row.number,
                "a line is live and its receipt is not, or the other way round",
            ));
        }
    }
    Ok(())
}

/// R1: no gift on two live receipts.
async fn twice(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let doubled: Vec<i64> = receipt_line::Entity::find()
        .select_only()
        .column(receipt_line::Column::GiftId)
        .filter(receipt_line::Column::Live.eq(true))
        .group_by(receipt_line::Column::GiftId)
        .having(receipt_line::Column::Id.count().gt(1))
        .limit(100)
        .into_tuple()
        .all(core.db.read())
        .await?;
    found.extend(
        doubled.into_iter().map(|id| breach("R1", format!("gift {id}"), "it stands on two live receipts")),
    );
    Ok(())
}

/// R1: the gifts of each year are on receipts, or left out for a reason, to the cent.
async fn bridge(core: &Core, found: &mut Vec<Breach>) -> Result<(), Failure> {
    let edges: Option<(Option<NaiveDate>, Option<NaiveDate>)> = gift::Entity::find()
        .select_only()
        .expr(gift::Column::GiftDate.min())
        .expr(gift::Column::GiftDate.max())
        .into_tuple()
        .one(core.db.read())
        .await?;
    let Some((Some(first), Some(last))) = edges else { return Ok(()) };
    for year in first.year()..=last.year() {
        let gap = survey::survey(core, year, |_| {}).await?.gap();
        if gap != 0 {
            found.push(breach(
                "R1",
                format!("year {year}"),
                format!("{gap} cents of gifts are neither receipted nor left out"),
            ));
        }
    }
    Ok(())
}
