//! A gift as typed, and what is asked of the ledger.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rocket::FromForm;
use rocket::fs::TempFile;
use rules::dates::{DateError, TypedDate, paris_instant, parse_typed};
use rules::gift::{Cause, Form, Method, Nature, Purpose};
use rules::money::{AmountError, Cents};

use super::line::{HAND, NewGift, Refusal};
use super::queries::ledger::Filter;

/// The form of a gift, new or corrected.
#[derive(Debug, FromForm)]
pub struct GiftForm<'r> {
    #[field(default = "")]
    pub(super) key: &'r str,
    #[field(default = "")]
    pub(super) donor: &'r str,
    #[field(default = "")]
    pub(super) gross: &'r str,
    #[field(default = "")]
    pub(super) fee: &'r str,
    #[field(default = "money")]
    pub(super) nature: &'r str,
    #[field(default = "")]
    pub(super) method: &'r str,
    #[field(default = "manual_gift")]
    pub(super) form: &'r str,
    #[field(default = "")]
    pub(super) paid_on: &'r str,
    #[field(default = "")]
    pub(super) received_on: &'r str,
    #[field(default = "")]
    pub(super) bank_credited_on: &'r str,
    #[field(default = "")]
    pub(super) provider_credited_on: &'r str,
    #[field(default = "")]
    pub(super) campaign: &'r str,
    #[field(default = "")]
    pub(super) note: &'r str,
    #[field(default = "")]
    pub(super) reason: &'r str,
    #[field(default = "gift")]
    pub(super) purpose: &'r str,
    #[field(default = "")]
    pub(super) counterpart: &'r str,
    #[field(default = "")]
    pub(super) counterpart_what: &'r str,
    /// What it does to receipts was seen.
    #[field(default = false)]
    pub(super) seen: bool,
    /// Back to the fields.
    #[field(default = false)]
    pub(super) edit: bool,
    pub(super) proof: Option<TempFile<'r>>,
    #[field(default = "")]
    pub(super) proof_place: &'r str,
}

/// A gift that goes back.
#[derive(Debug, FromForm)]
pub struct BackForm<'r> {
    #[field(default = "mistake")]
    pub(super) cause: &'r str,
    /// How much; the whole when empty.
    #[field(default = "")]
    pub(super) back: &'r str,
    #[field(default = "")]
    pub(super) reason: &'r str,
    /// The receipt that goes with it, as it was shown.
    #[field(default = "")]
    pub(super) receipt: &'r str,
    /// The amount whose effect on receipts was shown, in cents.
    pub(super) seen: Option<i64>,
    pub(super) proof: Option<TempFile<'r>>,
    #[field(default = "")]
    pub(super) proof_place: &'r str,
}

impl BackForm<'_> {
    /// Why it goes back.
    pub fn cause(&self) -> Cause {
        Cause::parse(self.cause).unwrap_or(Cause::Mistake)
    }

    /// How much; none for the whole.
    ///
    /// # Errors
    /// [`Refusal::BadAmount`].
    pub fn back(&self) -> Result<Option<Cents>, Refusal> {
        match Cents::parse(self.back) {
            Ok(cents) => Ok(Some(cents)),
            Err(AmountError::Empty) => Ok(None),
            Err(why) => Err(Refusal::BadAmount("back", why)),
        }
    }
}

/// A proof of a line.
#[derive(Debug, FromForm)]
pub struct ProofForm<'r> {
    pub(super) proof: Option<TempFile<'r>>,
    #[field(default = "")]
    pub(super) proof_place: &'r str,
}

/// A cap from a day on.
#[derive(Debug, FromForm)]
pub struct CapForm<'r> {
    #[field(default = "")]
    pub(super) from: &'r str,
    #[field(default = "")]
    pub(super) most: &'r str,
    #[field(default = "")]
    pub(super) law: &'r str,
}

