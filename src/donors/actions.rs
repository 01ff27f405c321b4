//! What changes donors.

use std::collections::BTreeSet;

use entities::{donor, donor_mail};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

use super::record::{DonorFacts, Refusal};
use crate::platform::{Core, Failure, Stop, Tx};

/// Donors written by one statement.
const AT_ONCE: usize = 400;

/// Adds a donor; gives the row's id.
///
/// # Errors
/// Every refusal of [`DonorFacts::tidy`].
pub async fn create(_core: &Core, tx: &Tx, facts: &DonorFacts) -> Result<i64, Stop<Vec<Refusal>>> {
    let facts = facts.tidy().map_err(Stop::Refused)?;
    let id = donor::Entity::insert(row(tx, &facts)).exec(tx.conn()).await?.last_insert_id;
    add_mails(tx, &[(id, &facts)]).await?;
    // Who it is stands in the record itself: what is erased there must not live on here.
    let kept = json!({ "kind": facts.kind.code(), "receipt_pref": facts.receipt_pref.code(), "mails": facts.mails.len() });
    tx.audit("donor.create", ("donor", id), kept).await?;
    Ok(id)
}

/// Corrects a donor, if nobody did since version `version` was read.
///
/// # Errors
/// [`Refusal::Changed`], [`Refusal::Unknown`], [`Refusal::Merged`], or every refusal of [`DonorFacts::tidy`].
pub async fn update(
    _core: &Core,
    tx: &Tx,
    id: i64,
    version: i32,
    facts: &DonorFacts,
) -> Result<(), Stop<Vec<Refusal>>> {
    let facts = facts.tidy().map_err(Stop::Refused)?;
    let Some(before) = donor::Entity::find_by_id(id).one(tx.conn()).await? else {
        return Err(Stop::Refused(vec![Refusal::Unknown]));
    };
    if before.merged_into.is_some() {
        return Err(Stop::Refused(vec![Refusal::Merged]));
    }
    let mails = super::queries::mails_of(tx.conn(), id).await?;
    let was = super::queries::facts_of(&before, mails.into_iter().map(|m| m.address).collect());
    let mut change = row(tx, &facts);
    change.created_at = NotSet;
    change.version = Set(version + 1);
    let done = donor::Entity::update_many()
        .set(change)
        .filter(donor::Column::Id.eq(id))
        .filter(donor::Column::Version.eq(version))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 0 {
        return Err(Stop::Refused(vec![Refusal::Changed]));
    }
    donor_mail::Entity::delete_many().filter(donor_mail::Column::DonorId.eq(id)).exec(tx.conn()).await?;
    add_mails(tx, &[(id, &facts)]).await?;
    tx.audit("donor.update", ("donor", id), difference(&was, &facts)).await?;
    Ok(())
}

/// Sets a donor's mail addresses, the first being the main one; the rest of the record stays.
///
/// # Errors
/// As [`update`].
pub async fn set_mails(core: &Core, tx: &Tx, id: i64, mails: &[String]) -> Result<(), Stop<Vec<Refusal>>> {
    let Some(before) = donor::Entity::find_by_id(id).one(tx.conn()).await? else {
        return Err(Stop::Refused(vec![Refusal::Unknown]));
    };
    let facts = super::queries::facts_of(&before, mails.to_vec());
    update(core, tx, id, before.version, &facts).await
}

/// Adds many donors, in order; gives their ids in the same order. One audit line for all: an import
/// keeps its own trace per row.
///
/// # Errors
/// The place of the first one that is refused, and why; nothing of the transaction may then be kept.
pub async fn insert_many(
    _core: &Core,
    tx: &Tx,
    donors: &[DonorFacts],
) -> Result<Vec<i64>, Stop<(usize, Vec<Refusal>)>> {
    let mut ids = Vec::with_capacity(donors.len());
    for (n, chunk) in donors.chunks(AT_ONCE).enumerate() {
        let mut tidy = Vec::with_capacity(chunk.len());
        for (at, facts) in chunk.iter().enumerate() {
            tidy.push(facts.tidy().map_err(|why| Stop::Refused((n * AT_ONCE + at, why)))?);
        }
        let rows = tidy.iter().map(|facts| row(tx, facts));
        let mut new = donor::Entity::insert_many(rows).exec_with_returning_keys(tx.conn()).await?;
        new.sort_unstable(); // ids rise in the order of the rows; RETURNING promises no order
        let pairs: Vec<_> = new.iter().copied().zip(&tidy).collect();
        add_mails(tx, &pairs).await?;
        ids.append(&mut new);
    }
    let ends = json!({ "count": ids.len(), "first": ids.first(), "last": ids.last() });
    tx.audit_key("donor.insert_many", ("donor", "many"), ends).await?;
    Ok(ids)
}

/// The two records, for nobody else until the transaction ends: whoever records a gift or issues a receipt for one of
/// them waits.
pub async fn hold(tx: &Tx, ids: [i64; 2]) -> Result<Vec<donor::Model>, Failure> {
    let held = donor::Entity::find()
        .filter(donor::Column::Id.is_in(ids))
        .order_by_asc(donor::Column::Id)
        .lock(LockType::Update)
        .all(tx.conn())
        .await?;
    Ok(held)
}

