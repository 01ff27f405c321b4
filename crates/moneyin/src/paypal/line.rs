//! A line of the activity.

use chrono::{DateTime, NaiveDate, Utc};
use rules::address::{PostalAddress, normalise_mail};
use rules::dates::paris_day;
use rules::gift::Method;
use rules::money::{AmountError, Cents};

use super::cells::*;
use super::when::{self, Order};
use crate::line::{Entry, Gift, Giver, Movement, MovementKind, Reading, split_name};
use crate::named::Columns;
use crate::table::{Row, cut, short};
use crate::why::Why;

/// A line with its columns.
pub struct Line<'a> {
    /// Where they are.
    pub columns: &'a Columns,
    /// Names of the columns that nobody here knows.
    pub others: &'a [String],
    /// The cells.
    pub row: &'a Row,
    /// How the file writes days.
    pub order: Order,
}

/// The balance after a line.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// The day in Paris.
    pub day: NaiveDate,
    /// What the line moved.
    pub net: Cents,
    /// The balance after it.
    pub balance: Cents,
}

type Parts = (Reading, Option<Movement>, Option<Told>);

impl Line<'_> {
    fn cell(&self, any: &[&str]) -> &str {
        self.columns.filled(&self.row.cells, any)
    }

    fn amount(&self, any: &[&str]) -> Result<Cents, Why> {
        match Cents::parse(self.cell(any)) {
            Ok(cents) => Ok(cents),
            Err(AmountError::Empty) => Ok(Cents::ZERO),
            Err(_) => Err(Why::BadAmount { column: self.columns.shown(any), typed: short(self.cell(any)) }),
        }
    }

    fn key(&self, any: &[&str]) -> Option<String> {
        let text = self.cell(any);
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (!text.is_empty() && text.len() <= 100 && text.chars().all(fits)).then(|| text.to_owned())
    }

    /// What the line gives, and the balance after it.
    pub fn entry(&self) -> (Entry, Option<Told>) {
        let line = self.row.line;
        let Some(key) = self.key(ID) else {
            let why = Why::NoKey { column: self.columns.shown(ID) };
            return (Entry::refused(line, String::new(), why, self.row.text.clone()), None);
        };
        match self.read(&key) {
            Ok((reading, movement, told)) => {
                let quiet = matches!(reading, Reading::Gift(_) | Reading::Movement);
                let text = if quiet { String::new() } else { self.row.text.clone() };
                let movement = movement.map(Box::new);
                (Entry { line, key, order: None, reading, movement, text, cells: Vec::new() }, told)
            }
            Err(why) => (Entry::refused(line, key, why, self.row.text.clone()), None),
        }
    }

    fn read(&self, key: &str) -> Result<Parts, Why> {
        let ignored = |why| Ok((Reading::Ignored(why), None, None));
        let typed = self.cell(STATUS);
        match state(typed).ok_or_else(|| Why::UnknownStatus { typed: short(typed) })? {
            State::Waiting => return ignored(Why::NotYetPaid { typed: short(typed) }),
            State::Never => return ignored(Why::NeverPaid { typed: short(typed) }),
            State::Done => {}
        }
        let what = self.cell(TYPE);
        let impact = rules::fold::search_key(self.cell(IMPACT));
        let shows_impact = self.columns.has(IMPACT);
        if impact == "memo" || (!shows_impact && reserves(what)) {
            return ignored(Why::MovesNothing { typed: short(what) });
        }
        let (gross, fee, net) = (self.amount(GROSS)?, self.amount(FEE)?, self.amount(NET)?);
        if !self.cell(CURRENCY).eq_ignore_ascii_case("EUR") {
            return Err(Why::Currency {
                typed: short(&format!("{} {}", gross.csv_fr(), self.cell(CURRENCY))),
            });
        }
        // The file writes the fee as the balance feels it: below zero when it is taken.
        let taken = Cents(-fee.0);
        let told = gross.checked_sub(taken);
        if told != Some(net) {
            return Err(Why::NetOff { told: told.unwrap_or_default().csv_fr(), net: net.csv_fr() });
        }
        if net == Cents::ZERO && gross == Cents::ZERO {
            return ignored(Why::MovesNothing { typed: short(what) });
        }
        let mut left_out = Vec::new();
        let at = self.instant(&mut left_out)?;
        let kind = kind(what, gross > Cents::ZERO);
        let giver = self.giver(&mut left_out);
        let payout = (kind == MovementKind::Payout).then(|| key.to_owned());
        let label = [self.cell(TITLE), self.cell(SUBJECT), what].into_iter().find(|text| !text.is_empty());
        let movement = Movement {
            kind,
            gross,
            fee: taken,
            net,
            booked_on: paris_day(at),
            value_on: None,
            paid_out_on: payout.as_ref().map(|_| paris_day(at)),
            payout,
            about: matches!(kind, MovementKind::Refund | MovementKind::Dispute)
                .then(|| self.key(ABOUT))
                .flatten(),
            party: cut(&giver.name()),
            label: cut(label.unwrap_or_default()),
            reference: self.cell(ABOUT).chars().take(100).collect(),
            parts: Vec::new(),
        };
        let balance = Cents::parse(self.cell(BALANCE)).ok();
        let told = balance.map(|balance| Told { at, day: paris_day(at), net, balance });
        if kind != MovementKind::Payment {
            return Ok((Reading::Movement, Some(movement), told));
        }
        if giver.is_nobody() {
            left_out.push(Why::Anonymous);
        }
        let note = self.cell(NOTE).chars().filter(|c| *c == '\n' || !c.is_control());
        let gift = Gift {
            gross,
            fee: taken,
            method: Method::Card, // the form of the receipt has one box for transfers, debits and cards
            paid_at: Some(at),
            provider_credited_on: None,
            received_on: None,
            dues: false,
            campaign: cut(self.cell(TITLE)),
            receipted_elsewhere: None,
            comment: note.take(2000).collect(),
            refunded: false,
            giver,
            extra: self.columns.extra(&self.row.cells, self.others),
            left_out,
        };
        Ok((Reading::Gift(Box::new(gift)), Some(movement), told))
    }

    fn instant(&self, left_out: &mut Vec<Why>) -> Result<DateTime<Utc>, Why> {
        let bad =
            |any: &[&str]| Why::BadDate { column: self.columns.shown(any), typed: short(self.cell(any)) };
        let day = when::day(self.cell(DATE), self.order).ok_or_else(|| bad(DATE))?;
        let time = when::time(self.cell(TIME)).ok_or_else(|| bad(TIME))?;
        let zone = self.cell(ZONE);
        if let Some(at) = when::instant(day.and_time(time), zone) {
            return Ok(at);
        }
        left_out.push(Why::ZoneLeftOut { typed: short(zone) });
        when::instant(day.and_time(time), "").ok_or_else(|| bad(DATE))
    }

    fn giver(&self, left_out: &mut Vec<Why>) -> Giver {
        let typed = self.cell(FROM);
        let mail = normalise_mail(typed).ok();
        if mail.is_none() && !typed.is_empty() {
            left_out.push(Why::MailLeftOut { typed: short(typed) });
        }
        let (first_names, last_name) = split_name(&cut(self.cell(NAME)));
        let street = [self.cell(LINE1), self.cell(LINE2)];
        // A country alone is no address.
        let country = if street.iter().all(|line| line.is_empty()) { "" } else { self.cell(COUNTRY) };
        let mut address = PostalAddress::tidy(&street, self.cell(CODE), self.cell(CITY), country);
        address.street.truncate(4);
        address.street.iter_mut().for_each(|line| *line = line.chars().take(100).collect());
        address.postal_code = address.postal_code.chars().take(40).collect();
        address.city = cut(&address.city);
        Giver { last_name, first_names, mail, address, ..Giver::default() }
    }
}
