//! Where numbers are taken: the series' row is locked, the lines are read behind that lock, papers are drawn
//! on every core, and rows, lines, mails and audit are written in the one transaction (laws R1 to R5).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entities::{association as body, receipt, receipt_line, receipt_series};
use rules::dates::paris_day;
use rules::receipt::facts::ReceiptFacts;
use rules::receipt::plan::Draft;
use rules::receipt::{chain, missing_in_association, number};
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::Refusal;
use crate::accounts::association;
use crate::platform::keys::random;
use crate::platform::{Core, Failure, Stop, Tx};
use crate::receipts::paper::{self, Signature};
use crate::receipts::queries::register::INDIVIDUAL;
use crate::receipts::why::Why;

/// Rows of one statement.
const ROWS: usize = 500;

/// A receipt that exists once its transaction is committed.
#[derive(Debug, Clone)]
pub struct Issued {
    /// `receipt.id`.
    pub id: i64,
    /// Numéro d'ordre.
    pub number: String,
    /// `donor.id`.
    pub donor_id: i64,
    /// Cents.
    pub cents: i64,
    /// Calendar year of the gifts.
    pub gift_year: i32,
    /// Hash of the paper.
    pub pdf_sha256: String,
    /// Number of the receipt that it replaces.
    pub replaces: Option<String>,
}

/// What all receipts of a transaction share.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    /// Run that issues them.
    pub run_id: Option<i64>,
    /// Receipt (row, number) that the first of them replaces.
    pub replaces: Option<(i64, String)>,
}

/// The association, complete, and its series of the day, locked.
pub(super) struct Press {
    /// The association as the receipts will say it.
    pub identity: body::Model,
    day: NaiveDate,
    series: receipt_series::Model,
}

/// A receipt ready to be written.
struct Frozen {
    donor_id: i64,
    facts: ReceiptFacts,
    json: String,
    pdf_sha256: String,
}

/// The identity if a receipt can be made from it.
pub(super) fn complete(identity: Option<body::Model>) -> Result<body::Model, Stop<Refusal>> {
    let asked = identity.as_ref().map(association::for_receipts).unwrap_or_default();
    let lacks = missing_in_association(&asked);
    match identity {
        Some(identity) if lacks.is_empty() => {
            if !number::is_prefix(&identity.receipt_prefix) {
                return Err(Stop::Refused(Refusal::Prefix(identity.receipt_prefix)));
            }
            Ok(identity)
        }
        _ => Err(Stop::Refused(Refusal::AssociationLacks(lacks))),
    }
}

impl Press {
    /// Locks the series of the day's year; makes it at its first receipt. Everybody who issues waits here.
    pub async fn lock(tx: &Tx) -> Result<Self, Stop<Refusal>> {
        let identity = complete(association::get(tx.conn()).await?)?;
        let day = paris_day(tx.at);
        let fresh = receipt_series::ActiveModel {
            kind: Set(INDIVIDUAL.into()),
            year: Set(day.year()),
            prefix: Set(identity.receipt_prefix.clone()),
            last_number: Set(before_first(&identity, day.year())),
            last_link: Set(hex::encode(chain::GENESIS)),
        };
        let key = [receipt_series::Column::Kind, receipt_series::Column::Year];
        let once = OnConflict::columns(key).do_nothing().to_owned();
        receipt_series::Entity::insert(fresh).on_conflict(once).exec_without_returning(tx.conn()).await?;
        let series = receipt_series::Entity::find_by_id((INDIVIDUAL.to_owned(), day.year()))
            .lock(LockType::Update)
            .one(tx.conn())
            .await?
            .ok_or_else(|| Failure::new("the series of receipts is gone"))?;
        Ok(Self { identity, day, series })
    }