/// The record stands aside for another one and gives its mail addresses up, or stands again with `mails`. What it says
/// otherwise stays. The caller keeps the audit.
pub async fn stand_aside(tx: &Tx, id: i64, for_donor: Option<i64>, mails: &[String]) -> Result<(), Failure> {
    donor::Entity::update_many()
        .col_expr(donor::Column::MergedInto, Expr::value(for_donor))
        .col_expr(donor::Column::UpdatedAt, Expr::value(tx.at))
        .col_expr(donor::Column::Version, Expr::col(donor::Column::Version).add(1))
        .filter(donor::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    donor_mail::Entity::delete_many().filter(donor_mail::Column::DonorId.eq(id)).exec(tx.conn()).await?;
    let facts = DonorFacts { mails: mails.to_vec(), ..DonorFacts::default() };
    add_mails(tx, &[(id, &facts)]).await
}

/// Records of before names and addresses were compared by keys get theirs; gives how many did.
pub async fn key(tx: &Tx, limit: u64) -> Result<usize, Failure> {
    let without = donor::Entity::find()
        .filter(donor::Column::NameKey.is_null())
        .order_by_asc(donor::Column::Id)
        .limit(limit)
        .all(tx.conn())
        .await?;
    for row in &without {
        let facts = super::queries::facts_of(row, Vec::new());
        let address = rules::likeness::address_key(&facts.address);
        donor::Entity::update_many()
            .col_expr(donor::Column::NameKey, Expr::value(facts.name_key()))
            .col_expr(donor::Column::AddressKey, Expr::value(address))
            .filter(donor::Column::Id.eq(row.id))
            .exec(tx.conn())
            .await?;
    }
    Ok(without.len())
}

fn row(tx: &Tx, facts: &DonorFacts) -> donor::ActiveModel {
    donor::ActiveModel {
        id: NotSet,
        kind: Set(facts.kind.code().into()),
        last_name: Set(facts.last_name.clone()),
        first_names: Set(facts.first_names.clone()),
        organisation: Set(facts.organisation.clone()),
        legal_form: Set(facts.legal_form.clone()),
        siren: Set(facts.siren.clone()),
        street: Set(facts.address.street.join("\n")),
        postal_code: Set(facts.address.postal_code.clone()),
        city: Set(facts.address.city.clone()),
        country: Set(facts.address.country.clone()),
        language: Set(facts.language.as_str().into()),
        receipt_pref: Set(facts.receipt_pref.code().into()),
        receipt_route: Set(facts.receipt_route.code().into()),
        notes: Set(facts.notes.clone()),
        sort_key: Set(facts.sort_key()),
        search_key: Set(facts.search_key()),
        name_key: Set(Some(facts.name_key())),
        address_key: Set(Some(rules::likeness::address_key(&facts.address))),
        merged_into: NotSet,
        created_at: Set(tx.at),
        updated_at: Set(tx.at),
        version: Set(1),
    }
}

async fn add_mails(tx: &Tx, donors: &[(i64, &DonorFacts)]) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for (id, facts) in donors {
        rows.extend(facts.mails.iter().enumerate().map(|(n, norm)| donor_mail::ActiveModel {
            donor_id: Set(*id),
            address: Set(norm.clone()),
            norm: Set(norm.clone()),
            is_main: Set(n == 0),
            ..Default::default()
        }));
    }
    for chunk in rows.chunks(1000) {
        donor_mail::Entity::insert_many(chunk.to_vec()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// What is compared for the audit: every field; of the notes only their length is told.
fn detail(facts: &DonorFacts) -> Value {
    json!({
        "kind": facts.kind.code(), "last_name": facts.last_name, "first_names": facts.first_names,
        "organisation": facts.organisation, "legal_form": facts.legal_form, "siren": facts.siren,
        "street": facts.address.street, "postal_code": facts.address.postal_code, "city": facts.address.city,
        "country": facts.address.country, "language": facts.language.as_str(),
        "receipt_pref": facts.receipt_pref.code(), "receipt_route": facts.receipt_route.code(),
        "mails": facts.mails, "notes": facts.notes.chars().count(),
    })
}

/// The fields that differ: `{"city": ["Lyon", "Paris"]}`.
fn difference(before: &DonorFacts, after: &DonorFacts) -> Value {
    let (before_all, after_all) = (detail(before), detail(after));
    let names: BTreeSet<&String> = after_all.as_object().map(|o| o.keys().collect()).unwrap_or_default();
    let mut changed = serde_json::Map::new();
    for name in names {
        let pair = (before_all.get(name), after_all.get(name));
        let notes = name == "notes" && before.notes != after.notes;
        if pair.0 != pair.1 || notes {
            changed.insert(name.clone(), json!([pair.0, pair.1]));
        }
    }
    Value::Object(changed)
}
