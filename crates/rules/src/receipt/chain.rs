//! The register as a hash chain of salted commitments (law R5): a receipt cannot be added, removed or
//! changed quietly, and erasing a salt makes one receipt unreadable without breaking the chain.

use sha2::{Digest, Sha256};

/// What the first link points to.
pub const GENESIS: [u8; 32] = [0; 32];

const COMMITMENT: &[u8] = b"soutien/receipt/commitment/v1\0";
const LINK: &[u8] = b"soutien/receipt/link/v1\0";

/// One row of the register, as read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Numéro d'ordre.
    pub number: String,
    /// Salted commitment to the frozen facts.
    pub commitment: [u8; 32],
    /// Link kept with the row.
    pub link: [u8; 32],
    /// Salt and frozen JSON; `None` once they were erased.
    pub opening: Option<(Vec<u8>, Vec<u8>)>,
}

/// The first place where the register does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// A row was added, removed, moved or renumbered at or before this one.
    #[error("the chain breaks at {number} (row {place})")]
    Link {
        /// Number of the row.
        number: String,
        /// Its place, from 1.
        place: u64,
    },
    /// The facts of this row are not those that were committed to.
    #[error("the facts of {number} (row {place}) were changed")]
    Facts {
        /// Number of the row.
        number: String,
        /// Its place, from 1.
        place: u64,
    },
    /// The chain holds but ends elsewhere than it should: rows are missing at the end.
    #[error("the register ends elsewhere than expected, after {rows} rows")]
    End {
        /// Rows read.
        rows: u64,
    },
}

/// Commits to the frozen facts without telling them: `sha256(prefix ‖ len(salt) ‖ salt ‖ json)`.
pub fn commitment(salt: &[u8], canonical_json: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(COMMITMENT);
    hash.update((salt.len() as u64).to_be_bytes());
    hash.update(salt);
    hash.update(canonical_json);
    hash.finalize().into()
}

/// Links a row to the one before: `sha256(prefix ‖ prev ‖ len(number) ‖ number ‖ commitment)`.
pub fn link(prev: &[u8; 32], number: &str, commitment: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(LINK);
    hash.update(prev);
    hash.update((number.len() as u64).to_be_bytes());
    hash.update(number.as_bytes());
    hash.update(commitment);
    hash.finalize().into()
}

/// Walks the register from its first row; returns the last link.
/// With `expected_end` (kept elsewhere, e.g. in a backup or on paper) rows cut off the end are seen too.
///
/// # Errors
/// The first [`Break`].
pub fn verify<I>(rows: I, expected_end: Option<&[u8; 32]>) -> Result<[u8; 32], Break>
where
    I: IntoIterator<Item = Row>,
{
    let mut prev = GENESIS;
    let mut place = 0;
    for row in rows {
        place += 1;
        prev = verify_next(&prev, &row, place)?;
    }
    match expected_end {
        Some(end) if *end != prev => Err(Break::End { rows: place }),
        _ => Ok(prev),
    }
}

/// Verifies one more row after `prev`; returns its link. `place` counts from 1.
///
/// # Errors
/// The [`Break`] at this row.
pub fn verify_next(prev: &[u8; 32], row: &Row, place: u64) -> Result<[u8; 32], Break> {
    if link(prev, &row.number, &row.commitment) != row.link {
        return Err(Break::Link { number: row.number.clone(), place });
    }
    if let Some((salt, json)) = &row.opening
        && commitment(salt, json) != row.commitment
    {
        return Err(Break::Facts { number: row.number.clone(), place });
    }
    Ok(row.link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn register(rows: usize) -> Vec<Row> {
        let mut prev = GENESIS;
        (0..rows)
            .map(|i| {
                let (salt, json) =
                    (vec![u8::try_from(i).unwrap(); 16], format!("{{\"n\":{i}}}").into_bytes());
                let number = crate::receipt::number::format("RF", 2026, i as u64 + 1);
                let commitment = commitment(&salt, &json);
                prev = link(&prev, &number, &commitment);
                Row { number, commitment, link: prev, opening: Some((salt, json)) }
            })
            .collect()
    }

    #[test]
    fn the_hashes_are_these_for_ever() {
        assert_eq!(
            hex::encode(commitment(b"salt", b"{}")),
            "c079456d8bc75c47ab680825d57c1a7bd16be386dd6485baad88764d235778be"
        );
        assert_eq!(
            hex::encode(link(&GENESIS, "RF-2026-000001", &commitment(b"salt", b"{}"))),
            "bd12d7df405c59bb924183bbde0cf409e96dedd8a4cdc38725d17edc80d3953b"
        );
    }

    proptest! {
        #[test]
        fn erasing_salts_keeps_the_chain_valid(rows in 1usize..12, erased in proptest::collection::vec(any::<bool>(), 12)) {
            let mut register = register(rows);
            for (row, erased) in register.iter_mut().zip(erased) {
                if erased {
                    row.opening = None;
                }
            }
            let end = register.last().unwrap().link;
            prop_assert_eq!(verify(register, Some(&end)), Ok(end));
        }

        #[test]
        fn no_receipt_is_changed_removed_added_or_moved_quietly(rows in 2usize..12, at in 0usize..12, deed in 0..6) {
            let honest = register(rows);
            let end = honest.last().unwrap().link;
            let at = at % rows;
            let mut forged = honest.clone();
            match deed {
                0 => forged[at].opening.as_mut().unwrap().1.push(b' '),
                1 => forged[at].number.push('0'),
                2 => drop(forged.remove(at)),
                3 => forged.insert(at, honest[at].clone()),
                4 => forged[at].commitment[0] ^= 1,
                _ => forged.swap(at, (at + 1) % rows),
            }
            prop_assert!(verify(forged, Some(&end)).is_err());
        }

        #[test]
        fn the_first_break_is_named(rows in 1usize..12, at in 0usize..12) {
            let mut register = register(rows);
            let at = at % rows;
            register[at].opening.as_mut().unwrap().1.push(b'!');
            let number = register[at].number.clone();
            prop_assert_eq!(verify(register, None), Err(Break::Facts { number, place: at as u64 + 1 }));
        }
    }
}
