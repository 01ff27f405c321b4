//! Direct debits that the bank took back.

use chrono::NaiveDate;
use entities::{movement, payout_match};
use moneyin::{Movement, MovementKind, Part};
use rules::money::Cents;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::matching::write;
use super::movements::{Coming, put};
use crate::clearing::queries::lines;
use crate::platform::{Failure, Stop, Tx};

/// Debits of the bank that give an instalment back: the line names it by its end-to-end reference and has its amount.
/// Each becomes a movement of the direct debits that undoes the instalment, and is matched to its line. Gives how many.
pub async fn settle(tx: &Tx, import_id: i64, account_id: i64) -> Result<u64, Failure> {
    tx.alone("payout_match", &["all".into()]).await?;
    let mut settled = 0;
    for line in waiting(tx, account_id).await? {
        let names = names(&line)?;
        let found = movement::Entity::find()
            .filter(movement::Column::AccountId.eq(account_id))
            .filter(movement::Column::Kind.eq("payment"))
            .filter(movement::Column::NetCents.eq(-line.net_cents))
            .filter(movement::Column::Key.is_in(names))
            .all(tx.conn())
            .await?;
        let [instalment] = found.as_slice() else { continue };
        let name = format!("return-{}", instalment.key);
        let back = Movement {
            kind: MovementKind::Dispute,
            gross: Cents(line.net_cents),
            fee: Cents::ZERO,
            net: Cents(line.net_cents),
            booked_on: line.booked_on,
            value_on: line.value_on,
            payout: Some(name.clone()),
            paid_out_on: Some(line.booked_on),
            about: Some(instalment.key.clone()),
            party: instalment.party.clone(),
            label: line.label.clone(),
            reference: instalment.reference.clone(),
            parts: Vec::new(),
        };
        let there = movement::Entity::find()
            .filter(movement::Column::AccountId.eq(account_id))
            .filter(movement::Column::Key.eq(name.as_str()))
            .one(tx.conn())
            .await?;
        if there.is_none() {
            let coming = Coming { account_id, key: name.clone(), movement: back };
            if Stop::split(put(tx, import_id, &[coming]).await)?.is_err() {
                return Err(Failure::new("a return was written twice"));
            }
            settled += 1;
        }
        link(tx, account_id, &name, line.id).await?;
    }
    Ok(settled)
}

async fn link(tx: &Tx, account_id: i64, payout: &str, line_id: i64) -> Result<(), Failure> {
    let matched = payout_match::Entity::find()
        .filter(payout_match::Column::AccountId.eq(account_id))
        .filter(payout_match::Column::Payout.eq(payout))
        .one(tx.conn())
        .await?;
    if matched.is_some() {
        return Ok(());
    }
    write(tx, account_id, payout, line_id, "rule").await
}

/// Money that left a bank account, became nothing yet, and has the amount of an instalment.
async fn waiting(tx: &Tx, account_id: i64) -> Result<Vec<movement::Model>, Failure> {
    let amounts: Vec<i64> = movement::Entity::find()
        .select_only()
        .column(movement::Column::NetCents)
        .distinct()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Kind.eq("payment"))
        .into_tuple()
        .all(tx.conn())
        .await?;
    let back: Vec<i64> = amounts.into_iter().map(|cents| -cents).collect();
    let from = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    lines::open(tx.conn(), &back, from).await
}

/// What may be the reference of an instalment on a line: what the bank says of a return, else each word.
fn names(line: &movement::Model) -> Result<Vec<String>, Failure> {
    let parts: Vec<Part> = line.parts.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    let returned: Vec<String> = parts
        .into_iter()
        .filter(|part| !part.returned.is_empty() && !part.end_to_end.is_empty())
        .map(|part| part.end_to_end.split_whitespace().collect::<Vec<_>>().join("-"))
        .collect();
    if !returned.is_empty() {
        return Ok(returned);
    }
    let text = format!("{} {}", line.label, line.reference);
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';' | ':'));
    Ok(words.filter(|word| word.len() >= 6).map(str::to_owned).take(60).collect())
}
