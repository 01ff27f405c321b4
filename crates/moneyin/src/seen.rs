//! What was seen of a file before its lines.

use serde::{Deserialize, Serialize};

use crate::table::Table;
use crate::text::Encoding;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)+) => {
        /// Which file of its source it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name,)+ }

        impl Kind {
            /// Key in the catalogues of what it is called.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }
        }
    };
}

kinds! {
    /// HelloAsso: a line per payment.
    #[serde(alias = "payments")]
    HelloAssoPayments = "imports-note-payments";
    /// HelloAsso: a line per thing ordered in one campaign.
    #[serde(alias = "orders")]
    HelloAssoOrders = "imports-note-orders";
    /// HelloAsso, exports before 2021: a line per thing ordered.
    #[serde(alias = "before2021")]
    HelloAssoBefore2021 = "imports-note-before-2021";
    /// Stripe: a line per movement of the balance.
    StripeBalance = "imports-note-stripe-balance";
    /// Stripe: a line per payment.
    StripePayments = "imports-note-stripe-payments";
    /// PayPal: activity of the account.
    PayPalActivity = "imports-note-paypal";
    /// A bank statement, CSV of Banque Populaire or Caisse d'Épargne.
    BankBpce = "imports-note-bank-bpce";
    /// A bank statement, CSV of Crédit Agricole.
    BankCreditAgricole = "imports-note-bank-credit-agricole";
    /// A bank statement, CSV of BoursoBank.
    BankBoursoBank = "imports-note-bank-boursobank";
    /// A bank statement, CSV of Société Générale.
    BankSocieteGenerale = "imports-note-bank-societe-generale";
    /// A bank statement, CSV of LCL.
    BankLcl = "imports-note-bank-lcl";
    /// A bank statement, CSV read by the columns that a person named.
    BankMapped = "imports-note-bank-mapped";
    /// A bank statement, ISO 20022 camt.053, or camt.052 or camt.054.
    Camt = "imports-note-camt";
    /// A bank statement, OFX 1 or 2.
    Ofx = "imports-note-ofx";
    /// A bank statement, QIF.
    Qif = "imports-note-qif";
    /// SEPA direct debits, ISO 20022 pain.008.
    SepaDebits = "imports-note-sepa";
    /// A cheque deposit slip.
    ChequeSlip = "imports-note-cheques";
    /// A table of gifts, read by the columns that a person named.
    Generic = "imports-note-generic";
}

/// What was seen of a file before its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which file it is.
    #[serde(alias = "layout")]
    pub kind: Kind,
    /// How its letters are written.
    pub encoding: Encoding,
    /// What stands between its cells, in a table.
    pub separator: Option<char>,
    /// Columns that nobody here knows.
    pub unknown: Vec<String>,
    /// What the file calls its own format (`camt.053.001.02`), where it says so.
    #[serde(default)]
    pub version: String,
}

impl Seen {
    /// Of a table.
    pub fn of_table<R>(kind: Kind, table: &Table<R>, unknown: Vec<String>) -> Self {
        Self {
            kind,
            encoding: table.encoding,
            separator: Some(table.separator),
            unknown,
            version: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_of_a_file_before_other_sources_were_read_is_still_understood() {
        let kept = r#"{"encoding":"utf8","separator":";","layout":"before2021","unknown":["x"]}"#;
        let seen: Seen = serde_json::from_str(kept).unwrap();
        assert_eq!((seen.kind, seen.separator), (Kind::HelloAssoBefore2021, Some(';')));
    }
}
