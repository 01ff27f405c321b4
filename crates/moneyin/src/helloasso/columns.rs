//! Columns by their names, through the generations of HelloAsso's exports.

use serde::{Deserialize, Serialize};

/// Which of HelloAsso's files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Payments of the whole association: a line per payment.
    Payments,
    /// Orders of one campaign: a line per thing ordered.
    Orders,
    /// Exports before 2021: a line per thing ordered.
    Before2021,
}

macro_rules! fields {
    ($($name:ident = $shown:literal, [$($alias:literal),*];)+) => {
        /// What a column holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $($name,)+ }

        impl Field {
            const ALL: &'static [Field] = &[$(Field::$name,)+];

            /// What HelloAsso calls it.
            pub const fn shown(self) -> &'static str {
                match self { $(Field::$name => $shown,)+ }
            }

            const fn aliases(self) -> &'static [&'static str] {
                match self { $(Field::$name => &[$($alias),*],)+ }
            }
        }
    };
}

// Aliases are folded by `folded`: no accents, no case, no articles; `acheteur` and `donateur` are `payeur`.
fields! {
    OrderRef = "Référence commande", ["reference commande", "numero commande", "id commande", "identifiant commande"];
    PaymentRef = "Référence paiement", ["reference paiement", "numero paiement", "id paiement", "identifiant paiement"];
    Number = "Numéro", ["numero"];
    Total = "Montant total", ["montant total", "total", "montant", "montant paiement", "montant don", "montant paye"];
    PaidAt = "Date du paiement", ["date paiement", "date", "date don", "paye"];
    OrderDate = "Date de la commande", ["date commande"];
    PaymentStatus = "Statut du paiement", ["statut paiement", "statut", "etat paiement", "etat"];
    OrderStatus = "Statut de la commande", ["statut commande", "etat commande"];
    PaidOutOn = "Date du versement", ["date versement"];
    PayerLast = "Nom payeur", ["nom payeur", "nom famille payeur"];
    PayerFirst = "Prénom payeur", ["prenom payeur", "prenoms payeur"];
    Last = "Nom", ["nom", "nom adherent", "nom participant", "nom famille"];
    First = "Prénom", ["prenom", "prenom adherent", "prenom participant", "prenoms"];
    PayerMail = "Email payeur", ["email payeur", "adresse email payeur"];
    Mail = "Email", ["email", "adresse email", "email adherent", "email participant"];
    Company = "Raison sociale", ["raison sociale", "organisme", "entreprise", "raison sociale payeur"];
    Siren = "SIREN", ["siren", "numero siren"];
    LegalForm = "Forme juridique", ["forme juridique"];
    Campaign = "Campagne", ["campagne", "nom campagne"];
    CampaignKind = "Type de campagne", ["type campagne"];
    Kind = "Type", ["type", "type don", "type paiement"];
    Tariff = "Tarif", ["tarif", "formule", "nom tarif"];
    TariffAmount = "Montant du tarif", ["montant tarif", "montant adhesion", "montant formule"];
    AddedGift = "Don supplémentaire", ["don supplementaire", "montant don supplementaire", "don additionnel"];
    Ticket = "Numéro de billet", ["numero billet", "billet"];
    Method = "Moyen de paiement", ["moyen paiement", "mode paiement"];
    Receipt = "Reçu fiscal", ["recu fiscal", "recu"];
    ReceiptNumber = "Numéro de reçu", ["numero recu", "numero recu fiscal"];
    Street = "Adresse payeur", ["adresse payeur", "adresse"];
    PostalCode = "Code Postal payeur", ["code postal payeur", "code postal"];
    City = "Ville payeur", ["ville payeur", "ville"];
    Country = "Pays payeur", ["pays payeur", "pays"];
    Comment = "Commentaire", ["commentaire", "commentaires", "message"];
    Currency = "Devise", ["devise"];
    // Known, of no use to the ledger: not kept as unknown columns.
    Said = "", ["verse", "date naissance", "montant options", "code promo", "montant code promo", "attestation", "carte adherent"];
}

