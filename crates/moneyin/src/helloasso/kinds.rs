//! The words of HelloAsso's cells: states, kinds of payment, ways of payment.

use rules::fold::search_key;
use rules::gift::Method;

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The money came through HelloAsso.
    Paid,
    /// The association received it itself (cheque, cash) and wrote it down at HelloAsso.
    Offline,
    /// To come.
    Waiting,
    /// Refused, cancelled, abandoned.
    Never,
    /// Given back.
    Refunded,
}

/// Reads a state; none for a word that nobody here knows.
pub fn state(text: &str) -> Option<State> {
    Some(match search_key(text).as_str() {
        "paye" | "payee" | "valide" | "validee" | "verse" | "versee" | "encaisse" | "traite" | "termine"
        | "effectue" | "paid" | "authorized" | "processed" | "registered" => State::Paid,
        "hors ligne" | "hors-ligne" | "offline" => State::Offline,
        "en attente"
        | "attente"
        | "a payer"
        | "a venir"
        | "prevu"
        | "planifie"
        | "programme"
        | "en cours"
        | "en attente de paiement"
        | "waiting"
        | "pending" => State::Waiting,
        "refuse" | "refusee" | "annule" | "annulee" | "abandonne" | "abandonnee" | "echoue" | "echec"
        | "expire" | "erreur" | "impaye" | "en erreur" | "refused" | "canceled" | "cancelled"
        | "abandoned" | "error" => State::Never,
        "rembourse" | "remboursee" | "remboursement" | "conteste" | "contestee" | "refunded"
        | "contested" => State::Refunded,
        _ => return None,
    })
}

/// What was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A gift.
    Gift,
    /// Dues of a member.
    Dues,
    /// A place at an event.
    Ticket,
    /// Something sold, or promised in return.
    Sale,
}

/// Reads the kind of a payment; none for a word that nobody here knows.
pub fn kind(text: &str) -> Option<Kind> {
    let key = search_key(text);
    let has = |words: &[&str]| key.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(&part));
    if has(&["adhesion", "adhesions", "cotisation", "cotisations", "membership"]) {
        Some(Kind::Dues)
    } else if has(&["billet", "billets", "billetterie", "evenement", "inscription", "entree", "event"]) {
        Some(Kind::Ticket)
    } else if has(&["boutique", "vente", "ventes", "produit", "produits", "achat", "contrepartie", "shop"]) {
        Some(Kind::Sale)
    } else if has(&["don", "dons", "donation", "donations"]) {
        Some(Kind::Gift)
    } else {
        None
    }
}

/// Reads a way of payment. A gift through HelloAsso without one came by card, the only way there for long.
pub fn method(text: &str, state: State) -> Method {
    let key = search_key(text);
    let has = |word: &str| key.contains(word);
    if key.is_empty() {
        return if state == State::Offline { Method::Other } else { Method::Card };
    }
    if has("carte") || has("cb") || has("card") || has("apple pay") || has("google pay") {
        Method::Card
    } else if has("prelevement") || has("sepa") || has("debit") {
        Method::DirectDebit
    } else if has("virement") || has("transfer") {
        Method::Transfer
    } else if has("cheque") || has("check") {
        Method::Cheque
    } else if has("espece") || has("liquide") || has("cash") {
        Method::Cash
    } else {
        Method::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_cells_are_understood() {
        assert_eq!(state("Payé"), Some(State::Paid));
        assert_eq!(state("HORS LIGNE"), Some(State::Offline));
        assert_eq!(state("Remboursé"), Some(State::Refunded));
        assert_eq!(state("Bizarre"), None);
        assert_eq!(kind("Don mensuel"), Some(Kind::Gift));
        assert_eq!(kind("Adhésion avec don"), Some(Kind::Dues));
        assert_eq!(kind("Abandon"), None);
        assert_eq!(method("Chèque", State::Offline), Method::Cheque);
        assert_eq!(method("Prélèvement SEPA", State::Paid), Method::DirectDebit);
    }
}
