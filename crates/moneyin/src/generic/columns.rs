//! What a column of a table of gifts may hold, and what it is called where nobody named it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::folded;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $code:literal [$($called:literal),+ $(,)?];)+) => {
        /// What a column holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $name,)+ }

        impl Field {
            /// Every field, in the order of a form.
            pub const ALL: &'static [Field] = &[$(Self::$name,)+];

            /// Code in forms.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What such a column is called, folded; the likeliest first.
            pub const fn called(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($called,)+],)+ }
            }
        }
    };
}

fields! {
    /// The day of the gift.
    Date "date" ["date", "date du don", "date de paiement", "date du paiement", "paye le", "date de versement du don",
        "gift date", "payment date", "donation date", "paid at", "date time", "datetime", "created at", "jour"];
    /// What was given.
    Amount "amount" ["montant", "montant brut", "montant du don", "montant total", "montant eur", "don", "somme",
        "amount", "gross", "gross amount", "total", "donation amount", "brut", "valeur"];
    /// What the tool kept.
    Fee "fee" ["frais", "commission", "frais de traitement", "fee", "fees", "commissions"];
    /// Name of the gift at its source.
    Reference "reference" ["reference", "reference paiement", "reference du don", "reference du paiement", "numero",
        "n", "id", "external id", "transaction", "id transaction", "transaction id", "identifiant", "payment id", "n du don"];
    /// How it came.
    Method "method" ["mode de versement", "mode de paiement", "moyen de paiement", "mode de reglement", "reglement",
        "method", "payment method", "moyen", "mode"];
    /// Paid, to come, given back.
    Status "status" ["statut", "etat", "statut du paiement", "status", "state", "payment status"];
    /// Currency.
    Currency "currency" ["devise", "monnaie", "currency"];
    /// Family name.
    LastName "last_name" ["nom de famille", "nom donateur", "nom du donateur", "nom payeur", "last name", "surname",
        "family name", "nom"];
    /// First names.
    FirstNames "first_names" ["prenom", "prenoms", "prenom donateur", "prenom du donateur", "prenom payeur",
        "first name", "first names", "given name", "firstname"];
    /// Whole name in one cell.
    Name "name" ["nom complet", "nom et prenom", "nom prenom", "prenom et nom", "prenom nom", "donateur", "donatrice",
        "full name", "name", "donor", "donor name", "payeur"];
    /// Name of an organisation.
    Organisation "organisation" ["organisation", "raison sociale", "societe", "entreprise", "structure", "organization",
        "company", "denomination"];
    /// SIREN.
    Siren "siren" ["siren", "n siren", "numero siren"];
    /// Mail address.
    Mail "mail" ["courriel", "email", "e mail", "mail", "adresse mail", "adresse email", "adresse courriel",
        "adresse e mail", "email payeur", "email donateur", "email address", "adresse electronique"];
    /// Street.
    Street "street" ["adresse", "rue", "adresse postale", "adresse payeur", "street", "address", "address line 1",
        "adresse 1"];
    /// More of the street.
    MoreStreet "more_street" ["complement d adresse", "complement adresse", "complement", "address line 2", "adresse 2"];
    /// Postal code.
    PostalCode "postal_code" ["code postal", "cp", "postal code", "zip", "zip code", "postcode", "code postal payeur"];
    /// Town.
    City "city" ["ville", "commune", "city", "town", "localite", "ville payeur"];
    /// Country.
    Country "country" ["pays", "country", "pays payeur"];
    /// Campaign.
    Campaign "campaign" ["campagne", "formulaire", "projet", "affectation", "campaign", "project", "collecte"];
    /// The day the tool paid out.
    PaidOutOn "paid_out_on" ["date du versement", "verse le", "credite par le prestataire le", "provider credited on",
        "payout date", "date de virement"];
    /// The day a cheque arrived, or the bank credited a transfer.
    ReceivedOn "received_on" ["recu le", "date de reception", "credite en banque le", "date de credit", "encaisse le",
        "received on", "bank credited on"];
    /// Number of a receipt made elsewhere.
    ReceiptElsewhere "receipt_elsewhere" ["numero de recu", "n de recu", "recu emis ailleurs", "recu fiscal",
        "receipted elsewhere", "receipt number", "receipt"];
    /// What was paid for: a gift, dues, a ticket, something sold.
    Kind "kind" ["type de versement", "objet du versement", "type de don", "nature du versement", "purpose",
        "payment for"];
    /// What the donor said.
    Comment "comment" ["commentaire", "note", "notes", "message", "remarque", "comment"];
}

/// The columns of a table as a person named them; those that speak for themselves need no name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// Name of the tool or the table: what its gifts are called begins with it.
    pub name: String,
    /// Columns by what they hold.
    pub columns: BTreeMap<Field, String>,
    /// The month comes first: `12/31/2025`.
    pub month_first: bool,
}

/// Where each field is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    places: BTreeMap<Field, usize>,
}

impl Places {
    /// The fields of these folded names, and the columns that a person named and that are not there.
    pub fn of(names: &[String], mapping: &Mapping) -> (Self, Vec<String>) {
        let (mut places, mut missing) = (BTreeMap::new(), Vec::new());
        let place = |called: &str| names.iter().position(|name| name == called);
        for (field, name) in mapping.columns.iter().filter(|(_, name)| !name.trim().is_empty()) {
            match place(&folded(name)) {
                Some(at) => _ = places.insert(*field, at),
                None => missing.push(name.clone()),
            }
        }
        for field in Field::ALL.iter().filter(|field| !mapping.columns.contains_key(field)) {
            let free = field.called().iter().filter_map(|called| place(called));
            if let Some(at) = free.into_iter().find(|at| !places.values().any(|taken| taken == at)) {
                places.insert(*field, at);
            }
        }
        (Self { places }, missing)
    }

    /// Place of a field, if it has one.
    pub fn get(&self, field: Field) -> Option<usize> {
        self.places.get(&field).copied()
    }

    /// How many fields are there.
    pub fn known(&self) -> usize {
        self.places.len()
    }

    /// Whether the column holds a field.
    pub fn uses(&self, at: usize) -> bool {
        self.places.values().any(|taken| *taken == at)
    }

    /// What lacks to read a gift: a day, an amount, somebody's name or mail address.
    pub fn lacks(&self) -> Vec<&'static str> {
        let has = |any: &[Field]| any.iter().any(|field| self.places.contains_key(field));
        let needed: [(&[Field], &str); 3] = [
            (&[Field::Date, Field::ReceivedOn], "Date"),
            (&[Field::Amount], "Montant"),
            (&[Field::LastName, Field::Name, Field::Organisation, Field::Mail], "Nom"),
        ];
        needed.into_iter().filter(|(any, _)| !has(any)).map(|(_, name)| name).collect()
    }
}
