//! Accounts: one for each payment tool, one for each bank account that a file names.

use entities::money_account;
use moneyin::AccountRef;
use moneyin::bank_csv::Mapping;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::Refusal;
use crate::platform::{Failure, Stop, Tx};

/// Kind of an account.
const BANK: &str = "bank";
/// Kind of the account of a payment tool.
const PROVIDER: &str = "provider";

/// The account of a payment tool, made the first time.
pub async fn provider(tx: &Tx, source: &str, name: &str) -> Result<i64, Failure> {
    tx.alone("money_account", &["all".into()]).await?;
    let found = money_account::Entity::find()
        .filter(money_account::Column::Kind.eq(PROVIDER))
        .filter(money_account::Column::Source.eq(source))
        .one(tx.conn())
        .await?;
    match found {
        Some(account) => Ok(account.id),
        None => make(tx, PROVIDER, source, name, &AccountRef::default()).await,
    }
}

/// What a bank's file and the person say of its account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What the file says.
    pub told: AccountRef,
    /// The account that the person chose.
    pub chosen: Option<i64>,
}

/// The bank account of a statement: the one that was chosen, else the one of this number, else the only one there
/// is, else a new one. An account learns its number from the first file that tells it.
///
/// # Errors
/// [`Refusal::OtherNumber`], [`Refusal::WhichAccount`], [`Refusal::Unknown`].
pub async fn bank(tx: &Tx, told: &Told) -> Result<i64, Stop<Refusal>> {
    tx.alone("money_account", &["all".into()]).await?;
    let all = money_account::Entity::find()
        .filter(money_account::Column::Kind.eq(BANK))
        .order_by_asc(money_account::Column::Id)
        .all(tx.conn())
        .await?;
    match choose(&all, told)? {
        Chosen::This(account) => {
            learn(tx, account, &told.told).await?;
            Ok(account.id)
        }
        Chosen::New => Ok(make(tx, BANK, BANK, &name_of(&told.told, all.len()), &told.told).await?),
    }
}

/// The bank account that [`bank`] would give; none when it would make one. Nothing is written.
///
/// # Errors
/// As [`bank`].
pub async fn find(conn: &impl ConnectionTrait, told: &Told) -> Result<Option<i64>, Stop<Refusal>> {
    let all = money_account::Entity::find()
        .filter(money_account::Column::Kind.eq(BANK))
        .order_by_asc(money_account::Column::Id)
        .all(conn)
        .await?;
    Ok(match choose(&all, told)? {
        Chosen::This(account) => Some(account.id),
        Chosen::New => None,
    })
}

/// The account of a payment tool, if something came from it already.
pub async fn find_provider(conn: &impl ConnectionTrait, source: &str) -> Result<Option<i64>, Failure> {
    let found = money_account::Entity::find()
        .filter(money_account::Column::Kind.eq(PROVIDER))
        .filter(money_account::Column::Source.eq(source))
        .one(conn)
        .await?;
    Ok(found.map(|account| account.id))
}

enum Chosen<'a> {
    This(&'a money_account::Model),
    New,
}

fn choose<'a>(all: &'a [money_account::Model], told: &Told) -> Result<Chosen<'a>, Stop<Refusal>> {
    let of_number = all.iter().find(|account| same(account, &told.told));
    if let Some(chosen) = told.chosen {
        let chosen =
            all.iter().find(|account| account.id == chosen).ok_or(Stop::Refused(Refusal::Unknown))?;
        let other =
            of_number.is_some_and(|account| account.id != chosen.id) || contradicts(chosen, &told.told);
        if other {
            let told = number(&told.told).unwrap_or_default();
            return Err(Stop::Refused(Refusal::OtherNumber { told, chosen: chosen.name.clone() }));
        }
        return Ok(Chosen::This(chosen));
    }
    if let Some(account) = of_number {
        return Ok(Chosen::This(account));
    }
    let open: Vec<_> = all.iter().filter(|account| !contradicts(account, &told.told)).collect();
    match (open.as_slice(), number(&told.told)) {
        ([], _) => Ok(Chosen::New),
        // A file that tells a number makes an account of it, unless the only one waits for its number.
        ([only], _) if all.len() == 1 => Ok(Chosen::This(only)),
        (_, Some(_)) => Ok(Chosen::New),
        (_, None) => Err(Stop::Refused(Refusal::WhichAccount)),
    }
}

fn number(told: &AccountRef) -> Option<String> {
    told.iban.clone().or_else(|| told.local.clone())
}