/// A column's name without accents, case, articles and brackets; with one word for each thing.
fn folded(name: &str) -> String {
    let bare: String = match name.split_once('(') {
        Some((before, _)) if !before.trim().is_empty() => before.to_owned(),
        _ => name.to_owned(),
    };
    let key = rules::fold::search_key(&bare.replace("e-mail", "email").replace("E-mail", "email"));
    let words: String = key.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words = words.split_whitespace().filter_map(|word| match word {
        "de" | "du" | "des" | "d" | "la" | "le" | "les" | "l" => None,
        "acheteur" | "donateur" => Some("payeur"),
        "mail" | "courriel" | "mel" => Some("email"),
        "ref" => Some("reference"),
        "n" | "no" | "num" => Some("numero"),
        "cp" => Some("code postal"),
        "societe" => Some("raison sociale"),
        other => Some(other),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The columns of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Their names, as they stand.
    pub names: Vec<String>,
    /// Which file it is.
    pub layout: Layout,
    places: Vec<Option<Field>>,
}

type Needed = &'static [&'static [Field]];

/// For each file, what is needed: one of each list.
const NEEDED: [(Layout, Needed); 3] = [
    (
        Layout::Payments,
        &[
            &[Field::PaymentRef],
            &[Field::Total],
            &[Field::PaidAt],
            &[Field::PaymentStatus],
            &[Field::Kind, Field::CampaignKind],
            &[Field::PayerLast, Field::PayerMail, Field::Company, Field::Last, Field::Mail],
        ],
    ),
    (
        Layout::Orders,
        &[
            &[Field::OrderRef],
            &[Field::TariffAmount],
            &[Field::OrderDate],
            &[Field::OrderStatus],
            &[Field::Tariff],
            &[Field::PayerLast, Field::PayerMail, Field::Company],
        ],
    ),
    (
        Layout::Before2021,
        &[
            &[Field::Number],
            &[Field::TariffAmount, Field::Total],
            &[Field::PaidAt],
            &[Field::PaymentStatus],
            &[Field::Tariff, Field::Kind],
            &[Field::PayerLast, Field::Last, Field::Mail, Field::Company],
        ],
    ),
];

impl Header {
    /// Reads the names; the first column of a name is the one that counts.
    pub fn read(names: &[String]) -> Self {
        let mut names: Vec<String> = names.iter().map(|n| n.trim().to_owned()).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let mut places: Vec<Option<Field>> = Vec::with_capacity(names.len());
        for name in &names {
            let folded = folded(name);
            let field = Field::ALL.iter().copied().find(|f| f.aliases().contains(&folded.as_str()));
            let again = field.is_some_and(|f| f != Field::Said && places.contains(&Some(f)));
            places.push(field.filter(|_| !again));
        }
        let mut header = Self { names, layout: Layout::Payments, places };
        header.layout = header.nearest();
        header
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// Names of the columns that nobody here knows.
    pub fn unknown(&self) -> Vec<String> {
        let pairs = self.names.iter().zip(&self.places);
        pairs.filter(|(name, at)| at.is_none() && !name.is_empty()).map(|(name, _)| name.clone()).collect()
    }

    fn has(&self, any: &[Field]) -> bool {
        any.iter().any(|field| self.places.contains(&Some(*field)))
    }

    fn nearest(&self) -> Layout {
        let score = |needed: Needed| needed.iter().filter(|any| self.has(any)).count();
        let mut best = (Layout::Payments, 0);
        for (layout, needed) in NEEDED {
            if score(needed) > best.1 {
                best = (layout, score(needed));
            }
        }
        best.0
    }

    /// Every needed column is there, or what those that lack are called.
    pub fn complete(&self) -> Result<(), Vec<&'static str>> {
        let needed = NEEDED.iter().find(|(layout, _)| *layout == self.layout).map_or(&[][..], |(_, n)| n);
        let lacking = needed.iter().filter(|any| !self.has(any));
        let missing: Vec<_> = lacking.filter_map(|any| any.first()).map(|field| field.shown()).collect();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    /// The cell of a field, trimmed; empty when there is no such column.
    pub fn cell<'c>(&self, cells: &'c [String], field: Field) -> &'c str {
        let at = self.places.iter().position(|at| *at == Some(field));
        at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// What the columns that nobody here knows say, empty cells left out.
    pub fn extra(&self, cells: &[String]) -> std::collections::BTreeMap<String, String> {
        let columns = self.names.iter().zip(&self.places).zip(cells);
        columns
            .filter(|((name, at), cell)| at.is_none() && !name.is_empty() && !cell.trim().is_empty())
            .map(|((name, _), cell)| (name.clone(), cell.trim().to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(line: &str) -> Header {
        Header::read(&line.split(';').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_column_is_found_whatever_its_case_accents_and_small_words() {
        for name in ["Référence paiement", "REFERENCE DU PAIEMENT", "Réf. paiement", " N° de paiement "] {
            let header = header(&format!("{name};x"));
            assert_eq!(header.cell(&["8".into(), "y".into()], Field::PaymentRef), "8", "{name}");
        }
        assert_eq!(header("E-mail acheteur;x").places, [Some(Field::PayerMail), None]);
        assert_eq!(header("Montant total (€);Montant total").places, [Some(Field::Total), None]);
    }

    #[test]
    fn what_lacks_is_named() {
        let header =
            header("Référence commande;Montant total;Date du paiement;Statut du paiement;Type;Nom payeur");
        assert_eq!((header.layout, header.complete()), (Layout::Payments, Err(vec!["Référence paiement"])));
    }
}
