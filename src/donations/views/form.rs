//! The form of a gift, with what was typed and refused.

use std::collections::BTreeMap;

use chrono::{NaiveTime, Timelike};
use entities::gift;
use rules::dates::{paris_clock, short_fr};
use rules::gift::{DatePolicy, Form, Method, Nature, Purpose};
use rules::money::Cents;
use serde::Serialize;

use super::super::forms::GiftForm;
use super::super::line::Refusal;
use super::{Choice, Error};
use crate::web::Frame;

/// What stands in the fields.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Typed {
    key: String,
    donor: String,
    gross: String,
    fee: String,
    nature: String,
    method: String,
    form: String,
    paid_on: String,
    received_on: String,
    bank_credited_on: String,
    provider_credited_on: String,
    campaign: String,
    note: String,
    purpose: String,
    counterpart: String,
    counterpart_what: String,
    proof_place: String,
}

impl Typed {
    /// Every field by its name, to be sent again.
    pub fn fields(self) -> Vec<(&'static str, String)> {
        vec![
            ("key", self.key),
            ("donor", self.donor),
            ("gross", self.gross),
            ("fee", self.fee),
            ("nature", self.nature),
            ("method", self.method),
            ("form", self.form),
            ("paid_on", self.paid_on),
            ("received_on", self.received_on),
            ("bank_credited_on", self.bank_credited_on),
            ("provider_credited_on", self.provider_credited_on),
            ("campaign", self.campaign),
            ("note", self.note),
            ("purpose", self.purpose),
            ("counterpart", self.counterpart),
            ("counterpart_what", self.counterpart_what),
        ]
    }

    /// An empty form for `donor` (`none` for an anonymous gift).
    pub fn of_new(donor: &str, key: &str) -> Self {
        Self {
            key: key.into(),
            donor: donor.into(),
            nature: Nature::Money.code().into(),
            form: Form::ManualGift.code().into(),
            purpose: Purpose::Gift.code().into(),
            ..Self::default()
        }
    }

    /// What was typed.
    pub fn of_form(form: &GiftForm<'_>) -> Self {
        Self {
            key: form.key.into(),
            donor: form.donor.into(),
            gross: form.gross.into(),
            fee: form.fee.into(),
            nature: form.nature.into(),
            method: form.method.into(),
            form: form.form.into(),
            paid_on: form.paid_on.into(),
            received_on: form.received_on.into(),
            bank_credited_on: form.bank_credited_on.into(),
            provider_credited_on: form.provider_credited_on.into(),
            campaign: form.campaign.into(),
            note: form.note.into(),
            purpose: form.purpose.into(),
            counterpart: form.counterpart.into(),
            counterpart_what: form.counterpart_what.into(),
            proof_place: form.proof_place.into(),
        }
    }

    /// A line as it would be typed again.
    pub fn of_line(line: &gift::Model, key: &str) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(short_fr).unwrap_or_default();
        let paid = line.paid_at.map(paris_clock).map(|at| match at.time() {
            NaiveTime::MIN => short_fr(at.date()),
            time if time.second() == 0 => format!("{} {}", short_fr(at.date()), time.format("%H:%M")),
            time => format!("{} {}", short_fr(at.date()), time.format("%H:%M:%S")),
        });
        let money = line.nature == Nature::Money.code();
        Self {
            key: key.into(),
            donor: line.donor_id.map(|id| id.to_string()).unwrap_or_default(),
            gross: Cents(line.gross_cents).csv_fr(),
            fee: if line.fee_cents == 0 { String::new() } else { Cents(line.fee_cents).csv_fr() },
            nature: line.nature.clone(),
            method: if money { line.method.clone() } else { String::new() },
            form: line.form.clone(),
            paid_on: paid.unwrap_or_default(),
            received_on: day(line.received_on),
            bank_credited_on: day(line.bank_credited_on),
            provider_credited_on: day(line.provider_credited_on),
            campaign: line.campaign.clone(),
            note: line.note.clone(),
            purpose: line.purpose.clone(),
            counterpart: if line.counterpart_cents == 0 {
                String::new()
            } else {
                Cents(line.counterpart_cents).csv_fr()
            },
            counterpart_what: line.counterpart.clone(),
            proof_place: String::new(),
        }
    }

    /// The donor that is named.
    pub fn donor_id(&self) -> Option<i64> {
        self.donor.trim().trim_start_matches('#').parse().ok()
    }
}

/// The form.
#[derive(Debug, Serialize)]
pub struct FormView {
    typed: Typed,
    donor: Option<String>,
    donor_id: Option<i64>,
    natures: Vec<Choice>,
    methods: Vec<Choice>,
    forms: Vec<Choice>,
    purposes: Vec<Choice>,
    more: bool,
    policy: &'static str,
    errors: Vec<Error>,
    error: BTreeMap<&'static str, Option<String>>,
    correcting: Option<Correcting>,
}

#[derive(Debug, Serialize)]
struct Correcting {
    id: i64,
    date: chrono::NaiveDate,
    gross: i64,
    reason: String,
}

const FIELDS: [&str; 15] = [
    "donor",
    "gross",
    "fee",
    "nature",
    "method",
    "paid_on",
    "received_on",
    "bank_credited_on",
    "provider_credited_on",
    "campaign",
    "note",
    "reason",
    "purpose",
    "counterpart",
    "counterpart_what",
];

impl FormView {
    /// The form of `typed`, with what was refused.
    pub fn new(
        frame: &Frame,
        typed: &Typed,
        refused: &[Refusal],
        policy: DatePolicy,
        donor: Option<String>,
    ) -> Self {
        let mut error: BTreeMap<_, _> = FIELDS.into_iter().map(|f| (f, None)).collect();
        let mut errors = Vec::new();
        for why in refused {
            let (field, text) = (why.field(Method::parse(&typed.method)), frame.say(&why.say()));
            if let Some(field) = field {
                error.entry(field).or_default().get_or_insert_with(|| text.clone());
            }
            errors.push(Error { field, text });
        }
        let lang = frame.lang;
        let choice = |value, label: &str, chosen: &str| Choice {
            value,
            label: label.to_owned(),
            selected: value == chosen,
        };
        let mut methods = vec![choice("", &frame.word("donations-method-none"), &typed.method)];
        methods.extend(Method::ALL.iter().map(|m| choice(m.code(), m.label(lang), &typed.method)));
        Self {
            donor_id: typed.donor_id(),
            donor,
            natures: Nature::ALL.iter().map(|n| choice(n.code(), n.label(lang), &typed.nature)).collect(),
            methods,
            forms: Form::ALL.iter().map(|f| choice(f.code(), f.label(lang), &typed.form)).collect(),
            purposes: Purpose::ALL.iter().map(|p| choice(p.code(), p.label(lang), &typed.purpose)).collect(),
            more: typed.nature != Nature::Money.code()
                || !typed.counterpart.is_empty()
                || !typed.counterpart_what.is_empty()
                || ["nature", "counterpart", "counterpart_what"]
                    .iter()
                    .any(|f| error.get(f).is_some_and(Option::is_some)),
            policy: match policy {
                DatePolicy::PaymentDay => "donations-policy-payment",
                DatePolicy::CreditedDay => "donations-policy-credited",
            },
            typed: typed.clone(),
            errors,
            error,
            correcting: None,
        }
    }

    /// The form that corrects `line`.
    #[must_use]
    pub fn correcting(mut self, line: &gift::Model, reason: &str) -> Self {
        self.correcting = Some(Correcting {
            id: line.id,
            date: line.gift_date,
            gross: line.gross_cents,
            reason: reason.into(),
        });
        self
    }
}