impl GiftForm<'_> {
    /// The gift, and each field that does not read (left out of the gift).
    pub fn gift(&self) -> (NewGift, Vec<Refusal>) {
        let mut refused = Vec::new();
        let donor_id = self.donor_id(&mut refused);
        let gross = match Cents::parse(self.gross) {
            Ok(cents) => cents,
            Err(why) => {
                refused.push(Refusal::BadAmount("gross", why));
                Cents::ZERO
            }
        };
        let fee = match Cents::parse(self.fee) {
            Err(AmountError::Empty) => Cents::ZERO,
            Ok(cents) => cents,
            Err(why) => {
                refused.push(Refusal::BadAmount("fee", why));
                Cents::ZERO
            }
        };
        let counterpart = match Cents::parse(self.counterpart) {
            Err(AmountError::Empty) => Cents::ZERO,
            Ok(cents) => cents,
            Err(why) => {
                refused.push(Refusal::BadAmount("counterpart", why));
                Cents::ZERO
            }
        };
        let mut day = |field, text| typed_day(field, text, &mut refused);
        let paid = day("paid_on", self.paid_on);
        let received = day("received_on", self.received_on);
        let bank = day("bank_credited_on", self.bank_credited_on);
        let provider = day("provider_credited_on", self.provider_credited_on);
        let new = NewGift {
            donor_id,
            source: HAND.into(),
            external_id: self.external_id(),
            gross,
            fee,
            method: Method::parse(self.method),
            nature: Nature::parse(self.nature).unwrap_or(Nature::Money),
            form: Form::parse(self.form).unwrap_or(Form::ManualGift),
            campaign: self.campaign.into(),
            paid_at: paid.and_then(instant),
            provider_credited_on: provider.map(|d| d.day),
            bank_credited_on: bank.map(|d| d.day),
            received_on: received.map(|d| d.day),
            decided: None,
            receipted_elsewhere: None,
            dated_as: None,
            import_id: None,
            note: self.note.into(),
            purpose: Purpose::parse(self.purpose).unwrap_or(Purpose::Gift),
            counterpart,
            counterpart_what: self.counterpart_what.into(),
        };
        (new, refused)
    }

    /// `123` or `#123`; nothing is an anonymous gift.
    fn donor_id(&self, refused: &mut Vec<Refusal>) -> Option<i64> {
        let typed = self.donor.trim().trim_start_matches('#').trim();
        if typed.is_empty() || typed == "none" {
            return None;
        }
        let read = typed.parse().ok();
        if read.is_none() {
            refused.push(Refusal::NoDonor);
        }
        read
    }

    /// The same form sent twice is one gift.
    fn external_id(&self) -> String {
        let fine = (16..=64).contains(&self.key.len())
            && self.key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if fine { format!("hand-{}", self.key) } else { String::new() }
    }
}

fn typed_day(field: &'static str, text: &str, refused: &mut Vec<Refusal>) -> Option<TypedDate> {
    match parse_typed(text) {
        Ok(typed) => Some(typed),
        Err(DateError::Empty) => None,
        Err(why) => {
            refused.push(Refusal::BadDay(field, why));
            None
        }
    }
}

fn instant(typed: TypedDate) -> Option<DateTime<Utc>> {
    paris_instant(typed.day.and_time(typed.time.unwrap_or(NaiveTime::MIN)))
}

/// What is asked of the ledger.
#[derive(Debug, Clone, Copy, Default, FromForm)]
pub struct LedgerForm<'r> {
    #[field(default = "")]
    pub(super) from: &'r str,
    #[field(default = "")]
    pub(super) to: &'r str,
    #[field(default = "")]
    pub(super) method: &'r str,
    #[field(default = "")]
    pub(super) source: &'r str,
    #[field(default = "")]
    pub(super) campaign: &'r str,
    #[field(default = "")]
    pub(super) q: &'r str,
    pub(super) after: Option<&'r str>,
    pub(super) before: Option<&'r str>,
}

impl<'r> LedgerForm<'r> {
    /// The filter, and each field that does not read (left out of it).
    pub fn filter(&self) -> (Filter, Vec<Refusal>) {
        let mut refused = Vec::new();
        let mut day = |field, text| {
            typed_day(field, text, &mut refused).map(|typed: TypedDate| -> NaiveDate { typed.day })
        };
        let filter = Filter {
            from: day("from", self.from),
            to: day("to", self.to),
            method: Method::parse(self.method),
            source: self.source.trim().into(),
            campaign: self.campaign.trim().into(),
            donor: self.q.trim().into(),
        };
        (filter, refused)
    }

    /// The same question as an address asks it.
    pub fn query(&self) -> [(&'static str, &'r str); 6] {
        [
            ("from", self.from),
            ("to", self.to),
            ("method", self.method),
            ("source", self.source),
            ("campaign", self.campaign),
            ("q", self.q),
        ]
    }
}