    /// Issues `drafts` in their order. Gives what was issued, and the donors whose paper cannot be drawn.
    pub async fn issue(
        mut self,
        core: &Core,
        tx: &Tx,
        mut drafts: Vec<Draft>,
        style: &Style,
    ) -> Result<(Vec<Issued>, Vec<(i64, Why)>), Stop<Refusal>> {
        let signature = paper::signature(core, self.identity.signature_blob.as_deref()).await?;
        let mut refused = Vec::new();
        // A draft that cannot be drawn takes no number: the others are numbered again without it.
        let frozen = loop {
            let bad = match self.numbered(&drafts, style) {
                Err(bad) => bad,
                Ok(numbered) => match draw(numbered, signature.clone()).await? {
                    Ok(frozen) => break frozen,
                    Err(bad) => bad,
                },
            };
            refused.push((drafts.remove(bad.0).donor_id, bad.1));
        };
        let issued = if frozen.is_empty() { Vec::new() } else { self.write(tx, frozen, style).await? };
        Ok((issued, refused))
    }

    /// The facts under the numbers that follow the series' last; or the place of a draft that lacks a mention.
    fn numbered(&self, drafts: &[Draft], style: &Style) -> Result<Vec<(i64, ReceiptFacts)>, (usize, Why)> {
        let mut next = u64::try_from(self.series.last_number).unwrap_or_default();
        let mut all = Vec::with_capacity(drafts.len());
        for (at, draft) in drafts.iter().enumerate() {
            next += 1;
            let text = number::format(&self.series.prefix, self.series.year, next);
            let replaces = style.replaces.as_ref().filter(|_| at == 0).map(|(_, old)| old.clone());
            let facts = draft.clone().issue(&text, self.day, replaces).map_err(|l| (at, Why::Lacks(l)))?;
            all.push((draft.donor_id, facts));
        }
        Ok(all)
    }

    async fn write(&mut self, tx: &Tx, frozen: Vec<Frozen>, style: &Style) -> Result<Vec<Issued>, Failure> {
        let before = self.series.last_number;
        let rows = self.rows(tx, &frozen, style)?;
        for some in rows.chunks(ROWS) {
            receipt::Entity::insert_many(some.iter().cloned()).exec_without_returning(tx.conn()).await?;
        }
        let ids = self.ids_after(tx, before).await?;
        let issued = frozen.iter().map(|one| issued(one, &ids)).collect::<Result<Vec<_>, _>>()?;
        write_lines(tx, &frozen, &ids).await?;
        let details: Vec<_> = issued.iter().map(|one| (one.id, detail(one, style))).collect();
        tx.audit_many("receipt.issue", "receipt", &details).await?;
        receipt_series::Entity::update_many()
            .col_expr(receipt_series::Column::LastNumber, Expr::value(self.series.last_number))
            .col_expr(receipt_series::Column::LastLink, Expr::value(self.series.last_link.clone()))
            .filter(receipt_series::Column::Kind.eq(INDIVIDUAL))
            .filter(receipt_series::Column::Year.eq(self.series.year))
            .exec(tx.conn())
            .await?;
        Ok(issued)
    }

    /// The rows of the register; the series moves on to the last of them.
    fn rows(
        &mut self,
        tx: &Tx,
        frozen: &[Frozen],
        style: &Style,
    ) -> Result<Vec<receipt::ActiveModel>, Failure> {
        let mut prev = link_of(&self.series.last_link)?;
        let mut rows = Vec::with_capacity(frozen.len());
        for (at, one) in frozen.iter().enumerate() {
            let salt = random::<16>();
            let commitment = chain::commitment(&salt, one.json.as_bytes());
            prev = chain::link(&prev, &one.facts.number, &commitment);
            self.series.last_number += 1;
            rows.push(receipt::ActiveModel {
                kind: Set(INDIVIDUAL.into()),
                year: Set(self.series.year),
                seq: Set(self.series.last_number),
                number: Set(one.facts.number.clone()),
                gift_year: Set(one.facts.gift_year),
                donor_id: Set(one.donor_id),
                amount_cents: Set(one.facts.amount_cents),
                issued_at: Set(tx.at),
                issued_by: Set(tx.actor.name()),
                run_id: Set(style.run_id),
                facts: Set(one.json.clone()),
                layout: Set(i32::try_from(one.facts.layout).unwrap_or(i32::MAX)),
                pdf_sha256: Set(one.pdf_sha256.clone()),
                salt: Set(hex::encode(salt)),
                commitment: Set(hex::encode(commitment)),
                link: Set(hex::encode(prev)),
                state: Set("issued".into()),
                replaces_id: Set(style.replaces.as_ref().filter(|_| at == 0).map(|(id, _)| *id)),
                ..Default::default()
            });
        }
        self.series.last_link = hex::encode(prev);
        Ok(rows)
    }

