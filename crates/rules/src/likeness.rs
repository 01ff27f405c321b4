//! How alike two records of donors are, with the reasons: a person decides, never this.
//!
//! Names and addresses are compared without accents, case, order and abbreviations. Points for what agrees, points off
//! for what speaks against: two first names at one address are a couple more often than one person.

use std::collections::BTreeSet;

use crate::address::PostalAddress;
use crate::fold::search_key;

/// From here on two records are shown as perhaps one.
pub const PERHAPS: u8 = 50;
/// From here on they are most likely one.
pub const LIKELY: u8 = 85;

/// What is compared of a record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// An organisation, not a person.
    pub organisation: bool,
    /// Last name of a person, or the name of the organisation.
    pub last_name: &'a str,
    /// First names of a person.
    pub first_names: &'a str,
    /// SIREN, nine digits.
    pub siren: Option<&'a str>,
    /// Postal address, as far as it is known.
    pub address: &'a PostalAddress,
    /// Mail addresses, normalised.
    pub mails: &'a [String],
}

/// Why two records look alike, or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// One SIREN.
    SameSiren,
    /// A mail address that both have.
    SameMail,
    /// The same words in the name, in whatever order.
    SameName,
    /// A letter's difference, an initial, or a name more.
    CloseName,
    /// Street, number and postal code.
    SameAddress,
    /// The postal code only.
    SamePostalCode,
    /// Two SIREN: two organisations.
    OtherSiren,
    /// The same last name and another first name: a family more often than one person.
    OtherFirstName,
    /// A person and an organisation.
    OtherKind,
}

impl Reason {
    /// Every reason, the strongest first.
    pub const ALL: [Reason; 9] = [
        Self::SameSiren,
        Self::SameMail,
        Self::SameName,
        Self::CloseName,
        Self::SameAddress,
        Self::SamePostalCode,
        Self::OtherSiren,
        Self::OtherFirstName,
        Self::OtherKind,
    ];

    /// Text for storing and for the keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SameSiren => "same-siren",
            Self::SameMail => "same-mail",
            Self::SameName => "same-name",
            Self::CloseName => "close-name",
            Self::SameAddress => "same-address",
            Self::SamePostalCode => "same-postal-code",
            Self::OtherSiren => "other-siren",
            Self::OtherFirstName => "other-first-name",
            Self::OtherKind => "other-kind",
        }
    }

    /// Reads [`Reason::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// What it counts, on a scale where 100 is "one and the same".
    pub const fn points(self) -> i32 {
        match self {
            Self::SameSiren => 70,
            Self::SameMail => 55,
            Self::SameName => 40,
            Self::CloseName => 25,
            Self::SameAddress => 35,
            Self::SamePostalCode => 10,
            Self::OtherSiren => -100,
            Self::OtherFirstName => -45,
            Self::OtherKind => -30,
        }
    }

    /// Whether it speaks against.
    pub const fn against(self) -> bool {
        self.points() < 0
    }
}

/// How alike two records are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Likeness {
    /// 0 (nothing in common) to 100.
    pub score: u8,
    /// What it is made of, the strongest first.
    pub reasons: Vec<Reason>,
}

/// Compares two records; the order of the two makes no difference.
pub fn likeness(a: &Record<'_>, b: &Record<'_>) -> Likeness {
    let mut found = BTreeSet::new();
    match (a.siren, b.siren) {
        (Some(one), Some(other)) if one == other => found.insert(Reason::SameSiren),
        (Some(_), Some(_)) => found.insert(Reason::OtherSiren),
        _ => false,
    };
    if a.mails.iter().any(|mail| b.mails.contains(mail)) {
        found.insert(Reason::SameMail);
    }
    found.extend(of_names(a, b));
    let streets = (address_key(a.address), address_key(b.address));
    if !streets.0.is_empty() && streets.0 == streets.1 {
        found.insert(Reason::SameAddress);
    } else if same_postal_code(a.address, b.address) {
        found.insert(Reason::SamePostalCode);
    }
    if a.organisation != b.organisation {
        found.insert(Reason::OtherKind);
    }
    let sum: i32 = found.iter().map(|reason| reason.points()).sum();
    let score = u8::try_from(sum.clamp(0, 100)).unwrap_or_default();
    Likeness { score, reasons: found.into_iter().collect() }
}

