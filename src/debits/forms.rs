//! What the forms of debits say.

use reports::debits::{Creditor, Version};
use rocket::FromForm;

use super::setup::Setup;

/// Who collects.
#[derive(Debug, Clone, Default, FromForm)]
pub struct SetupForm {
    #[field(default = String::new())]
    pub(super) name: String,
    #[field(default = String::new())]
    pub(super) creditor: String,
    #[field(default = String::new())]
    pub(super) iban: String,
    #[field(default = String::new())]
    pub(super) bic: String,
    #[field(default = String::new())]
    pub(super) notice: String,
    #[field(default = String::new())]
    pub(super) version: String,
}

impl SetupForm {
    /// The setup as typed; a number of days that does not read is none, and refused.
    pub fn setup(&self) -> Setup {
        let creditor = Creditor {
            name: self.name.clone(),
            iban: self.iban.clone(),
            bic: self.bic.clone(),
            id: self.creditor.clone(),
        };
        let version = Version::parse(&self.version).unwrap_or(Version::V08);
        Setup { creditor, notice_days: self.notice.trim().parse().unwrap_or(0), version }
    }

    /// A setup as a form.
    pub fn of(setup: &Setup) -> Self {
        Self {
            name: setup.creditor.name.clone(),
            creditor: setup.creditor.id.clone(),
            iban: rules::sepa::spaced(&setup.creditor.iban),
            bic: setup.creditor.bic.clone(),
            notice: setup.notice_days.to_string(),
            version: setup.version.code().into(),
        }
    }
}

/// A day.
#[derive(Debug, FromForm)]
pub struct DayForm<'r> {
    /// As typed.
    #[field(default = "")]
    pub day: &'r str,
}

/// Why a collection is called off.
#[derive(Debug, FromForm)]
pub struct ReasonForm<'r> {
    /// As typed.
    #[field(default = "")]
    pub reason: &'r str,
}
