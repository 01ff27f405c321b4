//! An entry: one movement, with its parts when it stands for several.

use std::io::Read;

use chrono::NaiveDate;
use rules::fold::one_line;
use rules::money::Cents;

use crate::line::{Entry, Movement, Part};
use crate::refusal::{Broken, FileRefusal};
use crate::table::{cut, short};
use crate::why::Why;
use crate::xml::{Text, Xml};

/// Parts of one entry.
const MOST_PARTS: usize = 100_000;

/// An entry as it is written.
#[derive(Debug, Clone, Default)]
pub struct Ntry {
    amount: String,
    currency: Option<String>,
    side: String,
    status: String,
    booked: String,
    value: String,
    servicer: String,
    reference: String,
    additional: String,
    details: Vec<TxDtls>,
}

/// A transaction of an entry.
#[derive(Debug, Clone, Default)]
struct TxDtls {
    amount: Option<Text>,
    side: String,
    end_to_end: String,
    mandate: String,
    debtor: String,
    creditor: String,
    ultimate_debtor: String,
    ultimate_creditor: String,
    remittance: Vec<String>,
    additional: String,
    returned: String,
}

/// Reads `1234.5`, `1234.56000`; none for what is no amount in cents.
pub fn amount(text: &str) -> Option<Cents> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 2 || whole.len() + decimals.len() == 0 {
        return None;
    }
    let euros: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let cents: i64 = if decimals.is_empty() { 0 } else { format!("{decimals:0<2}").parse().ok()? };
    euros.checked_mul(100)?.checked_add(cents).map(Cents)
}

/// Whether money came; none for what is neither `CRDT` nor `DBIT`.
pub fn signed(text: &str) -> Option<bool> {
    match text {
        "CRDT" => Some(true),
        "DBIT" => Some(false),
        _ => None,
    }
}

/// The day as the bank writes it: `2026-01-05`, `2026-01-05+01:00`, `2026-01-05T06:00:00+01:00`.
pub fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}

impl Ntry {
    /// Reads the element that opened last.
    pub fn read<R: Read>(xml: &mut Xml<R>) -> Result<Self, Broken> {
        let mut ntry = Self::default();
        let mut tx = TxDtls::default();
        xml.within(|path, text| {
            match path {
                ["Amt"] => {
                    ntry.amount = text.text;
                    ntry.currency = text.currency;
                }
                ["CdtDbtInd"] => ntry.side = text.text,
                ["Sts", "Cd" | "Prtry"] => ntry.status = text.text,
                ["Sts"] if !text.text.is_empty() => ntry.status = text.text,
                ["BookgDt", "Dt" | "DtTm"] => ntry.booked = text.text,
                ["ValDt", "Dt" | "DtTm"] => ntry.value = text.text,
                ["AcctSvcrRef"] => ntry.servicer = text.text,
                ["NtryRef"] => ntry.reference = text.text,
                ["AddtlNtryInf"] => ntry.additional = text.text,
                ["NtryDtls", "TxDtls"] => {
                    if ntry.details.len() >= MOST_PARTS {
                        return Err(FileRefusal::TooLarge);
                    }
                    ntry.details.push(std::mem::take(&mut tx));
                }
                ["NtryDtls", "TxDtls", rest @ ..] => tx.learn(rest, text),
                _ => {}
            }
            Ok(())
        })?;
        Ok(ntry)
    }