fn of_names(a: &Record<'_>, b: &Record<'_>) -> Option<Reason> {
    let keys = (name_key(a.last_name, a.first_names), name_key(b.last_name, b.first_names));
    if keys.0.is_empty() || keys.1.is_empty() {
        return None;
    }
    if keys.0 == keys.1 {
        return Some(Reason::SameName);
    }
    if !a.organisation && !b.organisation {
        let (one, other) = (words(a.first_names), words(b.first_names));
        let family = (words(a.last_name), words(b.last_name));
        let strangers =
            !one.is_empty() && !other.is_empty() && !one.iter().any(|w| other.iter().any(|o| near(w, o)));
        if strangers && family.0.iter().any(|w| family.1.iter().any(|o| near(w, o))) {
            return Some(Reason::OtherFirstName);
        }
    }
    let (one, other) = (split(&keys.0), split(&keys.1));
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let found =
        |some: &[&str], all: &[&str]| some.iter().all(|word| all.iter().any(|other| near(word, other)));
    // Of as many words on both sides each has its like on the other, whoever is first.
    let all_found = found(&few, &many) && (few.len() < many.len() || found(&many, &few));
    // One word alone ("Dupont", "Amis") says too little, unless the two names are one word each.
    (all_found && (few.len() > 1 || many.len() == 1)).then_some(Reason::CloseName)
}

fn split(key: &str) -> Vec<&str> {
    key.split(' ').collect()
}

/// The same word, its initial, or a letter away when it is long enough.
fn near(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long
        || (short.chars().count() == 1 && long.starts_with(short))
        || (short.chars().count() >= 4 && strsim::osa_distance(short, long) <= 1)
}

fn same_postal_code(a: &PostalAddress, b: &PostalAddress) -> bool {
    !a.postal_code.is_empty() && (&a.country, &a.postal_code) == (&b.country, &b.postal_code)
}

/// Ways to address somebody, and legal forms, which some files give and others do not.
const BESIDE_THE_NAME: [&str; 20] = [
    "m",
    "mr",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "mademoiselle",
    "dr",
    "association",
    "assoc",
    "asso",
    "sarl",
    "sas",
    "sasu",
    "sa",
    "eurl",
    "scop",
    "ste",
    "societe",
    "sci",
];

fn words(text: &str) -> Vec<String> {
    let key = search_key(text);
    let all: Vec<String> =
        key.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let named: Vec<String> = all.iter().filter(|w| !BESIDE_THE_NAME.contains(&w.as_str())).cloned().collect();
    if named.is_empty() { all } else { named }
}

/// A name without accents, case, order and titles: the same for `M. Zoé Le Goff` and `LE GOFF Zoe`. For an organisation
/// its name alone. Empty when nothing can be compared.
pub fn name_key(last_name: &str, first_names: &str) -> String {
    let mut all = words(&format!("{last_name} {first_names}"));
    all.sort_unstable();
    all.dedup();
    all.join(" ")
}

/// What is written short on one envelope and long on another; an empty word is left out.
const STREET_WORDS: [(&str, &str); 24] = [
    ("av", "avenue"),
    ("ave", "avenue"),
    ("bd", "boulevard"),
    ("bld", "boulevard"),
    ("blvd", "boulevard"),
    ("boul", "boulevard"),
    ("pl", "place"),
    ("rte", "route"),
    ("ch", "chemin"),
    ("che", "chemin"),
    ("chem", "chemin"),
    ("imp", "impasse"),
    ("all", "allee"),
    ("fg", "faubourg"),
    ("fbg", "faubourg"),
    ("sq", "square"),
    ("st", "saint"),
    ("ste", "sainte"),
    ("r", "rue"),
    ("de", ""),
    ("du", ""),
    ("des", ""),
    ("la", ""),
    ("le", ""),
];

