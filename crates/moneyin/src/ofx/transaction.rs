//! A line of a statement.

use chrono::NaiveDate;
use rules::fold::{one_line, search_key};
use rules::money::Cents;

use crate::line::{Entry, Movement};
use crate::table::{cut, short};
use crate::why::Why;

/// What is kept of `STMTTRN`.
#[derive(Debug, Default)]
pub struct Transaction {
    kind: String,
    posted: String,
    available: String,
    amount: String,
    id: String,
    cheque: String,
    reference: String,
    name: String,
    memo: String,
    in_account: bool,
    /// A value that must be one and came twice, otherwise: a closing tag was lost between two lines.
    twice: Option<String>,
}

/// `+1500.00`, `-4,50`, `1,500.00`, `10.000`: a mark, or both; zeros beyond the cents say nothing.
pub fn amount(text: &str) -> Option<Cents> {
    let text = text.trim();
    let tidy = match text.rsplit_once('.') {
        Some((whole, decimals)) if decimals.len() > 2 => {
            let kept = decimals.trim_end_matches('0');
            format!("{whole}.{kept:0<2}")
        }
        _ => text.to_owned(),
    };
    let tidy = match tidy.strip_prefix(['-', '+']) {
        Some(rest) if rest.starts_with(['.', ',']) => format!("{}0{rest}", tidy.get(..1)?),
        _ if tidy.starts_with(['.', ',']) => format!("0{tidy}"),
        _ => tidy,
    };
    let tidy = tidy.strip_suffix(['.', ',']).unwrap_or(&tidy);
    Cents::parse(tidy).ok()
}

/// `20260105`, `20260105120000.000[+1:CET]`, `2026-01-05`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let digits: String = text.chars().filter(|c| *c != '-').take(8).collect();
    (digits.len() == 8).then(|| NaiveDate::parse_from_str(&digits, "%Y%m%d").ok()).flatten()
}

impl Transaction {
    /// Hears a value.
    pub fn learn(&mut self, name: &str, text: String) {
        match name {
            "BANKACCTTO" | "CCACCTTO" | "CURRENCY" | "ORIGCURRENCY" => self.in_account = true,
            "/BANKACCTTO" | "/CCACCTTO" | "/CURRENCY" | "/ORIGCURRENCY" => self.in_account = false,
            _ if self.in_account => {}
            "TRNTYPE" => self.kind = text,
            "DTPOSTED" => self.once(|line| &mut line.posted, text),
            "DTAVAIL" => self.available = text,
            "TRNAMT" => self.once(|line| &mut line.amount, text),
            "FITID" => self.id = text,
            "CHECKNUM" => self.cheque = text,
            "REFNUM" => self.reference = text,
            "NAME" => self.name = text,
            "MEMO" => self.memo = text,
            _ => {}
        }
    }

    fn once(&mut self, field: fn(&mut Self) -> &mut String, text: String) {
        let was = field(self);
        if was.is_empty() || *was == text {
            *was = text;
        } else {
            self.twice = Some(format!("{was} {text}"));
        }
    }

    /// What is shown of a line that cannot be read.
    pub fn shown(&self) -> String {
        let parts = [&self.posted, &self.amount, &self.kind, &self.name, &self.memo, &self.id];
        let shown = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str);
        one_line(&shown.collect::<Vec<_>>().join(" ")).chars().take(500).collect()
    }

    /// The entry that refuses it.
    pub fn refused(&self, line: u64, why: Why) -> Entry {
        let told = (day(&self.posted), amount(&self.amount));
        let (day, amount) = if self.twice.is_some() { (None, None) } else { told };
        Entry::refused(line, String::new(), why, self.shown()).telling(
            (day, &self.posted),
            (amount, self.twice.as_deref().unwrap_or(&self.amount)),
            &label(&self.name, &self.memo),
            self.named(),
        )
    }

    fn named(&self) -> &str {
        let all = [&self.id, &self.cheque, &self.reference];
        all.into_iter().find(|text| !text.is_empty()).map_or("", String::as_str)
    }

    /// The movement.
    pub fn movement(&self) -> Result<Movement, Why> {
        if let Some(both) = &self.twice {
            return Err(Why::BadAmount { column: "STMTTRN".into(), typed: short(both) });
        }
        let net = amount(&self.amount)
            .ok_or_else(|| Why::BadAmount { column: "TRNAMT".into(), typed: short(&self.amount) })?;
        let booked_on = day(&self.posted)
            .ok_or_else(|| Why::BadDate { column: "DTPOSTED".into(), typed: short(&self.posted) })?;
        // Banks write the beginning of the label where a payee's name would be: it is no party.
        Ok(Movement {
            value_on: day(&self.available),
            label: cut(&label(&self.name, &self.memo)),
            reference: cut(self.named()),
            ..Movement::of_bank(net, booked_on)
        })
    }
}

/// Both texts, unless one holds the other.
pub fn label(name: &str, memo: &str) -> String {
    let (short, long) = (search_key(name), search_key(memo));
    if long.is_empty() || short.contains(&long) {
        name.to_owned()
    } else if long.contains(&short) {
        memo.to_owned()
    } else {
        format!("{name} {memo}")
    }
}
