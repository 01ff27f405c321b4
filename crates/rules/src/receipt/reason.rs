//! Why a donor or a line gets no receipt, with what is needed to say it in a sentence.

use super::mentions::Mention;
use crate::address::{AddressPart, Country};
use crate::lang::Lang;
use crate::money::Cents;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The line names a donor who is not in the records.
    NoDonor,
    /// A name lacks.
    NoName {
        /// Nom lacks.
        last_name: bool,
        /// Prénoms lack.
        first_names: bool,
    },
    /// Parts of the address lack or are wrong.
    AddressIncomplete(Vec<AddressPart>),
    /// Not taxed in France, and no receipt was asked for.
    NotInFrance {
        /// ISO 3166-1 alpha-2.
        country: String,
    },
    /// The donor wants none.
    PreferenceNone,
    /// Organisations have another form (16216).
    Organisation,
    /// The payment tool already made a receipt for this money (R6).
    ReceiptedElsewhere {
        /// Its number there.
        number: String,
    },
    /// On a live receipt of ours (R1).
    AlreadyReceipted {
        /// Its number.
        number: String,
    },
    /// Taken back after its receipt was issued: that receipt is to be cancelled.
    ReversedAfterReceipt {
        /// Its number.
        number: String,
    },
    /// Taken back by a reversal of another amount or of another year: someone must look at it.
    ReversedOtherwise,
    /// A reversal, or an amount not above zero.
    Reversal,
    /// Money whose way of payment is not known.
    MethodUnknown,
    /// Dues, in an association that gives no receipts for them.
    DuesWithoutReceipt,
    /// What was given in return is worth more than a quarter of the payment.
    CounterpartTooDear {
        /// What was paid.
        gross: Cents,
        /// What the goods are worth.
        counterpart: Cents,
    },
    /// With it, what the person was given this year passes the cap.
    CounterpartBeyondCap {
        /// What they were given so far, this payment included.
        sum: Cents,
        /// The cap of its day.
        most: Cents,
    },
    /// A waiver or a gift in kind without a proof kept.
    ProofMissing,
    /// Every line was taken back.
    NothingLeft,
    /// The total has no words.
    AmountTooLarge,
    /// The association's settings lack mentions (R4).
    AssociationLacks(Vec<Mention>),
}

