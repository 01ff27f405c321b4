//! Mentions without which a receipt cannot be made (law R4; CGI 200-5, arrêté of 26 June 2008).

use super::category::{self, Needs};
use super::facts::ReceiptFacts;
use super::input::Association;
use crate::address::AddressPart;
use crate::ids;
use crate::lang::Lang;

/// A mention that lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mention {
    /// Numéro d'ordre.
    Number,
    /// Name of the association.
    AssociationName,
    /// SIREN or RNA, missing or mistyped.
    Registration,
    /// A part of the association's address.
    AssociationAddress(AddressPart),
    /// Objet.
    Object,
    /// Category or its sub-box.
    Category,
    /// The date or the words that the category asks for.
    CategoryPrecision,
    /// Articles of the CGI.
    Articles,
    /// Name of the signer.
    SignerName,
    /// Quality of the signer.
    SignerQuality,
    /// Nom of the donor.
    DonorLastName,
    /// Prénoms of the donor.
    DonorFirstNames,
    /// A part of the donor's address.
    DonorAddress(AddressPart),
    /// Amount above zero, equal to the sum of the lines.
    Amount,
    /// The amount in words, equal to the figure.
    AmountInWords,
    /// The payments, all of the year of the receipt.
    Lines,
    /// Forme du don.
    Form,
    /// Nature du don.
    Nature,
    /// Mode de versement, for money.
    Method,
}

impl Mention {
    /// What lacks, in words that follow "il manque" / "missing".
    pub fn label(self, lang: Lang) -> String {
        let (fr, en) = match self {
            Mention::AssociationAddress(part) => {
                let of =
                    lang.pick("dans l’adresse de l’association\u{202F}: ", "in the association’s address: ");
                return format!("{of}{}", part.label(lang));
            }
            Mention::DonorAddress(part) => return part.label(lang).to_owned(),
            Mention::Number => ("le numéro d’ordre", "the receipt number"),
            Mention::AssociationName => ("le nom de l’association", "the name of the association"),
            Mention::Registration => ("un numéro SIREN ou RNA valide", "a valid SIREN or RNA number"),
            Mention::Object => ("l’objet de l’association", "the object of the association"),
            Mention::Category => ("la catégorie de l’organisme", "the category of the body"),
            Mention::CategoryPrecision => {
                ("la date ou la précision de la catégorie", "the date or precision of the category")
            }
            Mention::Articles => ("l’article du code général des impôts", "the article of the tax code"),
            Mention::SignerName => ("le nom de la personne qui signe", "the name of the signer"),
            Mention::SignerQuality => ("la qualité de la personne qui signe", "the quality of the signer"),
            Mention::DonorLastName => ("le nom", "the last name"),
            Mention::DonorFirstNames => ("les prénoms", "the first names"),
            Mention::Amount => ("le montant", "the amount"),
            Mention::AmountInWords => ("le montant en toutes lettres", "the amount in words"),
            Mention::Lines => ("la date des versements", "the dates of the gifts"),
            Mention::Form => ("la forme du don", "the form of the gift"),
            Mention::Nature => ("la nature du don", "the nature of the gift"),
            Mention::Method => ("le mode de versement", "the way of payment"),
        };
        lang.pick(fr, en).to_owned()
    }
}

/// What the association's settings lack for any receipt; empty when they are complete.
pub fn missing_in_association(association: &Association) -> Vec<Mention> {
    let mut missing = Vec::new();
    let blank = |text: &str| text.trim().is_empty();
    if blank(&association.name) {
        missing.push(Mention::AssociationName);
    }
    if registration(association).is_none() {
        missing.push(Mention::Registration);
    }
    missing.extend(association.address.missing_parts().into_iter().map(Mention::AssociationAddress));
    if blank(&association.object) {
        missing.push(Mention::Object);
    }
    missing.extend(missing_in_category(association));
    if association.articles.iter().all(|article| blank(article)) {
        missing.push(Mention::Articles);
    }
    if association.signer.as_ref().is_none_or(|signer| blank(&signer.name)) {
        missing.push(Mention::SignerName);
    }
    if association.signer.as_ref().is_none_or(|signer| blank(&signer.quality)) {
        missing.push(Mention::SignerQuality);
    }
    missing
}

