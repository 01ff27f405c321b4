//! Categories of bodies on form 2041-RD (Cerfa 11580*05), as data: a body prints only its own.
//! A label other than that of an association loi 1901 is to be compared with the form before first use.

/// What a category asks for besides its tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The date of the decree, order or approval.
    Date,
    /// Words that make it precise.
    Precision,
    /// One of [`SUB_BOXES`].
    SubBox,
}

/// A box of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// Text kept in the database and in the frozen receipt.
    pub code: &'static str,
    /// Label in French; the form has no other language.
    pub label_fr: &'static str,
    /// What must come with it.
    pub needs: Needs,
}

/// The usual top box.
pub const DEFAULT: &str = "interet_general";
/// The usual sub-box.
pub const DEFAULT_SUB_BOX: &str = "association_1901";

const fn category(code: &'static str, needs: Needs, label_fr: &'static str) -> Category {
    Category { code, label_fr, needs }
}

/// The top boxes.
pub const CATEGORIES: &[Category] = &[
    category(
        "interet_general",
        Needs::SubBox,
        "Œuvre ou organisme d’intérêt général ayant un caractère philanthropique, éducatif, scientifique, social, humanitaire, sportif, familial, culturel ou concourant à la mise en valeur du patrimoine artistique, à la défense de l’environnement naturel ou à la diffusion de la culture, de la langue et des connaissances scientifiques françaises",
    ),
    category(
        "culte_alsace_moselle",
        Needs::Nothing,
        "Association cultuelle ou de bienfaisance, ou établissement public des cultes reconnus d’Alsace-Moselle",
    ),
    category("fonds_dotation", Needs::Nothing, "Fonds de dotation"),
    category(
        "pluralisme_presse",
        Needs::Nothing,
        "Association exerçant des actions concrètes en faveur du pluralisme de la presse",
    ),
    category(
        "enseignement_superieur_artistique",
        Needs::Nothing,
        "Établissement d’enseignement supérieur ou d’enseignement artistique public ou privé, d’intérêt général, à but non lucratif",
    ),
    category("enseignement_consulaire", Needs::Nothing, "Établissement d’enseignement supérieur consulaire"),
    category(
        "aide_pme",
        Needs::Date,
        "Organisme agréé ayant pour objet exclusif de verser des aides financières ou de fournir des prestations d’accompagnement à des petites et moyennes entreprises",
    ),
    category(
        "spectacle_vivant",
        Needs::Nothing,
        "Organisme ayant pour activité principale la présentation au public d’œuvres dramatiques, lyriques, musicales, chorégraphiques, cinématographiques, audiovisuelles et de cirque, ou l’organisation d’expositions d’art contemporain",
    ),
    category(
        "fondation_patrimoine",
        Needs::Date,
        "Fondation du patrimoine, ou fondation ou association qui affecte irrévocablement les dons à la Fondation du patrimoine",
    ),
    category(
        "biens_culturels_conflit",
        Needs::Nothing,
        "Organisme concourant à la sauvegarde de biens culturels en cas de conflit armé",
    ),
    category("recherche", Needs::Nothing, "Organisme de recherche scientifique ou technique"),
    category(
        "entreprise_insertion",
        Needs::Nothing,
        "Entreprise d’insertion ou entreprise de travail temporaire d’insertion",
    ),
    category("association_intermediaire", Needs::Nothing, "Association intermédiaire"),
    category("atelier_chantier_insertion", Needs::Nothing, "Ateliers et chantiers d’insertion"),
    category("entreprise_adaptee", Needs::Nothing, "Entreprise adaptée"),
    category("anr", Needs::Nothing, "Agence nationale de la recherche (ANR)"),
    category("geiq", Needs::Nothing, "Groupement d’employeurs pour l’insertion et la qualification (GEIQ)"),
    category(
        "rup_creation_entreprise",
        Needs::Nothing,
        "Fondation ou association reconnue d’utilité publique ayant pour objet le financement et l’accompagnement de la création et de la reprise d’entreprises",
    ),
    category(
        "organisme_europeen",
        Needs::Date,
        "Organisme dont le siège est situé dans un État de l’Union européenne ou de l’Espace économique européen, agréé",
    ),
];

/// The boxes under [`DEFAULT`].
pub const SUB_BOXES: &[Category] = &[
    category("association_1901", Needs::Nothing, "Association loi 1901"),
    category("rup", Needs::Date, "Association ou fondation reconnue d’utilité publique par décret"),
    category(
        "rup_alsace_moselle",
        Needs::Date,
        "Association située dans la Moselle, le Bas-Rhin ou le Haut-Rhin dont la mission a été reconnue d’utilité publique par arrêté préfectoral",
    ),
    category("fondation_universitaire", Needs::Nothing, "Fondation universitaire ou fondation partenariale"),
    category("fondation_entreprise", Needs::Nothing, "Fondation d’entreprise"),
    category("musee_france", Needs::Nothing, "Musée de France"),
    category(
        "aide_personnes",
        Needs::Nothing,
        "Organisme sans but lucratif procédant à la fourniture gratuite de repas ou de soins à des personnes en difficulté, ou favorisant leur logement",
    ),
    category("foret", Needs::Nothing, "Organisme œuvrant pour la forêt (CGI, article 200, 1, f ter)"),
    category("autres", Needs::Precision, "Autres (précisez)"),
];

/// The top box with this code.
pub fn find(code: &str) -> Option<Category> {
    CATEGORIES.iter().copied().find(|c| c.code == code)
}

/// The sub-box with this code.
pub fn find_sub_box(code: &str) -> Option<Category> {
    SUB_BOXES.iter().copied().find(|c| c.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_the_usual_ones_are_there() {
        let mut codes: Vec<_> = CATEGORIES.iter().chain(SUB_BOXES).map(|c| c.code).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert_eq!(find(DEFAULT).map(|c| c.needs), Some(Needs::SubBox));
        assert_eq!(find_sub_box(DEFAULT_SUB_BOX).map(|c| c.label_fr), Some("Association loi 1901"));
        assert_eq!(find("association_1901"), None);
    }
}
