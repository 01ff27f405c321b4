//! Column names of French banks' exports, folded (no accents, case, punctuation).

use super::columns::Columns;
use crate::seen::Kind;

/// A bank's table.
struct Bank {
    kind: Kind,
    day: &'static str,
    value_day: &'static str,
    labels: &'static [&'static str],
    amount: &'static str,
    debit: &'static str,
    credit: &'static str,
    reference: &'static str,
    party: &'static str,
    account: &'static str,
    currency: &'static str,
    /// Columns that no other bank has beside these.
    sign: &'static [&'static str],
}

const NOTHING: Bank = Bank {
    kind: Kind::BankMapped,
    day: "",
    value_day: "",
    labels: &[],
    amount: "",
    debit: "",
    credit: "",
    reference: "",
    party: "",
    account: "",
    currency: "",
    sign: &[],
};

const BANKS: [Bank; 5] = [
    Bank {
        kind: Kind::BankBpce,
        day: "date de comptabilisation",
        value_day: "date de valeur",
        labels: &["libelle simplifie", "libelle operation", "informations complementaires"],
        debit: "debit",
        credit: "credit",
        reference: "reference",
        sign: &["date de comptabilisation", "libelle operation"],
        ..NOTHING
    },
    Bank {
        kind: Kind::BankCreditAgricole,
        day: "date",
        labels: &["libelle"],
        debit: "debit euros",
        credit: "credit euros",
        sign: &["debit euros", "credit euros"],
        ..NOTHING
    },
    Bank {
        kind: Kind::BankBoursoBank,
        day: "dateop",
        value_day: "dateval",
        labels: &["label", "comment"],
        amount: "amount",
        party: "supplierfound",
        account: "accountnum",
        sign: &["dateop", "amount"],
        ..NOTHING
    },
    Bank {
        kind: Kind::BankSocieteGenerale,
        day: "date operation",
        labels: &["libelle", "detail de l ecriture"],
        amount: "montant",
        currency: "devise",
        sign: &["detail de l ecriture"],
        ..NOTHING
    },
    Bank {
        kind: Kind::BankLcl,
        day: "date",
        labels: &["libelle", "detail"],
        amount: "montant",
        sign: &["montant", "libelle", "detail"],
        ..NOTHING
    },
];

/// Names that speak for themselves, whatever the bank; the first that is there counts.
mod plain {
    pub const DAY: &[&str] = &[
        "date de comptabilisation",
        "date comptable",
        "date operation",
        "date d operation",
        "date de l operation",
        "date",
        "dateop",
        "booking date",
        "operation date",
        "transaction date",
        "date de transaction",
        "completed date",
    ];
    pub const VALUE_DAY: &[&str] =
        &["date de valeur", "date valeur", "dateval", "value date", "valeur", "date de valeur effective"];
    pub const LABEL: &[&str] = &[
        "libelle",
        "libelle operation",
        "libelle de l operation",
        "label",
        "intitule",
        "nature de l operation",
        "operation",
        "description",
        "payment reference",
        "reference de paiement",
        "designation",
        "details",
    ];
    pub const MORE: &[&str] =
        &["detail", "detail de l ecriture", "libelle complementaire", "motif", "memo", "note"];
    pub const AMOUNT: &[&str] = &[
        "montant",
        "montant de l operation",
        "montant euros",
        "montant eur",
        "montant en euros",
        "amount",
        "montant operation",
        "montant net",
        "amount eur",
    ];
    pub const DEBIT: &[&str] = &["debit", "debit euros", "montant debit", "debit eur", "debits", "sortie"];
    pub const CREDIT: &[&str] =
        &["credit", "credit euros", "montant credit", "credit eur", "credits", "entree"];
    pub const REFERENCE: &[&str] = &[
        "reference",
        "numero d operation",
        "reference bancaire",
        "reference operation",
        "id",
        "transaction id",
    ];
    pub const PARTY: &[&str] = &[
        "tiers",
        "contrepartie",
        "nom de la contrepartie",
        "counterparty name",
        "beneficiaire",
        "partner name",
    ];
    pub const CURRENCY: &[&str] = &["devise", "currency", "monnaie"];
}

fn place(names: &[String], any: &[&str]) -> Option<usize> {
    any.iter().filter(|name| !name.is_empty()).find_map(|name| names.iter().position(|n| n == name))
}

impl Bank {
    fn is(&self, names: &[String]) -> bool {
        self.sign.iter().all(|name| place(names, &[name]).is_some()) && self.columns(names).is_some()
    }

    fn columns(&self, names: &[String]) -> Option<Columns> {
        let at = |name: &str| place(names, &[name]);
        let columns = Columns {
            day: at(self.day)?,
            value_day: at(self.value_day),
            labels: self.labels.iter().filter_map(|name| at(name)).collect(),
            amount: at(self.amount),
            debit: at(self.debit),
            credit: at(self.credit),
            reference: at(self.reference),
            party: at(self.party),
            account: at(self.account),
            currency: at(self.currency),
            month_first: false,
        };
        let sums = columns.amount.is_some() || (columns.debit.is_some() && columns.credit.is_some());
        (sums && !columns.labels.is_empty()).then_some(columns)
    }
}

/// How much these names look like those of a statement.
pub fn score(names: &[String]) -> usize {
    if BANKS.iter().any(|bank| bank.is(names)) {
        return 100 + names.len().min(50);
    }
    let lists: [&[&str]; 8] = [
        plain::DAY,
        plain::VALUE_DAY,
        plain::LABEL,
        plain::AMOUNT,
        plain::DEBIT,
        plain::CREDIT,
        plain::REFERENCE,
        plain::MORE,
    ];
    lists.iter().filter(|list| place(names, list).is_some()).count()
}

/// The bank and the places of its columns.
///
/// # Errors
/// What is missing, as French banks call it.
pub fn recognise(names: &[String]) -> Result<(Kind, Columns), Vec<&'static str>> {
    for bank in BANKS {
        if let (true, Some(columns)) = (bank.is(names), bank.columns(names)) {
            return Ok((bank.kind, columns));
        }
    }
    let find = |list: &[&str]| place(names, list);
    let (day, amount) = (find(plain::DAY), find(plain::AMOUNT));
    let (debit, credit) = (find(plain::DEBIT), find(plain::CREDIT));
    let labels: Vec<usize> = [find(plain::LABEL), find(plain::MORE)].into_iter().flatten().collect();
    let mut missing = Vec::new();
    if day.is_none() {
        missing.push("Date");
    }
    if labels.is_empty() {
        missing.push("Libellé");
    }
    if amount.is_none() && (debit.is_none() || credit.is_none()) {
        missing.push("Montant");
    }
    let Some(day) = day.filter(|_| missing.is_empty()) else { return Err(missing) };
    let both = debit.is_some() && credit.is_some();
    let columns = Columns {
        day,
        value_day: find(plain::VALUE_DAY),
        labels,
        amount: amount.filter(|_| !both),
        debit: debit.filter(|_| both),
        credit: credit.filter(|_| both),
        reference: find(plain::REFERENCE),
        party: find(plain::PARTY),
        currency: find(plain::CURRENCY),
        ..Columns::default()
    };
    Ok((Kind::BankMapped, columns))
}
