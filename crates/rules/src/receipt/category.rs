//! Categories of bodies on form 2041-RD (Cerfa 11580*05), as data, in the words of the form: a body prints only
//! its own, with the date or the words that the form leaves room for.

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
        "Association cultuelle et établissement public reconnus d’Alsace-Moselle",
    ),
    category("fonds_dotation", Needs::Nothing, "Fonds de dotation"),
    category(
        "pluralisme_presse",
        Needs::Nothing,
        "Association d’intérêt général exerçant des actions concrètes en faveur du pluralisme de la presse, par la prise de participations minoritaires, l’octroi de subventions ou encore de prêts bonifiés à des entreprises de presse",
    ),
    category(
        "enseignement_superieur_artistique",
        Needs::Nothing,
        "Établissement d’enseignement supérieur ou d’enseignement artistique public ou privé, d’intérêt général, à but non lucratif",
    ),
    category(
        "enseignement_consulaire",
        Needs::Nothing,
        "Établissement d’enseignement supérieur consulaire prévu à l’article L. 711-17 du code de commerce",
    ),
    category(
        "aide_pme",
        Needs::Date,
        "Organisme agréé ayant pour objectif exclusif d’accorder des aides financières ou de fournir des prestations d’accompagnement à des petites et moyennes entreprises",
    ),
    category(
        "spectacle_vivant",
        Needs::Nothing,
        "Organisme public ou privé dont la gestion est désintéressée et qui a pour activité principale la présentation au public d’œuvres dramatiques, lyriques, musicales, chorégraphiques, cinématographiques, audiovisuelles et de cirque ou l’organisation d’expositions d’art contemporain",
    ),
    category(
        "fondation_patrimoine",
        Needs::Date,
        "Fondation du patrimoine ou fondation ou association reconnue d’utilité publique qui subventionnent des travaux sur des monuments historiques dans le cadre de conventions prévues aux articles L. 143-2-1 et L. 143-15 du code du patrimoine",
    ),
    category(
        "biens_culturels_conflit",
        Needs::Nothing,
        "Organisme ayant pour objet la sauvegarde, contre les effets d’un conflit armé, des biens culturels mentionnés à l’article 1er de la Convention du 14 mai 1954 pour la protection des biens culturels en cas de conflit armé",
    ),
    category(
        "recherche",
        Needs::Nothing,
        "Établissement de recherche public ou privé, d’intérêt général, à but non lucratif",
    ),
    category(
        "entreprise_insertion",
        Needs::Nothing,
        "Entreprise d’insertion ou entreprise de travail temporaire d’insertion (articles L. 5132-5 et L. 5132-6 du code du travail)",
    ),
    category(
        "association_intermediaire",
        Needs::Nothing,
        "Association intermédiaire (article L. 5132-7 du code du travail)",
    ),
    category(
        "atelier_chantier_insertion",
        Needs::Nothing,
        "Ateliers et chantiers d’insertion (article L. 5132-15 du code du travail)",
    ),
    category(
        "entreprise_adaptee",
        Needs::Nothing,
        "Entreprises adaptées (article L. 5213-13 du code du travail)",
    ),
    category("anr", Needs::Nothing, "Agence nationale de la recherche (ANR)"),
    category(
        "geiq",
        Needs::Nothing,
        "Groupement d’employeurs pour l’insertion et la qualification mentionné à l’article L. 1253-1 du code du travail",
    ),
    category(
        "rup_creation_entreprise",
        Needs::Nothing,
        "Association reconnue d’utilité publique de financement et d’accompagnement de la création et de la reprise d’entreprises",
    ),
    category(
        "organisme_europeen",
        Needs::Date,
        "Organisme établi dans un État membre de l’Union européenne autre que la France (ou en Norvège, Islande ou Liechtenstein) poursuivant des objectifs et présentant des caractéristiques similaires aux organismes précités",
    ),
];

/// The boxes under [`DEFAULT`].
pub const SUB_BOXES: &[Category] = &[
    category("association_1901", Needs::Nothing, "Association loi 1901"),
    category("rup", Needs::Date, "Association ou fondation reconnue d’utilité publique par décret"),
    category(
        "rup_alsace_moselle",
        Needs::Date,
        "Association située dans le département de la Moselle, du Bas-Rhin ou du Haut-Rhin dont la mission a été reconnue d’utilité publique par arrêté",
    ),
    category(
        "fondation_universitaire",
        Needs::Nothing,
        "Fondation universitaire ou fondation partenariale mentionnées respectivement aux articles L. 719-12 et L. 719-13 du code de l’éducation",
    ),
    category("fondation_entreprise", Needs::Nothing, "Fondation d’entreprise"),
    category("musee_france", Needs::Nothing, "Musée de France"),
    category(
        "aide_personnes",
        Needs::Nothing,
        "Organisme sans but lucratif fournissant gratuitement une aide alimentaire ou des soins médicaux à des personnes en difficultés ou favorisant leur logement",
    ),
    category(
        "foret",
        Needs::Nothing,
        "Communes, syndicats intercommunaux ou mixtes de gestion forestière, groupements syndicaux forestiers visés au f ter du 1 de l’article 200 du CGI",
    ),
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
