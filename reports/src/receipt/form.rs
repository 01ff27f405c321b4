//! The words of the form 2041-RD, Cerfa 11580*05: what it calls its boxes and what its notes say.
//! Codes are those of `rules::gift`.

use rules::gift::{Form, Method, Nature};

use super::ReceiptError;

/// The form that this layout draws.
pub(super) const NUMBER: &str = "11580*05";

pub(super) const TITLE: &str = "Reçu des dons et versements effectués par les particuliers au titre des articles 200 et 978 \
     du code général des impôts";

pub(super) const ACKNOWLEDGED: &str = "Le bénéficiaire reconnaît avoir reçu des dons et versements ouvrant droit à réduction d’impôt \
     d’un montant de\u{A0}(1)\u{202F}:";

pub(super) const CERTIFIED: &str = "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la \
     réduction d’impôt prévue à l’article\u{A0}(2)\u{202F}:";

/// Notes, in the words of the form; CGI 1740 A in its wording since 2019, LPF L80 C.
pub(super) const NOTES: [&str; 4] = [
    "(1)\u{A0}Pour les dons de titres de sociétés cotées et les dons en nature, mentionnez la valeur du don.",
    "(2)\u{A0}L’organisme bénéficiaire peut cocher une ou plusieurs cases, étant entendu que la fraction du montant donné \
     qui ouvre droit pour son auteur à la réduction d’IFI prévue à l’article 978 du CGI ne peut ouvrir droit à la \
     réduction d’IR prévue à l’article 200 du CGI et inversement. En application de l’article L.\u{A0}80\u{A0}C du livre \
     des procédures fiscales, il peut demander à l’administration s’il relève de l’une des catégories d’organismes \
     mentionnées à l’article 200 du code général des impôts. Il est rappelé que le fait de délivrer sciemment des \
     documents permettant à un contribuable d’obtenir indûment une réduction d’impôt entraîne l’application de l’amende \
     prévue à l’article 1740\u{A0}A du code général des impôts.",
    "(3)\u{A0}La réduction d’IFI ne s’applique qu’aux dons en numéraire et aux dons en pleine propriété de titres de \
     sociétés cotées.",
    "(4)\u{A0}Exemple\u{202F}: dons en nature.",
];

/// A box of the form and whether it is ticked.
pub(super) type Tick = (&'static str, bool);

/// The articles: both boxes are printed, ours is ticked.
///
/// # Errors
/// `UnknownCode` here and below when a code ticks no box: nothing is left out silently.
pub(super) fn articles(codes: &[String]) -> Result<Vec<Tick>, ReceiptError> {
    ticked(
        codes,
        &["200", "978"],
        |code| code,
        |code| if code == "200" { "200 du CGI" } else { "978 du CGI" },
    )
}

/// Forme du don.
pub(super) fn forms(codes: &[String]) -> Result<Vec<Tick>, ReceiptError> {
    ticked(codes, Form::ALL, Form::code, Form::label_fr)
}

/// Nature du don.
pub(super) fn natures(codes: &[String]) -> Result<Vec<Tick>, ReceiptError> {
    ticked(codes, Nature::ALL, Nature::code, |nature| match nature {
        Nature::InKind => "Autres\u{A0}(4)",
        official => official.label_fr(),
    })
}

/// Mode de versement: three boxes, and one of our own for what the form has none for, printed only
/// when it is ticked.
pub(super) fn methods(codes: &[String]) -> Result<Vec<Tick>, ReceiptError> {
    let all = ticked(codes, Method::ALL, Method::code, |way| way.box_fr().unwrap_or_else(|| way.label_fr()))?;
    let mut boxes: Vec<Tick> = Vec::new();
    for (label, on) in all {
        match boxes.iter_mut().find(|(other, _)| *other == label) {
            Some((_, already)) => *already |= on,
            None => boxes.push((label, on)),
        }
    }
    boxes.retain(|(label, on)| *on || *label != Method::Other.label_fr());
    Ok(boxes)
}

fn ticked<T: Copy>(
    codes: &[String],
    all: &[T],
    code: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> &'static str,
) -> Result<Vec<Tick>, ReceiptError> {
    let known = |given: &String| all.iter().any(|value| code(*value) == given.as_str());
    if let Some(stray) = codes.iter().find(|given| !known(given)) {
        return Err(ReceiptError::UnknownCode(stray.clone()));
    }
    Ok(all
        .iter()
        .map(|value| (label(*value), codes.iter().any(|given| code(*value) == given.as_str())))
        .collect())
}

/// What a way of payment is called in the list of payments; a gift in kind has none.
pub(super) fn method(code: &str) -> Result<&'static str, ReceiptError> {
    match Method::parse(code) {
        Some(Method::Cash) => Ok("Espèces"),
        Some(method) => Ok(method.label_fr()),
        None if code.is_empty() => Ok("–"),
        None => Err(ReceiptError::UnknownCode(code.to_owned())),
    }
}

/// What a nature is called in the list of payments.
pub(super) fn nature(code: &str) -> Result<&'static str, ReceiptError> {
    Ok(match Nature::parse(code).ok_or_else(|| ReceiptError::UnknownCode(code.to_owned()))? {
        Nature::Money => "Numéraire",
        Nature::ListedShares => "Titres cotés",
        Nature::WaivedIncome => "Abandon de revenus",
        Nature::WaivedExpenses => "Abandon de frais",
        Nature::InKind => "Don en nature",
    })
}
