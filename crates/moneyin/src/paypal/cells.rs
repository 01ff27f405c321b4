//! What PayPal calls its columns, in English and in French, and what it calls what happens.

use rules::fold::search_key;

use crate::line::MovementKind;
use crate::named::Columns;

pub const DATE: &[&str] = &["date"];
pub const TIME: &[&str] = &["time", "heure"];
pub const ZONE: &[&str] = &["timezone", "time zone", "fuseau horaire"];
pub const NAME: &[&str] = &["name", "nom"];
pub const TYPE: &[&str] = &["type", "description"];
pub const STATUS: &[&str] = &["status", "etat", "statut"];
pub const CURRENCY: &[&str] = &["currency", "devise"];
pub const GROSS: &[&str] = &["gross", "avant commission", "brut"];
pub const FEE: &[&str] = &["fee", "fees", "commission", "frais"];
pub const NET: &[&str] = &["net"];
pub const FROM: &[&str] = &["from email address", "de l adresse email", "adresse email de l expediteur"];
const TO: &[&str] = &["to email address", "a l adresse email", "adresse email du destinataire"];
pub const ID: &[&str] = &["transaction id", "numero de transaction", "n de transaction", "no de transaction"];
pub const TITLE: &[&str] = &["item title", "titre de l objet"];
pub const ABOUT: &[&str] = &["reference txn id", "numero de la transaction de reference"];
pub const BALANCE: &[&str] = &["balance", "solde"];
pub const IMPACT: &[&str] = &["balance impact", "impact sur le solde"];
pub const SUBJECT: &[&str] = &["subject", "objet"];
pub const NOTE: &[&str] = &["note", "remarque"];
pub const LINE1: &[&str] = &["address line 1", "adresse ligne 1", "adresse 1re ligne"];
pub const LINE2: &[&str] = &[
    "address line 2 district neighborhood",
    "adresse ligne 2 district quartier",
    "adresse 2e ligne district quartier",
];
pub const CITY: &[&str] = &["town city", "ville"];
pub const CODE: &[&str] = &["zip postal code", "code postal"];
pub const COUNTRY: &[&str] = &[
    "country",
    "pays",
    "country code",
    "code du pays",
    "code pays",
    "code du pays de l acheteur pour cette transaction",
];
/// Of no use to the ledger, but no surprise either.
const SAID: &[&str] = &[
    "shipping address",
    "address status",
    "item id",
    "shipping and handling amount",
    "insurance amount",
    "sales tax",
    "option 1 name",
    "option 1 value",
    "option 2 name",
    "option 2 value",
    "invoice number",
    "custom number",
    "quantity",
    "receipt id",
    "state province region county territory prefecture republic",
    "contact phone number",
    "counterparty status",
    "adresse de livraison",
    "etat de l adresse",
    "numero de l objet",
    "montant des frais de livraison et de traitement",
    "montant de l assurance",
    "tva",
    "nom de l option 1",
    "valeur de l option 1",
    "nom de l option 2",
    "valeur de l option 2",
    "numero de tiers de confiance",
    "numero de facture",
    "numero de client",
    "quantite",
    "numero de recu",
    "numero de telephone du contact",
    "source de paiement",
    "type de carte",
    "code de transaction",
    "n du suivi des paiements",
    "identifiant bancaire",
    "details de l objet",
    "nom de la banque",
    "compte bancaire",
    "payment source",
    "card type",
    "transaction event code",
    "payment tracking id",
    "bank reference id",
    "item details",
    "coupons",
    "special offers",
    "loyalty card number",
    "authorization review status",
    "protection eligibility",
    "country code ",
    "buyer wallet",
    "comment 1",
    "comment 2",
    "po number",
    "customer reference number",
    "payflow transaction id pnref",
    "tip",
    "discount",
    "seller id",
    "risk filter",
    "credit transactional fee",
    "credit promotional fee",
    "credit term",
    "etat province region comte territoire prefecture republique",
];

/// Every column that is known.
pub const KNOWN: &[&[&str]] = &[
    DATE, TIME, ZONE, NAME, TYPE, STATUS, CURRENCY, GROSS, FEE, NET, FROM, TO, ID, TITLE, ABOUT, BALANCE,
    IMPACT, SUBJECT, NOTE, LINE1, LINE2, CITY, CODE, COUNTRY, SAID,
];

/// What is needed and not there.
pub fn missing(columns: &Columns) -> Vec<&'static str> {
    let needed: [(&[&str], &str); 7] = [
        (DATE, "Date"),
        (TYPE, "Type"),
        (CURRENCY, "Devise"),
        (GROSS, "Avant commission"),
        (FEE, "Commission"),
        (NET, "Net"),
        (ID, "Numéro de transaction"),
    ];
    needed.into_iter().filter(|(any, _)| !columns.has(any)).map(|(_, name)| name).collect()
}

/// What became of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Done; a later refund is a line of its own.
    Done,
    /// Not yet.
    Waiting,
    /// Never.
    Never,
}

/// Reads a status; an account that shows none shows only what is done.
pub fn state(typed: &str) -> Option<State> {
    let key = search_key(typed);
    Some(match key.as_str() {
        ""
        | "completed"
        | "termine"
        | "terminee"
        | "effectue"
        | "effectuee"
        | "refunded"
        | "partially refunded"
        | "rembourse"
        | "remboursee"
        | "partiellement rembourse"
        | "partiellement remboursee"
        | "cleared"
        | "compense"
        | "reversed"
        | "returned"
        | "retourne" => State::Done,
        "pending" | "en attente" | "held" | "bloque" | "uncleared" | "unclaimed" | "non reclame"
        | "en cours" | "processing" | "created" | "active" | "on hold" | "under review" => State::Waiting,
        "denied" | "refuse" | "refusee" | "canceled" | "cancelled" | "annule" | "annulee" | "failed"
        | "echoue" | "expired" | "expire" | "voided" | "removed" | "supprime" | "placed" | "declined"
        | "rejete" => State::Never,
        _ => return None,
    })
}

/// Whether such a line only reserves money, where the account shows no impact.
pub fn reserves(kind: &str) -> bool {
    let key = search_key(kind);
    ["hold", "authorization", "authorisation", "autorisation", "blocage", "mise en attente", "memo"]
        .iter()
        .any(|word| key.contains(word))
}

/// What a line is, by its type and its sign.
pub fn kind(typed: &str, positive: bool) -> MovementKind {
    let key = search_key(typed);
    let says = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if says(&["currency conversion", "conversion de devise"]) {
        MovementKind::Other
    } else if says(&[
        "chargeback",
        "dispute",
        "reversal",
        "litige",
        "retrofacturation",
        "impaye",
        "reclamation",
    ]) {
        MovementKind::Dispute
    } else if says(&["refund", "remboursement"]) {
        MovementKind::Refund
    } else if says(&[
        "withdraw",
        "retrait",
        "transfer to bank",
        "virement vers",
        "virement bancaire",
        "virement sur",
    ]) {
        MovementKind::Payout
    } else if says(&["deposit", "depot", "bank transfer to paypal", "approvisionnement", "add funds"]) {
        MovementKind::Other
    } else if !positive && says(&["fee", "frais", "commission"]) {
        MovementKind::Fee
    } else if positive {
        MovementKind::Payment
    } else {
        MovementKind::Other
    }
}
