//! A campaign as typed.

use chrono::NaiveDate;
use entities::campaign;
use rocket::FromForm;
use rules::dates::{DateError, parse_typed, short_fr};
use rules::money::{AmountError, Cents};

use super::actions::{Kind, NewCampaign, Refusal};

/// The form.
#[derive(Debug, Clone, Default, FromForm)]
pub struct CampaignForm {
    #[field(default = String::new())]
    pub(super) name: String,
    #[field(default = String::new())]
    pub(super) kind: String,
    #[field(default = String::new())]
    pub(super) goal: String,
    #[field(default = String::new())]
    pub(super) begins_on: String,
    #[field(default = String::new())]
    pub(super) ends_on: String,
    #[field(default = String::new())]
    pub(super) note: String,
}

impl CampaignForm {
    /// The campaign, and what does not read.
    pub fn campaign(&self) -> (NewCampaign, Vec<Refusal>) {
        let mut refused = Vec::new();
        let goal = match Cents::parse(&self.goal) {
            Ok(goal) => Some(goal),
            Err(AmountError::Empty) => None,
            Err(why) => {
                refused.push(Refusal::Goal(why));
                None
            }
        };
        let mut day = |field, typed: &str| -> Option<NaiveDate> {
            match parse_typed(typed) {
                Ok(read) => Some(read.day),
                Err(DateError::Empty) => None,
                Err(why) => {
                    refused.push(Refusal::BadDay(field, why));
                    None
                }
            }
        };
        let begins_on = day("begins_on", &self.begins_on);
        let ends_on = day("ends_on", &self.ends_on);
        let kind = Kind::parse(&self.kind).unwrap_or(Kind::Campaign);
        let new =
            NewCampaign { name: self.name.clone(), kind, goal, begins_on, ends_on, note: self.note.clone() };
        (new, refused)
    }

    /// A campaign as a form.
    pub fn of(row: &campaign::Model) -> Self {
        Self {
            name: row.name.clone(),
            kind: row.kind.clone(),
            goal: row.goal_cents.map(|cents| Cents(cents).csv_fr()).unwrap_or_default(),
            begins_on: row.begins_on.map(short_fr).unwrap_or_default(),
            ends_on: row.ends_on.map(short_fr).unwrap_or_default(),
            note: row.note.clone(),
        }
    }
}