    /// Rows of the numbers after `before`.
    async fn ids_after(&self, tx: &Tx, before: i64) -> Result<BTreeMap<String, i64>, Failure> {
        let rows: Vec<(String, i64)> = receipt::Entity::find()
            .select_only()
            .column(receipt::Column::Number)
            .column(receipt::Column::Id)
            .filter(receipt::Column::Kind.eq(INDIVIDUAL))
            .filter(receipt::Column::Year.eq(self.series.year))
            .filter(receipt::Column::Seq.gt(before))
            .into_tuple()
            .all(tx.conn())
            .await?;
        Ok(rows.into_iter().collect())
    }
}

/// The number before the first of a series: in the year in which the association began with us, the last one
/// of the tool before.
fn before_first(identity: &body::Model, year: i32) -> i64 {
    if identity.receipt_first_year == year { identity.receipt_last_number.max(0) } else { 0 }
}

type Drawn = Result<Vec<Frozen>, (usize, Why)>;

/// Draws every paper; or the place of the first that cannot be drawn.
async fn draw(numbered: Vec<(i64, ReceiptFacts)>, signature: Signature) -> Result<Drawn, Failure> {
    let work = move |(donor_id, facts): &(i64, ReceiptFacts)| -> Result<Frozen, Result<Why, String>> {
        let json = serde_json::to_string(facts).map_err(|e| Err(e.to_string()))?;
        let pdf = paper::draw(facts, &signature, None, None).map_err(|error| match error {
            reports::receipt::ReceiptError::MissingCharacter(_) | reports::receipt::ReceiptError::TooLong => {
                Ok(Why::from(error))
            }
            other => Err(other.to_string()),
        })?;
        let pdf_sha256 = paper::sha256(&pdf);
        Ok(Frozen { donor_id: *donor_id, facts: facts.clone(), json, pdf_sha256 })
    };
    let mut all = Vec::with_capacity(numbered.len());
    for (at, one) in paper::on_every_core(numbered, work).await?.into_iter().enumerate() {
        match one {
            Ok(frozen) => all.push(frozen),
            Err(Ok(why)) => return Ok(Err((at, why))),
            Err(Err(broken)) => return Err(Failure::new(format!("a receipt cannot be drawn: {broken}"))),
        }
    }
    Ok(Ok(all))
}

fn link_of(text: &str) -> Result<[u8; 32], Failure> {
    let bytes = hex::decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.ok_or_else(|| Failure::new("the last link of the series does not read"))
}

fn issued(one: &Frozen, ids: &BTreeMap<String, i64>) -> Result<Issued, Failure> {
    let id = ids.get(&one.facts.number).copied();
    Ok(Issued {
        id: id.ok_or_else(|| Failure::new(format!("{} was not written", one.facts.number)))?,
        number: one.facts.number.clone(),
        donor_id: one.donor_id,
        cents: one.facts.amount_cents,
        gift_year: one.facts.gift_year,
        pdf_sha256: one.pdf_sha256.clone(),
        replaces: one.facts.replaces.clone(),
    })
}

fn detail(one: &Issued, style: &Style) -> serde_json::Value {
    json!({
        "number": one.number, "donor": one.donor_id, "cents": one.cents, "gift_year": one.gift_year,
        "run": style.run_id, "replaces": one.replaces,
    })
}

async fn write_lines(tx: &Tx, frozen: &[Frozen], ids: &BTreeMap<String, i64>) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for one in frozen {
        let receipt_id = ids.get(&one.facts.number).copied().unwrap_or_default();
        lines.extend(one.facts.lines.iter().map(|line| receipt_line::ActiveModel {
            receipt_id: Set(receipt_id),
            gift_id: Set(line.gift_id),
            amount_cents: Set(line.amount_cents),
            live: Set(true),
            ..Default::default()
        }));
    }
    for some in lines.chunks(ROWS * 4) {
        receipt_line::Entity::insert_many(some.iter().cloned()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}
