//! Reads about donors.

use std::collections::HashMap;

use entities::{donor, donor_mail};
use rules::address::PostalAddress;
use rules::lang::Lang;
use rules::receipt::input::{DonorKind, Preference};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::record::{DonorFacts, Route};
use crate::platform::Failure;

pub mod list;
pub mod story;

/// Addresses asked for by one statement.
const AT_ONCE: usize = 1000;

/// The donors who have this mail address, whatever its case; those whose main one it is come first.
pub async fn find_by_mail(conn: &impl ConnectionTrait, address: &str) -> Result<Vec<donor::Model>, Failure> {
    let Ok(norm) = rules::address::normalise_mail(address) else { return Ok(Vec::new()) };
    let owners = donor_mail::Entity::find()
        .filter(donor_mail::Column::Norm.eq(norm))
        .order_by_desc(donor_mail::Column::IsMain)
        .order_by_asc(donor_mail::Column::DonorId)
        .limit(100)
        .all(conn)
        .await?;
    let ids: Vec<i64> = owners.iter().map(|m| m.donor_id).collect();
    let mut found = donor::Entity::find().filter(donor::Column::Id.is_in(ids.clone())).all(conn).await?;
    found.sort_by_key(|d| ids.iter().position(|id| *id == d.id));
    Ok(found)
}

/// For each normalised address that somebody has: the donors who have it, oldest first.
pub async fn find_by_mails(
    conn: &impl ConnectionTrait,
    norms: &[String],
) -> Result<HashMap<String, Vec<i64>>, Failure> {
    let mut found: HashMap<String, Vec<i64>> = HashMap::new();
    for chunk in norms.chunks(AT_ONCE) {
        let rows = donor_mail::Entity::find()
            .filter(donor_mail::Column::Norm.is_in(chunk.iter().map(String::as_str)))
            .order_by_asc(donor_mail::Column::DonorId)
            .all(conn)
            .await?;
        for row in rows {
            found.entry(row.norm).or_default().push(row.donor_id);
        }
    }
    Ok(found)
}

/// A donor's row.
pub async fn get(conn: &impl ConnectionTrait, id: i64) -> Result<Option<donor::Model>, Failure> {
    Ok(donor::Entity::find_by_id(id).one(conn).await?)
}

/// A donor's mail addresses, the main one first.
pub async fn mails_of(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<donor_mail::Model>, Failure> {
    let rows = donor_mail::Entity::find()
        .filter(donor_mail::Column::DonorId.eq(id))
        .order_by_desc(donor_mail::Column::IsMain)
        .order_by_asc(donor_mail::Column::Id);
    Ok(rows.all(conn).await?)
}

/// The record that a row and its mail addresses hold.
pub fn facts_of(row: &donor::Model, mails: Vec<String>) -> DonorFacts {
    DonorFacts {
        kind: DonorKind::parse(&row.kind).unwrap_or(DonorKind::Person),
        last_name: row.last_name.clone(),
        first_names: row.first_names.clone(),
        organisation: row.organisation.clone(),
        legal_form: row.legal_form.clone(),
        siren: row.siren.clone(),
        address: PostalAddress {
            street: row.street.lines().map(str::to_owned).collect(),
            postal_code: row.postal_code.clone(),
            city: row.city.clone(),
            country: row.country.clone(),
        },
        language: Lang::parse(&row.language).unwrap_or_default(),
        receipt_pref: Preference::parse(&row.receipt_pref).unwrap_or_default(),
        receipt_route: Route::parse(&row.receipt_route).unwrap_or_default(),
        notes: row.notes.clone(),
        mails,
    }
}

/// Names of donors by id.
pub async fn names(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, String>, Failure> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(AT_ONCE) {
        let rows: Vec<(i64, String, String, String, String)> = donor::Entity::find()
            .select_only()
            .columns([
                donor::Column::Id,
                donor::Column::Kind,
                donor::Column::Organisation,
                donor::Column::FirstNames,
                donor::Column::LastName,
            ])
            .filter(donor::Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|(id, kind, organisation, first, last)| {
            (id, super::record::name_of(&kind, &organisation, &first, &last))
        }));
    }
    Ok(found)
}

/// For each of these records that stands aside: the one it was merged into, at the end of all merges.
pub async fn standing(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, i64>, Failure> {
    let mut found: HashMap<i64, i64> = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(i64, Option<i64>)> = donor::Entity::find()
            .select_only()
            .columns([donor::Column::Id, donor::Column::MergedInto])
            .filter(donor::Column::Id.is_in(some.iter().copied()))
            .filter(donor::Column::MergedInto.is_not_null())
            .into_tuple()
            .all(conn)
            .await?;
        for (id, mut next) in rows {
            // Nobody merges in a circle: a record that stands aside takes no other one.
            while let Some(kept) = next {
                found.insert(id, kept);
                next = donor::Entity::find_by_id(kept).one(conn).await?.and_then(|row| row.merged_into);
            }
        }
    }
    Ok(found)
}

/// Other donors who have one of these normalised addresses: (address, donor).
pub async fn sharing(
    conn: &impl ConnectionTrait,
    id: i64,
    norms: &[String],
) -> Result<Vec<(String, i64)>, Failure> {
    let rows = donor_mail::Entity::find()
        .filter(donor_mail::Column::Norm.is_in(norms.iter().map(String::as_str)))
        .filter(donor_mail::Column::DonorId.ne(id))
        .order_by_asc(donor_mail::Column::DonorId)
        .limit(20)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|m| (m.norm, m.donor_id)).collect())
}
