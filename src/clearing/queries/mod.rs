//! Reads of accounts, payouts and bank lines.

pub mod accounts;
pub mod lines;
pub mod payouts;
pub mod proof;
pub mod refunds;

use std::collections::HashMap;

use entities::{bank_rule, money_account, movement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Statement,
};

use crate::platform::Failure;

/// Movements of an account that are there already, by key, with what was corrected since summed in.
pub async fn known(
    conn: &impl ConnectionTrait,
    account_id: i64,
    keys: &[&str],
) -> Result<HashMap<String, movement::Model>, Failure> {
    let mut known = HashMap::new();
    if keys.is_empty() {
        return Ok(known);
    }
    let found = movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Key.is_in(keys.iter().copied()))
        .all(conn)
        .await?;
    for row in found {
        known.insert(row.key.clone(), row);
    }
    if known.is_empty() {
        return Ok(known);
    }
    let corrections = movement::Entity::find()
        .filter(movement::Column::AccountId.eq(account_id))
        .filter(movement::Column::Corrects.is_in(keys.iter().copied()))
        .all(conn)
        .await?;
    for more in corrections {
        if let Some(row) = more.corrects.as_ref().and_then(|key| known.get_mut(key)) {
            row.gross_cents += more.gross_cents;
            row.fee_cents += more.fee_cents;
            row.net_cents += more.net_cents;
        }
    }
    Ok(known)
}

/// Matches whose payout no movement tells of any more.
pub async fn orphans(conn: &impl ConnectionTrait) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT p.id AS id FROM payout_match p WHERE NOT EXISTS \
               (SELECT 1 FROM movement m WHERE m.account_id = p.account_id AND m.payout = p.payout)";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// Words by which a bank line tells each payment tool: its name, and those that were added.
pub async fn words(conn: &impl ConnectionTrait) -> Result<HashMap<i64, Vec<String>>, Failure> {
    let mut words: HashMap<i64, Vec<String>> = HashMap::new();
    let tools =
        money_account::Entity::find().filter(money_account::Column::Kind.eq("provider")).all(conn).await?;
    for tool in tools {
        let told = words.entry(tool.id).or_default();
        match tool.source.as_str() {
            "cheques" => told.extend(["cheque".to_owned(), "chq".to_owned()]),
            // The word SEPA is on every transfer.
            "sepa" => told.extend(["prlv".to_owned(), "prelevement".to_owned()]),
            _ => told.push(tool.source),
        }
    }
    for rule in bank_rule::Entity::find().order_by_asc(bank_rule::Column::Id).all(conn).await? {
        words.entry(rule.account_id).or_default().push(rule.words);
    }
    Ok(words)
}

/// Movements of closed days that a file brought, or whose payout it told: it cannot be undone.
pub async fn closed_of_file(
    conn: &impl ConnectionTrait,
    import_id: i64,
    through: chrono::NaiveDate,
) -> Result<u64, Failure> {
    let of_file = Condition::any()
        .add(movement::Column::ImportId.eq(import_id))
        .add(movement::Column::PayoutImportId.eq(import_id));
    let closed = movement::Column::BookedOn.lte(through);
    Ok(movement::Entity::find().filter(of_file).filter(closed).count(conn).await?)
}
