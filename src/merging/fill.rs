//! What the record that is kept takes over from the other, and how that is given back.

use std::collections::BTreeMap;

use rules::address::PostalAddress;
use serde::{Deserialize, Serialize};

use crate::donors::DonorFacts;

/// What a merge changed in the record that is kept: each field before and after, and whose mail addresses came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filled {
    /// Fields that were filled: (before, after).
    pub fields: BTreeMap<String, (String, String)>,
}

/// Mail addresses at the time of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mails {
    /// Those of the record that stood aside.
    pub absorbed: Vec<String>,
    /// Those that the kept record did not have.
    pub added: Vec<String>,
}

/// The texts of a record that a merge may fill. The address is one.
fn fields(of: &DonorFacts) -> [(&'static str, String); 5] {
    let address = &of.address;
    let street = address.street.join("\n");
    let address = [&street, &address.postal_code, &address.city, &address.country].map(String::as_str);
    [
        ("address", address.join("\u{1f}")),
        ("first_names", of.first_names.clone()),
        ("last_name", of.last_name.clone()),
        ("legal_form", of.legal_form.clone()),
        ("siren", of.siren.clone().unwrap_or_default()),
    ]
}

fn set(of: &mut DonorFacts, field: &str, value: &str) {
    match field {
        "address" => {
            let mut parts = value.split('\u{1f}');
            let mut next = || parts.next().unwrap_or_default().to_owned();
            of.address = PostalAddress {
                street: next().lines().map(str::to_owned).collect(),
                postal_code: next(),
                city: next(),
                country: next(),
            };
        }
        "first_names" => value.clone_into(&mut of.first_names),
        "last_name" => value.clone_into(&mut of.last_name),
        "legal_form" => value.clone_into(&mut of.legal_form),
        "siren" => of.siren = Some(value.to_owned()).filter(|siren| !siren.is_empty()),
        "notes" => value.clone_into(&mut of.notes),
        _ => {}
    }
}

/// The kept record with what it lacked, and what that changed. Nothing that it says is overwritten; an address that a
/// receipt cannot be made from gives way to one that it can.
pub fn fill(kept: &DonorFacts, other: &DonorFacts) -> (DonorFacts, Filled, Mails) {
    let (mut full, mut filled) = (kept.clone(), Filled::default());
    for ((field, own), (_, theirs)) in fields(kept).into_iter().zip(fields(other)) {
        let takes = match field {
            "address" => !kept.address.missing_parts().is_empty() && other.address.missing_parts().is_empty(),
            _ => own.is_empty() && !theirs.is_empty(),
        };
        if takes && own != theirs {
            set(&mut full, field, &theirs);
            filled.fields.insert(field.to_owned(), (own, theirs));
        }
    }
    if !other.notes.is_empty() && other.notes != kept.notes {
        let notes = [kept.notes.as_str(), &other.notes].into_iter().filter(|n| !n.is_empty());
        full.notes = notes.collect::<Vec<_>>().join("\n\n");
        filled.fields.insert("notes".into(), (kept.notes.clone(), full.notes.clone()));
    }
    let added: Vec<String> = other.mails.iter().filter(|mail| !kept.mails.contains(mail)).cloned().collect();
    full.mails.extend(added.iter().cloned());
    (full, filled, Mails { absorbed: other.mails.clone(), added })
}

/// The kept record as it was, save what was corrected in it since.
pub fn empty(now: &DonorFacts, filled: &Filled, mails: &Mails) -> DonorFacts {
    let mut back = now.clone();
    let current: BTreeMap<&str, String> =
        fields(now).into_iter().chain([("notes", now.notes.clone())]).collect();
    for (field, (before, after)) in &filled.fields {
        if current.get(field.as_str()) == Some(after) {
            set(&mut back, field, before);
        }
    }
    back.mails.retain(|mail| !mails.added.contains(mail));
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(first: &str, street: &str, mails: &[&str]) -> DonorFacts {
        DonorFacts {
            first_names: first.into(),
            last_name: "Le Goff".into(),
            address: PostalAddress::tidy(
                &[street],
                if street.is_empty() { "" } else { "35000" },
                "Rennes",
                "FR",
            ),
            mails: mails.iter().map(|&m| m.to_owned()).collect(),
            notes: format!("note {first}"),
            ..DonorFacts::default()
        }
    }

    #[test]
    fn what_lacks_is_filled_and_given_back() {
        let kept = record("", "", &["a@example.org"]);
        let other = record("Zoé", "3 rue des Lilas", &["b@example.org", "a@example.org"]);
        let (full, filled, mails) = fill(&kept, &other);
        assert_eq!(
            (full.first_names.as_str(), full.address.street.as_slice()),
            ("Zoé", ["3 rue des Lilas".to_owned()].as_slice())
        );
        assert_eq!(full.mails, ["a@example.org", "b@example.org"]);
        assert_eq!(empty(&full, &filled, &mails), kept);
    }

    #[test]
    fn what_was_corrected_since_stays() {
        let (full, filled, mails) =
            fill(&record("", "", &[]), &record("Zoé", "3 rue des Lilas", &["b@example.org"]));
        let now = DonorFacts { first_names: "Zoé Anne".into(), ..full };
        let back = empty(&now, &filled, &mails);
        assert_eq!((back.first_names.as_str(), back.mails.len()), ("Zoé Anne", 0));
        assert!(back.address.street.is_empty());
    }

    #[test]
    fn nothing_that_is_there_is_overwritten() {
        let kept = record("Zoé", "3 rue des Lilas", &[]);
        let (full, filled, _) = fill(&kept, &record("Yann", "9 quai Sud", &[]));
        assert_eq!((full.first_names, full.address), (kept.first_names, kept.address));
        assert_eq!(filled.fields.keys().collect::<Vec<_>>(), ["notes"]);
    }
}