impl Reason {
    /// Text for counting and for JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::NoDonor => "no_donor",
            Reason::NoName { .. } => "no_name",
            Reason::AddressIncomplete(_) => "address_incomplete",
            Reason::NotInFrance { .. } => "not_in_france",
            Reason::PreferenceNone => "preference_none",
            Reason::Organisation => "organisation",
            Reason::ReceiptedElsewhere { .. } => "receipted_elsewhere",
            Reason::AlreadyReceipted { .. } => "already_receipted",
            Reason::ReversedAfterReceipt { .. } => "reversed_after_receipt",
            Reason::ReversedOtherwise => "reversed_otherwise",
            Reason::Reversal => "reversal",
            Reason::MethodUnknown => "method_unknown",
            Reason::DuesWithoutReceipt => "dues_without_receipt",
            Reason::CounterpartTooDear { .. } => "counterpart_too_dear",
            Reason::CounterpartBeyondCap { .. } => "counterpart_beyond_cap",
            Reason::ProofMissing => "proof_missing",
            Reason::NothingLeft => "nothing_left",
            Reason::AmountTooLarge => "amount_too_large",
            Reason::AssociationLacks(_) => "association_lacks",
        }
    }

    /// The reason as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Reason::AddressIncomplete(parts) => {
                let list = parts.iter().map(|part| part.label(lang)).collect::<Vec<_>>().join(", ");
                match lang {
                    Lang::Fr => format!("L’adresse est incomplète\u{202F}: il manque {list}."),
                    Lang::En => format!("The address is incomplete: {list} missing."),
                }
            }
            Reason::NotInFrance { country } => {
                let name = Country::find(country).map_or(country.as_str(), |found| found.name(lang));
                match lang {
                    Lang::Fr => {
                        format!("L’adresse n’est pas en France ({name}) et aucun reçu n’a été demandé.")
                    }
                    Lang::En => {
                        format!("The address is not in France ({name}) and no receipt was asked for.")
                    }
                }
            }
            Reason::ReceiptedElsewhere { number } => match lang {
                Lang::Fr => format!("L’outil de paiement a déjà émis le reçu {number}."),
                Lang::En => format!("The payment tool already issued receipt {number}."),
            },
            Reason::AlreadyReceipted { number } => match lang {
                Lang::Fr => format!("Déjà sur le reçu {number}."),
                Lang::En => format!("Already on receipt {number}."),
            },
            Reason::ReversedAfterReceipt { number } => match lang {
                Lang::Fr => format!("Annulé après l’émission du reçu {number}, qui est à annuler."),
                Lang::En => format!("Reversed after receipt {number} was issued; cancel that receipt."),
            },
            Reason::AssociationLacks(mentions) => {
                let list = mentions.iter().map(|m| m.label(lang)).collect::<Vec<_>>().join(", ");
                match lang {
                    Lang::Fr => {
                        format!("Les réglages de l’association sont incomplets\u{202F}: il manque {list}.")
                    }
                    Lang::En => format!("The association’s settings are incomplete: {list} missing."),
                }
            }
            Reason::CounterpartTooDear { gross, counterpart } => match lang {
                Lang::Fr => format!(
                    "La contrepartie ({}) vaut plus du quart du versement ({})\u{202F}: ce n’est pas un don.",
                    counterpart.fr(),
                    gross.fr()
                ),
                Lang::En => format!(
                    "What was given in return ({}) is worth more than a quarter of the payment ({}): it is no gift.",
                    counterpart.en(),
                    gross.en()
                ),
            },
            Reason::CounterpartBeyondCap { sum, most } => match lang {
                Lang::Fr => format!(
                    "Les contreparties de l’année ({}) dépassent {} par personne\u{202F}: ce n’est pas un don.",
                    sum.fr(),
                    most.fr()
                ),
                Lang::En => format!(
                    "What was given in return this year ({}) passes {} for one person: it is no gift.",
                    sum.en(),
                    most.en()
                ),
            },
            fixed => fixed.fixed_sentence(lang).to_owned(),
        }
    }

    /// The sentence of a reason that carries no list, name or number.
    const fn fixed_sentence(&self, lang: Lang) -> &'static str {
        match self {
            Reason::NoDonor => {
                lang.pick("La fiche de la personne est introuvable.", "The donor record cannot be found.")
            }
            Reason::NoName { last_name: true, first_names: true } => {
                lang.pick("Il manque le nom et les prénoms.", "The name is missing.")
            }
            Reason::NoName { last_name: true, .. } => {
                lang.pick("Il manque le nom.", "The last name is missing.")
            }
            Reason::NoName { .. } => lang.pick("Il manque les prénoms.", "The first names are missing."),
            Reason::PreferenceNone => {
                lang.pick("La personne ne souhaite pas de reçu.", "The donor wants no receipt.")
            }
            Reason::Organisation => lang.pick(
                "C’est une organisation\u{202F}: son reçu est un autre formulaire.",
                "This is an organisation: its receipt is another form.",
            ),
            Reason::ReversedOtherwise => lang.pick(
                "Une annulation d’un autre montant ou d’une autre année vise ce don\u{202F}: à vérifier.",
                "A reversal of another amount or year takes this gift back: please check.",
            ),
            Reason::Reversal => lang.pick("C’est une annulation.", "This is a reversal."),
            Reason::MethodUnknown => {
                lang.pick("Le mode de versement n’est pas connu.", "The way of payment is not known.")
            }
            Reason::DuesWithoutReceipt => lang.pick(
                "Les cotisations ne donnent pas de reçu ici (réglages).",
                "Dues give no receipt here (settings).",
            ),
            Reason::ProofMissing => lang.pick(
                "Il manque le justificatif de ce don (renonciation, facture, estimation).",
                "The proof of this gift is missing (waiver, bill, valuation).",
            ),
            Reason::NothingLeft => {
                lang.pick("Il ne reste rien après les annulations.", "Nothing is left after reversals.")
            }
            Reason::AmountTooLarge => lang.pick("Le montant est trop grand.", "The amount is too large."),
            Reason::AddressIncomplete(_)
            | Reason::NotInFrance { .. }
            | Reason::ReceiptedElsewhere { .. }
            | Reason::AlreadyReceipted { .. }
            | Reason::ReversedAfterReceipt { .. }
            | Reason::CounterpartTooDear { .. }
            | Reason::CounterpartBeyondCap { .. }
            | Reason::AssociationLacks(_) => "",
        }
    }
}
