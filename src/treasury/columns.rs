//! Columns of every table that can be taken out: French header, header of `--plain`, meaning.
//! Only ever added at the end (a contract: people's own sheets and programs read them).

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Header in the French flavour.
    pub fr: &'static str,
    /// Header in the plain flavour.
    pub plain: &'static str,
}

const fn c(fr: &'static str, plain: &'static str) -> Column {
    Column { fr, plain }
}

/// A line of the ledger.
pub const GIFTS: &[Column] = &[
    c("Don n°", "gift_id"),
    c("Date du don", "gift_date"),
    c("Base de la date", "date_basis"),
    c("Montant brut", "gross"),
    c("Frais", "fee"),
    c("Montant net", "net"),
    c("Mode de versement", "method"),
    c("Nature", "nature"),
    c("Forme", "form"),
    c("Campagne", "campaign"),
    c("Source", "source"),
    c("Référence", "external_id"),
    c("Donateur n°", "donor_id"),
    c("Type", "donor_kind"),
    c("Nom", "last_name"),
    c("Prénoms", "first_names"),
    c("Organisation", "organisation"),
    c("Adresse", "street"),
    c("Code postal", "postal_code"),
    c("Commune", "city"),
    c("Pays", "country"),
    c("Payé le", "paid_at"),
    c("Crédité par le prestataire le", "provider_credited_on"),
    c("Crédité en banque le", "bank_credited_on"),
    c("Reçu le", "received_on"),
    c("Reçu fiscal", "receipt_number"),
    c("Reçu émis ailleurs", "receipted_elsewhere"),
    c("Contre-passe le don n°", "reverses_gift_id"),
    c("Contre-passé par le don n°", "reversed_by_gift_id"),
    c("Import n°", "import_id"),
    c("Note", "note"),
    c("Saisi le", "created_at"),
    c("Pour", "purpose"),
    c("Valeur de la contrepartie", "counterpart"),
    c("Contrepartie", "counterpart_what"),
    c("Cause de l’annulation", "cause"),
    c("Justificatifs", "proofs"),
];

/// A person or an organisation.
pub const DONORS: &[Column] = &[
    c("Donateur n°", "donor_id"),
    c("Type", "kind"),
    c("Nom", "last_name"),
    c("Prénoms", "first_names"),
    c("Organisation", "organisation"),
    c("Forme juridique", "legal_form"),
    c("SIREN", "siren"),
    c("Adresse", "street"),
    c("Code postal", "postal_code"),
    c("Commune", "city"),
    c("Pays", "country"),
    c("Courriel", "email"),
    c("Autres courriels", "other_emails"),
    c("Langue", "language"),
    c("Reçus souhaités", "receipt_preference"),
    c("Envoi des reçus", "receipt_route"),
    c("Nombre de dons", "gifts"),
    c("Total des dons", "total"),
    c("Premier don", "first_gift_date"),
    c("Dernier don", "last_gift_date"),
    c("Notes", "notes"),
    c("Saisi le", "created_at"),
];

/// A receipt of the register.
pub const RECEIPTS: &[Column] = &[
    c("Numéro", "number"),
    c("Formulaire", "kind"),
    c("Année des dons", "gift_year"),
    c("État", "state"),
    c("Montant", "amount"),
    c("Émis le", "issued_at"),
    c("Émis par", "issued_by"),
    c("Donateur n°", "donor_id"),
    c("Nom", "last_name"),
    c("Prénoms", "first_names"),
    c("Annule et remplace", "replaces_number"),
    c("Remplacé par", "replaced_by_number"),
    c("Annulé le", "cancelled_at"),
    c("Annulé par", "cancelled_by"),
    c("Motif d’annulation", "cancel_reason"),
    c("Empreinte du PDF", "pdf_sha256"),
    c("Maillon du registre", "chain_link"),
];

/// A ticket, without a word of what was written in it.
pub const TICKETS: &[Column] = &[
    c("Échange n°", "ticket_id"),
    c("Objet", "subject"),
    c("Sujet", "about"),
    c("Service", "service"),
    c("État", "state"),
    c("Réponse", "promise"),
    c("Ouvert le", "opened_at"),
    c("Attend depuis", "owed_since"),
    c("Première réponse le", "first_answered_at"),
    c("Dernier message le", "last_at"),
    c("Fermé le", "closed_at"),
    c("Confié à", "assignee"),
    c("Suite de l’échange n°", "linked_to_ticket_id"),
    c("Fusionné dans l’échange n°", "merged_into_ticket_id"),
];

/// A cheque of a deposit slip.
pub const DEPOSITS: &[Column] = &[
    c("Bordereau", "slip"),
    c("Date de remise", "deposited_on"),
    c("N° ligne", "line"),
    c("Émetteur", "drawer"),
    c("Banque", "bank"),
    c("N° de chèque", "cheque_number"),
    c("Date du chèque", "written_on"),
    c("Date de réception", "received_on"),
    c("Montant", "amount"),
    c("Don n°", "gift_id"),
    c("Crédité en banque le", "bank_credited_on"),
    c("Ligne de banque n°", "bank_line_id"),
];