/// Whether the account and the file tell the same number: an IBAN holds the bank's own number of the account.
fn same(account: &money_account::Model, told: &AccountRef) -> bool {
    let holds = |iban: &Option<String>, local: &Option<String>| matches!((iban, local), (Some(iban), Some(local)) if local.len() >= 7 && iban.contains(local.as_str()));
    (told.iban.is_some() && account.iban == told.iban)
        || (told.local.is_some() && account.local == told.local)
        || holds(&account.iban, &told.local)
        || holds(&told.iban, &account.local)
        || holds(&account.local, &told.local)
        || holds(&told.local, &account.local)
}

/// Whether both tell a number and it is not the same.
fn contradicts(account: &money_account::Model, told: &AccountRef) -> bool {
    let known = account.iban.is_some() || account.local.is_some();
    known && number(told).is_some() && !same(account, told)
}

async fn learn(tx: &Tx, account: &money_account::Model, told: &AccountRef) -> Result<(), Failure> {
    let iban = account.iban.is_none().then(|| told.iban.clone()).flatten();
    let local = (account.local.is_none() && account.iban.is_none()).then(|| told.local.clone()).flatten();
    let (iban, local) = (iban.or_else(|| account.iban.clone()), local.or_else(|| account.local.clone()));
    if iban == account.iban && local == account.local {
        return Ok(());
    }
    money_account::Entity::update_many()
        .col_expr(money_account::Column::Iban, Expr::value(iban))
        .col_expr(money_account::Column::Local, Expr::value(local))
        .filter(money_account::Column::Id.eq(account.id))
        .exec(tx.conn())
        .await?;
    tx.audit("account.learn", ("account", account.id), json!({})).await
}

fn name_of(told: &AccountRef, before: usize) -> String {
    match number(told) {
        Some(number) => {
            let end: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
            format!("Banque …{end}")
        }
        None if before == 0 => "Banque".into(),
        None => format!("Banque {}", before + 1),
    }
}

async fn make(tx: &Tx, kind: &str, source: &str, name: &str, told: &AccountRef) -> Result<i64, Failure> {
    let row = money_account::ActiveModel {
        kind: Set(kind.into()),
        source: Set(source.into()),
        name: Set(name.into()),
        iban: Set(told.iban.clone()),
        local: Set(told.local.clone()),
        mapping: Set(None),
        created_at: Set(tx.at),
        ..Default::default()
    };
    let id = money_account::Entity::insert(row).exec(tx.conn()).await?.last_insert_id;
    tx.audit("account.make", ("account", id), json!({ "kind": kind, "source": source })).await?;
    Ok(id)
}

/// A bank account that no file told of yet.
///
/// # Errors
/// [`Refusal::BadWords`] for an empty name.
pub async fn open(tx: &Tx, name: &str) -> Result<i64, Stop<Refusal>> {
    let name: String = rules::fold::one_line(name).chars().take(80).collect();
    if name.is_empty() {
        return Err(Stop::Refused(Refusal::BadWords));
    }
    tx.alone("money_account", &["all".into()]).await?;
    Ok(make(tx, BANK, BANK, &name, &AccountRef::default()).await?)
}

/// Keeps the columns of a bank's tables; an empty mapping leaves it to their names.
///
/// # Errors
/// [`Refusal::Unknown`]; [`Refusal::NoColumns`] when day, label or amount is not named.
pub async fn map(tx: &Tx, id: i64, mapping: &Mapping) -> Result<(), Stop<Refusal>> {
    let kept = if *mapping == Mapping::default() {
        None
    } else if mapping.is_whole() {
        Some(serde_json::to_string(mapping).map_err(Failure::from)?)
    } else {
        return Err(Stop::Refused(Refusal::NoColumns));
    };
    let done = money_account::Entity::update_many()
        .col_expr(money_account::Column::Mapping, Expr::value(kept))
        .filter(money_account::Column::Id.eq(id))
        .filter(money_account::Column::Kind.eq(BANK))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    Ok(tx.audit("account.map", ("account", id), json!({})).await?)
}

/// Gives an account another name.
///
/// # Errors
/// [`Refusal::Unknown`]; [`Refusal::BadWords`] for an empty name.
pub async fn rename(tx: &Tx, id: i64, name: &str) -> Result<(), Stop<Refusal>> {
    let name: String = rules::fold::one_line(name).chars().take(80).collect();
    if name.is_empty() {
        return Err(Stop::Refused(Refusal::BadWords));
    }
    let done = money_account::Entity::update_many()
        .col_expr(money_account::Column::Name, Expr::value(name))
        .filter(money_account::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(Refusal::Unknown));
    }
    Ok(tx.audit("account.rename", ("account", id), json!({})).await?)
}