fn missing_in_category(association: &Association) -> Option<Mention> {
    let Some(top) = category::find(&association.category) else { return Some(Mention::Category) };
    let needs = if top.needs == Needs::SubBox {
        let Some(sub) = association.sub_box.as_deref().and_then(category::find_sub_box) else {
            return Some(Mention::Category);
        };
        sub.needs
    } else {
        top.needs
    };
    let precise = association.category_precision.as_deref().is_some_and(|words| !words.trim().is_empty());
    (needs != Needs::Nothing && !precise).then_some(Mention::CategoryPrecision)
}

/// The number to print: a valid SIREN, else a valid RNA.
pub fn registration(association: &Association) -> Option<String> {
    let siren = association.siren.as_deref().and_then(|text| ids::siren(text).ok());
    siren.or_else(|| association.rna.as_deref().and_then(|text| ids::rna(text).ok()))
}

/// What a receipt about to be issued lacks; it cannot be made unless this is empty.
pub fn missing_mentions(facts: &ReceiptFacts) -> Vec<Mention> {
    let blank = |text: &str| text.trim().is_empty();
    let no_street = |street: &[String]| street.iter().all(|line| blank(line));
    let association = &facts.association;
    let donor = &facts.donor;
    let in_association = Mention::AssociationAddress;
    let checks = [
        (blank(&facts.number), Mention::Number),
        (blank(&association.name), Mention::AssociationName),
        (ids::siren_or_rna(&association.registration).is_err(), Mention::Registration),
        (no_street(&association.street), in_association(AddressPart::Street)),
        (blank(&association.postal_code), in_association(AddressPart::PostalCode)),
        (blank(&association.city), in_association(AddressPart::City)),
        (blank(&association.country), in_association(AddressPart::Country)),
        (blank(&association.object), Mention::Object),
        (blank(&association.category) || blank(&association.category_label), Mention::Category),
        (facts.articles.is_empty(), Mention::Articles),
        (blank(&facts.signer.name), Mention::SignerName),
        (blank(&facts.signer.quality), Mention::SignerQuality),
        (blank(&donor.last_name), Mention::DonorLastName),
        (blank(&donor.first_names), Mention::DonorFirstNames),
        (no_street(&donor.street), Mention::DonorAddress(AddressPart::Street)),
        (
            blank(&donor.postal_code) && donor.country == "France",
            Mention::DonorAddress(AddressPart::PostalCode),
        ),
        (blank(&donor.city), Mention::DonorAddress(AddressPart::City)),
        (blank(&donor.country), Mention::DonorAddress(AddressPart::Country)),
    ];
    let mut missing: Vec<Mention> =
        checks.into_iter().filter_map(|(lacks, mention)| lacks.then_some(mention)).collect();
    missing.extend(missing_in_gift(facts));
    missing
}

fn missing_in_gift(facts: &ReceiptFacts) -> Vec<Mention> {
    use chrono::Datelike;
    let sum = facts.lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.amount_cents));
    let said = crate::words::parse_euros(&facts.amount_in_words).ok().map(|cents| cents.0);
    let of_the_year = facts.lines.iter().all(|line| line.date.year() == facts.gift_year);
    let money = facts.natures.iter().any(|nature| nature == crate::gift::Nature::Money.code());
    let checks = [
        (facts.amount_cents <= 0 || sum != Some(facts.amount_cents), Mention::Amount),
        (said != Some(facts.amount_cents), Mention::AmountInWords),
        (facts.lines.is_empty() || !of_the_year, Mention::Lines),
        (facts.forms.is_empty(), Mention::Form),
        (facts.natures.is_empty(), Mention::Nature),
        (money && facts.methods.is_empty(), Mention::Method),
    ];
    checks.into_iter().filter_map(|(lacks, mention)| lacks.then_some(mention)).collect()
}
