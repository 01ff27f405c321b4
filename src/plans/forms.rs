//! What the forms of plans and mandates say.

use chrono::NaiveDate;
use rocket::FromForm;
use rules::dates::parse_typed;
use rules::money::{AmountError, Cents};
use rules::plan::Rhythm;

use super::actions::{NewMandate, NewPlan, Refusal};

fn day(field: &'static str, typed: &str, refused: &mut Vec<Refusal>) -> NaiveDate {
    match parse_typed(typed) {
        Ok(read) => read.day,
        Err(why) => {
            refused.push(Refusal::BadDay(field, why));
            NaiveDate::default()
        }
    }
}

fn amount(typed: &str, refused: &mut Vec<Refusal>) -> Cents {
    match Cents::parse(typed) {
        Ok(amount) => amount,
        Err(AmountError::Empty) => Cents::ZERO, // told with what is not above zero
        Err(why) => {
            refused.push(Refusal::Amount(why));
            Cents(1)
        }
    }
}

/// A mandate.
#[derive(Debug, Clone, Default, FromForm)]
pub struct MandateForm {
    #[field(default = String::new())]
    pub(super) rum: String,
    #[field(default = String::new())]
    pub(super) signed_on: String,
    #[field(default = String::new())]
    pub(super) holder: String,
    #[field(default = String::new())]
    pub(super) iban: String,
    #[field(default = String::new())]
    pub(super) bic: String,
}

impl MandateForm {
    /// The mandate, and what does not read.
    pub fn mandate(&self, donor_id: i64) -> (NewMandate, Vec<Refusal>) {
        let mut refused = Vec::new();
        let signed_on = day("signed_on", &self.signed_on, &mut refused);
        let new = NewMandate {
            donor_id,
            rum: self.rum.clone(),
            signed_on,
            holder: self.holder.clone(),
            iban: self.iban.clone(),
            bic: self.bic.clone(),
        };
        (new, refused)
    }
}

/// A plan.
#[derive(Debug, Clone, Default, FromForm)]
pub struct PlanForm {
    #[field(default = String::new())]
    pub(super) cents: String,
    #[field(default = String::new())]
    pub(super) rhythm: String,
    #[field(default = String::new())]
    pub(super) first_on: String,
    #[field(default = String::new())]
    pub(super) mandate: String,
}

impl PlanForm {
    /// The plan, and what does not read.
    pub fn plan(&self, donor_id: i64) -> (NewPlan, Vec<Refusal>) {
        let mut refused = Vec::new();
        let amount = amount(&self.cents, &mut refused);
        let first_on = day("first_on", &self.first_on, &mut refused);
        let rhythm = Rhythm::parse(&self.rhythm).unwrap_or(Rhythm::Monthly);
        (
            NewPlan { donor_id, amount, rhythm, first_on, mandate_id: self.mandate.trim().parse().ok() },
            refused,
        )
    }
}

/// Another amount.
#[derive(Debug, Clone, Default, FromForm)]
pub struct AmountForm {
    #[field(default = String::new())]
    pub(super) cents: String,
}

impl AmountForm {
    /// The amount.
    ///
    /// # Errors
    /// [`Refusal::Amount`].
    pub fn amount(&self) -> Result<Cents, Refusal> {
        let mut refused = Vec::new();
        let amount = amount(&self.cents, &mut refused);
        refused.pop().map_or(Ok(amount), Err)
    }
}

/// Why a mandate ends.
#[derive(Debug, Clone, Default, FromForm)]
pub struct ReasonForm {
    #[field(default = String::new())]
    pub(super) reason: String,
}
