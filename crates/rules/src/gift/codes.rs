//! The coded lists of a gift, with the official French labels of form 2041-RD (Cerfa 11580*05).

use serde::{Deserialize, Serialize};

/// Writes a closed list: its codes for the database, its labels in French and English.
macro_rules! coded_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $fr:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the form.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Text kept in the database and in files.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// Reads the text kept in the database.
            pub fn parse(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// French label; the words of the form where it has some.
            pub const fn label_fr(self) -> &'static str {
                match self { $($name::$variant => $fr,)+ }
            }

            /// English label.
            pub const fn label_en(self) -> &'static str {
                match self { $($name::$variant => $en,)+ }
            }

            /// The label in the given language.
            pub const fn label(self, lang: crate::lang::Lang) -> &'static str {
                lang.pick(self.label_fr(), self.label_en())
            }
        }
    };
}

coded_list! {
    /// Mode de versement: how the money came. The form has three boxes: see [`Method::box_fr`].
    Method {
        /// Notes and coins.
        Cash = "cash", "Remise d’espèces", "Cash";
        /// Cheque.
        Cheque = "cheque", "Chèque", "Cheque";
        /// Bank transfer.
        Transfer = "transfer", "Virement", "Bank transfer";
        /// SEPA direct debit.
        DirectDebit = "direct_debit", "Prélèvement", "Direct debit";
        /// Bank card.
        Card = "card", "Carte bancaire", "Card";
        /// Anything else.
        Other = "other", "Autre", "Other";
    }
}

coded_list! {
    /// Nature du don.
    Nature {
        /// Money.
        Money = "money", "Numéraire", "Money";
        /// Shares of listed companies.
        ListedShares = "listed_shares", "Titres de sociétés cotés", "Listed shares";
        /// Income or proceeds expressly waived.
        WaivedIncome = "waived_income", "Abandon exprès de revenus ou de produits", "Waived income or proceeds";
        /// Volunteers' expenses whose refund they expressly waive.
        WaivedExpenses = "waived_expenses", "Frais engagés par les bénévoles, dont ils renoncent expressément au remboursement", "Volunteer expenses waived";
        /// Goods or services ("Autres" on the form, with a description).
        InKind = "in_kind", "Autres (don en nature)", "In kind";
    }
}

coded_list! {
    /// Forme du don.
    Form {
        /// Deed before a notary.
        NotarialDeed = "notarial_deed", "Acte authentique", "Notarial deed";
        /// Private deed.
        PrivateDeed = "private_deed", "Acte sous seing privé", "Private deed";
        /// Declared manual gift, the usual form.
        ManualGift = "manual_gift", "Déclaration de don manuel", "Declared manual gift";
        /// Other.
        Other = "other", "Autres", "Other";
    }
}

coded_list! {
    /// What a payment was made for. Both may stand on a receipt (BOI-IR-RICI-250-20: "dons et versements, y compris
    /// les cotisations").
    Purpose {
        /// A gift.
        Gift = "gift", "Don", "Gift";
        /// Dues of a member.
        Dues = "dues", "Cotisation", "Membership dues";
    }
}

coded_list! {
    /// Why a line is taken back.
    Cause {
        /// It was written down wrongly.
        Mistake = "mistake", "Erreur de saisie", "Written down by mistake";
        /// The association gives the money back.
        Refund = "refund", "Remboursement à la personne", "Refunded to the donor";
        /// The donor's bank took a card payment back.
        Chargeback = "chargeback", "Paiement contesté (rétrofacturation)", "Chargeback";
        /// A cheque or a debit came back unpaid.
        Unpaid = "unpaid", "Impayé (chèque ou prélèvement rejeté)", "Unpaid (cheque or debit returned)";
    }
}

coded_list! {
    /// What the date of a gift stands on.
    DateBasis {
        /// The day the donor paid.
        PaidAt = "paid_at", "jour du paiement", "day of payment";
        /// The day the payment provider paid out to the association.
        ProviderCredited = "provider_credited", "jour du crédit par le prestataire", "day credited by the provider";
        /// The day the bank credited the association.
        BankCredited = "bank_credited", "jour du crédit en banque", "day credited at the bank";
        /// The day the letter arrived.
        Received = "received", "jour de réception", "day received";
        /// The day it was handed over.
        HandedOver = "handed_over", "jour de remise", "day handed over";
        /// The day a gift of a closed period was taken back: of reversals only.
        Reversed = "reversed", "jour de l’annulation", "day taken back";
    }
}

coded_list! {
    /// Which day counts for transfers, debits and cards; asked at set-up, never assumed (LAW 1.6).
    DatePolicy {
        /// The day the donor paid: usual with payment providers.
        PaymentDay = "payment_day", "Jour du paiement", "Day of payment";
        /// The day the account of the association was credited: the letter of BOI-IR-RICI-250-20.
        CreditedDay = "credited_day", "Jour du crédit sur le compte de l’association", "Day credited to the association";
    }
}

impl Nature {
    /// Whether a receipt needs a proof kept with the line: a waiver and its bills, a valuation, a transfer order
    /// (LPF L102 E; BOI-IR-RICI-250-20 on waived expenses). Money is proven by the account that it came to.
    pub const fn needs_proof(self) -> bool {
        !matches!(self, Nature::Money)
    }
}

impl Cause {
    /// Whether money moved, so that a letter or a notice of the bank exists and is to be kept.
    pub const fn wants_proof(self) -> bool {
        !matches!(self, Cause::Mistake)
    }
}

impl Method {
    /// The box of form 11580*05 that this way of payment ticks; `None` for what the form has no box for.
    pub const fn box_fr(self) -> Option<&'static str> {
        match self {
            Method::Cash => Some("Remise d’espèces"),
            Method::Cheque => Some("Chèque"),
            Method::Transfer | Method::DirectDebit | Method::Card => {
                Some("Virement, prélèvement, carte bancaire")
            }
            Method::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! reads_back {
        ($($name:ident),+) => {$(
            for value in $name::ALL {
                assert_eq!($name::parse(value.code()), Some(*value));
                assert!(!value.label_fr().is_empty() && !value.label_en().is_empty());
            }
            assert_eq!($name::parse(""), None);
        )+};
    }

    #[test]
    fn every_code_reads_back() {
        reads_back!(Method, Nature, Form, DateBasis, DatePolicy, Purpose, Cause);
    }

    #[test]
    fn transfers_debits_and_cards_share_one_box_of_the_form() {
        assert_eq!(Method::Card.box_fr(), Method::DirectDebit.box_fr());
        assert_ne!(Method::Card.box_fr(), Method::Cheque.box_fr());
    }
}
