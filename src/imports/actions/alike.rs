//! Donors who may be those of a file's lines: found by name, street and SIREN, compared by `rules::likeness`.

use std::collections::{HashMap, HashSet};

use entities::donor;
use moneyin::line::Giver;
use rules::likeness::{PERHAPS, Reason, address_key, likeness};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::donors::{self, DonorFacts};
use crate::imports::reading::donor_of;
use crate::platform::Failure;

/// Records that have something in common with some givers.
#[derive(Debug, Default)]
pub(super) struct Alike {
    records: Vec<(i64, DonorFacts)>,
    by_name: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
    by_siren: HashMap<String, Vec<usize>>,
}

/// Of whom the file says the name and nothing else: a cheque.
fn is_bare(giver: &Giver) -> bool {
    giver.mail.is_none() && giver.address.postal_code.is_empty()
}

impl Alike {
    /// Looks givers up whose mail address nobody has.
    pub(super) async fn find<'g>(
        conn: &impl ConnectionTrait,
        givers: impl Iterator<Item = &'g Giver>,
    ) -> Result<Self, Failure> {
        let (mut names, mut streets, mut sirens) = (HashSet::new(), HashSet::new(), HashSet::new());
        for giver in givers.filter(|giver| !giver.is_nobody()) {
            let facts = donor_of(giver);
            names.insert(facts.name_key());
            streets.insert(address_key(&facts.address));
            sirens.extend(facts.siren);
        }
        names.remove("");
        streets.remove("");
        let mut alike = Self::default();
        let mut rows: HashMap<i64, donor::Model> = HashMap::new();
        let by = [
            (donor::Column::NameKey, names),
            (donor::Column::AddressKey, streets),
            (donor::Column::Siren, sirens),
        ];
        for (column, keys) in by.into_iter().filter(|(_, keys)| !keys.is_empty()) {
            let found = donor::Entity::find()
                .filter(column.is_in(keys))
                .filter(donor::Column::MergedInto.is_null())
                .all(conn)
                .await?;
            rows.extend(found.into_iter().map(|row| (row.id, row)));
        }
        let mut rows: Vec<donor::Model> = rows.into_values().collect();
        rows.sort_unstable_by_key(|row| row.id);
        for (at, row) in rows.into_iter().enumerate() {
            if let Some(key) = row.name_key.clone() {
                alike.by_name.entry(key).or_default().push(at);
            }
            if let Some(key) = row.address_key.clone() {
                alike.by_address.entry(key).or_default().push(at);
            }
            if let Some(siren) = row.siren.clone() {
                alike.by_siren.entry(siren).or_default().push(at);
            }
            alike.records.push((row.id, donors::queries::facts_of(&row, Vec::new())));
        }
        Ok(alike)
    }

    /// The donor most like the giver, the oldest of several; none when nobody is alike enough to ask a person.
    pub(super) fn best(&self, giver: &Giver) -> Option<i64> {
        let facts = donor_of(giver);
        let enough = if is_bare(giver) { Reason::SameName.points() } else { i32::from(PERHAPS) };
        let of = |map: &HashMap<String, Vec<usize>>, key: &str| map.get(key).cloned().unwrap_or_default();
        let mut places = of(&self.by_name, &facts.name_key());
        places.extend(of(&self.by_address, &address_key(&facts.address)));
        places.extend(facts.siren.iter().flat_map(|siren| of(&self.by_siren, siren)));
        places.sort_unstable();
        places.dedup();
        let mut best: Option<(u8, i64)> = None;
        for (id, record) in places.into_iter().filter_map(|at| self.records.get(at)) {
            let score = likeness(&facts.compared(), &record.compared()).score;
            if i32::from(score) >= enough && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, *id));
            }
        }
        best.map(|(_, id)| id)
    }
}