/// Street and postal code without accents, case, order and abbreviations. Empty when either is not known.
pub fn address_key(address: &PostalAddress) -> String {
    let street = search_key(&address.street.join(" "));
    let mut parts: Vec<&str> = street
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !matches!(*word, "" | "l" | "d" | "les"))
        .map(|word| STREET_WORDS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| *long))
        .filter(|word| !word.is_empty())
        .collect();
    let code: String = address.postal_code.chars().filter(|c| c.is_alphanumeric()).collect();
    if parts.is_empty() || code.is_empty() {
        return String::new();
    }
    parts.sort_unstable();
    parts.dedup();
    format!("{} {} {}", address.country, code.to_lowercase(), parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(street: &str, code: &str, city: &str) -> PostalAddress {
        PostalAddress::tidy(&[street], code, city, "FR")
    }

    fn person<'a>(
        first: &'a str,
        last: &'a str,
        address: &'a PostalAddress,
        mails: &'a [String],
    ) -> Record<'a> {
        Record { organisation: false, last_name: last, first_names: first, siren: None, address, mails }
    }

    #[test]
    fn names_are_compared_without_accents_case_order_and_titles() {
        assert_eq!(name_key("LE GOFF", "Zoe"), name_key("Zoé", "M. Le  Goff"));
        assert_eq!(name_key("Association Les Amis", ""), name_key("LES AMIS", ""));
        assert_eq!(name_key("M", ""), "m", "a name that is only a title stays");
        assert_eq!(name_key("…", "?"), "");
    }

    #[test]
    fn addresses_are_compared_without_abbreviations() {
        let one = at("12, av. de l’Église St-Jean", "69001", "Lyon");
        let other = at("12 AVENUE DE L'EGLISE SAINT JEAN", "69 001", "LYON");
        assert_eq!(address_key(&one), address_key(&other));
        assert_ne!(address_key(&one), address_key(&at("13 avenue de l’Église Saint-Jean", "69001", "Lyon")));
        assert_eq!(address_key(&at("", "69001", "Lyon")), "");
    }

    #[test]
    fn a_score_says_its_reasons() {
        let nowhere = PostalAddress::default();
        let home = at("3 rue des Lilas", "35000", "Rennes");
        let home_short = at("3 r. des lilas", "35000", "RENNES");
        let town = at("", "35000", "Rennes");
        let one = ["a@example.org".to_owned()];
        let cases = [
            (person("Zoé", "Le Goff", &home, &[]), person("", "LE GOFF ZOE", &home_short, &[]), 75),
            (person("Zoé", "Le Goff", &nowhere, &one), person("Z", "Le Goff", &home, &one), 80),
            (person("Zoé", "Le Goff", &town, &[]), person("Zoé", "Le Goff", &home, &[]), 50),
            // A couple: one address, one mail, one last name.
            (person("Zoé", "Le Goff", &home, &one), person("Yann", "Le Goff", &home, &one), 45),
            (person("Zoé", "Le Goff", &home, &[]), person("Yann", "Le Goff", &home, &[]), 0),
            (person("Zoé", "Le Goff", &nowhere, &[]), person("Zoé", "Le Gouff", &home, &[]), 25),
            (person("", "Dupont", &nowhere, &[]), person("Marie", "Dupont", &home, &[]), 0),
        ];
        for (a, b, score) in cases {
            let found = likeness(&a, &b);
            assert_eq!(found.score, score, "{a:?} {b:?}: {found:?}");
        }
    }

    #[test]
    fn two_sirens_are_two_organisations() {
        let nowhere = PostalAddress::default();
        let of = |siren| Record {
            organisation: true,
            last_name: "Atelier du Web",
            first_names: "",
            siren,
            address: &nowhere,
            mails: &[],
        };
        assert_eq!(likeness(&of(Some("732829320")), &of(Some("732829320"))).score, 100);
        assert_eq!(likeness(&of(Some("732829320")), &of(Some("552100554"))).score, 0);
        assert_eq!(likeness(&of(Some("732829320")), &of(None)).reasons, [Reason::SameName]);
    }

    #[test]
    fn of_as_many_words_each_has_its_like_whoever_is_first() {
        let home = at("", "35000", "Rennes");
        let (a, b) = (person("", "éa é'éaa", &home, &[]), person("p", "é'A", &home, &[]));
        assert_eq!(likeness(&a, &b), likeness(&b, &a));
    }

    #[test]
    fn a_reason_reads_back_from_its_code() {
        assert!(Reason::ALL.into_iter().all(|reason| Reason::parse(reason.code()) == Some(reason)));
    }

    proptest! {
        #[test]
        fn whoever_is_first_the_score_is_the_same(
            names in proptest::array::uniform4("[a-zA-Zé .'-]{0,12}"),
            streets in proptest::array::uniform2("[0-9]{0,2} [a-z .]{0,12}"),
        ) {
            let [a_first, a_last, b_first, b_last] = &names;
            let homes = (at(&streets[0], "35000", "Rennes"), at(&streets[1], "35000", "Rennes"));
            let (a, b) = (person(a_first, a_last, &homes.0, &[]), person(b_first, b_last, &homes.1, &[]));
            prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
            let itself = likeness(&a, &a);
            prop_assert!(!itself.reasons.iter().any(|reason| reason.against()), "{:?}", itself);
        }
    }
}