    /// What is shown of an entry that is not taken.
    pub fn shown(&self) -> String {
        let parts = [&self.booked, &self.side, &self.amount, &self.status, &self.additional, &self.servicer];
        let shown = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str);
        one_line(&shown.collect::<Vec<_>>().join(" ")).chars().take(500).collect()
    }

    /// The entry that refuses it.
    pub fn refused(&self, line: u64, currency: &str, why: Why) -> Entry {
        let foreign = self.currency.as_deref().filter(|other| !other.eq_ignore_ascii_case(currency));
        let cents = amount(&self.amount).filter(|_| foreign.is_none());
        let net =
            cents.zip(signed(&self.side)).map(|(cents, credit)| if credit { cents } else { Cents(-cents.0) });
        // Which way money went is asked of the person when the bank does not say it.
        let sign = signed(&self.side).map_or("? ", |credit| if credit { "" } else { "-" });
        let told = format!("{sign}{} {}", self.amount, foreign.unwrap_or_default());
        let booked = if self.booked.is_empty() { &self.value } else { &self.booked };
        Entry::refused(line, String::new(), why, self.shown()).telling(
            (day(booked), booked),
            (net, &told),
            &self.label(),
            self.named(),
        )
    }

    fn only(&self) -> Option<&TxDtls> {
        if let [only] = self.details.as_slice() { Some(only) } else { None }
    }

    fn label(&self) -> String {
        let told = || self.only().map(TxDtls::remittance).unwrap_or_default();
        if self.additional.is_empty() { told() } else { self.additional.clone() }
    }

    fn named(&self) -> &str {
        let told = self.only().map_or("", TxDtls::named);
        let all = [self.servicer.as_str(), told, self.reference.as_str()];
        all.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The movement, in an account of this currency.
    pub fn movement(&self, currency: &str) -> Result<Movement, Why> {
        if !matches!(self.status.as_str(), "BOOK" | "") {
            return Err(Why::NotBooked { typed: short(&self.status) });
        }
        if let Some(other) = self.currency.as_deref().filter(|other| !other.eq_ignore_ascii_case(currency)) {
            return Err(Why::Currency { typed: short(&format!("{} {other}", self.amount)) });
        }
        let bad_amount = |typed: &str| Why::BadAmount { column: "Amt".into(), typed: short(typed) };
        let cents = amount(&self.amount).ok_or_else(|| bad_amount(&self.amount))?;
        let credit = signed(&self.side).ok_or_else(|| bad_amount(&self.side))?;
        let sign = |cents: Cents, credit: bool| if credit { cents } else { Cents(-cents.0) };
        let net = sign(cents, credit);
        let booked = if self.booked.is_empty() { &self.value } else { &self.booked };
        let booked_on =
            day(booked).ok_or_else(|| Why::BadDate { column: "BookgDt".into(), typed: short(booked) })?;
        Ok(Movement {
            value_on: day(&self.value),
            party: cut(self.only().map_or("", |tx| tx.party(credit))),
            label: cut(&self.label()),
            reference: cut(self.named()),
            parts: self.parts(net, credit),
            ..Movement::of_bank(net, booked_on)
        })
    }

    /// The parts: of several transactions, or of one that names a mandate or a return. When amounts are told for all
    /// of them and do not sum to the entry, they are left out: the entry's amount is the account's.
    fn parts(&self, net: Cents, credit: bool) -> Vec<Part> {
        let speaks = |tx: &TxDtls| !tx.mandate.is_empty() || !tx.returned.is_empty();
        if self.details.len() < 2 && !self.details.iter().any(speaks) {
            return Vec::new();
        }
        let alone = self.details.len() == 1;
        let mut parts: Vec<Part> = self.details.iter().map(|tx| tx.part(credit)).collect();
        if let ([part], true) = (parts.as_mut_slice(), alone) {
            part.amount = net;
        }
        if Cents::sum(parts.iter().map(|part| part.amount)) != Some(net) {
            parts.iter_mut().for_each(|part| part.amount = Cents::ZERO);
        }
        parts
    }
}

impl TxDtls {
    fn learn(&mut self, path: &[&str], text: Text) {
        match path {
            ["Amt"] | ["AmtDtls", "TxAmt", "Amt"] => self.amount = Some(text),
            ["CdtDbtInd"] => self.side = text.text,
            ["Refs", "EndToEndId"] => self.end_to_end = text.text,
            ["Refs", "MndtId"] => self.mandate = text.text,
            ["RltdPties", "Dbtr", "Nm"] | ["RltdPties", "Dbtr", "Pty", "Nm"] => self.debtor = text.text,
            ["RltdPties", "Cdtr", "Nm"] | ["RltdPties", "Cdtr", "Pty", "Nm"] => self.creditor = text.text,
            ["RltdPties", "UltmtDbtr", "Nm"] | ["RltdPties", "UltmtDbtr", "Pty", "Nm"] => {
                self.ultimate_debtor = text.text;
            }
            ["RltdPties", "UltmtCdtr", "Nm"] | ["RltdPties", "UltmtCdtr", "Pty", "Nm"] => {
                self.ultimate_creditor = text.text;
            }
            // The ledger holds 200 letters of a label: a hostile entry keeps no more of each text.
            ["RmtInf", "Ustrd"] if self.remittance.len() < 20 => self.remittance.push(cut(&text.text)),
            ["AddtlTxInf"] => self.additional = cut(&text.text),
            ["RtrInf", "Rsn", "Cd" | "Prtry"] => self.returned = text.text,
            _ => {}
        }
    }

    /// Who is at the other end: for money that came the one who gave it, in whose name somebody else may have paid.
    fn party(&self, credit: bool) -> &str {
        let names = if credit {
            [&self.ultimate_debtor, &self.debtor, &self.creditor]
        } else {
            [&self.ultimate_creditor, &self.creditor, &self.debtor]
        };
        names.into_iter().find(|name| !name.is_empty()).map_or("", String::as_str)
    }

    fn named(&self) -> &str {
        if self.end_to_end.eq_ignore_ascii_case("NOTPROVIDED") { "" } else { &self.end_to_end }
    }

    fn remittance(&self) -> String {
        let told = one_line(&self.remittance.join(" "));
        if told.is_empty() { one_line(&self.additional) } else { told }
    }

    fn part(&self, credit: bool) -> Part {
        let euro = |text: &&Text| text.currency.as_deref().is_none_or(|ccy| ccy.eq_ignore_ascii_case("EUR"));
        let cents = self.amount.as_ref().filter(euro).and_then(|text| amount(&text.text));
        let credit = signed(&self.side).unwrap_or(credit);
        let cents = cents.unwrap_or_default();
        Part {
            amount: if credit { cents } else { Cents(-cents.0) },
            end_to_end: cut(self.named()),
            mandate: cut(&self.mandate),
            party: cut(self.party(credit)),
            label: cut(&self.remittance()),
            returned: cut(&self.returned),
        }
    }
}
